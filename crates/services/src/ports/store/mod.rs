//! The store: reads on one side, units of work on the other.
//!
//! A [`Store`] answers reads from committed data. Everything that changes state goes through a
//! [`Transaction`]: ask for one with [`Store::begin`], read what the decision needs *through it*, write, then
//! [`Transaction::commit`]. Dropping it undoes everything. Audit lines are written in the same transaction as
//! what they tell of.
//!
//! To add an aggregate: a file here with its records, a `…Reads` and a `…Writes` trait, both added to the two
//! sums below, one implementation in `storage`, and its cases in the storage contract.

pub mod accounts;
pub mod alerts;
pub mod audit;
pub mod clients;
pub mod connectors;
pub mod content;
pub mod idempotency;
pub mod production;
pub mod receivers;
pub mod reviews;
pub mod rings;
pub mod schedules;
pub mod secrets;
pub mod signing;
pub mod sources;
pub mod unused;
pub mod windows;
pub mod write_backs;

pub use accounts::{AccountReads, AccountWrites};
pub use alerts::{AlertReads, AlertWrites};
pub use audit::{AuditReads, AuditWrites};
pub use clients::{ClientReads, ClientWrites};
pub use connectors::{ConnectorReads, ConnectorWrites};
pub use content::{ContentReads, ContentWrites};
pub use idempotency::{IdempotencyStore, IdempotencyWrites};
pub use production::{ProductionReads, ProductionWrites};
pub use receivers::ReceiverReads;
pub use reviews::{ReviewReads, ReviewWrites};
pub use rings::{RingReads, RingWrites};
pub use schedules::ScheduleStore;
pub use secrets::{SecretReads, SecretWrites};
pub use signing::{SigningReads, SigningWrites};
pub use sources::{SourceReads, SourceWrites};
pub use unused::{UnusedReads, UnusedWrites};
pub use windows::{WindowReads, WindowWrites};
pub use write_backs::{WriteBackReads, WriteBackWrites};

use async_trait::async_trait;

/// The answer of every store call.
pub type StoreResult<T> = Result<T, StoreError>;

/// Which writers exclude one another.
///
/// SQLite has a single writer anyway; PostgreSQL serialises the transactions of one lane, so that a rule that
/// reads before it writes holds on both engines alike.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Lane {
    /// Items, versions, production, sources, scans.
    Content,
    /// People, sessions, tokens, API clients.
    Accounts,
    /// Alerts, write-backs, connectors.
    Alerts,
    /// Content and accounts: what ties API clients and production together, such as which ring a client reads.
    Both,
}

/// Everything that is kept.
#[async_trait]
pub trait Store:
    AccountReads
    + AlertReads
    + AuditReads
    + ClientReads
    + ConnectorReads
    + ContentReads
    + IdempotencyStore
    + ProductionReads
    + ReviewReads
    + ReceiverReads
    + RingReads
    + ScheduleStore
    + SecretReads
    + SigningReads
    + SourceReads
    + UnusedReads
    + WindowReads
    + WriteBackReads
    + Send
    + Sync
    + 'static
{
    /// Starts a unit of work. Safe to cancel at any await.
    async fn begin(&self, lane: Lane) -> StoreResult<Box<dyn Transaction>>;

    /// Whether the database answers.
    async fn ping(&self) -> StoreResult<()>;

    /// Whether other processes may write to the same database (PostgreSQL): then nothing that must stop at
    /// once may be trusted from memory.
    fn is_shared(&self) -> bool;
}

/// A unit of work: all of it or none.
#[async_trait]
pub trait Transaction:
    AccountWrites
    + AlertWrites
    + AuditWrites
    + ClientWrites
    + ConnectorWrites
    + ContentWrites
    + IdempotencyWrites
    + ProductionWrites
    + ReviewWrites
    + RingWrites
    + SecretWrites
    + SigningWrites
    + SourceWrites
    + UnusedWrites
    + WindowWrites
    + WriteBackWrites
    + Send
{
    /// Makes everything durable.
    async fn commit(self: Box<Self>) -> StoreResult<()>;
}

/// Why the store could not do it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum StoreError {
    /// A value that must be unique is taken already.
    #[error("taken already: {0}")]
    Taken(String),
    /// The database does not answer or is busy; worth trying again.
    #[error("the database does not answer: {0}")]
    Unavailable(String),
    /// A row holds what it must not.
    #[error("inconsistent data in {table}, {place}: {message}")]
    Inconsistent {
        /// The table.
        table: &'static str,
        /// The column and row.
        place: String,
        /// What is wrong.
        message: String,
    },
    /// The cursor is not one that a list gave out.
    #[error("not a cursor that a list gave out")]
    BadCursor,
    /// A text holds what the database keeps in no text (PostgreSQL: the character NUL).
    #[error("a text that cannot be kept")]
    Text,
    /// Anything else that the driver reports.
    #[error("database: {0}")]
    Driver(String),
}
