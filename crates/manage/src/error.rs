//! What can go wrong with Manage, and whether trying again is worth it.
//!
//! [`ManageError::retry`] is the one place that decides; `judge` turns a status and a body into an error.

use crate::refusal::Refusal;
use domain::field::FieldError;
use std::time::Duration;

/// Why a call was not done.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ManageError {
    /// A setting is wrong; names the field of the connector.
    #[error("{field}: {message}")]
    Setting {
        /// The field.
        field: String,
        /// What is wrong and what would be right.
        message: String,
    },
    /// No connection. Refused addresses look the same, so that nobody can scan a network through us.
    #[error(
        "Manage cannot be reached at {0}: check the address, and that allowed_networks holds its network when it is not on the internet"
    )]
    Unreachable(String),
    /// Connected, but no whole answer within the time.
    #[error("Manage did not answer in time, or broke off its answer")]
    NoAnswer,
    /// A creation was sent and its outcome is not known: look before creating again.
    #[error("Manage may or may not have done it ({0}): look before trying again")]
    OutcomeUnknown(String),
    /// 401: the keys are wrong or were revoked.
    #[error("Manage does not accept the keys ({0}): check company_id, public_key, private_key and client_id")]
    Unauthorized(Refusal),
    /// 403: the role lacks a right.
    #[error(
        "Manage refuses this to the API member ({0}): its security role lacks the right, see the permission test"
    )]
    Forbidden(Refusal),
    /// 404: no such record or collection.
    #[error("Manage has no such record ({0})")]
    NotFound(Refusal),
    /// 409: something else stands against it.
    #[error("Manage refuses because of another record ({0})")]
    Conflict(Refusal),
    /// Another 4xx: the request itself is wrong.
    #[error("Manage refuses the request ({0})")]
    Rejected(Refusal),
    /// 429, or our own budget for the minute is used up.
    #[error("Manage is asked too often")]
    Throttled {
        /// When to come back.
        after: Option<Duration>,
    },
    /// 5xx and 408: a passing failure.
    #[error("Manage failed ({0})")]
    Failed(Refusal),
    /// A redirect, which is never followed: the keys would travel along.
    #[error(
        "Manage at this address sends us elsewhere (status {0}): enter the final address as instance_uri"
    )]
    Redirected(u16),
    /// A success that cannot be read, such as a page of HTML.
    #[error("Manage answered with something that cannot be read ({0})")]
    Odd(String),
    /// A false success: the answer shows that the change was not made.
    #[error("Manage answered 200 but did not change {}", .0.join(", "))]
    NotApplied(Vec<String>),
    /// Manage failed so often in a row that it is left alone for a while.
    #[error("Manage failed repeatedly and is left alone for {} s", .after.as_secs())]
    LeftAlone {
        /// Until the next try is let through.
        after: Duration,
    },
    /// The lease under which it was to be created is over, or nearly.
    #[error("it took too long and was not sent, because another process may do it by now")]
    NotOurs,
    /// The list is longer than asked for, or its pages do not end.
    #[error("the list {0} is too long: narrow it down")]
    TooLong(String),
    /// A callback's signature, key or address is not what it must be.
    #[error("the callback cannot be trusted: {0}")]
    Untrusted(String),
}

/// Whether a retry is worth it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Retry {
    /// The same call will fail again: a person or a setting must change something.
    Never,
    /// Later, at the caller's own pace.
    Later,
    /// Not before this time has passed.
    After(Duration),
    /// Only after looking whether it was done: there are no idempotency keys.
    LookFirst,
}

impl ManageError {
    /// A wrong setting.
    pub(crate) fn setting(field: &str, message: impl Into<String>) -> Self {
        FieldError::new(field, message).into()
    }

    /// Whether a retry is worth it, and after how long.
    pub fn retry(&self) -> Retry {
        match self {
            Self::Throttled { after: Some(after) } | Self::LeftAlone { after } => Retry::After(*after),
            Self::Unreachable(_)
            | Self::NoAnswer
            | Self::Throttled { after: None }
            | Self::Failed(_)
            | Self::Odd(_) => Retry::Later,
            Self::OutcomeUnknown(_) => Retry::LookFirst,
            Self::Setting { .. }
            | Self::Unauthorized(_)
            | Self::Forbidden(_)
            | Self::NotFound(_)
            | Self::Conflict(_)
            | Self::Rejected(_)
            | Self::Redirected(_)
            | Self::NotApplied(_)
            | Self::TooLong(_)
            | Self::NotOurs
            | Self::Untrusted(_) => Retry::Never,
        }
    }

    /// Whether it speaks against the instance as a whole (the circuit breaker counts these).
    pub(crate) fn is_outage(&self) -> bool {
        matches!(
            self,
            Self::Unreachable(_) | Self::NoAnswer | Self::Failed(_) | Self::Odd(_) | Self::OutcomeUnknown(_)
        )
    }
}

/// Whether a call may be sent twice.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Repeat {
    /// Reading, replacing, deleting: doing it twice is doing it once.
    Safe,
    /// Creating: twice makes two.
    Never,
}

/// What a status other than success means.
pub fn judge(status: u16, repeat: Repeat, after: Option<Duration>, refusal: Refusal) -> ManageError {
    match status {
        300..=399 => ManageError::Redirected(status),
        401 => ManageError::Unauthorized(refusal),
        403 => ManageError::Forbidden(refusal),
        404 => ManageError::NotFound(refusal),
        409 => ManageError::Conflict(refusal),
        429 => ManageError::Throttled { after },
        408 | 500..=599 if repeat == Repeat::Never => ManageError::OutcomeUnknown(refusal.to_string()),
        503 if after.is_some() => ManageError::Throttled { after },
        408 | 500..=599 => ManageError::Failed(refusal),
        400..=499 => ManageError::Rejected(refusal),
        _ => ManageError::Odd(refusal.to_string()),
    }
}

impl From<FieldError> for ManageError {
    fn from(refused: FieldError) -> Self {
        Self::Setting { field: refused.field, message: refused.message }
    }
}
