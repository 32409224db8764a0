//! The body of a refusal: Manage's envelope where there is one, else what a person could read of it.

use crate::wire::error::Envelope;
use std::fmt;

/// The most characters of a foreign message that are kept.
const EXCERPT: usize = 300;

/// What Manage said when it refused.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Refusal {
    /// The HTTP status.
    pub status: u16,
    /// Manage's code, such as `InvalidObject`; empty when the body was no envelope.
    pub code: String,
    /// What it said.
    pub message: String,
    /// What it said about single fields.
    pub fields: Vec<RefusedField>,
}

/// What Manage said about one field.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RefusedField {
    /// Manage's code, such as `MissingRequiredField`.
    pub code: String,
    /// Manage's name of the field.
    pub field: String,
    /// What it said.
    pub message: String,
}

impl Refusal {
    /// Reads the body of a refusal: JSON envelope, the throttle's own form, HTML, plain text or nothing.
    pub fn read(status: u16, body: &[u8]) -> Self {
        let text = String::from_utf8_lossy(body);
        match serde_json::from_slice::<Envelope>(body) {
            Ok(envelope) if !envelope.is_empty() => Self {
                status,
                code: excerpt(&envelope.code()),
                message: excerpt(&envelope.message.unwrap_or_default()),
                fields: envelope.errors.unwrap_or_default().into_iter().map(RefusedField::from).collect(),
            },
            _ => Self { status, message: excerpt(&without_markup(&text)), ..Self::default() },
        }
    }

    /// Whether Manage itself says that the record does not exist (and not a gateway that the address is wrong).
    pub fn names_a_missing_record(&self) -> bool {
        self.status == 404 && self.code == "NotFound"
    }

    /// Whether the gateway says that the codebase or the company in the address is wrong.
    pub(crate) fn is_misrouted(&self) -> bool {
        (self.status == 404 && !self.names_a_missing_record())
            || (self.status == 400 && self.code.is_empty() && self.message.starts_with("Cannot route"))
    }

    /// Whether a field was refused with this code.
    pub fn has(&self, code: &str) -> bool {
        self.fields.iter().any(|field| field.code == code)
    }
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "status {}", self.status)?;
        for part in [&self.code, &self.message].into_iter().filter(|part| !part.is_empty()) {
            write!(f, ", {part}")?;
        }
        for field in &self.fields {
            write!(f, "; {}: {}", field.field, field.message)?;
        }
        Ok(())
    }
}

/// Foreign text for people: one line, no control characters, not too long.
pub(crate) fn excerpt(text: &str) -> String {
    let words: Vec<&str> =
        text.split(|c: char| c.is_whitespace() || c.is_control()).filter(|word| !word.is_empty()).collect();
    words.join(" ").chars().take(EXCERPT).collect()
}

/// What stands between the tags.
fn without_markup(text: &str) -> String {
    if !text.trim_start().starts_with('<') {
        return text.to_owned();
    }
    let mut inside = false;
    let visible = text.chars().map(|c| {
        inside = (inside || c == '<') && c != '>';
        if inside || c == '>' { ' ' } else { c }
    });
    visible.collect()
}
