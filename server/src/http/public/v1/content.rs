//! `/content-types` and the tables of `/content/{type}`.

use crate::http::{
    public::{
        caller::Caller,
        endpoint::{Endpoint, Parameter, parameter},
        input::{Paging, Params, TypeInPath},
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
    content::{
        Approval, Status,
        view::{ItemFilter, ItemRow, ItemSort, TypeSummary},
    },
    ids::SourceId,
    page::Page,
};
use serde::Deserialize;
use services::Services;

const FILTERS: &[Parameter] = &[
    parameter("status", "Unchanged, Changed or Moved or Deleted."),
    parameter("approval", "No Action Needed, Needs Approval, Change Approved or Move/Delete Approved."),
    parameter("q", "Text that the name, path, GUID or id contains."),
    parameter("source", "Id of a source."),
    parameter("sort", "name, local_id, version, status or approval."),
    parameter("descending", "true for the other way round."),
    parameter("limit", "Rows wanted, 1 to 500; 50 unless given."),
    parameter("cursor", "`next_cursor` of the page before."),
];

/// The endpoints.
pub fn endpoints() -> Vec<Endpoint> {
    vec![
        Endpoint::new("GET", "/content-types", "Every content type with its counts.", get(types))
            .answers(200, Some("TypeSummary[]")),
        Endpoint::new("GET", "/content/{type}", "Items of a type.", get(items))
            .query(FILTERS)
            .answers(200, Some("ItemRow[]")),
        Endpoint::new(
            "POST",
            "/content/{type}/refresh",
            "Reads the newest changes of a type.",
            post(refresh),
        )
        .answers(200, Some("RefreshResult"))
        .lasting(),
    ]
}

async fn types(
    State(app): State<AppState>,
    Caller(actor): Caller,
) -> Result<Json<Page<TypeSummary>>, Problem> {
    let items = app.services.content().types(&actor).await?;
    Ok(Json(Page { total: items.len() as u64, items, next_cursor: None }))
}

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct Wire {
    status: Option<String>,
    approval: Option<String>,
    q: Option<String>,
    source: Option<String>,
    sort: Option<String>,
    descending: Option<bool>,
    limit: Option<u32>,
    cursor: Option<String>,
}

impl Wire {
    fn filter(&self) -> Result<ItemFilter, Problem> {
        let chosen = |text: &Option<String>| text.clone().filter(|text| !text.is_empty());
        let word = |field: &str, text: String, words: &[&'static str]| {
            let plain = |text: &str| text.to_lowercase().replace(['_', '-', '/'], " ");
            let found = words.iter().position(|word| plain(word) == plain(&text));
            found.ok_or_else(|| Problem::field(422, field, format!("must be one of: {}", words.join(", "))))
        };
        let statuses: Vec<&str> = Status::ALL.iter().map(|status| status.as_str()).collect();
        let approvals: Vec<&str> = Approval::ALL.iter().map(|approval| approval.as_str()).collect();
        let status = chosen(&self.status).map(|text| word("status", text, &statuses)).transpose()?;
        let approval = chosen(&self.approval).map(|text| word("approval", text, &approvals)).transpose()?;
        let source = chosen(&self.source).map(|text| {
            text.parse::<SourceId>().map_err(|error| Problem::field(422, "source", error.to_string()))
        });
        let sort = chosen(&self.sort).map(|text| ItemSort::parse(&text)).transpose();
        Ok(ItemFilter {
            status: status.map(|at| Status::ALL[at]),
            approval: approval.map(|at| Approval::ALL[at]),
            query: chosen(&self.q),
            source: source.transpose()?,
            sort: sort.map_err(|refusal| Problem::fields(422, &[refusal]))?.unwrap_or_default(),
            descending: self.descending.unwrap_or(false),
        })
    }
}

async fn items(
    State(app): State<AppState>,
    Caller(actor): Caller,
    TypeInPath(kind): TypeInPath,
    Params(wire): Params<Wire>,
) -> Result<Json<Page<ItemRow>>, Problem> {
    let filter = wire.filter()?;
    let page = Paging { limit: wire.limit, cursor: wire.cursor }.page()?;
    Ok(Json(app.services.content().items(&actor, kind, &filter, &page).await?))
}

async fn refresh(
    State(app): State<AppState>,
    Caller(actor): Caller,
    TypeInPath(kind): TypeInPath,
) -> Result<Response, Problem> {
    let reading = |services: Services| async move { services.content().refresh(&actor, kind).await };
    Ok(super::lasting(app.services.lasting(reading).await?))
}
