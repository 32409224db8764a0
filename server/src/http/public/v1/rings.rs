//! `/rings`: the ordered stages of production, and how content goes on from one to the next.

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
    ids::RingId,
    page::Page,
    ring::{PromotionResult, Ring, RingInput, RingPlan, RingRules, RingView},
};
use serde::Deserialize;

/// The endpoints.
pub fn endpoints() -> Vec<Endpoint> {
    vec![
        Endpoint::new("GET", "/rings", "All rings in their order.", get(list))
            .answers(200, Some("RingView[]")),
        Endpoint::new("POST", "/rings", "Adds a ring, at the end unless a position is named.", post(create))
            .body("RingInput")
            .answers(201, Some("Ring")),
        Endpoint::new("POST", "/rings/order", "Puts the rings in another order.", post(reorder))
            .body("RingOrder")
            .answers(200, Some("RingView[]")),
        Endpoint::new("GET", "/rings/{id}", "One ring.", get(one)).answers(200, Some("RingView")),
        Endpoint::new("PUT", "/rings/{id}", "Changes a ring's name and rules.", put(update))
            .body("RingUpdate")
            .answers(200, Some("Ring")),
        Endpoint::new("DELETE", "/rings/{id}", "Removes a ring that no API client reads.", delete(remove))
            .answers(204, None),
        Endpoint::new("GET", "/rings/{id}/plan", "What a promotion into a ring would do now.", get(plan))
            .answers(200, Some("RingPlan")),
        Endpoint::new(
            "POST",
            "/rings/{id}/promote",
            "Takes everything on from the ring before; with a plan's hash exactly that plan.",
            post(promote),
        )
        .body("PromoteRequest")
        .answers(200, Some("PromotionResult")),
        Endpoint::new(
            "POST",
            "/rings/{id}/resume",
            "Lets a ring that stopped go on by itself.",
            post(resume),
        )
        .body("ReasonRequest")
        .answers(200, Some("Ring")),
    ]
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct New {
    name: String,
    #[serde(default)]
    position: Option<usize>,
    #[serde(default)]
    rules: RingRules,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Change {
    name: String,
    #[serde(default)]
    rules: RingRules,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Order {
    rings: Vec<RingId>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Promote {
    #[serde(default)]
    plan_hash: Option<String>,
    #[serde(default)]
    reason: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Why {
    reason: String,
}

fn page(items: Vec<RingView>) -> Json<Page<RingView>> {
    Json(Page { total: items.len() as u64, items, next_cursor: None })
}

async fn list(State(app): State<AppState>, Caller(actor): Caller) -> Result<Json<Page<RingView>>, Problem> {
    Ok(page(app.services.rings().list(&actor).await?))
}

async fn create(
    State(app): State<AppState>,
    Caller(actor): Caller,
    Keyed(once): Keyed,
    JsonBody(wire): JsonBody<New>,
) -> Result<Response, Problem> {
    let input = RingInput { name: wire.name, rules: wire.rules };
    let ring = app.services.rings().once(once).create(&actor, input, wire.position).await?;
    Ok(super::created(format!("/rings/{}", ring.id), &ring))
}

async fn one(
    State(app): State<AppState>,
    Caller(actor): Caller,
    IdInPath(id): IdInPath<RingId>,
) -> Result<Json<RingView>, Problem> {
    Ok(Json(app.services.rings().get(&actor, id).await?))
}

async fn update(
    State(app): State<AppState>,
    Caller(actor): Caller,
    IdInPath(id): IdInPath<RingId>,
    JsonBody(wire): JsonBody<Change>,
) -> Result<Json<Ring>, Problem> {
    let input = RingInput { name: wire.name, rules: wire.rules };
    Ok(Json(app.services.rings().update(&actor, id, input).await?))
}

async fn reorder(
    State(app): State<AppState>,
    Caller(actor): Caller,
    JsonBody(wire): JsonBody<Order>,
) -> Result<Json<Page<RingView>>, Problem> {
    Ok(page(app.services.rings().reorder(&actor, &wire.rings).await?))
}

async fn remove(
    State(app): State<AppState>,
    Caller(actor): Caller,
    IdInPath(id): IdInPath<RingId>,
) -> Result<StatusCode, Problem> {
    app.services.rings().delete(&actor, id).await?;
    Ok(StatusCode::NO_CONTENT)
}

async fn plan(
    State(app): State<AppState>,
    Caller(actor): Caller,
    IdInPath(id): IdInPath<RingId>,
) -> Result<Json<RingPlan>, Problem> {
    Ok(Json(app.services.rings().plan(&actor, id).await?))
}

async fn promote(
    State(app): State<AppState>,
    Caller(actor): Caller,
    IdInPath(id): IdInPath<RingId>,
    JsonBody(wire): JsonBody<Promote>,
) -> Result<Json<PromotionResult>, Problem> {
    Ok(Json(app.services.rings().promote(&actor, id, wire.plan_hash, wire.reason).await?))
}

async fn resume(
    State(app): State<AppState>,
    Caller(actor): Caller,
    IdInPath(id): IdInPath<RingId>,
    JsonBody(wire): JsonBody<Why>,
) -> Result<Json<Ring>, Problem> {
    Ok(Json(app.services.rings().resume(&actor, id, &wire.reason).await?))
}
