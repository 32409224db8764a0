//! An item as headed sections of lines, the form in which people read it and in which it is compared.

use super::SectionKind;
use crate::content::{
    Canonical, ContentType,
    script::{Section, Step, Steps, function_name, os_limit_name, param_name},
};
use serde_json::{Map, Value};

/// The heading of name, folder and switches.
pub const GENERAL: &str = "General";

/// An item as sections.
#[derive(Debug, Clone, PartialEq, Eq, Default, serde::Serialize, serde::Deserialize)]
pub struct Outline {
    /// The sections, in reading order.
    pub sections: Vec<OutlineSection>,
}

/// One headed part.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct OutlineSection {
    /// The heading; unique within the item, because sections are compared by it.
    pub title: String,
    /// How its lines read.
    pub kind: SectionKind,
    /// The lines.
    pub lines: Vec<OutlineLine>,
}

/// One line.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct OutlineLine {
    /// The number of the step or code line, where it has one. It is shown, never compared: a step inserted
    /// at the top does not change all the others.
    pub number: Option<u32>,
    /// How deep it is indented.
    pub indent: u8,
    /// The text.
    pub text: String,
}

impl OutlineLine {
    fn new(indent: u8, text: impl Into<String>) -> Self {
        Self { number: None, indent, text: text.into() }
    }
}

/// The outline of an item.
pub fn outline(item: &Canonical) -> Outline {
    let mut sections = vec![general(item)];
    let mut rest = item.body.clone();
    match item.content_type {
        ContentType::Scripts => {
            rest.remove("steps");
            sections.extend(script_sections(item));
        }
        ContentType::Searches => {
            if let Some(tree) = rest.remove("tree") {
                sections.push(tree_section(&tree));
            }
        }
        _ => {}
    }
    sections.extend(body_sections(&rest));
    sections.retain(|section| !section.lines.is_empty());
    Outline { sections }
}

/// Name, folder and switches: what every type has.
fn general(item: &Canonical) -> OutlineSection {
    let folder = if item.placement.is_empty() { "(top level)".to_owned() } else { item.path() };
    let mut lines = vec![
        OutlineLine::new(0, format!("Name: {}", item.name)),
        OutlineLine::new(0, format!("Folder: {folder}")),
    ];
    field_lines(&item.switches, 0, &mut lines);
    OutlineSection { title: GENERAL.into(), kind: SectionKind::Fields, lines }
}

/// Plain members as one section of fields, each text of several lines as a section of its own.
fn body_sections(body: &Map<String, Value>) -> Vec<OutlineSection> {
    let (lists, plain): (Vec<_>, Vec<_>) = body.iter().partition(|(_, value)| is_row_list(value));
    let (long, short): (Vec<_>, Vec<_>) = plain.into_iter().partition(|(name, value)| is_long(name, value));
    let mut lines = Vec::new();
    field_lines(
        &short.into_iter().map(|(name, value)| (name.clone(), value.clone())).collect(),
        0,
        &mut lines,
    );
    let mut sections = vec![OutlineSection { title: "Settings".into(), kind: SectionKind::Fields, lines }];
    for (name, value) in sorted(long) {
        let text = value.as_str().unwrap_or_default();
        sections.push(OutlineSection {
            title: label(name),
            kind: SectionKind::Code,
            lines: code_lines(text, 0),
        });
    }
    sections.extend(sorted(lists).into_iter().map(|(name, value)| rows_section(name, value)));
    sections
}

/// Rows of their own, for example those of an alert template.
fn is_row_list(value: &Value) -> bool {
    value.as_array().is_some_and(|items| !items.is_empty() && items.iter().all(Value::is_object))
}

fn rows_section(name: &str, value: &Value) -> OutlineSection {
    let mut lines = Vec::new();
    for (item, number) in value.as_array().into_iter().flatten().zip(1..) {
        lines.push(OutlineLine { number: Some(number), indent: 0, text: "Row".into() });
        field_lines(item.as_object().unwrap_or(&Map::new()), 1, &mut lines);
    }
    OutlineSection { title: label(name), kind: SectionKind::Steps, lines }
}

