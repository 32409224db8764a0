//! Connectors to Manage: the list, the set-up step by step, health. The private key goes in and never comes out.

use super::ApiError;
use domain::{
    alert::AlertState,
    connector::{
        BoardStatus, ConnectionTest, Connector, ConnectorHealth, DryRun, LogLine, MemberMatch, Preview, Rule,
        SetupReport,
    },
};
use jiff::Timestamp;
use leptos::server;
use serde::{Deserialize, Serialize};

/// All connectors.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ConnectorsScreen {
    /// Each with how it does.
    pub list: Vec<(Connector, ConnectorHealth)>,
    /// Whether the person who looks may change them.
    pub may_manage: bool,
    /// The server's time.
    pub now: Timestamp,
}

/// One connector.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ConnectorScreen {
    /// The connector.
    pub connector: Connector,
    /// How it does.
    pub health: ConnectorHealth,
    /// The newest lines of its log.
    pub log: Vec<LogLine>,
    /// Whether the person who looks may change it.
    pub may_manage: bool,
    /// The server's time.
    pub now: Timestamp,
}

/// What a step of the set-up shows beside the connector.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub enum Part {
    /// The connection.
    Connection,
    /// What a test of the connection found just now.
    Permissions(ConnectionTest),
    /// How tickets are chosen.
    Tickets {
        /// The names of the categories.
        categories: Vec<String>,
        /// What the rules would have done, if it was asked.
        dry_run: Option<Result<DryRun, ApiError>>,
    },
    /// What is carried over.
    Mappings {
        /// Boards with their statuses; empty when Manage did not answer.
        boards: Vec<(String, Vec<String>)>,
        /// What would be written, if it was asked.
        preview: Option<Result<Vec<Preview>, ApiError>>,
    },
    /// Who is who in Manage.
    People(Result<Vec<MemberMatch>, ApiError>),
    /// What is read, where notes stand, and whether Manage calls.
    Details(Box<ConnectorHealth>),
    /// Switching it on.
    Enable,
}

/// One step of the set-up.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct SetupScreen {
    /// The connector.
    pub connector: Connector,
    /// What the step shows.
    pub part: Part,
}

/// What was typed about the connection.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct TypedConnection {
    /// The connector that is changed; empty for a new one.
    pub id: String,
    /// Its name.
    pub name: String,
    /// The address of the instance.
    pub instance_uri: String,
    /// The company of the log-in page.
    pub company_id: String,
    /// The name of the API member.
    pub api_member_id: String,
    /// Its public key.
    pub public_key: String,
    /// The GUID from the vendor's developer network.
    pub client_id: String,
}

/// What was typed about the choice of tickets.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct TypedTickets {
    /// `workflow` or `rules`.
    pub mode: String,
    /// The workflow rule whose events make alerts.
    pub workflow_trigger_name: String,
    /// The workflow rule whose events change alerts.
    pub workflow_update_name: String,
    /// The workflow rule whose actions change tickets.
    pub workflow_tickets_name: String,
    /// The custom field that says that a ticket was taken.
    pub custom_field_retrieved: String,
    /// The custom field that holds the alert's state.
    pub custom_field_status: String,
    /// The custom field that holds who acted.
    pub custom_field_user: String,
    /// The rules; empty ones do not count.
    pub rules: Vec<Rule>,
}

/// What was typed about what is carried over. An unchecked box is not sent.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct TypedMappings {
    /// The switches that are on, by name.
    pub switches: Vec<String>,
    /// `never`, `acknowledge`, `close` or `both`.
    pub owner_assignment: String,
    /// `manage` or `tandem`.
    pub conflict_winner: String,
    /// Statuses by board; empty ones do not count.
    pub boards: Vec<BoardStatus>,
}

/// What was typed about what is read and where notes stand. An unchecked box is not sent.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct TypedDetails {
    /// The note flags that are on, by name.
    pub flags: Vec<String>,
    /// What is read, by name.
    pub details: Vec<String>,
    /// How often Manage is asked, in seconds.
    pub poll_interval_seconds: u32,
}

