//! Creating, changing and deleting records, in Manage's dialect of PATCH.

use super::{
    answer::{Answer, invalid, not_found, refusal},
    collections::{Collection, referred},
    tickets, workflows,
    world::{API_MEMBER, World},
};
use serde_json::{Value, json};

/// Fields that are computed: a write to them is answered 200 and ignored.
const READ_ONLY: &[&str] = &[
    "id",
    "resources",
    "closedFlag",
    "closedDate",
    "closedBy",
    "recordType",
    "ticketId",
    "dateCreated",
    "parentId",
    "grandParentId",
    "_info",
];

/// Creates a record.
pub(super) fn create(
    world: &mut World,
    collection: &Collection,
    scope: &[i64],
    body: &Value,
) -> Result<Answer, Answer> {
    let Some(sent) = body.as_object() else {
        return Err(refusal(400, "InvalidObject", &format!("{} object is invalid", collection.object)));
    };
    let mut row = json!({});
    for (name, value) in sent.iter().filter(|(name, value)| {
        collection.has(name) && !READ_ONLY.contains(&name.as_str()) && !value.is_null()
    }) {
        row[name] = settle(world, collection, &row, name, value)?;
    }
    if let Some(name) =
        collection.required.iter().find(|name| row.get(**name).is_none_or(|value| value == ""))
    {
        return Err(invalid(
            collection.object,
            name,
            "MissingRequiredField",
            &format!("The {name} field is required."),
        ));
    }
    for (path, id) in collection.scope.iter().zip(scope) {
        row[*path] = json!(id);
    }
    before_create(world, collection, &mut row)?;
    let stamp = world.clock.stamp();
    row["_info"] =
        json!({"lastUpdated": stamp, "updatedBy": API_MEMBER, "dateEntered": stamp, "enteredBy": API_MEMBER});
    let id = world.add(collection.table, row);
    after(world, collection, id, "added");
    Ok(Answer::json(201, world.row(collection.table, id).cloned().unwrap_or_default()))
}

fn before_create(world: &mut World, collection: &Collection, row: &mut Value) -> Result<(), Answer> {
    match collection.table {
        "tickets" => tickets::fill(world, row),
        "notes" => tickets::fill_note(world, row),
        "scheduleEntries" => tickets::check_assignment(world, row),
        "workflows" => workflows::check_new(row),
        "events" => workflows::check_event(row),
        "actions" => workflows::check_action(world, row),
        "userDefinedFields" => check_field(row),
        "callbacks" => check_callback(world, row),
        _ => Ok(()),
    }
}

fn check_field(row: &Value) -> Result<(), Answer> {
    let wrong = |field: &str, message: &str| Err(invalid("userDefinedField", field, "InvalidField", message));
    let length = row["caption"].as_str().map_or(0, |caption| caption.chars().count());
    if length == 0 || length > 25 {
        return wrong("caption", "The caption field must be 1 to 25 characters.");
    }
    if !row["sequenceNumber"].as_i64().is_some_and(|place| (1..=500).contains(&place)) {
        return wrong("sequenceNumber", "The sequenceNumber field must be between 1 and 500.");
    }
    Ok(())
}

fn check_callback(world: &World, row: &mut Value) -> Result<(), Answer> {
    const KINDS: &[&str] =
        &["ticket", "company", "contact", "configuration", "schedule", "time", "member", "activity"];
    if !row["type"].as_str().is_some_and(|kind| KINDS.contains(&kind)) {
        return Err(invalid("callbackEntry", "type", "InvalidField", "Unrecognized type."));
    }
    if !matches!(row["level"].as_str(), Some("owner" | "board" | "status")) {
        return Err(invalid("callbackEntry", "level", "InvalidField", "Unrecognized level for type."));
    }
    let same = |old: &Value| ["url", "type", "level", "objectId"].iter().all(|key| old[*key] == row[*key]);
    if world.rows("callbacks").iter().any(same) {
        return Err(invalid(
            "callbackEntry",
            "objectId",
            "ObjectExists",
            "A matching callback entry already exists",
        ));
    }
    row["inactiveFlag"] = json!(false);
    row["payloadVersion"] = json!("3.0.0");
    Ok(())
}

