//! Connectors, where they stand, and their logs.

use super::StoreResult;
use async_trait::async_trait;
use domain::{
    connector::{Connector, ConnectorInput, LogLine, MadeInManage},
    ids::{ConnectorId, UserId},
};
use jiff::Timestamp;

/// Where a connector stands: what a poll reads first and writes last.
#[derive(Debug, Clone, PartialEq, Default, serde::Serialize, serde::Deserialize)]
#[serde(default)]
pub struct Standing {
    /// The newest change of a ticket that was seen, by Manage's clock.
    pub watermark: Option<Timestamp>,
    /// When that was, by our clock: for a while after it, changes of the same moment may still come to light.
    pub watermark_at: Option<Timestamp>,
    /// Up to which number the tickets of live alerts were looked after, a few in each poll.
    pub looked_after: i64,
    /// When all that the rules choose was asked for last, not only what changed (rules mode).
    pub swept_at: Option<Timestamp>,
    /// A fingerprint of the rules that were asked then: other rules are asked at once.
    pub swept_for: String,
    /// When a poll last ended well.
    pub last_poll_at: Option<Timestamp>,
    /// How long it took, in milliseconds.
    pub last_poll_ms: Option<u64>,
    /// What is wrong now, in plain words with the remedy.
    pub problem: Option<String>,
    /// Since when.
    pub problem_since: Option<Timestamp>,
    /// Changes that a callback told of first.
    pub found_by_callback: u64,
    /// Changes that only polling found.
    pub found_by_polling: u64,
    /// Actions that the API cannot perform; told once each.
    pub skipped_actions: Vec<String>,
}

/// What came of Manage's callbacks to a connector.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Calls {
    /// When one was last believed.
    pub last_at: Option<Timestamp>,
    /// How many were believed.
    pub believed: u64,
    /// How many were refused.
    pub refused: u64,
    /// When some were last refused.
    pub refused_at: Option<Timestamp>,
    /// Why.
    pub refusal: Option<String>,
}

/// The right to poll a connector until a moment; the fence rises with every claim.
#[derive(Debug, Clone)]
pub struct PollLease {
    /// Which connector.
    pub id: ConnectorId,
    /// Rises with every claim.
    pub fence: i64,
    /// Until when, unless it is prolonged.
    pub until: Timestamp,
    /// Where it stands.
    pub standing: Standing,
}

/// Reads of connectors, and leases; each lease is a transaction of its own.
#[async_trait]
pub trait ConnectorReads {
    /// All connectors by name.
    async fn connectors(&self) -> StoreResult<Vec<Connector>>;
    /// One of them.
    async fn connector(&self, id: ConnectorId) -> StoreResult<Option<Connector>>;
    /// Where it stands, and when its next poll is due.
    async fn standing(&self, id: ConnectorId) -> StoreResult<Option<(Standing, Timestamp)>>;
    /// What came of Manage's callbacks to it.
    async fn calls(&self, id: ConnectorId) -> StoreResult<Calls>;
    /// The newest lines of its log, newest first.
    async fn connector_log(&self, id: ConnectorId, most: u32) -> StoreResult<Vec<LogLine>>;
    /// Members that were chosen by hand: person → identifier in Manage.
    async fn member_choices(&self, id: ConnectorId) -> StoreResult<Vec<(UserId, String)>>;
    /// Claims the poll of an enabled connector that is due and not leased.
    async fn claim_poll(
        &self,
        id: ConnectorId,
        now: Timestamp,
        until: Timestamp,
    ) -> StoreResult<Option<PollLease>>;
    /// Lets a poll that is under way hold its lease until a later moment; false when it is lost or has run out.
    async fn prolong_poll(&self, lease: &PollLease, now: Timestamp, until: Timestamp) -> StoreResult<bool>;
    /// Ends every lease of polls and write-backs. Called at the start of a process that has the database to
    /// itself: whoever held them is dead.
    async fn end_leases(&self) -> StoreResult<()>;
}

/// Writes of connectors.
#[async_trait]
pub trait ConnectorWrites {
    /// As [`ConnectorReads::connector`], within the unit of work.
    async fn connector(&mut self, id: ConnectorId) -> StoreResult<Option<Connector>>;
    /// Adds a connector; `Taken` when the name is.
    async fn insert_connector(&mut self, connector: &Connector) -> StoreResult<()>;
    /// Changes what was typed; `Taken` when the name is.
    async fn update_connector(&mut self, id: ConnectorId, input: &ConnectorInput) -> StoreResult<bool>;
    /// Switches it on or off; on: the next poll is due at `next_poll_at`.
    async fn switch_connector(
        &mut self,
        id: ConnectorId,
        enabled: bool,
        next_poll_at: Timestamp,
    ) -> StoreResult<bool>;
    /// Whether any alert, however old, belongs to one of its tickets.
    async fn has_alerts(&mut self, id: ConnectorId) -> StoreResult<bool>;
    /// Keeps what it made in Manage.
    async fn keep_made(&mut self, id: ConnectorId, made: &MadeInManage) -> StoreResult<()>;
    /// Takes it out of every list; its alerts stay.
    async fn delete_connector(&mut self, id: ConnectorId, at: Timestamp) -> StoreResult<bool>;
    /// Makes the next poll due no later than `at`.
    async fn hurry_poll(&mut self, id: ConnectorId, at: Timestamp) -> StoreResult<()>;
    /// Counts a callback that was believed.
    async fn believe_call(&mut self, id: ConnectorId, at: Timestamp) -> StoreResult<()>;
    /// Remembers that a callback told of a ticket, whichever process polls next.
    async fn hear_of(&mut self, id: ConnectorId, ticket: i64, at: Timestamp) -> StoreResult<()>;
    /// Those of these tickets that callbacks told of; each is answered once.
    async fn take_told(&mut self, id: ConnectorId, tickets: &[i64]) -> StoreResult<Vec<i64>>;
    /// Forgets the tickets that callbacks told of up to a moment.
    async fn forget_told(&mut self, id: ConnectorId, until: Timestamp) -> StoreResult<()>;
    /// Counts callbacks that were refused, the newest of them for this reason.
    async fn refuse_calls(
        &mut self,
        id: ConnectorId,
        many: u64,
        at: Timestamp,
        reason: &str,
    ) -> StoreResult<()>;
    /// Whether this poll's fence is still the newest: asked in the unit of work that keeps what the poll found, so
    /// that a process which slept past its lease writes nothing.
    async fn holds_poll(&mut self, lease: &PollLease) -> StoreResult<bool>;
    /// Ends a poll: where the connector stands and when the next one is due; false when the fence is no longer
    /// the newest.
    async fn end_poll(
        &mut self,
        lease: &PollLease,
        standing: &Standing,
        next_poll_at: Timestamp,
    ) -> StoreResult<bool>;
    /// Adds a line to its log; the newest 500 are kept.
    async fn log_connector(&mut self, id: ConnectorId, line: &LogLine) -> StoreResult<()>;
    /// Chooses a member for a person by hand, or no longer.
    async fn choose_member(&mut self, id: ConnectorId, user: UserId, member: Option<&str>)
    -> StoreResult<()>;
}
