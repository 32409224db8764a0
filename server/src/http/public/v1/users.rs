//! `/users`: people.

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
    response::Response,
    routing::{get, patch, post},
};
use domain::{
    account::{Role, User},
    ids::UserId,
    page::Page,
};
use serde::Deserialize;
use services::accounts::{NewUser, UserPatch};

/// The endpoints.
pub fn endpoints() -> Vec<Endpoint> {
    vec![
        Endpoint::new("GET", "/users", "People by address.", get(list))
            .query(PAGED)
            .answers(200, Some("User[]")),
        Endpoint::new("POST", "/users", "Adds a person.", post(create))
            .body("NewUser")
            .answers(201, Some("User")),
        Endpoint::new("GET", "/users/{id}", "One person.", get(one)).answers(200, Some("User")),
        Endpoint::new("PATCH", "/users/{id}", "Changes name, role or disabled.", patch(update))
            .body("UserPatch")
            .answers(200, Some("User")),
    ]
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct New {
    email: String,
    name: String,
    role: Role,
    password: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Patch {
    #[serde(default)]
    name: Option<String>,
    #[serde(default)]
    role: Option<Role>,
    #[serde(default)]
    disabled: Option<bool>,
}

async fn list(
    State(app): State<AppState>,
    Caller(actor): Caller,
    Params(paging): Params<Paging>,
) -> Result<Json<Page<User>>, Problem> {
    Ok(Json(app.services.accounts().users(&actor, &paging.page()?).await?))
}

async fn create(
    State(app): State<AppState>,
    Caller(actor): Caller,
    Keyed(once): Keyed,
    JsonBody(wire): JsonBody<New>,
) -> Result<Response, Problem> {
    let new = NewUser { email: wire.email, name: wire.name, role: wire.role, password: wire.password };
    let user = app.services.accounts().once(once).create_user(&actor, new).await?;
    Ok(super::created(format!("/users/{}", user.id), &user))
}

async fn one(
    State(app): State<AppState>,
    Caller(actor): Caller,
    IdInPath(id): IdInPath<UserId>,
) -> Result<Json<User>, Problem> {
    Ok(Json(app.services.accounts().user(&actor, id).await?))
}

async fn update(
    State(app): State<AppState>,
    Caller(actor): Caller,
    IdInPath(id): IdInPath<UserId>,
    JsonBody(wire): JsonBody<Patch>,
) -> Result<Json<User>, Problem> {
    let patch = UserPatch { name: wire.name, role: wire.role, disabled: wire.disabled };
    Ok(Json(app.services.accounts().update_user(&actor, id, patch).await?))
}
