//! Alerts: the inbox, one alert, what people do with them; categories and write-backs.

use super::ApiError;
use domain::{
    alert::{Alert, AlertCounts, AlertDetail, AlertState, BulkResult, category::Category},
    page::Page,
    write_back::{WriteBack, WriteBackState},
};
use jiff::Timestamp;
use leptos::server;
use serde::{Deserialize, Serialize};

/// Which alerts the inbox shows, as its address says.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Wanted {
    /// In this state; none stands for open.
    pub state: Option<AlertState>,
    /// Only those of the person who looks.
    pub mine: bool,
    /// Of this category.
    pub category: Option<String>,
    /// With this text.
    pub q: Option<String>,
    /// The page.
    pub cursor: Option<String>,
}

/// What is known of the line to Manage, over all connectors.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct ManageLine {
    /// How many connectors there are.
    pub connectors: usize,
    /// How many are enabled.
    pub enabled: usize,
    /// When the instance that was silent longest answered last.
    pub last_answer_at: Option<Timestamp>,
    /// The name of a connector that has a problem, and the problem.
    pub problem: Option<(String, String)>,
    /// Changes that Manage did not take.
    pub failed_write_backs: u64,
}

/// The inbox.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Inbox {
    /// The alerts.
    pub page: Page<Alert>,
    /// How many there are in each state.
    pub counts: AlertCounts,
    /// How far they are counted.
    pub counted_to: u64,
    /// How many nobody has taken, whatever the filter leaves out; none where it leaves out nothing.
    pub open_in_all: Option<u64>,
    /// All categories.
    pub categories: Vec<Category>,
    /// The line to Manage.
    pub line: ManageLine,
    /// The id of the person who looks.
    pub me: String,
    /// Whether they may act.
    pub may_handle: bool,
    /// Whether they may set connectors and categories up.
    pub may_manage: bool,
    /// The server's time.
    pub now: Timestamp,
}

/// A note of a ticket, ready to be shown.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ShownNote {
    /// Its text as HTML that holds nothing but text, lists, links and the like.
    pub html: String,
    /// Who wrote it.
    pub author: Option<String>,
    /// When.
    pub at: Option<Timestamp>,
    /// Whether the customer sees it.
    pub public: bool,
    /// Whether it stands in the resolution.
    pub resolution: bool,
}

/// One alert.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct AlertPage {
    /// The alert with everything about it; its notes are in `notes`.
    pub detail: AlertDetail,
    /// The notes of its ticket.
    pub notes: Vec<ShownNote>,
    /// All categories.
    pub categories: Vec<Category>,
    /// Whom it can be given to: id and name.
    pub people: Vec<(String, String)>,
    /// The line to Manage.
    pub line: ManageLine,
    /// The id of the person who looks.
    pub me: String,
    /// Whether they may act.
    pub may_handle: bool,
    /// The server's time.
    pub now: Timestamp,
}

/// The inbox as its address says.
#[server(LoadInbox)]
pub async fn inbox(wanted: Wanted) -> Result<Inbox, ApiError> {
    use super::{
        alert_views,
        context::{refuse, signed_in},
    };
    use domain::account::Permission;
    let (services, actor) = signed_in()?;
    let filter = alert_views::filter(&wanted, &actor);
    let alerts = services.alerts();
    let open_in_all = match wanted.is_filtered() {
        true => Some(alerts.counts(&actor, &Default::default()).await.map_err(refuse)?.open),
        false => None,
    };
    let page = domain::page::PageRequest { cursor: wanted.cursor, ..Default::default() };
    Ok(Inbox {
        open_in_all,
        page: alerts.list(&actor, &filter, &page).await.map_err(refuse)?,
        counts: alerts.counts(&actor, &filter).await.map_err(refuse)?,
        counted_to: filter.counted_to(),
        categories: alerts.categories(&actor).await.map_err(refuse)?,
        line: alert_views::line(&services, &actor).await.map_err(refuse)?,
        me: actor.id().unwrap_or_default(),
        may_handle: actor.may(Permission::HandleAlerts),
        may_manage: actor.may(Permission::ManageConnectors),
        now: services.now(),
    })
}

/// One alert.
#[server(LoadAlert)]
pub async fn alert(id: String) -> Result<AlertPage, ApiError> {
    use super::{
        alert_views,
        context::{refuse, signed_in},
    };
    let (services, actor) = signed_in()?;
    let id = id.parse().map_err(|_| refuse(::services::Error::NotFound("alert")))?;
    alert_views::page(&services, &actor, id).await.map_err(refuse)
}

