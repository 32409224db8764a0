//! `/tokens`: personal tokens.

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
    routing::{delete, get, post},
};
use domain::{account::Role, ids::TokenId, page::Page};
use serde::Deserialize;
use services::ports::store::accounts::ApiToken;

/// The endpoints.
pub fn endpoints() -> Vec<Endpoint> {
    vec![
        Endpoint::new("GET", "/tokens", "Personal tokens, newest first.", get(list))
            .answers(200, Some("ApiToken[]")),
        Endpoint::new("POST", "/tokens", "Makes a token, shown once.", post(create))
            .body("NewTokenRequest")
            .answers(201, Some("NewToken")),
        Endpoint::new(
            "DELETE",
            "/tokens/{id}",
            "Revokes a token; its next request is refused.",
            delete(remove),
        )
        .answers(204, None),
    ]
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct New {
    name: String,
    role: Role,
}

async fn list(State(app): State<AppState>, Caller(actor): Caller) -> Result<Json<Page<ApiToken>>, Problem> {
    let items = app.services.accounts().tokens(&actor).await?;
    Ok(Json(Page { total: items.len() as u64, items, next_cursor: None }))
}

async fn create(
    State(app): State<AppState>,
    Caller(actor): Caller,
    Keyed(once): Keyed,
    JsonBody(wire): JsonBody<New>,
) -> Result<Response, Problem> {
    let token = app.services.accounts().once(once).create_token(&actor, &wire.name, wire.role).await?;
    Ok(super::created(format!("/tokens/{}", token.record.id), &token))
}

async fn remove(
    State(app): State<AppState>,
    Caller(actor): Caller,
    IdInPath(id): IdInPath<TokenId>,
) -> Result<StatusCode, Problem> {
    app.services.accounts().delete_token(&actor, id).await?;
    Ok(StatusCode::NO_CONTENT)
}
