//! What can be made, changed and deleted (`automate-api.md` section 2.4): scripts (`POST /v1`, `PUT` and `DELETE /v2`),
//! their folders, groups.

use super::{
    World, json_answer, plain, refused,
    tables::{WRITABLE, asks_for_steps, missing, second_version},
};
use crate::exports::guid_of;
use axum::{
    http::{HeaderMap, Method, StatusCode},
    response::Response,
};
use serde_json::{Value, json};

impl World {
    /// A change, with the rights and the faults that concern changes.
    pub(super) fn write(
        &mut self,
        method: &Method,
        resource: &str,
        query: &str,
        headers: &HeaderMap,
        body: &[u8],
    ) -> Response {
        if !self.access.admits(headers) || self.faults.signs_out(&mut self.access) {
            return refused(StatusCode::UNAUTHORIZED, "Authorization has been denied for this request.");
        }
        if self.faults.breaks() || lost(&mut self.faults.lost_requests) {
            return self.faults.failure();
        }
        let Some(right) = right(method, resource) else { return plain(StatusCode::METHOD_NOT_ALLOWED) };
        if !self.faults.rights.iter().any(|held| held == right) {
            return refused(StatusCode::FORBIDDEN, "The user lacks a permission.");
        }
        let mut sent: Value = match serde_json::from_slice(body) {
            Ok(sent) => sent,
            Err(_) if method == Method::DELETE => Value::Null,
            Err(_) => return refused(StatusCode::BAD_REQUEST, "The body is no JSON."),
        };
        if let Some(longest) = self.faults.shortens {
            shorten(&mut sent, longest);
        }
        let answer = match (method.as_str(), resource.rsplit_once('/')) {
            ("POST", _) => self.make(resource, sent),
            ("PUT", Some(("v2/scripts", id))) => self.put_script(id, query, &sent),
            ("DELETE", Some(("v2/scripts", id))) => self.delete("scripts", id),
            ("DELETE", Some(("groups", id))) => self.delete("groups", id),
            ("PATCH", Some(("groups", id))) => self.patch_group(id, &sent),
            _ => plain(StatusCode::METHOD_NOT_ALLOWED),
        };
        if lost(&mut self.faults.lost_answers) { self.faults.failure() } else { answer }
    }

    fn make(&mut self, resource: &str, sent: Value) -> Response {
        let Value::Object(mut row) = sent else {
            return refused(StatusCode::BAD_REQUEST, "The body is no object.");
        };
        let text = |name: &str| row.get(name).and_then(Value::as_str).unwrap_or_default().to_owned();
        if text("Name").trim().is_empty() {
            return refused(StatusCode::BAD_REQUEST, "Name is required.");
        }
        let id = self.next_id(resource);
        let given = text("GUID");
        let guid = if self.faults.own_guids || given.is_empty() {
            guid_of(&format!("{resource} {id}"))
        } else {
            given
        };
        row.insert("Id".into(), id.to_string().into());
        row.insert("GUID".into(), guid.into());
        if resource == "scripts" {
            let folder = row.get("Folder").map_or(Value::Null, |folder| folder["Id"].clone());
            let Some(folder) = self.folder_row(&folder) else { return no_folder() };
            row.insert("Folder".into(), folder);
            row.insert("Version".into(), 1.into());
            row.insert("UpdateDate".into(), "2026-11-20T09:00:00Z".into());
            row.insert("UpdatedBy".into(), "tandem@web".into());
        }
        self.table(resource).push(Value::Object(row.clone()));
        if resource == "groups" {
            self.derive_groups();
        }
        json_answer(&Value::Object(row))
    }

    /// The folder that a script is put into; one without a name at the top.
    fn folder_row(&mut self, id: &Value) -> Option<Value> {
        let id = id.as_str().map_or_else(|| id.to_string(), str::to_owned);
        if matches!(id.as_str(), "0" | "null" | "") {
            return Some(json!({ "Id": "0" }));
        }
        self.find("scriptfolders", &id).cloned()
    }

    /// The whole script is put: one that comes without its steps has none afterwards, and steps are only known in
    /// the form in which they were given.
    fn put_script(&mut self, id: &str, query: &str, sent: &Value) -> Response {
        let Some(folder) = self.folder_row(&sent["Folder"]["ScriptFolderId"]) else { return no_folder() };
        let Some(row) = self.find("scripts", id) else { return missing() };
        let with_steps = asks_for_steps(query);
        if !with_steps || sent["Steps"].as_array().is_none_or(Vec::is_empty) {
            row["ScriptData"]["ScriptSteps"] = json!([]);
        } else if sent["Steps"] != second_version(row, true)["Steps"] {
            return refused(StatusCode::BAD_REQUEST, "A step is not understood.");
        }
        row["Name"] = sent["Name"].clone();
        row["Comments"] = sent["Description"].clone();
        row["Folder"] = folder;
        row["Version"] = (row["Version"].as_i64().unwrap_or(0) + 1).into();
        json_answer(&second_version(row, with_steps))
    }

    fn patch_group(&mut self, id: &str, sent: &Value) -> Response {
        let Some(row) = self.find("groups", id) else { return missing() };
        for operation in sent.as_array().into_iter().flatten() {
            match (operation["Op"].as_str(), operation["Path"].as_str()) {
                (Some("replace"), Some(name)) => {
                    row[name.trim_start_matches('/')] = operation["Value"].clone()
                }
                _ => return refused(StatusCode::BAD_REQUEST, "An operation is not understood."),
            }
        }
        self.derive_groups();
        self.find("groups", id).map_or_else(missing, |row| json_answer(row))
    }

    fn delete(&mut self, resource: &str, id: &str) -> Response {
        let rows = self.table(resource);
        let before = rows.len();
        rows.retain(|row| row["Id"] != id);
        if rows.len() == before { missing() } else { plain(StatusCode::NO_CONTENT) }
    }
}

fn no_folder() -> Response {
    refused(StatusCode::BAD_REQUEST, "There is no such folder.")
}

/// The right that a change needs.
fn right(method: &Method, resource: &str) -> Option<&'static str> {
    let kind = resource.trim_start_matches("v2/").split('/').next().unwrap_or_default();
    match (method.as_str(), kind) {
        _ if !WRITABLE.contains(&kind) => None,
        ("DELETE", "scripts") => Some("ScriptDelete"),
        (_, "scripts" | "scriptfolders") => Some("ScriptEdit"),
        ("DELETE", _) => Some("GroupsDelete"),
        ("POST", _) => Some("GroupsCreate"),
        _ => Some("GroupInfoUpdate"),
    }
}

/// Whether this is one of those that get lost.
fn lost(left: &mut u32) -> bool {
    let lost = *left > 0;
    *left = left.saturating_sub(1);
    lost
}

/// Cuts every text, as a column that is too short does.
fn shorten(value: &mut Value, longest: usize) {
    match value {
        Value::String(text) => *text = text.chars().take(longest).collect(),
        Value::Array(items) => items.iter_mut().for_each(|item| shorten(item, longest)),
        Value::Object(members) => members.values_mut().for_each(|member| shorten(member, longest)),
        _ => {}
    }
}
