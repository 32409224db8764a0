//! `/receivers`: what receiving instances have, and where they differ from what they are offered.

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
use domain::{
    content::ContentType,
    field::FieldError,
    fleet::{FleetFilter, FleetItem, ReceiverRow},
    page::Page,
};
use serde::Deserialize;

const LIST: &[Parameter] = &[
    parameter("filter", "Only those that are `behind`, report `errors`, or were `changed` locally."),
    parameter("limit", "Rows wanted, 1 to 500; 50 unless given."),
    parameter("cursor", "`next_cursor` of the page before."),
];
const ITEMS: &[Parameter] = &[
    parameter("type", "Only this content type."),
    parameter("limit", "Rows wanted, 1 to 500; 50 unless given."),
    parameter("cursor", "`next_cursor` of the page before."),
];

/// The endpoints.
pub fn endpoints() -> Vec<Endpoint> {
    vec![
        Endpoint::new("GET", "/receivers", "Receivers by name, each summed up.", get(list))
            .query(LIST)
            .answers(200, Some("ReceiverRow[]")),
        Endpoint::new(
            "GET",
            "/receivers/items",
            "Items by version and state: how many receivers stand there.",
            get(items),
        )
        .query(ITEMS)
        .answers(200, Some("FleetItem[]")),
    ]
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Filtered {
    filter: Option<String>,
    limit: Option<u32>,
    cursor: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct OfType {
    r#type: Option<String>,
    limit: Option<u32>,
    cursor: Option<String>,
}

fn refused(refusal: FieldError) -> Problem {
    Problem::fields(422, &[refusal])
}

async fn list(
    State(app): State<AppState>,
    Caller(actor): Caller,
    Params(query): Params<Filtered>,
) -> Result<Json<Page<ReceiverRow>>, Problem> {
    let filter = query.filter.map(|text| text.parse::<FleetFilter>()).transpose().map_err(refused)?;
    let page = Paging { limit: query.limit, cursor: query.cursor }.page()?;
    Ok(Json(app.services.receivers().list(&actor, filter, &page).await?))
}

async fn items(
    State(app): State<AppState>,
    Caller(actor): Caller,
    Params(query): Params<OfType>,
) -> Result<Json<Page<FleetItem>>, Problem> {
    let kind = query.r#type.map(|text| text.parse::<ContentType>()).transpose().map_err(refused)?;
    let page = Paging { limit: query.limit, cursor: query.cursor }.page()?;
    Ok(Json(app.services.receivers().items(&actor, kind, &page).await?))
}
