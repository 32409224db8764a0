//! The tables that are read, and their columns (`automate-api.md` section 3).
//!
//! Explicit lists: columns change between patches. A column that is not listed is never read, so neither
//! passwords of agent templates and system properties nor run-time state reach Tandem.

use domain::content::ContentType;

/// A table.
#[derive(Debug)]
pub(super) struct Table {
    pub(super) name: &'static str,
    /// The column that numbers the rows.
    pub(super) id: &'static str,
    /// Without these nothing can be made of a row.
    pub(super) needed: &'static [&'static str],
    /// Columns that are empty where a patch does not have them.
    pub(super) wanted: &'static [&'static str],
    /// Columns that are known and left alone.
    pub(super) ignored: &'static [&'static str],
    /// Which rows.
    pub(super) only: &'static str,
    /// What is read of every row of a large table at first; whole rows are fetched where they changed
    /// ([`super::signals`]). Empty: the table is read whole.
    pub(super) heads: &'static [&'static str],
}

/// What a type needs: its own table first, then those that its references lead to.
pub(super) fn needed(kind: ContentType) -> &'static [&'static Table] {
    match kind {
        ContentType::Scripts => &[&SCRIPTS, &SCRIPT_FOLDERS, &EXTRA_FIELDS, &GROUPS, &ALERT_TEMPLATES],
        ContentType::InternalMonitors => &[&MONITORS, &ALERT_TEMPLATES, &GROUPS, &CATEGORIES],
        ContentType::RemoteMonitors => {
            &[&REMOTE_MONITORS, &GROUPS, &SEARCHES, &ALERT_TEMPLATES, &SCRIPT_NAMES, &CATEGORIES]
        }
        ContentType::Groups => &[&GROUPS, &SEARCHES],
        ContentType::Searches => &[&SEARCHES, &SEARCH_FOLDERS],
        ContentType::DataViews => &[&DATA_VIEWS, &VIEW_FOLDERS],
        ContentType::ExtraFields => &[&EXTRA_FIELDS, &EXTRA_DEFAULTS],
        ContentType::Roles => &[&ROLES, &SEARCHES],
        ContentType::AlertTemplates => &[&ALERT_TEMPLATES, &ALERT_ROWS, &SCRIPT_NAMES],
    }
}

/// The rows that belong to the items of a type beside their own: the table, and the column that names the item.
pub(super) fn below(kind: ContentType) -> Option<(&'static Table, &'static str)> {
    match kind {
        ContentType::AlertTemplates => Some((&ALERT_ROWS, "AlertActionID")),
        ContentType::ExtraFields => Some((&EXTRA_DEFAULTS, "ExtraFieldID")),
        _ => None,
    }
}

pub(super) const SCRIPTS: Table = Table {
    name: "lt_scripts",
    id: "ScriptId",
    needed: &["ScriptGuid", "ScriptName", "FolderId", "ScriptData"],
    wanted: &[
        "ScriptNotes",
        "Permission",
        "EditPermission",
        "ComputerScript",
        "LocationScript",
        "MaintenanceScript",
        "FunctionScript",
        "ScriptFlags",
        "Parameters",
        "Last_User",
        "Last_Date",
    ],
    ignored: &["LicenseData", "ScriptVersion"],
    only: "",
    heads: &["ScriptGuid", "ScriptName", "FolderId"],
};

/// Scripts as what they are called from: without their bodies.
pub(super) const SCRIPT_NAMES: Table = Table {
    name: "lt_scripts",
    id: "ScriptId",
    needed: &["ScriptGuid"],
    wanted: &[],
    ignored: &[],
    only: "",
    heads: &[],
};

pub(super) const SCRIPT_FOLDERS: Table = Table {
    name: "scriptfolders",
    id: "FolderID",
    needed: &["ParentID", "Name"],
    wanted: &["GUID"],
    ignored: &[],
    only: "",
    heads: &[],
};

pub(super) const MONITORS: Table = Table {
    name: "agents",
    id: "AgentID",
    needed: &["GUID", "Name", "DataOut", "Flags", "ComputerID"],
    wanted: &[
        "DriveID",
        "CheckAction",
        "AlertAction",
        "AlertMessage",
        "interval",
        "Where",
        "What",
        "Comparor",
        "DataIn",
        "IDField",
        "AlertStyle",
        "ReportCategory",
        "TicketCategory",
        "Last_Date",
        "Last_User",
    ],
    ignored: &[
        "LocID",
        "ClientID",
        "ContactID",
        "LastScan",
        "LastFailed",
        "FailCount",
        "Changed",
        "WarningCount",
        "DeviceId",
        "AgentDefaultGUID",
    ],
    only: "ComputerID = 0 AND CheckAction = 0",
    heads: &[],
};

