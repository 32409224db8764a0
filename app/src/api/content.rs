//! The content table, one item, the plan.

use super::ApiError;
use domain::{
    client::Exception,
    content::{
        ContentHash, ContentType, ItemKey,
        tree::DependencyTree,
        view::{
            ItemDetail, ItemFilter, ItemResult, ItemRow, LastCommand, Plan, SyncResult, TypeCounts, Version,
        },
    },
    diff::{ItemDiff, Outline},
    page::Page,
    source::Drop,
};
use leptos::server;
use serde::{Deserialize, Serialize};

/// A reading that is held.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Held {
    /// The source's id.
    pub source_id: String,
    /// The source's name.
    pub source_name: String,
    /// What it lost.
    pub drop: Drop,
}

/// The table of one type.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Table {
    /// The rows.
    pub page: Page<ItemRow>,
    /// Counts of the whole type.
    pub counts: TypeCounts,
    /// The most recent command.
    pub last: Option<LastCommand>,
    /// Readings that are held.
    pub held: Vec<Held>,
    /// Whether any source is set up.
    pub has_sources: bool,
    /// Whether the person may approve and sync.
    pub may_approve: bool,
}

/// One item with what the open tab shows.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ItemPage {
    /// The item.
    pub item: ItemDetail,
    /// What the open tab shows.
    pub tab: Tab,
    /// Whether the person may approve.
    pub may_approve: bool,
}

/// An API client, and whether it is served an item differently from its ring.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ServedClient {
    /// Which client.
    pub id: String,
    /// Its name.
    pub name: String,
    /// The exception that it has for the item.
    pub exception: Option<Exception>,
}

/// The tabs of an item, each with what it shows.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub enum Tab {
    /// What changed; how it reads now, where nothing did.
    Changes {
        /// The differences.
        diff: ItemDiff,
        /// The reading, and where its next page starts.
        reading: Option<(Outline, Option<String>)>,
        /// The numbers of the versions, newest first.
        versions: Vec<u32>,
    },
    /// Its versions.
    History(Vec<Version>),
    /// What it needs, and what needs it.
    UsedBy {
        /// What it needs.
        uses: DependencyTree,
        /// What needs it.
        used_by: DependencyTree,
        /// The API clients and how they are served it; none for those who may not see clients.
        clients: Vec<ServedClient>,
    },
    /// The canonical form, indented.
    Raw(String),
}

/// The table of one type.
#[server(LoadTable)]
pub async fn table(kind: ContentType, filter: ItemFilter, cursor: Option<String>) -> Result<Table, ApiError> {
    use super::context::{refuse, signed_in};
    let (services, actor) = signed_in()?;
    let content = services.content();
    let page = domain::page::PageRequest { cursor, ..Default::default() };
    let types = content.types(&actor).await.map_err(refuse)?;
    let sources = services.sources().list(&actor).await.map_err(refuse)?;
    let held = sources.iter().filter_map(|source| {
        let drop = source.held.get(&kind)?.clone();
        Some(Held { source_id: source.id.to_string(), source_name: source.input.name.clone(), drop })
    });
    Ok(Table {
        held: held.collect(),
        has_sources: !sources.is_empty(),
        page: content.items(&actor, kind, &filter, &page).await.map_err(refuse)?,
        counts: types
            .into_iter()
            .find(|summary| summary.content_type == kind)
            .map(|summary| summary.counts)
            .unwrap_or_default(),
        last: content.last_command(&actor, kind).await.map_err(refuse)?,
        may_approve: actor.may(domain::account::Permission::ApproveContent),
    })
}

/// Rows of a difference that a page shows.
#[cfg(feature = "ssr")]
const ROWS: u32 = 600;

/// One item with what a tab shows.
#[server(LoadItem)]
pub async fn item(
    key: ItemKey,
    tab: String,
    from: Option<u32>,
    to: Option<u32>,
    cursor: Option<String>,
) -> Result<ItemPage, ApiError> {
    use super::context::{refuse, signed_in};
    use domain::content::tree::Direction;
    let (services, actor) = signed_in()?;
    let content = services.content();
    let tab = match tab.as_str() {
        "history" => Tab::History(content.versions(&actor, &key).await.map_err(refuse)?),
        "used-by" => Tab::UsedBy {
            uses: content.dependency_tree(&actor, &key, Direction::Uses).await.map_err(refuse)?,
            used_by: content.dependency_tree(&actor, &key, Direction::UsedBy).await.map_err(refuse)?,
            clients: super::serving::served(&services, &actor, &key).await.map_err(refuse)?,
        },
        "raw" => Tab::Raw(content.raw(&actor, &key, None).await.map_err(refuse)?),
        _ => {
            let page = domain::diff::DiffPage::new(Some(ROWS), cursor.as_deref())
                .map_err(|wrong| refuse(wrong.into()))?;
            let diff = content.diff(&actor, &key, from, to, page).await.map_err(refuse)?;
            let reading = match diff.total_rows {
                0 => Some(content.outline_page(&actor, &key, page).await.map_err(refuse)?),
                _ => None,
            };
            let versions = content.versions(&actor, &key).await.map_err(refuse)?;
            let versions = versions.into_iter().map(|version| version.number).collect();
            Tab::Changes { diff, reading, versions }
        }
    };
    Ok(ItemPage {
        item: content.item(&actor, &key).await.map_err(refuse)?,
        tab,
        may_approve: actor.may(domain::account::Permission::ApproveContent),
    })
}

