//! Remote monitors on groups (`groupagents`). Alert template, contact and categories belong to the receiver.

use super::{Builder, Known, message};
use crate::export::{Row, Wrong};
use domain::content::{ContentType, Folder};
use services::ports::reader::ReadItem;

/// A remote monitor's row.
pub fn read(row: &Row, known: &Known) -> Result<ReadItem, Wrong> {
    let guid = row.guid("GUID")?;
    let mut item = Builder::new(row.text("Name"));
    let group = row.id("GroupID");
    if let Some(name) = group.and_then(|id| known.group_names.get(&id)) {
        let guid = group.and_then(|id| known.groups.get(&id).cloned());
        item.placement = vec![Folder { guid, name: name.clone() }];
    }
    item.refer("group", ContentType::Groups, group.and_then(|id| known.groups.get(&id)));
    item.refer("limit", ContentType::Searches, row.id("SearchID").and_then(|id| known.searches.get(&id)));
    item.refer("script", ContentType::Scripts, row.id("ScriptID").and_then(|id| known.scripts.get(&id)));
    for (member, column) in [
        ("check_action", "CheckAction"),
        ("interval_seconds", "interval"),
        ("comparor", "Comparor"),
        ("alert_style", "AlertStyle"),
        ("script_target", "ScriptTarget"),
    ] {
        item.set(member, row.number(column));
    }
    for (member, column) in [
        ("where", "Where"),
        ("what", "What"),
        ("check", "DataOut"),
        ("expected", "DataIn"),
        ("identity_field", "IDField"),
        ("data_collector", "datacollector"),
    ] {
        item.set(member, row.text(column));
    }
    message::set(&mut item, &row.text("AlertMessage"));
    item.finish(ContentType::RemoteMonitors, guid, row, "AgentID")
}
