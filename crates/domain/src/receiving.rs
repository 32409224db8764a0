//! The receiving side: what state an item is in, and which items a mass sync takes.

use crate::content::ContentHash;
use serde::{Deserialize, Serialize};
use std::fmt;

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
