//! Scripts (`lt_scripts`) and their folders. Permissions, schedules and the version counter are local.

use super::{
    ApplyError,
    body::{Head, licence, pack, xml},
    columns::{Body, Cell, Columns},
    directory::Directory,
};
use crate::export::Row;
use domain::content::{Canonical, ContentType, script::Step};
use serde_json::{Map, Value};

const MEMBERS: &[&str] =
    &["notes", "targets", "flags", "parameters", "globals", "extra_data_fields", "steps"];

/// The columns of a script.
pub(super) fn columns(
    content: &Canonical,
    here: &Directory,
    row: Option<&Row>,
    version: i64,
) -> Result<Columns, ApplyError> {
    let body = Body(content);
    body.only(MEMBERS)?;
    let targets = content.body.get("targets").and_then(Value::as_object);
    let target =
        |member: &str| targets.and_then(|all| all.get(member)).and_then(Value::as_bool).unwrap_or(false);
    let mut columns = Columns::default();
    columns.set("ScriptGuid", content.guid.as_str());
    columns.set("ScriptName", content.name.as_str());
    columns.texts(&body, &[("notes", "ScriptNotes")]);
    columns.set("FolderId", here.script_folder(&content.placement)?);
    columns.set("ComputerScript", target("computer"));
    columns.set("LocationScript", target("location"));
    columns.set("MaintenanceScript", target("maintenance"));
    columns.set("FunctionScript", target("function"));
    columns.numbers(&body, &[("flags", "ScriptFlags")]);
    columns.set("Parameters", body.texts_of("parameters").join("|"));
    columns.set("Permission", here.classes(body.flag("restricted"), row, "Permission")?);
    columns.set("EditPermission", here.classes(body.flag("edit_restricted"), row, "EditPermission")?);
    columns.set("ScriptData", packed(content, here, version)?);
    Ok(columns)
}

/// What only a new row gets.
pub(super) fn first(content: &Canonical) -> Result<Columns, ApplyError> {
    let licence = licence(content.guid.as_str());
    let mut columns = Columns::default();
    columns.set("ScriptVersion", 1);
    columns.set("LicenseData", Cell::Packed { stored: pack(&licence)?, shown: licence });
    Ok(columns)
}

fn packed(content: &Canonical, here: &Directory, version: i64) -> Result<Cell, ApplyError> {
    let body = Body(content);
    let steps: Vec<Step> = match content.body.get("steps") {
        Some(steps) => serde_json::from_value(steps.clone())
            .map_err(|error| ApplyError::Item(format!("has steps that cannot be read ({error})")))?,
        None => Vec::new(),
    };
    let steps = steps.into_iter().map(|step| local(step, here)).collect::<Result<Vec<_>, _>>()?;
    let nothing = Value::Null;
    // Names stand in the column; what is more than names stands in the body.
    let parameters =
        body.get("parameters").filter(|_| body.texts_of("parameters").is_empty()).unwrap_or(&nothing);
    let head = Head {
        guid: content.guid.as_str(),
        version,
        extra_data_fields: &fields(body.get("extra_data_fields"), here)?,
        parameters,
        globals: body.get("globals").unwrap_or(&nothing),
    };
    let shown = xml(&head, &steps);
    Ok(Cell::Packed { stored: pack(&shown)?, shown })
}

/// The extra fields that a body lists, by local id.
fn fields(listed: Option<&Value>, here: &Directory) -> Result<Value, ApplyError> {
    let Some(Value::Array(all)) =
        listed.filter(|all| all.as_array().is_some_and(|all| all.iter().all(Value::is_string)))
    else {
        return Ok(listed.cloned().unwrap_or_default());
    };
    let ids = all
        .iter()
        .filter_map(Value::as_str)
        .map(|field| here.translate(field))
        .collect::<Result<Vec<_>, _>>()?;
    Ok(ids.join("|").into())
}

/// A step with local ids in the place of references.
fn local(mut step: Step, here: &Directory) -> Result<Step, ApplyError> {
    for (index, param) in step.params.iter_mut().enumerate() {
        if let Some(kind) = crate::canonical::script::target(step.function, index)
            && param.contains(&format!("{kind}:"))
        {
            *param = match kind {
                ContentType::Roles => param.trim_start_matches("roles:").to_owned(),
                // A list; the comma at its end is how Automate writes it.
                ContentType::Groups => here.list(&param.split(',').collect::<Vec<_>>())?,
                _ => here.translate(param)?,
            };
        }
    }
    Ok(step)
}

/// What a script brings along: it does not travel, so it stands nowhere here and is no part of any comparison.
const BROUGHT: &[&str] = &["files", "tools"];

/// Takes what does not travel out of a script's content.
pub(crate) fn leave_behind(content: &mut Canonical) {
    if content.content_type == ContentType::Scripts {
        content.body.retain(|member, _| !BROUGHT.contains(&member.as_str()));
    }
}

/// What a person should know about a script: what it brings along does not travel.
pub(super) fn notes(body: &Map<String, Value>) -> Vec<String> {
    let names = |member: &str| {
        let list = body.get(member).and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
        list.iter().filter_map(Value::as_str).collect::<Vec<_>>().join(", ")
    };
    [("files", "files of the server's share"), ("tools", "tools")]
        .into_iter()
        .filter(|(member, _)| body.contains_key(*member))
        .map(|(member, what)| {
            format!("uses {what} that do not travel with it; copy them by hand: {}", names(member))
        })
        .collect()
}
