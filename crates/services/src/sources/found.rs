//! What a reading found, hashed and sorted by whether it lies in the published folders. What an item says of itself is
//! kept; its content is handed on ([`super::staging`]).

use super::signals::Kept;
use crate::ports::{
    reader::{ReadItem, Reading, Signal},
    store::sources::KeptSignal,
};
use domain::{
    content::{ContentHash, ContentType, ItemKey, Reference, lifecycle::Snapshot},
    source::ScanIssue,
};
use jiff::Timestamp;
use std::collections::{BTreeMap, BTreeSet};

/// One item as found, without its content.
pub(super) struct Found {
    pub(super) snapshot: Snapshot,
    pub(super) name: String,
    pub(super) path: String,
    pub(super) local_id: Option<i64>,
    pub(super) updated_at: Option<Timestamp>,
    pub(super) updated_by: Option<String>,
    pub(super) depends_on: Vec<Reference>,
}

/// An item that was read and hashed.
pub(super) struct Digest {
    key: ItemKey,
    path: String,
    /// Its content and by what it is known again, if the reader keeps signals.
    signal: Option<(ContentHash, Signal)>,
    /// What was found, when it lies in the published folders, and its bytes.
    published: Option<(Found, Vec<u8>)>,
}

impl Digest {
    /// Hashes an item; takes time, so it runs away from the async threads. `folders` are the published ones.
    pub(super) fn of(item: ReadItem, folders: &[String]) -> Self {
        let key = item.key();
        let ReadItem { canonical, local_id, updated_at, updated_by, signal } = item;
        let path = canonical.path();
        let is_published = in_scope(&path, folders);
        if !is_published && signal.is_none() {
            return Self { key, path, signal: None, published: None };
        }
        let bytes = canonical.to_bytes();
        let hash = ContentHash::of(&bytes);
        let signal = signal.map(|signal| (hash.clone(), signal));
        let published = is_published.then(|| {
            let snapshot = Snapshot { hash, facets: canonical.facets() };
            let (name, depends_on) = (canonical.name, canonical.depends_on);
            let path = path.clone();
            (Found { snapshot, name, path, local_id, updated_at, updated_by, depends_on }, bytes)
        });
        Self { key, path, signal, published }
    }

    /// The content to keep, taken out.
    pub(super) fn content(&mut self) -> Option<(ContentHash, Vec<u8>)> {
        let (found, bytes) = self.published.as_mut()?;
        Some((found.snapshot.hash.clone(), std::mem::take(bytes)))
    }
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
    pub(super) signals: BTreeMap<ItemKey, KeptSignal>,
    /// Whether the reader knew something again that nothing was kept of.
    pub(super) stray: bool,
    pub(super) issues: Vec<ScanIssue>,
    /// Types that this kind of source cannot give.
    pub(super) left_out: BTreeSet<ContentType>,
    pub(super) complete: bool,
}

impl Findings {
    /// Takes an item, in place of what was taken of it before.
    pub(super) fn take(&mut self, digest: Digest) {
        let Digest { key, path, signal, published } = digest;
        self.in_scope.remove(&key);
        self.elsewhere.remove(&key);
        if let Some((hash, signal)) = signal {
            self.signals.insert(key.clone(), KeptSignal { key: key.clone(), hash, path, signal });
        }
        match published {
            Some((found, _)) => drop(self.in_scope.insert(key, found)),
            None => drop(self.elsewhere.insert(key)),
        }
    }

    /// Throws away what was taken of a type.
    pub(super) fn forget(&mut self, content_type: ContentType) {
        let stays = |key: &ItemKey| key.content_type != content_type;
        self.in_scope.retain(|key, _| stays(key));
        self.elsewhere.retain(stays);
        self.signals.retain(|key, _| stays(key));
    }

    /// Takes what the reader said at the end.
    pub(super) fn end(&mut self, reading: Reading, folders: &[String], kept: &Kept) {
        self.complete = reading.is_complete();
        (self.issues, self.left_out) = (reading.issues, reading.left_out);
        for key in reading.unchanged {
            self.know_again(key, folders, kept);
        }
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
