//! Connectors: one connection to a ConnectWise Manage instance each (`design.md` section 5).
//!
//! The keys of the JSON are fixed. The private key goes in as `private_key`, which the API reads apart, and is
//! only ever shown as `has_private_key`. Whether conditions are written correctly is for the adapter to say, which
//! knows Manage's language; here they are only there or not.

mod check;
mod view;

pub use check::manage_server;
pub use view::{
    CallbackHealth, ConnectionTest, Connector, ConnectorHealth, DryRun, DryRunTicket, LogLine, MadeInManage,
    MemberMatch, Need, Preview, RightCheck, RightState, SetupReport,
};

use crate::{alert::AlertState, secret::Secret, ticket::Ticket};
use serde::{Deserialize, Serialize};

/// How tickets are chosen.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Mode {
    /// By workflow rules and custom fields, which are kept in Manage.
    #[default]
    Workflow,
    /// By rules that are kept here; nothing is written to Manage's set-up.
    Rules,
}

/// When the ticket's owner becomes the person who acted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum OwnerAssignment {
    /// Never.
    #[default]
    Never,
    /// When they acknowledge.
    Acknowledge,
    /// When they close.
    Close,
    /// Both.
    Both,
}

impl OwnerAssignment {
    /// Whether it happens when somebody acknowledges.
    pub fn on_acknowledge(self) -> bool {
        matches!(self, Self::Acknowledge | Self::Both)
    }

    /// Whether it happens when somebody closes.
    pub fn on_close(self) -> bool {
        matches!(self, Self::Close | Self::Both)
    }
}

/// Who wins when both sides changed the same thing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Winner {
    /// What stands in Manage.
    #[default]
    Manage,
    /// What was done here.
    Tandem,
}

/// Which changes of status are carried over.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct StatusMapping {
    /// Updated in Manage → acknowledged here.
    pub cw_to_acknowledged: bool,
    /// Updated in Manage → closed here.
    pub cw_to_closed: bool,
    /// Acknowledged here → updated in Manage.
    pub acknowledged_to_cw: bool,
    /// Closed here → updated in Manage.
    pub closed_to_cw: bool,
}

impl Default for StatusMapping {
    fn default() -> Self {
        Self { cw_to_acknowledged: true, cw_to_closed: true, acknowledged_to_cw: true, closed_to_cw: true }
    }
}

/// Where a note stands in the ticket.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct NoteFlags {
    /// In the discussion, which the customer sees.
    pub discussion: bool,
    /// Internal.
    pub internal: bool,
    /// In the resolution, which the customer sees.
    pub resolution: bool,
    /// Whether Manage tells people about it.
    pub notify: bool,
}

impl Default for NoteFlags {
    /// Only where the customer does not see it.
    fn default() -> Self {
        Self { discussion: false, internal: true, resolution: false, notify: false }
    }
}

/// What is read beside the ticket.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Detail {
    /// Its notes.
    Notes,
    /// Its tasks.
    Tasks,
    /// The time spent on it.
    TimeEntries,
    /// The devices that it is about.
    Configurations,
    /// The customer.
    Company,
    /// The person at the customer.
    Contact,
    /// Its documents, by name.
    Documents,
}

/// A rule of rules mode: tickets that fit all of its conditions alert.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Rule {
    /// Conditions on the ticket, in Manage's language.
    pub conditions: String,
    /// Conditions on its children; may be empty.
    pub child_conditions: String,
    /// Conditions on its custom fields; may be empty.
    pub custom_field_conditions: String,
    /// The category of its alerts.
    pub category: String,
}

/// Which statuses of a board mean what (rules mode).
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct BoardStatus {
    /// The board, by name.
    pub board: String,
    /// The status of acknowledged tickets; none leaves it alone.
    pub acknowledged_status: Option<String>,
    /// The status of closed tickets; none leaves it alone.
    pub closed_status: Option<String>,
}

