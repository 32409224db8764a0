//! The schemas of the document, taken from real values: what is serialised is what is documented.
//!
//! Each schema is made from examples of a type: one with everything filled in, and one with every optional
//! member empty. A member that may be empty becomes nullable; one that is left out is not required.

mod examples;

use serde_json::{Map, Value, json};

/// Every schema by name.
pub fn all() -> Map<String, Value> {
    examples::all().into_iter().map(|(name, examples)| (name.to_owned(), schema(&examples))).collect()
}

/// The schema that all examples fit.
fn schema(examples: &[Value]) -> Value {
    let mut kinds: Vec<&str> = Vec::new();
    for kind in examples.iter().map(kind) {
        if !kinds.contains(&kind) {
            kinds.push(kind);
        }
    }
    let mut schema = json!({ "type": if kinds.len() == 1 { json!(kinds[0]) } else { json!(kinds) } });
    if kinds.contains(&"object") {
        describe_object(&mut schema, examples);
    }
    if kinds.contains(&"array") {
        let items: Vec<Value> = examples.iter().filter_map(Value::as_array).flatten().cloned().collect();
        schema["items"] = if items.is_empty() { json!({}) } else { self::schema(&items) };
    }
    schema
}

fn describe_object(schema: &mut Value, examples: &[Value]) {
    let objects: Vec<&Map<String, Value>> = examples.iter().filter_map(Value::as_object).collect();
    let mut properties = Map::new();
    for name in objects.iter().flat_map(|object| object.keys()) {
        let values: Vec<Value> = objects.iter().filter_map(|object| object.get(name)).cloned().collect();
        properties.entry(name.clone()).or_insert_with(|| self::schema(&values));
    }
    let in_all = |name: &&String| objects.iter().all(|object| object.contains_key(name.as_str()));
    let mut required: Vec<String> = properties.keys().filter(in_all).cloned().collect();
    required.sort_unstable();
    schema["required"] = json!(required);
    schema["properties"] = Value::Object(properties);
}

fn kind(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "boolean",
        Value::Number(number) if number.is_f64() => "number",
        Value::Number(_) => "integer",
        Value::String(_) => "string",
        Value::Array(_) => "array",
        Value::Object(_) => "object",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn optional_members_are_nullable_or_not_required() {
        let schema = schema(&[json!({"a": 1, "b": "x", "c": [1]}), json!({"a": 2, "b": null})]);
        assert_eq!(schema["properties"]["b"]["type"], json!(["string", "null"]));
        assert_eq!(schema["required"], json!(["a", "b"]));
        assert_eq!(schema["properties"]["c"]["items"]["type"], "integer");
    }

    #[test]
    fn every_schema_that_an_endpoint_names_is_there() {
        let known = all();
        for endpoint in crate::http::public::endpoints() {
            for name in endpoint.body.into_iter().chain(endpoint.answer) {
                assert!(known.contains_key(name.trim_end_matches("[]")), "{name}");
            }
        }
    }
}
