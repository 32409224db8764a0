//! Which items are taken, in which order, and how it went.

mod order;

use crate::{Home, ReceiverError, api::Api, folder, journal::Journal};
use domain::{
    content::{ContentHash, ContentType, Guid, ItemKey},
    pull::{ManifestItem, Report, ReportedItem},
    receiving::{ReceiverState, kept_out_of_mass_sync},
};
use serde::{Deserialize, Serialize};
use std::{collections::BTreeMap, fs, fs::File};

/// Which items a sync takes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Selection {
    /// Everything that is due, of one type or of all, but for what is kept out.
    Mass(Option<ContentType>),
    /// One item, even one that is kept out; one that is no longer offered is removed.
    One(Guid),
}

/// What a sync is asked to do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SyncRequest {
    /// Which items.
    pub selection: Selection,
    /// Only say what would be done.
    pub dry_run: bool,
    /// Overwrite local changes.
    pub force: bool,
}

/// What is done with an item.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Action {
    /// It comes.
    Install,
    /// It changes.
    Update,
    /// It goes.
    Remove,
}

impl Action {
    /// The word in a list of results.
    pub fn word(self, planned: bool) -> &'static str {
        match (self, planned) {
            (Self::Install, false) => "installed",
            (Self::Update, false) => "updated",
            (Self::Remove, false) => "removed",
            (Self::Install, true) => "would install",
            (Self::Update, true) => "would update",
            (Self::Remove, true) => "would remove",
        }
    }
}

/// How it went with an item.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "outcome", rename_all = "snake_case")]
pub enum Outcome {
    /// Done, or in a dry run: would be done.
    Done,
    /// Not done.
    Failed {
        /// Why.
        message: String,
    },
}

/// One item of a sync.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct SyncResult {
    /// The type.
    #[serde(rename = "type")]
    pub content_type: ContentType,
    /// The GUID.
    pub guid: Guid,
    /// The name.
    pub name: String,
    /// What was done.
    pub action: Action,
    /// How it went.
    #[serde(flatten)]
    pub outcome: Outcome,
}

/// One item and its state.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ItemStatus {
    /// The type.
    #[serde(rename = "type")]
    pub content_type: ContentType,
    /// The GUID.
    pub guid: Guid,
    /// The name.
    pub name: String,
    /// The state.
    pub state: ReceiverState,
    /// The version offered.
    pub offered_version: Option<u32>,
    /// The version installed.
    pub installed_version: Option<u32>,
    /// Whether a mass sync takes it.
    pub mass_sync: bool,
}

/// The manifest that is known.
#[derive(Default, Serialize, Deserialize)]
struct KnownManifest {
    revision: Option<i64>,
    etag: Option<String>,
    items: Vec<ManifestItem>,
}

/// A receiver at work; other processes wait until it is dropped.
pub struct Session {
    home: Home,
    api: Api,
    journal: Journal,
    _lock: File,
}

impl Session {
    pub(crate) fn open(home: Home, lock: File) -> Result<Self, ReceiverError> {
        folder::sweep(home.folder())?;
        let journal = Journal::open(home.folder(), &home.state())?;
        Ok(Self { api: home.api()?, home, journal, _lock: lock })
    }

    /// Every item that is offered or installed, with its state.
    pub async fn status(&self, only: Option<ContentType>) -> Result<Vec<ItemStatus>, ReceiverError> {
        let offered = self.offered().await?;
        let rows = self.rows(&offered)?;
        Ok(rows.into_iter().filter(|row| only.is_none_or(|only| row.content_type == only)).collect())
    }

