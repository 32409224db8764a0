//! One identifier type per entity, so that a client's id can never be passed for a user's.
//!
//! All are UUID v7 (RFC 9562), made by `services` from its clock and its random numbers; here they are
//! only carried, printed and read.

use serde::{Deserialize, Serialize};
use std::{fmt, str::FromStr};
use uuid::Uuid;

/// Text that is not an identifier.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is not an id: expected a UUID such as 01935f6e-3c2a-7c3e-8f7a-2b1c9d0e4f5a")]
pub struct InvalidId(pub String);

macro_rules! id {
    ($($(#[$doc:meta])* $name:ident),+ $(,)?) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(pub Uuid);

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }

        impl FromStr for $name {
            type Err = InvalidId;
            fn from_str(text: &str) -> Result<Self, Self::Err> {
                Uuid::parse_str(text).map(Self).map_err(|_| InvalidId(text.to_owned()))
            }
        }
    )+};
}

id! {
    /// A person who signs in.
    UserId,
    /// A signed-in browser.
    SessionId,
    /// A personal token of the HTTP API.
    TokenId,
    /// A master Automate instance or folder that content is read from.
    SourceId,
    /// One reading of a source.
    ScanId,
    /// An API client: the name and secret that a receiver signs in with.
    ClientId,
    /// A connection to a ConnectWise Manage instance.
    ConnectorId,
    /// What people are told about.
    AlertId,
    /// A change that Tandem owes to a ticket.
    WriteBackId,
    /// A kind of alert, as people sort them.
    CategoryId,
    /// An ordered stage of production.
    RingId,
    /// An exception of one API client.
    ExceptionId,
    /// A line of the audit log.
    AuditId,
}
