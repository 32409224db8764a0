//! Internal monitors, as far as `/v1/Monitors` goes: servers differ in whether they have it.

use super::{
    Part,
    members::{below, flag, member, number, plain, text},
    paging::{self, Listing, Stopped},
    rows,
    session::Session,
    trouble::Trouble,
};
use crate::{canonical::internal_monitor, export::Row};
use domain::{content::ContentType, source::ScanIssue};
use serde_json::Value;
use services::ports::reader::{ItemSink, ReadItem};
use std::collections::BTreeMap;

/// Whether monitors can be read.
pub(super) async fn probe(session: &mut Session) -> Result<(), Trouble> {
    paging::first(session, &listing()).await.map(|_| ())
}

/// Hands all internal monitors over.
pub(super) async fn read(session: &mut Session, sink: &mut dyn ItemSink) -> Result<Vec<ScanIssue>, Stopped> {
    rows::hand_over(session, ContentType::InternalMonitors, &listing(), read_rows, sink).await
}

fn read_rows(rows: &BTreeMap<i64, Value>) -> Part {
    let definitions = rows.iter().filter(|(_, row)| is_definition(row));
    rows::part(ContentType::InternalMonitors, definitions, one)
}

fn listing() -> Listing<'static> {
    Listing { path: "Monitors", id: "MonitorId", condition: Some("IsInternalMonitor = true"), query: vec![] }
}

/// Rows with a computer are one computer's copy of a remote monitor.
fn is_definition(row: &Value) -> bool {
    flag(row, "IsInternalMonitor") && number(below(row, &["Targets", "Computer"]), "Id").unwrap_or(0) == 0
}

fn one(row: &Value) -> Result<ReadItem, String> {
    let columns = columns(row).ok_or("is listed without what it looks for: nothing of it was changed")?;
    let template = text(member(row, "AlertAction"), "Name");
    let header = [("alert template".to_owned(), template)];
    internal_monitor::read(&columns, &header).map_err(|wrong| wrong.message)
}

/// The check: as it stands in the database where the server says so, else its named parts.
fn check(row: &Value) -> Option<[String; 4]> {
    let raw = below(row, &["RoutineParameters", "UnformattedMonitorParameters"]);
    let named = below(row, &["RoutineParameters", "InternalDatabaseQueryParameters"]);
    let of = |value: &Value, names: [&str; 4]| names.map(|name| text(value, name));
    if raw.is_object() {
        Some(of(raw, ["Where", "What", "DataOut", "IdField"]))
    } else if named.is_object() {
        Some(of(named, ["TableOrViewToQuery", "FieldToCheck", "AdditionalConditions", "IdentityField"]))
    } else {
        None
    }
}

fn columns(row: &Value) -> Option<Row> {
    let [place, what, check, id_field] = check(row)?;
    let id_field = if id_field.is_empty() { text(row, "IdField") } else { id_field };
    let message = |name: &str| text(member(row, "AlertMessages"), name);
    let disabled = text(member(row, "MonitorState"), "Name").to_ascii_lowercase().contains("disabled");
    let value = below(row, &["ComparerSettings", "Value", "SingleValueFormat", "Value"]);
    let columns = [
        ("AgentID", text(row, "MonitorId")),
        ("GUID", text(row, "Guid")),
        ("Name", text(row, "Name")),
        ("interval", text(row, "Interval")),
        ("Comparor", text(below(row, &["ComparerSettings", "Comparer"]), "Id")),
        ("DataIn", plain(value)),
        ("AlertStyle", text(below(row, &["AlertStyle", "InternalMonitorAlertStyle"]), "Id")),
        ("Where", place),
        ("What", what),
        ("DataOut", check),
        ("IDField", id_field),
        (
            "AlertMessage",
            joined(
                [message("SuccessSubject"), message("SuccessMessage")],
                [message("FailureSubject"), message("FailureMessage")],
            ),
        ),
        ("Flags", i64::from(disabled).to_string()),
    ];
    Some(Row::new(0, columns.map(|(name, value)| (name.to_owned(), value, 0))))
}

/// The four parts as the database holds them.
fn joined(success: [String; 2], failure: [String; 2]) -> String {
    format!("{}!!!{}", success.join("~~~"), failure.join("~~~"))
}