    /// Takes over what is due. One item's failure does not stop the others; what is here is reported at the end.
    pub async fn sync(&mut self, request: &SyncRequest) -> Result<Vec<SyncResult>, ReceiverError> {
        let offered = self.offered().await?;
        let rows = self.rows(&offered)?;
        let due: BTreeMap<ItemKey, Action> =
            rows.iter().filter_map(|row| Some((key(row), due(row, request)?))).collect();
        if let (Selection::One(guid), true) =
            (&request.selection, rows.iter().all(|row| !matches_guid(row, &request.selection)))
        {
            let message = format!("{guid} is neither offered nor installed");
            return Err(ReceiverError::Setting { field: "guid", message });
        }
        let mut results = Vec::new();
        for key in order::by_need(due.keys(), &offered) {
            let action = due[&key];
            let name =
                rows.iter().find(|row| row.guid == key.guid).map_or(String::new(), |row| row.name.clone());
            let done =
                if request.dry_run { Ok(()) } else { self.apply(&key, action, offered.get(&key)).await };
            let outcome = match done {
                Ok(()) => Outcome::Done,
                Err(ReceiverError::Refused) => return Err(ReceiverError::Refused),
                Err(error) => Outcome::Failed { message: error.to_string() },
            };
            results.push(SyncResult {
                content_type: key.content_type,
                guid: key.guid,
                name,
                action,
                outcome,
            });
        }
        if !request.dry_run {
            self.report(&offered, &results).await?;
        }
        Ok(results)
    }

    async fn apply(
        &mut self,
        key: &ItemKey,
        action: Action,
        item: Option<&ManifestItem>,
    ) -> Result<(), ReceiverError> {
        match (action, item) {
            (Action::Remove, _) => self.journal.remove(key),
            (_, Some(item)) => {
                let bytes = self.api.content(item).await?;
                self.journal.install(item, &bytes)
            }
            (_, None) => Ok(()),
        }
    }

    /// What is installed of a type, by GUID and name.
    pub fn installed(&self, content_type: ContentType) -> Vec<(Guid, String)> {
        let of_type = self.journal.iter().filter(|item| item.key.content_type == content_type);
        of_type.map(|item| (item.key.guid.clone(), item.name.clone())).collect()
    }

    /// Removes everything of a type that was installed here, and nothing else.
    pub fn remove(&mut self, content_type: ContentType) -> Result<usize, ReceiverError> {
        let keys: Vec<ItemKey> = self
            .installed(content_type)
            .into_iter()
            .map(|(guid, _)| ItemKey::new(content_type, guid))
            .collect();
        for key in &keys {
            self.journal.remove(key)?;
        }
        Ok(keys.len())
    }

    /// Leaves an item out of mass syncs, or takes it in again.
    pub fn exclude(&mut self, guid: &Guid, excluded: bool) -> Result<(), ReceiverError> {
        self.home.set_excluded(guid.as_str(), excluded)
    }

    /// What the server offers now: what is known, brought up to date by a delta.
    async fn offered(&self) -> Result<BTreeMap<ItemKey, ManifestItem>, ReceiverError> {
        let path = self.home.state().join("manifest.json");
        let known: KnownManifest =
            fs::read(&path).ok().and_then(|bytes| serde_json::from_slice(&bytes).ok()).unwrap_or_default();
        let mut items: BTreeMap<ItemKey, ManifestItem> =
            known.items.into_iter().map(|item| (item.key(), item)).collect();
        let Some(fetched) = self.api.manifest(known.revision, known.etag.as_deref()).await? else {
            return Ok(items);
        };
        if fetched.manifest.full {
            items.clear();
        }
        for removed in &fetched.manifest.removed {
            items.remove(&ItemKey::new(removed.content_type, removed.guid.clone()));
        }
        items.extend(fetched.manifest.items.into_iter().map(|item| (item.key(), item)));
        // A tag names the answer to one question; the next question is about another revision.
        let etag = fetched.etag.filter(|_| known.revision == Some(fetched.manifest.revision));
        let kept = KnownManifest {
            revision: Some(fetched.manifest.revision),
            etag,
            items: items.values().cloned().collect(),
        };
        let text = serde_json::to_vec(&kept).map_err(|error| ReceiverError::Damaged(error.to_string()))?;
        folder::write_atomically(&path, &text, 0o644)?;
        Ok(items)
    }

