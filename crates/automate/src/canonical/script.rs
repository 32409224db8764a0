//! Scripts (`lt_scripts`).

use super::{Builder, Known};
use crate::export::{Row, Wrong, body};
use domain::content::{ContentType, Guid, Reference, script::Step};
use serde_json::json;
use services::ports::reader::ReadItem;

/// A script's row.
pub fn read(row: &Row, known: &Known) -> Result<ReadItem, Wrong> {
    let guid = row.guid("ScriptGuid")?;
    let mut decoded = body::decode(row.raw("ScriptData"), row.line)?;
    let mut item = Builder::new(row.text("ScriptName"));
    item.placement = known.path(row.number("FolderId"));
    item.set("notes", row.text("ScriptNotes"));
    item.set(
        "targets",
        json!({
            "computer": row.flag("ComputerScript"),
            "location": row.flag("LocationScript"),
            "maintenance": row.flag("MaintenanceScript"),
            "function": row.flag("FunctionScript"),
        }),
    );
    item.set("flags", row.number("ScriptFlags"));
    item.set("parameters", parameters(row, &decoded));
    item.set("globals", std::mem::take(&mut decoded.globals));
    item.set("extra_data_fields", std::mem::take(&mut decoded.extra_data_fields));
    for step in &mut decoded.steps {
        refer(step, known, &mut item);
    }
    item.set("steps", json!(decoded.steps));
    item.switches.insert("restricted".into(), row.limits("Permission").into());
    item.switches.insert("edit_restricted".into(), row.limits("EditPermission").into());
    item.finish(ContentType::Scripts, guid, row, "ScriptId")
}

fn parameters(row: &Row, decoded: &body::Body) -> Vec<String> {
    let column = row.text("Parameters");
    if column.is_empty() {
        return decoded.parameters.clone();
    }
    column.split(['|', ',']).map(|name| name.trim().to_owned()).filter(|name| !name.is_empty()).collect()
}

/// Which parameter of which function names another item (`automate-api.md` section 5).
fn target(function: i64, index: usize) -> Option<ContentType> {
    match (function, index) {
        (17 | 92 | 251, 0) | (132 | 146, 1) | (185, 3) => Some(ContentType::Scripts),
        (80 | 95 | 103, 0) => Some(ContentType::ExtraFields),
        (236 | 237, 0) => Some(ContentType::Roles),
        _ => None,
    }
}

/// Rewrites what a step points at to `type:guid`. In exports these are GUIDs already; local ids are resolved
/// where the file says what they stand for, and stay as they are where it does not.
fn refer(step: &mut Step, known: &Known, item: &mut Builder) {
    let function = step.function;
    for (index, param) in step.params.iter_mut().enumerate() {
        let Some(kind) = target(function, index) else { continue };
        let local = || {
            let id: i64 = param.trim().parse().ok()?;
            match kind {
                ContentType::Scripts => known.scripts.get(&id).cloned(),
                ContentType::ExtraFields => known.extra_fields.get(&id).cloned(),
                _ => None,
            }
        };
        if let Some(guid) = Guid::parse(param).ok().or_else(local) {
            let reference = Reference::to(kind, &guid);
            *param = reference.as_str().to_owned();
            item.needs.insert(reference);
        }
    }
}
