//! Write-backs: changes that Tandem owes to a ticket.
//!
//! A write-back is a row first, committed with the step that it follows from, and work afterwards: leased, attempted
//! outside any transaction, tried again with growing waits. The write-backs of one ticket are done in their order,
//! one at a time.

use crate::{
    account::Actor,
    alert::AlertState,
    ids::{AlertId, ConnectorId, WriteBackId},
};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// What is owed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Task {
    /// Mark the ticket as taken (workflow mode).
    Retrieved,
    /// Note in the ticket that a state which came from Manage is known (workflow mode).
    Known {
        /// The state.
        state: AlertState,
    },
    /// Carry the alert's state over: status, owner, custom fields.
    State {
        /// The state of the alert.
        state: AlertState,
    },
    /// Add a note.
    Note {
        /// What it says.
        text: String,
    },
}

impl Task {
    /// In words, as a timeline tells it.
    pub fn words(&self) -> &'static str {
        match self {
            Self::Retrieved => "mark the ticket as taken",
            Self::Known { .. } => "note in the ticket that its state is known",
            Self::State { state: AlertState::Open } => "reopen the ticket",
            Self::State { state: AlertState::Acknowledged } => "acknowledge in the ticket",
            Self::State { state: AlertState::Closed } => "close the ticket",
            Self::Note { .. } => "add a note to the ticket",
        }
    }
}

/// How far a write-back is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum WriteBackState {
    /// It waits for its first or next attempt, or is being attempted.
    Pending,
    /// Manage has it.
    Done,
    /// It was given up; a person may replay it.
    Failed,
    /// A later one, or a change in Manage, made it pointless.
    Superseded,
}

impl WriteBackState {
    /// Every state.
    pub const ALL: [Self; 4] = [Self::Pending, Self::Done, Self::Failed, Self::Superseded];

    /// The word on the wire and in the database.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Pending => "pending",
            Self::Done => "done",
            Self::Failed => "failed",
            Self::Superseded => "superseded",
        }
    }

    /// Reads the word.
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.as_str() == word)
    }
}

/// One try.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Attempt {
    /// When it began.
    pub at: Timestamp,
    /// How it ended, one sentence; for a person.
    pub outcome: String,
    /// Whether it went well.
    pub ok: bool,
}

/// A change that is owed to a ticket.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct WriteBack {
    /// Which.
    pub id: WriteBackId,
    /// The alert that it follows from.
    pub alert_id: AlertId,
    /// The connector that carries it.
    pub connector_id: ConnectorId,
    /// The ticket's number.
    pub ticket_id: i64,
    /// What is owed.
    pub task: Task,
    /// On whose behalf.
    pub by: Actor,
    /// How far it is.
    pub state: WriteBackState,
    /// Since when it is owed.
    pub created_at: Timestamp,
    /// When it is tried next, while pending.
    pub next_attempt_at: Option<Timestamp>,
    /// When it was done or given up.
    pub ended_at: Option<Timestamp>,
    /// Every try, oldest first; the newest twenty are kept.
    pub attempts: Vec<Attempt>,
    /// What Manage's API could not do, or what was found done already; told once.
    pub remarks: Vec<String>,
}
