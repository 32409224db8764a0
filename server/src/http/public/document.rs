//! The OpenAPI 3.1 document, made from the same list as the router.

use super::{
    PREFIX,
    endpoint::{Access, Endpoint, Parameter},
    endpoints, schemas,
};
use serde_json::{Map, Value, json};

/// The document.
pub fn document() -> Value {
    let mut paths: Map<String, Value> = Map::new();
    for endpoint in endpoints() {
        let path = paths.entry(format!("{PREFIX}{}", endpoint.path)).or_insert_with(|| json!({}));
        path[endpoint.method.to_lowercase()] = operation(&endpoint);
    }
    json!({
        "openapi": "3.1.0",
        "info": {
            "title": "Tandem",
            "version": "1",
            "description": "Times are RFC 3339 in UTC. Errors are RFC 9457 problem documents with `errors[]` per field. \
                Every POST honours `Idempotency-Key`, except `/token`.",
        },
        "paths": sorted(paths),
        "components": {
            "schemas": sorted(schemas::all()),
            "securitySchemes": {
                "personal": { "type": "http", "scheme": "bearer", "description": "A personal token." },
                "client": { "type": "http", "scheme": "bearer", "description": "An access token of `/token`." },
                "basic": { "type": "http", "scheme": "basic", "description": "An API client's name and secret." },
            },
        },
    })
}

fn sorted(members: Map<String, Value>) -> Value {
    let ordered: std::collections::BTreeMap<String, Value> = members.into_iter().collect();
    json!(ordered)
}

fn operation(endpoint: &Endpoint) -> Value {
    let mut parameters: Vec<Value> = in_path(endpoint.path);
    parameters.extend(endpoint.query.iter().map(in_query));
    let mut operation = json!({
        "operationId": name(endpoint),
        "tags": [endpoint.path.split('/').nth(1).unwrap_or_default()],
        "summary": endpoint.about,
        "parameters": parameters,
        "security": security(endpoint.access),
        "responses": responses(endpoint),
    });
    if let Some(schema) = endpoint.body {
        let content =
            if schema == "TokenRequest" { "application/x-www-form-urlencoded" } else { "application/json" };
        operation["requestBody"] =
            json!({ "required": true, "content": { content: { "schema": reference(schema) } } });
    }
    operation
}

fn name(endpoint: &Endpoint) -> String {
    let words = endpoint.path.replace(['{', '}'], "").replace(['/', '-', '.'], "_");
    format!("{}{words}", endpoint.method.to_lowercase())
}

fn in_path(path: &str) -> Vec<Value> {
    let named = path.split('/').filter_map(|part| part.strip_prefix('{')?.strip_suffix('}'));
    named
        .map(|name| json!({ "name": name, "in": "path", "required": true, "schema": { "type": "string" } }))
        .collect()
}

fn in_query(parameter: &Parameter) -> Value {
    let number = matches!(parameter.name, "limit" | "since" | "from" | "to" | "version");
    let kind = if number { "integer" } else { "string" };
    json!({ "name": parameter.name, "in": "query", "description": parameter.about, "schema": { "type": kind } })
}

fn security(access: Access) -> Value {
    match access {
        Access::Open => json!([{ "basic": [] }]),
        Access::Public => json!([]),
        Access::Personal => json!([{ "personal": [] }]),
        Access::Client => json!([{ "client": [] }]),
    }
}

fn responses(endpoint: &Endpoint) -> Value {
    let mut success = json!({ "description": "Done." });
    if let Some(schema) = endpoint.answer {
        success["content"] = json!({ "application/json": { "schema": answer(schema) } });
    }
    let mut responses = Map::new();
    responses.insert(endpoint.status.to_string(), success);
    if endpoint.path == "/events" {
        let stream = json!({ "text/event-stream": { "schema": { "type": "string" } } });
        success_of(&mut responses, endpoint.status, stream);
    }
    if endpoint.path.starts_with("/pull/") && endpoint.method == "GET" {
        responses.insert(
            "304".into(),
            json!({ "description": "Unchanged: `If-None-Match` names what is current." }),
        );
    }
    if endpoint.lasting {
        responses.insert(
            "202".into(),
            json!({ "description": "It takes long and goes on: ask the source for its newest reading later." }),
        );
    }
    let problem = json!({ "application/problem+json": { "schema": reference("Problem") } });
    responses.insert("default".into(), json!({ "description": "A problem.", "content": problem }));
    Value::Object(responses)
}

fn success_of(responses: &mut Map<String, Value>, status: u16, content: Value) {
    let success = json!({ "description": "Events, as long as the caller reads.", "content": content });
    responses.insert(status.to_string(), success);
}

fn answer(schema: &str) -> Value {
    match schema.strip_suffix("[]") {
        Some(item) => json!({
            "type": "object",
            "required": ["items", "next_cursor", "total"],
            "properties": {
                "items": { "type": "array", "items": reference(item) },
                "next_cursor": { "type": ["string", "null"] },
                "total": { "type": "integer" },
            },
        }),
        None => reference(schema),
    }
}

fn reference(schema: &str) -> Value {
    json!({ "$ref": format!("#/components/schemas/{schema}") })
}
