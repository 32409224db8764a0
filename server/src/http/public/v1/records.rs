//! `/schedules` and `/audit`: what runs when, and who did what.

use crate::http::{
    public::{
        caller::Caller,
        endpoint::{Endpoint, Parameter, parameter},
        input::{Paging, Params},
        problem::Problem,
    },
    state::AppState,
};
use axum::{Json, extract::State, routing::get};
use domain::{audit::AuditLine, page::Page, schedule::Schedule};
use serde::Deserialize;
use services::ports::store::audit::AuditFilter;

const FILTERS: &[Parameter] = &[
    parameter("type", "Only this content type."),
    parameter("action", "Only actions that begin with this, for example content."),
    parameter("q", "Text that actor, subject or summary contains."),
    parameter("limit", "Rows wanted, 1 to 500; 50 unless given."),
    parameter("cursor", "`next_cursor` of the page before."),
];

/// The endpoints.
pub fn endpoints() -> Vec<Endpoint> {
    vec![
        Endpoint::new("GET", "/schedules", "Jobs with their last and next run.", get(schedules))
            .answers(200, Some("Schedule[]")),
        Endpoint::new("GET", "/audit", "Who did what, newest first.", get(audit))
            .query(FILTERS)
            .answers(200, Some("AuditLine[]")),
    ]
}

async fn schedules(
    State(app): State<AppState>,
    Caller(actor): Caller,
) -> Result<Json<Page<Schedule>>, Problem> {
    let items = app.services.schedules().list(&actor).await?;
    Ok(Json(Page { total: items.len() as u64, items, next_cursor: None }))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Wire {
    r#type: Option<String>,
    action: Option<String>,
    q: Option<String>,
    limit: Option<u32>,
    cursor: Option<String>,
}

async fn audit(
    State(app): State<AppState>,
    Caller(actor): Caller,
    Params(wire): Params<Wire>,
) -> Result<Json<Page<AuditLine>>, Problem> {
    let kind = wire.r#type.filter(|text| !text.is_empty()).map(|text| text.parse()).transpose();
    let filter = AuditFilter {
        content_type: kind.map_err(|refusal| Problem::fields(422, &[refusal]))?,
        action: wire.action,
        query: wire.q,
    };
    let page = Paging { limit: wire.limit, cursor: wire.cursor }.page()?;
    Ok(Json(app.services.audit().list(&actor, &filter, &page).await?))
}
