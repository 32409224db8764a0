//! ConnectWise Manage, in our words. The adapter answers one question or makes one change for each call; which
//! calls follow one another is decided in [`crate::connectors`].
//!
//! A [`Link`] holds everything that a call needs, the private key in hand. Every call is bounded in time, is
//! counted against the budget of the instance, and is safe to make again: what is created is looked for first.

use async_trait::async_trait;
use domain::{
    alert::AlertState,
    connector::{ConnectionTest, ConnectorInput, Detail, LogLine, MadeInManage, NoteFlags, SetupReport},
    field::FieldError,
    ids::{ConnectorId, WriteBackId},
    ticket::{Ticket, TicketDetails},
};
use jiff::Timestamp;
use std::{fmt, sync::Arc, time::Duration};

/// Whether what is done is still ours to do. Asked right before whatever must not be done twice is sent, because
/// another process does the same as soon as a lease is over.
#[derive(Clone)]
pub struct Hold(Arc<dyn Fn() -> bool + Send + Sync>);

impl Hold {
    /// One that lasts as long as this says so.
    pub fn new(lasts: impl Fn() -> bool + Send + Sync + 'static) -> Self {
        Self(Arc::new(lasts))
    }

    /// Whether it lasts for one more request.
    pub fn lasts(&self) -> bool {
        (self.0)()
    }
}

impl Default for Hold {
    /// Work that nobody else would do lasts for ever.
    fn default() -> Self {
        Self::new(|| true)
    }
}

impl fmt::Debug for Hold {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.debug_tuple("Hold").field(&self.lasts()).finish()
    }
}

/// A connector at work.
#[derive(Debug, Clone)]
pub struct Link {
    /// Which connector.
    pub id: ConnectorId,
    /// What is set about it, the private key in hand (`Secret::Given`).
    pub input: ConnectorInput,
    /// What it made in Manage so far.
    pub made: MadeInManage,
    /// The lease under which it works.
    pub hold: Hold,
}

/// Which tickets a poll asks for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Ask {
    /// Those that the events of the trigger workflow choose now (workflow mode).
    Triggered,
    /// Those that the rules choose, changed since the watermark by Manage's own clock; all of them without one
    /// (rules mode).
    Chosen {
        /// The newest change that was seen, minus an overlap.
        since: Option<Timestamp>,
    },
    /// Those that changed since the watermark, whatever they are: news for alerts that are there.
    Changed {
        /// The newest change that was seen, minus an overlap. Without one, only the ticket that changed last is
        /// asked for: its time is where a watermark begins.
        since: Option<Timestamp>,
    },
}

/// A ticket that a poll found.
#[derive(Debug, Clone)]
pub struct Found {
    /// The ticket.
    pub ticket: Ticket,
    /// The event or rule that chose it, in words.
    pub reason: String,
    /// The category that the rule names; empty for none.
    pub category: String,
    /// What the ticket says about the alert: the update workflow's events, the board's status mapping, or whether
    /// its status closes. None: it says nothing.
    pub says: Option<AlertState>,
    /// Whether the last change was our own (updated by the API member).
    pub ours: bool,
}

/// What a poll brought.
#[derive(Debug, Clone, Default)]
pub struct Polled {
    /// Tickets, each once, by number.
    pub found: Vec<Found>,
    /// Events or rules that could not be asked, one sentence each with the remedy; the others were.
    pub warnings: Vec<String>,
}

/// What a change of a ticket did.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Written {
    /// The ticket afterwards.
    pub ticket: Option<Ticket>,
    /// What was written, in words; empty when all of it was so already.
    pub written: Vec<String>,
    /// What was asked for and cannot be done by the API, in words.
    pub skipped: Vec<String>,
}

/// On whose behalf a ticket is changed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Person {
    /// Their name, for the custom field.
    pub name: String,
    /// The identifier of their member, if a person chose it by hand.
    pub member: Option<String>,
    /// Their mail address, by which their member is looked for otherwise.
    pub email: Option<String>,
}

/// What came of taking down.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct TakenDown {
    /// What is left, which is nothing when all went well.
    pub left: MadeInManage,
    /// Why the first of it was not removed.
    pub why: Option<String>,
}

/// How the line to an instance does, as the adapter counts it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct LineHealth {
    /// When Manage last answered anything.
    pub last_answer_at: Option<Timestamp>,
    /// Requests of the last minute.
    pub requests_last_minute: u32,
    /// Requests that a minute may have.
    pub requests_allowed: u32,
    /// `closed`, `open` or `half_open`.
    pub breaker: &'static str,
    /// Until when Manage asked to be left alone.
    pub throttled_until: Option<Timestamp>,
    /// Seconds by which Manage's clock differs from ours.
    pub clock_ahead_seconds: Option<i64>,
}

