//! Production: the published set that the pull API serves, with tombstones and a revision that only rises.

use super::StoreResult;
use async_trait::async_trait;
use domain::{
    content::{ContentHash, ItemKey},
    ids::RingId,
    pull::{ManifestItem, Pointer},
};
use jiff::Timestamp;

/// Where a content was published.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Published {
    /// The items of which it is a version; empty when nobody ever published it.
    pub keys: Vec<ItemKey>,
    /// Whether the ring that was asked about ever served it.
    pub in_ring: bool,
}

/// The numbers that tell whether anything must be read again.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Epochs {
    /// Rises with every change of production.
    pub revision: i64,
    /// Rises with every change of an API client (deletion, secret, scope).
    pub access: i64,
}

/// Reads of production.
#[async_trait]
pub trait ProductionReads {
    /// Both epochs, in one cheap read.
    async fn epochs(&self) -> StoreResult<Epochs>;
    /// What a ring serves, with tombstones, by type and GUID; the first ring when none, which serves what was
    /// synced. One consistent read.
    async fn pointers(&self, ring: Option<RingId>) -> StoreResult<Vec<Pointer>>;
    /// Which of `keys` production serves.
    async fn in_production(&self, keys: &[ItemKey]) -> StoreResult<Vec<ItemKey>>;
    /// Where a content was published, seen from a ring (the first when none).
    async fn published(&self, hash: &ContentHash, ring: Option<RingId>) -> StoreResult<Published>;
    /// Revisions that were made after a time, and when.
    async fn revisions_after(&self, at: Timestamp) -> StoreResult<Vec<(i64, Timestamp)>>;
}

/// Writes of production.
#[async_trait]
pub trait ProductionWrites {
    /// Raises the revision, made at `at`, and gives the new one. One count for all rings.
    async fn next_revision(&mut self, at: Timestamp) -> StoreResult<i64>;
    /// The current revision.
    async fn revision(&mut self) -> StoreResult<i64>;
    /// Raises the access epoch.
    async fn bump_access(&mut self) -> StoreResult<()>;
    /// Points production at a version, as part of `revision`.
    async fn publish(&mut self, item: &ManifestItem, revision: i64) -> StoreResult<()>;
    /// Leaves a tombstone, as part of `revision`.
    async fn withdraw(&mut self, key: &ItemKey, revision: i64) -> StoreResult<()>;
    /// As [`ProductionReads::pointers`].
    async fn pointers_for_change(&mut self, ring: Option<RingId>) -> StoreResult<Vec<Pointer>>;
    /// Sets what a ring but the first serves.
    async fn point(&mut self, ring: RingId, pointer: &Pointer) -> StoreResult<()>;
    /// Gives a ring what another serves (the first when none), revision by revision, and every content that the
    /// other ever served.
    async fn copy_pointers(&mut self, from: Option<RingId>, to: RingId) -> StoreResult<()>;
    /// Forgets what a ring serves.
    async fn clear_pointers(&mut self, ring: RingId) -> StoreResult<()>;
}
