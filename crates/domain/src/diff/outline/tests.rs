//! How the items of every type read.

use super::*;
use crate::content::{Folder, Guid, ItemKey, canonical::FORMAT};
use serde_json::json;

const KNOWN: &str = "99dfaf30-aea8-11e7-aeca-005056a37e1b";
const OTHER: &str = "aadfaf30-aea8-11e7-aeca-005056a37e1b";

fn item(content_type: ContentType, body: Value) -> Canonical {
    Canonical {
        format: FORMAT,
        content_type,
        guid: Guid::parse("88dfaf30-aea8-11e7-aeca-005056a37e1b").unwrap(),
        name: "Reset spooler".into(),
        body: body.as_object().cloned().unwrap(),
        placement: vec![],
        switches: Map::new(),
        depends_on: vec![],
    }
}

/// Of every type, the item `KNOWN` is called after its type; `OTHER` is known nowhere.
fn names() -> Names {
    let guid = Guid::parse(KNOWN).unwrap();
    Names::found(
        ContentType::ALL.map(|kind| (ItemKey::new(kind, guid.clone()), format!("Known {}", kind.singular()))),
    )
}

/// The lines of a section of an item of a type, names looked up.
fn reads(content_type: ContentType, body: Value, title: &str) -> Vec<String> {
    texts(&outline_with(&item(content_type, body), &names()), title)
}

fn texts(outline: &Outline, title: &str) -> Vec<String> {
    let section = outline.sections.iter().find(|section| section.title == title).unwrap();
    section.lines.iter().map(|line| format!("{}{}", "  ".repeat(line.indent.into()), line.text)).collect()
}

#[test]
fn a_script_reads_as_numbered_steps() {
    let step = |function: i64, params: Value, enabled: bool| {
        json!({"section": "then", "function": function, "params": params, "continue_on_failure": !enabled,
            "os_limit": if enabled { 0 } else { 17 }, "enabled": enabled, "indentation": 0})
    };
    let body = json!({"notes": "", "steps": [step(135, json!(["Stop-Service\nStart-Service"]), true), step(139, json!([":End"]), false)]});
    let outline = outline(&item(ContentType::Scripts, body));
    assert_eq!(
        texts(&outline, "Then"),
        [
            "PowerShell Command",
            "  PowerShell:",
            "    Stop-Service",
            "    Start-Service",
            "Script Note · only on Windows · continues on failure · disabled",
            "  Note: :End"
        ]
    );
}

#[test]
fn scripts_name_what_their_steps_point_at() {
    let step = |function: i64, params: Value| {
        json!({"section": "then", "function": function, "params": params, "continue_on_failure": false,
            "os_limit": 0, "enabled": true, "indentation": 0})
    };
    let body = json!({
        "flags": 0, "targets": {"computer": true, "location": false, "maintenance": true, "function": false},
        "extra_data_fields": [format!("extra-fields:{KNOWN}"), "extra-fields:local:4"],
        "steps": [
            step(17, json!([format!("scripts:{KNOWN}"), "1"])),
            step(17, json!([format!("scripts:{OTHER}")])),
            step(2, json!(["123", "", format!("groups:{KNOWN},groups:{OTHER},77")])),
            step(5, json!(["@a@", "8", "x"])),
            step(236, json!([format!("Exchange:{KNOWN}")])),
            step(236, json!([format!("Exchange:{OTHER}")])),
        ],
    });
    assert_eq!(
        reads(ContentType::Scripts, body.clone(), "Then"),
        [
            "Script Run",
            "  Script: Known script",
            "  Delay in minutes: 1",
            "Script Run",
            &format!("  Script: not known here ({OTHER})"),
            "LabTech Command",
            "  Command: 123",
            "  Groups:",
            "    – Known group (group)",
            &format!("    – group not known here ({OTHER})"),
            "    – 77",
            "Variable Check",
            "  Variable: @a@",
            "  Comparison: contains (8)",
            "  Value: x",
            "Role Detected",
            "  Role definition: Known role definition",
            "Role Detected",
            &format!("  Role definition: Exchange, not known here ({OTHER})"),
        ]
        .map(str::to_owned)
    );
    assert_eq!(
        reads(ContentType::Scripts, body, "Settings"),
        [
            "Extra data fields:",
            "  – Known extra data field (extra data field)",
            "  – extra data field number 4 of the source",
            "Script flags: none (0)",
            "Kind of script: computer, maintenance",
        ]
    );
}

