//! Tickets of ConnectWise Manage, as far as alerts show them.
//!
//! Everything in here was written by somebody else: texts may hold Markdown, HTML or control characters, and are
//! made safe where they are shown.

use crate::ids::ConnectorId;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// A ticket as it was read last.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ticket {
    /// The connector that it came by.
    pub connector_id: ConnectorId,
    /// Its number in Manage.
    pub id: i64,
    /// Its page in Manage.
    pub url: String,
    /// What it is about.
    pub summary: String,
    /// The board that it stands on.
    pub board: Option<String>,
    /// Its status.
    pub status: Option<String>,
    /// Its priority.
    pub priority: Option<String>,
    /// Its type.
    #[serde(rename = "type")]
    pub kind: Option<String>,
    /// The customer.
    pub company: Option<String>,
    /// The person at the customer.
    pub contact: Option<String>,
    /// Who is responsible, by name.
    pub owner: Option<String>,
    /// The identifiers of the members who are assigned.
    #[serde(default)]
    pub resources: Vec<String>,
    /// Whether its status is one that closes.
    pub closed: bool,
    /// The ticket that it was merged into.
    pub merged_into: Option<i64>,
    /// When it was changed last, by Manage's clock.
    pub updated_at: Option<Timestamp>,
    /// Who changed it last.
    pub updated_by: Option<String>,
    /// Since when Manage no longer shows it: deleted, merged away, or out of sight. That alone changes nothing.
    #[serde(default)]
    pub missing_since: Option<Timestamp>,
}

/// One thing about a ticket that is no longer what it was.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TicketChange {
    /// What: `summary`, `board`, `status`, `priority`, `type`, `company`, `contact`, `owner`, `resources`.
    pub field: String,
    /// What it was.
    pub from: Option<String>,
    /// What it is.
    pub to: Option<String>,
}

impl Ticket {
    /// What a reader of the alert would want to know about the way from `before` to this.
    pub fn changes_since(&self, before: &Self) -> Vec<TicketChange> {
        let joined = |ticket: &Self| (!ticket.resources.is_empty()).then(|| ticket.resources.join(", "));
        let fields = [
            ("summary", Some(before.summary.clone()), Some(self.summary.clone())),
            ("board", before.board.clone(), self.board.clone()),
            ("status", before.status.clone(), self.status.clone()),
            ("priority", before.priority.clone(), self.priority.clone()),
            ("type", before.kind.clone(), self.kind.clone()),
            ("company", before.company.clone(), self.company.clone()),
            ("contact", before.contact.clone(), self.contact.clone()),
            ("owner", before.owner.clone(), self.owner.clone()),
            ("resources", joined(before), joined(self)),
        ];
        let differs = fields.into_iter().filter(|(_, from, to)| from != to);
        differs.map(|(field, from, to)| TicketChange { field: field.to_owned(), from, to }).collect()
    }
}

/// What is read beside the ticket; each part only if the connector wants it.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct TicketDetails {
    /// Its notes, oldest first.
    pub notes: Vec<Note>,
    /// Its tasks in their order.
    pub tasks: Vec<Task>,
    /// The time spent on it.
    pub time_entries: Vec<TimeEntry>,
    /// The devices that it is about.
    pub configurations: Vec<Configuration>,
    /// The customer.
    pub company: Option<Company>,
    /// The person at the customer.
    pub contact: Option<Contact>,
    /// Its documents.
    pub documents: Vec<Document>,
    /// Parts that could not be read, each with the reason in one sentence.
    pub unread: Vec<String>,
    /// When all this was read.
    pub read_at: Option<Timestamp>,
}

/// A note of a ticket.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Note {
    /// Its id in Manage.
    pub id: i64,
    /// What it says.
    pub text: String,
    /// Whether the customer sees it.
    pub public: bool,
    /// Whether it stands in the resolution.
    pub resolution: bool,
    /// Who wrote it.
    pub author: Option<String>,
    /// When.
    pub created_at: Option<Timestamp>,
}

/// A task of a ticket.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Task {
    /// What is to be done.
    pub text: String,
    /// How it ended.
    pub resolution: Option<String>,
    /// Whether it is done.
    pub done: bool,
    /// Who does it.
    pub member: Option<String>,
}

/// Time that was spent on a ticket.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct TimeEntry {
    /// Who.
    pub member: Option<String>,
    /// The kind of work.
    pub work_type: Option<String>,
    /// From.
    pub started_at: Option<Timestamp>,
    /// Hours.
    pub hours: f64,
    /// What was done.
    pub text: String,
}

/// A device that a ticket is about.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Configuration {
    /// Its name.
    pub name: String,
    /// What it is.
    #[serde(rename = "type")]
    pub kind: Option<String>,
    /// Its status.
    pub status: Option<String>,
    /// Where it stands.
    pub site: Option<String>,
    /// Its address.
    pub ip_address: Option<String>,
    /// Its operating system.
    pub operating_system: Option<String>,
    /// Its serial number.
    pub serial_number: Option<String>,
    /// Who logged in last.
    pub last_login: Option<String>,
}

/// A customer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Company {
    /// Its name.
    pub name: String,
    /// Its status.
    pub status: Option<String>,
    /// Street, postal code and city on one line.
    pub address: Option<String>,
    /// Telephone.
    pub phone: Option<String>,
    /// Web site.
    pub website: Option<String>,
}

/// A person at a customer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Contact {
    /// First and last name.
    pub name: String,
    /// What they are.
    pub title: Option<String>,
    /// Their mail address.
    pub email: Option<String>,
    /// Their telephone number.
    pub phone: Option<String>,
}

/// A document of a ticket; its content is never read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Document {
    /// Its title.
    pub title: String,
    /// Its file's name, without separators of paths.
    pub file_name: Option<String>,
    /// Bytes.
    pub size: u64,
}
