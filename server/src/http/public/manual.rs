//! The API for reading: a plain page made from the document, without any script.

use super::document;
use axum::response::Html;
use serde_json::Value;
use std::fmt::Write as _;

/// The page at `/api/docs`.
pub(super) async fn page() -> Html<String> {
    let document = document::document();
    let mut body = String::new();
    for (path, operations) in document["paths"].as_object().into_iter().flatten() {
        for (method, operation) in operations.as_object().into_iter().flatten() {
            section(&mut body, method, path, operation);
        }
    }
    Html(format!(
        "<!doctype html><html lang=\"en\"><meta charset=\"utf-8\"><meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\
         <title>Tandem API</title><link rel=\"stylesheet\" href=\"/manual.css\">\
         <main><h1>Tandem API</h1><p>{}</p><p>The same as a document: <a href=\"/api/v1/openapi.json\">openapi.json</a></p>{body}</main></html>",
        told(document["info"]["description"].as_str().unwrap_or_default())
    ))
}

fn section(body: &mut String, method: &str, path: &str, operation: &Value) {
    // Writing to a String cannot fail.
    let _ = write!(
        body,
        "<section><h2><code>{} {}</code></h2><p>{}</p>",
        method.to_uppercase(),
        escape(path),
        told(operation["summary"].as_str().unwrap_or_default())
    );
    let parameters = operation["parameters"].as_array().map(Vec::as_slice).unwrap_or_default();
    if !parameters.is_empty() {
        body.push_str("<dl>");
        for parameter in parameters {
            let part = |name: &str| parameter[name].as_str().unwrap_or_default();
            let _ = write!(
                body,
                "<dt><code>{}</code> <small>{}</small></dt><dd>{}</dd>",
                escape(part("name")),
                escape(part("in")),
                told(part("description"))
            );
        }
        body.push_str("</dl>");
    }
    body.push_str("</section>");
}

/// Text in which code stands between grave accents.
fn told(text: &str) -> String {
    let mut told = String::new();
    for (at, part) in escape(text).split('`').enumerate() {
        // Writing to a String cannot fail.
        let _ = if at % 2 == 1 { write!(told, "<code>{part}</code>") } else { write!(told, "{part}") };
    }
    told
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

#[cfg(test)]
mod tests {
    #[test]
    fn code_is_marked_and_nothing_else() {
        assert_eq!(super::told("`a<b` or c > d"), "<code>a&lt;b</code> or c &gt; d");
        assert_eq!(super::told("nothing"), "nothing");
    }
}