/// Approves rows as they were shown: `seen` holds `guid|hash`, with an empty hash for an item that is gone.
/// `only` names the one row whose button was pressed; then the checked rows do not count. `back` names the one
/// row of the same table whose approval is to be taken back.
#[server]
pub async fn approve(
    kind: ContentType,
    #[server(default)] seen: Vec<String>,
    #[server(default)] only: Option<String>,
    #[server(default)] back: Option<String>,
    #[server(default)] note: Option<String>,
) -> Result<Vec<ItemResult>, ApiError> {
    use super::context::{refuse, signed_in};
    let (services, actor) = signed_in()?;
    if let Some(back) = back {
        return unapprove(kind, back).await;
    }
    let chosen = only.map_or(seen, |only| vec![only]);
    if chosen.is_empty() {
        return Err(ApiError::Conflict(
            "Nothing was chosen: check the rows that you want to approve.".into(),
        ));
    }
    let seen = chosen.iter().map(|text| crate::read_seen(text)).collect::<Option<Vec<_>>>();
    let seen = seen.ok_or_else(|| ApiError::Conflict("The page is out of date: reload it.".into()))?;
    let note = note.filter(|note| !note.trim().is_empty());
    services.content().approve(&actor, kind, seen, note).await.map_err(refuse)
}

/// Takes an approval back.
#[server]
pub async fn unapprove(kind: ContentType, seen: String) -> Result<Vec<ItemResult>, ApiError> {
    use super::context::{refuse, signed_in};
    let (services, actor) = signed_in()?;
    let seen = crate::read_seen(&seen)
        .ok_or_else(|| ApiError::Conflict("The page is out of date: reload it.".into()))?;
    services.content().unapprove(&actor, kind, vec![seen], None).await.map_err(refuse)
}

/// Refuses what was shown, with a reason.
#[server]
pub async fn reject(kind: ContentType, seen: String, note: String) -> Result<Vec<ItemResult>, ApiError> {
    use super::context::{refuse, signed_in};
    let (services, actor) = signed_in()?;
    let seen = crate::read_seen(&seen)
        .ok_or_else(|| ApiError::Conflict("The page is out of date: reload it.".into()))?;
    services.content().reject(&actor, kind, vec![seen], &note).await.map_err(refuse)
}

/// Takes responsibility for what looks like secrets in what was shown.
#[server]
pub async fn accept_secrets(key: ItemKey, seen: ContentHash, reason: String) -> Result<(), ApiError> {
    use super::context::{refuse, signed_in};
    let (services, actor) = signed_in()?;
    services.content().accept_secrets(&actor, &key, &seen, &reason).await.map(drop).map_err(refuse)
}

/// What a sync would do.
#[server(LoadPlan)]
pub async fn plan(kind: ContentType) -> Result<Plan, ApiError> {
    use super::context::{refuse, signed_in};
    let (services, actor) = signed_in()?;
    services.content().plan(&actor, kind).await.map_err(refuse)
}

/// Does exactly the plan that was shown. `shown` holds its lines, so that the answer can say what differs when
/// it no longer fits; a plan that removes something needs its own confirmation.
#[server(Publish)]
pub async fn sync(
    kind: ContentType,
    plan_hash: String,
    #[server(default)] shown: String,
    #[server(default)] confirm_removals: Option<String>,
) -> Result<SyncResult, ApiError> {
    use super::context::{refuse, signed_in};
    let (services, actor) = signed_in()?;
    let now = services.content().plan(&actor, kind).await.map_err(refuse)?;
    if now.plan_hash == plan_hash && !now.removals.is_empty() && confirm_removals.is_none() {
        return Err(refuse(::services::Error::Conflict(
            "Nothing was done: check the box that confirms the removals, then press the button again.".into(),
        )));
    }
    services.content().sync(&actor, kind, Some(plan_hash)).await.map_err(|error| match error {
        ::services::Error::PlanChanged(plan) => {
            let differs = plan.differences(&crate::read_shown(&shown));
            refuse(::services::Error::Conflict(crate::tell_differences(&differs)))
        }
        other => refuse(other),
    })
}

/// Reads the newest changes; says what was found.
#[server]
pub async fn refresh(kind: ContentType) -> Result<String, ApiError> {
    use super::context::signed_in;
    let (services, actor) = signed_in()?;
    let reading =
        |services: ::services::Services| async move { services.content().refresh(&actor, kind).await };
    super::context::read(&services, reading, |done| done.summary).await
}

/// Points production at an earlier version.
#[server]
pub async fn rollback(key: ItemKey, version: u32, reason: String) -> Result<(), ApiError> {
    use super::context::{refuse, signed_in};
    let (services, actor) = signed_in()?;
    services.content().rollback(&actor, &key, version, &reason).await.map(drop).map_err(refuse)
}

/// Lifts the hold of a rollback.
#[server]
pub async fn lift(key: ItemKey) -> Result<(), ApiError> {
    use super::context::{refuse, signed_in};
    let (services, actor) = signed_in()?;
    services.content().lift(&actor, &key).await.map(drop).map_err(refuse)
}
