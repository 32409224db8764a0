//! Content as screens and the HTTP API show it.

mod plan;

pub use plan::{Plan, PlanItem};

use super::{
    Approval, Change, ContentHash, ContentType, Guid, Reference, Status,
    review::{GivenApproval, Rejection},
    secrets::SecretKind,
};
use crate::{field::FieldError, ids::SourceId};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// One row of the content table.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ItemRow {
    /// The type.
    #[serde(rename = "type")]
    pub content_type: ContentType,
    /// The GUID.
    pub guid: Guid,
    /// The id on the source, shown as ID.
    pub local_id: Option<i64>,
    /// The name.
    pub name: String,
    /// The newest approved and synced version; none before the first.
    pub version: Option<u32>,
    /// The folder path, for example `ProVal / Maintenance`.
    pub path: String,
    /// How the source differs from production.
    pub status: Status,
    /// Where the review stands.
    pub approval: Approval,
    /// What kind of change waits, if any.
    pub change: Option<Change>,
    /// Whether a rollback holds the item.
    pub held: bool,
    /// When the source saved it last, as far as the source says.
    pub updated_at: Option<Timestamp>,
    /// Who saved it last, as far as the source says.
    pub updated_by: Option<String>,
    /// The hash of what the source holds: what an approval must name. None when the item is gone.
    pub candidate_hash: Option<ContentHash>,
    /// The hash of what production serves.
    pub published_hash: Option<ContentHash>,
    /// The source it comes from.
    pub source_id: SourceId,
    /// How many people approved what waits.
    #[serde(default)]
    pub approvals_given: u32,
    /// How many must.
    #[serde(default)]
    pub approvals_required: u32,
    /// Whether somebody refused what waits.
    #[serde(default)]
    pub rejected: bool,
    /// Whether it holds what looks like secrets and nobody accepted.
    #[serde(default)]
    pub secrets: bool,
}

/// One item with everything around it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ItemDetail {
    /// The row.
    #[serde(flatten)]
    pub row: ItemRow,
    /// The source's name.
    pub source_name: String,
    /// When a scan saw it first.
    pub first_seen_at: Timestamp,
    /// When a scan saw it last.
    pub last_seen_at: Timestamp,
    /// Who approved what waits for the sync, and when.
    pub approved_by: Option<String>,
    /// When that was.
    pub approved_at: Option<Timestamp>,
    /// What it needs.
    pub depends_on: Vec<Reference>,
    /// The approvals of what waits.
    pub approvals: Vec<GivenApproval>,
    /// The refusal of what waits, with its reason.
    pub rejection: Option<Rejection>,
    /// What looks like a secret, accepted or not.
    pub secret_findings: Vec<ShownSecret>,
    /// Who accepted such findings, and why.
    pub accepted_secrets: Option<Acceptance>,
}

/// What looks like a secret, without anything from which it could be guessed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ShownSecret {
    /// What it looks like.
    pub kind: SecretKind,
    /// Where it stands, in words.
    pub place: String,
    /// Whether somebody took responsibility for it.
    pub accepted: bool,
}

/// Who took responsibility for secrets, and why.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Acceptance {
    /// Who.
    pub by: String,
    /// When.
    pub at: Timestamp,
    /// Why.
    pub reason: String,
}

/// One version of an item: immutable.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Version {
    /// 1 for the first.
    pub number: u32,
    /// Its content.
    pub content_hash: ContentHash,
    /// The name it had.
    pub name: String,
    /// The folder path it had.
    pub path: String,
    /// Bytes of its canonical form.
    pub size: u64,
    /// Who made the change, as far as the source says.
    pub author: Option<String>,
    /// Who approved it.
    pub approved_by: String,
    /// When.
    pub approved_at: Timestamp,
    /// What they noted.
    pub note: Option<String>,
    /// When it went to production.
    pub synced_at: Timestamp,
    /// Who or what synced it.
    pub synced_by: String,
    /// Whether production points at it now.
    pub in_production: bool,
}