#[test]
fn what_points_at_a_known_item_leads_there() {
    let body = json!({"targets": [format!("groups:{KNOWN}"), format!("groups:{OTHER}")]});
    let outline = outline_with(&item(ContentType::InternalMonitors, body), &names());
    let lines = &outline.sections.iter().find(|section| section.title == "Settings").unwrap().lines;
    let about = lines[1].about.as_ref().unwrap();
    assert_eq!((about.item.to_string(), about.start, about.end), (format!("groups:{KNOWN}"), 2, 13));
    assert!(lines[2].about.is_none(), "{:?}", lines[2]);
}

#[test]
fn internal_monitors_read_as_words() {
    let body = json!({
        "alert_style": 0, "interval": 900, "comparor": 7, "what": "RAWSQL", "where": "computers", "data_in": "0",
        "id_field": "ComputerID", "alert_template": "alert-templates:name:Mail us", "sql": "SELECT 1",
        "targets": [format!("groups:{KNOWN}")], "ticket_category": "categories:name:Security",
    });
    assert_eq!(
        reads(ContentType::InternalMonitors, body, "Settings"),
        [
            "Alert style: once, when it fails after a success (0)",
            "Alert template: Mail us",
            "Comparison code: 7",
            "Compared with: 0",
            "Identity field: ComputerID",
            "Interval: every 15 minutes (900 seconds)",
            "Targets:",
            "  – Known group (group)",
            "Ticket category: Security",
            "Field: RAWSQL",
            "Table: computers",
        ]
    );
}

#[test]
fn remote_monitors_read_as_words() {
    let body = json!({
        "alert_style": 1, "interval": 86400, "check_action": 6, "comparor": 1, "script_target": 1,
        "group": format!("groups:{KNOWN}"), "limit": format!("searches:{OTHER}"),
        "script": format!("scripts:{KNOWN}"), "alert_template": format!("alert-templates:{KNOWN}"),
    });
    let on = Canonical {
        placement: vec![Folder { guid: None, name: "Servers".into() }],
        ..item(ContentType::RemoteMonitors, body.clone())
    };
    assert_eq!(texts(&outline(&on), GENERAL), ["Name: Reset spooler", "On the group: Servers"]);
    assert_eq!(
        reads(ContentType::RemoteMonitors, body, "Settings"),
        [
            "Alert style: once (1)",
            "Alert template: Known alert template",
            "Kind of check (code): 6",
            "Comparison code: 1",
            "Group: Known group",
            "Interval: every day (86400 seconds)",
            &format!("Limited to: search not known here ({OTHER})"),
            "Script: Known script",
            "Script target (code): 1",
        ]
        .map(str::to_owned)
    );
}

#[test]
fn groups_read_as_words() {
    let body = json!({
        "group_type": 5, "priority": 5, "limit_to_search": true, "master": 1,
        "auto_join": format!("searches:{KNOWN}"), "network_join": "searches:local:7",
    });
    let group = item(ContentType::Groups, body.clone());
    assert_eq!(texts(&outline(&group), GENERAL), ["Name: Reset spooler", "Below the group: (top level)"]);
    assert_eq!(
        reads(ContentType::Groups, body, "Settings"),
        [
            "Computers join by: Known search (search)",
            "Group type: monitoring (5)",
            "Limit to search: yes",
            "Master: master (1)",
            "Network devices join by: search number 7 of the source",
            "Priority: 5",
        ]
    );
}

