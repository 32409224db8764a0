//! What a sync is asked, and what it answers.

use crate::ReceiverError;
use domain::{
    content::{ContentType, Guid, ItemKey},
    receiving::{Effect, ReceiverState},
};
use serde::Serialize;

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
    /// What it does to the target, row by row.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub effects: Vec<Effect>,
    /// What a person should know.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub notes: Vec<String>,
}

/// How a run went: what was done, and what ended it early.
#[derive(Debug, Default)]
pub struct Run {
    /// The items that were taken, in order; those that the run did not reach are not among them.
    pub results: Vec<SyncResult>,
    /// Why the run ended before everything was done and reported; none when it did not.
    pub ended_by: Option<ReceiverError>,
}

impl Run {
    /// The results of a run that was not ended early.
    pub fn whole(self) -> Result<Vec<SyncResult>, ReceiverError> {
        match self.ended_by {
            None => Ok(self.results),
            Some(error) => Err(error),
        }
    }
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

impl ItemStatus {
    /// The item's key.
    pub fn key(&self) -> ItemKey {
        ItemKey::new(self.content_type, self.guid.clone())
    }
}

impl SyncResult {
    /// The item's key.
    pub fn key(&self) -> ItemKey {
        ItemKey::new(self.content_type, self.guid.clone())
    }
}
