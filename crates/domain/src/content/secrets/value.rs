//! Values: what is a literal, and what a variable, a placeholder or a word that stands for nothing.

use super::names::Class;

/// How a hidden secret begins where content is shown.
pub(super) const HIDDEN: &str = "[hidden-secret-";

/// How a value stands in its text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Quote {
    /// Without quotes.
    Bare,
    /// In double quotes, within which variables are replaced.
    Double,
    /// In single quotes, within which a dollar is a dollar.
    Single,
}

/// Words that stand where a secret could.
const WORDS: [&str; 24] = [
    "true",
    "false",
    "null",
    "none",
    "nil",
    "yes",
    "no",
    "password",
    "passwd",
    "pwd",
    "secret",
    "token",
    "required",
    "optional",
    "string",
    "text",
    "value",
    "undefined",
    "empty",
    "securestring",
    "pscredential",
    "prompt",
    "default",
    "bool",
];

/// Whether a value under a name of this class is a secret.
pub(super) fn counts(value: &str, quote: Quote, class: Class) -> bool {
    match class {
        Class::Password => is_literal(value, quote),
        Class::Key => is_literal(value, quote) && looks_random(value) && !is_guid(value),
    }
}

/// Whether a value is written out: not a variable, a placeholder, or a word that stands for nothing.
pub(super) fn is_literal(value: &str, quote: Quote) -> bool {
    let value = value.trim();
    if value.chars().count() < 3 || value.starts_with(HIDDEN) {
        return false;
    }
    let lower = value.to_ascii_lowercase();
    let bare = lower.trim_end_matches([':', '.', ',']);
    let first = value.chars().next();
    let uniform = value.chars().all(|c| Some(c) == first);
    !uniform && !WORDS.contains(&bare) && !is_variables(value, quote)
}

/// Whether nothing but variables and punctuation is left: `%password%`, `@pwd@`, `$cred.Password`, `${x}-$y`.
fn is_variables(value: &str, quote: Quote) -> bool {
    if quote == Quote::Single && value.starts_with('$') {
        return value[1..].chars().all(|c| c.is_ascii_alphabetic() || matches!(c, '_' | ':' | '.'));
    }
    let mut rest = value;
    while let Some(first) = rest.chars().next() {
        match variable(rest) {
            Some(length) => rest = &rest[length..],
            None if first.is_alphanumeric() => return false,
            None => rest = &rest[first.len_utf8()..],
        }
    }
    true
}

/// The length of the variable or placeholder that a text begins with.
fn variable(text: &str) -> Option<usize> {
    let name = |c: char| c.is_alphanumeric() || matches!(c, '_' | '-' | '.');
    let words = |c: char| c.is_alphabetic() || matches!(c, '_' | '-' | ' ');
    closed(text, "%", '%', name)
        .or_else(|| closed(text, "@", '@', name))
        .or_else(|| closed(text, "${", '}', |_| true))
        .or_else(|| closed(text, "$(", ')', |_| true))
        .or_else(|| closed(text, "{", '}', words))
        .or_else(|| closed(text, "{", '}', |c| c.is_ascii_digit()))
        .or_else(|| closed(text, "<", '>', words))
        .or_else(|| dollar(text))
}

/// A name between two marks.
fn closed(text: &str, open: &str, close: char, allowed: impl Fn(char) -> bool) -> Option<usize> {
    let inner = text.strip_prefix(open)?;
    let end = inner.find(close)?;
    (end > 0 && inner[..end].chars().all(allowed)).then_some(open.len() + end + close.len_utf8())
}

/// `$name`, `$env:NAME`, `$object.Property`, with the index or call that may follow.
fn dollar(text: &str) -> Option<usize> {
    let name = text.strip_prefix('$')?;
    let length = name
        .find(|c: char| !(c.is_ascii_alphanumeric() || matches!(c, '_' | ':' | '.')))
        .unwrap_or(name.len());
    (length > 0).then_some(1 + length)
}

/// Whether a value looks made by a machine.
pub(super) fn looks_random(value: &str) -> bool {
    let length = value.chars().count();
    if length < 8 || value.contains(char::is_whitespace) {
        return false;
    }
    let digits = value.chars().any(|c| c.is_ascii_digit());
    let letters = value.chars().any(char::is_alphabetic);
    (digits && (letters || length >= 16)) || (length >= 16 && entropy(value) >= 3.4)
}

/// Whether a value looks like a password that someone chose: no blanks, and more than one kind of character.
pub(super) fn looks_strong(value: &str) -> bool {
    let any = |test: fn(&char) -> bool| u8::from(value.chars().any(|c| test(&c)));
    let kinds = any(|c| c.is_lowercase())
        + any(|c| c.is_uppercase())
        + any(|c| c.is_ascii_digit())
        + any(|c| c.is_ascii_punctuation());
    value.chars().count() >= 6 && kinds >= 2 && !value.contains(char::is_whitespace)
}

/// Bits per character.
fn entropy(value: &str) -> f64 {
    let mut counts = std::collections::BTreeMap::<char, f64>::new();
    for c in value.chars() {
        *counts.entry(c).or_default() += 1.0;
    }
    let total: f64 = counts.values().sum();
    counts.values().map(|count| -(count / total) * (count / total).log2()).sum()
}

/// Whether a value is a GUID, with or without braces.
pub(super) fn is_guid(value: &str) -> bool {
    crate::content::Guid::parse(value).is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn variables_and_placeholders_are_no_literals() {
        for value in [
            "%password%",
            "@pwd@",
            "$password",
            "$env:PASS",
            "${x}-$y",
            "$($cred.Password)",
            "{secret}",
            "{0}",
            "<your password>",
            "********",
            "true",
            "Password:",
            "",
        ] {
            assert!(!is_literal(value, Quote::Double), "{value}");
        }
        assert!(!is_literal("$password", Quote::Single));
        for value in ["hunter2", "P@ssw0rd@1", "Acme%clientid%", "correct horse"] {
            assert!(is_literal(value, Quote::Double), "{value}");
        }
        assert!(is_literal("$uper5ecret!", Quote::Single));
    }

    #[test]
    fn randomness_is_seen() {
        for value in ["a1b2c3d4e5", "qwmznxbcvlaksjdh", "sk/9fKd+02="] {
            assert!(looks_random(value), "{value}");
        }
        for value in ["production", "my token", "aaaaaaaaaaaaaaaa", "short1"] {
            assert!(!looks_random(value), "{value}");
        }
    }
}
