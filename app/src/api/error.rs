//! What a screen learns of a failure: never more than a person can use.

use domain::field::FieldError;
use leptos::server_fn::{
    codec::JsonEncoding,
    error::{FromServerFnError, ServerFnErrorErr},
};
use serde::{Deserialize, Serialize};

/// Why something was not done.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
pub enum ApiError {
    /// The session has ended.
    #[error("Your session has ended. Sign in again; nothing was lost.")]
    Unauthenticated,
    /// The role does not allow it.
    #[error("Your role does not allow this. Ask an administrator.")]
    Forbidden,
    /// There is no such thing.
    #[error("There is no such {0}.")]
    NotFound(String),
    /// It no longer fits.
    #[error("{0}")]
    Conflict(String),
    /// Some fields are wrong.
    #[error("{}", sentence(.0))]
    Invalid(Vec<FieldError>),
    /// Too many attempts.
    #[error("Too many attempts. Try again in {0} seconds.")]
    TooMany(u64),
    /// Something does not answer.
    #[error("{0}")]
    Unavailable(String),
    /// Anything else.
    #[error("Something went wrong inside Tandem. The log tells more under reference {0}.")]
    Internal(String),
    /// The server was not reached.
    #[error("Tandem cannot be reached. Check the connection and try again.")]
    Network,
}

fn sentence(fields: &[FieldError]) -> String {
    let told: Vec<String> =
        fields.iter().map(|field| format!("{} {}", field.field.replace('_', " "), field.message)).collect();
    format!("Not done: {}.", told.join("; "))
}

impl ApiError {
    /// What a form says as a whole. Fields that are marked with what is wrong are counted, not told a second time under
    /// names that no screen shows.
    pub fn summary(&self, marked: &[&str]) -> String {
        let is_marked = |field: &FieldError| {
            let fits = |mark: &&str| {
                mark.strip_suffix('*').map_or(field.field == **mark, |start| field.field.starts_with(start))
            };
            marked.iter().any(fits)
        };
        match self {
            Self::Invalid(fields) if fields.iter().all(is_marked) => match fields.len() {
                1 => "Not saved: 1 marked field needs another look.".to_owned(),
                many => format!("Not saved: {many} marked fields need another look."),
            },
            other => other.to_string(),
        }
    }

    /// What is wrong with one field, if anything is.
    pub fn field(&self, name: &str) -> Option<String> {
        let Self::Invalid(fields) = self else { return None };
        fields.iter().find(|field| field.field == name).map(|field| field.message.clone())
    }
}

impl FromServerFnError for ApiError {
    type Encoder = JsonEncoding;

    fn from_server_fn_error(value: ServerFnErrorErr) -> Self {
        match value {
            ServerFnErrorErr::Args(message) | ServerFnErrorErr::MissingArg(message) => Self::Conflict(
                format!("The form was not understood ({message}). Reload the page and try again."),
            ),
            _ => Self::Network,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_fields_say_themselves_is_counted_only() {
        let of = |names: &[&str]| {
            ApiError::Invalid(names.iter().map(|name| FieldError::new(*name, "is wrong")).collect())
        };
        let marked = ["name", "rules[*"];
        assert_eq!(of(&["name"]).summary(&marked), "Not saved: 1 marked field needs another look.");
        assert_eq!(
            of(&["name", "rules[0].path"]).summary(&marked),
            "Not saved: 2 marked fields need another look."
        );
        assert_eq!(
            of(&["name", "soak_seconds"]).summary(&marked),
            "Not done: name is wrong; soak seconds is wrong."
        );
    }
}
