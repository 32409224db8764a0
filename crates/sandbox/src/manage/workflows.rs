//! Workflow rules: what may be stored, and what `…/test` finds. Nothing here ever runs an action: the API cannot.

use super::{
    answer::{Answer, bad_condition, invalid, no_route, not_found, refusal},
    world::{Request, World},
};
use serde_json::{Value, json};

pub(super) fn check_new(row: &mut Value) -> Result<(), Answer> {
    if row["activateFlag"] == true {
        return Err(invalid(
            "Workflow",
            "activateFlag",
            "InvalidField",
            "A workflow cannot be activated before it has an event.",
        ));
    }
    row["activateFlag"] = json!(false);
    if row["batchFrequencyUnit"].is_null() {
        row["batchFrequencyUnit"] = json!("Minutes");
    }
    Ok(())
}

pub(super) fn check_change(world: &World, row: &Value) -> Result<(), Answer> {
    if row["activateFlag"] != true {
        return Ok(());
    }
    if !world.rows("events").iter().any(|event| event["parentId"] == row["id"]) {
        return Err(invalid(
            "Workflow",
            "activateFlag",
            "InvalidField",
            "A workflow cannot be activated before it has an event.",
        ));
    }
    if row["batchSchedule"].is_null() {
        return Err(invalid(
            "Workflow",
            "batchSchedule",
            "MissingRequiredField",
            "The batchSchedule field is required.",
        ));
    }
    Ok(())
}

pub(super) fn check_event(row: &mut Value) -> Result<(), Answer> {
    if row["executionTime"].is_null() {
        row["executionTime"] = json!("Once");
    }
    let repeated = matches!(row["executionTime"].as_str(), Some("MultipleTimes" | "Continuously"));
    for field in ["frequencyUnit", "frequencyOfExecution"] {
        if repeated && row[field].is_null() {
            return Err(invalid(
                "WorkflowEvent",
                field,
                "MissingRequiredField",
                &format!("The {field} field is required."),
            ));
        }
    }
    Ok(())
}

pub(super) fn check_action(world: &World, row: &mut Value) -> Result<(), Answer> {
    let kind = row["notifyType"]["name"].as_str().unwrap_or_default();
    if matches!(kind, "Send Email" | "Create Activity" | "Assign Resource") && row["subject"].is_null() {
        return Err(invalid(
            "WorkflowAction",
            "subject",
            "MissingRequiredField",
            "The subject field is required.",
        ));
    }
    let known = |table: &str, id: &Value| id.as_i64().is_some_and(|id| world.row(table, id).is_some());
    if !known("workflows", &row["grandParentId"]) || !known("events", &row["parentId"]) {
        return Err(refusal(404, "NotFound", "Workflow event not found"));
    }
    Ok(())
}

/// Whether an event's condition names a custom field.
pub(super) fn uses_field(world: &World, field: i64) -> bool {
    let caption =
        world.row("userDefinedFields", field).and_then(|field| field["caption"].as_str()).unwrap_or_default();
    let names =
        |event: &Value| event["eventCondition"].as_str().is_some_and(|condition| condition.contains(caption));
    !caption.is_empty() && world.rows("events").iter().any(names)
}

pub(super) fn remove_parts(world: &mut World, workflow: i64) {
    world.remove_where("events", |event| event["parentId"] == workflow);
    world.remove_where("actions", |action| action["grandParentId"] == workflow);
}

/// Evaluates an event and answers with rows of columns.
pub(super) fn test(
    world: &mut World,
    workflow: i64,
    event: i64,
    request: &Request,
) -> Result<Answer, Answer> {
    let row = world.row("events", event).filter(|row| row["parentId"] == workflow);
    let row = row.cloned().ok_or_else(|| not_found("WorkflowEvent", event))?;
    let condition = row["eventCondition"].as_str().unwrap_or_default();
    let rows = matching(world, condition).map_err(|message| bad_condition(&message))?;
    let found = rows.len();
    let stamp = world.clock.stamp();
    if let Some(event) = world.row_mut("events", event) {
        event["dateTestedUTC"] = json!(stamp);
        event["testRecordsMatched"] = json!(found);
    }
    let number = |name: &str| {
        request.parameter(name).and_then(|text| text.parse::<usize>().ok()).filter(|number| *number > 0)
    };
    let (size, page) = (number("pageSize").unwrap_or(25).min(1_000), number("page").unwrap_or(1));
    Ok(Answer::ok(rows.into_iter().skip((page - 1) * size).take(size).collect()))
}

/// The same for a rule that is not stored (2026.11).
pub(super) fn test_draft(world: &World, body: &Value) -> Result<Answer, Answer> {
    let condition = body["event"]["eventCondition"].as_str().unwrap_or_default();
    let rows = matching(world, condition).map_err(|message| bad_condition(&message))?;
    let most = body["testOptions"]["maxResults"]
        .as_u64()
        .and_then(|most| usize::try_from(most).ok())
        .unwrap_or(usize::MAX);
    Ok(Answer::ok(
        json!({"totalCount": rows.len(), "results": rows.into_iter().take(most).collect::<Vec<_>>()}),
    ))
}

/// The catalogue before any rule exists (2026.11): the triggers of a kind of record, and the choices of one.
pub(super) fn triggers_of_kind(world: &World, rest: &[&str]) -> Result<Answer, Answer> {
    match rest {
        [] => Ok(Answer::ok(world.rows("triggers").into())),
        [trigger, "options"] => {
            let id = trigger.parse().map_err(|_| no_route())?;
            let row = world.row("triggers", id).ok_or_else(|| not_found("WorkflowTrigger", id))?;
            let table = match row["name"].as_str() {
                Some("Status") => "statuses",
                Some("Board") => "boards",
                Some("Priority") => "priorities",
                _ => return Ok(Answer::ok(json!([]))),
            };
            let option =
                |row: &Value| json!({"value": row["id"].to_string(), "name": row["name"], "parentId": id});
            Ok(Answer::ok(world.rows(table).iter().map(option).collect()))
        }
        _ => Err(no_route()),
    }
}

fn matching(world: &World, condition: &str) -> Result<Vec<Value>, String> {
    let mut rows = Vec::new();
    for ticket in world.rows("tickets") {
        if world.quirks.dialect.holds(condition, &ticket, world.clock.now())? {
            rows.push(json!({world.quirks.id_column: ticket["id"], "Summary": ticket["summary"], "Board": ticket["board"]["name"]}));
        }
    }
    Ok(rows)
}
