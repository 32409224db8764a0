//! Connectors as screens and programs see them: the record, its health, and what its questions answer.

use super::{ConnectorInput, Mode};
use crate::ids::ConnectorId;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// A connector.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Connector {
    /// Which.
    pub id: ConnectorId,
    /// What is set about it.
    #[serde(flatten)]
    pub input: ConnectorInput,
    /// Whether it polls and writes back.
    pub enabled: bool,
    /// When it was added.
    pub created_at: Timestamp,
    /// What it made in Manage, so that it can be taken away again.
    pub made: MadeInManage,
}

/// What a connector made in Manage. What it found there is not listed: it is never removed.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct MadeInManage {
    /// Custom fields by id and caption.
    pub custom_fields: Vec<(i64, String)>,
    /// Workflow rules by id and name.
    pub workflows: Vec<(i64, String)>,
    /// Callbacks by id and address.
    pub callbacks: Vec<(i64, String)>,
}

impl Connector {
    /// What a person should know of things that stay in the instance that it leads to.
    pub fn left_behind(&self, left: &MadeInManage) -> Option<String> {
        let words = left.words().join(", ");
        let at = &self.input.instance_uri;
        (!words.is_empty())
            .then(|| format!("What Tandem made at {at} stays there: {words}. Remove it by hand."))
    }
}

impl MadeInManage {
    /// Takes over what somebody did who began with `before` and ended with `after`. What others did meanwhile stays.
    pub fn follow(&mut self, before: &Self, after: &Self) {
        follow(&mut self.custom_fields, &before.custom_fields, &after.custom_fields);
        follow(&mut self.workflows, &before.workflows, &after.workflows);
        follow(&mut self.callbacks, &before.callbacks, &after.callbacks);
    }

    /// Everything in words.
    pub fn words(&self) -> Vec<String> {
        let fields = self.custom_fields.iter().map(|(_, caption)| format!("the custom field {caption}"));
        let rules = self.workflows.iter().map(|(_, name)| format!("the workflow rule {name}"));
        let callbacks = self.callbacks.iter().map(|(_, url)| format!("the callback to {url}"));
        fields.chain(rules).chain(callbacks).collect()
    }
}

fn follow(now: &mut Vec<(i64, String)>, before: &[(i64, String)], after: &[(i64, String)]) {
    now.retain(|one| !before.contains(one) || after.contains(one));
    for new in after.iter().filter(|one| !before.contains(one)) {
        if !now.contains(new) {
            now.push(new.clone());
        }
    }
}

/// How a connector does.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct ConnectorHealth {
    /// When Manage last answered anything.
    pub last_answer_at: Option<Timestamp>,
    /// When a poll last ended well.
    pub last_poll_at: Option<Timestamp>,
    /// When the next poll is due.
    pub next_poll_at: Option<Timestamp>,
    /// How long the last poll took, in milliseconds.
    pub last_poll_ms: Option<u64>,
    /// What is wrong now, in plain words with the remedy; none when all is well.
    pub problem: Option<String>,
    /// Since when.
    pub problem_since: Option<Timestamp>,
    /// Requests of the last minute, by everything that talks to the instance from this process.
    pub requests_last_minute: u32,
    /// Requests that a minute may have.
    pub requests_allowed: u32,
    /// Whether the instance is being left alone after failures in a row: `closed` (all is well), `open`, `half_open`.
    pub breaker: String,
    /// Until when Manage asked to be left alone.
    pub throttled_until: Option<Timestamp>,
    /// Write-backs that are pending.
    pub pending_write_backs: u64,
    /// Since when the oldest of them is owed.
    pub oldest_write_back_at: Option<Timestamp>,
    /// Write-backs that were given up.
    pub failed_write_backs: u64,
    /// Whether Manage calls when tickets change, and what came of it.
    pub callbacks: CallbackHealth,
    /// Changes that a callback told of first.
    pub found_by_callback: u64,
    /// Changes that only polling found.
    pub found_by_polling: u64,
    /// Seconds by which Manage's clock differs from ours, if it was seen.
    pub clock_ahead_seconds: Option<i64>,
    /// Actions of the update workflow that the API cannot perform; told once each.
    pub skipped_actions: Vec<String>,
}

