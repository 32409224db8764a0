//! Rings, sync windows, receivers, exceptions, signing keys.

use super::{ApiError, exceptions::ItemChoice};
use domain::{
    client::ApiClient,
    fleet::{FleetItem, ReceiverRow},
    page::Page,
    pull::{ReportedItem, SigningKeys},
    ring::{RingPlan, RingView},
    window::WindowsView,
};
use jiff::Timestamp;
use leptos::server;
use serde::{Deserialize, Serialize};

/// The screen of the rings.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct RingsScreen {
    /// The rings in their order.
    pub rings: Vec<RingView>,
    /// The sync windows.
    pub windows: WindowsView,
    /// Whether the person may change rings and windows.
    pub may_manage: bool,
    /// Whether the person may promote.
    pub may_promote: bool,
}

/// The screen of the receivers.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ReceiversScreen {
    /// The receivers.
    pub page: Page<ReceiverRow>,
    /// Whether the person may look at one client closely.
    pub may_manage: bool,
    /// The server's time.
    pub now: Timestamp,
}

/// The screen of one client.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ClientScreen {
    /// The client.
    pub client: ApiClient,
    /// What it reported last, with the names that are known here.
    pub items: Vec<(ReportedItem, Option<String>)>,
    /// The item that an exception is to be about, as far as it is chosen.
    pub choice: ItemChoice,
    /// The names of all rings.
    pub rings: Vec<String>,
    /// The server's time.
    pub now: Timestamp,
}

#[cfg(feature = "ssr")]
pub(super) fn known<T: std::str::FromStr>(text: &str, what: &str) -> Result<T, ApiError> {
    text.parse().map_err(|_| ApiError::NotFound(what.to_owned()))
}

#[cfg(feature = "ssr")]
fn rules(
    automatic: Option<String>,
    soak_hours: Option<u64>,
    max_errors: Option<u64>,
) -> domain::ring::RingRules {
    domain::ring::RingRules {
        automatic: automatic.is_some(),
        soak_seconds: soak_hours.unwrap_or(0).saturating_mul(3600),
        max_errors: max_errors.unwrap_or(0),
    }
}

/// All rings and the sync windows.
#[server(LoadRings)]
pub async fn rings() -> Result<RingsScreen, ApiError> {
    use super::context::{refuse, signed_in};
    use domain::account::Permission;
    let (services, actor) = signed_in()?;
    Ok(RingsScreen {
        rings: services.rings().list(&actor).await.map_err(refuse)?,
        windows: services.windows().get(&actor).await.map_err(refuse)?,
        may_manage: actor.may(Permission::ManageClients),
        may_promote: actor.may(Permission::ApproveContent),
    })
}

/// Adds a ring, before the one at `place` or at the end.
#[server]
pub async fn add_ring(
    name: String,
    #[server(default)] place: Option<String>,
    #[server(default)] automatic: Option<String>,
    #[server(default)] soak_hours: Option<u64>,
    #[server(default)] max_errors: Option<u64>,
) -> Result<String, ApiError> {
    use super::context::{refuse, signed_in};
    let (services, actor) = signed_in()?;
    let input = domain::ring::RingInput { name, rules: rules(automatic, soak_hours, max_errors) };
    let place = place.and_then(|place| place.parse().ok());
    Ok(services.rings().create(&actor, input, place).await.map_err(refuse)?.name)
}

/// Changes a ring's name and rules.
#[server]
pub async fn change_ring(
    id: String,
    name: String,
    #[server(default)] automatic: Option<String>,
    #[server(default)] soak_hours: Option<u64>,
    #[server(default)] max_errors: Option<u64>,
) -> Result<String, ApiError> {
    use super::context::{refuse, signed_in};
    let (services, actor) = signed_in()?;
    let input = domain::ring::RingInput { name, rules: rules(automatic, soak_hours, max_errors) };
    let id = known(&id, "ring")?;
    Ok(services.rings().update(&actor, id, input).await.map_err(refuse)?.name)
}

