//! `/content/{type}/{guid}` and what lies below it.

use crate::http::{
    public::{
        caller::Caller,
        endpoint::{Endpoint, Parameter, parameter},
        input::{JsonBody, KeyInPath, Params},
        problem::Problem,
    },
    state::AppState,
};
use axum::{
    Json,
    extract::State,
    http::header,
    response::{IntoResponse, Response},
    routing::{get, post},
};
use domain::{
    content::{
        ContentHash,
        tree::{DependencyTree, Direction},
        view::{Dependencies, ItemDetail, ItemRow, Version},
    },
    diff::{DiffPage, ItemDiff, Outline},
    page::Page,
};
use serde::Deserialize;

const SIDES: &[Parameter] = &[
    parameter("from", "A version; production unless given."),
    parameter("to", "A version; the source unless given."),
    parameter("limit", "Rows wanted, 1 to 5000; 1000 unless given."),
    parameter("cursor", "`next_cursor` of the page before."),
];
const DIRECTION: &[Parameter] = &[parameter("direction", "uses (unless given) or used_by.")];
const VERSION: &[Parameter] = &[parameter("version", "A version; the newest content unless given.")];

/// The endpoints.
pub fn endpoints() -> Vec<Endpoint> {
    vec![
        Endpoint::new("GET", "/content/{type}/{guid}", "One item.", get(one))
            .answers(200, Some("ItemDetail")),
        Endpoint::new("GET", "/content/{type}/{guid}/versions", "Its history, newest first.", get(versions))
            .answers(200, Some("Version[]")),
        Endpoint::new(
            "GET",
            "/content/{type}/{guid}/dependencies",
            "What it needs, and what needs it.",
            get(dependencies),
        )
        .answers(200, Some("Dependencies")),
        Endpoint::new(
            "GET",
            "/content/{type}/{guid}/dependencies/tree",
            "Everything that it needs, with what that needs in turn; or everything that needs it.",
            get(tree),
        )
        .query(DIRECTION)
        .answers(200, Some("DependencyTree")),
        Endpoint::new(
            "POST",
            "/content/{type}/{guid}/accept-secrets",
            "Takes responsibility for what looks like secrets in it.",
            post(accept_secrets),
        )
        .body("AcceptSecretsRequest")
        .answers(200, Some("ItemRow")),
        Endpoint::new("GET", "/content/{type}/{guid}/diff", "What changed, as a person reads it.", get(diff))
            .query(SIDES)
            .answers(200, Some("ItemDiff")),
        Endpoint::new(
            "GET",
            "/content/{type}/{guid}/outline",
            "The item as a person reads it.",
            get(outline),
        )
        .query(VERSION)
        .answers(200, Some("Outline")),
        Endpoint::new("GET", "/content/{type}/{guid}/raw", "The canonical form.", get(raw))
            .query(VERSION)
            .answers(200, Some("Canonical")),
        Endpoint::new(
            "POST",
            "/content/{type}/{guid}/rollback",
            "Points production at an earlier version and holds it.",
            post(rollback),
        )
        .body("RollbackRequest")
        .answers(200, Some("ItemRow")),
        Endpoint::new("POST", "/content/{type}/{guid}/lift", "Lifts the hold of a rollback.", post(lift))
            .answers(200, Some("ItemRow")),
    ]
}

async fn one(
    State(app): State<AppState>,
    Caller(actor): Caller,
    KeyInPath(key): KeyInPath,
) -> Result<Json<ItemDetail>, Problem> {
    Ok(Json(app.services.content().item(&actor, &key).await?))
}

async fn versions(
    State(app): State<AppState>,
    Caller(actor): Caller,
    KeyInPath(key): KeyInPath,
) -> Result<Json<Page<Version>>, Problem> {
    let items = app.services.content().versions(&actor, &key).await?;
    Ok(Json(Page { total: items.len() as u64, items, next_cursor: None }))
}

async fn dependencies(
    State(app): State<AppState>,
    Caller(actor): Caller,
    KeyInPath(key): KeyInPath,
) -> Result<Json<Dependencies>, Problem> {
    Ok(Json(app.services.content().dependencies(&actor, &key).await?))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Sides {
    from: Option<u32>,
    to: Option<u32>,
    limit: Option<u32>,
    cursor: Option<String>,
}

async fn diff(
    State(app): State<AppState>,
    Caller(actor): Caller,
    KeyInPath(key): KeyInPath,
    Params(sides): Params<Sides>,
) -> Result<Json<ItemDiff>, Problem> {
    let page = DiffPage::new(sides.limit, sides.cursor.as_deref())
        .map_err(|refusal| Problem::fields(422, &[refusal]))?;
    Ok(Json(app.services.content().diff(&actor, &key, sides.from, sides.to, page).await?))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Way {
    direction: Option<Direction>,
}

async fn tree(
    State(app): State<AppState>,
    Caller(actor): Caller,
    KeyInPath(key): KeyInPath,
    Params(way): Params<Way>,
) -> Result<Json<DependencyTree>, Problem> {
    let direction = way.direction.unwrap_or(Direction::Uses);
    Ok(Json(app.services.content().dependency_tree(&actor, &key, direction).await?))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Acceptance {
    candidate_hash: ContentHash,
    reason: String,
}

async fn accept_secrets(
    State(app): State<AppState>,
    Caller(actor): Caller,
    KeyInPath(key): KeyInPath,
    JsonBody(wire): JsonBody<Acceptance>,
) -> Result<Json<ItemRow>, Problem> {
    let content = app.services.content();
    Ok(Json(content.accept_secrets(&actor, &key, &wire.candidate_hash, &wire.reason).await?))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Which {
    version: Option<u32>,
}

async fn outline(
    State(app): State<AppState>,
    Caller(actor): Caller,
    KeyInPath(key): KeyInPath,
    Params(which): Params<Which>,
) -> Result<Json<Outline>, Problem> {
    Ok(Json(app.services.content().outline(&actor, &key, which.version).await?))
}

async fn raw(
    State(app): State<AppState>,
    Caller(actor): Caller,
    KeyInPath(key): KeyInPath,
    Params(which): Params<Which>,
) -> Result<Response, Problem> {
    let json = app.services.content().raw(&actor, &key, which.version).await?;
    Ok(([(header::CONTENT_TYPE, "application/json")], json).into_response())
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Rollback {
    version: u32,
    reason: String,
}

async fn rollback(
    State(app): State<AppState>,
    Caller(actor): Caller,
    KeyInPath(key): KeyInPath,
    JsonBody(wire): JsonBody<Rollback>,
) -> Result<Json<ItemRow>, Problem> {
    Ok(Json(app.services.content().rollback(&actor, &key, wire.version, &wire.reason).await?))
}

async fn lift(
    State(app): State<AppState>,
    Caller(actor): Caller,
    KeyInPath(key): KeyInPath,
) -> Result<Json<ItemRow>, Problem> {
    Ok(Json(app.services.content().lift(&actor, &key).await?))
}
