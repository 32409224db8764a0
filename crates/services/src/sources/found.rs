//! What a reading found, hashed and sorted by whether it lies in the published folders.

use super::signals::Kept;
use crate::ports::{
    reader::{ReadItem, Reading},
    store::sources::KeptSignal,
};
use domain::{
    content::{ContentHash, ContentType, ItemKey, lifecycle::Snapshot},
    source::ScanIssue,
};
use std::collections::{BTreeMap, BTreeSet};

/// One item as found.
pub(super) struct Found {
    pub(super) item: ReadItem,
    pub(super) snapshot: Snapshot,
    pub(super) bytes: Vec<u8>,
}

/// A reading, ready to be applied.
#[derive(Default)]
pub(super) struct Findings {
    /// Items in the published folders.
    pub(super) in_scope: BTreeMap<ItemKey, Found>,
    /// Items in the published folders that the reader knew again, with the content that was kept of them.
    pub(super) unchanged: BTreeMap<ItemKey, ContentHash>,
    /// Items elsewhere on the source.
    pub(super) elsewhere: BTreeSet<ItemKey>,
    /// Those of them that the reader knew again.
    pub(super) unchanged_elsewhere: BTreeSet<ItemKey>,
    /// By what the items that were read are known again.
    pub(super) signals: Vec<KeptSignal>,
    /// Whether the reader knew something again that nothing was kept of.
    pub(super) stray: bool,
    pub(super) issues: Vec<ScanIssue>,
    pub(super) complete: bool,
}

impl Findings {
    /// Hashes everything that was read; takes time, so it runs away from the async threads. `folders` are the
    /// published ones.
    pub(super) fn of(reading: Reading, folders: &[String], kept: &Kept) -> Self {
        let complete = reading.is_complete();
        let mut findings = Self { issues: reading.issues, complete, ..Self::default() };
        for key in reading.unchanged {
            findings.know_again(key, folders, kept);
        }
        for item in reading.items {
            findings.take(item, folders);
        }
        findings
    }

    fn know_again(&mut self, key: ItemKey, folders: &[String], kept: &Kept) {
        match kept.get(&key) {
            None => self.stray = true,
            Some(kept) if in_scope(&kept.path, folders) => {
                self.unchanged.insert(key, kept.hash.clone());
            }
            Some(_) => {
                self.elsewhere.insert(key.clone());
                self.unchanged_elsewhere.insert(key);
            }
        }
    }

    fn take(&mut self, mut item: ReadItem, folders: &[String]) {
        let key = ItemKey::new(item.canonical.content_type, item.canonical.guid.clone());
        let path = item.canonical.path();
        let published = in_scope(&path, folders);
        let signal = item.signal.take();
        if !published && signal.is_none() {
            self.elsewhere.insert(key);
            return;
        }
        let bytes = item.canonical.to_bytes();
        let hash = ContentHash::of(&bytes);
        let kept = signal.map(|signal| KeptSignal { key: key.clone(), hash: hash.clone(), path, signal });
        self.signals.extend(kept);
        if published {
            let snapshot = Snapshot { hash, facets: item.canonical.facets() };
            // The bytes hold it; twenty thousand bodies as trees are most of what a first reading takes.
            item.canonical.body.clear();
            self.in_scope.insert(key, Found { item, snapshot, bytes });
        } else {
            self.elsewhere.insert(key);
        }
    }

    /// Items of a type in the published folders.
    pub(super) fn count(&self, content_type: ContentType) -> u64 {
        let keys = self.in_scope.keys().chain(self.unchanged.keys());
        keys.filter(|key| key.content_type == content_type).count() as u64
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
