//! Workflow rules.

use super::parts::{Reference, flag, named, text};
use crate::model::{ActionField, Workflow, WorkflowAction, WorkflowEvent};
use serde::Deserialize;
use serde_json::Value;

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct WireWorkflow {
    id: i64,
    #[serde(default, deserialize_with = "text")]
    name: Option<String>,
    table_type: Option<Reference>,
    #[serde(default, deserialize_with = "flag")]
    activate_flag: bool,
}

impl From<WireWorkflow> for Workflow {
    fn from(wire: WireWorkflow) -> Self {
        Self {
            id: wire.id,
            name: wire.name.unwrap_or_default(),
            record_kind: named(wire.table_type),
            active: wire.activate_flag,
        }
    }
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct WireEvent {
    id: i64,
    #[serde(default, deserialize_with = "text")]
    name: Option<String>,
    event_condition: Option<String>,
}

impl From<WireEvent> for WorkflowEvent {
    fn from(wire: WireEvent) -> Self {
        Self {
            id: wire.id,
            name: wire.name.unwrap_or_default(),
            condition: wire.event_condition.unwrap_or_default(),
        }
    }
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct WireAction {
    id: i64,
    notify_type: Option<Reference>,
    board: Option<Reference>,
    board_status: Option<Reference>,
    service_priority: Option<Reference>,
    service_type: Option<Reference>,
    service_sub_type: Option<Reference>,
    service_item: Option<Reference>,
    #[serde(default, deserialize_with = "flag")]
    update_owner_flag: bool,
    specific_member_to: Option<Reference>,
    #[serde(default, deserialize_with = "text")]
    notes: Option<String>,
    #[serde(default, deserialize_with = "flag")]
    detail_notes_flag: bool,
    #[serde(default, deserialize_with = "flag")]
    internal_notes_flag: bool,
}

impl From<WireAction> for WorkflowAction {
    fn from(wire: WireAction) -> Self {
        Self {
            id: wire.id,
            kind: named(wire.notify_type),
            board: named(wire.board),
            status: named(wire.board_status),
            priority: named(wire.service_priority),
            ticket_type: named(wire.service_type),
            sub_type: named(wire.service_sub_type),
            item: named(wire.service_item),
            owner: named(wire.specific_member_to).filter(|_| wire.update_owner_flag),
            note: wire.notes,
            note_in_discussion: wire.detail_notes_flag,
            note_internal: wire.internal_notes_flag,
        }
    }
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct WireActionField {
    user_defined_field_id: Option<i64>,
    #[serde(default, deserialize_with = "text")]
    caption: Option<String>,
    #[serde(default, deserialize_with = "text")]
    value: Option<String>,
    #[serde(default, deserialize_with = "flag")]
    overwrite_flag: bool,
    #[serde(default, deserialize_with = "text")]
    field_type_id: Option<String>,
    #[serde(default, deserialize_with = "flag")]
    inactive_flag: bool,
}

impl WireActionField {
    /// The value arrives as text, whatever the field's kind; an inactive one is none.
    pub(crate) fn read(self) -> Option<ActionField> {
        let text = self.value.unwrap_or_default();
        let value = match self.field_type_id.as_deref().unwrap_or_default().to_lowercase().as_str() {
            "checkbox" => Value::Bool(matches!(text.to_lowercase().as_str(), "true" | "1" | "yes")),
            "number" | "percent" | "currency" => serde_json::from_str(&text).unwrap_or(Value::Null),
            _ => Value::String(text),
        };
        let id = self.user_defined_field_id.filter(|_| !self.inactive_flag)?;
        Some(ActionField {
            id,
            caption: self.caption.unwrap_or_default(),
            value,
            overwrites: self.overwrite_flag,
        })
    }
}

/// Where the id of a matching record stands in a row of `…/test`; undocumented, so every known name is tried.
const ID_COLUMNS: &[&str] =
    &["id", "ticketNbr", "sr_service_recid", "ticket #", "ticket", "recordid", "record id"];

/// The id of the record that a row of `…/test` is about.
pub(crate) fn matched_id(row: &Value, extra: Option<&str>) -> Option<i64> {
    let columns = row.as_object()?;
    extra.into_iter().chain(ID_COLUMNS.iter().copied()).find_map(|wanted| {
        let value =
            columns.iter().find(|(name, _)| name.eq_ignore_ascii_case(wanted)).map(|(_, value)| value)?;
        value.as_i64().or_else(|| value.as_str()?.trim().trim_start_matches('#').parse().ok())
    })
}