/// Changes a record.
pub(super) fn patch(
    world: &mut World,
    collection: &Collection,
    id: i64,
    body: &Value,
) -> Result<Answer, Answer> {
    let Some(operations) = body.as_array() else {
        return Err(refusal(400, "InvalidObject", "The patch document must be an array of operations."));
    };
    let before = world.row(collection.table, id).cloned().ok_or_else(|| not_found(collection.object, id))?;
    let mut row = before.clone();
    for operation in operations {
        apply(world, collection, &mut row, operation)?;
    }
    match collection.table {
        "tickets" => tickets::settle(world, &before, &mut row)?,
        "workflows" => workflows::check_change(world, &row)?,
        _ => {}
    }
    if let Some(place) = world.row_mut(collection.table, id) {
        *place = row;
    }
    world.touch(collection.table, id, API_MEMBER);
    after(world, collection, id, "updated");
    Ok(Answer::ok(world.row(collection.table, id).cloned().unwrap_or_default()))
}

fn apply(world: &World, collection: &Collection, row: &mut Value, operation: &Value) -> Result<(), Answer> {
    let path = operation["path"].as_str().unwrap_or_default();
    let bare = path.strip_prefix('/').unwrap_or(path);
    let (name, below) = bare.split_once('/').map_or((bare, None), |(name, below)| (name, Some(below)));
    if !collection.has(name) {
        return Err(refusal(400, "InvalidField", &format!("path {path} is not valid")));
    }
    let value = match operation["op"].as_str() {
        Some("add" | "replace") => operation["value"].clone(),
        Some("remove") => Value::Null,
        _ => return Err(refusal(400, "InvalidField", "op must be add, replace or remove")),
    };
    if READ_ONLY.contains(&name) {
        return Ok(());
    }
    match below {
        // A path into a reference: answered with success, and nothing happens.
        Some(_) if world.quirks.false_success => {}
        Some(below) => row[name] = settle(world, collection, row, name, &json!({below: value}))?,
        None if value.is_null() || value == "" => row[name] = Value::Null,
        None => {
            let mut value = value;
            world_quirk_pairs(world, name, &value)?;
            if name == "customFields" {
                value = merged(&row["customFields"], &value)?;
            } else {
                value = settle(world, collection, row, name, &value)?;
            }
            if !(world.quirks.ignores_status && matches!(name, "status" | "owner")) {
                row[name] = value;
            }
        }
    }
    Ok(())
}

fn world_quirk_pairs(world: &World, name: &str, value: &Value) -> Result<(), Answer> {
    let whole = value.as_array().is_some_and(|all| all.iter().any(|field| field.get("caption").is_some()));
    if world.quirks.pairs_only && name == "customFields" && whole {
        return Err(refusal(400, "InvalidObject", "customFields is invalid"));
    }
    Ok(())
}

/// Custom fields are merged by id; what is not named stays.
fn merged(now: &Value, sent: &Value) -> Result<Value, Answer> {
    let mut all = now.as_array().cloned().unwrap_or_default();
    for field in sent.as_array().map(Vec::as_slice).unwrap_or_default() {
        let place = all.iter_mut().find(|known| known["id"] == field["id"]);
        let Some(place) = place else {
            return Err(invalid(
                "Ticket",
                "customFields",
                "InvalidField",
                &format!("Custom field {} is not valid.", field["id"]),
            ));
        };
        let fits = match place["type"].as_str() {
            _ if field["value"].is_null() => true,
            Some("Checkbox") => field["value"].is_boolean(),
            Some("Number" | "Percent" | "Currency") => field["value"].is_number(),
            _ => field["value"].is_string(),
        };
        if !fits {
            return Err(invalid(
                "Ticket",
                "customFields",
                "InvalidField",
                "The value does not fit the type of the custom field.",
            ));
        }
        place["value"] = field["value"].clone();
    }
    Ok(Value::Array(all))
}