/// What is done to several alerts (`ids` and `act`), or to the one whose button was pressed (`only`: what, and
/// which). Each has a result of its own.
#[server]
pub async fn handle(
    #[server(default)] act: String,
    #[server(default)] only: Option<String>,
    #[server(default)] ids: Vec<String>,
    #[server(default)] text: String,
) -> Result<Vec<BulkResult>, ApiError> {
    use super::{
        alert_views,
        context::{refuse, signed_in, told},
    };
    let (services, actor) = signed_in()?;
    let (act, ids) = match only.as_deref().and_then(|only| only.split_once(' ')) {
        Some((act, id)) => (act.to_owned(), vec![id.to_owned()]),
        None => (act, ids),
    };
    let action = alert_views::action(&act, text).map_err(told)?;
    let ids = alert_views::ids(&ids).map_err(told)?;
    services.alerts().bulk(&actor, &ids, &action).await.map_err(refuse)
}

/// Takes a step with one alert; says what was done.
#[server]
pub async fn step(id: String, act: String) -> Result<String, ApiError> {
    use super::context::{refuse, signed_in};
    let (services, actor) = signed_in()?;
    let id = id.parse().map_err(|_| refuse(::services::Error::NotFound("alert")))?;
    let alerts = services.alerts();
    let (alert, done) = match act.as_str() {
        "acknowledge" => (alerts.acknowledge(&actor, id).await, "You have it now."),
        "close" => (alerts.close(&actor, id).await, "Closed."),
        "reopen" => (alerts.reopen(&actor, id).await, "Open again."),
        _ => return Err(ApiError::Conflict("This is not a step of an alert.".into())),
    };
    let alert = alert.map_err(refuse)?;
    Ok(super::alert_views::done(&alert, done))
}

/// Adds a note to an alert and its ticket.
#[server]
pub async fn annotate(id: String, text: String) -> Result<String, ApiError> {
    use super::context::{refuse, signed_in};
    let (services, actor) = signed_in()?;
    let id = id.parse().map_err(|_| refuse(::services::Error::NotFound("alert")))?;
    let alert = services.alerts().annotate(&actor, id, &text).await.map_err(refuse)?;
    Ok(super::alert_views::done(&alert, "The note stands in the timeline."))
}

/// Gives an alert to somebody.
#[server]
pub async fn assign(id: String, user_id: String) -> Result<String, ApiError> {
    use super::context::{refuse, signed_in};
    let (services, actor) = signed_in()?;
    let id = id.parse().map_err(|_| refuse(::services::Error::NotFound("alert")))?;
    let user = user_id.parse().map_err(|_| refuse(::services::Error::NotFound("person")))?;
    let alert = services.alerts().assign(&actor, id, user).await.map_err(refuse)?;
    let who = alert.assignee.as_ref().map_or_else(String::new, |assignee| assignee.name.clone());
    Ok(super::alert_views::done(&alert, &format!("{who} has it now.")))
}

/// Lets a write-back that was given up begin anew.
#[server]
pub async fn replay(id: String) -> Result<String, ApiError> {
    use super::context::{refuse, signed_in};
    let (services, actor) = signed_in()?;
    let id = id.parse().map_err(|_| refuse(::services::Error::NotFound("write-back")))?;
    services.alerts().replay(&actor, id).await.map_err(refuse)?;
    Ok("It is tried again. Its ticket takes it in its turn.".to_owned())
}

/// The write-backs.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct WriteBacks {
    /// What is or was owed.
    pub page: Page<WriteBack>,
    /// The line to Manage.
    pub line: ManageLine,
    /// Whether the person who looks may replay.
    pub may_handle: bool,
    /// The server's time.
    pub now: Timestamp,
}

/// Changes that are or were owed to tickets.
#[server(LoadWriteBacks)]
pub async fn write_backs(
    state: Option<WriteBackState>,
    connector: Option<String>,
    cursor: Option<String>,
) -> Result<WriteBacks, ApiError> {
    use super::{
        alert_views,
        context::{refuse, signed_in},
    };
    use domain::account::Permission;
    let (services, actor) = signed_in()?;
    let connector = connector.and_then(|id| id.parse().ok());
    let filter = ::services::ports::store::write_backs::WriteBackFilter { state, connector };
    let page = domain::page::PageRequest { cursor, ..Default::default() };
    Ok(WriteBacks {
        page: services.alerts().write_backs(&actor, &filter, &page).await.map_err(refuse)?,
        line: alert_views::line(&services, &actor).await.map_err(refuse)?,
        may_handle: actor.may(Permission::HandleAlerts),
        now: services.now(),
    })
}
