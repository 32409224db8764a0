//! Scripts: the whole body when one is made (`POST /v1/Scripts`); name, notes and folder afterwards
//! (`PUT /v2/Scripts/{id}`, with the steps exactly as the server gives them).

use super::here::Here;
use crate::{
    apply::ApplyError,
    canonical::script::target,
    rest::{members::member, scripts::OPTIONS},
};
use domain::content::{
    Canonical, ContentType,
    script::{OS_LIMIT_DISABLED_BIT, Section, Step},
};
use serde_json::{Map, Value, json};
use std::collections::BTreeMap;

/// What can be said about a script that is made.
const MEMBERS: &[&str] =
    &["notes", "targets", "flags", "options", "parameters", "globals", "extra_data_fields", "steps"];

/// What can be changed of a script that is here.
pub(super) const CHANGEABLE: &[&str] = &["name", "notes", "placement"];

/// The body of the request that makes a script; `classes` are who may use and who may edit it.
pub(super) fn made(
    content: &Canonical,
    here: &Here,
    folder: i64,
    classes: [Vec<i64>; 2],
) -> Result<Value, ApplyError> {
    if let Some(unknown) = content.body.keys().find(|name| !MEMBERS.contains(&name.as_str())) {
        return Err(cannot(&format!("`{unknown}`")));
    }
    let body = |name: &str| content.body.get(name).unwrap_or(&Value::Null);
    if body("flags").as_i64().unwrap_or(0) != 0 {
        return Err(cannot(
            "options that are kept as a number (`flags`), which the interface names otherwise",
        ));
    }
    let targets = |name: &str| body("targets").get(name).and_then(Value::as_bool).unwrap_or(false);
    let [permission, edit_permission] = classes;
    let parameters = names(content, "parameters")?;
    let mut script = json!({
        "Name": content.name,
        "GUID": content.guid.as_str(),
        "Comments": lines(body("notes").as_str().unwrap_or_default()),
        "Folder": { "Id": folder.to_string() },
        "IsComputerScript": targets("computer"),
        "IsLocationScript": targets("location"),
        "IsMaintenanceScript": targets("maintenance"),
        "IsFunctionScript": targets("function"),
        "Permission": permission,
        "EditPermission": edit_permission,
        "Parameters": parameters,
        "ScriptData": {
            "ScriptMetadata": {
                "ExtraDataFields": fields(content, here)?,
                "Parameters": parameters.join("|"),
                "Globals": plain(content, "globals")?,
                "ScriptVersion": 1,
                "ScriptGuid": content.guid.as_str(),
            },
            "ScriptSteps": steps(content, here)?,
        },
    });
    let options: Vec<&str> =
        body("options").as_array().into_iter().flatten().filter_map(Value::as_str).collect();
    for (name, option) in OPTIONS {
        script[*name] = options.contains(option).into();
    }
    Ok(script)
}

/// The script as `/v2` gave it, with another name, other notes and another folder.
pub(super) fn changed(given: &Value, content: &Canonical, folder: i64) -> Result<Value, ApplyError> {
    let steps = content.body.get("steps").and_then(Value::as_array).map_or(0, Vec::len);
    if member(given, "Steps").as_array().is_none_or(|given| given.len() != steps) {
        return Err(ApplyError::Item(
            "the server gives the script without all of its steps, so that it cannot be changed without losing them"
                .into(),
        ));
    }
    let mut script = given.as_object().cloned().unwrap_or_default();
    put(&mut script, "Name", content.name.as_str().into());
    let notes = content.body.get("notes").and_then(Value::as_str).unwrap_or_default();
    put(&mut script, "Description", lines(notes).into());
    put(&mut script, "Folder", json!({ "ScriptFolderId": folder }));
    Ok(Value::Object(script))
}

