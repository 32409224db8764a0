//! `/content-search`: which content contains this text.

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
    content::{ContentType, search::SearchHit},
    page::Page,
};
use serde::Deserialize;

const QUERY: &[Parameter] = &[
    parameter("q", "The text, 3 to 200 characters on one line; case does not matter."),
    parameter("type", "Only this content type."),
    parameter("limit", "Rows wanted, 1 to 500; 50 unless given."),
    parameter("cursor", "`next_cursor` of the page before."),
];

/// The endpoints.
pub fn endpoints() -> Vec<Endpoint> {
    vec![
        Endpoint::new(
            "GET",
            "/content-search",
            "Items whose newest content contains a text, with the first lines that do; secrets are hidden.",
            get(search),
        )
        .query(QUERY)
        .answers(200, Some("SearchHit[]")),
    ]
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Wire {
    #[serde(default)]
    q: String,
    r#type: Option<String>,
    limit: Option<u32>,
    cursor: Option<String>,
}

async fn search(
    State(app): State<AppState>,
    Caller(actor): Caller,
    Params(wire): Params<Wire>,
) -> Result<Json<Page<SearchHit>>, Problem> {
    let kind = wire.r#type.filter(|text| !text.is_empty()).map(|text| text.parse::<ContentType>());
    let kind = kind.transpose().map_err(|refusal| Problem::fields(422, &[refusal]))?;
    let page = Paging { limit: wire.limit, cursor: wire.cursor }.page()?;
    Ok(Json(app.services.content().search(&actor, &wire.q, kind, &page).await?))
}
