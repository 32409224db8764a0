//! The library as Automate's rows. References inside steps are local ids, as in the database: only export files
//! hold GUIDs.

use crate::{
    exports::{Group, InternalMonitor, Script, ScriptStep, Search, guid_of, id_of},
    library::Contents,
};
use serde_json::{Value, json};
use std::collections::BTreeMap;

/// The rows of a resource; none when it is unknown.
pub(super) fn of(contents: &Contents, resource: &str, with_bodies: bool) -> Option<Vec<Value>> {
    Some(match resource {
        "scripts" => scripts(contents, with_bodies),
        "scriptfolders" => folders(contents),
        "groups" => contents.groups.iter().map(group).collect(),
        "searches" => contents.searches.iter().map(search).collect(),
        "searchfolders" => vec![json!({ "Id": "9", "Name": "Operations" })],
        "dataviews" => vec![json!({ "Id": "3", "Name": "Patch age", "FolderId": 2 })],
        "dataviewfolders" => vec![json!({ "Id": "2", "Name": "Operations" })],
        "monitors" => monitors(contents),
        _ => return None,
    })
}

fn scripts(contents: &Contents, with_bodies: bool) -> Vec<Value> {
    let scripts = contents.scripts.iter().map(|script| (script.guid.clone(), script.id));
    let fields = contents.fields.iter().map(|field| (field.guid.clone(), field.id));
    let ids: BTreeMap<String, i64> = scripts.chain(fields).collect();
    contents.scripts.iter().map(|script| self::script(script, &ids, with_bodies)).collect()
}

fn script(script: &Script, ids: &BTreeMap<String, i64>, with_bodies: bool) -> Value {
    let classes: Vec<i64> = script.permission.split(',').filter_map(|id| id.trim().parse().ok()).collect();
    let folder = folder_rows(script).pop();
    json!({
        "Id": script.id.to_string(),
        "Name": script.name,
        "Comments": script.notes,
        "GUID": script.guid,
        "Version": 1,
        "Folder": folder,
        "FullFolderPath": script.folders.join("\\"),
        "UpdateDate": "2026-10-12T14:06:48Z",
        "UpdatedBy": "m.weber@ops",
        "Permission": classes,
        "EditPermission": classes,
        "AutomationTime": 5,
        "Parameters": script.parameters,
        "IsComputerScript": true,
        "IsLocationScript": false,
        "IsMaintenanceScript": false,
        "IsFunctionScript": false,
        "IsOffline": false,
        "IsSystemScript": false,
        "ScriptData": with_bodies.then(|| body(script, ids)),
    })
}

fn body(script: &Script, ids: &BTreeMap<String, i64>) -> Value {
    let mut sorts = BTreeMap::new();
    let steps: Vec<Value> = script
        .steps
        .iter()
        .map(|step| {
            let sort: &mut i64 = sorts.entry(step.action).or_default();
            *sort += 1;
            self::step(step, *sort - 1, ids)
        })
        .collect();
    json!({
        "ScriptMetadata": {
            "ExtraDataFields": "", "Parameters": "", "Globals": "", "ScriptVersion": 1, "ScriptGuid": script.guid,
        },
        "ScriptSteps": steps,
    })
}

fn step(step: &ScriptStep, sort: i64, ids: &BTreeMap<String, i64>) -> Value {
    let param = |index: usize| {
        let text = step.params.get(index).map(String::as_str).unwrap_or_default();
        // Roles are named by GUID in the database as well.
        ids.get(text).map_or_else(|| text.replace('\n', "\r\n"), i64::to_string)
    };
    json!({
        "ScriptSection": step.action,
        "FunctionId": step.function,
        "Param1": param(0),
        "Param2": param(1),
        "Param3": param(2),
        "Param4": param(3),
        "Param5": param(4),
        "Sort": sort,
        "Continue": i64::from(step.continues),
        "OsLimit": step.os_limit,
        "Indentation": step.indentation,
    })
}

