//! Remote monitors on groups (`groupagents`). The contact belongs to the
//! receiver; alert template and categories are kept where the source says what their local ids stand for.

use super::{Attached, Builder, Known, message};
use crate::export::{Row, Wrong};
use domain::content::{ContentType, Folder};
use services::ports::reader::ReadItem;

const NUMBERS: &[(&str, &str)] = &[
    ("check_action", "CheckAction"),
    ("interval", "interval"),
    ("comparor", "Comparor"),
    ("alert_style", "AlertStyle"),
    ("script_target", "ScriptTarget"),
];

const TEXTS: &[(&str, &str)] = &[
    ("where", "Where"),
    ("what", "What"),
    ("data_out", "DataOut"),
    ("data_in", "DataIn"),
    ("id_field", "IDField"),
    ("data_collector", "datacollector"),
];

/// A remote monitor's row.
pub fn read(row: &Row, _: &Attached, known: &Known) -> Result<ReadItem, Wrong> {
    let guid = row.guid("GUID")?;
    let mut item = Builder::new(row, "Name")?;
    let group = row.id("GroupID");
    if let Some(name) = group.and_then(|id| known.group_names.get(&id)) {
        let guid = group.and_then(|id| known.groups.get(&id).cloned());
        item.placement = vec![Folder { guid, name: name.clone() }];
    }
    item.refer("group", ContentType::Groups, group.and_then(|id| known.groups.get(&id)));
    item.search("limit", row, "SearchID", known);
    item.refer("script", ContentType::Scripts, row.id("ScriptID").and_then(|id| known.scripts.get(&id)));
    item.alert_template(row, known);
    item.category("report_category", row, "Category", known);
    item.category("ticket_category", row, "TicketCategory", known);
    item.numbers(row, NUMBERS);
    item.texts(row, TEXTS);
    message::set(&mut item, &row.text("AlertMessage"));
    Ok(item.finish(ContentType::RemoteMonitors, guid, row, "AgentID"))
}
