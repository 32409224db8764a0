//! What is wrong with one field of an input, and what to do about it.

use serde::{Deserialize, Serialize};

/// A refusal that names the field and the remedy (shown under the field, and in `errors[]` of a problem document).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FieldError {
    /// The field as the input spells it, for example `secret_confirmation` or `items[2].guid`.
    pub field: String,
    /// One sentence: what is wrong and what would be right.
    pub message: String,
}

impl FieldError {
    /// A refusal of `field`.
    pub fn new(field: impl Into<String>, message: impl Into<String>) -> Self {
        Self { field: field.into(), message: message.into() }
    }
}

/// Collects refusals, so that a person sees all of them at once.
#[derive(Debug, Default)]
pub struct Findings(Vec<FieldError>);

impl Findings {
    /// Notes a refusal.
    pub fn add(&mut self, field: impl Into<String>, message: impl Into<String>) {
        self.0.push(FieldError::new(field, message));
    }

    /// Notes a refusal when `wrong` holds.
    pub fn check(&mut self, wrong: bool, field: &str, message: &str) {
        if wrong {
            self.add(field, message);
        }
    }

    /// Unwraps `result`, noting its refusal.
    pub fn take<T>(&mut self, result: Result<T, FieldError>) -> Option<T> {
        result.map_err(|refusal| self.0.push(refusal)).ok()
    }

    /// `Ok` when nothing was noted.
    pub fn finish(self) -> Result<(), Vec<FieldError>> {
        if self.0.is_empty() { Ok(()) } else { Err(self.0) }
    }
}
