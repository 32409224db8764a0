//! The receiving side: what state an item is in, and which items a mass sync takes.
//!
//! - [`local`]: what belongs to the receiver and survives an update
//! - [`contacts`]: whom alert templates tell
//! - [`exclusions`]: those of them that are written into SQL texts
//! - [`effect`]: what applying an item does to a target, for dry runs

pub mod contacts;
pub mod effect;
pub mod exclusions;
pub mod local;

pub use effect::{ColumnChange, Effect, Verb};

use crate::content::{ContentHash, ContentType, ItemKey};
use serde::{Deserialize, Serialize};
use std::fmt;

/// The order in which types are applied (`automate-api.md` section 6), as far as what items need does not say
/// otherwise: fields before the searches that use them, scripts before the monitors that run them.
pub fn rank(content_type: ContentType) -> u8 {
    match content_type {
        ContentType::ExtraFields => 0,
        ContentType::Roles => 1,
        ContentType::Searches => 2,
        ContentType::Groups => 3,
        ContentType::Scripts => 4,
        ContentType::AlertTemplates => 5,
        ContentType::InternalMonitors => 6,
        ContentType::RemoteMonitors => 7,
        ContentType::DataViews => 8,
    }
}

/// What a target has of one item.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Standing {
    /// Which item.
    pub key: ItemKey,
    /// Its name here.
    pub name: String,
    /// What was installed, as the target's journal says.
    pub installed: Option<InstalledVersion>,
    /// The content that stands here; the installed one where only what belongs to the receiver differs.
    pub found: Option<ContentHash>,
    /// Whether mass syncs take it.
    pub mass_sync: bool,
}

/// A version that was installed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InstalledVersion {
    /// Its number.
    pub version: u32,
    /// Its content, as it was offered.
    pub content_hash: ContentHash,
    /// Whether it stood here already, brought by somebody else, and was only recognised.
    pub recognised: bool,
}

/// The state of an item on a receiver.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum ReceiverState {
    /// Installed and the same as offered.
    #[serde(rename = "Up To Date")]
    UpToDate,
    /// Installed, and another version is offered.
    #[serde(rename = "Update Available")]
    UpdateAvailable,
    /// Installed, and no longer offered.
    #[serde(rename = "Deprecated")]
    Deprecated,
    /// Offered, and not installed.
    #[serde(rename = "Not Installed")]
    NotInstalled,
    /// Installed, and edited on the receiver.
    #[serde(rename = "Locally Changed")]
    LocallyChanged,
}

impl ReceiverState {
    /// Every state.
    pub const ALL: [Self; 5] =
        [Self::UpToDate, Self::UpdateAvailable, Self::Deprecated, Self::NotInstalled, Self::LocallyChanged];

    /// The words on screens and on the wire.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::UpToDate => "Up To Date",
            Self::UpdateAvailable => "Update Available",
            Self::Deprecated => "Deprecated",
            Self::NotInstalled => "Not Installed",
            Self::LocallyChanged => "Locally Changed",
        }
    }

    /// The state that follows from what is offered, what was installed, and what stands there now.
    pub fn of(
        offered: Option<&ContentHash>,
        installed: Option<&ContentHash>,
        found: Option<&ContentHash>,
    ) -> Self {
        match (offered, installed, found) {
            (Some(_), _, None) => Self::NotInstalled,
            (None, _, _) => Self::Deprecated,
            (Some(offer), _, Some(here)) if offer == here => Self::UpToDate,
            (Some(_), Some(ours), Some(here)) if ours != here => Self::LocallyChanged,
            (Some(_), _, Some(_)) => Self::UpdateAvailable,
        }
    }
}

impl fmt::Display for ReceiverState {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// Whether a mass sync leaves an item out because of its name: `[Global]` and `[Ticket]` items are only
/// synced one by one (`automate-api.md` section 1.2).
pub fn kept_out_of_mass_sync(name: &str) -> bool {
    let folded = name.to_lowercase();
    folded.contains("[global]") || folded.contains("[ticket]")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn states_follow_from_three_hashes() {
        use ReceiverState as S;
        let (a, b, c) = (ContentHash::of(b"a"), ContentHash::of(b"b"), ContentHash::of(b"c"));
        for (offered, installed, found, state) in [
            (Some(&a), None, None, S::NotInstalled),
            (Some(&a), Some(&a), None, S::NotInstalled),
            (Some(&a), Some(&a), Some(&a), S::UpToDate),
            (Some(&a), None, Some(&a), S::UpToDate),
            (Some(&b), Some(&a), Some(&a), S::UpdateAvailable),
            (Some(&b), None, Some(&a), S::UpdateAvailable),
            (Some(&a), Some(&a), Some(&c), S::LocallyChanged),
            (Some(&b), Some(&a), Some(&c), S::LocallyChanged),
            (None, Some(&a), Some(&a), S::Deprecated),
        ] {
            assert_eq!(S::of(offered, installed, found), state);
        }
    }

    #[test]
    fn tagged_names_are_kept_out() {
        assert!(kept_out_of_mass_sync("Disk space [Global]"));
        assert!(kept_out_of_mass_sync("[TICKET] Backup"));
        assert!(!kept_out_of_mass_sync("Global settings"));
    }
}
