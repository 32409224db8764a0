//! Role definitions (`roledefinitions`). Which computer has which role is run-time state.

use super::{Attached, Builder, Known};
use crate::export::{Row, Wrong};
use domain::content::ContentType;
use services::ports::reader::ReadItem;

/// Members and the columns that hold them, for reading and for applying.
pub(crate) const TEXTS: &[(&str, &str)] = &[
    ("role_type", "RoleType"),
    ("role_sub_type", "RoleSubType"),
    ("detection", "DetectionString"),
    ("comparison", "ComparisonOperator"),
    ("expected", "ComparisonResult"),
    ("serial_key", "SerialKeyString"),
    ("product_key", "ProductKeyString"),
];

/// A role's row.
pub fn read(row: &Row, _: &Attached, known: &Known) -> Result<ReadItem, Wrong> {
    let guid = row.guid("RoleDetectionGuid")?;
    let mut item = Builder::new(row, "RoleName")?;
    item.texts(row, TEXTS);
    item.numbers(row, &[("os_type", "OsType")]);
    item.flags(row, &[("is_remote", "IsRemote"), ("is_support", "IsSupport")]);
    item.search("search", row, "SearchId", known);
    item.refer("parent", ContentType::Roles, row.guid("ParentRoleDefinitionGuid").ok().as_ref());
    Ok(item.finish(ContentType::Roles, guid, row, "RoleDefinitionId"))
}
