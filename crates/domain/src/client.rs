//! API clients: the name and secret that a receiver signs in with.

mod exception;

pub use exception::{Exception, ExceptionKind, NewException};

use crate::{
    content::ContentType,
    field::{FieldError, Findings},
    ids::ClientId,
};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// The fewest characters of a secret that a person types.
pub const MIN_SECRET: usize = 16;
/// The ring that is there from the start.
pub const DEFAULT_RING: &str = "everyone";
/// The longest time that an old secret may go on working: 30 days.
pub const MAX_OVERLAP_SECONDS: u64 = 30 * 24 * 3600;

/// An API client as the list shows it. The secret is never readable again.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ApiClient {
    /// Which client.
    pub id: ClientId,
    /// Its name, unique without regard to case.
    pub name: String,
    /// The production stage it reads.
    pub ring: String,
    /// The content types it may read; none means all.
    pub content_types: Option<Vec<ContentType>>,
    /// When it was added.
    pub created_at: Timestamp,
    /// When it last signed in or pulled.
    pub last_seen_at: Option<Timestamp>,
    /// The production revision it last pulled.
    pub last_revision: Option<i64>,
    /// Items that it reported with an error.
    pub reported_errors: u64,
    /// The program that it last signed in with, for example `tandem-receiver/0.1.0`.
    pub receiver_version: Option<String>,
    /// Until when the secret before the current one works as well.
    pub old_secret_until: Option<Timestamp>,
    /// The revision since which its scope (ring, types, exceptions) stands: older revisions are answered with
    /// the whole.
    pub scope_revision: i64,
    /// Items that are served to it differently.
    pub exceptions: Vec<Exception>,
}

impl ApiClient {
    /// Whether it may read a content type.
    pub fn reads(&self, kind: ContentType) -> bool {
        self.content_types.as_ref().is_none_or(|types| types.contains(&kind))
    }
}

/// What someone typed to add a client.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct NewClient {
    /// The name.
    pub name: String,
    /// The secret.
    pub secret: String,
    /// The secret again.
    pub secret_confirmation: String,
    /// The ring, if not the default.
    #[serde(default)]
    pub ring: Option<String>,
    /// The content types, if not all.
    #[serde(default)]
    pub content_types: Option<Vec<ContentType>>,
}

impl NewClient {
    /// Every refusal at once; the same rule in the form and on the server.
    pub fn check(&self) -> Result<(), Vec<FieldError>> {
        let mut findings = Findings::default();
        findings.take(check_name(&self.name));
        findings.take(check_secret(&self.secret));
        findings.check(
            self.secret != self.secret_confirmation,
            "secret_confirmation",
            "differs from the secret: type the same secret twice",
        );
        findings.finish()
    }
}

/// A client's name: HTTP Basic (RFC 7617) sends `name:secret`, so the name has no colon.
pub fn check_name(name: &str) -> Result<(), FieldError> {
    let name = name.trim();
    if name.is_empty() || name.chars().count() > 100 {
        return Err(FieldError::new("name", "must have 1 to 100 characters"));
    }
    if name.contains(':') || name.chars().any(char::is_control) {
        return Err(FieldError::new("name", "must not contain a colon or control characters"));
    }
    Ok(())
}

/// A client's secret: long enough, and no control characters.
pub fn check_secret(secret: &str) -> Result<(), FieldError> {
    let length = secret.chars().count();
    if length < MIN_SECRET {
        return Err(FieldError::new(
            "secret",
            format!("has {length} characters but needs at least {MIN_SECRET}: use Generate for a strong one"),
        ));
    }
    if length > crate::account::MAX_PASSWORD || secret.chars().any(char::is_control) {
        return Err(FieldError::new("secret", "must have at most 256 characters and no control characters"));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_refusals_are_reported_at_once() {
        let typed = NewClient { name: "a:b".into(), secret: "short".into(), ..NewClient::default() };
        let fields: Vec<String> = typed.check().unwrap_err().into_iter().map(|e| e.field).collect();
        assert_eq!(fields, ["name", "secret", "secret_confirmation"]);
    }

    #[test]
    fn a_good_client_passes() {
        let secret = "correct horse battery".to_owned();
        let typed = NewClient {
            name: "Acme".into(),
            secret_confirmation: secret.clone(),
            secret,
            ..NewClient::default()
        };
        assert_eq!(typed.check(), Ok(()));
    }
}
