//! `/sources`: where content is read from. Secrets go in and never come out: an answer says whether there are any.

mod wire;

use crate::http::{
    public::{
        caller::Caller,
        endpoint::Endpoint,
        idempotency::Keyed,
        input::{IdInPath, JsonBody},
        problem::Problem,
    },
    state::AppState,
};
use axum::{
    Json,
    extract::State,
    http::StatusCode,
    response::Response,
    routing::{delete, get, post, put},
};
use domain::{
    content::ContentType,
    field::FieldError,
    ids::SourceId,
    page::Page,
    source::{Source, SourceCheck},
};
use serde::Deserialize;
use services::Services;
use wire::Wire;

/// The endpoints.
pub fn endpoints() -> Vec<Endpoint> {
    vec![
        Endpoint::new("GET", "/sources", "All sources.", get(list)).answers(200, Some("Source[]")),
        Endpoint::new("POST", "/sources", "Adds a source.", post(create))
            .body("SourceInput")
            .answers(201, Some("Source")),
        Endpoint::new("GET", "/sources/{id}", "One source.", get(one)).answers(200, Some("Source")),
        Endpoint::new(
            "PUT",
            "/sources/{id}",
            "Changes a source; secrets that are left out stay.",
            put(update),
        )
        .body("SourceInput")
        .answers(200, Some("Source")),
        Endpoint::new("DELETE", "/sources/{id}", "Takes a source away; production stays.", delete(remove))
            .answers(204, None),
        Endpoint::new(
            "POST",
            "/sources/test",
            "Looks whether a source could be read, without adding it.",
            post(try_out),
        )
        .body("SourceInput")
        .answers(200, Some("SourceCheck")),
        Endpoint::new("POST", "/sources/{id}/test", "Looks whether a source can be read.", post(test))
            .answers(200, Some("SourceCheck")),
        Endpoint::new("POST", "/sources/{id}/scan", "Reads a source.", post(scan))
            .answers(200, Some("ScanReport"))
            .lasting(),
        Endpoint::new("POST", "/sources/{id}/release", "Takes in a reading that is held.", post(release))
            .body("ReleaseRequest")
            .answers(200, Some("ScanReport"))
            .lasting(),
    ]
}

async fn list(State(app): State<AppState>, Caller(actor): Caller) -> Result<Json<Page<Source>>, Problem> {
    let items = app.services.sources().list(&actor).await?;
    Ok(Json(Page { total: items.len() as u64, items, next_cursor: None }))
}

async fn create(
    State(app): State<AppState>,
    Caller(actor): Caller,
    Keyed(once): Keyed,
    JsonBody(wire): JsonBody<Wire>,
) -> Result<Response, Problem> {
    let source = app.services.sources().once(once).create(&actor, wire.input()?).await?;
    Ok(super::created(format!("/sources/{}", source.id), &source))
}

async fn one(
    State(app): State<AppState>,
    Caller(actor): Caller,
    IdInPath(id): IdInPath<SourceId>,
) -> Result<Json<Source>, Problem> {
    Ok(Json(app.services.sources().get(&actor, id).await?))
}

async fn update(
    State(app): State<AppState>,
    Caller(actor): Caller,
    IdInPath(id): IdInPath<SourceId>,
    JsonBody(wire): JsonBody<Wire>,
) -> Result<Json<Source>, Problem> {
    Ok(Json(app.services.sources().update(&actor, id, wire.input()?).await?))
}

async fn remove(
    State(app): State<AppState>,
    Caller(actor): Caller,
    IdInPath(id): IdInPath<SourceId>,
) -> Result<StatusCode, Problem> {
    app.services.sources().delete(&actor, id).await?;
    Ok(StatusCode::NO_CONTENT)
}

async fn try_out(
    State(app): State<AppState>,
    Caller(actor): Caller,
    JsonBody(wire): JsonBody<Wire>,
) -> Result<Json<SourceCheck>, Problem> {
    Ok(Json(app.services.sources().test(&actor, None, wire.input()?).await?))
}

async fn test(
    State(app): State<AppState>,
    Caller(actor): Caller,
    IdInPath(id): IdInPath<SourceId>,
) -> Result<Json<SourceCheck>, Problem> {
    Ok(Json(app.services.sources().test_kept(&actor, id).await?))
}

async fn scan(
    State(app): State<AppState>,
    Caller(actor): Caller,
    IdInPath(id): IdInPath<SourceId>,
) -> Result<Response, Problem> {
    let reading = |services: Services| async move { services.sources().scan(&actor, id).await };
    Ok(super::lasting(app.services.lasting(reading).await?))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Release {
    content_type: String,
}

async fn release(
    State(app): State<AppState>,
    Caller(actor): Caller,
    IdInPath(id): IdInPath<SourceId>,
    JsonBody(wire): JsonBody<Release>,
) -> Result<Response, Problem> {
    let kind: ContentType = wire
        .content_type
        .parse()
        .map_err(|error: FieldError| Problem::field(422, "content_type", error.message))?;
    let reading = |services: Services| async move { services.sources().release(&actor, id, kind).await };
    Ok(super::lasting(app.services.lasting(reading).await?))
}