/// Why Manage did not do it. Each sentence is for a person and names the remedy.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PsaError {
    /// It may work later by itself: no answer, 5xx, throttled, breaker open.
    #[error("{message}")]
    Later {
        /// One sentence.
        message: String,
        /// How long Manage asked to wait.
        after: Option<Duration>,
    },
    /// A person must change something: keys, rights, settings, a missing status.
    #[error("{message}")]
    Person {
        /// The field of the connector that is wrong, if one is.
        field: Option<String>,
        /// One sentence.
        message: String,
    },
    /// The ticket cannot be seen: deleted, merged away, or out of sight.
    #[error(
        "Manage does not show ticket {0}: it was deleted, merged away, or is out of the API member's sight"
    )]
    Missing(i64),
}

/// Manage.
#[async_trait]
pub trait Psa: Send + Sync + 'static {
    /// What only the adapter can say about the settings: the language of conditions, an address that is refused.
    fn check(&self, input: &ConnectorInput) -> Vec<FieldError>;

    /// Looks whether a connector could work with these settings, and names every right that is missing.
    async fn test(&self, link: &Link) -> ConnectionTest;

    /// Makes what workflow mode needs and is not there; never twice, and never over what somebody edited. `progress`
    /// hears every step. Answers also what was made in all, even when it could not be finished.
    async fn set_up(
        &self,
        link: &Link,
        progress: &(dyn Fn(LogLine) + Send + Sync),
    ) -> (Result<SetupReport, PsaError>, MadeInManage);

    /// Removes what the connector made in Manage, a callback only where it still leads to us. An error when nothing
    /// of it could be removed.
    async fn take_down(&self, link: &Link) -> Result<TakenDown, PsaError>;

    /// Tickets of a poll. A list is whole or an error; an event or a rule that somebody wrote wrongly hides nothing of
    /// the others.
    async fn poll(&self, link: &Link, ask: &Ask) -> Result<Polled, PsaError>;

    /// Tickets by number, whatever their state; those that Manage does not show are absent.
    async fn tickets(&self, link: &Link, ids: &[i64]) -> Result<Vec<Found>, PsaError>;

    /// The newest tickets with what would choose them, at most `most`.
    async fn newest(&self, link: &Link, most: usize) -> Result<Vec<(Ticket, Option<Found>)>, PsaError>;

    /// What is to be read beside a ticket. A part that cannot be read is named in `unread`.
    async fn details(&self, link: &Link, ticket: &Ticket, wanted: &[Detail]) -> TicketDetails;

    /// Marks a ticket as taken (workflow mode).
    async fn mark_retrieved(&self, link: &Link, ticket: i64) -> Result<Written, PsaError>;

    /// Notes in a ticket that the state which it says is known, so that it no longer says it as news (workflow mode).
    async fn mark_known(&self, link: &Link, ticket: i64, state: AlertState) -> Result<Written, PsaError>;

    /// Carries a state over: status by the update workflow's actions or the board's mapping, owner, custom fields.
    /// Only what differs is written. `mark` is the write-back that it is done for, by which notes of actions are found
    /// again; without one, it is only said what would be written.
    async fn carry_state(
        &self,
        link: &Link,
        ticket: i64,
        state: AlertState,
        person: &Person,
        mark: Option<WriteBackId>,
    ) -> Result<Written, PsaError>;

    /// Adds a note once: a note with the mark of this write-back is looked for first.
    async fn add_note(
        &self,
        link: &Link,
        ticket: i64,
        mark: WriteBackId,
        text: &str,
        flags: NoteFlags,
        person: &Person,
    ) -> Result<Written, PsaError>;

    /// The member of each mail address (identifier and name), for the mapping screen.
    async fn members(&self, link: &Link) -> Result<Vec<Member>, PsaError>;

    /// Verifies a callback and says which ticket it is about.
    async fn verify_callback(&self, link: &Link, raw: &[u8], signature: &str) -> Result<i64, PsaError>;

    /// Asks Manage to call `url` when tickets change; answers what was made.
    async fn register_callback(&self, link: &Link, url: &str) -> Result<MadeInManage, PsaError>;

    /// How the line to the instance does.
    fn health(&self, link: &Link) -> LineHealth;
}

/// Someone who works in Manage.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Member {
    /// The log-in name.
    pub identifier: String,
    /// First and last name.
    pub name: String,
    /// The office mail address.
    pub email: Option<String>,
}
