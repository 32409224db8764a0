//! The resources of `/api/v1` (`design.md` section 6): who may call what, and where.
//!
//! Three groups, each with its own check of the caller, so that a handler that forgets to ask is refused and
//! not open: for personal tokens, for API clients, and for everybody. Cookies count nowhere. Every operation
//! carries `x-least-role` (`viewer`, `approver`, `admin`, `client` or `none`), which the page shows and the
//! matrix test holds against the real answers; the right itself is asked for in `services`.

mod answer;
mod audit;
mod auth;
mod clients;
mod content;
pub mod describe;
mod idempotency;
mod input;
mod people;
pub mod pull;
mod schedules;
mod schema;
mod sources;
mod token;
mod tokens;

use crate::http::state::AppState;
use axum::{extract::DefaultBodyLimit, middleware::from_fn_with_state};
use idempotency::Keeper;
use utoipa::openapi::OpenApi;
use utoipa_axum::{router::OpenApiRouter, routes};

/// Where this version of the API lives.
pub const PREFIX: &str = "/api/v1";

/// The routes, with the checks in front of them.
pub(super) fn routes(state: &AppState) -> OpenApiRouter<AppState> {
    let services = state.services.clone();
    let keeper = |limit| Keeper { services: services.clone(), limit };
    let personal = personal()
        .route_layer(from_fn_with_state(keeper(input::body::MIB), idempotency::once))
        .route_layer(from_fn_with_state(services.clone(), auth::personal));
    let receivers = receivers()
        .route_layer(from_fn_with_state(keeper(pull::REPORT_LIMIT), idempotency::once))
        .route_layer(from_fn_with_state(services.clone(), auth::receiver));
    // The extractors of `input` count for themselves, each with its own limit.
    let all = open().merge(personal).merge(receivers).layer(DefaultBodyLimit::disable());
    OpenApiRouter::new().nest(PREFIX, all)
}

/// The description of the same routes.
pub(super) fn described() -> OpenApi {
    let all = open().merge(personal()).merge(receivers());
    OpenApiRouter::<AppState>::new().nest(PREFIX, all).into_openapi()
}

/// For everybody.
fn open() -> OpenApiRouter<AppState> {
    OpenApiRouter::new().routes(routes!(token::issue)).routes(routes!(describe::document))
}

/// For personal tokens.
fn personal() -> OpenApiRouter<AppState> {
    OpenApiRouter::new()
        .routes(routes!(sources::list, sources::create))
        .routes(routes!(sources::get, sources::replace, sources::remove))
        .routes(routes!(sources::test))
        .routes(routes!(sources::scan))
        .routes(routes!(sources::release))
        .routes(routes!(content::rows::types))
        .routes(routes!(content::rows::list))
        .routes(routes!(content::review::refresh))
        .routes(routes!(content::review::approve))
        .routes(routes!(content::review::unapprove))
        .routes(routes!(content::publish::plan))
        .routes(routes!(content::publish::sync))
        .routes(routes!(content::item::get))
        .routes(routes!(content::item::versions))
        .routes(routes!(content::item::dependencies))
        .routes(routes!(content::item::diff))
        .routes(routes!(content::item::outline))
        .routes(routes!(content::item::raw))
        .routes(routes!(content::publish::rollback))
        .routes(routes!(content::publish::lift))
        .routes(routes!(clients::list, clients::create))
        .routes(routes!(clients::get, clients::change, clients::remove))
        .routes(routes!(clients::rotate_secret))
        .routes(routes!(clients::report))
        .routes(routes!(people::list, people::create))
        .routes(routes!(people::get, people::change))
        .routes(routes!(tokens::list, tokens::create))
        .routes(routes!(tokens::remove))
        .routes(routes!(schedules::list))
        .routes(routes!(audit::list))
}

/// For API clients.
fn receivers() -> OpenApiRouter<AppState> {
    OpenApiRouter::new()
        .routes(routes!(pull::manifest))
        .routes(routes!(pull::blob))
        .routes(routes!(pull::report))
}
