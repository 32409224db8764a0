//! Workflow rules, their events and actions.

use super::{Named, TicketChange};
use crate::patch::Reference;
use serde_json::Value;

/// A workflow rule.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Workflow {
    /// Its id.
    pub id: i64,
    /// Its name.
    pub name: String,
    /// What it is about.
    pub record_kind: Option<Named>,
    /// Whether Manage runs it by itself.
    pub active: bool,
}

/// An event of a workflow rule: a condition, never read by us.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WorkflowEvent {
    /// Its id.
    pub id: i64,
    /// Its name.
    pub name: String,
    /// The condition as Manage keeps it.
    pub condition: String,
}

/// What an event of a workflow rule does.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WorkflowAction {
    /// Its id.
    pub id: i64,
    /// The kind, by the name that people see, such as `Send Email`.
    pub kind: Option<Named>,
    /// The board that tickets go to.
    pub board: Option<Named>,
    /// The status that they get.
    pub status: Option<Named>,
    /// The priority that they get.
    pub priority: Option<Named>,
    /// The type that they get.
    pub ticket_type: Option<Named>,
    /// The sub-type that they get.
    pub sub_type: Option<Named>,
    /// The item that they get.
    pub item: Option<Named>,
    /// The owner that they get.
    pub owner: Option<Named>,
    /// A note that is added.
    pub note: Option<String>,
    /// Whether the note stands in the discussion.
    pub note_in_discussion: bool,
    /// Whether the note is internal.
    pub note_internal: bool,
}

impl WorkflowAction {
    /// The change of a ticket that the action asks for; none when it asks for something that the API cannot do.
    pub fn change(&self) -> Option<TicketChange> {
        let by_id = |named: &Option<Named>| named.as_ref().map(|named| Reference::Id(named.id));
        // A status belongs to one board: on another board the one of the same name is meant.
        let status = self.status.as_ref().map(|status| Reference::Name(status.name.clone()));
        let change = TicketChange {
            status,
            priority: by_id(&self.priority),
            board: by_id(&self.board),
            kind: by_id(&self.ticket_type),
            sub_type: by_id(&self.sub_type),
            item: by_id(&self.item),
            owner: by_id(&self.owner),
            custom_fields: Vec::new(),
        };
        (change != TicketChange::default() || self.note.is_some()).then_some(change)
    }
}

/// The value that an action gives to a custom field.
#[derive(Debug, Clone, PartialEq)]
pub struct ActionField {
    /// The id of the field's definition.
    pub id: i64,
    /// Its caption.
    pub caption: String,
    /// The value, in the form of the field's kind.
    pub value: Value,
    /// Whether a value that is there is replaced.
    pub overwrites: bool,
}

/// What `…/test` found.
#[derive(Debug, Clone, PartialEq)]
pub struct Matches {
    /// The ids of the records, each once.
    pub ids: Vec<i64>,
    /// Rows whose id could not be found: the column has an unknown name.
    pub unreadable: Vec<Value>,
}
