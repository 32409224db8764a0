//! `/clients/{id}/exceptions`: items that are served to one client differently.

use crate::http::{
    public::{
        caller::Caller,
        endpoint::Endpoint,
        input::{IdInPath, JsonBody},
        problem::Problem,
    },
    state::AppState,
};
use axum::{
    Json,
    extract::{Path, State},
    http::StatusCode,
    response::Response,
    routing::{delete, get, post},
};
use domain::{
    client::{Exception, ExceptionKind, NewException},
    content::{ContentType, Guid, ItemKey},
    ids::{ClientId, ExceptionId},
    page::Page,
};
use jiff::Timestamp;
use serde::Deserialize;

/// The endpoints.
pub(super) fn endpoints() -> Vec<Endpoint> {
    vec![
        Endpoint::new(
            "GET",
            "/clients/{id}/exceptions",
            "Items that are served to a client differently.",
            get(list),
        )
        .answers(200, Some("Exception[]")),
        Endpoint::new(
            "POST",
            "/clients/{id}/exceptions",
            "Keeps an item out, pins a version, or holds it; in place of an exception that it has.",
            post(add),
        )
        .body("NewException")
        .answers(201, Some("Exception")),
        Endpoint::new("DELETE", "/clients/{id}/exceptions/{exception}", "Ends an exception.", delete(end))
            .answers(204, None),
    ]
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct New {
    r#type: ContentType,
    guid: Guid,
    kind: ExceptionKind,
    #[serde(default)]
    version: Option<u32>,
    reason: String,
    #[serde(default)]
    expires_at: Option<Timestamp>,
}

async fn list(
    State(app): State<AppState>,
    Caller(actor): Caller,
    IdInPath(id): IdInPath<ClientId>,
) -> Result<Json<Page<Exception>>, Problem> {
    let items = app.services.clients().get(&actor, id).await?.exceptions;
    Ok(Json(Page { total: items.len() as u64, items, next_cursor: None }))
}

async fn add(
    State(app): State<AppState>,
    Caller(actor): Caller,
    IdInPath(id): IdInPath<ClientId>,
    JsonBody(wire): JsonBody<New>,
) -> Result<Response, Problem> {
    let New { r#type, guid, kind, version, reason, expires_at } = wire;
    let new = NewException { key: ItemKey::new(r#type, guid), kind, version, reason, expires_at };
    let exception = app.services.clients().except(&actor, id, new).await?;
    Ok(super::super::created(format!("/clients/{id}/exceptions/{}", exception.id), &exception))
}

async fn end(
    State(app): State<AppState>,
    Caller(actor): Caller,
    Path((id, exception)): Path<(String, String)>,
) -> Result<StatusCode, Problem> {
    let unknown = |field: &str| Problem::field(404, field, "is not an id that a list gave out");
    let id: ClientId = id.parse().map_err(|_| unknown("id"))?;
    let exception: ExceptionId = exception.parse().map_err(|_| unknown("exception"))?;
    app.services.clients().end_exception(&actor, id, exception).await?;
    Ok(StatusCode::NO_CONTENT)
}
