//! Data views (`dataviews`) and their folders, which are found and made by name. User classes are local.

use super::{
    ApplyError,
    columns::{Body, Columns},
    directory::Directory,
};
use crate::export::Row;
use domain::content::Canonical;

const TEXTS: &[(&str, &str)] = &[
    ("fields", "FieldList"),
    ("columns", "ColumnList"),
    ("hidden", "HiddenList"),
    ("sql", "SQLBody"),
    ("sql_where", "SQLWhere"),
    ("id_column", "IDColumn"),
    ("client_link", "ClientLink"),
    ("computer_link", "ComputerLink"),
    ("location_link", "LocationLink"),
    ("sort_field", "SortField"),
    ("sort_order", "SortOrder"),
    ("group_field", "GroupField"),
    ("filter_control", "FilterControl"),
    ("format_control", "FormatControl"),
    ("icon_control", "IconControl"),
    ("system_permission", "SystemPermission"),
    ("system_permission_high", "SystemPermissionHigh"),
];

/// The columns of a data view.
pub(super) fn columns(
    content: &Canonical,
    here: &Directory,
    row: Option<&Row>,
) -> Result<Columns, ApplyError> {
    let body = Body(content);
    body.only(&TEXTS.iter().map(|(member, _)| *member).collect::<Vec<_>>())?;
    let mut columns = Columns::default();
    columns.set("GUID", content.guid.as_str());
    columns.set("Name", content.name.as_str());
    columns.texts(&body, TEXTS);
    columns.set("FolderID", here.flat_folder("dataviewfolders", &content.placement)?);
    columns.set("UserClassName", here.class_name(body.flag("restricted"), row)?);
    Ok(columns)
}
