//! What is written down of an installed item, whichever journal holds it: a table beside the content ([`super::journal`])
//! or, where the interface keeps no table, a file (`rest::apply::journal`).

use super::ApplyError;
use domain::{
    content::{Canonical, ContentHash, ItemKey},
    receiving::{
        InstalledVersion, Standing,
        local::{CHANGED_MEANWHILE, would_lose_edits},
    },
};
use serde::{Deserialize, Serialize};

/// What was applied, and what stood there afterwards.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Line {
    /// The name it had.
    pub(crate) name: String,
    /// The id of its row.
    pub(crate) local_id: i64,
    /// The version.
    pub(crate) version: u32,
    /// The content as it was offered.
    pub(crate) content_hash: ContentHash,
    /// The content that stood here once it was applied, local settings included.
    pub(crate) found_hash: ContentHash,
    /// Whether it stood here already and was only recognised.
    pub(crate) recognised: bool,
    /// Whether mass syncs take it.
    pub(crate) mass_sync: bool,
}

impl Line {
    /// The line of an offer that was applied; what was chosen in the line before stays.
    pub(crate) fn of(
        offer: &super::Offer,
        local_id: i64,
        found_hash: ContentHash,
        untouched: bool,
        before: Option<&Self>,
    ) -> Self {
        Self {
            name: offer.content.name.clone(),
            local_id,
            version: offer.version,
            content_hash: offer.content_hash.clone(),
            found_hash,
            recognised: untouched && before.is_none_or(|line| line.recognised),
            mass_sync: before.is_none_or(|line| line.mass_sync),
        }
    }

    /// Refuses to overwrite what somebody has edited here since the states were looked at: a run may take long.
    pub(crate) fn refuse_late_edits(
        &self,
        installed: &Canonical,
        here: &Canonical,
        offered: &Canonical,
    ) -> Result<(), ApplyError> {
        if here.hash() == self.found_hash || !would_lose_edits(installed, here, offered) {
            return Ok(());
        }
        Err(ApplyError::Item(CHANGED_MEANWHILE.into()))
    }
}

/// What stands here of an item, with its line if there is one.
pub(crate) fn standing(
    line: Option<&Line>,
    key: ItemKey,
    name: String,
    found: Option<ContentHash>,
) -> Standing {
    let installed = line.map(|line| InstalledVersion {
        version: line.version,
        content_hash: line.content_hash.clone(),
        recognised: line.recognised,
    });
    Standing { name, installed, found, mass_sync: line.is_none_or(|line| line.mass_sync), key }
}
