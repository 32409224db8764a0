//! `/categories`: how people sort alerts.

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
    alert::{
        Severity,
        category::{COLOURS, Category, CategoryInput, ICONS},
    },
    ids::CategoryId,
    page::Page,
};
use serde::Deserialize;

/// The endpoints.
pub fn endpoints() -> Vec<Endpoint> {
    vec![
        Endpoint::new(
            "GET",
            "/categories",
            "Categories in their order: the first that fits picks an alert.",
            get(list),
        )
        .answers(200, Some("Category[]")),
        Endpoint::new("POST", "/categories", "Adds a category at the end.", post(add))
            .body("CategoryInput")
            .answers(201, Some("Category")),
        Endpoint::new(
            "PUT",
            "/categories/{id}",
            "Changes a category; its alerts follow a new name.",
            put(change),
        )
        .body("CategoryInput")
        .answers(200, Some("Category")),
        Endpoint::new(
            "DELETE",
            "/categories/{id}",
            "Removes a category; alerts keep its name.",
            delete(remove),
        )
        .answers(204, None),
        Endpoint::new(
            "POST",
            "/categories/{id}/move",
            "Puts a category at another place, from 0.",
            post(put_at),
        )
        .body("MoveRequest")
        .answers(200, Some("Category[]")),
    ]
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Wire {
    name: String,
    #[serde(default = "first_colour")]
    colour: String,
    #[serde(default = "first_icon")]
    icon: String,
    #[serde(default)]
    severity: Option<Severity>,
    #[serde(default)]
    boards: Vec<String>,
    #[serde(default)]
    types: Vec<String>,
    #[serde(default)]
    priorities: Vec<String>,
    #[serde(default)]
    companies: Vec<String>,
}

fn first_colour() -> String {
    COLOURS[0].to_owned()
}

fn first_icon() -> String {
    ICONS[0].to_owned()
}

impl From<Wire> for CategoryInput {
    fn from(wire: Wire) -> Self {
        Self {
            name: wire.name,
            colour: wire.colour,
            icon: wire.icon,
            severity: wire.severity,
            boards: wire.boards,
            types: wire.types,
            priorities: wire.priorities,
            companies: wire.companies,
        }
    }
}

fn page(items: Vec<Category>) -> Json<Page<Category>> {
    Json(Page { total: items.len() as u64, items, next_cursor: None })
}

async fn list(State(app): State<AppState>, Caller(actor): Caller) -> Result<Json<Page<Category>>, Problem> {
    Ok(page(app.services.alerts().categories(&actor).await?))
}

async fn add(
    State(app): State<AppState>,
    Caller(actor): Caller,
    Keyed(once): Keyed,
    JsonBody(wire): JsonBody<Wire>,
) -> Result<Response, Problem> {
    let category = app.services.alerts().once(once).add_category(&actor, wire.into()).await?;
    Ok(super::created(format!("/categories/{}", category.id), &category))
}

async fn change(
    State(app): State<AppState>,
    Caller(actor): Caller,
    IdInPath(id): IdInPath<CategoryId>,
    JsonBody(wire): JsonBody<Wire>,
) -> Result<Json<Category>, Problem> {
    Ok(Json(app.services.alerts().change_category(&actor, id, wire.into()).await?))
}

async fn remove(
    State(app): State<AppState>,
    Caller(actor): Caller,
    IdInPath(id): IdInPath<CategoryId>,
) -> Result<StatusCode, Problem> {
    app.services.alerts().remove_category(&actor, id).await?;
    Ok(StatusCode::NO_CONTENT)
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Place {
    position: u32,
}

async fn put_at(
    State(app): State<AppState>,
    Caller(actor): Caller,
    IdInPath(id): IdInPath<CategoryId>,
    JsonBody(place): JsonBody<Place>,
) -> Result<Json<Page<Category>>, Problem> {
    app.services.alerts().move_category(&actor, id, place.position).await?;
    Ok(page(app.services.alerts().categories(&actor).await?))
}