/// Moves a ring one place to the front.
#[server]
pub async fn move_ring(id: String) -> Result<(), ApiError> {
    use super::context::{refuse, signed_in};
    let (services, actor) = signed_in()?;
    let id = known(&id, "ring")?;
    let rings = services.rings().list(&actor).await.map_err(refuse)?;
    let mut order: Vec<domain::ids::RingId> = rings.iter().map(|view| view.ring.id).collect();
    match order.iter().position(|known| *known == id) {
        Some(place) if place > 0 => order.swap(place, place - 1),
        _ => return Ok(()),
    }
    services.rings().reorder(&actor, &order).await.map_err(refuse)?;
    Ok(())
}

/// Removes a ring whose name was typed to confirm.
#[server]
pub async fn delete_ring(id: String, confirm: String) -> Result<(), ApiError> {
    use super::context::{refuse, signed_in};
    let (services, actor) = signed_in()?;
    let id = known(&id, "ring")?;
    let name = services.rings().get(&actor, id).await.map_err(refuse)?.ring.name;
    if name != confirm.trim() {
        return Err(ApiError::Conflict(format!("Not removed: type the name {name} exactly to confirm.")));
    }
    services.rings().delete(&actor, id).await.map_err(refuse)
}

/// Lets a ring that stopped go on.
#[server]
pub async fn resume_ring(id: String, reason: String) -> Result<String, ApiError> {
    use super::context::{refuse, signed_in};
    let (services, actor) = signed_in()?;
    let id = known(&id, "ring")?;
    Ok(services.rings().resume(&actor, id, &reason).await.map_err(refuse)?.name)
}

/// What a promotion into a ring would do.
#[server(LoadRingPlan)]
pub async fn ring_plan(id: String) -> Result<RingPlan, ApiError> {
    use super::context::{refuse, signed_in};
    let (services, actor) = signed_in()?;
    services.rings().plan(&actor, known(&id, "ring")?).await.map_err(refuse)
}

/// Does exactly the plan with this hash; says what was done.
#[server]
pub async fn promote_ring(
    id: String,
    plan_hash: String,
    #[server(default)] reason: Option<String>,
) -> Result<String, ApiError> {
    use super::context::{refuse, signed_in};
    let (services, actor) = signed_in()?;
    let id = known(&id, "ring")?;
    let done = services.rings().promote(&actor, id, Some(plan_hash), reason).await.map_err(refuse)?;
    Ok(format!("Promoted: {} added, {} changed, {} removed.", done.added, done.changed, done.removed))
}

/// Changes the time zone of the windows.
#[server]
pub async fn set_time_zone(time_zone: String) -> Result<(), ApiError> {
    use super::context::{refuse, signed_in};
    let (services, actor) = signed_in()?;
    let mut set = services.windows().get(&actor).await.map_err(refuse)?.set;
    set.time_zone = time_zone.trim().to_owned();
    services.windows().set(&actor, set).await.map_err(refuse)?;
    Ok(())
}

/// Adds a window.
#[server]
pub async fn add_window(
    kind: domain::window::WindowKind,
    #[server(default)] days: Vec<domain::window::Day>,
    from: String,
    to: String,
) -> Result<(), ApiError> {
    use super::context::{refuse, signed_in};
    let (services, actor) = signed_in()?;
    let time = |field: &str, text: &str| {
        text.parse().map_err(|error: domain::field::FieldError| {
            ApiError::Invalid(vec![domain::field::FieldError::new(field, error.message)])
        })
    };
    let window = domain::window::Window { kind, days, from: time("from", &from)?, to: time("to", &to)? };
    let mut set = services.windows().get(&actor).await.map_err(refuse)?.set;
    set.windows.push(window);
    services.windows().set(&actor, set).await.map_err(refuse)?;
    Ok(())
}

/// Takes a window away; `told` is how it was shown, so that nobody takes away another.
#[server]
pub async fn remove_window(told: String) -> Result<(), ApiError> {
    use super::context::{refuse, signed_in};
    let (services, actor) = signed_in()?;
    let mut set = services.windows().get(&actor).await.map_err(refuse)?.set;
    set.windows.retain(|window| crate::text::tell_window(window) != told);
    services.windows().set(&actor, set).await.map_err(refuse)?;
    Ok(())
}

/// Opens the windows for so many hours.
#[server]
pub async fn open_windows(hours: u64, reason: String) -> Result<(), ApiError> {
    use super::context::{refuse, signed_in};
    let (services, actor) = signed_in()?;
    services.windows().open(&actor, hours.saturating_mul(3600), &reason).await.map_err(refuse)?;
    Ok(())
}

