//! Rows of items and versions.

use crate::rows::{Place, Shown, count, micros, to_json};
use domain::content::{
    ContentHash, ContentType, ItemKey,
    lifecycle::{Approved, Candidate, Lifecycle, Snapshot},
    review::GivenApproval,
    view::Version,
};
use serde::{Deserialize, Serialize};
use services::ports::store::{
    StoreResult,
    content::{ItemRecord, VersionRecord},
};

#[derive(sqlx::FromRow)]
pub(crate) struct ItemRow {
    pub(super) content_type: String,
    pub(super) guid: String,
    pub(super) source_id: String,
    pub(super) local_id: Option<i64>,
    pub(super) name: String,
    pub(super) name_folded: String,
    pub(super) path: String,
    pub(super) status: String,
    pub(super) approval: String,
    pub(super) lifecycle: String,
    pub(super) version: Option<i64>,
    pub(super) updated_at: Option<i64>,
    pub(super) updated_by: Option<String>,
    pub(super) first_seen_at: i64,
    pub(super) last_seen_at: i64,
    pub(super) approved_by: Option<String>,
    pub(super) approved_at: Option<i64>,
    pub(super) approval_note: Option<String>,
    pub(super) depends_on: String,
    pub(super) review: String,
}

/// What the lifecycle column holds: the three facts, from which status and approval are derived anew.
#[derive(Serialize, Deserialize)]
struct KeptLifecycle {
    published: Option<Snapshot>,
    candidate: Candidate,
    approved: Option<Approved>,
    held: bool,
}

pub(super) fn lifecycle_json(lifecycle: &Lifecycle) -> StoreResult<String> {
    to_json(&KeptLifecycle {
        published: lifecycle.published().cloned(),
        candidate: lifecycle.candidate().clone(),
        approved: lifecycle.approved().cloned(),
        held: lifecycle.is_held(),
    })
}

pub(crate) fn key(table: &'static str, content_type: &str, guid: &str) -> StoreResult<ItemKey> {
    let kind = Place(table, "content_type").parse::<Shown<ContentType>>(content_type)?.0;
    Ok(ItemKey::new(kind, Place(table, "guid").parse(guid)?))
}

impl ItemRow {
    pub(crate) fn read(self) -> StoreResult<ItemRecord> {
        let time = |micros| Place("items", "time").time(micros);
        let kept: KeptLifecycle = Place("items", "lifecycle").json(&self.lifecycle)?;
        let mut item = ItemRecord {
            key: key("items", &self.content_type, &self.guid)?,
            source_id: Place("items", "source_id").parse(&self.source_id)?,
            local_id: self.local_id,
            name: self.name,
            path: self.path,
            lifecycle: Lifecycle::restored(kept.published, kept.candidate, kept.approved, kept.held),
            version: self.version.map(|number| Place("items", "version").number(number)).transpose()?,
            updated_at: self.updated_at.map(time).transpose()?,
            updated_by: self.updated_by,
            first_seen_at: time(self.first_seen_at)?,
            last_seen_at: time(self.last_seen_at)?,
            approved_by: self.approved_by,
            approved_at: self.approved_at.map(time).transpose()?,
            approval_note: self.approval_note,
            depends_on: Place("items", "depends_on").json(&self.depends_on)?,
            review: Place("items", "review").json(&self.review)?,
        };
        remember_sole_approval(&mut item);
        Ok(item)
    }
}

/// An approval from before approvals were kept one by one.
fn remember_sole_approval(item: &mut ItemRecord) {
    if let (true, Some(_), Some(by), Some(at)) =
        (item.review.approvals.is_empty(), item.lifecycle.approved(), &item.approved_by, item.approved_at)
    {
        item.review.approvals.push(GivenApproval {
            reviewer: format!("name:{by}"),
            by: by.clone(),
            at,
            note: item.approval_note.clone(),
            content_hash: item.lifecycle.candidate().hash().cloned(),
        });
    }
}

/// The text that the search of a table looks through.
pub(super) fn search_text(item: &ItemRecord) -> String {
    let id = item.local_id.map(|id| id.to_string()).unwrap_or_default();
    format!("{}\n{}\n{}\n{id}", item.name, item.path, item.key.guid).to_lowercase()
}

#[derive(sqlx::FromRow)]
pub(super) struct VersionRow {
    number: i64,
    content_hash: String,
    facets: String,
    name: String,
    path: String,
    depends_on: String,
    author: Option<String>,
    approved_by: String,
    approved_at: i64,
    note: Option<String>,
    synced_at: i64,
    synced_by: String,
    size: i64,
    served: i64,
}

impl VersionRow {
    pub(super) fn read(self, key: &ItemKey) -> StoreResult<VersionRecord> {
        let time = |micros| Place("versions", "time").time(micros);
        let content_hash: ContentHash = Place("versions", "content_hash").parse(&self.content_hash)?;
        let facets = Place("versions", "facets").json(&self.facets)?;
        Ok(VersionRecord {
            key: key.clone(),
            snapshot: Snapshot { hash: content_hash.clone(), facets },
            depends_on: Place("versions", "depends_on").json(&self.depends_on)?,
            version: Version {
                number: Place("versions", "number").number(self.number)?,
                content_hash,
                name: self.name,
                path: self.path,
                size: count(self.size),
                author: self.author,
                approved_by: self.approved_by,
                approved_at: time(self.approved_at)?,
                note: self.note,
                synced_at: time(self.synced_at)?,
                synced_by: self.synced_by,
                in_production: self.served > 0,
            },
        })
    }
}

pub(super) fn maybe_micros(time: Option<jiff::Timestamp>) -> Option<i64> {
    time.map(micros)
}