/// One edge of the dependency view.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DependencyEdge {
    /// `type:guid` or `kind:name:…`.
    pub reference: Reference,
    /// The other item's name, where Tandem knows it.
    pub name: Option<String>,
    /// Its status, where Tandem knows it.
    pub status: Option<Status>,
    /// Whether production serves it.
    pub in_production: bool,
}

/// What an item needs, and what needs it.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Dependencies {
    /// What it needs.
    pub uses: Vec<DependencyEdge>,
    /// What needs it.
    pub used_by: Vec<DependencyEdge>,
}

/// How many items of a type are in which state.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct TypeCounts {
    /// All items.
    pub total: u64,
    /// Unchanged.
    pub unchanged: u64,
    /// New or changed.
    pub changed: u64,
    /// Moved or deleted.
    pub moved_or_deleted: u64,
    /// Needs Approval.
    pub needs_approval: u64,
    /// Change Approved.
    pub change_approved: u64,
    /// Move/Delete Approved.
    pub move_delete_approved: u64,
}

impl TypeCounts {
    /// What the next sync would touch.
    pub fn ready_to_sync(&self) -> u64 {
        self.change_approved + self.move_delete_approved
    }
}

/// A content type with its counts, for the drop-down.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TypeSummary {
    /// The type.
    #[serde(rename = "type")]
    pub content_type: ContentType,
    /// Its name on screens.
    pub label: String,
    /// How many items are in which state.
    pub counts: TypeCounts,
}

/// Which rows of a table are wanted.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct ItemFilter {
    /// Only this status.
    pub status: Option<Status>,
    /// Only this approval.
    pub approval: Option<Approval>,
    /// Only names, paths, GUIDs or ids that contain this text, without regard to case.
    pub query: Option<String>,
    /// Only this source.
    pub source: Option<SourceId>,
    /// The order.
    #[serde(default)]
    pub sort: ItemSort,
    /// Whether the order is reversed.
    #[serde(default)]
    pub descending: bool,
}

/// The order of a content table.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ItemSort {
    /// By name, without regard to case.
    #[default]
    Name,
    /// By the id on the source.
    LocalId,
    /// By version.
    Version,
    /// By status, then name.
    Status,
    /// By approval, then name.
    Approval,
}

impl ItemSort {
    /// The word in URLs.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Name => "name",
            Self::LocalId => "local_id",
            Self::Version => "version",
            Self::Status => "status",
            Self::Approval => "approval",
        }
    }

    /// Reads the word.
    pub fn parse(word: &str) -> Result<Self, FieldError> {
        [Self::Name, Self::LocalId, Self::Version, Self::Status, Self::Approval]
            .into_iter()
            .find(|sort| sort.as_str() == word)
            .ok_or_else(|| FieldError::new("sort", "must be name, local_id, version, status or approval"))
    }
}

/// What a reviewer approves: an item and the content they saw.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Seen {
    /// The item.
    pub guid: Guid,
    /// The candidate's hash on the reviewer's screen; none when the item was shown as gone.
    #[serde(default)]
    pub candidate_hash: Option<ContentHash>,
}

/// How an approval of one item ended.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ItemResult {
    /// The item.
    pub guid: Guid,
    /// Whether it was done.
    pub ok: bool,
    /// Why not, in one sentence; or what is still missing.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub message: Option<String>,
    /// Where the review stands now.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub approval: Option<Approval>,
}

/// What a sync did.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct SyncResult {
    /// Items published for the first time.
    pub added: u64,
    /// Items whose production version changed.
    pub changed: u64,
    /// Items removed from production.
    pub removed: u64,
    /// The production revision afterwards.
    pub revision: i64,
}

/// The most recent command on a type: who did what, with which result, when.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LastCommand {
    /// Who.
    pub actor: String,
    /// What and with which result, one sentence.
    pub summary: String,
    /// Whether it was done.
    pub ok: bool,
    /// When.
    pub at: Timestamp,
}