#[test]
fn searches_read_as_sentences() {
    let leaf = |key: &str, operator: &str, display: &str, value: &str| json!({"node": "ComparisonNode", "label": key, "key": key, "operator": operator, "display": display, "value": value});
    let role = leaf("Computer.LabTech.Roles", "HasRole", "Exchange", &format!("roles:{KNOWN}"));
    let lost = leaf("Computer.LabTech.Roles", "NotHasRole", "Exchange", &format!("roles:{OTHER}"));
    let field = leaf(&format!("Computer.Edf.{KNOWN}"), "Equals", "Gold", "Gold");
    let body = json!({"query_type": 4, "tree": [
        {"node": "OrNode", "children": [role, lost, field, leaf("Computer.Type", "LessThanEqual", "Server", "2")]},
        leaf("Computer.Edf.x", "IsAssigned", "", ""),
        leaf("Computer.Comment", "Equals", "", ""),
    ]});
    assert_eq!(
        reads(ContentType::Searches, body.clone(), "Search"),
        [
            "Any of",
            "  Computer.LabTech.Roles has the role Known role definition (role definition)",
            &format!(
                "  Computer.LabTech.Roles does not have the role Exchange, role definition not known here ({OTHER})"
            ),
            "  Computer: Known extra data field (extra data field) equals Gold",
            "  Computer.Type is at most Server (2)",
            "Computer.Edf.x is assigned",
            "Computer.Comment equals (nothing)",
        ]
        .map(str::to_owned)
    );
    assert_eq!(reads(ContentType::Searches, body, "Settings"), ["Query type: advanced search (4)"]);
}

#[test]
fn extra_fields_roles_and_data_views_read_as_words() {
    let field = json!({"form": 1, "field_type": 2, "sort": 3, "is_password": false, "uneditable": true});
    assert_eq!(
        reads(ContentType::ExtraFields, field, "Settings"),
        [
            "Field type: drop-down (2)",
            "Belongs to: computers (1)",
            "Is password: no",
            "Order: 3",
            "Read only: yes"
        ]
    );
    let role = json!({"comparison": "eq", "os_type": 1, "search": format!("searches:{KNOWN}"),
        "parent": format!("roles:{OTHER}"), "is_remote": true});
    assert_eq!(
        reads(ContentType::Roles, role, "Settings"),
        [
            "Comparison: equals (eq)",
            "Is remote: yes",
            "Operating system (code): 1",
            &format!("Parent: role definition not known here ({OTHER})"),
            "Search: Known search",
        ]
        .map(str::to_owned)
    );
    let view = json!({"id_column": "ComputerID", "sql_where": "1 = 1", "sort_order": "ASC"});
    assert_eq!(
        reads(ContentType::DataViews, view, "Settings"),
        ["ID column: ComputerID", "Sort order: ASC", "SQL condition: 1 = 1"]
    );
}

#[test]
fn rows_of_a_template_read_as_rows() {
    let body = json!({"comment": "x", "alerts": [
        {"days": 127, "actions": 1536, "trump": 0, "warning_actions": 0, "start": "08:00:00", "contact": -1,
            "script": format!("scripts:{KNOWN}")},
        {"days": 62, "actions": 3},
    ]});
    assert_eq!(
        reads(ContentType::AlertTemplates, body, "Alerts"),
        [
            "Row",
            "  Actions: run a script, create a ticket (1536)",
            "  Contact: one of the special contacts (-1)",
            "  Days: every day (127)",
            "  Script: Known script",
            "  Start: 08:00:00",
            "  Overrules others: no (0)",
            "  Warning actions: none (0)",
            "Row",
            "  Actions: others (bits 3) (3)",
            "  Days: 5 of the 7 days (bits 62)",
        ]
    );
}

#[test]
fn switches_read_as_words() {
    let mut monitor = item(ContentType::InternalMonitors, json!({}));
    monitor.switches = json!({"enabled": false, "restricted": true}).as_object().cloned().unwrap();
    assert_eq!(
        texts(&outline(&monitor), GENERAL),
        ["Name: Reset spooler", "Enabled: no", "Use is restricted: yes"]
    );
}

#[test]
fn a_search_reads_as_a_tree_with_its_sql() {
    let leaf =
        json!({"node": "ComparisonNode", "label": "Computer.Name", "operator": "Contains", "display": "SRV"});
    let body = json!({"tree": [{"node": "AndNode", "children": [leaf]}], "sql": "SELECT 1"});
    let outline = outline(&item(ContentType::Searches, body));
    assert_eq!(texts(&outline, "Search"), ["All of", "  Computer.Name contains SRV"]);
    assert_eq!(texts(&outline, "SQL"), ["SELECT 1"]);
}
