//! Production: the published set that the pull API serves, with tombstones and a revision that only rises.

use super::StoreResult;
use async_trait::async_trait;
use domain::{
    content::{ContentHash, ContentType, ItemKey},
    pull::{ManifestItem, Removed},
};

/// Production, or what changed in it, as of one revision.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ProductionSlice {
    /// The revision.
    pub revision: i64,
    /// Items served, by type and GUID.
    pub items: Vec<ManifestItem>,
    /// Tombstones, by type and GUID.
    pub removed: Vec<Removed>,
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
    /// Production of `types` (all when none), only what changed after `since` when given; one consistent read.
    async fn production(
        &self,
        types: Option<&[ContentType]>,
        since: Option<i64>,
    ) -> StoreResult<ProductionSlice>;
    /// Which of `keys` production serves.
    async fn in_production(&self, keys: &[ItemKey]) -> StoreResult<Vec<ItemKey>>;
    /// Canonical bytes that some version of one of `types` (all when none) has: never anything unapproved.
    async fn published_blob(
        &self,
        hash: &ContentHash,
        types: Option<&[ContentType]>,
    ) -> StoreResult<Option<Vec<u8>>>;
}

/// Writes of production.
#[async_trait]
pub trait ProductionWrites {
    /// Raises the revision and gives the new one.
    async fn next_revision(&mut self) -> StoreResult<i64>;
    /// The current revision.
    async fn revision(&mut self) -> StoreResult<i64>;
    /// Raises the access epoch.
    async fn bump_access(&mut self) -> StoreResult<()>;
    /// Points production at a version, as part of `revision`.
    async fn publish(&mut self, item: &ManifestItem, revision: i64) -> StoreResult<()>;
    /// Leaves a tombstone, as part of `revision`.
    async fn withdraw(&mut self, key: &ItemKey, revision: i64) -> StoreResult<()>;
}
