//! The outbox towards Manage: write-backs, leased one at a time for each ticket.

use super::StoreResult;
use async_trait::async_trait;
use domain::{
    ids::{AlertId, ConnectorId, WriteBackId},
    page::{Page, PageRequest},
    write_back::{Attempt, WriteBack, WriteBackState},
};
use jiff::Timestamp;

/// Which write-backs are wanted.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct WriteBackFilter {
    /// In this state.
    pub state: Option<WriteBackState>,
    /// Through this connector.
    pub connector: Option<ConnectorId>,
}

/// The right to attempt a write-back until a moment. The fence rises with every lease: a process that slept past
/// its lease can no longer record an end.
#[derive(Debug, Clone)]
pub struct WriteBackLease {
    /// What is to be done.
    pub write_back: WriteBack,
    /// Rises with every lease.
    pub fence: i64,
    /// Until when, unless it is prolonged.
    pub until: Timestamp,
}

/// How an attempt ended.
#[derive(Debug, Clone)]
pub struct AttemptEnd {
    /// The attempt.
    pub attempt: Attempt,
    /// The state that follows.
    pub state: WriteBackState,
    /// When it is tried next, while pending.
    pub next_attempt_at: Option<Timestamp>,
    /// What to tell about it.
    pub remarks: Vec<String>,
}

/// Reads of write-backs, and leases; each lease is a transaction of its own.
#[async_trait]
pub trait WriteBackReads {
    /// Write-backs, newest first.
    async fn write_backs(&self, filter: &WriteBackFilter, page: &PageRequest)
    -> StoreResult<Page<WriteBack>>;
    /// One of them.
    async fn write_back(&self, id: WriteBackId) -> StoreResult<Option<WriteBack>>;
    /// Those of an alert, oldest first.
    async fn write_backs_of(&self, alert: AlertId) -> StoreResult<Vec<WriteBack>>;
    /// How many of a connector are pending, since when the oldest is owed, and how many were given up.
    async fn write_back_counts(&self, connector: ConnectorId) -> StoreResult<(u64, Option<Timestamp>, u64)>;
    /// Leases due write-backs, at most `most`: of each ticket only its oldest pending one, and only when no other
    /// one of that ticket is leased.
    async fn lease_write_backs(
        &self,
        connector: ConnectorId,
        now: Timestamp,
        until: Timestamp,
        most: u32,
    ) -> StoreResult<Vec<WriteBackLease>>;
    /// Lets an attempt that is under way hold its lease until a later moment; false when it is lost or has run out.
    async fn prolong_write_back(
        &self,
        lease: &WriteBackLease,
        now: Timestamp,
        until: Timestamp,
    ) -> StoreResult<bool>;
}

/// Writes of write-backs.
#[async_trait]
pub trait WriteBackWrites {
    /// Owes something to a ticket.
    async fn insert_write_back(&mut self, write_back: &WriteBack) -> StoreResult<()>;
    /// Records the end of an attempt and gives the lease back; false when the fence is no longer the newest.
    async fn end_attempt(&mut self, lease: &WriteBackLease, end: &AttemptEnd) -> StoreResult<bool>;
    /// Makes the state changes of an alert that are pending or were given up pointless: a later one follows.
    /// Leased ones stay.
    async fn supersede_states(&mut self, alert: AlertId, at: Timestamp) -> StoreResult<u64>;
    /// Lets a given-up write-back begin anew; false when it is not given up.
    async fn replay_write_back(&mut self, id: WriteBackId, at: Timestamp) -> StoreResult<bool>;
    /// Makes everything that is pending of a connector due no later than `at`: Manage is back.
    async fn hurry_write_backs(&mut self, connector: ConnectorId, at: Timestamp) -> StoreResult<u64>;
    /// The pending and given-up write-backs of an alert, oldest first.
    async fn open_write_backs(&mut self, alert: AlertId) -> StoreResult<Vec<WriteBack>>;
    /// Whether anything was written into an alert's ticket since.
    async fn has_written_since(&mut self, alert: AlertId, since: Timestamp) -> StoreResult<bool>;
    /// Gives up everything that is pending of a connector that is removed.
    async fn drop_write_backs(&mut self, connector: ConnectorId, at: Timestamp) -> StoreResult<u64>;
}
