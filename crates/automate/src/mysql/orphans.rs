//! Ids that lead nowhere: Automate has no foreign keys, so they happen. One line for each kind.

use super::{
    assemble::{Tables, rows},
    tables::{self, Table},
};
use crate::{canonical::Known, export::Row, part::note};
use domain::{content::ContentType, source::ScanIssue};

/// Whether an id leads somewhere.
type Leads = fn(&Known, i64) -> bool;

/// Type, table, column, what it should lead to.
const POINTERS: &[(ContentType, &Table, &str, &str, Leads)] = &[
    (ContentType::Scripts, &tables::SCRIPTS, "FolderId", "folder", |known, id| {
        known.folders.contains_key(&id)
    }),
    (ContentType::InternalMonitors, &tables::MONITORS, "AlertAction", "alert template", template),
    (ContentType::RemoteMonitors, &tables::REMOTE_MONITORS, "AlertAction", "alert template", template),
    (ContentType::RemoteMonitors, &tables::REMOTE_MONITORS, "GroupID", "group", |known, id| {
        known.group_names.contains_key(&id)
    }),
    (ContentType::RemoteMonitors, &tables::REMOTE_MONITORS, "SearchID", "search", search),
    (ContentType::RemoteMonitors, &tables::REMOTE_MONITORS, "ScriptID", "script", script),
    (ContentType::Groups, &tables::GROUPS, "ParentID", "group above", |known, id| {
        known.group_names.contains_key(&id)
    }),
    (ContentType::Groups, &tables::GROUPS, "AutoJoinScript", "search", search),
    (ContentType::Roles, &tables::ROLES, "SearchId", "search", search),
    (ContentType::AlertTemplates, &tables::ALERT_ROWS, "ScriptID", "script", script),
    (ContentType::AlertTemplates, &tables::ALERT_ROWS, "AlertActionID", "alert template", template),
];

fn template(known: &Known, id: i64) -> bool {
    known.alert_templates.contains_key(&id)
}

fn search(known: &Known, id: i64) -> bool {
    known.searches.contains_key(&id)
}

fn script(known: &Known, id: i64) -> bool {
    known.scripts.contains_key(&id)
}

/// What of a type points nowhere. It is read without what it points at.
pub(super) fn of(kind: ContentType, tables: &Tables, known: &Known) -> Vec<ScanIssue> {
    POINTERS
        .iter()
        .filter(|pointer| pointer.0 == kind)
        .filter_map(|pointer| told(pointer, tables, known))
        .collect()
}

fn told(
    pointer: &(ContentType, &Table, &str, &str, Leads),
    tables: &Tables,
    known: &Known,
) -> Option<ScanIssue> {
    let (kind, table, column, what, leads) = pointer;
    let lost = |row: &&Row| row.id(column).is_some_and(|id| !leads(known, id));
    let mut lost = rows(tables, table).iter().filter(lost);
    let first = lost.next()?;
    let name = ["ScriptName", "Name", "RoleName"].iter().find_map(|column| first.name(column).ok());
    let name = name.unwrap_or_else(|| format!("row {}", first.raw(table.id)));
    let others = match lost.count() {
        0 => String::new(),
        more => format!(" and {more} more"),
    };
    let message = format!(
        "{name}{others}: {column} leads to no {what} ({} does not exist); it was read without one",
        first.number(column)
    );
    Some(note(*kind, message))
}