fn is_long(name: &str, value: &Value) -> bool {
    value.as_str().is_some_and(|text| text.contains('\n') || (name == "sql" && !text.is_empty()))
}

fn sorted<'a>(mut members: Vec<(&'a String, &'a Value)>) -> Vec<(&'a String, &'a Value)> {
    members.sort_by_key(|(name, _)| *name);
    members
}

/// `name: value` lines; lists and objects go on below, indented.
fn field_lines(members: &Map<String, Value>, indent: u8, lines: &mut Vec<OutlineLine>) {
    for (name, value) in sorted(members.iter().collect()) {
        value_lines(&label(name), value, indent, lines);
    }
}

fn value_lines(name: &str, value: &Value, indent: u8, lines: &mut Vec<OutlineLine>) {
    match value {
        Value::Null => {}
        Value::Array(items) if items.is_empty() => {}
        Value::Object(members) if members.is_empty() => {}
        Value::String(text) if text.is_empty() => {}
        Value::String(text) if text.contains('\n') => {
            lines.push(OutlineLine::new(indent, format!("{name}:")));
            lines.extend(text.lines().map(|line| OutlineLine::new(indent + 1, line)));
        }
        Value::Array(items) => {
            lines.push(OutlineLine::new(indent, format!("{name}:")));
            for item in items {
                value_lines("–", item, indent + 1, lines);
            }
        }
        Value::Object(members) => {
            lines.push(OutlineLine::new(indent, format!("{name}:")));
            field_lines(members, indent + 1, lines);
        }
        scalar => lines.push(OutlineLine::new(indent, format!("{name}: {}", scalar_text(scalar)))),
    }
}

fn scalar_text(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Bool(true) => "yes".into(),
        Value::Bool(false) => "no".into(),
        other => other.to_string(),
    }
}

/// `alert_action` → `Alert action`; known short words in capitals.
fn label(name: &str) -> String {
    if name == "sql" {
        return "SQL".into();
    }
    let spaced = name.replace('_', " ");
    let mut letters = spaced.chars();
    letters.next().map(|first| first.to_uppercase().chain(letters).collect()).unwrap_or_default()
}

fn code_lines(text: &str, indent: u8) -> Vec<OutlineLine> {
    let number = |index: usize| u32::try_from(index + 1).ok();
    text.lines()
        .enumerate()
        .map(|(index, line)| OutlineLine { number: number(index), indent, text: line.to_owned() })
        .collect()
}

fn script_sections(item: &Canonical) -> Vec<OutlineSection> {
    let steps: Steps = serde_json::from_value(Value::Object(item.body.clone())).unwrap_or_default();
    Section::ALL
        .into_iter()
        .map(|section| OutlineSection {
            title: section.label().to_owned(),
            kind: SectionKind::Steps,
            lines: steps
                .steps
                .iter()
                .filter(|step| step.section == section)
                .zip(1..)
                .flat_map(|(step, number)| step_lines(step, number))
                .collect(),
        })
        .collect()
}

/// A step: its function and marks on the first line, its parameters below.
fn step_lines(step: &Step, number: u32) -> Vec<OutlineLine> {
    let depth = u8::try_from(step.indentation.clamp(0, 12)).unwrap_or(0);
    let mut head = function_name(step.function);
    if step.os_limit != 0 {
        let system =
            os_limit_name(step.os_limit).map_or_else(|| format!("system {}", step.os_limit), Into::into);
        head.push_str(&format!(" · only on {system}"));
    }
    if step.continue_on_failure {
        head.push_str(" · continues on failure");
    }
    if !step.enabled {
        head.push_str(" · disabled");
    }
    let mut lines = vec![OutlineLine { number: Some(number), indent: depth, text: head }];
    for (index, param) in step.params.iter().enumerate().filter(|(_, param)| !param.is_empty()) {
        let name = param_name(step.function, index);
        if param.contains('\n') {
            lines.push(OutlineLine::new(depth + 1, format!("{name}:")));
            lines.extend(param.lines().map(|line| OutlineLine::new(depth + 2, line)));
        } else {
            lines.push(OutlineLine::new(depth + 1, format!("{name}: {param}")));
        }
    }
    lines
}

