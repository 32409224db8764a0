//! Internal monitors (`agents` with ComputerID 0). Contact, exclusions and everything that a scan writes belong to the
//! receiver. Alert template, categories and targeted groups are kept where the source says what their local ids stand
//! for; an export only names its alert template.

use super::{Builder, Known, editor, listed, message};
use crate::export::{Row, Wrong};
use domain::content::{ContentType, Reference};
use services::ports::reader::ReadItem;

const NUMBERS: &[(&str, &str)] =
    &[("interval", "interval"), ("comparor", "Comparor"), ("alert_style", "AlertStyle")];

const TEXTS: &[(&str, &str)] =
    &[("where", "Where"), ("what", "What"), ("data_in", "DataIn"), ("id_field", "IDField")];

/// An internal monitor's row in an export; `header` holds the comment lines above it.
pub fn read(row: &Row, header: &[(String, String)]) -> Result<ReadItem, Wrong> {
    read_known(row, header, &Known::default())
}

/// An internal monitor's row where it is known what local ids stand for.
pub fn read_known(row: &Row, header: &[(String, String)], known: &Known) -> Result<ReadItem, Wrong> {
    let guid = row.guid("GUID")?;
    let mut item = Builder::new(row, "Name")?;
    item.numbers(row, NUMBERS);
    item.texts(row, TEXTS);
    let check = row.text("DataOut");
    item.set(if is_sql(row, &check) { "sql" } else { "data_out" }, check);
    message::set(&mut item, &row.text("AlertMessage"));
    if let Some(name) = noted(header, &["alert template", "alerttemplate"]) {
        let reference = Reference::named("alert-templates", name);
        item.set("alert_template", reference.as_str());
        item.needs.insert(reference);
    }
    item.alert_template(row, known);
    item.category("report_category", row, "ReportCategory", known);
    item.category("ticket_category", row, "TicketCategory", known);
    let targets: Vec<Reference> = listed(row.raw("DriveID"), &known.groups)
        .into_iter()
        .map(|guid| Reference::to(ContentType::Groups, guid))
        .collect();
    item.set("targets", targets.iter().map(Reference::as_str).collect::<Vec<_>>());
    item.needs.extend(targets);
    // Bit 0 set means disabled (`automate-api.md` section 3.2).
    item.switches.insert("enabled".into(), (row.number("Flags") & 1 == 0).into());
    let mut read = item.finish(ContentType::InternalMonitors, guid, row, "AgentID");
    let noted = noted(header, &["edit", "updated by", "modified by", "last user"]);
    read.updated_by = read.updated_by.or_else(|| editor(noted?));
    Ok(read)
}

/// Whether the check is a whole query and not a condition.
fn is_sql(row: &Row, check: &str) -> bool {
    let raw =
        ["Where", "What", "IDField"].iter().any(|column| row.raw(column).eq_ignore_ascii_case("RAWSQL"));
    let select = check.get(..7).is_some_and(|start| start.eq_ignore_ascii_case("select "));
    raw || select || check.contains('\n')
}

/// The first note whose key contains one of `keys`; a bare number or date says nothing.
fn noted<'a>(header: &'a [(String, String)], keys: &[&str]) -> Option<&'a str> {
    let speaks = |value: &str| value.chars().any(char::is_alphabetic);
    header
        .iter()
        .find(|(key, value)| keys.iter().any(|wanted| key.contains(wanted)) && speaks(value))
        .map(|(_, value)| value.as_str())
}
