//! The tree of a search as `SearchXML` holds it, the inverse of `canonical::tree`.

use super::body::escape;
use serde_json::{Map, Value};

/// Tags in the order in which Automate writes them; the children stand after the first.
const TAGS: &[(&str, &str)] =
    &[("lon", "label"), ("lok", "key"), ("lmo", "operator"), ("dv", "display"), ("dk", "value")];

/// The XML of a tree; nothing for a search that has none.
pub(super) fn xml(nodes: Option<&Value>) -> String {
    match nodes.and_then(Value::as_array) {
        Some(nodes) => format!("<LabTechAbstractSearch>{}</LabTechAbstractSearch>", all(nodes)),
        None => String::new(),
    }
}

fn all(nodes: &[Value]) -> String {
    nodes.iter().filter_map(Value::as_object).map(node).collect()
}

/// Recursive; the reader bounds the depth of what can be published.
fn node(members: &Map<String, Value>) -> String {
    let text = |member: &str| members.get(member).and_then(Value::as_str).unwrap_or_default();
    let mut out = format!("<asn><st>{}</st>", escape(text("node")));
    if let Some(children) = members.get("children").and_then(Value::as_array) {
        out.push_str(&format!("<cn>{}</cn>", all(children)));
    }
    for (tag, member) in TAGS {
        let value = text(member);
        // A role stands there as its GUID.
        let value = if *member == "value" { value.strip_prefix("roles:").unwrap_or(value) } else { value };
        if !value.is_empty() {
            out.push_str(&format!("<{tag}>{}</{tag}>", escape(value)));
        }
    }
    out.push_str("</asn>");
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn trees_are_written_as_they_are_read() {
        let tree = json!([{"node": "AndNode", "children": [
            {"node": "ComparisonNode", "label": "a & b", "key": "k", "operator": "Equals", "display": "<1>", "value": "1"},
            {"node": "ComparisonNode", "key": "Computer.LabTech.Roles", "value": "roles:c79927ec-2b6f-11e3-9392-08002788414b"},
        ]}]);
        let xml = xml(Some(&tree));
        let read = crate::canonical::tree_of(&xml);
        assert_eq!(json!(read), tree);
        assert_eq!(super::xml(None), "");
    }
}
