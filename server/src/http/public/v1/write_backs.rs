//! `/write-backs`: what Tandem owes to tickets, with every attempt, and another try for what was given up.

use crate::http::{
    public::{
        caller::Caller,
        endpoint::{Endpoint, Parameter, parameter},
        input::{IdInPath, Paging, Params},
        problem::Problem,
    },
    state::AppState,
};
use axum::{
    Json,
    extract::State,
    routing::{get, post},
};
use domain::{
    ids::{ConnectorId, WriteBackId},
    page::Page,
    write_back::{WriteBack, WriteBackState},
};
use serde::Deserialize;
use services::ports::store::write_backs::WriteBackFilter;

const FILTERS: &[Parameter] = &[
    parameter("state", "Only `pending`, `done`, `failed` or `superseded` ones."),
    parameter("connector", "Only those of this connector."),
    parameter("limit", "Rows wanted, 1 to 500; 50 unless given."),
    parameter("cursor", "`next_cursor` of the page before."),
];

/// The endpoints.
pub fn endpoints() -> Vec<Endpoint> {
    vec![
        Endpoint::new("GET", "/write-backs", "What is or was owed to tickets, newest first.", get(list))
            .query(FILTERS)
            .answers(200, Some("WriteBack[]")),
        Endpoint::new(
            "POST",
            "/write-backs/{id}/replay",
            "Lets a write-back that was given up begin anew; a state only while the alert still has it.",
            post(replay),
        )
        .answers(200, Some("WriteBack")),
    ]
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Wire {
    state: Option<String>,
    connector: Option<String>,
    limit: Option<u32>,
    cursor: Option<String>,
}

async fn list(
    State(app): State<AppState>,
    Caller(actor): Caller,
    Params(wire): Params<Wire>,
) -> Result<Json<Page<WriteBack>>, Problem> {
    let state = |word: String| {
        let told = "must be pending, done, failed or superseded";
        WriteBackState::parse(&word).ok_or_else(|| Problem::field(422, "state", told))
    };
    let connector = |text: String| {
        text.parse::<ConnectorId>().map_err(|error| Problem::field(422, "connector", error.to_string()))
    };
    let filter = WriteBackFilter {
        state: wire.state.filter(|word| !word.is_empty()).map(state).transpose()?,
        connector: wire.connector.filter(|text| !text.is_empty()).map(connector).transpose()?,
    };
    let page = Paging { limit: wire.limit, cursor: wire.cursor }.page()?;
    Ok(Json(app.services.alerts().write_backs(&actor, &filter, &page).await?))
}

async fn replay(
    State(app): State<AppState>,
    Caller(actor): Caller,
    IdInPath(id): IdInPath<WriteBackId>,
) -> Result<Json<WriteBack>, Problem> {
    Ok(Json(app.services.alerts().replay(&actor, id).await?))
}
