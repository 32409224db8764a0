//! Answers kept for `Idempotency-Key`: the same key gives the same answer for a day.

use super::StoreResult;
use async_trait::async_trait;
use jiff::Timestamp;

/// One request under a key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeyedRequest {
    /// Who sent it, so that keys of different callers never meet.
    pub actor: String,
    /// The key.
    pub key: String,
    /// Method and path.
    pub route: String,
    /// SHA-256 of the body, hexadecimal.
    pub body_hash: String,
}

/// An answer that was given.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeptAnswer {
    /// The HTTP status.
    pub status: u16,
    /// The content type.
    pub content_type: String,
    /// The body.
    pub body: Vec<u8>,
}

/// What to do with a request under a key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Claim {
    /// It is the first: do it, then keep the answer.
    Fresh,
    /// It was done: give this answer again.
    Done(KeptAnswer),
    /// It is being done right now.
    Busy,
    /// The key was used for another request.
    Mismatch,
}

/// Kept answers; every call is a transaction of its own.
#[async_trait]
pub trait IdempotencyStore: Send + Sync {
    /// Claims a key. One that was claimed before `stale_before` and never answered may be claimed again.
    async fn claim_key(
        &self,
        request: &KeyedRequest,
        now: Timestamp,
        stale_before: Timestamp,
    ) -> StoreResult<Claim>;
    /// Keeps the answer.
    async fn keep_answer(&self, request: &KeyedRequest, answer: &KeptAnswer) -> StoreResult<()>;
    /// Gives a key back because nothing was done.
    async fn release_key(&self, request: &KeyedRequest) -> StoreResult<()>;
    /// Forgets keys older than `before`.
    async fn forget_keys(&self, before: Timestamp) -> StoreResult<u64>;
}
