//! Manage's dialect of PATCH, and the check whether what was asked was done.
//!
//! Manage answers 200 to changes that it ignores, so every answer is compared with the request. References are
//! always replaced whole (`status` with `{"id": 12}`), never by a path into them.

use crate::{
    client::{Manage, typed},
    error::ManageError,
};
use reqwest::Method;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

/// What identifies a record that another one refers to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Reference {
    /// By its id, the surest.
    Id(i64),
    /// By its name: boards, statuses, priorities.
    Name(String),
    /// By its identifier: members, companies.
    Identifier(String),
}

impl Reference {
    pub(crate) fn to_json(&self) -> Value {
        match self {
            Self::Id(id) => json!({"id": id}),
            Self::Name(name) => json!({"name": name}),
            Self::Identifier(identifier) => json!({"identifier": identifier}),
        }
    }

    /// Whether the reference in a record is this one.
    pub(crate) fn is(&self, found: &Value) -> bool {
        let same = |key: &str, wanted: &str| {
            found[key].as_str().is_some_and(|text| text.eq_ignore_ascii_case(wanted))
        };
        match self {
            Self::Id(id) => found["id"].as_i64() == Some(*id),
            Self::Name(name) => same("name", name),
            Self::Identifier(identifier) => same("identifier", identifier),
        }
    }
}

/// A change of one record.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct Patch(Vec<Change>);

#[derive(Debug, Clone, PartialEq)]
struct Change {
    path: &'static str,
    value: Wanted,
}

#[derive(Debug, Clone, PartialEq)]
enum Wanted {
    Plain(Value),
    Reference(Reference),
    /// The whole array to send, and the ids of what must have changed.
    CustomFields(Vec<Value>, Vec<(i64, Value)>),
}

impl Patch {
    pub(crate) fn replace(mut self, path: &'static str, value: impl Into<Value>) -> Self {
        self.0.push(Change { path, value: Wanted::Plain(value.into()) });
        self
    }

    pub(crate) fn refer(mut self, path: &'static str, to: &Reference) -> Self {
        self.0.push(Change { path, value: Wanted::Reference(to.clone()) });
        self
    }

    /// Replaces custom fields: the whole array as it stands, with only these values changed.
    pub(crate) fn custom_fields(mut self, now: &Value, values: &[(i64, Value)]) -> Self {
        let mut all = now.as_array().cloned().unwrap_or_default();
        for (id, value) in values {
            match all.iter_mut().find(|field| field["id"].as_i64() == Some(*id)) {
                Some(field) => field["value"] = value.clone(),
                None => all.push(json!({"id": id, "value": value})),
            }
        }
        self.0.push(Change { path: "customFields", value: Wanted::CustomFields(all, values.to_vec()) });
        self
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub(crate) fn paths(&self) -> Vec<&'static str> {
        self.0.iter().map(|change| change.path).collect()
    }

    fn has_custom_fields(&self) -> bool {
        self.0.iter().any(|change| matches!(change.value, Wanted::CustomFields(..)))
    }

    /// The body. `pairs`: custom fields as bare `{id, value}`, for servers that refuse the whole array.
    pub(crate) fn body(&self, pairs: bool) -> Value {
        let operations = self.0.iter().map(|change| {
            let value = match &change.value {
                Wanted::Plain(value) => value.clone(),
                Wanted::Reference(reference) => reference.to_json(),
                Wanted::CustomFields(_, values) if pairs => {
                    values.iter().map(|(id, value)| json!({"id": id, "value": value})).collect()
                }
                Wanted::CustomFields(all, _) => Value::Array(all.clone()),
            };
            json!({"op": "replace", "path": change.path, "value": value})
        });
        operations.collect()
    }

