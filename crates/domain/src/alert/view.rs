//! Alerts as screens and programs see them.

use super::{AlertState, Deed, TimelineEntry};
use crate::{
    ids::{AlertId, ConnectorId, UserId},
    ticket::{Ticket, TicketDetails},
    write_back::{WriteBack, WriteBackState},
};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// How urgent an alert is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Severity {
    /// Can wait.
    Low,
    /// As usual.
    #[default]
    Medium,
    /// Soon.
    High,
    /// Now.
    Critical,
}

impl Severity {
    /// Every severity, least urgent first.
    pub const ALL: [Self; 4] = [Self::Low, Self::Medium, Self::High, Self::Critical];

    /// The word on the wire and in the database.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Low => "low",
            Self::Medium => "medium",
            Self::High => "high",
            Self::Critical => "critical",
        }
    }

    /// Reads the word.
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|severity| severity.as_str() == word)
    }

    /// How urgent a ticket of this priority is. Priorities are named by every customer for themselves; the usual
    /// words and numbers are understood, everything else is as usual.
    pub fn of_priority(name: &str) -> Self {
        let name = name.to_lowercase();
        let words: Vec<&str> = name.split(|c: char| !c.is_alphanumeric()).collect();
        let says = |known: &[&str]| words.iter().any(|word| known.contains(word));
        if says(&["critical", "emergency", "urgent", "1", "p1"]) {
            Self::Critical
        } else if says(&["high", "2", "p2"]) {
            Self::High
        } else if says(&["low", "4", "p4", "5", "p5"]) {
            Self::Low
        } else {
            Self::Medium
        }
    }
}

/// Whether Manage knows what was done here.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Carried {
    /// There is nothing to carry over.
    Nothing,
    /// It is on its way.
    Sending,
    /// Manage has it.
    Confirmed,
    /// It was given up; a person may replay it.
    Failed,
}

impl Carried {
    /// From the states of an alert's write-backs: one that failed counts most, then one that is pending.
    pub fn of(states: impl IntoIterator<Item = WriteBackState>) -> Self {
        states.into_iter().fold(Self::Nothing, |so_far, state| match (so_far, state) {
            (Self::Failed, _) | (_, WriteBackState::Failed) => Self::Failed,
            (Self::Sending, _) | (_, WriteBackState::Pending) => Self::Sending,
            (_, WriteBackState::Done) => Self::Confirmed,
            (before, WriteBackState::Superseded) => before,
        })
    }
}

/// An alert, as lists show it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Alert {
    /// Which.
    pub id: AlertId,
    /// How far people are.
    pub state: AlertState,
    /// What it is about.
    pub title: String,
    /// The name of its category.
    pub category: String,
    /// How urgent it is.
    pub severity: Severity,
    /// When it was raised first.
    pub created_at: Timestamp,
    /// When it was raised, or reopened last.
    pub opened_at: Timestamp,
    /// Who took it and when, while it is taken or closed.
    pub acknowledged: Option<Deed>,
    /// Who ended it and when, while it is closed.
    pub closed: Option<Deed>,
    /// Who it was given to.
    pub assignee: Option<Assignee>,
    /// The ticket that it came from.
    pub ticket: Option<Ticket>,
    /// Whether Manage knows what was done here.
    pub carried: Carried,
    /// Rises with every change of the alert; a page that shows an older one is stale.
    pub revision: i64,
}

/// Who an alert was given to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Assignee {
    /// Which person.
    pub user_id: UserId,
    /// Their name.
    pub name: String,
}

/// An alert with everything about it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct AlertDetail {
    /// The alert.
    pub alert: Alert,
    /// What its raiser said, if it was not raised by a ticket.
    pub text: String,
    /// What was read beside the ticket.
    pub details: TicketDetails,
    /// What is or was owed to the ticket, oldest first.
    pub write_backs: Vec<WriteBack>,
    /// What happened, oldest first.
    pub timeline: Vec<TimelineEntry>,
}

/// How far alerts with a text, or those of a person, are counted: nobody reads on for so long, and counting further
/// would take longer than the page itself.
pub const MOST_COUNTED: u64 = 1_000;

/// Which alerts are wanted.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct AlertFilter {
    /// In this state.
    pub state: Option<AlertState>,
    /// Taken by or given to this person.
    pub mine: Option<UserId>,
    /// Of this category, by name without regard to case.
    pub category: Option<String>,
    /// Through this connector.
    pub connector: Option<ConnectorId>,
    /// With this text in the title, the company or the number of the ticket, without regard to case.
    pub q: Option<String>,
}

impl AlertFilter {
    /// The text that is looked for, without blanks around it.
    pub fn text(&self) -> Option<&str> {
        self.q.as_deref().map(str::trim).filter(|text| !text.is_empty())
    }

    /// Whether alerts under this filter are counted one by one, up to [`MOST_COUNTED`]: texts and people have no
    /// tallies.
    pub fn is_counted_up_to_a_limit(&self) -> bool {
        self.mine.is_some() || self.text().is_some()
    }

    /// How far they are counted.
    pub fn counted_to(&self) -> u64 {
        if self.is_counted_up_to_a_limit() { MOST_COUNTED } else { u64::MAX }
    }
}

/// How many alerts there are in each state.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct AlertCounts {
    /// Nobody has taken them.
    pub open: u64,
    /// Somebody has.
    pub acknowledged: u64,
    /// They are done.
    pub closed: u64,
}

/// What is done to several alerts at once.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "action", rename_all = "snake_case")]
pub enum BulkAction {
    /// Take them.
    Acknowledge,
    /// End them.
    Close,
    /// Begin again.
    Reopen,
    /// Add a note to each.
    Annotate {
        /// What it says.
        text: String,
    },
    /// Give them to somebody.
    Assign {
        /// To whom.
        user_id: UserId,
    },
}

/// What became of one of several alerts.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct BulkResult {
    /// Which.
    pub id: AlertId,
    /// Whether it was done.
    pub ok: bool,
    /// What was done, or why not, one sentence.
    pub message: String,
}

/// An alert that somebody raises without Manage.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Raise {
    /// What it is about.
    pub title: String,
    /// More about it.
    pub text: String,
    /// The name of its category; empty for the general one.
    pub category: String,
    /// How urgent it is.
    pub severity: Severity,
}
