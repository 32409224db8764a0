//! What a ticket does by itself: defaults, boards and statuses, closing, resources, custom fields.

use super::{
    answer::{Answer, invalid, refusal},
    world::{API_MEMBER, World},
};
use serde_json::{Value, json};

/// Fills in what a new ticket needs.
pub(super) fn fill(world: &mut World, row: &mut Value) -> Result<(), Answer> {
    if row["board"].is_null() {
        let first = world.rows("boards").first().and_then(|board| board["id"].as_i64()).unwrap_or_default();
        row["board"] = world.reference("boards", first);
    }
    if row["status"].is_null() {
        row["status"] = default_status(world, &row["board"]);
    }
    if row["priority"].is_null() {
        let rows = world.rows("priorities");
        let default = rows.iter().find(|one| one["defaultFlag"] == true).and_then(|one| one["id"].as_i64());
        row["priority"] = world.reference("priorities", default.unwrap_or_default());
    }
    let board = row["board"]["id"].as_i64().and_then(|id| world.row("boards", id)).cloned();
    for place in ["location", "department"] {
        if let (true, Some(board)) = (row[place].is_null(), &board) {
            row[place] = board[place].clone();
        }
    }
    row["recordType"] = json!("ServiceTicket");
    row["closedFlag"] = json!(false);
    check_status(world, row)?;
    close_or_open(world, row);
    Ok(())
}

/// After a change: a new board brings its own status, closing needs its right, owners may have to be assigned.
pub(super) fn settle(world: &World, before: &Value, row: &mut Value) -> Result<(), Answer> {
    let changed = |name: &str, row: &Value| before[name]["id"] != row[name]["id"];
    if changed("board", row) && !changed("status", row) {
        row["status"] = default_status(world, &row["board"]);
    }
    check_status(world, row)?;
    if changed("status", row) && closes(world, row) {
        world.need("Close Service Tickets", "editLevel")?;
    }
    if changed("owner", row) && world.quirks.owner_must_be_assigned {
        let ticket = &row["id"];
        let assigned = world.rows("scheduleEntries").iter().any(|entry| {
            entry["objectId"] == *ticket
                && entry["member"]["id"] == row["owner"]["id"]
                && entry["doneFlag"] != true
        });
        if !assigned {
            return Err(invalid(
                "Ticket",
                "owner",
                "InvalidField",
                "The owner must be a resource of the ticket.",
            ));
        }
    }
    close_or_open(world, row);
    Ok(())
}

fn default_status(world: &World, board: &Value) -> Value {
    let own = |status: &&Value| status["board"]["id"] == board["id"];
    let rows = world.rows("statuses");
    let default = rows.iter().filter(own).find(|status| status["defaultFlag"] == true);
    let id = default.or_else(|| rows.iter().find(own)).and_then(|status| status["id"].as_i64());
    world.reference("statuses", id.unwrap_or_default())
}

fn check_status(world: &World, row: &Value) -> Result<(), Answer> {
    let status = row["status"]["id"].as_i64().and_then(|id| world.row("statuses", id));
    let own = status.is_some_and(|status| status["board"]["id"] == row["board"]["id"]);
    if own {
        Ok(())
    } else {
        Err(invalid("Ticket", "status", "InvalidField", "The status does not belong to the board."))
    }
}

fn closes(world: &World, row: &Value) -> bool {
    row["status"]["id"]
        .as_i64()
        .and_then(|id| world.row("statuses", id))
        .is_some_and(|status| status["closedStatus"] == true)
}

fn close_or_open(world: &World, row: &mut Value) {
    let closing = closes(world, row);
    if closing && row["closedFlag"] != true {
        row["closedDate"] = json!(world.clock.stamp());
        row["closedBy"] = json!(API_MEMBER);
    }
    if !closing {
        row["closedDate"] = Value::Null;
        row["closedBy"] = Value::Null;
    }
    row["closedFlag"] = json!(closing);
}

