//! Data views (`dataviews`). Who may see one is local, apart from whether that is limited at all.

use super::{Attached, Builder, Known, flat};
use crate::export::{Row, Wrong};
use domain::content::ContentType;
use services::ports::reader::ReadItem;

/// Members and the columns that hold them, for reading and for applying.
pub(crate) const TEXTS: &[(&str, &str)] = &[
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

/// A data view's row.
pub fn read(row: &Row, _: &Attached, known: &Known) -> Result<ReadItem, Wrong> {
    let guid = row.guid("GUID")?;
    let mut item = Builder::new(row, "Name")?;
    item.placement = flat(&known.view_folders, row);
    item.texts(row, TEXTS);
    item.switches.insert("restricted".into(), (!row.text("UserClassName").is_empty()).into());
    Ok(item.finish(ContentType::DataViews, guid, row, "DataViewID"))
}
