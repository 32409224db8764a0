//! `/approval-policies`, and the names by which sources know people.

use crate::http::{
    public::{
        caller::Caller,
        endpoint::Endpoint,
        input::{IdInPath, JsonBody, TypeInPath},
        problem::Problem,
    },
    state::AppState,
};
use axum::{
    Json,
    extract::State,
    routing::{get, put},
};
use domain::{content::review::Policy, ids::UserId, page::Page};
use serde::{Deserialize, Serialize};

/// The endpoints.
pub fn endpoints() -> Vec<Endpoint> {
    vec![
        Endpoint::new("GET", "/approval-policies", "How each content type is approved.", get(list))
            .answers(200, Some("Policy[]")),
        Endpoint::new(
            "PUT",
            "/approval-policies/{type}",
            "Says how a content type is approved; what waits is judged anew at once.",
            put(set),
        )
        .body("PolicyRequest")
        .answers(200, Some("Policy")),
        Endpoint::new(
            "GET",
            "/users/{id}/aliases",
            "Further names by which sources know a person as the author of a change.",
            get(aliases),
        )
        .answers(200, Some("Aliases")),
        Endpoint::new("PUT", "/users/{id}/aliases", "Replaces those names.", put(set_aliases))
            .body("Aliases")
            .answers(200, Some("Aliases")),
    ]
}

async fn list(State(app): State<AppState>, Caller(actor): Caller) -> Result<Json<Page<Policy>>, Problem> {
    let items = app.services.content().policies(&actor).await?;
    Ok(Json(Page { total: items.len() as u64, items, next_cursor: None }))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Wire {
    required_approvals: u32,
    author_barred: bool,
}

async fn set(
    State(app): State<AppState>,
    Caller(actor): Caller,
    TypeInPath(content_type): TypeInPath,
    JsonBody(wire): JsonBody<Wire>,
) -> Result<Json<Policy>, Problem> {
    let Wire { required_approvals, author_barred } = wire;
    let policy = Policy { content_type, required_approvals, author_barred };
    Ok(Json(app.services.content().set_policy(&actor, policy).await?))
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Aliases {
    aliases: Vec<String>,
}

async fn aliases(
    State(app): State<AppState>,
    Caller(actor): Caller,
    IdInPath(id): IdInPath<UserId>,
) -> Result<Json<Aliases>, Problem> {
    Ok(Json(Aliases { aliases: app.services.content().aliases(&actor, id).await? }))
}

async fn set_aliases(
    State(app): State<AppState>,
    Caller(actor): Caller,
    IdInPath(id): IdInPath<UserId>,
    JsonBody(wire): JsonBody<Aliases>,
) -> Result<Json<Aliases>, Problem> {
    Ok(Json(Aliases { aliases: app.services.content().set_aliases(&actor, id, wire.aliases).await? }))
}