/// A note stands somewhere, and says when and by whom it was written.
pub(super) fn fill_note(world: &mut World, row: &mut Value) -> Result<(), Answer> {
    const FLAGS: [&str; 3] = ["detailDescriptionFlag", "internalAnalysisFlag", "resolutionFlag"];
    if !FLAGS.iter().any(|flag| row[*flag] == true) {
        return Err(refusal(400, "InvalidObject", "At least one of the note flags must be set."));
    }
    row["dateCreated"] = json!(world.clock.stamp());
    row["createdBy"] = json!(API_MEMBER);
    for flag in FLAGS {
        row[flag] = json!(row[flag] == true);
    }
    Ok(())
}

/// An assignment names a ticket; with another type Manage looks its id up in another table.
pub(super) fn check_assignment(world: &World, row: &mut Value) -> Result<(), Answer> {
    let object = row["objectId"].as_i64().unwrap_or_default();
    if row["type"]["identifier"] != "S" {
        return Err(invalid("schedule", "objectId", "NotFound", &format!("Activity {object} not found")));
    }
    let Some(ticket) = world.row("tickets", object) else {
        return Err(invalid("schedule", "objectId", "NotFound", &format!("Ticket {object} not found")));
    };
    let company = ticket["company"]["name"].as_str().unwrap_or_default();
    let summary = ticket["summary"].as_str().unwrap_or_default();
    row["name"] = json!(format!("{company} / Ticket# {object} - {summary}"));
    row["type"] = json!({"id": 4, "identifier": "S", "name": "Service"});
    row["doneFlag"] = json!(row["doneFlag"] == true);
    row["ownerFlag"] = json!(row["ownerFlag"] == true);
    Ok(())
}

/// `resources`: the identifiers of those who are assigned. The first becomes the owner where there is none.
pub(super) fn recompute_resources(world: &mut World, ticket: i64) {
    let open = |entry: &&Value| {
        entry["objectId"] == ticket && entry["doneFlag"] != true && entry["type"]["identifier"] == "S"
    };
    let entries = world.rows("scheduleEntries");
    let members: Vec<Value> = entries.iter().filter(open).map(|entry| entry["member"].clone()).collect();
    let names: Vec<&str> = members.iter().filter_map(|member| member["identifier"].as_str()).collect();
    let resources = names.join(", ");
    if let Some(row) = world.row_mut("tickets", ticket) {
        row["resources"] = if resources.is_empty() { Value::Null } else { json!(resources) };
        if row["owner"].is_null()
            && let Some(first) = members.first()
        {
            row["owner"] = first.clone();
        }
    }
}

/// Every ticket shows every custom field of its pod; those never set are null.
pub(super) fn spread_custom_fields(world: &mut World) {
    let ids: Vec<i64> = world.rows("tickets").iter().filter_map(|ticket| ticket["id"].as_i64()).collect();
    for id in ids {
        show_custom_fields(world, id);
    }
}

/// Gives one ticket every custom field that there is.
pub(super) fn show_custom_fields(world: &mut World, ticket: i64) {
    let (pod, strict) = (world.ticket_pod, world.quirks.fields_need_location);
    let definitions = world.rows("userDefinedFields");
    let Some(ticket) = world.row_mut("tickets", ticket) else { return };
    let now = ticket["customFields"].as_array().cloned().unwrap_or_default();
    let value = |field: &Value| {
        now.iter()
            .find(|known| known["id"] == field["id"])
            .map_or(Value::Null, |known| known["value"].clone())
    };
    let here = |field: &&Value| field["podId"] == pod && is_shown_at(field, ticket, strict);
    let shown = definitions.iter().filter(here).map(|field| {
        json!({"id": field["id"], "caption": field["caption"], "type": field["fieldTypeIdentifier"],
               "entryMethod": field["entryTypeIdentifier"], "numberOfDecimals": 0, "value": value(field)})
    });
    let fields: Value = shown.collect();
    ticket["customFields"] = fields;
}

/// A field is bound to locations and departments; one that names none is everywhere, or nowhere where Manage insists.
fn is_shown_at(field: &Value, ticket: &Value, strict: bool) -> bool {
    let bound = |all: &str, ids: &str, place: &str, free: bool| {
        let named = field[ids].as_array().filter(|ids| !ids.is_empty());
        field[all] == true || named.map_or(free, |ids| ids.contains(&ticket[place]["id"]))
    };
    bound("addAllLocations", "locationIds", "location", !strict)
        && bound("addAllBusinessUnits", "businessUnitIds", "department", true)
}
