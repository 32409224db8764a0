//! From the rows of all tables to items in canonical form.

use super::tables::{self, Table};
use crate::{
    canonical::{
        Attached, Known, alert_template, data_view, extra_field, group, internal_monitor, remote_monitor,
        role, script, search,
    },
    export::{Row, Wrong},
    part::{Part, hidden, note},
};
use domain::content::{ContentType, Guid};
use services::ports::reader::ReadItem;
use std::collections::BTreeMap;

/// The rows by table.
pub(super) type Tables = BTreeMap<&'static str, Vec<Row>>;

/// The rows of a table; none when it was not needed.
pub(super) fn rows<'a>(tables: &'a Tables, table: &Table) -> &'a [Row] {
    tables.get(table.name).map(Vec::as_slice).unwrap_or_default()
}

/// What the local ids of the instance stand for.
pub(super) fn known(tables: &Tables) -> Known {
    let guids = |table: &Table, guid: &str| -> BTreeMap<i64, Guid> {
        rows(tables, table).iter().filter_map(|row| Some((row.id(table.id)?, row.guid(guid).ok()?))).collect()
    };
    let names = |table: &Table, name: &str| -> BTreeMap<i64, String> {
        rows(tables, table).iter().filter_map(|row| Some((row.id(table.id)?, row.name(name).ok()?))).collect()
    };
    let folder = |row: &Row| {
        let name = row.name("Name").ok()?;
        Some((row.id("FolderID")?, (row.number("ParentID"), row.guid("GUID").ok(), name)))
    };
    let groups = rows(tables, &tables::GROUPS);
    Known {
        folders: rows(tables, &tables::SCRIPT_FOLDERS).iter().filter_map(folder).collect(),
        scripts: guids(&tables::SCRIPTS, "ScriptGuid"),
        searches: guids(&tables::SEARCHES, "GUID"),
        groups: guids(&tables::GROUPS, "GUID"),
        group_names: names(&tables::GROUPS, "Name"),
        group_parents: groups
            .iter()
            .filter_map(|row| Some((row.id("GroupID")?, row.number("ParentID"))))
            .collect(),
        extra_fields: guids(&tables::EXTRA_FIELDS, "LtGuid"),
        alert_templates: guids(&tables::ALERT_TEMPLATES, "GUID"),
        categories: names(&tables::CATEGORIES, "CategoryName"),
        search_folders: names(&tables::SEARCH_FOLDERS, "Name"),
        view_folders: names(&tables::VIEW_FOLDERS, "Name"),
        whole: true,
        ..Known::default()
    }
}

/// What some rows of a type read as; scripts have a room of their own ([`super::scripts`]).
pub(super) fn part<'a>(
    kind: ContentType,
    rows_of_kind: impl Iterator<Item = &'a Row> + Clone,
    tables: &Tables,
    known: &Known,
) -> Part {
    let Some(table) = tables::needed(kind).first() else { return Part::default() };
    let mut below: BTreeMap<i64, Vec<&Row>> = BTreeMap::new();
    if let Some((under, column)) = tables::below(kind) {
        below.extend(rows_of_kind.clone().map(|row| (row.number(table.id), Vec::new())));
        for row in rows(tables, under) {
            below.entry(row.number(column)).and_modify(|rows| rows.push(row));
        }
    }
    let mut part = Part::default();
    for row in rows_of_kind {
        let below = below.get(&row.number(table.id)).map(Vec::as_slice).unwrap_or_default();
        match item(kind, row, below, known) {
            Ok(item) => part.items.push(item),
            Err(wrong) => part.issues.push(refusal(kind, table, row, &wrong)),
        }
    }
    part
}

/// One item by its row and the rows below it: those of an alert template, the default value of an extra field.
pub(crate) fn item(kind: ContentType, row: &Row, below: &[&Row], known: &Known) -> Result<ReadItem, Wrong> {
    // Every script has the allowance of a whole export file: a database of many is no bomb.
    known.allowance.refill();
    known.asked.take();
    let none = Attached::default();
    match kind {
        ContentType::Scripts => script::read(row, &none, known),
        ContentType::InternalMonitors => internal_monitor::read_known(row, &[], known),
        ContentType::RemoteMonitors => remote_monitor::read(row, &none, known),
        ContentType::Groups => group::read(row, &none, known),
        ContentType::Searches => search::read(row, &none, known),
        ContentType::DataViews => data_view::read(row, &none, known),
        ContentType::ExtraFields => extra_field::read_with(row, below),
        ContentType::Roles => role::read(row, &none, known),
        ContentType::AlertTemplates => alert_template::read(row, below, known),
    }
}

/// Why a row is no item. One without a GUID never was one, so nothing that is known hides behind it.
pub(super) fn refusal(
    kind: ContentType,
    table: &Table,
    row: &Row,
    wrong: &Wrong,
) -> domain::source::ScanIssue {
    let guid = ["ScriptGuid", "GUID", "LtGuid", "RoleDetectionGuid"];
    let unknown = guid.iter().all(|column| row.guid(column).is_err());
    let name = ["ScriptName", "Name", "RoleName"].iter().find_map(|column| row.name(column).ok());
    let name = name.unwrap_or_else(|| format!("the {}", kind.singular()));
    let message = format!("{name} ({} {}) {}", table.id, row.raw(table.id), wrong.message);
    if unknown { note(kind, message) } else { hidden(kind, message) }
}
