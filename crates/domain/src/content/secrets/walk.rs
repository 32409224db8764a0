//! Every text of an item with the secrets that it holds.

use super::{
    Hit, SecretKind,
    names::{Class, class},
    text,
    value::{Quote, counts, is_literal, looks_strong},
};
use crate::content::{
    Canonical,
    script::{function_name, param_name},
};
use serde_json::Value;

/// Parameters that hold a password, counted from 0: of functions that act as a given user, that add one, that
/// ask a device with a community name.
const PARAMETERS: [(i64, usize); 14] = [
    (81, 1),
    (83, 1),
    (127, 4),
    (128, 2),
    (151, 1),
    (156, 2),
    (159, 3),
    (162, 2),
    (164, 2),
    (166, 3),
    (168, 3),
    (235, 3),
    (243, 3),
    (243, 4),
];
/// Functions among whose other parameters one that looks like a password is taken for one: their order differs
/// between versions of Automate.
const GUARDED: [i64; 5] = [127, 128, 168, 235, 243];
/// Functions that set something: where the name stands, and where the value.
const SETTERS: [(i64, usize, usize); 5] = [(20, 2, 1), (20, 0, 2), (27, 0, 1), (27, 1, 2), (97, 1, 2)];
/// Community names that everybody knows.
const KNOWN_COMMUNITIES: [&str; 2] = ["public", "private"];

/// Hands out every text with its place and its secrets.
pub(super) fn texts(item: &mut Canonical, visit: &mut dyn FnMut(&str, &mut String, &[Hit])) {
    for (name, value) in &mut item.body {
        if name == "steps" {
            steps(value, visit);
        } else {
            member(&label(name), name, value, visit);
        }
    }
}

fn label(name: &str) -> String {
    name.replace('_', " ")
}

fn member(place: &str, name: &str, value: &mut Value, visit: &mut dyn FnMut(&str, &mut String, &[Hit])) {
    match value {
        Value::String(text) => {
            let mut hits = text::hits(text);
            if let Some(found) = class(name).filter(|found| counts(text, Quote::Single, *found)) {
                let kind = if found == Class::Key { SecretKind::Token } else { SecretKind::Password };
                hits = vec![Hit { range: 0..text.len(), kind }];
            }
            visit(place, text, &hits);
        }
        Value::Array(items) => items.iter_mut().for_each(|item| member(place, name, item, visit)),
        Value::Object(members) => {
            for (inner, value) in members {
                member(&format!("{place}, {}", label(inner)), inner, value, visit);
            }
        }
        _ => {}
    }
}

fn steps(value: &mut Value, visit: &mut dyn FnMut(&str, &mut String, &[Hit])) {
    let Some(steps) = value.as_array_mut() else { return };
    let mut numbers = std::collections::BTreeMap::<String, u32>::new();
    for step in steps {
        let section = step.get("section").and_then(Value::as_str).unwrap_or("then").to_owned();
        let number = numbers.entry(section.clone()).or_default();
        *number += 1;
        let place = format!("{section} step {number}");
        let function = step.get("function").and_then(Value::as_i64).unwrap_or_default();
        if let Some(params) = step.get_mut("params").and_then(Value::as_array_mut) {
            parameters(&place, function, params, visit);
        }
    }
}

fn parameters(
    place: &str,
    function: i64,
    params: &mut [Value],
    visit: &mut dyn FnMut(&str, &mut String, &[Hit]),
) {
    let text_at = |index: usize| params.get(index).and_then(Value::as_str).unwrap_or_default();
    let named: Vec<usize> = SETTERS
        .iter()
        .filter(|(setter, name, _)| *setter == function && class(setting_name(text_at(*name))).is_some())
        .map(|(_, _, value)| *value)
        .collect();
    let keyed = function == 171 && matches!(text_at(0), "16" | "17" | "20" | "21");
    for (index, param) in params.iter_mut().enumerate() {
        let Value::String(text) = param else { continue };
        let whole = PARAMETERS.contains(&(function, index)) && is_password(text)
            || GUARDED.contains(&function) && index > 0 && looks_like_a_password(text)
            || keyed && index == 2 && is_password(text)
            || named.contains(&index) && is_password(text);
        let hits = if whole {
            vec![Hit { range: 0..text.len(), kind: SecretKind::Parameter }]
        } else {
            text::hits(text)
        };
        let place = format!("{place}, {}: {}", function_name(function), param_name(function, index));
        visit(&place, text, &hits);
    }
}

/// `Software\\Acme:AdminPassword` and `@AdminPassword@` alike.
fn setting_name(text: &str) -> &str {
    if text.contains(char::is_whitespace) && !text.contains('\\') {
        return "";
    }
    text.trim_matches(['@', '%']).rsplit('\\').next().unwrap_or_default()
}

/// In parameters a dollar is a dollar; numbers are codes and ids.
fn is_password(text: &str) -> bool {
    let code = text.len() < 6 && text.bytes().all(|b| b.is_ascii_digit());
    !code && !KNOWN_COMMUNITIES.contains(&text) && is_literal(text, Quote::Single)
}

fn looks_like_a_password(text: &str) -> bool {
    let path = text.contains(['\\', '/', '\n']) || text.starts_with('-');
    let file = text.rsplit_once('.').is_some_and(|(_, ending)| (2..=4).contains(&ending.len()));
    let any = |test: fn(char) -> bool| text.chars().any(test);
    let mixed = any(|c| c.is_ascii_digit()) && any(char::is_alphabetic) && any(|c| c.is_ascii_punctuation());
    mixed && !path && !file && looks_strong(text) && is_password(text)
}
