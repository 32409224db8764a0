//! `/connectors`: connections to ConnectWise Manage. The private key goes in and never comes out: an answer says
//! whether there is one.

mod wire;

use crate::http::{
    public::{
        caller::Caller,
        endpoint::{Endpoint, Parameter, parameter},
        idempotency::Keyed,
        input::{IdInPath, JsonBody, Params},
        problem::Problem,
    },
    state::AppState,
};
use axum::{
    Json,
    extract::{Path, State},
    http::StatusCode,
    response::Response,
    routing::{delete, get, post, put},
};
use domain::{
    alert::AlertState,
    connector::{
        ConnectionTest, Connector, ConnectorHealth, DryRun, LogLine, MemberMatch, Preview, SetupReport,
    },
    ids::{ConnectorId, UserId},
    page::Page,
};
use serde::{Deserialize, Serialize};
use services::lasting::Lasting;
use wire::Settings;

const TAKE_DOWN: &[Parameter] =
    &[parameter("take_down", "`true`: first removes from Manage what the connector made there.")];

/// The endpoints.
pub fn endpoints() -> Vec<Endpoint> {
    let mut all = records();
    all.extend(questions());
    all
}

fn records() -> Vec<Endpoint> {
    vec![
        Endpoint::new("GET", "/connectors", "All connectors.", get(list)).answers(200, Some("Connector[]")),
        Endpoint::new(
            "POST",
            "/connectors",
            "Adds a connector; it does nothing until it is enabled.",
            post(add),
        )
        .body("ConnectorInput")
        .answers(201, Some("Connector")),
        Endpoint::new("GET", "/connectors/{id}", "One connector.", get(one)).answers(200, Some("Connector")),
        Endpoint::new(
            "PUT",
            "/connectors/{id}",
            "Changes a connector; a private key that is left out stays.",
            put(change),
        )
        .body("ConnectorInput")
        .answers(200, Some("Connector")),
        Endpoint::new("DELETE", "/connectors/{id}", "Removes a connector; its alerts stay.", delete(remove))
            .query(TAKE_DOWN)
            .answers(204, None),
        Endpoint::new(
            "POST",
            "/connectors/{id}/enable",
            "Makes what is missing in Manage and switches the connector on.",
            post(enable),
        )
        .answers(200, Some("SetupReport")),
        Endpoint::new("POST", "/connectors/{id}/disable", "Switches the connector off.", post(disable))
            .answers(204, None),
        Endpoint::new("POST", "/connectors/{id}/poll", "Asks Manage now.", post(poll))
            .answers(200, Some("PollResult")),
        Endpoint::new(
            "POST",
            "/connectors/{id}/callback",
            "Asks Manage to call this Tandem when tickets change (server.public_url must be set).",
            post(callback),
        )
        .answers(200, Some("Connector")),
        Endpoint::new(
            "DELETE",
            "/connectors/{id}/callback",
            "Asks Manage to call no more; polling goes on.",
            delete(withdraw),
        )
        .answers(200, Some("Connector")),
        Endpoint::new(
            "PUT",
            "/connectors/{id}/members/{user_id}",
            "Chooses the member of a person by hand; without one, the mail address decides.",
            put(choose),
        )
        .body("MemberChoice")
        .answers(204, None),
    ]
}

