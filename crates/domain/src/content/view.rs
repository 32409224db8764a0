//! Content as screens and the HTTP API show it.

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

/// One line of a plan.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PlanItem {
    /// The item.
    pub guid: Guid,
    /// Its name.
    pub name: String,
    /// What kind of change.
    pub change: Change,
    /// What production would serve; none for a removal.
    pub content_hash: Option<ContentHash>,
    /// The number the version would have; none for a removal.
    pub version: Option<u32>,
    /// What is doubtful about it, for example a dependency that production does not have.
    pub warnings: Vec<String>,
    /// For a removal: the API clients whose receivers last reported to have it.
    pub holders: Vec<String>,
}

/// What a sync of one type would do.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Plan {
    /// The type.
    #[serde(rename = "type")]
    pub content_type: ContentType,
    /// A hash over the lines; a sync that names it does exactly this or nothing.
    pub plan_hash: String,
    /// New items.
    pub adds: Vec<PlanItem>,
    /// Changed and moved items.
    pub changes: Vec<PlanItem>,
    /// Items that leave production.
    pub removals: Vec<PlanItem>,
    /// The API clients that would see it.
    pub receivers: Vec<String>,
}

impl Plan {
    /// Items that it touches.
    pub fn len(&self) -> usize {
        self.adds.len() + self.changes.len() + self.removals.len()
    }

    /// Whether there is nothing to do.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Every line.
    pub fn lines(&self) -> impl Iterator<Item = &PlanItem> {
        self.adds.iter().chain(&self.changes).chain(&self.removals)
    }

    /// How this plan differs from one that was shown before, in sentences. Each line of the other is given by
    /// its item and [`PlanItem::mark`].
    pub fn differences(&self, shown: &[(Guid, String)]) -> Vec<String> {
        let known = |guid: &Guid| shown.iter().find(|(other, _)| other == guid).map(|(_, mark)| mark);
        let mut told: Vec<String> = self
            .lines()
            .filter_map(|line| match known(&line.guid) {
                None => Some(format!("{} came in addition ({})", short(&line.name), line.change)),
                Some(mark) if *mark != line.mark() => {
                    Some(format!("{} is different now ({})", short(&line.name), line.change))
                }
                Some(_) => None,
            })
            .collect();
        let gone = shown.iter().filter(|(guid, _)| self.lines().all(|line| line.guid != *guid)).count();
        match gone {
            0 => {}
            1 => told.push("1 item is no longer part of it".to_owned()),
            many => told.push(format!("{many} items are no longer part of it")),
        }
        told
    }
}

/// A name that fits into a sentence with others.
fn short(name: &str) -> String {
    name.chars().take(80).collect()
}

impl PlanItem {
    /// What would be done with the item, in one short word that tells it from anything else.
    pub fn mark(&self) -> String {
        let content = self.content_hash.as_ref().map_or("removal", ContentHash::short);
        format!("{}-{content}", self.change)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(number: u8, content: Option<&[u8]>) -> PlanItem {
        PlanItem {
            guid: Guid::parse(&format!("{number:08x}-0000-4000-8000-00000000beef")).unwrap(),
            name: format!("Item {number}"),
            change: Change::Changed,
            content_hash: content.map(ContentHash::of),
            version: None,
            warnings: vec![],
            holders: vec![],
        }
    }

    #[test]
    fn a_plan_tells_how_it_differs_from_the_one_that_was_shown() {
        let plan = Plan {
            content_type: ContentType::Scripts,
            plan_hash: String::new(),
            adds: vec![line(1, Some(b"one")), line(2, Some(b"two"))],
            changes: vec![],
            removals: vec![line(3, None)],
            receivers: vec![],
        };
        let mark = |line: &PlanItem| (line.guid.clone(), line.mark());
        let same: Vec<_> = plan.lines().map(mark).collect();
        assert!(plan.differences(&same).is_empty());
        let shown = [mark(&line(1, Some(b"old"))), mark(&line(2, Some(b"two"))), mark(&line(9, None))];
        assert_eq!(
            plan.differences(&shown),
            [
                "Item 1 is different now (changed)",
                "Item 3 came in addition (changed)",
                "1 item is no longer part of it"
            ]
        );
    }
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
