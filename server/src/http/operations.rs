//! What an operator and their machines ask for: liveness, readiness, metrics.

use super::{layers::address::ClientAddress, public::caller::bearer, state::AppState};
use axum::{
    Router,
    extract::State,
    http::{StatusCode, header, request::Parts},
    response::{IntoResponse, Response},
    routing::get,
};
use metrics_exporter_prometheus::{Matcher, PrometheusBuilder, PrometheusHandle};
use std::sync::OnceLock;

/// How long alerts took from Manage's answer until they were kept, in seconds.
const STORED: &str = "tandem_alert_stored_seconds";
/// The waits that are told apart.
const STORED_BUCKETS: [f64; 17] =
    [0.005, 0.01, 0.02, 0.03, 0.05, 0.075, 0.1, 0.15, 0.2, 0.3, 0.5, 0.75, 1.0, 2.0, 5.0, 10.0, 30.0];

/// The recorder is one for the process.
fn recorder() -> Option<&'static PrometheusHandle> {
    static HANDLE: OnceLock<Option<PrometheusHandle>> = OnceLock::new();
    let install = || {
        let stored = Matcher::Full(STORED.to_owned());
        let builder = PrometheusBuilder::new().set_buckets_for_metric(stored, &STORED_BUCKETS).ok()?;
        builder.install_recorder().ok()
    };
    HANDLE.get_or_init(install).as_ref()
}

/// Measured times are kept one by one until they are summed up, which a scrape does: where nobody scrapes, this must.
pub fn sum_up() {
    if let Some(recorder) = recorder() {
        recorder.run_upkeep();
    }
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
    ClientAddress(address): ClientAddress,
    parts: Parts,
) -> Response {
    let local = address
        .as_deref()
        .and_then(|ip| ip.parse::<std::net::IpAddr>().ok())
        .is_some_and(|ip| ip.is_loopback());
    let known = match bearer(&parts.headers) {
        Some(token) => app.services.accounts().bearer(token).await.is_ok_and(|actor| actor.is_some()),
        None => false,
    };
    if !local && !known && !app.settings.open_metrics {
        return (StatusCode::UNAUTHORIZED, "send a personal token: Authorization: Bearer …\n")
            .into_response();
    }
    connectors(&app).await;
    let stored = metrics::histogram!(STORED);
    for (wait, alerts) in app.services.take_pace() {
        stored.record_many(wait.as_secs_f64(), alerts);
    }
    let text = recorder().map(PrometheusHandle::render).unwrap_or_default();
    ([(header::CONTENT_TYPE, "text/plain; version=0.0.4")], text).into_response()
}

/// How connectors do: absence is what kills alerting, so the age of the last answer is told, not only failures.
async fn connectors(app: &AppState) {
    let Ok(all) = app.services.connector_figures().await else { return };
    for one in all {
        let gauge = |name: &'static str, value: f64| {
            metrics::gauge!(name, "connector" => one.name.clone()).set(value);
        };
        // Thirty-two bits hold 68 years of seconds.
        let seconds = |value: i64| f64::from(i32::try_from(value).unwrap_or(i32::MAX));
        let number = |value: u64| f64::from(u32::try_from(value).unwrap_or(u32::MAX));
        if let Some(age) = one.answer_age_seconds {
            gauge("tandem_connector_answer_age_seconds", seconds(age));
        }
        gauge("tandem_connector_lag_seconds", seconds(one.lag_seconds));
        gauge("tandem_connector_problem", f64::from(u8::from(one.has_problem)));
        gauge("tandem_write_backs_pending", number(one.pending));
        gauge("tandem_write_back_oldest_seconds", seconds(one.oldest_seconds));
        gauge("tandem_write_backs_failed", number(one.failed));
        gauge("tandem_connector_found_by_callback", number(one.by_callback));
        gauge("tandem_connector_found_by_polling", number(one.by_polling));
    }
}
