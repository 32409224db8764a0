//! Script folders and scripts: inside the database a call holds the local id of what it calls.

use super::{EDITOR, Ids, SAVED, column, id_in};
use crate::{
    exports::{Column, Script, ScriptStep, guid_of, pack},
    labtech::{
        Shape,
        rows::{insert, with},
    },
    library::Contents,
};
use sqlx::MySqlPool;
use std::collections::BTreeMap;

/// The library's scripts, one that points at everything that a script can point at, and as many small ones as
/// the shape asks for.
pub(super) fn all(contents: &Contents, shape: Shape) -> Vec<Script> {
    let mut scripts = contents.scripts.clone();
    scripts.push(Script::new("Route after hours").folder("Operations").folder("Alerting"));
    let more = shape.scripts.saturating_sub(scripts.len());
    scripts.extend((0..more).map(small));
    scripts
}

fn small(number: usize) -> Script {
    let mut script = Script::new(&format!("Bulk script {number:05}"))
        .folder("Bulk")
        .folder(&format!("Folder {:04}", number / 100))
        .step(ScriptStep::new(1, &[]).in_section(1))
        .step(ScriptStep::note(&format!("Script number {number}")))
        .step(ScriptStep::powershell("Get-Service | Where-Object Status -eq 'Stopped'"))
        .step(ScriptStep::log("%shellresult%"));
    if number % 10 == 9 {
        let before = guid_of(&format!("Bulk script {:05}", number - 1));
        script = script.step(ScriptStep::new(17, &[&before, "1"]));
    }
    script.level = 1;
    script
}

pub(super) async fn fill(pool: &MySqlPool, scripts: Vec<Script>, ids: &Ids) -> Result<(), sqlx::Error> {
    let folders = folders(&scripts, ids.shift);
    let folder_rows = folders.iter().map(|(path, id)| folder_row(path, *id, &folders)).collect();
    insert(pool, "scriptfolders", folder_rows).await?;
    let mut rows = Vec::with_capacity(1000);
    for script in scripts {
        rows.push(row(script, ids, &folders));
        if rows.len() == 1000 {
            insert(pool, "lt_scripts", std::mem::take(&mut rows)).await?;
        }
    }
    insert(pool, "lt_scripts", rows).await
}

/// Every folder and those above it, numbered.
fn folders(scripts: &[Script], shift: i64) -> BTreeMap<String, i64> {
    let paths = scripts
        .iter()
        .flat_map(|script| (1..=script.folders.len()).map(|depth| (script.folders[..depth].join("/"), 0)));
    let paths: BTreeMap<String, i64> = paths.collect();
    paths.into_keys().zip(1 + shift..).collect()
}

fn folder_row(path: &str, id: i64, folders: &BTreeMap<String, i64>) -> Vec<Column> {
    let (above, name) = path.rsplit_once('/').unwrap_or(("", path));
    vec![
        column("FolderID", id.to_string()),
        column("ParentID", id_in(folders, above)),
        column("Name", name),
        column("GUID", guid_of(&format!("folder {path}"))),
    ]
}

fn row(mut script: Script, ids: &Ids, folders: &BTreeMap<String, i64>) -> Vec<Column> {
    script.steps.iter_mut().for_each(|step| localise(step, ids));
    if script.name == "Route after hours" {
        script.steps.extend(routing(ids));
    }
    script.shift = 0;
    let id = id_in(&ids.scripts, &script.guid);
    let body = pack(script.body().as_bytes(), script.level);
    let licence = pack(script.licence.as_bytes(), 1);
    let version = (1 + ids.shift).to_string();
    let row = vec![
        column("ScriptId", id),
        column("FolderId", id_in(folders, &script.folders.join("/"))),
        column("ScriptName", script.name.as_str()),
        column("ScriptNotes", script.notes.as_str()),
        column("Permission", script.permission.as_str()),
        column("EditPermission", script.permission.as_str()),
        column("ComputerScript", "1"),
        column("LicenseData", licence),
        column("ScriptData", body),
        column("ScriptVersion", version),
        column("ScriptGuid", script.guid.as_str()),
        column("Parameters", script.parameters.join("|")),
    ];
    with(row, &[("Last_User", EDITOR.into()), ("Last_Date", SAVED.into())])
}

/// From the GUIDs of exports to local ids.
fn localise(step: &mut ScriptStep, ids: &Ids) {
    let local = match step.function {
        17 => &ids.scripts,
        103 => &ids.fields,
        _ => return,
    };
    if let Some(first) = step.params.first_mut()
        && let Some(id) = local.get(first.as_str())
    {
        *first = id.to_string();
    }
}

/// Steps that hold local ids of every kind.
fn routing(ids: &Ids) -> Vec<ScriptStep> {
    let groups = format!("{},{},", id_in(&ids.groups, "Servers"), id_in(&ids.groups, "Exchange"));
    let template = id_in(&ids.templates, "Operations - E-mail");
    let script = ids.script("Collect support bundle").to_string();
    let field = ids.fields.values().next().copied().unwrap_or(0).to_string();
    vec![
        ScriptStep::new(1, &[]).in_section(1),
        ScriptStep::new(2, &["Send Message", "after hours", &groups]),
        ScriptStep::new(146, &["SELECT ComputerID FROM computers", &script]),
        ScriptStep::new(80, &[&field, "Saturday", "%computerid%"]),
        ScriptStep::new(183, &["%computerid%", "After hours", "", "", &template]),
    ]
}
