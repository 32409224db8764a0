//! An item as headed sections of lines, the form in which people read it and in which it is compared.

use super::{
    SectionKind, codes,
    fields::{Reader, sorted},
    names::{Mention, Names, Told},
    steps, tree,
};
use crate::content::{Canonical, ContentType};
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
    /// The item that it names, and where.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub about: Option<Mention>,
}

impl OutlineLine {
    pub(super) fn new(indent: u8, text: impl Into<String>) -> Self {
        Self { number: None, indent, text: text.into(), about: None }
    }

    pub(super) fn told(indent: u8, told: Told) -> Self {
        Self { number: None, indent, text: told.text, about: told.about }
    }

    pub(super) fn numbered(mut self, number: u32) -> Self {
        self.number = Some(number);
        self
    }
}

/// The outline of an item; what it points at keeps its GUID.
pub fn outline(item: &Canonical) -> Outline {
    outline_with(item, &Names::default())
}

/// The outline of an item that calls what it points at by name.
pub fn outline_with(item: &Canonical, names: &Names) -> Outline {
    let reader = Reader { kind: item.content_type, names };
    let mut sections = vec![general(item, reader)];
    let mut rest = item.body.clone();
    match item.content_type {
        ContentType::Scripts => {
            rest.remove("steps");
            sections.extend(steps::sections(item, reader));
        }
        ContentType::Searches => {
            if let Some(tree) = rest.remove("tree") {
                sections.push(tree::section(&tree, names));
            }
        }
        _ => {}
    }
    sections.extend(body_sections(&rest, reader));
    sections.retain(|section| !section.lines.is_empty());
    Outline { sections }
}

/// Name, folder and switches: what every type has.
fn general(item: &Canonical, reader: Reader<'_>) -> OutlineSection {
    let mut lines = vec![OutlineLine::new(0, format!("Name: {}", item.name))];
    if let Some(place) = place(item) {
        lines.push(OutlineLine::new(0, place));
    }
    reader.members(&item.switches, 0, &mut lines);
    OutlineSection { title: GENERAL.into(), kind: SectionKind::Fields, lines }
}

/// Where it stands; types that stand nowhere say nothing.
fn place(item: &Canonical) -> Option<String> {
    let path = item.path();
    let (label, top) = match item.content_type {
        ContentType::RemoteMonitors => ("On the group", None),
        ContentType::Groups => ("Below the group", Some("(top level)")),
        ContentType::Scripts | ContentType::Searches | ContentType::DataViews => {
            ("Folder", Some("(top level)"))
        }
        _ => ("Folder", None),
    };
    let path = if path.is_empty() { top? } else { &path };
    Some(format!("{label}: {path}"))
}

/// Plain members as one section of fields, each text of several lines as a section of its own.
fn body_sections(body: &Map<String, Value>, reader: Reader<'_>) -> Vec<OutlineSection> {
    let (lists, plain): (Vec<_>, Vec<_>) = body.iter().partition(|(_, value)| is_row_list(value));
    let (long, short): (Vec<_>, Vec<_>) = plain.into_iter().partition(|(name, value)| is_long(name, value));
    let mut lines = Vec::new();
    let short = short.into_iter().map(|(name, value)| (name.clone(), value.clone())).collect();
    reader.members(&short, 0, &mut lines);
    let mut sections = vec![OutlineSection { title: "Settings".into(), kind: SectionKind::Fields, lines }];
    for (name, value) in sorted(long) {
        let text = value.as_str().unwrap_or_default();
        sections.push(OutlineSection {
            title: codes::label(reader.kind, name),
            kind: SectionKind::Code,
            lines: code_lines(text),
        });
    }
    sections.extend(sorted(lists).into_iter().map(|(name, value)| rows_section(name, value, reader)));
    sections
}

/// Rows of their own, for example those of an alert template.
fn is_row_list(value: &Value) -> bool {
    value.as_array().is_some_and(|items| !items.is_empty() && items.iter().all(Value::is_object))
}

fn rows_section(name: &str, value: &Value, reader: Reader<'_>) -> OutlineSection {
    let mut lines = Vec::new();
    for (item, number) in value.as_array().into_iter().flatten().zip(1..) {
        lines.push(OutlineLine::new(0, "Row").numbered(number));
        reader.members(item.as_object().unwrap_or(&Map::new()), 1, &mut lines);
    }
    OutlineSection { title: codes::label(reader.kind, name), kind: SectionKind::Steps, lines }
}

fn is_long(name: &str, value: &Value) -> bool {
    value.as_str().is_some_and(|text| text.contains('\n') || (name == "sql" && !text.is_empty()))
}

fn code_lines(text: &str) -> Vec<OutlineLine> {
    text.lines().zip(1..).map(|(line, number)| OutlineLine::new(0, line).numbered(number)).collect()
}

#[cfg(test)]
mod tests;
