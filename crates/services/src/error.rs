//! What can go wrong, for everybody who calls a use case.
//!
//! Internals are logged once, here, with a reference number; only the number travels on.

use crate::ports::store::StoreError;
use domain::{account::Permission, field::FieldError};
use std::sync::atomic::{AtomicU64, Ordering};

/// Why a use case was not done.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Error {
    /// Nobody is signed in, or the token no longer counts.
    #[error("sign in first")]
    Unauthenticated,
    /// The actor may not do this.
    #[error("this needs the right {0:?}, which your role does not have")]
    Forbidden(Permission),
    /// The item lies outside what the API client may see.
    #[error("this lies outside what the API client may read")]
    OutsideScope,
    /// There is no such thing.
    #[error("there is no such {0}")]
    NotFound(&'static str),
    /// It no longer fits what is there.
    #[error("{0}")]
    Conflict(String),
    /// The plan changed since it was shown.
    #[error("what a sync would do has changed since the plan was shown: look at the new plan")]
    PlanChanged(Box<domain::content::view::Plan>),
    /// A step of an alert was not taken, for example because somebody was quicker.
    #[error("{0}")]
    Step(#[from] domain::alert::StepError),
    /// Some fields are wrong.
    #[error("some fields are wrong")]
    Invalid(Vec<FieldError>),
    /// Too many attempts.
    #[error("too many attempts: try again in {retry_after_seconds} seconds")]
    TooMany {
        /// When the next attempt is heard.
        retry_after_seconds: u64,
    },
    /// Something that Tandem needs does not answer; trying again helps.
    #[error("{0}")]
    Unavailable(String),
    /// Anything else; the log tells more under this reference.
    #[error("something went wrong inside Tandem; the log tells more under reference {reference}")]
    Internal {
        /// Stands in the log line.
        reference: String,
    },
}

impl Error {
    /// A refusal of one field.
    pub fn field(field: impl Into<String>, message: impl Into<String>) -> Self {
        Self::Invalid(vec![FieldError::new(field, message)])
    }

    /// Logs an internal failure and gives its reference.
    pub fn internal(cause: impl std::fmt::Display) -> Self {
        static COUNTER: AtomicU64 = AtomicU64::new(1);
        // Unique within the log of one process, which is what it is looked up in.
        let reference = format!("{:x}-{:04x}", std::process::id(), COUNTER.fetch_add(1, Ordering::Relaxed));
        tracing::error!(reference, cause = %cause, "internal failure");
        Self::Internal { reference }
    }
}

impl From<Vec<FieldError>> for Error {
    fn from(fields: Vec<FieldError>) -> Self {
        Self::Invalid(fields)
    }
}

impl From<FieldError> for Error {
    fn from(field: FieldError) -> Self {
        Self::Invalid(vec![field])
    }
}

impl From<StoreError> for Error {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::Unavailable(cause) => {
                tracing::warn!(cause, "the database does not answer");
                Self::Unavailable("The database does not answer. Nothing was changed; try again.".into())
            }
            StoreError::Taken(what) => Self::Conflict(format!("{what} is taken already")),
            StoreError::BadCursor => {
                Self::field("cursor", "is not one that a list gave out: start without it")
            }
            // The HTTP API names the field before anything comes this far (`server/src/http/public/nul.rs`).
            StoreError::Text => Self::field("text", "must not hold the character NUL: leave it out"),
            other => Self::internal(other),
        }
    }
}