/// The tree of an advanced search: `and`, `or`, `not` nodes and comparisons.
fn tree_section(tree: &Value) -> OutlineSection {
    let mut lines = Vec::new();
    tree_lines(tree, 0, &mut lines);
    OutlineSection { title: "Search".into(), kind: SectionKind::Tree, lines }
}

fn tree_lines(node: &Value, depth: u8, lines: &mut Vec<OutlineLine>) {
    if let Value::Array(nodes) = node {
        nodes.iter().for_each(|node| tree_lines(node, depth, lines));
        return;
    }
    let text = |name: &str| node.get(name).and_then(Value::as_str).unwrap_or_default();
    let words = match text("node") {
        "AndNode" => "All of".to_owned(),
        "OrNode" => "Any of".to_owned(),
        "NotNode" => "None of".to_owned(),
        "AnyMeetsNode" => format!("Any {} meets", text("label")),
        _ => format!("{} {} {}", text("label"), text("operator"), text("display")),
    };
    lines.push(OutlineLine::new(depth, words.trim().to_owned()));
    if let Some(children) = node.get("children") {
        tree_lines(children, depth.saturating_add(1), lines);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::content::{Guid, canonical::FORMAT};
    use serde_json::json;

    fn item(content_type: ContentType, body: Value) -> Canonical {
        Canonical {
            format: FORMAT,
            content_type,
            guid: Guid::parse("88dfaf30-aea8-11e7-aeca-005056a37e1b").unwrap(),
            name: "Reset spooler".into(),
            body: body.as_object().cloned().unwrap(),
            placement: vec![],
            switches: Map::new(),
            depends_on: vec![],
        }
    }

    fn texts(outline: &Outline, title: &str) -> Vec<String> {
        let section = outline.sections.iter().find(|section| section.title == title).unwrap();
        section.lines.iter().map(|line| format!("{}{}", "  ".repeat(line.indent.into()), line.text)).collect()
    }

    #[test]
    fn a_script_reads_as_numbered_steps() {
        let step = |function: i64, params: Value, enabled: bool| {
            json!({"section": "then", "function": function, "params": params, "continue_on_failure": !enabled,
                "os_limit": if enabled { 0 } else { 17 }, "enabled": enabled, "indentation": 0})
        };
        let body = json!({"notes": "", "steps": [step(135, json!(["Stop-Service\nStart-Service"]), true), step(139, json!([":End"]), false)]});
        let outline = outline(&item(ContentType::Scripts, body));
        assert_eq!(
            texts(&outline, "Then"),
            [
                "PowerShell Command",
                "  PowerShell:",
                "    Stop-Service",
                "    Start-Service",
                "Script Note · only on Windows · continues on failure · disabled",
                "  Note: :End"
            ]
        );
    }

    #[test]
    fn rows_of_a_template_read_as_rows() {
        let body =
            json!({"comment": "x", "rows": [{"day_of_week": 127, "script": null}, {"day_of_week": 1}]});
        let outline = outline(&item(ContentType::AlertTemplates, body));
        assert_eq!(texts(&outline, "Rows"), ["Row", "  Day of week: 127", "Row", "  Day of week: 1"]);
    }

    #[test]
    fn a_search_reads_as_a_tree_with_its_sql() {
        let leaf = json!({"node": "ComparisonNode", "label": "Computer.Name", "operator": "Contains", "display": "SRV"});
        let body = json!({"tree": [{"node": "AndNode", "children": [leaf]}], "sql": "SELECT 1"});
        let outline = outline(&item(ContentType::Searches, body));
        assert_eq!(texts(&outline, "Search"), ["All of", "  Computer.Name Contains SRV"]);
        assert_eq!(texts(&outline, "SQL"), ["SELECT 1"]);
    }
}