/// The folders of a script, outermost first.
fn folder_rows(script: &Script) -> Vec<Value> {
    let path = |depth: usize| script.folders[..depth].join("/");
    let row = |depth: usize| {
        let parent = if depth == 1 { 0 } else { id_of(&path(depth - 1)) };
        json!({
            "Id": id_of(&path(depth)).to_string(),
            "ParentId": parent.to_string(),
            "Name": script.folders[depth - 1],
            "GUID": guid_of(&format!("folder {}", path(depth))),
        })
    };
    (1..=script.folders.len()).map(row).collect()
}

fn folders(contents: &Contents) -> Vec<Value> {
    let rows = contents.scripts.iter().flat_map(folder_rows);
    let once: BTreeMap<String, Value> = rows.map(|row| (row["Id"].to_string(), row)).collect();
    once.into_values().collect()
}

fn group(group: &Group) -> Value {
    let full: Vec<&str> = group.above.iter().chain([&group.name]).map(String::as_str).collect();
    json!({
        "Id": id_of(&format!("group {}", group.name)).to_string(),
        "ParentId": group.above.last().map_or(0, |name| id_of(&format!("group {name}"))).to_string(),
        "Name": group.name,
        "FullName": full.join("."),
        "TypeId": 5,
        "TypeName": "Monitoring",
        "TemplatePriority": 5,
        "GUID": group.guid,
        "ComputersAutoJoinSearch": group.search.as_ref().map(search),
        "ComputersLimitToSearch": false,
        "NetworkDevicesLimitToSearch": false,
        "ContactsLimitToSearch": false,
        "ContactsJoinComputers": false,
        "Comments": group.notes,
        "ComputerPermissions": [],
        "Computers": [{ "Id": "1" }, { "Id": "2" }],
    })
}

fn search(search: &Search) -> Value {
    json!({
        "Id": search.id.to_string(),
        "Name": search.name,
        "SearchFolder": { "Id": "9", "Name": "Operations" },
        "IsReadOnly": true,
        "SearchType": "AdvancedComputers",
    })
}

fn monitors(contents: &Contents) -> Vec<Value> {
    let remote = contents.groups.iter().flat_map(|group| &group.monitors).map(|monitor| {
        json!({
            "MonitorId": id_of(&format!("copy of {}", monitor.name)),
            "Name": monitor.name,
            "IsInternalMonitor": false,
            "Targets": { "Computer": { "Id": "1" } },
        })
    });
    contents.monitors.iter().map(monitor).chain(remote).collect()
}

fn monitor(monitor: &InternalMonitor) -> Value {
    json!({
        "MonitorId": id_of(&format!("internal monitor {}", monitor.name)),
        "Name": monitor.name,
        "Guid": monitor.guid,
        "Version": 3,
        "IsInternalMonitor": true,
        "Interval": monitor.interval,
        "IdField": "ComputerID",
        "AlertAction": { "Id": 15, "Name": monitor.alert_template, "Comment": "" },
        "AlertStyle": { "InternalMonitorAlertStyle": { "Id": 1, "Name": "Once per day" } },
        "AlertMessages": {
            "SuccessSubject": format!("{} is fine", monitor.name),
            "SuccessMessage": "All good.",
            "FailureSubject": monitor.name,
            "FailureMessage": "%RESULT% on %COMPUTERNAME%",
        },
        "ComparerSettings": {
            "Comparer": { "Id": 7, "Name": "Equals" },
            "Value": { "SingleValueFormat": { "Value": "0" } },
        },
        "RoutineParameters": {
            "UnformattedMonitorParameters": {
                "Where": "computers", "What": "RAWSQL", "DataOut": monitor.sql, "IdField": "ComputerID",
            },
        },
        "MonitorState": { "Id": 1, "Name": if monitor.enabled { "Enabled" } else { "Disabled" } },
        "Targets": { "GroupIds": [] },
        "LastChecked": "2026-11-24T10:00:00Z",
        "FailureCount": 2,
    })
}
