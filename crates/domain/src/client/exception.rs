//! What is served to one client differently: an item kept out, pinned to a version, or held where it is.

use crate::{
    content::{ContentType, Guid, ItemKey},
    field::{FieldError, Findings},
    ids::ExceptionId,
    pull::ManifestItem,
};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use std::{fmt, str::FromStr};

/// How an item is served differently.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ExceptionKind {
    /// Not at all.
    KeepOut,
    /// In one named version.
    Pin,
    /// In the version that was served when the exception was made; not at all if there was none.
    Hold,
}

impl ExceptionKind {
    /// Every kind, for pick lists.
    pub const ALL: [Self; 3] = [Self::KeepOut, Self::Pin, Self::Hold];

    /// The name on the wire.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::KeepOut => "keep_out",
            Self::Pin => "pin",
            Self::Hold => "hold",
        }
    }

    /// The words on screens.
    pub fn label(self) -> &'static str {
        match self {
            Self::KeepOut => "Keep out",
            Self::Pin => "Pin a version",
            Self::Hold => "Hold",
        }
    }
}

impl fmt::Display for ExceptionKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for ExceptionKind {
    type Err = FieldError;
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let known = Self::ALL.into_iter().find(|kind| kind.as_str() == text);
        known.ok_or_else(|| FieldError::new("kind", "must be keep_out, pin or hold"))
    }
}

/// One exception of one client. There is at most one for an item.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Exception {
    /// Which exception.
    pub id: ExceptionId,
    /// The item's type.
    #[serde(rename = "type")]
    pub content_type: ContentType,
    /// The item's GUID.
    pub guid: Guid,
    /// The item's name when the exception was made.
    pub name: String,
    /// How it is served.
    pub kind: ExceptionKind,
    /// What is served in place of what the ring serves; none where nothing is.
    pub served: Option<ManifestItem>,
    /// Why.
    pub reason: String,
    /// Who made it.
    pub made_by: String,
    /// When.
    pub made_at: Timestamp,
    /// When it ends by itself.
    pub expires_at: Option<Timestamp>,
}

impl Exception {
    /// The item's key.
    pub fn key(&self) -> ItemKey {
        ItemKey::new(self.content_type, self.guid.clone())
    }

    /// Whether it has ended.
    pub fn has_ended(&self, now: Timestamp) -> bool {
        self.expires_at.is_some_and(|end| end <= now)
    }
}

/// What someone typed to make an exception.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct NewException {
    /// The item.
    pub key: ItemKey,
    /// How it is served.
    pub kind: ExceptionKind,
    /// The version, for a pin.
    pub version: Option<u32>,
    /// Why.
    pub reason: String,
    /// When it ends by itself.
    pub expires_at: Option<Timestamp>,
}

impl NewException {
    /// Every refusal at once.
    pub fn check(&self, now: Timestamp) -> Result<(), Vec<FieldError>> {
        let mut findings = Findings::default();
        let pinned = self.kind == ExceptionKind::Pin;
        findings.check(pinned && self.version.is_none(), "version", "must name the version to pin");
        findings.check(!pinned && self.version.is_some(), "version", "only belongs to a pin: leave it out");
        let length = self.reason.trim().chars().count();
        findings.check(!(1..=500).contains(&length), "reason", "must say why, in 1 to 500 characters");
        let over = self.expires_at.is_some_and(|end| end <= now);
        findings.check(over, "expires_at", "must lie ahead, or be left out for no end");
        findings.finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn refusals_name_their_fields() {
        let guid = Guid::parse("88dfaf30-aea8-11e7-aeca-005056a37e1b").unwrap();
        let mut typed = NewException {
            key: ItemKey::new(ContentType::Scripts, guid),
            kind: ExceptionKind::Pin,
            version: None,
            reason: " ".into(),
            expires_at: Some(Timestamp::UNIX_EPOCH),
        };
        let fields = |typed: &NewException| -> Vec<String> {
            let refusals = typed.check(Timestamp::UNIX_EPOCH).unwrap_err();
            refusals.into_iter().map(|refusal| refusal.field).collect()
        };
        assert_eq!(fields(&typed), ["version", "reason", "expires_at"]);
        typed.kind = ExceptionKind::Hold;
        typed.version = Some(3);
        assert_eq!(fields(&typed)[0], "version");
        let good = NewException { version: None, reason: "broke printing".into(), expires_at: None, ..typed };
        assert_eq!(good.check(Timestamp::UNIX_EPOCH), Ok(()));
    }
}
