//! The rows of what can be written. They begin as the library's, and stand for themselves once something was written.

use super::{World, json_answer, plain, rows};
use axum::{http::StatusCode, response::Response};
use serde_json::{Value, json};

/// What can be written.
pub(super) const WRITABLE: &[&str] = &["scripts", "scriptfolders", "groups"];
/// Ids of rows that are made begin here.
const FIRST_ID: i64 = 50_000;

impl World {
    /// The rows of a resource, to be changed.
    pub(super) fn table(&mut self, resource: &str) -> &mut Vec<Value> {
        let rows = || rows::of(&self.contents, resource, true).unwrap_or_default();
        self.tables.entry(resource.to_owned()).or_insert_with(rows)
    }

    /// The rows of a resource, as they are listed; none when it is unknown.
    pub(super) fn listed(&self, resource: &str, with_bodies: bool) -> Option<Vec<Value>> {
        let Some(rows) = self.tables.get(resource) else {
            return rows::of(&self.contents, resource, with_bodies);
        };
        let mut rows = rows.clone();
        if !with_bodies && resource == "scripts" {
            rows.iter_mut().for_each(|row| row["ScriptData"] = Value::Null);
        }
        Some(rows)
    }

    /// One row: a group, or a script as `/v2` shows it.
    pub(super) fn one(&mut self, resource: &str, query: &str) -> Option<Response> {
        if let Some(id) = resource.strip_prefix("groups/").map(str::to_owned) {
            return Some(self.find("groups", &id).map_or_else(missing, |row| json_answer(row)));
        }
        let id = resource.strip_prefix("v2/scripts/")?.to_owned();
        let with_steps = asks_for_steps(query) && !self.faults.hides_steps;
        Some(
            self.find("scripts", &id)
                .map_or_else(missing, |row| json_answer(&second_version(row, with_steps))),
        )
    }

    pub(super) fn find(&mut self, resource: &str, id: &str) -> Option<&mut Value> {
        self.table(resource).iter_mut().find(|row| row["Id"] == id)
    }

    /// The id of the next row.
    pub(super) fn next_id(&mut self, resource: &str) -> i64 {
        let ids = self.table(resource).iter().filter_map(|row| row["Id"].as_str()?.parse::<i64>().ok());
        ids.max().unwrap_or(0).max(FIRST_ID) + 1
    }

    /// Full names and depths follow from the parents.
    pub(super) fn derive_groups(&mut self) {
        let rows = self.table("groups");
        let known: Vec<(Value, Value, String)> = rows
            .iter()
            .map(|row| {
                let name = row["Name"].as_str().unwrap_or_default().to_owned();
                (row["Id"].clone(), row["ParentId"].clone(), name)
            })
            .collect();
        for row in rows {
            let (mut names, mut next) = (Vec::new(), row["Id"].clone());
            while let Some((_, parent, name)) =
                known.iter().find(|(id, ..)| *id == next).filter(|_| names.len() < 64)
            {
                names.push(name.clone());
                next = parent.clone();
            }
            names.reverse();
            row["Depth"] = names.len().saturating_sub(1).into();
            row["FullName"] = names.join(".").into();
        }
    }
}

/// Whether a request about a script is about its steps as well.
pub(super) fn asks_for_steps(query: &str) -> bool {
    query.to_ascii_lowercase().contains("includesteps=true")
}

pub(super) fn missing() -> Response {
    plain(StatusCode::NOT_FOUND)
}

/// A script as `/v2` shows it: neither GUID nor version, and steps whose function has members of its own.
pub(super) fn second_version(row: &Value, with_steps: bool) -> Value {
    let steps = row["ScriptData"]["ScriptSteps"].as_array().map(Vec::as_slice).unwrap_or_default();
    let step = |step: &Value| {
        json!({
            "OperatingSystem": step["OsLimit"],
            "IsEnabled": step["OsLimit"].as_i64() >= Some(0),
            "ShouldContinueOnFailure": step["Continue"] == 1,
            "IndentationLevel": step["Indentation"],
            "Function": { "ScriptFunctionId": step["FunctionId"], "Text": step["Param1"], "Section": step["ScriptSection"] },
        })
    };
    let id = |value: &Value| value.as_str().and_then(|id| id.parse::<i64>().ok());
    json!({
        "ScriptId": id(&row["Id"]),
        "Name": row["Name"],
        "Description": row["Comments"],
        "Folder": { "ScriptFolderId": id(&row["Folder"]["Id"]), "Name": row["Folder"]["Name"] },
        "ScriptTargetType": { "ScriptTargetTypeId": 1, "Name": "Computer" },
        "ScriptOptions": { "IsMaintenanceScript": row["IsMaintenanceScript"], "IsFunctionScript": row["IsFunctionScript"] },
        "Parameters": row["Parameters"],
        "Steps": if with_steps { steps.iter().map(step).collect::<Vec<_>>() } else { vec![] },
    })
}
