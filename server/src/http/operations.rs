//! What an operator and their machines ask for: liveness, readiness, metrics.

use super::{layers::address::ClientAddress, public::caller::bearer, state::AppState};
use axum::{
    Extension, Router,
    extract::State,
    http::{StatusCode, header, request::Parts},
    response::{IntoResponse, Response},
    routing::get,
};
use metrics_exporter_prometheus::{PrometheusBuilder, PrometheusHandle};
use std::sync::OnceLock;

/// The recorder is one for the process.
fn recorder() -> Option<&'static PrometheusHandle> {
    static HANDLE: OnceLock<Option<PrometheusHandle>> = OnceLock::new();
    HANDLE.get_or_init(|| PrometheusBuilder::new().install_recorder().ok()).as_ref()
}

/// The router.
pub fn router() -> Router<AppState> {
    recorder();
    Router::new()
        .route("/healthz", get(|| async { "alive\n" }))
        .route("/readyz", get(ready))
        .route("/metrics", get(scrape))
}

async fn ready(State(app): State<AppState>) -> Response {
    match app.services.ready().await {
        Ok(()) => "ready\n".into_response(),
        Err(_) => (StatusCode::SERVICE_UNAVAILABLE, "the database does not answer\n").into_response(),
    }
}

/// Readable from this machine, with a personal token, or for everybody where the configuration says so.
async fn scrape(
    State(app): State<AppState>,
    Extension(address): Extension<ClientAddress>,
    parts: Parts,
) -> Response {
    let local = address
        .0
        .as_deref()
        .and_then(|ip| ip.parse::<std::net::IpAddr>().ok())
        .is_some_and(|ip| ip.is_loopback());
    let known = match bearer(&parts) {
        Some(token) => app.services.accounts().bearer(token).await.is_ok_and(|actor| actor.is_some()),
        None => false,
    };
    if !local && !known && !app.settings.open_metrics {
        return (StatusCode::UNAUTHORIZED, "send a personal token: Authorization: Bearer …\n")
            .into_response();
    }
    let text = recorder().map(PrometheusHandle::render).unwrap_or_default();
    ([(header::CONTENT_TYPE, "text/plain; version=0.0.4")], text).into_response()
}