fn questions() -> Vec<Endpoint> {
    vec![
        Endpoint::new("POST", "/connectors/test", "Tests settings without keeping them.", post(try_out))
            .body("ConnectorInput")
            .answers(200, Some("ConnectionTest")),
        Endpoint::new(
            "POST",
            "/connectors/dry-run",
            "Says which of the newest 200 tickets would alert, without keeping the settings.",
            post(dry_run),
        )
        .body("ConnectorInput")
        .answers(200, Some("DryRun")),
        Endpoint::new(
            "POST",
            "/connectors/{id}/test",
            "Tests a connector as it is kept, or with other settings in the body.",
            post(test),
        )
        .answers(200, Some("ConnectionTest")),
        Endpoint::new(
            "POST",
            "/connectors/{id}/dry-run",
            "Says which of the newest 200 tickets would alert, as it is kept or with other settings in the body.",
            post(dry_run_kept),
        )
        .answers(200, Some("DryRun")),
        Endpoint::new(
            "POST",
            "/connectors/{id}/preview",
            "Says what acknowledging or closing would write into the newest tickets.",
            post(preview),
        )
        .body("PreviewRequest")
        .answers(200, Some("Preview[]")),
        Endpoint::new("GET", "/connectors/{id}/health", "How a connector does.", get(health))
            .answers(200, Some("ConnectorHealth")),
        Endpoint::new("GET", "/connectors/{id}/log", "The log of a connector, newest first.", get(log))
            .answers(200, Some("LogLine[]")),
        Endpoint::new("GET", "/connectors/{id}/members", "People and their members in Manage.", get(members))
            .answers(200, Some("MemberMatch[]")),
    ]
}

type Id = IdInPath<ConnectorId>;

fn page<T>(items: Vec<T>) -> Json<Page<T>> {
    Json(Page { total: items.len() as u64, items, next_cursor: None })
}

async fn list(State(app): State<AppState>, Caller(actor): Caller) -> Result<Json<Page<Connector>>, Problem> {
    Ok(page(app.services.connectors().list(&actor).await?))
}

async fn add(
    State(app): State<AppState>,
    Caller(actor): Caller,
    Keyed(once): Keyed,
    JsonBody(settings): JsonBody<Settings>,
) -> Result<Response, Problem> {
    let connector = app.services.connectors().once(once).add(&actor, settings.input()?).await?;
    Ok(super::created(format!("/connectors/{}", connector.id), &connector))
}

async fn one(
    State(app): State<AppState>,
    Caller(actor): Caller,
    IdInPath(id): Id,
) -> Result<Json<Connector>, Problem> {
    Ok(Json(app.services.connectors().get(&actor, id).await?))
}

async fn change(
    State(app): State<AppState>,
    Caller(actor): Caller,
    IdInPath(id): Id,
    JsonBody(settings): JsonBody<Settings>,
) -> Result<Json<Connector>, Problem> {
    Ok(Json(app.services.connectors().change(&actor, id, settings.input()?).await?))
}

#[derive(Deserialize)]
struct Removal {
    #[serde(default)]
    take_down: bool,
}

async fn remove(
    State(app): State<AppState>,
    Caller(actor): Caller,
    IdInPath(id): Id,
    Params(removal): Params<Removal>,
) -> Result<StatusCode, Problem> {
    app.services.connectors().remove(&actor, id, removal.take_down).await?;
    Ok(StatusCode::NO_CONTENT)
}

async fn enable(
    State(app): State<AppState>,
    Caller(actor): Caller,
    IdInPath(id): Id,
) -> Result<Json<SetupReport>, Problem> {
    let work = |services: services::Services| async move { services.connectors().enable(&actor, id).await };
    Ok(Json(match app.services.lasting(work).await? {
        Lasting::Done(report) => report,
        Lasting::GoesOn => SetupReport {
            needs: Vec::new(),
            warnings: vec!["the set-up takes long and goes on: the log tells every step".into()],
        },
    }))
}

