//! Role definitions (`roledefinitions`). Assignments to computers are what Automate finds at run time.

use super::{
    ApplyError,
    columns::{Body, Columns},
    directory::Directory,
};
use crate::canonical::role::TEXTS;
use domain::content::Canonical;

const MEMBERS: &[&str] = &[
    "role_type",
    "role_sub_type",
    "os_type",
    "detection",
    "comparison",
    "expected",
    "serial_key",
    "product_key",
    "is_remote",
    "is_support",
    "search",
    "parent",
];

/// The columns of a role definition.
pub(super) fn columns(content: &Canonical, here: &Directory) -> Result<Columns, ApplyError> {
    let body = Body(content);
    body.only(MEMBERS)?;
    let mut columns = Columns::default();
    columns.set("RoleDetectionGuid", content.guid.as_str());
    columns.set("RoleName", content.name.as_str());
    columns.numbers(&body, &[("os_type", "OsType")]);
    columns.texts(&body, TEXTS);
    columns.flags(&body, &[("is_remote", "IsRemote"), ("is_support", "IsSupport")]);
    columns.set("SearchId", here.id(body.text("search"))?);
    // The parent is held as its GUID; it must be here all the same.
    let parent = body.text("parent");
    here.id(parent)?;
    columns.set("ParentRoleDefinitionGuid", parent.strip_prefix("roles:").unwrap_or(parent));
    Ok(columns)
}
