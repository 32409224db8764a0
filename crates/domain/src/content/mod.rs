//! Content: what it is, how it is identified, and what may happen to it.
//!
//! - [`canonical`]: the one form in which two instances can be compared, and its hash
//! - [`lifecycle`]: status and approval, and what a scan, an approval and a sync do to them
//! - [`drop_guard`]: when a scan that lost many items is held
//! - [`review`]: approvals, refusals, and how many people must agree
//! - [`search`]: the text that a search looks through
//! - [`secrets`]: passwords, keys and tokens in content, found and hidden
//! - [`mod@export`]: production as files for a Git repository
//! - [`script`]: the canonical body of a script and the names of its functions
//! - [`tree`]: what an item needs, and what that needs in turn
//! - [`view`]: rows, counts and pages as screens and the HTTP API show them

pub mod canonical;
pub mod drop_guard;
pub mod export;
pub mod lifecycle;
pub mod review;
pub mod script;
pub mod search;
pub mod secrets;
pub mod tree;
pub mod view;

pub use canonical::{Canonical, ContentHash, Facets, Folder, Reference};
pub use lifecycle::{Approval, Change, Status};

use crate::field::FieldError;
use serde::{Deserialize, Serialize};
use std::{fmt, str::FromStr};

/// A kind of content. The names are those of URLs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ContentType {
    /// Automate scripts (`lt_scripts`).
    Scripts,
    /// Internal monitors (`agents` with ComputerID 0).
    InternalMonitors,
    /// Remote monitors on groups (`groupagents`).
    RemoteMonitors,
    /// Groups (`mastergroups`).
    Groups,
    /// Searches (`sensorchecks`).
    Searches,
    /// Data views (`dataviews`).
    DataViews,
    /// Extra data field definitions (`extrafield`).
    ExtraFields,
    /// Role definitions (`roledefinitions`).
    Roles,
    /// Alert templates (`alerttemplate` and its rows).
    AlertTemplates,
}

impl ContentType {
    /// Every type, in the order in which the drop-down shows them.
    pub const ALL: [Self; 9] = [
        Self::Scripts,
        Self::InternalMonitors,
        Self::RemoteMonitors,
        Self::Groups,
        Self::Searches,
        Self::DataViews,
        Self::ExtraFields,
        Self::Roles,
        Self::AlertTemplates,
    ];

    /// The name in URLs, files and the database.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Scripts => "scripts",
            Self::InternalMonitors => "internal-monitors",
            Self::RemoteMonitors => "remote-monitors",
            Self::Groups => "groups",
            Self::Searches => "searches",
            Self::DataViews => "data-views",
            Self::ExtraFields => "extra-fields",
            Self::Roles => "roles",
            Self::AlertTemplates => "alert-templates",
        }
    }

    /// The name on screens.
    pub fn label(self) -> &'static str {
        match self {
            Self::Scripts => "Scripts",
            Self::InternalMonitors => "Internal monitors",
            Self::RemoteMonitors => "Remote monitors",
            Self::Groups => "Groups",
            Self::Searches => "Searches",
            Self::DataViews => "Data views",
            Self::ExtraFields => "Extra data fields",
            Self::Roles => "Role definitions",
            Self::AlertTemplates => "Alert templates",
        }
    }

    /// One item of this type, in a sentence.
    pub fn singular(self) -> &'static str {
        match self {
            Self::Scripts => "script",
            Self::InternalMonitors => "internal monitor",
            Self::RemoteMonitors => "remote monitor",
            Self::Groups => "group",
            Self::Searches => "search",
            Self::DataViews => "data view",
            Self::ExtraFields => "extra data field",
            Self::Roles => "role definition",
            Self::AlertTemplates => "alert template",
        }
    }
}

impl fmt::Display for ContentType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for ContentType {
    type Err = FieldError;
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == text).ok_or_else(|| {
            let names: Vec<&str> = Self::ALL.iter().map(|kind| kind.as_str()).collect();
            FieldError::new(
                "type",
                format!("`{text}` is not a content type: use one of {}", names.join(", ")),
            )
        })
    }
}

/// The identity of an item across instances: a GUID in lower case, without braces.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Guid(String);

/// Text that is not a GUID. Automate holds empty and broken ones; they are reported, never fatal.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is not a GUID: expected 8-4-4-4-12 hexadecimal digits")]
pub struct InvalidGuid(pub String);

impl Guid {
    /// Reads a GUID in any case, with or without braces and blanks around it.
    pub fn parse(text: &str) -> Result<Self, InvalidGuid> {
        let bare = text.trim().trim_start_matches('{').trim_end_matches('}').to_ascii_lowercase();
        let lengths = bare.split('-').map(str::len).eq([8, 4, 4, 4, 12]);
        let digits = bare.bytes().all(|b| b == b'-' || b.is_ascii_hexdigit());
        let empty = bare.bytes().all(|b| b == b'-' || b == b'0');
        if lengths && digits && !empty {
            Ok(Self(bare))
        } else {
            Err(InvalidGuid(text.chars().take(64).collect()))
        }
    }

    /// The 36 characters.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Guid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl FromStr for Guid {
    type Err = InvalidGuid;
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::parse(text)
    }
}

impl TryFrom<String> for Guid {
    type Error = InvalidGuid;
    fn try_from(text: String) -> Result<Self, Self::Error> {
        Self::parse(&text)
    }
}

impl From<Guid> for String {
    fn from(guid: Guid) -> Self {
        guid.0
    }
}

/// What identifies an item: its type and its GUID, never the local id.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct ItemKey {
    /// The type.
    #[serde(rename = "type")]
    pub content_type: ContentType,
    /// The GUID.
    pub guid: Guid,
}

impl ItemKey {
    /// A key.
    pub fn new(content_type: ContentType, guid: Guid) -> Self {
        Self { content_type, guid }
    }
}

impl fmt::Display for ItemKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.content_type, self.guid)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn type_names_round_trip() {
        for kind in ContentType::ALL {
            assert_eq!(kind.as_str().parse::<ContentType>(), Ok(kind));
            assert_eq!(serde_json::to_string(&kind).unwrap(), format!("\"{kind}\""));
        }
        assert!("script".parse::<ContentType>().is_err());
    }

    #[test]
    fn guids_are_normalised() {
        let guid = Guid::parse(" {88DFAF30-AEA8-11E7-AECA-005056A37E1B} ").unwrap();
        assert_eq!(guid.as_str(), "88dfaf30-aea8-11e7-aeca-005056a37e1b");
        for wrong in
            ["", "88dfaf30", "zzdfaf30-aea8-11e7-aeca-005056a37e1b", "00000000-0000-0000-0000-000000000000"]
        {
            assert!(Guid::parse(wrong).is_err(), "{wrong}");
        }
    }
}
