//! Searches, groups with what is subscribed and scheduled on them, remote and internal monitors.

use super::{EDITOR, Ids, SAVED, column, id_in};
use crate::{
    exports::{Column, Group, InternalMonitor, RemoteMonitor, Search},
    labtech::rows::{insert, with},
    library::Contents,
};
use sqlx::MySqlPool;

pub(super) async fn fill(pool: &MySqlPool, contents: &Contents, ids: &Ids) -> Result<(), sqlx::Error> {
    insert(pool, "sensorchecks", contents.searches.iter().map(|search| search_row(search, ids)).collect())
        .await?;
    insert(pool, "mastergroups", contents.groups.iter().map(|group| group_row(group, ids)).collect()).await?;
    let remote = contents.groups.iter().flat_map(|group| group.monitors.iter().map(move |one| (group, one)));
    let remote: Vec<_> = remote.zip(1 + ids.shift..).collect();
    let rows = remote.iter().map(|((group, monitor), id)| remote_row(group, monitor, *id, ids));
    insert(pool, "groupagents", rows.collect()).await?;
    let monitors = contents.monitors.iter().zip(1 + ids.shift..);
    insert(pool, "agents", monitors.clone().map(|(monitor, id)| monitor_row(monitor, id, ids)).collect())
        .await?;
    insert(pool, "groupdagents", monitors.take(3).map(|(_, id)| subscription(id, ids)).collect()).await?;
    let copies = remote.iter().map(|((_, monitor), id)| copy_row(monitor, 100_000 + id, ids));
    insert(pool, "agents", copies.collect()).await?;
    let member = |name: &str| vec![column("GroupID", id_in(&ids.groups, name)), column("ComputerID", "1")];
    insert(pool, "subgroups", vec![member("Servers")]).await?;
    insert(pool, "groupscripts", vec![schedule(ids)]).await
}

fn search_row(search: &Search, ids: &Ids) -> Vec<Column> {
    let folder = if search.name.starts_with("Windows") { "Inventory" } else { "Operations" };
    let changed = [
        ("SensID", id_in(&ids.searches, &search.guid)),
        ("FolderID", id_in(&ids.search_folders, folder)),
        ("UpdatedBy", EDITOR.into()),
        ("UpdateDate", SAVED.into()),
    ];
    with(search.row(), &changed)
}

fn search_id(search: Option<&Search>, ids: &Ids) -> String {
    search.map_or_else(|| "0".into(), |search| id_in(&ids.searches, &search.guid))
}

fn group_row(group: &Group, ids: &Ids) -> Vec<Column> {
    let parent = group.above.last().map_or_else(|| "0".into(), |name| id_in(&ids.groups, name));
    let parents: String = group.above.iter().map(|name| format!("{},", id_in(&ids.groups, name))).collect();
    let changed = [
        ("GroupID", id_in(&ids.groups, &group.name)),
        ("ParentID", parent),
        ("Parents", format!(",{parents}")),
        ("AutoJoinScript", search_id(group.search.as_ref(), ids)),
        ("Template", (1 + ids.shift).to_string()),
        ("MaintenanceID", (1 + ids.shift).to_string()),
        ("MaintWindowApplied", "0000-00-00 00:00:00".into()),
    ];
    with(group.row(), &changed)
}

fn remote_row(group: &Group, monitor: &RemoteMonitor, id: i64, ids: &Ids) -> Vec<Column> {
    let script = if monitor.interval == 3600 { ids.script("Collect support bundle") } else { 0 };
    let changed = [
        ("AgentID", id.to_string()),
        ("GroupID", id_in(&ids.groups, &group.name)),
        ("SearchID", search_id(monitor.limit.as_ref(), ids)),
        ("AlertAction", id_in(&ids.templates, "Default - Create Ticket")),
        ("ScriptID", script.to_string()),
        ("Category", id_in(&ids.categories, "Monitoring")),
        ("TicketCategory", id_in(&ids.categories, "Backup")),
        ("UpdatedBy", EDITOR.into()),
        ("UpdateDate", SAVED.into()),
    ];
    with(group.monitor_row(monitor), &changed)
}

fn monitor_row(monitor: &InternalMonitor, id: i64, ids: &Ids) -> Vec<Column> {
    let name = &monitor.name;
    let targets = if name.contains("Server") {
        format!("{},{},", id_in(&ids.groups, "Servers"), id_in(&ids.groups, "Exchange"))
    } else {
        "0".into()
    };
    vec![
        column("AgentID", id.to_string()),
        column("Name", name.as_str()),
        column("DriveID", targets),
        column("AlertAction", id_in(&ids.templates, &monitor.alert_template)),
        column("AlertMessage", format!("{name} is fine~~~All good.!!!{name}~~~%RESULT% on %COMPUTERNAME%")),
        column("interval", monitor.interval.to_string()),
        column("Where", "computers"),
        column("What", "RAWSQL"),
        column("DataOut", monitor.sql.as_str()),
        column("Comparor", "7"),
        column("DataIn", "0"),
        column("IDField", "ComputerID"),
        column("AlertStyle", "1"),
        column("LastScan", SAVED),
        column("FailCount", ids.shift.to_string()),
        column("Last_Date", SAVED),
        column("Last_User", EDITOR),
        column("ReportCategory", id_in(&ids.categories, "Monitoring")),
        column("TicketCategory", id_in(&ids.categories, "Security")),
        column("Flags", i64::from(!monitor.enabled).to_string()),
        column("GUID", monitor.guid.as_str()),
    ]
}

/// What a group says about a monitor for its own members: a local setting.
fn subscription(monitor: i64, ids: &Ids) -> Vec<Column> {
    vec![
        column("AgentID", monitor.to_string()),
        column("GroupID", id_in(&ids.groups, "Servers")),
        column("AlertAction", id_in(&ids.templates, "Operations - E-mail")),
        column("TicketCategory", id_in(&ids.categories, "Backup")),
    ]
}

/// A remote monitor as it runs on one computer; no content.
fn copy_row(monitor: &RemoteMonitor, id: i64, ids: &Ids) -> Vec<Column> {
    vec![
        column("AgentID", id.to_string()),
        column("Name", monitor.name.as_str()),
        column("ComputerID", (1 + ids.shift).to_string()),
        column("CheckAction", "6"),
        column("DataOut", monitor.check.as_str()),
        column("LastScan", SAVED),
        column("GUID", ""),
    ]
}

fn schedule(ids: &Ids) -> Vec<Column> {
    vec![
        column("GroupID", id_in(&ids.groups, "Weekend patching")),
        column("ScriptId", ids.script("Install missing patches").to_string()),
        column("SearchID", ids.search("Windows workstations").to_string()),
        column("aditionalschedules", ""),
    ]
}
