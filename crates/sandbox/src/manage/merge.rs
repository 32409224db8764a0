//! Copying a ticket, and merging tickets into one: POSTs that act on records which are there.

use super::{
    answer::{Answer, invalid, no_route, not_found, refusal},
    callbacks, tickets,
    world::{API_MEMBER, World},
};
use serde_json::{Value, json};

/// What a copy takes over; its status, its closing and its custom fields are its own.
const COPIED: &[&str] = &[
    "summary",
    "board",
    "company",
    "contact",
    "priority",
    "severity",
    "impact",
    "type",
    "subType",
    "item",
    "team",
    "source",
    "location",
    "department",
];

/// Copies a ticket, or merges others into it.
pub(super) fn act(world: &mut World, ticket: i64, deed: &str, body: &Value) -> Result<Answer, Answer> {
    let row = world.row("tickets", ticket).cloned().ok_or_else(|| not_found("Ticket", ticket))?;
    world.need("Service Tickets", "editLevel")?;
    match deed {
        "copy" => copy(world, &row),
        "merge" => merge(world, &row, body),
        _ => Err(no_route()),
    }
}

fn copy(world: &mut World, from: &Value) -> Result<Answer, Answer> {
    let taken = COPIED.iter().filter(|name| !from[**name].is_null());
    let mut row: Value = Value::Object(taken.map(|name| ((*name).to_owned(), from[*name].clone())).collect());
    tickets::fill(world, &mut row)?;
    let id = world.add("tickets", row);
    world.touch("tickets", id, API_MEMBER);
    tickets::show_custom_fields(world, id);
    callbacks::queue(world, "added", id);
    Ok(Answer::ok(world.row("tickets", id).cloned().unwrap_or_default()))
}

/// The others get the status that was asked for, on their own boards, and name the ticket that they went into; it
/// gets their notes.
fn merge(world: &mut World, parent: &Value, body: &Value) -> Result<Answer, Answer> {
    let required = |field: &str| {
        let told = format!("The {field} field is required.");
        invalid("TicketMerge", field, "MissingRequiredField", &told)
    };
    let ids = body["mergeTicketIds"].as_array().filter(|ids| !ids.is_empty());
    let ids = ids.ok_or_else(|| required("mergeTicketIds"))?;
    if !body["status"].is_object() {
        return Err(required("status"));
    }
    let into = parent["id"].as_i64().unwrap_or_default();
    let ids: Vec<i64> = ids.iter().map(|id| id.as_i64().unwrap_or_default()).collect();
    // All of them, or none.
    let mut merged = Vec::new();
    for id in &ids {
        merged.push((*id, merged_row(world, *id, parent, &body["status"])?));
    }
    for (id, row) in merged {
        if let Some(place) = world.row_mut("tickets", id) {
            *place = row;
        }
        world.touch("tickets", id, API_MEMBER);
        callbacks::queue(world, "updated", id);
        take_notes(world, id, into);
    }
    if let Some(place) = world.row_mut("tickets", into) {
        place["hasMergedChildTicketFlag"] = json!(true);
    }
    world.touch("tickets", into, API_MEMBER);
    callbacks::queue(world, "updated", into);
    Ok(Answer::ok(world.row("tickets", into).cloned().unwrap_or_default()))
}

/// A ticket as it is once it is merged.
fn merged_row(world: &World, id: i64, parent: &Value, status: &Value) -> Result<Value, Answer> {
    let before = world.row("tickets", id).cloned().ok_or_else(|| not_found("Ticket", id))?;
    if before["id"] == parent["id"] {
        return Err(refusal(400, "InvalidObject", "A ticket cannot be merged into itself."));
    }
    if !before["mergedParentTicket"].is_null() {
        return Err(refusal(400, "InvalidObject", "The ticket has been merged already."));
    }
    let statuses = world.rows("statuses");
    let own = statuses.iter().filter(|row| row["board"]["id"] == before["board"]["id"]);
    let same =
        |row: &&Value| ["id", "name"].iter().any(|key| !status[*key].is_null() && row[*key] == status[*key]);
    let found = own.into_iter().find(same).and_then(|row| row["id"].as_i64());
    let found = found.ok_or_else(|| invalid("TicketMerge", "status", "NotFound", "status not found"))?;
    let mut row = before.clone();
    row["status"] = world.reference("statuses", found);
    row["mergedParentTicket"] = json!({"id": parent["id"], "summary": parent["summary"]});
    tickets::settle(world, &before, &mut row)?;
    Ok(row)
}

fn take_notes(world: &mut World, from: i64, into: i64) {
    for mut note in world.rows("notes").into_iter().filter(|note| note["ticketId"] == from) {
        note["ticketId"] = json!(into);
        note["mergedFlag"] = json!(true);
        note["id"] = Value::Null;
        world.add("notes", note);
    }
}
