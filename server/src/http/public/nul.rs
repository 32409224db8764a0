//! The character NUL. PostgreSQL keeps it in no text, so it is refused at the door on every engine, with the name of the
//! field that holds it.

use super::problem::Problem;
use axum::{extract::Query, http::Uri};
use serde_json::Value;

/// As JSON spells it; a bare one is no JSON.
const IN_JSON: &[u8] = b"\\u0000";

/// Refuses a query whose parameters hold a NUL.
pub(super) fn none_in_query(uri: &Uri) -> Result<(), Problem> {
    if !uri.query().is_some_and(|query| query.contains("%00")) {
        return Ok(());
    }
    // What cannot be read is refused by whoever reads it.
    let Ok(Query(pairs)) = Query::<Vec<(String, String)>>::try_from_uri(uri) else { return Ok(()) };
    let held = pairs.into_iter().find(|(name, value)| name.contains('\0') || value.contains('\0'));
    held.map_or(Ok(()), |(name, _)| Err(refused(&name)))
}

/// Refuses a JSON text whose members hold a NUL.
pub(super) fn none_in_json(bytes: &[u8]) -> Result<(), Problem> {
    if !bytes.windows(IN_JSON.len()).any(|window| window == IN_JSON) {
        return Ok(());
    }
    let Ok(value) = serde_json::from_slice(bytes) else { return Ok(()) };
    place(&value).map_or(Ok(()), |place| Err(refused(&place)))
}

fn refused(field: &str) -> Problem {
    let field = if field.is_empty() || field.contains('\0') { "body" } else { field };
    Problem::field(422, field, "must not hold the character NUL: leave it out")
}

/// Where the first NUL stands, as other refusals name it: `items[0].note`.
fn place(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => text.contains('\0').then(String::new),
        Value::Array(items) => {
            items.iter().enumerate().find_map(|(at, item)| Some(join(&format!("[{at}]"), &place(item)?)))
        }
        Value::Object(members) => members.iter().find_map(|(name, member)| {
            if name.contains('\0') { Some(String::new()) } else { Some(join(name, &place(member)?)) }
        }),
        _ => None,
    }
}

fn join(head: &str, rest: &str) -> String {
    let dot = if rest.is_empty() || rest.starts_with('[') { "" } else { "." };
    format!("{head}{dot}{rest}")
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn it_is_found_and_named() {
        let held = json!({ "fine": 1, "items": [{ "note": "a" }, { "note": "a\0" }] });
        assert_eq!(place(&held).as_deref(), Some("items[1].note"));
        assert_eq!(place(&json!({ "lists": [["a"], ["\0"]] })).as_deref(), Some("lists[1][0]"));
        assert!(none_in_json(held.to_string().as_bytes()).is_err());
        assert!(none_in_json(br#"{ "path": "C:\\u0000" }"#).is_ok(), "a backslash and a word");
        assert!(none_in_query(&"/x?a=%2500&b=1".parse().unwrap()).is_ok());
        assert!(none_in_query(&"/x?a=1&b=%00".parse().unwrap()).is_err());
    }
}