    fn rows(&self, offered: &BTreeMap<ItemKey, ManifestItem>) -> Result<Vec<ItemStatus>, ReceiverError> {
        let mut rows = Vec::new();
        for item in offered.values() {
            let installed = self.journal.get(&item.key());
            let place = installed.map_or_else(|| folder::place(item), |installed| installed.place.clone());
            let found = folder::hash(self.home.folder(), &place)?;
            let known: Option<&ContentHash> = installed.map(|installed| &installed.content_hash);
            let state = ReceiverState::of(Some(&item.content_hash), known, found.as_ref());
            let version = installed.filter(|_| found.is_some()).map(|installed| installed.version);
            rows.push(self.row(&item.key(), &item.name, state, Some(item.version), version));
        }
        for installed in self.journal.iter().filter(|installed| !offered.contains_key(&installed.key)) {
            rows.push(self.row(
                &installed.key,
                &installed.name,
                ReceiverState::Deprecated,
                None,
                Some(installed.version),
            ));
        }
        Ok(rows)
    }

    fn row(
        &self,
        key: &ItemKey,
        name: &str,
        state: ReceiverState,
        offered: Option<u32>,
        installed: Option<u32>,
    ) -> ItemStatus {
        let excluded = self.home.settings().excluded.contains(key.guid.as_str());
        ItemStatus {
            content_type: key.content_type,
            guid: key.guid.clone(),
            name: name.to_owned(),
            state,
            offered_version: offered,
            installed_version: installed,
            mass_sync: !excluded && !kept_out_of_mass_sync(name),
        }
    }

    async fn report(
        &self,
        offered: &BTreeMap<ItemKey, ManifestItem>,
        results: &[SyncResult],
    ) -> Result<(), ReceiverError> {
        let error = |row: &ItemStatus| {
            results.iter().find(|result| result.guid == row.guid).and_then(|result| match &result.outcome {
                Outcome::Failed { message } => Some(message.clone()),
                Outcome::Done => None,
            })
        };
        let items = self.rows(offered)?.into_iter().map(|row| ReportedItem {
            content_type: row.content_type,
            content_hash: self.journal.get(&key(&row)).map(|installed| installed.content_hash.clone()),
            error: error(&row),
            guid: row.guid,
            state: row.state,
            version: row.installed_version,
        });
        let path = self.home.state().join("manifest.json");
        let known: KnownManifest =
            fs::read(&path).ok().and_then(|bytes| serde_json::from_slice(&bytes).ok()).unwrap_or_default();
        self.api.report(&Report { revision: known.revision.unwrap_or(0), items: items.collect() }).await
    }
}

fn key(row: &ItemStatus) -> ItemKey {
    ItemKey::new(row.content_type, row.guid.clone())
}

fn matches_guid(row: &ItemStatus, selection: &Selection) -> bool {
    matches!(selection, Selection::One(guid) if *guid == row.guid)
}

/// What a request does with an item.
fn due(row: &ItemStatus, request: &SyncRequest) -> Option<Action> {
    let single = match &request.selection {
        Selection::One(guid) if *guid != row.guid => return None,
        Selection::One(_) => true,
        Selection::Mass(only) if only.is_some_and(|only| only != row.content_type) || !row.mass_sync => {
            return None;
        }
        Selection::Mass(_) => false,
    };
    match row.state {
        ReceiverState::NotInstalled => Some(Action::Install),
        ReceiverState::UpdateAvailable => Some(Action::Update),
        ReceiverState::LocallyChanged if request.force => Some(Action::Update),
        ReceiverState::Deprecated if single => Some(Action::Remove),
        // Imported by hand earlier: taken into the journal, with the very same content.
        ReceiverState::UpToDate
            if row.installed_version.is_none() || row.installed_version != row.offered_version =>
        {
            Some(Action::Update)
        }
        ReceiverState::UpToDate | ReceiverState::LocallyChanged | ReceiverState::Deprecated => None,
    }
}
