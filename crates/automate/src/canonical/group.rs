//! Groups (`mastergroups`). What Automate derives (full name, parents, children, depth) is left out, and so are
//! agent template and maintenance window, which are local.

use super::{Attached, Builder, Known};
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
pub fn read(row: &Row, _: &Attached, known: &Known) -> Result<ReadItem, Wrong> {
    let guid = row.guid("GUID")?;
    let mut item = Builder::new(row, "Name")?;
    let above = row.id("GroupID").and_then(|id| known.groups_above(id));
    item.placement = above.unwrap_or_else(|| placement(row));
    item.set("notes", row.text("Notes"));
    item.numbers(row, &[("group_type", "GroupType"), ("priority", "Priority")]);
    item.set("limit_to_search", row.flag("LimitToParent"));
    for (member, column) in OPTIONS {
        if let Some(value) = row.id(column) {
            item.set(member, value);
        }
    }
    item.search("auto_join", row, "AutoJoinScript", known);
    item.search("network_join", row, "NetworkJoin", known);
    item.search("contact_join", row, "ContactJoin", known);
    item.switches.insert("restricted".into(), row.limits("Permissions").into());
    Ok(item.finish(ContentType::Groups, guid, row, "GroupID"))
}

/// The groups above by the dotted full name. Names only: whether the parent's GUID is known depends on what else
/// was exported, and must not change this group's content.
fn placement(row: &Row) -> Vec<Folder> {
    let (full, name) = (row.text("FullName"), row.text("Name"));
    let above = full.strip_suffix(name.as_str()).and_then(|rest| rest.strip_suffix('.')).unwrap_or_default();
    named(above)
}

/// The groups that a dotted full name names.
pub(crate) fn named(full: &str) -> Vec<Folder> {
    let names = full.split('.').map(str::trim).filter(|name| !name.is_empty());
    names.map(|name| Folder { guid: None, name: name.to_owned() }).collect()
}
