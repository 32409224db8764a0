//! Answers kept for `Idempotency-Key`: the same key gives the same answer for a day.
//!
//! A key is claimed, then what it asks for is done, and what came of it is written down in the same unit of work
//! ([`IdempotencyWrites`]); the answer is kept last. A process that dies in between leaves a claim without an effect,
//! which may be claimed again after a while, or one with an effect, whose answer is told from that.

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

impl KeyedRequest {
    /// Its key, claimed at `at`.
    pub fn claimed(&self, at: Timestamp) -> ClaimedKey {
        ClaimedKey { actor: self.actor.clone(), key: self.key.clone(), at }
    }
}

/// A key that was claimed. Whoever lost the claim to another has nothing done and keeps nothing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ClaimedKey {
    /// Whose key it is.
    pub actor: String,
    /// The key.
    pub key: String,
    /// When it was claimed: two claims of one key are told apart by it.
    pub at: Timestamp,
}

/// An answer that was given.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeptAnswer {
    /// The HTTP status.
    pub status: u16,
    /// The content type.
    pub content_type: String,
    /// Where what was made stands.
    pub location: Option<String>,
    /// The body.
    pub body: Vec<u8>,
}

/// What to do with a request under a key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Claim {
    /// It is the first: do it, then keep the answer.
    Fresh(ClaimedKey),
    /// It was done, but its answer was not kept: tell what came of it, then keep that.
    Effected(ClaimedKey, String),
    /// It was done: give this answer again.
    Done(KeptAnswer),
    /// It is being done right now.
    Busy,
    /// The key was used for another request.
    Mismatch,
}

/// What came of requests under keys, within the units of work that did what they ask.
#[async_trait]
pub trait IdempotencyWrites {
    /// Writes down what came of a request; false when its key was claimed by another meanwhile: then the unit of work
    /// must not be committed.
    async fn keep_effect(&mut self, claimed: &ClaimedKey, effect: &str) -> StoreResult<bool>;
}

/// Kept answers; every call is a transaction of its own.
#[async_trait]
pub trait IdempotencyStore: Send + Sync {
    /// Claims a key. One that was claimed before `stale_before` and of which nothing came may be claimed again.
    async fn claim_key(
        &self,
        request: &KeyedRequest,
        now: Timestamp,
        stale_before: Timestamp,
    ) -> StoreResult<Claim>;
    /// Keeps the answer.
    async fn keep_answer(&self, claimed: &ClaimedKey, answer: &KeptAnswer) -> StoreResult<()>;
    /// Gives a key back, if nothing came of it.
    async fn release_key(&self, claimed: &ClaimedKey) -> StoreResult<()>;
    /// Forgets keys older than `before`.
    async fn forget_keys(&self, before: Timestamp) -> StoreResult<u64>;
}
