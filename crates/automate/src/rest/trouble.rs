//! What can go wrong between Tandem and an Automate server, in sentences that can follow a colon.

use services::ports::reader::ReadError;

/// Why a request gave nothing that can be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(super) enum Trouble {
    /// No answer; worth trying again.
    #[error("{0}")]
    Unreachable(String),
    /// The server is in trouble or wants peace; worth trying again.
    #[error("the server answers with an error (status {0})")]
    Failing(u16),
    /// The token does not count, and a new one did not either.
    #[error(
        "the server signs Tandem out (401) although it just signed in: look whether the user was locked, and whether \
         the client id belongs to a registered integration"
    )]
    SignedOut,
    /// The user may not.
    #[error("the user may not read this (403): give its user class the right")]
    Forbidden,
    /// There is no such thing on this server.
    #[error("this server does not know that list (404)")]
    Missing,
    /// The server does not accept what it was sent; `reason` is what it says, after a colon.
    #[error("the server does not accept the request (status {status}){reason}")]
    Rejected {
        /// The status.
        status: u16,
        /// Its own words.
        reason: String,
    },
    /// An answer that cannot be understood; trying again would not help.
    #[error("{0}")]
    Odd(String),
    /// Signing in was refused; names the field.
    #[error("{message}")]
    SignIn {
        /// The field of the source.
        field: &'static str,
        /// What is wrong and what to do.
        message: String,
    },
}

impl Trouble {
    /// Whether a change that ended like this may have been made all the same.
    pub(super) fn leaves_open(&self) -> bool {
        matches!(self, Self::Unreachable(_) | Self::Failing(_) | Self::Odd(_))
    }

    /// Whether trying again may help.
    pub(super) fn passes(&self) -> bool {
        matches!(self, Self::Unreachable(_) | Self::Failing(_))
    }
}

impl From<Trouble> for ReadError {
    fn from(trouble: Trouble) -> Self {
        match trouble {
            Trouble::SignIn { field, message } => Self::Settings { field: field.into(), message },
            other => Self::Unavailable(format!("Automate cannot be read: {other}")),
        }
    }
}
