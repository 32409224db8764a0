//! Internal monitors (`agents` with ComputerID 0). Targets, alert template, contact, categories and run-time
//! state belong to the receiver; an alert template that the export names is kept as a reference by name.

use super::{Builder, message};
use crate::export::{Row, Wrong};
use domain::content::{ContentType, Reference};
use services::ports::reader::ReadItem;

/// An internal monitor's row; `header` holds the comment lines of its file.
pub fn read(row: &Row, header: &[(String, String)]) -> Result<ReadItem, Wrong> {
    let guid = row.guid("GUID")?;
    let mut item = Builder::new(row.text("Name"));
    for (member, column) in
        [("interval_seconds", "interval"), ("comparor", "Comparor"), ("alert_style", "AlertStyle")]
    {
        item.set(member, row.number(column));
    }
    for (member, column) in
        [("table", "Where"), ("field", "What"), ("expected", "DataIn"), ("identity_field", "IDField")]
    {
        item.set(member, row.text(column));
    }
    let check = row.text("DataOut");
    let is_sql = check.contains('\n') || check.to_ascii_lowercase().contains("select ");
    item.set(if is_sql { "sql" } else { "condition" }, check);
    message::set(&mut item, &row.text("AlertMessage"));
    if let Some((_, name)) =
        header.iter().find(|(key, name)| key.contains("alert template") && !name.is_empty())
    {
        let reference = Reference::named("alert-templates", name);
        item.set("alert_template", reference.as_str());
        item.needs.insert(reference);
    }
    // Bit 0 set means disabled (`automate-api.md` section 3.2).
    item.switches.insert("enabled".into(), (row.number("Flags") & 1 == 0).into());
    let mut read = item.finish(ContentType::InternalMonitors, guid, row, "AgentID")?;
    if read.updated_by.as_deref().is_none_or(|who| who.eq_ignore_ascii_case("user")) {
        let editor = header.iter().find(|(key, who)| key.contains("edit") && !who.is_empty());
        read.updated_by = editor.map(|(_, who)| who.clone());
    }
    Ok(read)
}
