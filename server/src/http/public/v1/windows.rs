//! `/sync-windows`: when content may be published by itself.

use crate::http::{
    public::{caller::Caller, endpoint::Endpoint, input::JsonBody, problem::Problem},
    state::AppState,
};
use axum::{
    Json,
    extract::State,
    routing::{get, post, put},
};
use domain::window::{SyncWindows, WindowsView};
use serde::Deserialize;

/// The endpoints.
pub fn endpoints() -> Vec<Endpoint> {
    vec![
        Endpoint::new(
            "GET",
            "/sync-windows",
            "The windows, whether they are open, and what comes next.",
            get(show),
        )
        .answers(200, Some("WindowsView")),
        Endpoint::new("PUT", "/sync-windows", "Replaces the windows.", put(set))
            .body("SyncWindows")
            .answers(200, Some("WindowsView")),
        Endpoint::new("POST", "/sync-windows/open", "Opens them for a while, with a reason.", post(open))
            .body("OpenRequest")
            .answers(200, Some("WindowsView")),
        Endpoint::new("POST", "/sync-windows/close", "Ends such an opening.", post(close))
            .answers(200, Some("WindowsView")),
    ]
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Open {
    seconds: u64,
    reason: String,
}

async fn show(State(app): State<AppState>, Caller(actor): Caller) -> Result<Json<WindowsView>, Problem> {
    Ok(Json(app.services.windows().get(&actor).await?))
}

async fn set(
    State(app): State<AppState>,
    Caller(actor): Caller,
    JsonBody(windows): JsonBody<SyncWindows>,
) -> Result<Json<WindowsView>, Problem> {
    Ok(Json(app.services.windows().set(&actor, windows).await?))
}

async fn open(
    State(app): State<AppState>,
    Caller(actor): Caller,
    JsonBody(wire): JsonBody<Open>,
) -> Result<Json<WindowsView>, Problem> {
    Ok(Json(app.services.windows().open(&actor, wire.seconds, &wire.reason).await?))
}

async fn close(State(app): State<AppState>, Caller(actor): Caller) -> Result<Json<WindowsView>, Problem> {
    Ok(Json(app.services.windows().close(&actor).await?))
}
