//! The tree of an advanced search: `asn` nodes with short tags (`automate-api.md` section 3.5).

use crate::export::Wrong;
use domain::content::{ContentType, Guid, Reference, canonical::clean_text};
use roxmltree::{Document, Node};
use serde_json::{Map, Value};
use std::collections::BTreeSet;

/// The nodes of a search, and the extra fields and roles that it needs.
pub(super) fn read(xml: &str, line: u32, needs: &mut BTreeSet<Reference>) -> Result<Vec<Value>, Wrong> {
    if xml.trim().is_empty() {
        return Ok(Vec::new());
    }
    if xml.matches("<asn").count() > 5_000 {
        return Err(Wrong::at(line, "has a search tree of more than 5000 nodes and was not read"));
    }
    crate::export::check_depth(xml)
        .map_err(|wrong| Wrong::at(line, format!("has a search tree that {}", wrong.message)))?;
    let document = Document::parse(xml.trim())
        .map_err(|error| Wrong::at(line, format!("has a search tree that is not XML ({error})")))?;
    Ok(nodes(document.root_element(), needs))
}

fn nodes(parent: Node<'_, '_>, needs: &mut BTreeSet<Reference>) -> Vec<Value> {
    parent.children().filter(|child| child.has_tag_name("asn")).map(|child| node(child, needs)).collect()
}

fn node(element: Node<'_, '_>, needs: &mut BTreeSet<Reference>) -> Value {
    let child = |name: &str| element.children().find(|child| child.has_tag_name(name));
    let text = |name: &str| clean_text(child(name).and_then(|node| node.text()).unwrap_or_default());
    let mut members = Map::new();
    for (tag, member) in [
        ("st", "node"),
        ("lon", "label"),
        ("lok", "key"),
        ("lmo", "operator"),
        ("dv", "display"),
        ("dk", "value"),
    ] {
        let value = text(tag);
        if !value.is_empty() {
            members.insert(member.to_owned(), Value::String(value));
        }
    }
    let key = text("lok");
    let found = key.rsplit('.').next().and_then(|last| Guid::parse(last).ok());
    if let Some(guid) = found.filter(|_| key.contains(".Edf.")) {
        needs.insert(Reference::to(ContentType::ExtraFields, &guid));
    }
    if key.ends_with(".Roles")
        && let Ok(guid) = Guid::parse(&text("dk"))
    {
        needs.insert(Reference::to(ContentType::Roles, &guid));
    }
    let children = child("cn").map(|list| nodes(list, needs)).unwrap_or_default();
    if !children.is_empty() {
        members.insert("children".to_owned(), Value::Array(children));
    }
    Value::Object(members)
}
