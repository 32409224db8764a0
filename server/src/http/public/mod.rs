//! The HTTP API that the outside world uses, under `/api/v1`.
//!
//! A resource is a file in [`v1`] with its handlers and a list of [`Endpoint`]s. The same list makes the router
//! and the OpenAPI document, so neither can have a path that the other lacks. Handlers hold wire types and one
//! call of a use case each; failures become problem documents in [`problem`] alone.

pub mod caller;
pub mod document;
pub mod endpoint;
pub mod idempotency;
pub mod input;
mod manual;
mod nul;
pub mod problem;
pub mod schemas;
pub mod v1;

use crate::http::state::AppState;
use axum::{
    Router,
    http::{HeaderValue, Method, Uri, header::CACHE_CONTROL},
    middleware,
    response::{IntoResponse as _, Response},
    routing::get,
};
use endpoint::Endpoint;
use problem::Problem;
use tower_http::set_header::SetResponseHeaderLayer;

/// Where the API stands.
pub const PREFIX: &str = "/api/v1";

/// Every endpoint.
pub fn endpoints() -> Vec<Endpoint> {
    [
        v1::sources::endpoints(),
        v1::content::endpoints(),
        v1::item::endpoints(),
        v1::review::endpoints(),
        v1::search::endpoints(),
        v1::policies::endpoints(),
        v1::clients::endpoints(),
        v1::token::endpoints(),
        v1::pull::endpoints(),
        v1::rings::endpoints(),
        v1::windows::endpoints(),
        v1::receivers::endpoints(),
        v1::alerts::endpoints(),
        v1::categories::endpoints(),
        v1::write_backs::endpoints(),
        v1::events::endpoints(),
        v1::users::endpoints(),
        v1::tokens::endpoints(),
        v1::records::endpoints(),
        v1::connectors::endpoints(),
    ]
    .into_iter()
    .flatten()
    .collect()
}

/// The router of everything under `/api`.
pub fn router(state: &AppState) -> Router<AppState> {
    let mut api = Router::new();
    for endpoint in endpoints() {
        let route = match endpoint.method {
            "POST" => endpoint
                .route
                .layer(middleware::from_fn_with_state((state.clone(), endpoint.access), idempotency::layer)),
            _ => endpoint.route,
        };
        // By the whole path: a router inside another would make a new address for each request.
        api = api.route(&format!("{PREFIX}{}", endpoint.path), route);
    }
    api.route(&format!("{PREFIX}/openapi.json"), get(|| async { axum::Json(document::document()) }))
        .route("/api/docs", get(manual::page))
        .route("/api", axum::routing::any(nothing_here))
        .route("/api/{*rest}", axum::routing::any(nothing_here))
        .method_not_allowed_fallback(wrong_method)
        // Answers are private unless a handler says how they may be kept.
        .layer(SetResponseHeaderLayer::if_not_present(CACHE_CONTROL, HeaderValue::from_static("no-store")))
}

async fn nothing_here(uri: Uri) -> Response {
    Problem::new(
        404,
        format!(
            "There is nothing at {}. The document at {PREFIX}/openapi.json lists every path.",
            uri.path()
        ),
    )
    .into_response()
}

async fn wrong_method(method: Method, uri: Uri) -> Response {
    Problem::new(405, format!("{} does not take {method}.", uri.path())).into_response()
}
