//! The outside world: the HTTP API under `/api/v1`, its description, and a page to read it on.
//!
//! Nothing here decides anything: a handler reads the request, calls one use case of `services` with the
//! actor, and writes the answer. A new resource is a file in [`v1`] with its handlers, its answers' shapes in
//! `v1/schema`, and its lines in the table of `v1/mod.rs`; the description, the page, the checks of tokens and
//! the matrix test of roles follow from those.

mod docs;
pub mod problem;
pub mod v1;

use crate::http::state::AppState;
use axum::{
    Router,
    extract::Request,
    http::{HeaderValue, StatusCode, header},
    middleware::{Next, from_fn},
    response::Response,
    routing::any,
};
use problem::Problem;
use utoipa::openapi::OpenApi;

/// Everything under `/api`, and what describes it.
pub fn router(state: &AppState) -> (Router<AppState>, OpenApi) {
    let (v1, mut described) = v1::routes(state).split_for_parts();
    v1::describe::complete(&mut described);
    let router = v1
        .merge(docs::routes(&described))
        .route("/api", any(nothing_here))
        .route("/api/{*rest}", any(nothing_here))
        .method_not_allowed_fallback(other_method)
        .layer(from_fn(unkept));
    (router, described)
}

/// The description of the API (OpenAPI 3.1), without a running server.
pub fn document() -> OpenApi {
    let mut described = v1::described();
    v1::describe::complete(&mut described);
    described
}

async fn nothing_here() -> Problem {
    Problem::new(StatusCode::NOT_FOUND, "There is nothing at this address. The API is described at /api/docs.")
}

/// The header `Allow` is set by the router.
async fn other_method() -> Problem {
    Problem::new(StatusCode::METHOD_NOT_ALLOWED, "This address does not know the method; the header Allow names those it does.")
}

/// Answers are private unless a handler says otherwise (ASVS 14.3.2).
async fn unkept(request: Request, next: Next) -> Response {
    let mut response = next.run(request).await;
    let headers = response.headers_mut();
    if !headers.contains_key(header::CACHE_CONTROL) {
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    }
    response
}
