//! An alert on the wire: flat, with who and when side by side.

use domain::{
    alert::{Alert, AlertDetail, AlertState, Assignee, Carried, Severity, TimelineEntry},
    ids::AlertId,
    ticket::{Ticket, TicketDetails},
    write_back::WriteBack,
};
use jiff::Timestamp;
use serde::Serialize;

/// An alert, as lists answer it.
#[derive(Debug, Serialize)]
pub struct AlertView {
    id: AlertId,
    state: AlertState,
    title: String,
    category: String,
    severity: Severity,
    created_at: Timestamp,
    opened_at: Timestamp,
    acknowledged_at: Option<Timestamp>,
    acknowledged_by: Option<String>,
    closed_at: Option<Timestamp>,
    closed_by: Option<String>,
    assignee: Option<Assignee>,
    ticket: Option<Ticket>,
    carried: Carried,
    revision: i64,
}

impl From<Alert> for AlertView {
    fn from(alert: Alert) -> Self {
        let (acknowledged, closed) = (alert.acknowledged, alert.closed);
        Self {
            id: alert.id,
            state: alert.state,
            title: alert.title,
            category: alert.category,
            severity: alert.severity,
            created_at: alert.created_at,
            opened_at: alert.opened_at,
            acknowledged_at: acknowledged.as_ref().map(|deed| deed.at),
            acknowledged_by: acknowledged.map(|deed| deed.by.name().to_owned()),
            closed_at: closed.as_ref().map(|deed| deed.at),
            closed_by: closed.map(|deed| deed.by.name().to_owned()),
            assignee: alert.assignee,
            ticket: alert.ticket,
            carried: alert.carried,
            revision: alert.revision,
        }
    }
}

/// An alert with everything about it.
#[derive(Debug, Serialize)]
pub struct DetailView {
    #[serde(flatten)]
    alert: AlertView,
    text: String,
    details: TicketDetails,
    write_backs: Vec<WriteBack>,
    timeline: Vec<TimelineEntry>,
}

impl From<AlertDetail> for DetailView {
    fn from(detail: AlertDetail) -> Self {
        Self {
            alert: detail.alert.into(),
            text: detail.text,
            details: detail.details,
            write_backs: detail.write_backs,
            timeline: detail.timeline,
        }
    }
}
