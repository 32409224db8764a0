//! All receivers together: what each has, how old its word is, and where it differs from what it is offered.

use crate::{
    content::{ContentType, Guid},
    field::FieldError,
    ids::ClientId,
    receiving::ReceiverState,
};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use std::{fmt, str::FromStr};

/// Which receivers are wanted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FleetFilter {
    /// Those that do not have everything that their ring serves.
    Behind,
    /// Those that reported errors.
    Errors,
    /// Those where something was changed locally.
    Changed,
}

impl FleetFilter {
    /// Every filter.
    pub const ALL: [Self; 3] = [Self::Behind, Self::Errors, Self::Changed];

    /// The name on the wire.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Behind => "behind",
            Self::Errors => "errors",
            Self::Changed => "changed",
        }
    }

    /// The words on screens.
    pub fn label(self) -> &'static str {
        match self {
            Self::Behind => "Behind",
            Self::Errors => "Errors",
            Self::Changed => "Locally changed",
        }
    }
}

impl fmt::Display for FleetFilter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for FleetFilter {
    type Err = FieldError;
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let known = Self::ALL.into_iter().find(|filter| filter.as_str() == text);
        known.ok_or_else(|| FieldError::new("filter", "must be behind, errors or changed"))
    }
}

/// One receiver, summed up.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReceiverRow {
    /// Its API client.
    pub id: ClientId,
    /// The client's name.
    pub name: String,
    /// The ring that it reads.
    pub ring: String,
    /// The revision that the ring serves.
    pub ring_revision: i64,
    /// The revision that it last pulled.
    pub last_revision: Option<i64>,
    /// When it was last seen.
    pub last_seen_at: Option<Timestamp>,
    /// When it last said what it has.
    pub reported_at: Option<Timestamp>,
    /// The program that it signed in with.
    pub receiver_version: Option<String>,
    /// Items that it has as offered.
    pub up_to_date: u64,
    /// Items that it lacks or has in another version than offered.
    pub behind: u64,
    /// Items that were changed locally.
    pub locally_changed: u64,
    /// Items that are no longer offered.
    pub deprecated: u64,
    /// Items with an error.
    pub errors: u64,
}

impl ReceiverRow {
    /// Whether it has not begun yet: nothing is known of what it has.
    pub fn never_pulled(&self) -> bool {
        self.last_revision.is_none()
    }

    /// Whether it does not have everything that its ring serves.
    pub fn is_behind(&self) -> bool {
        self.behind > 0 || self.last_revision.is_none_or(|revision| revision < self.ring_revision)
    }
}

/// How many receivers have an item in one version and state.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FleetItem {
    /// The type.
    #[serde(rename = "type")]
    pub content_type: ContentType,
    /// The GUID.
    pub guid: Guid,
    /// The name, where the item is still known.
    pub name: Option<String>,
    /// The version that these receivers have; none where it is not installed.
    pub version: Option<u32>,
    /// Its state there.
    pub state: ReceiverState,
    /// How many receivers.
    pub receivers: u64,
    /// How many of them report an error.
    pub errors: u64,
    /// The oldest of their reports.
    pub oldest_report_at: Timestamp,
}
