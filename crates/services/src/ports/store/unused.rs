//! Contents that nothing points at any more.
//!
//! One is marked first, and forgotten only when the mark is old: whoever was told that a content is known has that long
//! to point at it. A mark is no promise that nothing points at it now; before one is forgotten that is asked again, in
//! the unit of work that forgets it.

use super::StoreResult;
use async_trait::async_trait;
use domain::content::ContentHash;
use jiff::Timestamp;

/// Finding what nothing points at, beside everybody's work.
#[async_trait]
pub trait UnusedReads {
    /// Contents without a mark that nothing points at.
    async fn unused_blobs(&self, limit: u32) -> StoreResult<Vec<ContentHash>>;
    /// Contents that were marked before, and that no receiver reports.
    async fn marked_blobs(&self, before: Timestamp, limit: u32) -> StoreResult<Vec<ContentHash>>;
}

/// Marking and forgetting, all in [`Lane::Content`](super::Lane::Content).
#[async_trait]
pub trait UnusedWrites {
    /// Says which of `hashes` are not kept, and takes the marks off those that are. For whoever is about to point at
    /// contents that were put, or known, in a unit of work before.
    async fn use_blobs(&mut self, hashes: &[ContentHash]) -> StoreResult<Vec<ContentHash>>;
    /// Marks those of `hashes` that still nothing points at; says how many were not marked yet.
    async fn mark_unused(&mut self, hashes: &[ContentHash], at: Timestamp) -> StoreResult<u64>;
    /// Forgets those of `hashes` that were marked before and that still nothing points at; says how many. Takes the
    /// marks off the others that something points at.
    async fn forget_unused(&mut self, hashes: &[ContentHash], before: Timestamp) -> StoreResult<u64>;
}