async fn disable(
    State(app): State<AppState>,
    Caller(actor): Caller,
    IdInPath(id): Id,
) -> Result<StatusCode, Problem> {
    app.services.connectors().disable(&actor, id).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// What a poll found.
#[derive(Serialize)]
pub(crate) struct PollResult {
    /// One sentence.
    pub(crate) summary: String,
}

async fn poll(
    State(app): State<AppState>,
    Caller(actor): Caller,
    IdInPath(id): Id,
) -> Result<Json<PollResult>, Problem> {
    let work = |services: services::Services| async move { services.connectors().poll(&actor, id).await };
    let summary = match app.services.lasting(work).await? {
        Lasting::Done(summary) => summary,
        Lasting::GoesOn => "it takes long and goes on".into(),
    };
    Ok(Json(PollResult { summary }))
}

async fn callback(
    State(app): State<AppState>,
    Caller(actor): Caller,
    IdInPath(id): Id,
) -> Result<Json<Connector>, Problem> {
    Ok(Json(app.services.connectors().register_callback(&actor, id).await?))
}

async fn withdraw(
    State(app): State<AppState>,
    Caller(actor): Caller,
    IdInPath(id): Id,
) -> Result<Json<Connector>, Problem> {
    let (connector, _) = app.services.connectors().withdraw_callback(&actor, id).await?;
    Ok(Json(connector))
}

#[derive(Deserialize)]
struct OfMember {
    id: String,
    user_id: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Choice {
    #[serde(default)]
    member: Option<String>,
}

async fn choose(
    State(app): State<AppState>,
    Caller(actor): Caller,
    Path(of): Path<OfMember>,
    JsonBody(choice): JsonBody<Choice>,
) -> Result<StatusCode, Problem> {
    let unknown = |field: &str| Problem::field(404, field, "is not an id that a list gave out");
    let id: ConnectorId = of.id.parse().map_err(|_| unknown("id"))?;
    let user: UserId = of.user_id.parse().map_err(|_| unknown("user_id"))?;
    app.services.connectors().choose_member(&actor, id, user, choice.member).await?;
    Ok(StatusCode::NO_CONTENT)
}

async fn try_out(
    State(app): State<AppState>,
    Caller(actor): Caller,
    JsonBody(settings): JsonBody<Settings>,
) -> Result<Json<ConnectionTest>, Problem> {
    Ok(Json(app.services.connectors().test(&actor, None, settings.input()?).await?))
}

async fn test(
    State(app): State<AppState>,
    Caller(actor): Caller,
    IdInPath(id): Id,
    JsonBody(settings): JsonBody<Settings>,
) -> Result<Json<ConnectionTest>, Problem> {
    let connectors = app.services.connectors();
    Ok(Json(if settings.is_empty() {
        connectors.test_kept(&actor, id).await?
    } else {
        connectors.test(&actor, Some(id), settings.input()?).await?
    }))
}

async fn dry_run(
    State(app): State<AppState>,
    Caller(actor): Caller,
    JsonBody(settings): JsonBody<Settings>,
) -> Result<Json<DryRun>, Problem> {
    Ok(Json(app.services.connectors().dry_run(&actor, None, settings.input()?).await?))
}

async fn dry_run_kept(
    State(app): State<AppState>,
    Caller(actor): Caller,
    IdInPath(id): Id,
    JsonBody(settings): JsonBody<Settings>,
) -> Result<Json<DryRun>, Problem> {
    let connectors = app.services.connectors();
    Ok(Json(if settings.is_empty() {
        connectors.dry_run_kept(&actor, id).await?
    } else {
        connectors.dry_run(&actor, Some(id), settings.input()?).await?
    }))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct PreviewRequest {
    state: AlertState,
}

async fn preview(
    State(app): State<AppState>,
    Caller(actor): Caller,
    IdInPath(id): Id,
    JsonBody(wanted): JsonBody<PreviewRequest>,
) -> Result<Json<Page<Preview>>, Problem> {
    Ok(page(app.services.connectors().preview(&actor, id, wanted.state).await?))
}

async fn health(
    State(app): State<AppState>,
    Caller(actor): Caller,
    IdInPath(id): Id,
) -> Result<Json<ConnectorHealth>, Problem> {
    Ok(Json(app.services.connectors().health(&actor, id).await?))
}

async fn log(
    State(app): State<AppState>,
    Caller(actor): Caller,
    IdInPath(id): Id,
) -> Result<Json<Page<LogLine>>, Problem> {
    Ok(page(app.services.connectors().log(&actor, id).await?))
}

async fn members(
    State(app): State<AppState>,
    Caller(actor): Caller,
    IdInPath(id): Id,
) -> Result<Json<Page<MemberMatch>>, Problem> {
    Ok(page(app.services.connectors().members(&actor, id).await?))
}
