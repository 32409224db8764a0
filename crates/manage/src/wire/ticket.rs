//! Tickets and what hangs on them.

use super::parts::{CustomField, Info, Reference, custom_values, flag, mark, moment, named, text};
use crate::model::{Note, Task, Ticket};
use jiff::Timestamp;
use serde::Deserialize;

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct WireTicket {
    id: i64,
    #[serde(default, deserialize_with = "text")]
    summary: Option<String>,
    #[serde(default, deserialize_with = "text")]
    record_type: Option<String>,
    board: Option<Reference>,
    status: Option<Reference>,
    priority: Option<Reference>,
    severity: Option<String>,
    impact: Option<String>,
    company: Option<Reference>,
    site: Option<Reference>,
    contact: Option<Reference>,
    #[serde(rename = "type")]
    kind: Option<Reference>,
    owner: Option<Reference>,
    #[serde(default, deserialize_with = "text")]
    resources: Option<String>,
    #[serde(default, deserialize_with = "flag")]
    closed_flag: bool,
    #[serde(default, deserialize_with = "moment")]
    closed_date: Option<Timestamp>,
    merged_parent_ticket: Option<Reference>,
    custom_fields: Option<Vec<CustomField>>,
    #[serde(rename = "_info")]
    info: Option<Info>,
}

impl From<WireTicket> for Ticket {
    fn from(wire: WireTicket) -> Self {
        let resources = wire.resources.unwrap_or_default();
        Self {
            id: wire.id,
            summary: wire.summary.unwrap_or_default(),
            is_project: wire.record_type.is_some_and(|kind| kind.starts_with("Project")),
            board: named(wire.board),
            status: named(wire.status),
            priority: named(wire.priority),
            severity: wire.severity,
            impact: wire.impact,
            company: named(wire.company),
            site: named(wire.site),
            contact: named(wire.contact),
            kind: named(wire.kind),
            owner: named(wire.owner),
            resources: resources
                .split(',')
                .map(str::trim)
                .filter(|one| !one.is_empty())
                .map(str::to_owned)
                .collect(),
            closed: wire.closed_flag,
            closed_at: wire.closed_date,
            merged_into: named(wire.merged_parent_ticket).map(|parent| parent.id),
            custom_fields: custom_values(wire.custom_fields),
            mark: mark(wire.info),
        }
    }
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct WireNote {
    id: i64,
    #[serde(default, deserialize_with = "text")]
    text: Option<String>,
    #[serde(default, deserialize_with = "flag")]
    detail_description_flag: bool,
    #[serde(default, deserialize_with = "flag")]
    internal_analysis_flag: bool,
    #[serde(default, deserialize_with = "flag")]
    resolution_flag: bool,
    member: Option<Reference>,
    contact: Option<Reference>,
    #[serde(default, deserialize_with = "text")]
    created_by: Option<String>,
    #[serde(default, deserialize_with = "moment")]
    date_created: Option<Timestamp>,
    #[serde(rename = "_info")]
    info: Option<Info>,
}

impl From<WireNote> for Note {
    fn from(wire: WireNote) -> Self {
        let mark = mark(wire.info);
        let author = named(wire.member).or_else(|| named(wire.contact)).map(|author| author.name);
        Self {
            id: wire.id,
            text: wire.text.unwrap_or_default(),
            discussion: wire.detail_description_flag,
            internal: wire.internal_analysis_flag,
            resolution: wire.resolution_flag,
            author: author.or(wire.created_by).or(mark.updated_by),
            created_at: wire.date_created.or(mark.entered_at).or(mark.updated_at),
        }
    }
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct WireTask {
    id: i64,
    #[serde(default, deserialize_with = "text")]
    notes: Option<String>,
    #[serde(default, deserialize_with = "text")]
    summary: Option<String>,
    #[serde(default, deserialize_with = "text")]
    resolution: Option<String>,
    #[serde(default, deserialize_with = "flag")]
    closed_flag: bool,
    priority: Option<i64>,
    member: Option<Reference>,
}

impl From<WireTask> for Task {
    fn from(wire: WireTask) -> Self {
        Self {
            id: wire.id,
            text: wire.notes.or(wire.summary).unwrap_or_default(),
            resolution: wire.resolution,
            done: wire.closed_flag,
            order: wire.priority.unwrap_or_default(),
            member: named(wire.member),
        }
    }
}