/// What came of a form of the set-up: what was typed stands in it again if something is wrong with it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tried<T> {
    /// What was typed.
    pub typed: T,
    /// What was done, or what is wrong.
    pub outcome: Result<String, ApiError>,
}

/// All connectors.
#[server(LoadConnectors)]
pub async fn connectors() -> Result<ConnectorsScreen, ApiError> {
    use super::context::{refuse, signed_in};
    let (services, actor) = signed_in()?;
    let mut list = Vec::new();
    for connector in services.connectors().list(&actor).await.map_err(refuse)? {
        let health = services.connectors().health(&actor, connector.id).await.map_err(refuse)?;
        list.push((connector, health));
    }
    let may_manage = actor.may(domain::account::Permission::ManageConnectors);
    Ok(ConnectorsScreen { list, may_manage, now: services.now() })
}

/// One connector.
#[server(LoadConnector)]
pub async fn connector(id: String) -> Result<ConnectorScreen, ApiError> {
    use super::context::{refuse, signed_in};
    let (services, actor) = signed_in()?;
    let id = id.parse().map_err(|_| refuse(::services::Error::NotFound("connector")))?;
    let connectors = services.connectors();
    Ok(ConnectorScreen {
        connector: connectors.get(&actor, id).await.map_err(refuse)?,
        health: connectors.health(&actor, id).await.map_err(refuse)?,
        log: connectors.log(&actor, id).await.map_err(refuse)?,
        may_manage: actor.may(domain::account::Permission::ManageConnectors),
        now: services.now(),
    })
}

/// One step of the set-up. `tried` asks what these rules would have done, `preview` what reaching a state would write.
#[server(LoadSetup)]
pub async fn setup(
    id: String,
    step: String,
    tried: Option<TypedTickets>,
    preview: Option<AlertState>,
) -> Result<SetupScreen, ApiError> {
    use super::{
        connector_setup,
        context::{refuse, signed_in},
    };
    let (services, actor) = signed_in()?;
    let id = id.parse().map_err(|_| refuse(::services::Error::NotFound("connector")))?;
    connector_setup::screen(&services, &actor, id, &step, tried, preview).await.map_err(refuse)
}

/// Adds a connector, or changes its connection. A new one is tried first, so that nobody goes on with a wrong key.
#[server]
pub async fn save_connection(
    typed: TypedConnection,
    #[server(default)] private_key: String,
) -> Result<Tried<TypedConnection>, ApiError> {
    use super::{
        connector_setup,
        context::{signed_in, told},
    };
    let (services, actor) = signed_in()?;
    match connector_setup::save_connection(&services, &actor, &typed, private_key).await {
        Ok((connector, left)) => {
            leptos_axum::redirect(&format!("/connectors/{}/permissions", connector.id));
            let saved = format!("Saved {}.", connector.input.name);
            let told = left.map_or_else(|| saved.clone(), |left| format!("{saved} {left}"));
            Ok(Tried { typed, outcome: Ok(told) })
        }
        Err(error) => Ok(Tried { typed, outcome: Err(told(error)) }),
    }
}

/// Saves how tickets are chosen.
#[server]
pub async fn save_tickets(id: String, typed: TypedTickets) -> Result<Tried<TypedTickets>, ApiError> {
    use super::{connector_setup, context::signed_in};
    let (services, actor) = signed_in()?;
    let taken = typed.clone();
    let outcome = connector_setup::save(&services, &actor, &id, "mappings", |input| taken.put(input)).await;
    Ok(Tried { typed, outcome })
}

/// Saves what is carried over.
#[server]
pub async fn save_mappings(id: String, typed: TypedMappings) -> Result<Tried<TypedMappings>, ApiError> {
    use super::{connector_setup, context::signed_in};
    let (services, actor) = signed_in()?;
    let taken = typed.clone();
    let outcome = connector_setup::save(&services, &actor, &id, "people", |input| taken.put(input)).await;
    Ok(Tried { typed, outcome })
}

