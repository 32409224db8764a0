//! Sources: where content is read from, and what a reading found.

mod connection;

pub use connection::{Connection, automate_server};

use crate::{
    content::ContentType,
    field::{FieldError, Findings},
    ids::{ScanId, SourceId},
};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// What someone typed to add or change a source.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SourceInput {
    /// Its name, unique without regard to case.
    pub name: String,
    /// How it is reached.
    #[serde(flatten)]
    pub connection: Connection,
    /// The content types to read; none or empty means all.
    #[serde(default)]
    pub content_types: Vec<ContentType>,
    /// The published folders as paths (`ProVal / Maintenance`); empty means all. Content in other folders is
    /// not offered, and leaving these folders counts as moved.
    #[serde(default)]
    pub folders: Vec<String>,
}

impl SourceInput {
    /// Every refusal at once.
    pub fn check(&self) -> Result<(), Vec<FieldError>> {
        let mut findings = Findings::default();
        let length = self.name.trim().chars().count();
        findings.check(length == 0 || length > 100, "name", "must have 1 to 100 characters");
        self.connection.check(&mut findings);
        findings.finish()
    }
}

/// A source as lists show it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Source {
    /// Which source.
    pub id: SourceId,
    /// What was typed.
    #[serde(flatten)]
    pub input: SourceInput,
    /// When it was added.
    pub created_at: Timestamp,
    /// The newest reading, if there was one.
    pub last_scan: Option<ScanReport>,
    /// Types whose last reading is held for a person to release.
    pub held: BTreeMap<ContentType, Drop>,
}

/// A sudden drop: what a held reading found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Drop {
    /// Items known before.
    pub before: u64,
    /// Items found.
    pub after: u64,
    /// When that was.
    pub at: Timestamp,
}

/// How a reading ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ScanOutcome {
    /// Everything was read: what is missing is gone.
    Complete,
    /// Something could not be read: nothing was declared gone.
    Incomplete,
    /// Much was suddenly missing: a person must release it.
    Held,
    /// Nothing could be read.
    Failed,
}

impl ScanOutcome {
    /// The name on the wire.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Complete => "complete",
            Self::Incomplete => "incomplete",
            Self::Held => "held",
            Self::Failed => "failed",
        }
    }
}

/// Something that a reading could not use, by name and line.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ScanIssue {
    /// The file, relative to the source, or the table.
    pub place: String,
    /// The line, where there is one.
    pub line: Option<u32>,
    /// One sentence: what is wrong and what to do.
    pub message: String,
    /// Whether content may be missing because of it (then nothing is declared gone).
    pub hides_content: bool,
}

/// What changed for one type.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct ScanCounts {
    /// Items found.
    pub found: u64,
    /// Seen for the first time.
    pub added: u64,
    /// Differ from the reading before.
    pub changed: u64,
    /// Left the published folders.
    pub moved: u64,
    /// No longer there.
    pub deleted: u64,
}

/// One reading of a source.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ScanReport {
    /// Which reading.
    pub id: ScanId,
    /// When it began.
    pub started_at: Timestamp,
    /// When it ended.
    pub finished_at: Timestamp,
    /// How it ended.
    pub outcome: ScanOutcome,
    /// What changed, by type.
    pub counts: BTreeMap<ContentType, ScanCounts>,
    /// What could not be used; at most [`MAX_ISSUES`].
    pub issues: Vec<ScanIssue>,
    /// One sentence for people.
    pub summary: String,
}

/// The most issues that a report keeps; the summary says how many there were.
pub const MAX_ISSUES: usize = 200;

/// What a test of a source found.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct SourceCheck {
    /// One sentence for people, for example `readable, 12 export files`.
    pub summary: String,
    /// What was looked at, one by one, in the order of the looking.
    #[serde(default)]
    pub lines: Vec<CheckLine>,
}

/// One thing that a test looked at.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CheckLine {
    /// What was looked at, for example `Sign-in` or `Scripts`.
    pub what: String,
    /// How it stands.
    pub state: CheckState,
    /// One sentence: what was found and, where something is missing, what to do.
    pub message: String,
}

/// How something that a test looked at stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CheckState {
    /// As it should be.
    Good,
    /// It works, but something cannot be had.
    Limited,
    /// It does not work.
    Wrong,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_wire_form_is_flat() {
        let input = SourceInput {
            name: "Master".into(),
            connection: Connection::Folder { path: "/srv/x".into() },
            content_types: vec![],
            folders: vec![],
        };
        let json = serde_json::to_value(input).unwrap();
        assert_eq!(json["kind"], "folder");
        assert_eq!(json["path"], "/srv/x");
    }
}
