//! Members of an answer. Ids come as numbers or as texts; what is missing is empty; names are found in any case.

use jiff::Timestamp;
use serde_json::Value;

/// A member, whatever the case of its name.
pub(super) fn member<'a>(value: &'a Value, name: &str) -> &'a Value {
    let found = value.get(name).or_else(|| {
        let members = value.as_object()?;
        members.iter().find(|(key, _)| key.eq_ignore_ascii_case(name)).map(|(_, value)| value)
    });
    found.unwrap_or(&Value::Null)
}

/// A member below others.
pub(super) fn below<'a>(value: &'a Value, path: &[&str]) -> &'a Value {
    path.iter().fold(value, |value, name| member(value, name))
}

/// A member as text.
pub(super) fn text(value: &Value, name: &str) -> String {
    plain(member(value, name))
}

/// A value as text: texts, numbers and flags have one.
pub(super) fn plain(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Number(number) => number.to_string(),
        Value::Bool(flag) => flag.to_string(),
        Value::Null | Value::Array(_) | Value::Object(_) => String::new(),
    }
}

/// A member as a flag.
pub(super) fn flag(value: &Value, name: &str) -> bool {
    matches!(text(value, name).to_ascii_lowercase().as_str(), "true" | "1")
}

/// A member as a number.
pub(super) fn number(value: &Value, name: &str) -> Option<i64> {
    text(value, name).trim().parse().ok()
}

/// A list's elements; none when it is no list.
pub(super) fn list(value: &Value) -> &[Value] {
    value.as_array().map(Vec::as_slice).unwrap_or_default()
}

/// A member as a time; without an offset it is UTC.
pub(super) fn time(value: &Value, name: &str) -> Option<Timestamp> {
    let text = text(value, name);
    text.parse().or_else(|_| format!("{text}Z").parse()).ok()
}