/// Everything that is set about a connector.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct ConnectorInput {
    /// Its name, unique without regard to case.
    pub name: String,
    /// The address of the instance, as people use it.
    pub instance_uri: String,
    /// The company of its log-in page.
    pub company_id: String,
    /// The name of the API member, by which our own changes are recognised.
    pub api_member_id: String,
    /// The API member's public key.
    pub public_key: String,
    /// The API member's private key.
    #[serde(rename = "has_private_key")]
    pub private_key: Secret,
    /// The GUID from the vendor's developer network.
    pub client_id: String,
    /// How tickets are chosen.
    pub mode: Mode,
    /// The workflow rule whose events make alerts.
    pub workflow_trigger_name: String,
    /// The workflow rule whose events change alerts.
    pub workflow_update_name: String,
    /// The workflow rule whose actions change tickets.
    pub workflow_tickets_name: String,
    /// The custom field that says that a ticket was taken.
    pub custom_field_retrieved: String,
    /// The custom field that holds the alert's state.
    pub custom_field_status: String,
    /// The custom field that holds who acted.
    pub custom_field_user: String,
    /// When the ticket's owner becomes the person who acted.
    pub owner_assignment: OwnerAssignment,
    /// Which changes of status are carried over.
    pub status_mapping: StatusMapping,
    /// Where our notes stand.
    pub note_flags: NoteFlags,
    /// What is read beside the ticket.
    pub additional_details: Vec<Detail>,
    /// How often Manage is asked, in seconds.
    pub poll_interval_seconds: u32,
    /// The rules of rules mode; each makes alerts of its own category, and the first that fits counts.
    pub rules: Vec<Rule>,
    /// Which statuses mean what, by board (rules mode).
    pub board_status_mapping: Vec<BoardStatus>,
    /// Who wins when both sides changed the same thing.
    pub conflict_winner: Winner,
}

impl Default for ConnectorInput {
    fn default() -> Self {
        Self {
            name: String::new(),
            instance_uri: String::new(),
            company_id: String::new(),
            api_member_id: String::new(),
            public_key: String::new(),
            private_key: Secret::Missing,
            client_id: String::new(),
            mode: Mode::default(),
            workflow_trigger_name: "Tandem - Trigger Alerts".into(),
            workflow_update_name: "Tandem - Update Alerts".into(),
            workflow_tickets_name: "Tandem - Update CW Tickets".into(),
            custom_field_retrieved: "TandemRetrieved_c".into(),
            custom_field_status: "TandemStatus_c".into(),
            custom_field_user: "TandemUser_c".into(),
            owner_assignment: OwnerAssignment::default(),
            status_mapping: StatusMapping::default(),
            note_flags: NoteFlags::default(),
            additional_details: vec![Detail::Notes, Detail::Company, Detail::Contact],
            poll_interval_seconds: 30,
            rules: Vec::new(),
            board_status_mapping: Vec::new(),
            conflict_winner: Winner::default(),
        }
    }
}

impl ConnectorInput {
    /// What a ticket's status says about its alert, by the mapping of its board; a closed ticket says `closed`
    /// whatever its board (rules mode).
    pub fn says(&self, ticket: &Ticket) -> Option<AlertState> {
        let status = ticket.status.as_deref().unwrap_or_default();
        let is = |wanted: &Option<String>| wanted.as_deref().is_some_and(|wanted| same(wanted, status));
        match self.board_mapping(ticket.board.as_deref()) {
            Some(board) if is(&board.closed_status) => Some(AlertState::Closed),
            Some(board) if is(&board.acknowledged_status) && !ticket.closed => Some(AlertState::Acknowledged),
            _ => ticket.closed.then_some(AlertState::Closed),
        }
    }

    /// Which statuses of a board mean what.
    pub fn board_mapping(&self, board: Option<&str>) -> Option<&BoardStatus> {
        let board = board?;
        self.board_status_mapping.iter().find(|mapped| same(&mapped.board, board))
    }

    /// Whether the ticket's owner becomes the person who brought the alert into this state.
    pub fn assigns_owner(&self, state: AlertState) -> bool {
        match state {
            AlertState::Open => false,
            AlertState::Acknowledged => self.owner_assignment.on_acknowledge(),
            AlertState::Closed => self.owner_assignment.on_close(),
        }
    }
}

fn same(one: &str, other: &str) -> bool {
    one.trim().to_lowercase() == other.trim().to_lowercase()
}

#[cfg(test)]
mod tests;
