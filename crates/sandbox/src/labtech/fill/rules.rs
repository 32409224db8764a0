//! Alert templates, roles, extra data fields, data views.

use super::{EDITOR, Ids, SAVED, column, id_in};
use crate::{
    exports::{Column, ExtraField, guid_of},
    labtech::rows::{insert, with},
    library::Contents,
};
use sqlx::MySqlPool;

/// Days, beginning, end, action bits, contact, script, message.
type AlertRow =
    (&'static str, &'static str, &'static str, &'static str, &'static str, &'static str, &'static str);

/// An alert template.
pub(super) struct Template {
    pub(super) name: &'static str,
    comment: &'static str,
    rows: &'static [AlertRow],
}

pub(super) const TEMPLATES: &[Template] = &[
    Template {
        name: "Default - Create Ticket",
        comment: "A ticket at any hour.",
        rows: &[("127", "00:00:00", "23:59:00", "1024", "-1", "", "")],
    },
    Template {
        name: "Operations - E-mail",
        comment: "By e-mail in office hours, on the phone otherwise.",
        rows: &[
            ("62", "08:00:00", "17:59:00", "2", "0", "", "%NAME% on %COMPUTERNAME%"),
            ("62", "18:00:00", "07:59:00", "5", "-1", "", "After hours: %NAME%"),
            ("65", "00:00:00", "23:59:00", "5", "-1", "", "Weekend: %NAME%"),
        ],
    },
    Template {
        name: "△ Custom - Autofix",
        comment: "Runs a script, then makes a ticket.",
        rows: &[
            ("127", "00:00:00", "23:59:00", "512", "0", "Reset print spooler", ""),
            ("127", "00:00:00", "23:59:00", "1536", "-1", "Collect support bundle", "Not mended: %RESULT%"),
        ],
    },
];

/// Name, kind, what is looked for, the search that decides, the role above.
const ROLES: &[(&str, &str, &str, &str, &str)] = &[
    ("server", "Windows", "{%@OS.Type@%}", "Windows servers", ""),
    ("exchange", "Mail", "{%-service MSExchangeTransport-%}", "", "server"),
    ("sql", "Database", "{%_or|{%-service MSSQLSERVER-%}|{%-service SQLEXPRESS-%}%}", "", "server"),
];

/// Name, folder, fields, tables, condition.
const VIEWS: &[(&str, &str, &str, &str, &str)] = &[
    (
        "Synced scripts [DV]",
        "Audit",
        "s.ScriptName~s.ScriptVersion~s.Last_Date",
        "lt_scripts s",
        "s.ScriptGuid <> ''",
    ),
    (
        "Computers without contact",
        "Operations",
        "c.Name~c.LastContact",
        "computers c",
        "c.LastContact < NOW() - INTERVAL 7 DAY",
    ),
    (
        "Patch days",
        "Operations",
        "c.Name~e.`Patch day`",
        "computers c\r\nJOIN v_extradatacomputers e USING (ComputerID)",
        "",
    ),
    (
        "Monitors by template",
        "Audit",
        "a.Name~t.Name",
        "agents a JOIN alerttemplate t ON t.AlertActionID = a.AlertAction",
        "a.ComputerID = 0",
    ),
];

pub(super) async fn fill(pool: &MySqlPool, contents: &Contents, ids: &Ids) -> Result<(), sqlx::Error> {
    insert(pool, "alerttemplate", TEMPLATES.iter().map(|template| head(template, ids)).collect()).await?;
    insert(pool, "alerttemplates", TEMPLATES.iter().flat_map(|template| rows(template, ids)).collect())
        .await?;
    insert(pool, "extrafield", contents.fields.iter().map(|field| field_row(field, ids)).collect()).await?;
    let values = contents.fields.iter().flat_map(|field| [default_row(field, ids), value_row(field, ids)]);
    insert(pool, "extrafielddata", values.collect()).await?;
    insert(
        pool,
        "roledefinitions",
        ROLES.iter().zip(1 + ids.shift..).map(|(role, id)| role_row(role, id, ids)).collect(),
    )
    .await?;
    let assigned = vec![column("ComputerId", "1"), column("RoleDefinitionId", (1 + ids.shift).to_string())];
    insert(pool, "computerroledefinitions", vec![assigned]).await?;
    insert(
        pool,
        "dataviews",
        VIEWS.iter().zip(1 + ids.shift..).map(|(view, id)| view_row(view, id, ids)).collect(),
    )
    .await
}

fn head(template: &Template, ids: &Ids) -> Vec<Column> {
    vec![
        column("AlertActionID", id_in(&ids.templates, template.name)),
        column("GUID", guid_of(&format!("alert template {}", template.name))),
        column("Name", template.name),
        column("Comment", template.comment),
        column("Last_User", EDITOR),
        column("Last_Date", SAVED),
    ]
}

fn rows(template: &Template, ids: &Ids) -> Vec<Vec<Column>> {
    let row = |(number, row): (usize, &AlertRow)| {
        vec![
            column("AlertActionID", id_in(&ids.templates, template.name)),
            column("DayOfWeek", row.0),
            column("TimeStart", row.1),
            column("TimeEnd", row.2),
            column("AlertAction", row.3),
            column("ContactID", row.4),
            column("ScriptID", if row.5.is_empty() { "0".into() } else { ids.script(row.5).to_string() }),
            column("Message", row.6),
            column("GUID", guid_of(&format!("alert row {} {number}", template.name))),
        ]
    };
    template.rows.iter().enumerate().map(row).collect()
}

fn field_row(field: &ExtraField, ids: &Ids) -> Vec<Column> {
    let mut row = with(field.row(), &[("ID", id_in(&ids.fields, &field.guid))]);
    // Bits begin as 0 and take no text.
    row.retain(|(name, _)| !name.starts_with("Is"));
    row
}

/// The value that one computer, location or client has; such values are no content.
fn value_row(field: &ExtraField, ids: &Ids) -> Vec<Column> {
    with(default_row(field, ids), &[("ID", (1 + ids.shift).to_string()), ("Value", "of one alone".into())])
}

/// The value that counts where nobody chose one.
fn default_row(field: &ExtraField, ids: &Ids) -> Vec<Column> {
    vec![
        column("ExtraFieldID", id_in(&ids.fields, &field.guid)),
        column("ID", "0"),
        column("Value", field.options.first().cloned().unwrap_or_default()),
    ]
}

fn role_row(role: &(&str, &str, &str, &str, &str), id: i64, ids: &Ids) -> Vec<Column> {
    let guid = |name: &str| guid_of(&format!("role {name}"));
    vec![
        column("RoleDefinitionId", id.to_string()),
        column("RoleDetectionGuid", guid(role.0)),
        column("RoleName", format!("{} role", role.0)),
        column("RoleType", "Application"),
        column("RoleSubType", role.1),
        column("DetectionString", role.2),
        column("ComparisonOperator", "eq"),
        column("ComparisonResult", "1"),
        column("SearchId", ids.search(role.3).to_string()),
        column("ParentRoleDefinitionGuid", if role.4.is_empty() { String::new() } else { guid(role.4) }),
        column("OsType", "1"),
    ]
}

fn view_row(view: &(&str, &str, &str, &str, &str), id: i64, ids: &Ids) -> Vec<Column> {
    let fields = view.2.replace('~', ", ");
    vec![
        column("DataViewID", id.to_string()),
        column("GUID", guid_of(&format!("data view {}", view.0))),
        column("Name", view.0),
        column("FolderID", id_in(&ids.view_folders, view.1)),
        column("FieldList", view.2),
        column("ColumnList", view.2),
        column("SQLBody", format!("SELECT {fields}\r\nFROM {}", view.3)),
        column("SQLWhere", view.4),
        column("IDColumn", "Name"),
        column("ComputerLink", "ComputerID"),
        column("SortOrder", "ASC"),
    ]
}
