//! What Manage holds, in our words. Ids are Manage's own numbers.
//!
//! Tickets stand here; `details` is what hangs on them, `setup` what an administrator sets up, `workflow` the rules.

mod details;
mod setup;
mod workflow;

pub use details::{Company, Configuration, Contact, Document, NewNote, Note, Task, TimeEntry};
pub use setup::{
    ApiMember, Assignment, Board, Callback, CustomField, CustomFieldKind, Member, Priority, Status, System,
};
pub use workflow::{ActionField, Matches, Workflow, WorkflowAction, WorkflowEvent};

use crate::patch::Reference;
use jiff::Timestamp;
use serde_json::Value;

/// A record that another one refers to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Named {
    /// Its id.
    pub id: i64,
    /// Its name, or its identifier where it has no name.
    pub name: String,
    /// Its identifier, where it has one.
    pub identifier: Option<String>,
}

/// Who changed a record last, and when; Manage may leave all of it out.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Mark {
    /// The last change, to the second.
    pub updated_at: Option<Timestamp>,
    /// Who made it: a member's identifier or free text.
    pub updated_by: Option<String>,
    /// When it was entered.
    pub entered_at: Option<Timestamp>,
    /// By whom.
    pub entered_by: Option<String>,
}

/// A custom field of a record.
#[derive(Debug, Clone, PartialEq)]
pub struct CustomValue {
    /// The id of its definition.
    pub id: i64,
    /// Its caption.
    pub caption: String,
    /// Its value; null when it was never set.
    pub value: Value,
}

/// A ticket.
#[derive(Debug, Clone, PartialEq)]
pub struct Ticket {
    /// Its number.
    pub id: i64,
    /// What it is about.
    pub summary: String,
    /// Whether it belongs to a project (such tickets make no alerts).
    pub is_project: bool,
    /// The board it stands on.
    pub board: Option<Named>,
    /// Its status, one of its board's.
    pub status: Option<Named>,
    /// Its priority.
    pub priority: Option<Named>,
    /// `Low`, `Medium` or `High`.
    pub severity: Option<String>,
    /// `Low`, `Medium` or `High`.
    pub impact: Option<String>,
    /// The customer.
    pub company: Option<Named>,
    /// Where at the customer.
    pub site: Option<Named>,
    /// Who at the customer.
    pub contact: Option<Named>,
    /// Its type.
    pub kind: Option<Named>,
    /// Who is responsible.
    pub owner: Option<Named>,
    /// The identifiers of the members who are assigned.
    pub resources: Vec<String>,
    /// Whether its status is one that closes.
    pub closed: bool,
    /// When it was closed.
    pub closed_at: Option<Timestamp>,
    /// The ticket that it was merged into.
    pub merged_into: Option<i64>,
    /// Its custom fields.
    pub custom_fields: Vec<CustomValue>,
    /// Who changed it last.
    pub mark: Mark,
}

impl Ticket {
    /// The custom field with this caption, without regard to case.
    pub fn custom(&self, caption: &str) -> Option<&CustomValue> {
        self.custom_fields.iter().find(|field| field.caption.eq_ignore_ascii_case(caption))
    }
}

/// What is to become of a ticket. Only what differs is written.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct TicketChange {
    /// The new status; by name it is looked up on the ticket's own board.
    pub status: Option<Reference>,
    /// The new priority.
    pub priority: Option<Reference>,
    /// The new board.
    pub board: Option<Reference>,
    /// The new type.
    pub kind: Option<Reference>,
    /// The new sub-type.
    pub sub_type: Option<Reference>,
    /// The new item.
    pub item: Option<Reference>,
    /// The new owner.
    pub owner: Option<Reference>,
    /// New values of custom fields, by the id of their definition.
    pub custom_fields: Vec<(i64, Value)>,
}

/// A ticket after a change.
#[derive(Debug, Clone, PartialEq)]
pub struct Changed {
    /// The ticket as it is now.
    pub ticket: Ticket,
    /// Manage's names of what was written; nothing when all of it was so already.
    pub written: Vec<&'static str>,
}
