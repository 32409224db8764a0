//! The whole router: which layer stands around what.

use super::{
    callbacks,
    layers::{around::AroundLayer, sign_in},
    operations, pages, public,
    state::AppState,
};
use axum::{Router, middleware::from_fn_with_state};
use tower_http::{compression::CompressionLayer, csrf::CsrfLayer, limit::RequestBodyLimitLayer};

/// The largest body that a screen sends, in bytes.
const FORM_LIMIT: usize = 1024 * 1024;

/// Everything that Tandem answers.
pub fn router(state: AppState) -> Router {
    // Cookies count here, so requests that another site could have caused are refused before anything runs.
    let screens = pages::router(&state)
        .layer(from_fn_with_state(state.clone(), sign_in::layer))
        .layer(RequestBodyLimitLayer::new(FORM_LIMIT))
        .layer(CsrfLayer::new())
        .layer(CompressionLayer::new());
    Router::new()
        .merge(screens)
        .merge(public::router(&state))
        .merge(operations::router())
        .merge(callbacks::router())
        .fallback(pages::file_or_nothing)
        .layer(AroundLayer(state.clone()))
        .with_state(state)
}