/// Ends such an opening.
#[server]
pub async fn close_windows() -> Result<(), ApiError> {
    use super::context::{refuse, signed_in};
    let (services, actor) = signed_in()?;
    services.windows().close(&actor).await.map_err(refuse)?;
    Ok(())
}

/// Receivers by name.
#[server(LoadReceivers)]
pub async fn receivers(filter: Option<String>, cursor: Option<String>) -> Result<ReceiversScreen, ApiError> {
    use super::context::{refuse, signed_in};
    let (services, actor) = signed_in()?;
    let page = domain::page::PageRequest { cursor, ..Default::default() };
    let filter = filter.and_then(|filter| filter.parse().ok());
    Ok(ReceiversScreen {
        page: services.receivers().list(&actor, filter, &page).await.map_err(refuse)?,
        may_manage: actor.may(domain::account::Permission::ManageClients),
        now: services.now(),
    })
}

/// Items by version and state.
#[server(LoadFleet)]
pub async fn fleet(cursor: Option<String>) -> Result<Page<FleetItem>, ApiError> {
    use super::context::{refuse, signed_in};
    let (services, actor) = signed_in()?;
    let page = domain::page::PageRequest { cursor, ..Default::default() };
    services.receivers().items(&actor, None, &page).await.map_err(refuse)
}

/// One client with what it reported; `query` looks for an item, `item` (`type:guid`) is the one that was chosen.
#[server(LoadClient)]
pub async fn client(id: String, query: String, item: String) -> Result<ClientScreen, ApiError> {
    use super::context::{refuse, signed_in};
    let (services, actor) = signed_in()?;
    let id = known(&id, "API client")?;
    let rings = services.rings().list(&actor).await.map_err(refuse)?;
    Ok(ClientScreen {
        client: services.clients().get(&actor, id).await.map_err(refuse)?,
        items: services.clients().report_by_name(&actor, id).await.map_err(refuse)?,
        choice: super::exceptions::choice(&services, &actor, query, &item).await.map_err(refuse)?,
        rings: rings.into_iter().map(|view| view.ring.name).collect(),
        now: services.now(),
    })
}

/// Changes a client's ring and types; no type means all.
#[server]
pub async fn change_client(
    id: String,
    ring: String,
    #[server(default)] types: Vec<domain::content::ContentType>,
) -> Result<String, ApiError> {
    use super::context::{refuse, signed_in};
    let (services, actor) = signed_in()?;
    let id = known(&id, "API client")?;
    let patch = services::clients::ClientPatch { name: None, ring: Some(ring), content_types: Some(types) };
    Ok(services.clients().update(&actor, id, patch).await.map_err(refuse)?.name)
}

/// The public keys that manifests are signed with.
#[server(LoadKeys)]
pub async fn signing_keys() -> Result<SigningKeys, ApiError> {
    use super::context::{refuse, signed_in};
    let (services, _) = signed_in()?;
    services.pull().keys().await.map_err(refuse)
}

/// Makes a new signing key.
#[server]
pub async fn rotate_key() -> Result<(), ApiError> {
    use super::context::{refuse, signed_in};
    let (services, actor) = signed_in()?;
    services.pull().rotate_key(&actor).await.map_err(refuse)?;
    Ok(())
}

/// The API clients and how each is served an item; none for those who may not see clients.
#[cfg(feature = "ssr")]
pub(super) async fn served(
    services: &services::Services,
    actor: &domain::account::Actor,
    key: &domain::content::ItemKey,
) -> services::Result<Vec<super::content::ServedClient>> {
    use domain::{account::Permission, page::MAX_LIMIT};
    if !actor.may(Permission::ManageClients) {
        return Ok(vec![]);
    }
    let page = domain::page::PageRequest { limit: MAX_LIMIT, cursor: None };
    let clients = services.clients().list(actor, &page).await?.items;
    let served = clients.into_iter().map(|client| super::content::ServedClient {
        id: client.id.to_string(),
        exception: client.exceptions.into_iter().find(|exception| exception.key() == *key),
        name: client.name,
    });
    Ok(served.collect())
}
