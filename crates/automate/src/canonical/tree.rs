//! The tree of an advanced search: `asn` nodes with short tags (`automate-api.md` section 3.5).

use crate::{
    export::Wrong,
    xml::{self, Limits, children, text_of},
};
use domain::content::{ContentType, Guid, Reference, canonical::clean_text};
use roxmltree::Node;
use serde_json::{Map, Value};
use std::collections::BTreeSet;

const MEMBERS: &[(&str, &str)] = &[
    ("st", "node"),
    ("lon", "label"),
    ("lok", "key"),
    ("lmo", "operator"),
    ("dv", "display"),
    ("dk", "value"),
];

/// The nodes of a search, and the extra fields and roles that it needs; `line` is where the search's XML stands.
pub(super) fn read(text: &str, line: u32, needs: &mut BTreeSet<Reference>) -> Result<Vec<Value>, Wrong> {
    let text = text.trim().trim_start_matches('\u{feff}');
    if text.is_empty() {
        return Ok(Vec::new());
    }
    let document = xml::parse(text, Limits::TREE).map_err(|wrong| {
        Wrong::at(line, format!("has a search tree that, at its line {}, {}", wrong.line, wrong.message))
    })?;
    Ok(nodes(document.root_element(), needs))
}

/// Recursive; [`Limits::TREE`] bounds the depth.
fn nodes(parent: Node<'_, '_>, needs: &mut BTreeSet<Reference>) -> Vec<Value> {
    children(parent, "asn").map(|child| node(child, needs)).collect()
}

fn node(element: Node<'_, '_>, needs: &mut BTreeSet<Reference>) -> Value {
    let child = |name: &'static str| children(element, name).next();
    let mut members = Map::new();
    for (tag, member) in MEMBERS {
        let value = clean_text(&child(tag).map(text_of).unwrap_or_default());
        if !value.is_empty() {
            members.insert((*member).to_owned(), Value::String(value));
        }
    }
    refer(&mut members, needs);
    let below = child("cn").map(|list| nodes(list, needs)).unwrap_or_default();
    if !below.is_empty() {
        members.insert("children".to_owned(), Value::Array(below));
    }
    Value::Object(members)
}

/// Notes the extra field in the key and the role in the value, and writes their GUIDs in lower case.
fn refer(members: &mut Map<String, Value>, needs: &mut BTreeSet<Reference>) {
    let text = |name: &str| members.get(name).and_then(Value::as_str).unwrap_or_default().to_owned();
    let (key, value) = (text("key"), text("value"));
    if let Some((before, last)) = key.rsplit_once('.').filter(|(before, _)| before.ends_with(".Edf"))
        && let Ok(guid) = Guid::parse(last)
    {
        needs.insert(Reference::to(ContentType::ExtraFields, &guid));
        members.insert("key".into(), format!("{before}.{}", last.to_ascii_lowercase()).into());
    }
    if let Some(guid) = Guid::parse(&value).ok().filter(|_| key.ends_with(".Roles")) {
        let reference = Reference::to(ContentType::Roles, &guid);
        members.insert("value".into(), reference.as_str().into());
        needs.insert(reference);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    const FIELD: &str = "34cd0cf3-2f61-11e1-ac0f-3d76979114ae";
    const ROLE: &str = "c79927ec-2b6f-11e3-9392-08002788414b";

    #[test]
    fn fields_and_roles_become_references() {
        let leaf = |key: &str, value: &str| {
            format!(
                "<asn><st>ComparisonNode</st><lon /><lok>{key}</lok><lmo>Equals</lmo><dv>shown</dv><dk>{value}</dk></asn>"
            )
        };
        let field = leaf(&format!("Computer.Edf.{}", FIELD.to_uppercase()), "1");
        let role = leaf("Computer.LabTech.Roles", &format!("{{{ROLE}}}"));
        let xml = format!(
            "<LabTechAbstractSearch><asn><st>OrNode</st><cn>{field}{role}</cn></asn></LabTechAbstractSearch>"
        );
        let mut needs = BTreeSet::new();
        let tree = read(&xml, 1, &mut needs).unwrap();
        assert_eq!(tree[0]["node"], "OrNode");
        let field = json!({"node": "ComparisonNode", "key": format!("Computer.Edf.{FIELD}"),
            "operator": "Equals", "display": "shown", "value": "1"});
        assert_eq!(tree[0]["children"][0], field);
        assert_eq!(tree[0]["children"][1]["value"], format!("roles:{ROLE}"));
        let names: Vec<&str> = needs.iter().map(Reference::as_str).collect();
        assert_eq!(names, [format!("extra-fields:{FIELD}"), format!("roles:{ROLE}")]);
    }

    #[test]
    fn trees_beyond_reason_are_refused() {
        let deep = |levels: usize| {
            let (open, close) = ("<asn><st>AndNode</st><cn>", "</cn></asn>");
            format!("<S>{}{}</S>", open.repeat(levels), close.repeat(levels))
        };
        assert_eq!(read(&deep(40), 1, &mut BTreeSet::new()).unwrap().len(), 1);
        assert_eq!(read(&deep(50), 9, &mut BTreeSet::new()).unwrap_err().line, 9);
        assert!(read(&deep(100_000), 9, &mut BTreeSet::new()).is_err());
        assert!(read("<S><asn></S>", 9, &mut BTreeSet::new()).is_err());
        assert!(read("  ", 9, &mut BTreeSet::new()).unwrap().is_empty());
    }
}