/// Saves what is read and where notes stand.
#[server]
pub async fn save_details(id: String, typed: TypedDetails) -> Result<Tried<TypedDetails>, ApiError> {
    use super::{connector_setup, context::signed_in};
    let (services, actor) = signed_in()?;
    let taken = typed.clone();
    let outcome = connector_setup::save(&services, &actor, &id, "enable", |input| taken.put(input)).await;
    Ok(Tried { typed, outcome })
}

/// Says by hand which member of Manage a person is; an empty name lets the mail address decide again.
#[server]
pub async fn choose_member(
    id: String,
    user_id: String,
    #[server(default)] member: String,
) -> Result<(), ApiError> {
    use super::context::{refuse, signed_in};
    let (services, actor) = signed_in()?;
    let id = id.parse().map_err(|_| refuse(::services::Error::NotFound("connector")))?;
    let user = user_id.parse().map_err(|_| refuse(::services::Error::NotFound("person")))?;
    let member = Some(member.trim().to_owned()).filter(|member| !member.is_empty());
    services.connectors().choose_member(&actor, id, user, member).await.map(drop).map_err(refuse)
}

/// Switches a connector on; says what was made for it in Manage.
#[server]
pub async fn enable(id: String) -> Result<SetupReport, ApiError> {
    use super::context::{refuse, signed_in};
    let (services, actor) = signed_in()?;
    let parsed = id.parse().map_err(|_| refuse(::services::Error::NotFound("connector")))?;
    let report = services.connectors().enable(&actor, parsed).await.map_err(refuse)?;
    leptos_axum::redirect(&format!("/connectors/{id}"));
    Ok(report)
}

/// Switches a connector off.
#[server]
pub async fn disable(id: String) -> Result<(), ApiError> {
    use super::context::{refuse, signed_in};
    let (services, actor) = signed_in()?;
    let id = id.parse().map_err(|_| refuse(::services::Error::NotFound("connector")))?;
    services.connectors().disable(&actor, id).await.map(drop).map_err(refuse)
}

/// Lets Manage call when tickets change (`on` is `yes`), or no more; says what was done.
#[server]
pub async fn switch_callbacks(id: String, on: String) -> Result<String, ApiError> {
    use super::context::{refuse, signed_in};
    let (services, actor) = signed_in()?;
    let id = id.parse().map_err(|_| refuse(::services::Error::NotFound("connector")))?;
    let connectors = services.connectors();
    if on == "yes" {
        connectors.register_callback(&actor, id).await.map_err(refuse)?;
        return Ok("Manage calls from now on when a ticket changes.".to_owned());
    }
    let (_, told) = connectors.withdraw_callback(&actor, id).await.map_err(refuse)?;
    Ok(told.unwrap_or_else(|| "Manage calls no more. Polling goes on.".to_owned()))
}

/// Asks Manage now; says what was found.
#[server]
pub async fn poll(id: String) -> Result<String, ApiError> {
    use super::context::{refuse, signed_in};
    let (services, actor) = signed_in()?;
    let id = id.parse().map_err(|_| refuse(::services::Error::NotFound("connector")))?;
    services.connectors().poll(&actor, id).await.map_err(refuse)
}

/// Removes a connector whose name was typed, and what it made in Manage if that was asked for.
#[server]
pub async fn remove_connector(
    id: String,
    confirm: String,
    #[server(default)] take_down: Option<String>,
) -> Result<String, ApiError> {
    use super::context::{refuse, signed_in};
    let (services, actor) = signed_in()?;
    let id = id.parse().map_err(|_| refuse(::services::Error::NotFound("connector")))?;
    let connector = services.connectors().get(&actor, id).await.map_err(refuse)?;
    if connector.input.name != confirm.trim() {
        return Err(ApiError::Conflict(format!(
            "Not removed: type the name {} exactly to confirm.",
            connector.input.name
        )));
    }
    let left = services.connectors().remove(&actor, id, take_down.is_some()).await.map_err(refuse)?;
    leptos_axum::redirect("/connectors");
    let removed = format!("Removed {}. Its alerts stay.", connector.input.name);
    if left.is_empty() {
        return Ok(removed);
    }
    Ok(format!(
        "{removed} Manage did not answer and goes on calling {}: delete that callback there.",
        left.join(", ")
    ))
}