    /// What the answer shows not to have been done.
    pub(crate) fn unapplied(&self, answer: &Value) -> Vec<String> {
        let mut missing = Vec::new();
        for change in &self.0 {
            let found = &answer[change.path];
            match &change.value {
                Wanted::Plain(wanted) if !same(wanted, found) => missing.push(change.path.to_owned()),
                Wanted::Reference(wanted) if !wanted.is(found) => missing.push(change.path.to_owned()),
                Wanted::CustomFields(_, values) => missing.extend(
                    values
                        .iter()
                        .filter(|(id, value)| !same(value, custom_value(found, *id)))
                        .map(|(id, _)| format!("custom field {id}")),
                ),
                _ => {}
            }
        }
        missing
    }
}

/// The value of a custom field in a record's `customFields`.
pub(crate) fn custom_value(fields: &Value, id: i64) -> &Value {
    let found =
        fields.as_array().and_then(|fields| fields.iter().find(|field| field["id"].as_i64() == Some(id)));
    found.map_or(&Value::Null, |field| &field["value"])
}

/// Whether two values are the same to Manage: null and empty text are one, blanks at the ends do not count.
pub(crate) fn same(wanted: &Value, found: &Value) -> bool {
    let text = |value: &Value| value.as_str().map(|text| text.trim().to_owned());
    let empty = |value: &Value| value.is_null() || text(value).is_some_and(|text| text.is_empty());
    match (wanted, found) {
        (wanted, found) if empty(wanted) => empty(found),
        (Value::String(_), Value::String(_)) => text(wanted) == text(found),
        (Value::Number(wanted), Value::Number(found)) => wanted.as_f64() == found.as_f64(),
        _ => wanted == found,
    }
}

impl Manage {
    /// Sends a patch and checks the answer.
    pub(crate) async fn patch<T: DeserializeOwned>(
        &self,
        path: &str,
        patch: &Patch,
    ) -> Result<T, ManageError> {
        let sent = self.call(Method::PATCH, path, Some(patch.body(false)), &[]).await;
        let answer = match sent {
            Err(ManageError::Rejected(refusal)) if patch.has_custom_fields() && refusal.status == 400 => {
                tracing::debug!(%refusal, "the whole array of custom fields was refused; sending pairs");
                self.call(Method::PATCH, path, Some(patch.body(true)), &[]).await?
            }
            other => other?,
        };
        let unapplied = patch.unapplied(&answer.body);
        if unapplied.is_empty() { typed(answer.body) } else { Err(ManageError::NotApplied(unapplied)) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_whole_array_travels_with_only_our_value_changed() {
        let now = json!([{"id": 1, "caption": "Room", "value": "12"}, {"id": 2, "caption": "TandemStatus_c", "value": null}]);
        let patch = Patch::default().custom_fields(&now, &[(2, json!("Acknowledged"))]);
        let body = patch.body(false);
        assert_eq!(body[0]["path"], "customFields");
        assert_eq!(body[0]["value"][0], now[0]);
        assert_eq!(
            body[0]["value"][1],
            json!({"id": 2, "caption": "TandemStatus_c", "value": "Acknowledged"})
        );
        assert_eq!(patch.body(true)[0]["value"], json!([{"id": 2, "value": "Acknowledged"}]));
    }

    #[test]
    fn a_false_success_is_seen() {
        let patch = Patch::default()
            .refer("status", &Reference::Name("Closed".into()))
            .replace("summary", "New text")
            .custom_fields(&json!([]), &[(2, json!(true))]);
        let done = json!({"status": {"id": 4, "name": "closed"}, "summary": "New text ", "customFields": [{"id": 2, "value": true}]});
        assert!(patch.unapplied(&done).is_empty());
        let ignored = json!({"status": {"id": 3, "name": "New"}, "summary": "Old", "customFields": [{"id": 2, "value": null}]});
        assert_eq!(patch.unapplied(&ignored), ["status", "summary", "custom field 2"]);
    }

    #[test]
    fn clearing_is_null_missing_or_empty() {
        let patch = Patch::default().replace("poNumber", Value::Null);
        assert!(patch.unapplied(&json!({})).is_empty());
        assert!(patch.unapplied(&json!({"poNumber": ""})).is_empty());
        assert_eq!(patch.unapplied(&json!({"poNumber": "7"})), ["poNumber"]);
    }
}
