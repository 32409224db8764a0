//! `/alerts`: what people are told about, and what they do about it.

mod act;
mod wire;

pub use wire::{AlertView, DetailView};

use crate::http::{
    public::{
        caller::Caller,
        endpoint::{Endpoint, Parameter, parameter},
        idempotency::Keyed,
        input::{IdInPath, Paging, Params, UntidyBody},
        problem::Problem,
    },
    state::AppState,
};
use axum::{
    Json,
    extract::State,
    response::Response,
    routing::{get, post},
};
use domain::{
    account::Actor,
    alert::{AlertCounts, AlertFilter, AlertState, Assignee, Raise, Severity},
    ids::{AlertId, ConnectorId, UserId},
    page::Page,
};
use serde::Deserialize;

const FILTERS: &[Parameter] = &[
    parameter("state", "Only `open`, `acknowledged` or `closed` ones."),
    parameter(
        "mine",
        "`true`: only those that the caller took, closed or was given; or a person's id. They are counted up to 1000.",
    ),
    parameter("category", "Only of this category, by name."),
    parameter("connector", "Only those that came by this connector."),
    parameter(
        "q",
        "Text that the title, the company or the number of the ticket contains. Such alerts are counted up to 1000.",
    ),
    parameter("limit", "Rows wanted, 1 to 500; 50 unless given."),
    parameter("cursor", "`next_cursor` of the page before."),
];

/// The endpoints.
pub fn endpoints() -> Vec<Endpoint> {
    let own = vec![
        Endpoint::new("GET", "/alerts", "Alerts, newest first.", get(list))
            .query(FILTERS)
            .answers(200, Some("Alert[]")),
        Endpoint::new(
            "POST",
            "/alerts",
            "Raises an alert without Manage: for monitoring tools and tests.",
            post(raise),
        )
        .body("Raise")
        .answers(201, Some("AlertDetail")),
        Endpoint::new(
            "GET",
            "/alerts/counts",
            "How many alerts there are in each state, under the filters of the list.",
            get(counts),
        )
        .query(FILTERS)
        .answers(200, Some("AlertCounts")),
        Endpoint::new("GET", "/alerts/people", "The people whom an alert can be given to.", get(people))
            .answers(200, Some("Assignee[]")),
        Endpoint::new("GET", "/alerts/{id}", "One alert with everything about it.", get(one))
            .answers(200, Some("AlertDetail")),
    ];
    [own, act::endpoints()].into_iter().flatten().collect()
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Wire {
    state: Option<String>,
    mine: Option<String>,
    category: Option<String>,
    connector: Option<String>,
    q: Option<String>,
    limit: Option<u32>,
    cursor: Option<String>,
}

impl Wire {
    fn filter(&self, actor: &Actor) -> Result<AlertFilter, Problem> {
        let given = |text: &Option<String>| text.clone().filter(|text| !text.trim().is_empty());
        let state = |word: String| {
            let told = "must be open, acknowledged or closed";
            AlertState::parse(&word).ok_or_else(|| Problem::field(422, "state", told))
        };
        let connector = |text: String| {
            text.parse::<ConnectorId>().map_err(|error| Problem::field(422, "connector", error.to_string()))
        };
        Ok(AlertFilter {
            state: given(&self.state).map(state).transpose()?,
            mine: given(&self.mine).map(|text| whose(actor, &text)).transpose()?.flatten(),
            category: given(&self.category),
            connector: given(&self.connector).map(connector).transpose()?,
            q: given(&self.q),
        })
    }
}

/// Whose alerts are meant. A program with a personal token has alerts of its own as a person has.
fn whose(actor: &Actor, text: &str) -> Result<Option<UserId>, Problem> {
    match (text, actor) {
        ("false" | "0", _) => Ok(None),
        ("true" | "1", Actor::User { id, .. }) => Ok(Some(*id)),
        ("true" | "1", Actor::Token { id, .. }) => Ok(Some(UserId(id.0))),
        _ => {
            let refused = |_| Problem::field(422, "mine", "must be true, false or a person's id");
            text.parse().map(Some).map_err(refused)
        }
    }
}

async fn list(
    State(app): State<AppState>,
    Caller(actor): Caller,
    Params(wire): Params<Wire>,
) -> Result<Json<Page<AlertView>>, Problem> {
    let filter = wire.filter(&actor)?;
    let page = Paging { limit: wire.limit, cursor: wire.cursor }.page()?;
    let alerts = app.services.alerts().list(&actor, &filter, &page).await?;
    Ok(Json(alerts.map(AlertView::from)))
}

async fn counts(
    State(app): State<AppState>,
    Caller(actor): Caller,
    Params(wire): Params<Wire>,
) -> Result<Json<AlertCounts>, Problem> {
    let filter = wire.filter(&actor)?;
    Ok(Json(app.services.alerts().counts(&actor, &filter).await?))
}

async fn people(State(app): State<AppState>, Caller(actor): Caller) -> Result<Json<Page<Assignee>>, Problem> {
    let items = app.services.alerts().people(&actor).await?;
    Ok(Json(Page { total: items.len() as u64, items, next_cursor: None }))
}

async fn one(
    State(app): State<AppState>,
    Caller(actor): Caller,
    IdInPath(id): IdInPath<AlertId>,
) -> Result<Json<DetailView>, Problem> {
    detail(&app, &actor, id).await
}

/// An alert as it stands now.
async fn detail(app: &AppState, actor: &Actor, id: AlertId) -> Result<Json<DetailView>, Problem> {
    Ok(Json(app.services.alerts().get(actor, id).await?.into()))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct New {
    title: String,
    #[serde(default)]
    text: String,
    #[serde(default)]
    category: String,
    #[serde(default)]
    severity: Severity,
}

async fn raise(
    State(app): State<AppState>,
    Caller(actor): Caller,
    Keyed(once): Keyed,
    UntidyBody(new): UntidyBody<New>,
) -> Result<Response, Problem> {
    let raise = Raise { title: new.title, text: new.text, category: new.category, severity: new.severity };
    let raised = app.services.alerts().once(once).raise(&actor, &raise).await?;
    let place = format!("/alerts/{}", raised.alert.id);
    Ok(super::created(place, &DetailView::from(raised)))
}
