//! The sections of a script: numbered steps with their parameters below them.

use super::{OutlineLine, OutlineSection, SectionKind, fields::Reader, names::Told};
use crate::content::{
    Canonical, ContentType, Guid, ItemKey,
    script::{Section, Step, Steps, choice, function_name, os_limit_name, param_name},
};
use serde_json::Value;

pub(super) fn sections(item: &Canonical, reader: Reader<'_>) -> Vec<OutlineSection> {
    let steps: Steps = serde_json::from_value(Value::Object(item.body.clone())).unwrap_or_default();
    let lines = |section: Section| {
        let steps = steps.steps.iter().filter(|step| step.section == section);
        steps.zip(1..).flat_map(|(step, number)| step_lines(step, number, reader)).collect()
    };
    let section = |section: Section| OutlineSection {
        title: section.label().to_owned(),
        kind: SectionKind::Steps,
        lines: lines(section),
    };
    Section::ALL.into_iter().map(section).collect()
}

/// A step: its function and marks on the first line, its parameters below.
fn step_lines(step: &Step, number: u32, reader: Reader<'_>) -> Vec<OutlineLine> {
    let depth = u8::try_from(step.indentation.clamp(0, 12)).unwrap_or(0);
    let mut lines = vec![OutlineLine::new(depth, head(step)).numbered(number)];
    for (index, param) in step.params.iter().enumerate() {
        let name = param_name(step.function, index);
        let listed: Vec<&str> = param.split(',').collect();
        if let Some(choice) = choice(step.function, index, param) {
            lines.push(OutlineLine::new(depth + 1, format!("{name}: {choice} ({})", param.trim())));
        } else if listed.len() > 1 && listed.iter().any(|entry| entry.starts_with("groups:")) {
            lines.push(OutlineLine::new(depth + 1, format!("{name}:")));
            for entry in listed {
                lines.push(OutlineLine::told(depth + 2, reader.tell("", entry).after("– ")));
            }
        } else if let Some(role) = role(step.function, index, param, reader) {
            lines.push(OutlineLine::told(depth + 1, role.after(&format!("{name}: "))));
        } else {
            reader.text(&name, param, depth + 1, &mut lines);
        }
    }
    lines
}

fn head(step: &Step) -> String {
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
    head
}

/// A check of a role holds the role's name and GUID.
fn role(function: i64, index: usize, param: &str, reader: Reader<'_>) -> Option<Told> {
    let (name, guid) = param.rsplit_once(':').filter(|_| matches!((function, index), (236 | 237, 0)))?;
    let key = ItemKey::new(ContentType::Roles, Guid::parse(guid).ok()?);
    let told = reader.names.item(&param_name(function, index), &key);
    // The role itself reads as any other reference.
    let bare = name == ContentType::Roles.as_str();
    Some(if told.about.is_some() || bare { told } else { told.after(&format!("{name}, ")) })
}
