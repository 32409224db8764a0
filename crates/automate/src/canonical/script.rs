//! Scripts (`lt_scripts`). Licence, version counter and user classes are left out.
//!
//! What a script is made of must stand in its row, in the folders above it ([`Known::path`]) or behind a local id that
//! was asked for with [`Known::item`]: by these it is known again without being read (`mysql::signals`).

use super::{Attached, Builder, Known};
use crate::export::{Row, Wrong, body};
use domain::content::{ContentType, Guid, Reference, script::Step};
use serde_json::{Value, json};
use services::ports::reader::ReadItem;

/// A script's row.
pub fn read(row: &Row, attached: &Attached, known: &Known) -> Result<ReadItem, Wrong> {
    let decoded = body::decode(row.raw("ScriptData"), row.line_of("ScriptData"), &known.allowance)?;
    assemble(row, decoded, attached, known)
}

/// A script whose body is decoded already.
pub fn assemble(
    row: &Row,
    mut decoded: body::Body,
    attached: &Attached,
    known: &Known,
) -> Result<ReadItem, Wrong> {
    let guid = row.guid("ScriptGuid")?;
    let mut item = Builder::new(row, "ScriptName")?;
    item.placement = known.path(row.number("FolderId"));
    item.set("notes", row.text("ScriptNotes"));
    let targets = json!({
        "computer": row.flag("ComputerScript"),
        "location": row.flag("LocationScript"),
        "maintenance": row.flag("MaintenanceScript"),
        "function": row.flag("FunctionScript"),
    });
    item.set("targets", targets);
    item.set("flags", row.number("ScriptFlags"));
    item.set("parameters", parameters(row, &decoded));
    item.set("globals", decoded.globals.take());
    let fields = extra_data_fields(&decoded.extra_data_fields, known, &mut item);
    item.set("extra_data_fields", fields);
    for step in &mut decoded.steps {
        refer(step, known, &mut item);
    }
    item.set("steps", json!(decoded.steps));
    item.set("files", json!(attached.files));
    item.set("tools", json!(attached.tools));
    item.switches.insert("restricted".into(), row.limits("Permission").into());
    item.switches.insert("edit_restricted".into(), row.limits("EditPermission").into());
    Ok(item.finish(ContentType::Scripts, guid, row, "ScriptId"))
}

/// The parameters' names: the column's, or the body's where the column is empty.
fn parameters(row: &Row, decoded: &body::Body) -> Value {
    let column = row.text("Parameters");
    let text = match (&decoded.parameters, column.is_empty()) {
        (Value::String(text), true) => text,
        (structured, true) => return structured.clone(),
        (_, false) => &column,
    };
    let names = text.split(['|', ',', '\n']).map(str::trim).filter(|name| !name.is_empty());
    names.map(Value::from).collect::<Vec<_>>().into()
}

/// The extra fields that the body lists, as references; a stable order, each once.
fn extra_data_fields(listed: &Value, known: &Known, item: &mut Builder) -> Value {
    let Value::String(text) = listed else { return listed.clone() };
    let mut fields: Vec<String> = Vec::new();
    for field in text.split(['|', ',', '\n', ' ']).map(str::trim).filter(|field| !field.is_empty()) {
        let reference = reference(ContentType::ExtraFields, field, known);
        fields.push(reference.as_ref().map_or(field, Reference::as_str).to_owned());
        item.needs.extend(reference);
    }
    fields.sort();
    fields.dedup();
    fields.into()
}

/// Which parameter of which function names another item (`automate-api.md` section 5).
pub fn target(function: i64, index: usize) -> Option<ContentType> {
    match (function, index) {
        (17 | 92 | 251, 0) | (132 | 146, 1) | (185, 3) => Some(ContentType::Scripts),
        (80 | 95 | 103, 0) => Some(ContentType::ExtraFields),
        (236 | 237, 0) => Some(ContentType::Roles),
        (2 | 209, 2) => Some(ContentType::Groups),
        (183, 4) => Some(ContentType::AlertTemplates),
        _ => None,
    }
}

/// Rewrites what a step points at to `type:guid`; what cannot be resolved stays as it is.
fn refer(step: &mut Step, known: &Known, item: &mut Builder) {
    let function = step.function;
    for (index, param) in step.params.iter_mut().enumerate() {
        let Some(kind) = target(function, index) else { continue };
        if kind == ContentType::Groups {
            groups(param, known, item);
        } else if let Some(found) = reference(kind, param, known) {
            *param = found.as_str().to_owned();
            item.needs.insert(found);
        } else if let Some((name, guid)) = named(kind, param) {
            // Role checks hold `name:GUID`; the name is needed to apply them, the GUID is what they need.
            item.needs.insert(Reference::to(kind, &guid));
            *param = format!("{name}:{guid}");
        }
    }
}

/// A comma list of groups; those that are not known stay as they are.
fn groups(param: &mut String, known: &Known, item: &mut Builder) {
    let entries: Vec<&str> = param.split(',').map(str::trim).filter(|entry| !entry.is_empty()).collect();
    let found: Vec<Option<Reference>> =
        entries.iter().map(|entry| reference(ContentType::Groups, entry, known)).collect();
    if found.iter().all(Option::is_none) {
        return;
    }
    let texts =
        entries.iter().zip(&found).map(|(entry, found)| found.as_ref().map_or(*entry, Reference::as_str));
    let texts: Vec<&str> = texts.collect();
    let rewritten = texts.join(",");
    item.needs.extend(found.into_iter().flatten());
    *param = rewritten;
}

fn named(kind: ContentType, param: &str) -> Option<(String, Guid)> {
    let (name, guid) = param.rsplit_once(':').filter(|_| kind == ContentType::Roles)?;
    Some((name.to_owned(), Guid::parse(guid).ok()?))
}

/// In exports these are GUIDs already; local ids are resolved where the file says what they stand for.
fn reference(kind: ContentType, text: &str, known: &Known) -> Option<Reference> {
    let local = || known.item(kind, text.trim().parse().ok()?).cloned();
    Guid::parse(text).ok().or_else(local).map(|guid| Reference::to(kind, &guid))
}
