//! Members as `name: value` lines.

use super::{
    OutlineLine, codes,
    names::{Names, Told},
};
use crate::content::ContentType;
use serde_json::{Map, Value};

/// How the members of an item are read.
#[derive(Clone, Copy)]
pub(super) struct Reader<'a> {
    pub(super) kind: ContentType,
    pub(super) names: &'a Names,
}

impl Reader<'_> {
    /// `name: value` lines; lists and objects go on below, indented.
    pub(super) fn members(self, members: &Map<String, Value>, indent: u8, lines: &mut Vec<OutlineLine>) {
        for (name, value) in sorted(members.iter().collect()) {
            let label = codes::label(self.kind, name);
            match codes::words(self.kind, name, value) {
                Some(words) => lines.push(OutlineLine::new(indent, format!("{label}: {words}"))),
                None => self.value(&label, value, indent, lines),
            }
        }
    }

    fn value(self, label: &str, value: &Value, indent: u8, lines: &mut Vec<OutlineLine>) {
        match value {
            Value::Null => {}
            Value::Array(items) if items.is_empty() => {}
            Value::Object(members) if members.is_empty() => {}
            Value::String(text) => self.text(label, text, indent, lines),
            Value::Array(items) => {
                lines.push(OutlineLine::new(indent, format!("{label}:")));
                for item in items {
                    self.entry(item, indent + 1, lines);
                }
            }
            Value::Object(members) => {
                lines.push(OutlineLine::new(indent, format!("{label}:")));
                self.members(members, indent + 1, lines);
            }
            scalar => lines.push(OutlineLine::new(indent, format!("{label}: {}", scalar_text(scalar)))),
        }
    }

    /// One entry of a list.
    fn entry(self, value: &Value, indent: u8, lines: &mut Vec<OutlineLine>) {
        match value {
            Value::String(text) if !text.contains('\n') && !text.is_empty() => {
                lines.push(OutlineLine::told(indent, self.tell("", text).after("– ")));
            }
            Value::Bool(_) | Value::Number(_) => {
                lines.push(OutlineLine::new(indent, format!("– {}", scalar_text(value))));
            }
            other => self.value("–", other, indent, lines),
        }
    }

    /// A text under its label, below it where it has several lines.
    pub(super) fn text(self, label: &str, text: &str, indent: u8, lines: &mut Vec<OutlineLine>) {
        if text.contains('\n') {
            lines.push(OutlineLine::new(indent, format!("{label}:")));
            lines.extend(text.lines().map(|line| OutlineLine::new(indent + 1, line)));
        } else if !text.is_empty() {
            lines.push(OutlineLine::told(indent, self.tell(label, text).after(&format!("{label}: "))));
        }
    }

    /// A text, or the name of the item that it stands for.
    pub(super) fn tell(self, label: &str, text: &str) -> Told {
        self.names.tell(label, text).unwrap_or_else(|| Told::plain(text))
    }
}

pub(super) fn sorted<'a>(mut members: Vec<(&'a String, &'a Value)>) -> Vec<(&'a String, &'a Value)> {
    members.sort_by_key(|(name, _)| *name);
    members
}

fn scalar_text(value: &Value) -> String {
    match value {
        Value::Bool(true) => "yes".into(),
        Value::Bool(false) => "no".into(),
        other => other.to_string(),
    }
}
