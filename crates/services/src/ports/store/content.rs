//! Items, their versions, and the content behind the hashes.

use super::StoreResult;
use async_trait::async_trait;
use domain::{
    content::{
        ContentHash, ContentType, ItemKey, Reference,
        lifecycle::{Lifecycle, Snapshot},
        review::Review,
        view::{ItemFilter, ItemRow, TypeCounts, Version},
    },
    ids::SourceId,
    page::{Page, PageRequest},
};
use jiff::Timestamp;

/// An item as it is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ItemRecord {
    /// Its identity.
    pub key: ItemKey,
    /// The source that it comes from.
    pub source_id: SourceId,
    /// Its id on the source.
    pub local_id: Option<i64>,
    /// Its name as last seen.
    pub name: String,
    /// Its folder path as last seen.
    pub path: String,
    /// What is published, found and approved.
    pub lifecycle: Lifecycle,
    /// The number of the version that production points at.
    pub version: Option<u32>,
    /// When the source saved it last.
    pub updated_at: Option<Timestamp>,
    /// Who saved it last.
    pub updated_by: Option<String>,
    /// When a scan saw it first.
    pub first_seen_at: Timestamp,
    /// When a scan saw it last.
    pub last_seen_at: Timestamp,
    /// Who gave the approval that waits for a sync.
    pub approved_by: Option<String>,
    /// When.
    pub approved_at: Option<Timestamp>,
    /// What they noted.
    pub approval_note: Option<String>,
    /// What the content found last needs.
    pub depends_on: Vec<Reference>,
    /// What people said about it, and what was found in it.
    pub review: Review,
}

impl ItemRecord {
    /// The newest content: what the source holds, else what production serves.
    pub fn newest(&self) -> Option<&ContentHash> {
        let published = || self.lifecycle.published().map(|snapshot| &snapshot.hash);
        self.lifecycle.candidate().hash().or_else(published)
    }

    /// Brings who approved, when and with which note in step with the approvals.
    pub fn follow_review(&mut self) {
        self.review.follow(&self.lifecycle);
        let approved = self.lifecycle.approved().is_some();
        self.approved_by = self.review.approvers().filter(|_| approved);
        self.approved_at = self.review.approved_at().filter(|_| approved);
        self.approval_note = self.review.notes().filter(|_| approved);
    }

    /// The row that screens and the HTTP API show; how many must approve is the policy's to say.
    pub fn row(&self) -> ItemRow {
        ItemRow {
            content_type: self.key.content_type,
            guid: self.key.guid.clone(),
            local_id: self.local_id,
            name: self.name.clone(),
            version: self.version,
            path: self.path.clone(),
            status: self.lifecycle.status(),
            approval: self.lifecycle.approval(),
            change: self.lifecycle.change(),
            held: self.lifecycle.is_held(),
            updated_at: self.updated_at,
            updated_by: self.updated_by.clone(),
            candidate_hash: self.lifecycle.candidate().hash().cloned(),
            published_hash: self.lifecycle.published().map(|snapshot| snapshot.hash.clone()),
            source_id: self.source_id,
            approvals_given: self.review.given(),
            approvals_required: 1,
            rejected: self.review.rejection.is_some(),
            secrets: self.review.open_secrets() > 0,
        }
    }
}

/// A version as it is kept: immutable once written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VersionRecord {
    /// The item.
    pub key: ItemKey,
    /// What screens show of it (`size` and `in_production` are derived when read).
    pub version: Version,
    /// The content and the hashes of its parts.
    pub snapshot: Snapshot,
    /// What it needs.
    pub depends_on: Vec<Reference>,
}

/// Reads of content.
#[async_trait]
pub trait ContentReads {
    /// Counts by type; types without items may be left out.
    async fn type_counts(&self) -> StoreResult<Vec<(ContentType, TypeCounts)>>;
    /// Rows of a type, in the filter's order, then by GUID.
    async fn items(
        &self,
        content_type: ContentType,
        filter: &ItemFilter,
        page: &PageRequest,
    ) -> StoreResult<Page<ItemRow>>;
    /// One item.
    async fn item(&self, key: &ItemKey) -> StoreResult<Option<ItemRecord>>;
    /// Those of `keys` that exist.
    async fn items_by_key(&self, keys: &[ItemKey]) -> StoreResult<Vec<ItemRow>>;
    /// Items whose newest content needs `reference`; at most 200.
    async fn used_by(&self, reference: &Reference) -> StoreResult<Vec<ItemRow>>;
    /// Items of a type with an approval that waits for a sync.
    async fn approved_items(&self, content_type: ContentType) -> StoreResult<Vec<ItemRecord>>;
    /// Versions of an item, newest first.
    async fn versions(&self, key: &ItemKey) -> StoreResult<Vec<Version>>;
    /// One version of an item.
    async fn version(&self, key: &ItemKey, number: u32) -> StoreResult<Option<VersionRecord>>;
    /// The canonical bytes behind a hash.
    async fn blob(&self, hash: &ContentHash) -> StoreResult<Option<Vec<u8>>>;
    /// Those of `hashes` whose bytes are kept, for a day at least: one that is marked as unused must be put again.
    async fn known_blobs(&self, hashes: &[ContentHash]) -> StoreResult<Vec<ContentHash>>;
}

/// Writes of content.
#[async_trait]
pub trait ContentWrites {
    /// All items of a source.
    async fn source_items(&mut self, source: SourceId) -> StoreResult<Vec<ItemRecord>>;
    /// Those of `keys` that exist, from any source, to be changed.
    async fn items_for_change(&mut self, keys: &[ItemKey]) -> StoreResult<Vec<ItemRecord>>;
    /// As [`ContentReads::approved_items`], to be changed.
    async fn approved_items_for_change(&mut self, content_type: ContentType) -> StoreResult<Vec<ItemRecord>>;
    /// Adds or changes items, in batches.
    async fn save_items(&mut self, items: &[ItemRecord]) -> StoreResult<()>;
    /// Notes that a scan saw every item of a source that is present.
    async fn touch_items(&mut self, source: SourceId, at: Timestamp) -> StoreResult<()>;
    /// Forgets items (their versions stay).
    async fn delete_items(&mut self, keys: &[ItemKey]) -> StoreResult<()>;
    /// Keeps contents. Those that are there already stay as they are, and are no longer marked as unused.
    async fn put_blobs(&mut self, blobs: &[(ContentHash, Vec<u8>)]) -> StoreResult<()>;
    /// The highest version number of an item; 0 before the first.
    async fn latest_version(&mut self, key: &ItemKey) -> StoreResult<u32>;
    /// The number of the version with this content, if the item ever had it.
    async fn version_of_content(&mut self, key: &ItemKey, hash: &ContentHash) -> StoreResult<Option<u32>>;
    /// Adds a version.
    async fn insert_version(&mut self, version: &VersionRecord) -> StoreResult<()>;
}
