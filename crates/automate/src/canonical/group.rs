//! Groups (`mastergroups`). What Automate derives (full name, parents, children, depth) is left out, and so are
//! agent template and maintenance window, which are local.

use super::{Attached, Builder, Known};
use crate::export::{Row, Wrong};
use domain::content::{ContentType, Folder};
use services::ports::reader::ReadItem;
use std::collections::BTreeSet;

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
    item.placement = above(row, known).unwrap_or_else(|| placement(row));
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

/// The groups above as a database knows them, with GUIDs; groups that point at each other are visited once.
fn above(row: &Row, known: &Known) -> Option<Vec<Folder>> {
    let mut next = *known.group_parents.get(&row.id("GroupID")?)?;
    let mut path = Vec::new();
    let mut seen = BTreeSet::from([row.id("GroupID")?]);
    while let Some(name) = known.group_names.get(&next).filter(|_| seen.insert(next)) {
        path.push(Folder { guid: known.groups.get(&next).cloned(), name: name.clone() });
        next = known.group_parents.get(&next).copied().unwrap_or(0);
    }
    path.reverse();
    Some(path)
}

/// The groups above by the dotted full name. Names only: whether the parent's GUID is known depends on what else
/// was exported, and must not change this group's content.
pub(crate) fn placement(row: &Row) -> Vec<Folder> {
    let (full, name) = (row.text("FullName"), row.text("Name"));
    let above = full.strip_suffix(name.as_str()).and_then(|rest| rest.strip_suffix('.')).unwrap_or_default();
    let names = above.split('.').map(str::trim).filter(|name| !name.is_empty());
    names.map(|name| Folder { guid: None, name: name.to_owned() }).collect()
}
