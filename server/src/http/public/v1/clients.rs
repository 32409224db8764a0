//! `/clients`: API clients as administrators see them.

mod exceptions;

use crate::http::{
    public::{
        caller::Caller,
        endpoint::{Endpoint, PAGED},
        idempotency::Keyed,
        input::{IdInPath, JsonBody, Paging, Params},
        problem::Problem,
    },
    state::AppState,
};
use axum::{
    Json,
    extract::State,
    http::StatusCode,
    response::Response,
    routing::{delete, get, patch, post},
};
use domain::{
    client::{ApiClient, NewClient},
    content::ContentType,
    ids::ClientId,
    page::Page,
    pull::ReportedItem,
};
use serde::Deserialize;
use serde_json::{Value, json};
use services::clients::ClientPatch;

/// The endpoints.
pub fn endpoints() -> Vec<Endpoint> {
    let mut endpoints = vec![
        Endpoint::new("GET", "/clients", "API clients by name.", get(list))
            .query(PAGED)
            .answers(200, Some("ApiClient[]")),
        Endpoint::new("POST", "/clients", "Adds an API client.", post(create))
            .body("NewClient")
            .answers(201, Some("ApiClient")),
        Endpoint::new("GET", "/clients/{id}", "One API client.", get(one)).answers(200, Some("ApiClient")),
        Endpoint::new("PATCH", "/clients/{id}", "Changes name, ring or types.", patch(update))
            .body("ClientPatch")
            .answers(200, Some("ApiClient")),
        Endpoint::new(
            "DELETE",
            "/clients/{id}",
            "Deletes an API client; its next request is refused.",
            delete(remove),
        )
        .answers(204, None),
        Endpoint::new(
            "POST",
            "/clients/{id}/rotate-secret",
            "Gives a new secret, shown once; the old one works for `overlap_seconds` more.",
            post(rotate),
        )
        .body("RotateRequest")
        .answers(200, Some("NewSecret")),
        Endpoint::new("DELETE", "/clients/{id}/old-secret", "Ends the old secret at once.", delete(end_old))
            .answers(200, Some("ApiClient")),
        Endpoint::new("GET", "/clients/{id}/report", "What the client reported last.", get(report))
            .answers(200, Some("ReportedItem[]")),
    ];
    endpoints.extend(exceptions::endpoints());
    endpoints
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct New {
    name: String,
    secret: String,
    secret_confirmation: String,
    #[serde(default)]
    ring: Option<String>,
    #[serde(default)]
    content_types: Option<Vec<ContentType>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Patch {
    #[serde(default)]
    name: Option<String>,
    #[serde(default)]
    ring: Option<String>,
    #[serde(default)]
    content_types: Option<Vec<ContentType>>,
}

async fn list(
    State(app): State<AppState>,
    Caller(actor): Caller,
    Params(paging): Params<Paging>,
) -> Result<Json<Page<ApiClient>>, Problem> {
    Ok(Json(app.services.clients().list(&actor, &paging.page()?).await?))
}

async fn create(
    State(app): State<AppState>,
    Caller(actor): Caller,
    Keyed(once): Keyed,
    JsonBody(wire): JsonBody<New>,
) -> Result<Response, Problem> {
    let New { name, secret, secret_confirmation, ring, content_types } = wire;
    let new = NewClient { name, secret, secret_confirmation, ring, content_types };
    let client = app.services.clients().once(once).create(&actor, new).await?;
    Ok(super::created(format!("/clients/{}", client.id), &client))
}

async fn one(
    State(app): State<AppState>,
    Caller(actor): Caller,
    IdInPath(id): IdInPath<ClientId>,
) -> Result<Json<ApiClient>, Problem> {
    Ok(Json(app.services.clients().get(&actor, id).await?))
}

async fn update(
    State(app): State<AppState>,
    Caller(actor): Caller,
    IdInPath(id): IdInPath<ClientId>,
    JsonBody(wire): JsonBody<Patch>,
) -> Result<Json<ApiClient>, Problem> {
    let patch = ClientPatch { name: wire.name, ring: wire.ring, content_types: wire.content_types };
    Ok(Json(app.services.clients().update(&actor, id, patch).await?))
}

async fn remove(
    State(app): State<AppState>,
    Caller(actor): Caller,
    IdInPath(id): IdInPath<ClientId>,
) -> Result<StatusCode, Problem> {
    app.services.clients().delete(&actor, id).await?;
    Ok(StatusCode::NO_CONTENT)
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Rotate {
    #[serde(default)]
    overlap_seconds: u64,
}

async fn rotate(
    State(app): State<AppState>,
    Caller(actor): Caller,
    Keyed(once): Keyed,
    IdInPath(id): IdInPath<ClientId>,
    JsonBody(wire): JsonBody<Rotate>,
) -> Result<Json<Value>, Problem> {
    let secret = app.services.clients().once(once).rotate_secret(&actor, id, wire.overlap_seconds).await?;
    let client = app.services.clients().get(&actor, id).await?;
    Ok(Json(json!({ "secret": secret, "old_secret_until": client.old_secret_until })))
}

async fn end_old(
    State(app): State<AppState>,
    Caller(actor): Caller,
    IdInPath(id): IdInPath<ClientId>,
) -> Result<Json<ApiClient>, Problem> {
    Ok(Json(app.services.clients().end_old_secret(&actor, id).await?))
}

async fn report(
    State(app): State<AppState>,
    Caller(actor): Caller,
    IdInPath(id): IdInPath<ClientId>,
) -> Result<Json<Page<ReportedItem>>, Problem> {
    let items = app.services.clients().report(&actor, id).await?;
    Ok(Json(Page { total: items.len() as u64, items, next_cursor: None }))
}