/// How the callbacks of Manage do, which hurry the poll.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct CallbackHealth {
    /// Where Manage can call this Tandem; none while `server.public_url` is not set.
    pub address: Option<String>,
    /// Where Manage was asked to call; none: it was not asked.
    pub registered: Option<String>,
    /// When a callback was last believed.
    pub last_at: Option<Timestamp>,
    /// How many were believed.
    pub believed: u64,
    /// How many were refused, because they are not signed by the instance of this connector.
    pub refused: u64,
    /// When one was last refused.
    pub last_refused_at: Option<Timestamp>,
    /// Why, in one sentence.
    pub last_refusal: Option<String>,
}

/// A line of a connector's log.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LogLine {
    /// When.
    pub at: Timestamp,
    /// `info`, `warning` or `error`.
    pub level: String,
    /// One sentence for a person.
    pub message: String,
}

/// Whether a right is there.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RightState {
    /// It is.
    Granted,
    /// It is not.
    Missing,
    /// The API member may not read its own role.
    Unknown,
}

/// A right of the minimal role.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RightCheck {
    /// Its name in Manage: area, right and level.
    pub right: String,
    /// Whether it is there.
    pub state: RightState,
    /// What is missing and where to grant it, one sentence; empty when granted.
    pub message: String,
}

/// What a test of the connection found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ConnectionTest {
    /// Whether a connector could work with it.
    pub ok: bool,
    /// One sentence: what is wrong and the remedy, or what was reached.
    pub message: String,
    /// The field of the connector that is wrong, if one is.
    pub field: Option<String>,
    /// The version of Manage.
    pub version: Option<String>,
    /// Whether it is hosted by the vendor.
    pub is_cloud: Option<bool>,
    /// The API member's name.
    pub member: Option<String>,
    /// The API member's location.
    pub location: Option<String>,
    /// The API member's department.
    pub department: Option<String>,
    /// The API member's default board.
    pub default_board: Option<String>,
    /// The rights of the minimal role, one by one.
    pub rights: Vec<RightCheck>,
    /// Boards that the API member sees, with their statuses, for the mapping screens.
    pub boards: Vec<(String, Vec<String>)>,
}

/// Something that workflow mode needs in Manage.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Need {
    /// What, in words: `custom field TandemRetrieved_c`.
    pub what: String,
    /// Whether it was made now; else it was there.
    pub made: bool,
}

/// What enabling a connector did.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct SetupReport {
    /// Everything that is needed, in order.
    pub needs: Vec<Need>,
    /// What a person must look at, such as a rule that was edited by hand and no longer tests.
    pub warnings: Vec<String>,
}

/// A ticket of a dry run.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DryRunTicket {
    /// Its number.
    pub id: i64,
    /// What it is about.
    pub summary: String,
    /// The board that it stands on.
    pub board: Option<String>,
    /// Its status.
    pub status: Option<String>,
    /// The rule (rules mode, from 0) or the event (workflow mode) that chose it; none: no alert.
    pub chosen_by: Option<String>,
    /// The category of its alert.
    pub category: Option<String>,
}

/// What the rules would have done with the newest tickets.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DryRun {
    /// How tickets were chosen.
    pub mode: Mode,
    /// How many tickets were looked at, at most 200.
    pub looked_at: u32,
    /// How many would have alerted.
    pub would_alert: u32,
    /// The tickets, newest first.
    pub tickets: Vec<DryRunTicket>,
}

/// What acknowledging or closing would write into one ticket.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Preview {
    /// The ticket's number.
    pub ticket_id: i64,
    /// What would be written, one sentence each; empty: nothing.
    pub writes: Vec<String>,
    /// What is asked for and cannot be done, one sentence each.
    pub impossible: Vec<String>,
}

/// A person and their member in Manage.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MemberMatch {
    /// Which person.
    pub user_id: crate::ids::UserId,
    /// Their name.
    pub name: String,
    /// Their address here.
    pub email: String,
    /// The member that becomes owner of their tickets: its identifier and name.
    pub member: Option<(String, String)>,
    /// Whether the member was chosen by hand rather than by office mail address.
    pub by_hand: bool,
}
