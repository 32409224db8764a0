//! The whole router: which layer stands around what.

use super::{
    callbacks,
    layers::{address, headers, metrics, sign_in},
    operations, pages, public,
    state::AppState,
};
use axum::{
    Router,
    http::StatusCode,
    middleware::{from_fn, from_fn_with_state},
};
use std::time::Duration;
use tower_http::{
    catch_panic::CatchPanicLayer, compression::CompressionLayer, csrf::CsrfLayer,
    limit::RequestBodyLimitLayer, timeout::TimeoutLayer, trace::TraceLayer,
};

/// How long a request may take.
const TIMEOUT: Duration = Duration::from_secs(60);
/// What receivers ask for all the time.
const POLL: &str = "/api/v1/pull/manifest";
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
    let settings = state.settings.clone();
    Router::new()
        .merge(screens)
        .merge(public::router(&state))
        .merge(operations::router())
        .merge(callbacks::router())
        .fallback(pages::file_or_nothing)
        .layer(from_fn(metrics::layer))
        .layer(CatchPanicLayer::new())
        .layer(TimeoutLayer::with_status_code(StatusCode::SERVICE_UNAVAILABLE, TIMEOUT))
        .layer(from_fn_with_state(settings.clone(), headers::layer))
        .layer(from_fn_with_state(settings, address::layer))
        .layer(TraceLayer::new_for_http().make_span_with(span))
        .with_state(state)
}

/// Method and path, never the query: it may hold what people searched for. A poll writes no line that would need one.
fn span(request: &axum::extract::Request) -> tracing::Span {
    if request.uri().path() == POLL {
        return tracing::Span::none();
    }
    tracing::info_span!("request", method = %request.method(), path = request.uri().path())
}