pub(super) const REMOTE_MONITORS: Table = Table {
    name: "groupagents",
    id: "AgentID",
    needed: &["GUID", "Name", "GroupID"],
    wanted: &[
        "SearchID",
        "CheckAction",
        "AlertAction",
        "AlertMessage",
        "interval",
        "Where",
        "What",
        "DataOut",
        "Comparor",
        "DataIn",
        "IDField",
        "AlertStyle",
        "ScriptID",
        "datacollector",
        "Category",
        "TicketCategory",
        "ScriptTarget",
        "UpdatedBy",
        "UpdateDate",
    ],
    ignored: &["ContactID"],
    only: "",
    heads: &[],
};

pub(super) const GROUPS: Table = Table {
    name: "mastergroups",
    id: "GroupID",
    needed: &["GUID", "Name", "ParentID"],
    wanted: &[
        "Notes",
        "GroupType",
        "Priority",
        "LimitToParent",
        "Master",
        "AutoJoinScript",
        "NetworkJoin",
        "NetworkJoinOptions",
        "ContactJoin",
        "ContactJoinOptions",
        "Permissions",
    ],
    ignored: &[
        "Parents",
        "Children",
        "depth",
        "FullName",
        "NetworkPermissions",
        "ContactPermissions",
        "Template",
        "Control",
        "ControlID",
        "assetID",
        "MaintenanceID",
        "MaintWindowApplied",
    ],
    only: "",
    heads: &[],
};

pub(super) const SEARCHES: Table = Table {
    name: "sensorchecks",
    id: "SensID",
    needed: &["GUID", "Name", "SearchXML"],
    wanted: &["SQL", "QueryType", "ListDATA", "FolderID", "UpdatedBy", "UpdateDate"],
    ignored: &[],
    only: "",
    heads: &[],
};

pub(super) const SEARCH_FOLDERS: Table = Table {
    name: "searchfolders",
    id: "FolderID",
    needed: &["Name"],
    wanted: &[],
    ignored: &[],
    only: "",
    heads: &[],
};

pub(super) const DATA_VIEWS: Table = Table {
    name: "dataviews",
    id: "DataViewID",
    needed: &["GUID", "Name", "SQLBody"],
    wanted: &[
        "FolderID",
        "FieldList",
        "ColumnList",
        "HiddenList",
        "SQLWhere",
        "IDColumn",
        "ClientLink",
        "ComputerLink",
        "LocationLink",
        "SortField",
        "SortOrder",
        "GroupField",
        "FilterControl",
        "FormatControl",
        "IconControl",
        "SystemPermission",
        "SystemPermissionHigh",
        "UserClassName",
    ],
    ignored: &[],
    only: "",
    heads: &[],
};

pub(super) const VIEW_FOLDERS: Table = Table { name: "dataviewfolders", ..SEARCH_FOLDERS };

pub(super) const EXTRA_FIELDS: Table = Table {
    name: "extrafield",
    id: "ID",
    needed: &["LtGuid", "Name", "Form"],
    wanted: &[
        "Sort",
        "NoBreak",
        "FType",
        "Section",
        "UnEditable",
        "Collapsed",
        "Fill",
        "IsPassword",
        "IsEncrypted",
        "IsHidden",
        "IsRestricted",
    ],
    ignored: &["ViewPermissions", "EditPermissions"],
    only: "",
    heads: &[],
};

/// Default values: those of no computer, location or client in particular. Nobody's own values are read.
pub(super) const EXTRA_DEFAULTS: Table = Table {
    name: "extrafielddata",
    id: "ExtraFieldID",
    needed: &["ID", "Value"],
    wanted: &[],
    ignored: &[],
    only: "ID = 0",
    heads: &[],
};

pub(super) const ROLES: Table = Table {
    name: "roledefinitions",
    id: "RoleDefinitionId",
    needed: &["RoleDetectionGuid", "RoleName", "DetectionString"],
    wanted: &[
        "RoleType",
        "RoleSubType",
        "ComparisonOperator",
        "ComparisonResult",
        "SerialKeyString",
        "ProductKeyString",
        "IsRemote",
        "SearchId",
        "IsSupport",
        "ParentRoleDefinitionGuid",
        "OsType",
    ],
    ignored: &[],
    only: "",
    heads: &[],
};

pub(super) const ALERT_TEMPLATES: Table = Table {
    name: "alerttemplate",
    id: "AlertActionID",
    needed: &["GUID", "Name"],
    wanted: &["Comment", "Permission", "EditPermission", "Last_User", "Last_Date"],
    ignored: &[],
    only: "",
    heads: &[],
};

pub(super) const ALERT_ROWS: Table = Table {
    name: "alerttemplates",
    id: "AlertID",
    needed: &["AlertActionID", "AlertAction"],
    wanted: &[
        "DayOfWeek",
        "TimeStart",
        "TimeEnd",
        "ContactID",
        "ScriptID",
        "Message",
        "Trump",
        "WarningAction",
    ],
    ignored: &["UserID", "GUID"],
    only: "",
    heads: &[],
};

pub(super) const CATEGORIES: Table = Table {
    name: "infocategory",
    id: "ID",
    needed: &["CategoryName"],
    wanted: &[],
    ignored: &[],
    only: "",
    heads: &[],
};
