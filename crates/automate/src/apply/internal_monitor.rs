//! Internal monitors (`agents` with ComputerID 0). Scope, subscriptions of groups, contact, categories and what a
//! scan writes are local; a new one arrives disabled.

use super::{
    ApplyError,
    columns::{Body, Columns},
    directory::Directory,
};
use domain::content::Canonical;

const MEMBERS: &[&str] = &[
    "where",
    "what",
    "data_out",
    "sql",
    "comparor",
    "data_in",
    "id_field",
    "interval",
    "alert_style",
    "success_subject",
    "success_message",
    "failure_subject",
    "failure_message",
    "alert_template",
    "ticket_category",
    "report_category",
    "targets",
];

/// The columns of an internal monitor; `flags` is what stands in the row now.
pub(super) fn columns(content: &Canonical, here: &Directory, flags: i64) -> Result<Columns, ApplyError> {
    let body = Body(content);
    body.only(MEMBERS)?;
    let mut columns = Columns::default();
    columns.set("GUID", content.guid.as_str());
    columns.set("Name", content.name.as_str());
    columns
        .numbers(&body, &[("interval", "interval"), ("comparor", "Comparor"), ("alert_style", "AlertStyle")]);
    columns.texts(
        &body,
        &[("where", "Where"), ("what", "What"), ("data_in", "DataIn"), ("id_field", "IDField")],
    );
    let check = if body.text("sql").is_empty() { "data_out" } else { "sql" };
    columns.texts(&body, &[(check, "DataOut")]);
    columns.set("AlertMessage", body.message());
    columns.set("AlertAction", here.id(body.text("alert_template"))?);
    columns.set("TicketCategory", here.category(body.text("ticket_category"))?);
    columns.set("ReportCategory", here.category(body.text("report_category"))?);
    columns.set("DriveID", here.list(&body.texts_of("targets"))?);
    // Bit 0 set means disabled; the other bits are left as they are.
    columns.set("Flags", (flags & !1) | i64::from(!body.flag("enabled")));
    Ok(columns)
}

/// What only a new row gets: the server as its target, for every group.
pub(super) fn first() -> Columns {
    let mut columns = Columns::default();
    for column in ["ComputerID", "ClientID", "LocID", "DeviceId", "CheckAction"] {
        columns.set(column, 0);
    }
    columns
}