/// A value as it is kept: references resolved, dates checked.
fn settle(
    world: &World,
    collection: &Collection,
    row: &Value,
    name: &str,
    value: &Value,
) -> Result<Value, Answer> {
    if let Some(text) = value.as_str()
        && text.len() > 10
        && text.contains('.')
        && text.parse::<jiff::Timestamp>().is_ok()
    {
        return Err(refusal(400, "InvalidField", &format!("Unsupported format applied to {name}")));
    }
    let Some(table) = referred(name).filter(|_| value.is_object()) else { return Ok(value.clone()) };
    // On a schedule entry the status is another table, which is not kept.
    if collection.table == "scheduleEntries" && name == "status" {
        return Ok(value.clone());
    }
    let board = row["board"]["id"].as_i64();
    let fits = |candidate: &&Value| {
        let own_board = table != "statuses"
            || collection.table != "tickets"
            || board.is_none()
            || candidate["board"]["id"].as_i64() == board;
        let same = |key: &str| value.get(key).is_some_and(|wanted| equal(wanted, &candidate[key]));
        own_board && if value.get("id").is_some() { same("id") } else { same("identifier") || same("name") }
    };
    let rows = world.rows(table);
    let found = rows.iter().find(fits).and_then(|found| found["id"].as_i64());
    let found = found.ok_or_else(|| {
        invalid(collection.object, name, "NotFound", &format!("{name} {} not found", shown(value)))
    })?;
    if table == "members" && world.row(table, found).is_some_and(|member| member["inactiveFlag"] == true) {
        return Err(invalid(collection.object, name, "InvalidField", "The member is inactive."));
    }
    Ok(world.reference(table, found))
}

fn equal(wanted: &Value, found: &Value) -> bool {
    match (wanted.as_str(), found.as_str()) {
        (Some(wanted), Some(found)) => wanted.eq_ignore_ascii_case(found),
        _ => wanted == found && !wanted.is_null(),
    }
}

fn shown(value: &Value) -> String {
    ["id", "identifier", "name"]
        .iter()
        .find_map(|key| value.get(*key))
        .map(ToString::to_string)
        .unwrap_or_default()
}

/// Deletes a record.
pub(super) fn delete(world: &mut World, collection: &Collection, id: i64) -> Result<Answer, Answer> {
    if collection.table == "userDefinedFields" && workflows::uses_field(world, id) {
        return Err(refusal(409, "Conflict", "The custom field is in use by a workflow."));
    }
    let gone = world.remove(collection.table, id).ok_or_else(|| not_found(collection.object, id))?;
    match collection.table {
        "workflows" => workflows::remove_parts(world, id),
        "events" => world.remove_where("actions", |action| action["parentId"] == id),
        "scheduleEntries" => {
            tickets::recompute_resources(world, gone["objectId"].as_i64().unwrap_or_default())
        }
        "userDefinedFields" => tickets::spread_custom_fields(world),
        "tickets" => super::callbacks::queue(world, "deleted", id),
        _ => {}
    }
    Ok(Answer::gone())
}

fn after(world: &mut World, collection: &Collection, id: i64, action: &str) {
    match collection.table {
        "tickets" => {
            tickets::show_custom_fields(world, id);
            super::callbacks::queue(world, action, id);
        }
        "notes" => {
            let ticket =
                world.row("notes", id).and_then(|note| note["ticketId"].as_i64()).unwrap_or_default();
            world.touch("tickets", ticket, API_MEMBER);
            super::callbacks::queue(world, "updated", ticket);
        }
        "scheduleEntries" => {
            let ticket = world
                .row("scheduleEntries", id)
                .and_then(|entry| entry["objectId"].as_i64())
                .unwrap_or_default();
            tickets::recompute_resources(world, ticket);
        }
        "userDefinedFields" => tickets::spread_custom_fields(world),
        _ => {}
    }
}