/// Sets a member, whatever the case in which the server spells its name.
fn put(script: &mut Map<String, Value>, name: &str, value: Value) {
    let spelled = script.keys().find(|key| key.eq_ignore_ascii_case(name)).cloned();
    script.insert(spelled.unwrap_or_else(|| name.to_owned()), value);
}

fn steps(content: &Canonical, here: &Here) -> Result<Vec<Value>, ApplyError> {
    let steps: Vec<Step> = match content.body.get("steps") {
        Some(steps) => serde_json::from_value(steps.clone())
            .map_err(|error| ApplyError::Item(format!("has steps that cannot be read ({error})")))?,
        None => Vec::new(),
    };
    let mut sorts: BTreeMap<Section, i64> = BTreeMap::new();
    let row = |step: Step| {
        let sort = sorts.entry(step.section).or_insert(-1);
        *sort += 1;
        let mut row = json!({
            "ScriptSection": match step.section {
                Section::If => 1,
                Section::Then => 2,
                Section::Else => 3,
            },
            "FunctionId": step.function,
            "Sort": *sort,
            "Continue": i64::from(step.continue_on_failure),
            // 24 alone means disabled, every other limit is disabled by a bit.
            "OsLimit": match (step.enabled, step.os_limit) {
                (true, limit) | (false, limit @ 24) => limit,
                (false, limit) => limit - OS_LIMIT_DISABLED_BIT,
            },
            "Indentation": step.indentation,
        });
        for index in 0..5 {
            let param = step.params.get(index).map(String::as_str).unwrap_or_default();
            row[format!("Param{}", index + 1)] = local(&step, index, param, content, here)?.into();
        }
        Ok(row)
    };
    steps.into_iter().map(row).collect()
}

/// A parameter with local ids in the place of references.
fn local(
    step: &Step,
    index: usize,
    param: &str,
    content: &Canonical,
    here: &Here,
) -> Result<String, ApplyError> {
    let refers = |kind: &ContentType| param.contains(&format!("{kind}:"));
    match target(step.function, index).filter(refers) {
        None => Ok(lines(param)),
        Some(ContentType::Roles) => Ok(param.trim_start_matches("roles:").to_owned()),
        Some(ContentType::Groups) => {
            let ids = param.split(',').map(|one| here.id(one).map(|id| id.to_string()));
            Ok(format!("{},", ids.collect::<Result<Vec<_>, _>>()?.join(",")))
        }
        Some(_) if param.ends_with(content.guid.as_str()) => Err(cannot("a call of itself")),
        Some(_) => here.id(param).map(|id| id.to_string()),
    }
}

fn fields(content: &Canonical, here: &Here) -> Result<String, ApplyError> {
    let fields = names(content, "extra_data_fields")?;
    let ids = fields.iter().map(|field| match field.contains(':') {
        true => here.id(field).map(|id| id.to_string()),
        false => Ok(field.clone()),
    });
    Ok(ids.collect::<Result<Vec<_>, _>>()?.join("|"))
}

/// A list of names.
fn names(content: &Canonical, member: &str) -> Result<Vec<String>, ApplyError> {
    let Some(value) = content.body.get(member) else { return Ok(Vec::new()) };
    let names =
        value.as_array().and_then(|all| all.iter().map(|one| one.as_str().map(str::to_owned)).collect());
    names.ok_or_else(|| cannot(&format!("`{member}` with a structure of its own")))
}

/// A text.
fn plain(content: &Canonical, member: &str) -> Result<String, ApplyError> {
    match content.body.get(member) {
        None => Ok(String::new()),
        Some(Value::String(text)) => Ok(lines(text)),
        Some(_) => Err(cannot(&format!("`{member}` with a structure of its own"))),
    }
}

/// Line ends as Automate keeps them.
fn lines(text: &str) -> String {
    text.replace('\n', "\r\n")
}

fn cannot(what: &str) -> ApplyError {
    ApplyError::Item(format!(
        "holds {what}, which cannot be written over REST: connect the database (--into mysql://…)"
    ))
}
