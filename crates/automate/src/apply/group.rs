//! Groups (`mastergroups`). Agent template, maintenance window, permissions and members are local.

use super::{
    ApplyError,
    columns::{Body, Columns},
    directory::Directory,
};
use domain::content::Canonical;

const MEMBERS: &[&str] = &[
    "notes",
    "group_type",
    "priority",
    "limit_to_search",
    "master",
    "network_join_options",
    "contact_join_options",
    "auto_join",
    "network_join",
    "contact_join",
];

/// The columns of a group. What Automate derives from its place (full name, parents, depth) follows from the
/// parent's row.
pub(super) fn columns(content: &Canonical, here: &Directory) -> Result<Columns, ApplyError> {
    let body = Body(content);
    body.only(MEMBERS)?;
    let parent = here.parent_group(&content.placement)?;
    let mut columns = Columns::default();
    columns.set("GUID", content.guid.as_str());
    columns.set("Name", content.name.as_str());
    columns.set("ParentID", parent.as_ref().map_or(0, |parent| parent.id));
    let above =
        parent.as_ref().map_or_else(|| ",".to_owned(), |parent| format!("{}{},", parent.parents, parent.id));
    columns.set("depth", parent.as_ref().map_or(0, |parent| parent.depth + 1));
    columns.set("Parents", above);
    let full: Vec<&str> =
        content.placement.iter().map(|folder| folder.name.as_str()).chain([content.name.as_str()]).collect();
    columns.set("FullName", full.join("."));
    columns.texts(&body, &[("notes", "Notes")]);
    columns.numbers(
        &body,
        &[
            ("group_type", "GroupType"),
            ("priority", "Priority"),
            ("master", "Master"),
            ("network_join_options", "NetworkJoinOptions"),
            ("contact_join_options", "ContactJoinOptions"),
        ],
    );
    columns.flags(&body, &[("limit_to_search", "LimitToParent")]);
    for (member, column) in
        [("auto_join", "AutoJoinScript"), ("network_join", "NetworkJoin"), ("contact_join", "ContactJoin")]
    {
        columns.set(column, here.id(body.text(member))?);
    }
    Ok(columns)
}
