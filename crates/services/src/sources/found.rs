//! What a reading found, hashed and sorted by whether it lies in the published folders.

use crate::ports::reader::{ReadItem, Reading};
use domain::{
    content::{ContentType, ItemKey, lifecycle::Snapshot},
    source::{ScanIssue, SourceInput},
};
use std::collections::{BTreeMap, BTreeSet};

/// One item as found.
pub(super) struct Found {
    pub(super) item: ReadItem,
    pub(super) snapshot: Snapshot,
    pub(super) bytes: Vec<u8>,
}

/// A reading, ready to be applied.
pub(super) struct Findings {
    /// Items in the published folders.
    pub(super) in_scope: BTreeMap<ItemKey, Found>,
    /// Items elsewhere on the source.
    pub(super) elsewhere: BTreeSet<ItemKey>,
    pub(super) issues: Vec<ScanIssue>,
    pub(super) complete: bool,
}

impl Findings {
    /// Hashes everything; takes time, so it runs away from the async threads.
    pub(super) fn of(reading: Reading, source: &SourceInput) -> Self {
        let complete = reading.is_complete();
        let mut findings =
            Self { in_scope: BTreeMap::new(), elsewhere: BTreeSet::new(), issues: reading.issues, complete };
        for item in reading.items {
            let key = ItemKey::new(item.canonical.content_type, item.canonical.guid.clone());
            if in_scope(&item.canonical.path(), &source.folders) {
                let bytes = item.canonical.to_bytes();
                let hash = domain::content::ContentHash::of(&bytes);
                let snapshot = Snapshot { hash, facets: item.canonical.facets() };
                findings.in_scope.insert(key, Found { item, snapshot, bytes });
            } else {
                findings.elsewhere.insert(key);
            }
        }
        findings
    }

    /// Items of a type in the published folders.
    pub(super) fn count(&self, content_type: ContentType) -> u64 {
        self.in_scope.keys().filter(|key| key.content_type == content_type).count() as u64
    }
}

/// Whether a path lies in one of the published folders (all when none are named), without regard to case.
fn in_scope(path: &str, folders: &[String]) -> bool {
    let parts = |text: &str| -> Vec<String> {
        text.split(['/', '\\'])
            .map(|part| part.trim().to_lowercase())
            .filter(|part| !part.is_empty())
            .collect()
    };
    let path = parts(path);
    folders.is_empty() || folders.iter().any(|folder| path.starts_with(&parts(folder)))
}

#[cfg(test)]
mod tests {
    use super::in_scope;

    #[test]
    fn published_folders_include_those_below() {
        let folders = vec!["ProVal / Maintenance".to_owned()];
        assert!(in_scope("proval / maintenance", &folders));
        assert!(in_scope("ProVal / Maintenance / Disks", &folders));
        assert!(!in_scope("ProVal / Maintenance old", &folders));
        assert!(!in_scope("", &folders));
        assert!(in_scope("", &[]));
    }
}
