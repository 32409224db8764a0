//! The tree of an advanced search: `and`, `or`, `not` nodes and comparisons.

use super::{
    OutlineLine, OutlineSection, SectionKind, codes,
    names::{Names, Told},
};
use crate::content::{ContentType, Guid, ItemKey};
use serde_json::Value;

pub(super) fn section(tree: &Value, names: &Names) -> OutlineSection {
    let mut lines = Vec::new();
    nodes(tree, names, 0, &mut lines);
    OutlineSection { title: "Search".into(), kind: SectionKind::Tree, lines }
}

fn nodes(node: &Value, names: &Names, depth: u8, lines: &mut Vec<OutlineLine>) {
    if let Value::Array(list) = node {
        list.iter().for_each(|node| nodes(node, names, depth, lines));
        return;
    }
    let told = match text(node, "node") {
        "AndNode" => Told::plain("All of"),
        "OrNode" => Told::plain("Any of"),
        "NotNode" => Told::plain("None of"),
        "AnyMeetsNode" => Told::plain(format!("Any {} meets", text(node, "label"))),
        _ => comparison(node, names),
    };
    lines.push(OutlineLine::told(depth, told));
    if let Some(children) = node.get("children") {
        nodes(children, names, depth.saturating_add(1), lines);
    }
}

fn text<'a>(node: &'a Value, member: &str) -> &'a str {
    node.get(member).and_then(Value::as_str).unwrap_or_default()
}

/// `what is compared`, the operator, `with what`.
fn comparison(node: &Value, names: &Names) -> Told {
    let (label, display, value) = (text(node, "label"), text(node, "display"), text(node, "value"));
    let name = text(node, "operator");
    let operator = format!(" {} ", codes::operator(name));
    if let Some(with) = names.tell("", value) {
        // What the source calls it helps where nothing else does.
        let with = if with.about.is_none() && !display.is_empty() {
            with.after(&format!("{display}, "))
        } else {
            with
        };
        return trimmed(with.after(&operator).after(label));
    }
    let with = match (display, value) {
        // `IsTrue`, `IsAssigned` … stand alone; what equals nothing would read as if cut off.
        ("", "") if !name.starts_with("Is") => "(nothing)".to_owned(),
        ("", value) => value.to_owned(),
        (display, value) if value.is_empty() || display == value => display.to_owned(),
        (display, value) => format!("{display} ({value})"),
    };
    let what = subject(label, text(node, "key"), names);
    trimmed(what.before(&operator).before(&with))
}

/// What is compared; an extra data field by its name.
fn subject(label: &str, key: &str, names: &Names) -> Told {
    let Some((whose, guid)) = field(key) else {
        return Told::plain(if label.is_empty() { key } else { label });
    };
    let told = names.item("", &ItemKey::new(ContentType::ExtraFields, guid));
    match label.to_lowercase() == key.to_lowercase() || label.is_empty() || told.about.is_some() {
        true => told.after(&format!("{whose}: ")),
        false => told.after(&format!("{label}, ")),
    }
}

/// `Computer.Edf.GUID`: whose field, and which.
fn field(key: &str) -> Option<(&str, Guid)> {
    let (before, guid) = key.rsplit_once('.')?;
    Some((before.strip_suffix(".Edf")?, Guid::parse(guid).ok()?))
}

/// Without a blank at the end, where nothing follows the operator.
fn trimmed(mut told: Told) -> Told {
    told.text.truncate(told.text.trim_end().len());
    told
}
