//! Where each content type stands, and which of its columns are written.

use super::{
    ApplyError, alert_template,
    columns::{Cell, Columns},
    data_view,
    directory::Directory,
    extra_field, group, internal_monitor, remote_monitor, role, script, search,
};
use crate::export::Row;
use domain::content::{Canonical, ContentType};

/// Where the rows of a type stand.
#[derive(Debug, Clone, Copy)]
pub(super) struct Place {
    /// The table.
    pub(super) table: &'static str,
    /// The column of the local id.
    pub(super) id: &'static str,
    /// The column of the GUID.
    pub(super) guid: &'static str,
    /// The column of the name.
    pub(super) name: &'static str,
}

/// Every table that is written to, for the checks at the start.
pub(super) const TABLES: &[&str] = &[
    "lt_scripts",
    "scriptfolders",
    "agents",
    "groupagents",
    "mastergroups",
    "sensorchecks",
    "dataviews",
    "dataviewfolders",
    "searchfolders",
    "extrafield",
    "extrafielddata",
    "roledefinitions",
    "alerttemplate",
    "alerttemplates",
    "infocategory",
];

/// The place of a type.
pub(super) fn place(content_type: ContentType) -> Place {
    let of = |table, id, guid, name| Place { table, id, guid, name };
    match content_type {
        ContentType::Scripts => of("lt_scripts", "ScriptId", "ScriptGuid", "ScriptName"),
        ContentType::InternalMonitors => of("agents", "AgentID", "GUID", "Name"),
        ContentType::RemoteMonitors => of("groupagents", "AgentID", "GUID", "Name"),
        ContentType::Groups => of("mastergroups", "GroupID", "GUID", "Name"),
        ContentType::Searches => of("sensorchecks", "SensID", "GUID", "Name"),
        ContentType::DataViews => of("dataviews", "DataViewID", "GUID", "Name"),
        ContentType::ExtraFields => of("extrafield", "ID", "LtGuid", "Name"),
        ContentType::Roles => of("roledefinitions", "RoleDefinitionId", "RoleDetectionGuid", "RoleName"),
        ContentType::AlertTemplates => of("alerttemplate", "AlertActionID", "GUID", "Name"),
    }
}

/// The columns that an item is written to; `row` is what stands there now.
pub(super) fn columns(
    content: &Canonical,
    here: &Directory,
    row: Option<&Row>,
) -> Result<Columns, ApplyError> {
    let number = |column: &str, otherwise| row.map_or(otherwise, |row| row.number(column));
    match content.content_type {
        ContentType::Scripts => script::columns(content, here, row, number("ScriptVersion", 1)),
        ContentType::InternalMonitors => internal_monitor::columns(content, here, number("Flags", 0)),
        ContentType::RemoteMonitors => remote_monitor::columns(content, here),
        ContentType::Groups => group::columns(content, here),
        ContentType::Searches => search::columns(content, here),
        ContentType::DataViews => data_view::columns(content, here, row),
        ContentType::ExtraFields => extra_field::columns(content),
        ContentType::Roles => role::columns(content, here),
        ContentType::AlertTemplates => alert_template::columns(content, here, row),
    }
}

/// What only a new row gets.
pub(super) fn first(content: &Canonical) -> Result<Columns, ApplyError> {
    match content.content_type {
        ContentType::Scripts => script::first(content),
        ContentType::InternalMonitors => Ok(internal_monitor::first()),
        _ => Ok(Columns::default()),
    }
}

/// Marks of a change, by which Automate's own programs notice it: who, when, and a script's counter.
pub(super) fn stamps(
    content: &Canonical,
    here: &Directory,
    row: Option<&Row>,
) -> Result<Columns, ApplyError> {
    let mut stamps = Columns::default();
    let (user, time) = match content.content_type {
        ContentType::Scripts | ContentType::InternalMonitors | ContentType::AlertTemplates => {
            ("Last_User", "Last_Date")
        }
        ContentType::RemoteMonitors | ContentType::Searches => ("UpdatedBy", "UpdateDate"),
        _ => return Ok(stamps),
    };
    stamps.set(user, EDITOR);
    stamps.set(time, Cell::Now);
    if let (ContentType::Scripts, Some(row)) = (content.content_type, row) {
        let version = row.number("ScriptVersion") + 1;
        stamps.set("ScriptVersion", version);
        if let Some(body) = script::columns(content, here, Some(row), version)?.get("ScriptData") {
            stamps.set("ScriptData", body.clone());
        }
    }
    Ok(stamps)
}

/// Who is named as the last editor. Some exporters break on a name without an `@`.
const EDITOR: &str = "tandem@receiver";
