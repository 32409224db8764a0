//! What happened to an item's name, folder and switches, in sentences.

use crate::content::{Canonical, ContentType};
use serde_json::Value;
use std::collections::BTreeSet;

/// The sentences, without full stops; none where only the body differs, or where one side is missing.
pub fn in_words(old: Option<&Canonical>, new: Option<&Canonical>) -> Vec<String> {
    let (Some(old), Some(new)) = (old, new) else { return Vec::new() };
    let mut words = Vec::new();
    if old.name != new.name {
        words.push(format!("renamed from {} to {}", old.name, new.name));
    }
    if old.path() != new.path() {
        words.push(format!("moved from {} to {}", place(old), place(new)));
    } else if old.placement != new.placement {
        let above = if in_a_group(new) { "group" } else { "folder" };
        words.push(format!("its {above} was replaced by another of the same name"));
    }
    let names: BTreeSet<&String> = old.switches.keys().chain(new.switches.keys()).collect();
    let switched = names.into_iter().filter(|name| old.switches.get(*name) != new.switches.get(*name));
    words.extend(switched.map(|name| switch(name, old.switches.get(name), new.switches.get(name))));
    words
}

fn place(item: &Canonical) -> String {
    match (item.placement.is_empty(), in_a_group(item)) {
        (true, _) => "the top level".to_owned(),
        (false, true) => format!("the group {}", item.path()),
        (false, false) => item.path(),
    }
}

/// Whether groups stand above it in the place of folders.
fn in_a_group(item: &Canonical) -> bool {
    matches!(item.content_type, ContentType::Groups | ContentType::RemoteMonitors)
}

fn switch(name: &str, old: Option<&Value>, new: Option<&Value>) -> String {
    let on = new.and_then(Value::as_bool);
    match (name, on) {
        ("enabled", Some(true)) => "now enabled".to_owned(),
        ("enabled", _) => "now disabled".to_owned(),
        ("restricted", Some(true)) => "its use is now restricted".to_owned(),
        ("restricted", _) => "its use is no longer restricted".to_owned(),
        ("edit_restricted", Some(true)) => "editing is now restricted".to_owned(),
        ("edit_restricted", _) => "editing is no longer restricted".to_owned(),
        _ => {
            let told = |value: Option<&Value>| match value {
                None | Some(Value::Null) => "nothing".to_owned(),
                Some(Value::Bool(true)) => "yes".to_owned(),
                Some(Value::Bool(false)) => "no".to_owned(),
                Some(Value::String(text)) => text.clone(),
                Some(other) => other.to_string(),
            };
            format!("{} changed from {} to {}", name.replace('_', " "), told(old), told(new))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::content::{Folder, Guid, canonical::FORMAT};
    use serde_json::{Map, json};

    fn item(name: &str, folders: &[&str], switches: Value) -> Canonical {
        Canonical {
            format: FORMAT,
            content_type: ContentType::InternalMonitors,
            guid: Guid::parse("88dfaf30-aea8-11e7-aeca-005056a37e1b").unwrap(),
            name: name.into(),
            body: Map::new(),
            placement: folders.iter().map(|name| Folder { guid: None, name: (*name).into() }).collect(),
            switches: switches.as_object().cloned().unwrap(),
            depends_on: vec![],
        }
    }

    #[test]
    fn moves_renames_and_switches_are_sentences() {
        let old = item("Disk", &["A", "B"], json!({"enabled": true, "restricted": false, "level": 1}));
        let new = item("Disks", &["C"], json!({"enabled": false, "restricted": true, "level": 2}));
        assert_eq!(
            in_words(Some(&old), Some(&new)),
            [
                "renamed from Disk to Disks",
                "moved from A / B to C",
                "now disabled",
                "level changed from 1 to 2",
                "its use is now restricted",
            ]
        );
        let group = |item: Canonical| Canonical { content_type: ContentType::RemoteMonitors, ..item };
        let words = in_words(Some(&group(old.clone())), Some(&group(new)));
        assert_eq!(words[1], "moved from the group A / B to the group C");
        assert!(in_words(Some(&old), Some(&old)).is_empty());
        assert!(in_words(None, Some(&old)).is_empty());
    }
}
