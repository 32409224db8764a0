//! What a caller does to alerts. Each answers the alert as it stands afterwards; a step that somebody else took
//! first is a conflict that says who and when.

use super::{DetailView, detail};
use crate::http::{
    public::{
        caller::Caller,
        endpoint::Endpoint,
        idempotency::Keyed,
        input::{IdInPath, JsonBody, UntidyBody},
        problem::Problem,
    },
    state::AppState,
};
use axum::{Json, extract::State, routing::post};
use domain::{
    alert::{BulkAction, BulkResult},
    ids::{AlertId, UserId},
};
use serde::{Deserialize, Serialize};

/// The endpoints.
pub(super) fn endpoints() -> Vec<Endpoint> {
    let step =
        |path, about, route| Endpoint::new("POST", path, about, route).answers(200, Some("AlertDetail"));
    vec![
        step("/alerts/{id}/acknowledge", "Takes an alert.", post(acknowledge)),
        step("/alerts/{id}/close", "Ends an alert.", post(close)),
        step("/alerts/{id}/reopen", "Lets a closed alert begin again.", post(reopen)),
        Endpoint::new(
            "POST",
            "/alerts/{id}/annotate",
            "Adds a note, here and in the ticket.",
            post(annotate),
        )
        .body("AnnotateRequest")
        .answers(200, Some("AlertDetail")),
        Endpoint::new("POST", "/alerts/{id}/assign", "Gives an alert to somebody.", post(assign))
            .body("AssignRequest")
            .answers(200, Some("AlertDetail")),
        Endpoint::new(
            "POST",
            "/alerts/bulk",
            "Does the same to up to 500 alerts; each that can be done is done, and each gets its answer.",
            post(bulk),
        )
        .body("BulkRequest")
        .answers(200, Some("BulkAnswer")),
    ]
}

async fn acknowledge(
    State(app): State<AppState>,
    Caller(actor): Caller,
    Keyed(once): Keyed,
    IdInPath(id): IdInPath<AlertId>,
) -> Result<Json<DetailView>, Problem> {
    app.services.alerts().once(once).acknowledge(&actor, id).await?;
    detail(&app, &actor, id).await
}

async fn close(
    State(app): State<AppState>,
    Caller(actor): Caller,
    Keyed(once): Keyed,
    IdInPath(id): IdInPath<AlertId>,
) -> Result<Json<DetailView>, Problem> {
    app.services.alerts().once(once).close(&actor, id).await?;
    detail(&app, &actor, id).await
}

async fn reopen(
    State(app): State<AppState>,
    Caller(actor): Caller,
    Keyed(once): Keyed,
    IdInPath(id): IdInPath<AlertId>,
) -> Result<Json<DetailView>, Problem> {
    app.services.alerts().once(once).reopen(&actor, id).await?;
    detail(&app, &actor, id).await
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Note {
    text: String,
}

async fn annotate(
    State(app): State<AppState>,
    Caller(actor): Caller,
    Keyed(once): Keyed,
    IdInPath(id): IdInPath<AlertId>,
    UntidyBody(note): UntidyBody<Note>,
) -> Result<Json<DetailView>, Problem> {
    app.services.alerts().once(once).annotate(&actor, id, &note.text).await?;
    detail(&app, &actor, id).await
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Assignment {
    user_id: UserId,
}

async fn assign(
    State(app): State<AppState>,
    Caller(actor): Caller,
    Keyed(once): Keyed,
    IdInPath(id): IdInPath<AlertId>,
    JsonBody(to): JsonBody<Assignment>,
) -> Result<Json<DetailView>, Problem> {
    app.services.alerts().once(once).assign(&actor, id, to.user_id).await?;
    detail(&app, &actor, id).await
}

#[derive(Deserialize)]
struct Bulk {
    ids: Vec<AlertId>,
    #[serde(flatten)]
    action: BulkAction,
}

#[derive(Serialize)]
struct BulkAnswer {
    done: usize,
    results: Vec<BulkResult>,
}

async fn bulk(
    State(app): State<AppState>,
    Caller(actor): Caller,
    Keyed(once): Keyed,
    JsonBody(bulk): JsonBody<Bulk>,
) -> Result<Json<BulkAnswer>, Problem> {
    let results = app.services.alerts().once(once).bulk(&actor, &bulk.ids, &bulk.action).await?;
    let done = results.iter().filter(|result| result.ok).count();
    Ok(Json(BulkAnswer { done, results }))
}
