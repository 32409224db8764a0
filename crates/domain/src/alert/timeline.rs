//! What happened to an alert, in order.

use super::AlertState;
use crate::{account::Actor, connector::Winner, ids::UserId, ticket::TicketChange};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// A line of the timeline.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TimelineEntry {
    /// When.
    pub at: Timestamp,
    /// Who.
    pub by: Actor,
    /// What.
    #[serde(flatten)]
    pub event: Event,
}

/// What happened.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "event", rename_all = "snake_case")]
pub enum Event {
    /// The alert was raised.
    Raised {
        /// Why, one sentence: the rule or event that matched.
        reason: String,
    },
    /// Somebody took it.
    Acknowledged,
    /// Somebody ended it.
    Closed,
    /// It began again.
    Reopened,
    /// Somebody wrote a note.
    Annotated {
        /// What it says.
        text: String,
    },
    /// It was given to somebody.
    Assigned {
        /// To whom.
        user_id: UserId,
        /// Their name.
        name: String,
    },
    /// The ticket is no longer what it was.
    TicketChanged {
        /// What changed.
        changes: Vec<TicketChange>,
    },
    /// The ticket cannot be seen any more: deleted, merged away, or out of the API member's sight.
    TicketMissing,
    /// The ticket can be seen again.
    TicketBack,
    /// The ticket was merged into another.
    TicketMerged {
        /// Into which.
        into: i64,
    },
    /// Both sides changed the alert differently at about the same time.
    Conflict {
        /// What was done here.
        alert: AlertState,
        /// What was done in Manage.
        ticket: AlertState,
        /// Whose change stands.
        winner: Winner,
    },
    /// A write-back was done.
    WrittenBack {
        /// What was owed, in words.
        task: String,
        /// What Manage's API could not do, or what was found done already.
        remarks: Vec<String>,
    },
    /// A write-back was given up.
    WriteBackFailed {
        /// What was owed, in words.
        task: String,
        /// Why, one sentence.
        reason: String,
    },
}
