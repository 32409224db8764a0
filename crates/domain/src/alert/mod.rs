//! Alerts: what people are told about, and how far they are with it.
//!
//! An alert is open, acknowledged or closed; a closed one can be reopened. Each step needs somebody who takes it
//! ([`Course::take`]), and only a reopening goes back. What both sides did to the same alert is brought together
//! by [`merge`].

pub mod category;
pub mod merge;
mod timeline;
mod view;

pub use timeline::{Event, TimelineEntry};
pub use view::{
    Alert, AlertCounts, AlertDetail, AlertFilter, Assignee, BulkAction, BulkResult, Carried, MOST_COUNTED,
    Raise, Severity,
};

use crate::{account::Actor, field::FieldError};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use std::fmt;

/// The most characters of an annotation.
pub const LONGEST_ANNOTATION: usize = 4_000;

/// How far people are with an alert.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AlertState {
    /// Nobody has taken it.
    Open,
    /// Somebody has taken it.
    Acknowledged,
    /// It is done.
    Closed,
}

impl AlertState {
    /// Every state, in their order.
    pub const ALL: [Self; 3] = [Self::Open, Self::Acknowledged, Self::Closed];

    /// The word on screens, on the wire and in the database.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Acknowledged => "acknowledged",
            Self::Closed => "closed",
        }
    }

    /// Reads the word.
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.as_str() == word)
    }
}

impl fmt::Display for AlertState {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// What somebody does to an alert.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Step {
    /// Take it.
    Acknowledge,
    /// End it.
    Close,
    /// Begin again.
    Reopen,
}

impl Step {
    /// Every step.
    pub const ALL: [Self; 3] = [Self::Acknowledge, Self::Close, Self::Reopen];

    /// The word on the wire and in the timeline.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Acknowledge => "acknowledge",
            Self::Close => "close",
            Self::Reopen => "reopen",
        }
    }

    /// The step that leads from one state to another.
    pub fn between(from: AlertState, to: AlertState) -> Option<Self> {
        match (from, to) {
            (AlertState::Open, AlertState::Acknowledged) => Some(Self::Acknowledge),
            (AlertState::Open | AlertState::Acknowledged, AlertState::Closed) => Some(Self::Close),
            (AlertState::Closed, AlertState::Open) => Some(Self::Reopen),
            _ => None,
        }
    }
}

/// Who did something, and when.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Deed {
    /// When.
    pub at: Timestamp,
    /// Who.
    pub by: Actor,
}

/// Why a step was not taken. None of these is a fault: two people may press at once.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum StepError {
    /// Somebody was quicker.
    #[error("{} has acknowledged it already, at {}", .0.by.name(), moment(&.0.at))]
    AlreadyAcknowledged(Deed),
    /// It is done.
    #[error("{} has closed it already, at {}: reopen it first", .0.by.name(), moment(&.0.at))]
    AlreadyClosed(Deed),
    /// Only what is closed can be reopened.
    #[error("it is not closed: there is nothing to reopen")]
    NotClosed,
    /// A job decided by itself, or a program that only pulls content asked.
    #[error("nobody stands behind this: a person, a token or a connector must do it")]
    Nobody,
}

impl StepError {
    /// Who was quicker, and when.
    pub fn deed(&self) -> Option<&Deed> {
        match self {
            Self::AlreadyAcknowledged(deed) | Self::AlreadyClosed(deed) => Some(deed),
            Self::NotClosed | Self::Nobody => None,
        }
    }
}

/// A moment within a sentence.
fn moment(at: &Timestamp) -> String {
    at.strftime("%Y-%m-%d %H:%M UTC").to_string()
}

/// How an alert went so far.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Course {
    opened_at: Timestamp,
    acknowledged: Option<Deed>,
    closed: Option<Deed>,
}

impl Course {
    /// An alert that was raised.
    pub fn opened(at: Timestamp) -> Self {
        Self { opened_at: at, acknowledged: None, closed: None }
    }

    /// An alert as it was stored.
    pub fn restored(opened_at: Timestamp, acknowledged: Option<Deed>, closed: Option<Deed>) -> Self {
        Self { opened_at, acknowledged, closed }
    }

    /// How far people are.
    pub fn state(&self) -> AlertState {
        match (&self.closed, &self.acknowledged) {
            (Some(_), _) => AlertState::Closed,
            (None, Some(_)) => AlertState::Acknowledged,
            (None, None) => AlertState::Open,
        }
    }

    /// When it was raised, or reopened last.
    pub fn opened_at(&self) -> Timestamp {
        self.opened_at
    }

    /// Who took it, while it is taken or closed.
    pub fn acknowledged(&self) -> Option<&Deed> {
        self.acknowledged.as_ref()
    }

    /// Who ended it, while it is closed.
    pub fn closed(&self) -> Option<&Deed> {
        self.closed.as_ref()
    }

    /// When the last step was taken.
    pub fn changed_at(&self) -> Timestamp {
        let deeds = [&self.closed, &self.acknowledged];
        deeds.into_iter().flatten().map(|deed| deed.at).fold(self.opened_at, Timestamp::max)
    }

    /// Takes a step. A clock that was set back never puts a step before the one that it follows.
    pub fn take(&mut self, step: Step, by: &Actor, at: Timestamp) -> Result<AlertState, StepError> {
        if matches!(by, Actor::System { .. } | Actor::Client { .. }) {
            return Err(StepError::Nobody);
        }
        let at = at.max(self.changed_at());
        let deed = Deed { at, by: by.clone() };
        match step {
            Step::Acknowledge => {
                self.refuse_closed()?;
                if let Some(first) = &self.acknowledged {
                    return Err(StepError::AlreadyAcknowledged(first.clone()));
                }
                self.acknowledged = Some(deed);
            }
            Step::Close => {
                self.refuse_closed()?;
                self.closed = Some(deed);
            }
            Step::Reopen if self.closed.is_none() => return Err(StepError::NotClosed),
            Step::Reopen => *self = Self::opened(at),
        }
        Ok(self.state())
    }

    fn refuse_closed(&self) -> Result<(), StepError> {
        let closed = self.closed.as_ref();
        closed.map_or(Ok(()), |first| Err(StepError::AlreadyClosed(first.clone())))
    }
}

/// An annotation as it is kept: without blanks around it and without control characters other than line breaks.
pub fn annotation(text: &str) -> Result<String, FieldError> {
    let text: String = text.chars().filter(|c| !c.is_control() || matches!(c, '\n' | '\t')).collect();
    let text = text.trim();
    let length = text.chars().count();
    if length == 0 || length > LONGEST_ANNOTATION {
        return Err(FieldError::new("text", format!("must have 1 to {LONGEST_ANNOTATION} characters")));
    }
    Ok(text.to_owned())
}

#[cfg(test)]
mod tests;
