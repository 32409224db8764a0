//! Groups (`mastergroups`). What Automate derives (full name, parents, children, depth) is left out.

use super::{Builder, Known};
use crate::export::{Row, Wrong};
use domain::content::{ContentType, Folder};
use services::ports::reader::ReadItem;

/// Numbers that only matter when they are not 0.
const OPTIONS: &[(&str, &str)] = &[
    ("master", "Master"),
    ("network_join_options", "NetworkJoinOptions"),
    ("contact_join_options", "ContactJoinOptions"),
];

/// A group's row.
pub fn read(row: &Row, known: &Known) -> Result<ReadItem, Wrong> {
    let guid = row.guid("GUID")?;
    let mut item = Builder::new(row.text("Name"));
    item.placement = placement(row, known);
    item.set("notes", row.text("Notes"));
    item.set("group_type", row.number("GroupType"));
    item.set("priority", row.number("Priority"));
    item.set("limit_to_search", row.flag("LimitToParent"));
    for (member, column) in OPTIONS {
        if let Some(value) = row.id(column) {
            item.set(member, value);
        }
    }
    for (member, column) in
        [("auto_join", "AutoJoinScript"), ("network_join", "NetworkJoin"), ("contact_join", "ContactJoin")]
    {
        item.refer(member, ContentType::Searches, row.id(column).and_then(|id| known.searches.get(&id)));
    }
    item.switches.insert("restricted".into(), row.limits("Permissions").into());
    item.finish(ContentType::Groups, guid, row, "GroupID")
}

/// The groups above, from the dotted full name; with a GUID where the file holds the parent itself.
fn placement(row: &Row, known: &Known) -> Vec<Folder> {
    let (full, name) = (row.text("FullName"), row.text("Name"));
    let above = full.strip_suffix(name.as_str()).and_then(|rest| rest.strip_suffix('.')).unwrap_or_default();
    let mut folders: Vec<Folder> = above
        .split('.')
        .filter(|part| !part.is_empty())
        .map(|part| Folder { guid: None, name: part.to_owned() })
        .collect();
    if let Some(parent) = folders.last_mut() {
        parent.guid = row.id("ParentID").and_then(|id| known.groups.get(&id).cloned());
    }
    folders
}
