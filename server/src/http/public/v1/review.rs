//! Approving, refusing, planning and syncing a type.

use crate::http::{
    public::{
        caller::Caller,
        endpoint::Endpoint,
        input::{JsonBody, TypeInPath},
        problem::Problem,
    },
    state::AppState,
};
use axum::{
    Json,
    extract::State,
    routing::{get, post},
};
use domain::content::{
    ContentHash, Guid,
    view::{ItemResult, Plan, Seen, SyncResult},
};
use serde::Deserialize;
use serde_json::{Value, json};

/// The endpoints.
pub fn endpoints() -> Vec<Endpoint> {
    vec![
        Endpoint::new(
            "POST",
            "/content/{type}/approve",
            "Approves what was seen, item by item.",
            post(approve),
        )
        .body("ReviewRequest")
        .answers(200, Some("ReviewResult")),
        Endpoint::new("POST", "/content/{type}/unapprove", "Takes approvals back.", post(unapprove))
            .body("ReviewRequest")
            .answers(200, Some("ReviewResult")),
        Endpoint::new(
            "POST",
            "/content/{type}/reject",
            "Refuses what was seen, with a reason; the items stay Needs Approval.",
            post(reject),
        )
        .body("RejectRequest")
        .answers(200, Some("ReviewResult")),
        Endpoint::new("GET", "/content/{type}/plan", "What a sync would do.", get(plan))
            .answers(200, Some("Plan")),
        Endpoint::new(
            "POST",
            "/content/{type}/sync",
            "Publishes what was approved; exactly the plan that is named, if one is.",
            post(sync),
        )
        .body("SyncRequest")
        .answers(200, Some("SyncResult")),
    ]
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Review {
    items: Vec<SeenWire>,
    #[serde(default)]
    note: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct SeenWire {
    guid: Guid,
    #[serde(default)]
    candidate_hash: Option<ContentHash>,
}

impl Review {
    fn seen(items: Vec<SeenWire>) -> Vec<Seen> {
        items.into_iter().map(|item| Seen { guid: item.guid, candidate_hash: item.candidate_hash }).collect()
    }
}

fn told(results: Vec<ItemResult>) -> Json<Value> {
    let done = results.iter().filter(|result| result.ok).count();
    Json(json!({ "approved": done, "results": results }))
}

async fn approve(
    State(app): State<AppState>,
    Caller(actor): Caller,
    TypeInPath(kind): TypeInPath,
    JsonBody(wire): JsonBody<Review>,
) -> Result<Json<Value>, Problem> {
    Ok(told(app.services.content().approve(&actor, kind, Review::seen(wire.items), wire.note).await?))
}

async fn unapprove(
    State(app): State<AppState>,
    Caller(actor): Caller,
    TypeInPath(kind): TypeInPath,
    JsonBody(wire): JsonBody<Review>,
) -> Result<Json<Value>, Problem> {
    Ok(told(app.services.content().unapprove(&actor, kind, Review::seen(wire.items), wire.note).await?))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Refusal {
    items: Vec<SeenWire>,
    note: String,
}

async fn reject(
    State(app): State<AppState>,
    Caller(actor): Caller,
    TypeInPath(kind): TypeInPath,
    JsonBody(wire): JsonBody<Refusal>,
) -> Result<Json<Value>, Problem> {
    Ok(told(app.services.content().reject(&actor, kind, Review::seen(wire.items), &wire.note).await?))
}

async fn plan(
    State(app): State<AppState>,
    Caller(actor): Caller,
    TypeInPath(kind): TypeInPath,
) -> Result<Json<Plan>, Problem> {
    Ok(Json(app.services.content().plan(&actor, kind).await?))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Sync {
    #[serde(default)]
    plan_hash: Option<String>,
}

async fn sync(
    State(app): State<AppState>,
    Caller(actor): Caller,
    TypeInPath(kind): TypeInPath,
    JsonBody(wire): JsonBody<Sync>,
) -> Result<Json<SyncResult>, Problem> {
    Ok(Json(app.services.content().sync(&actor, kind, wire.plan_hash).await?))
}
