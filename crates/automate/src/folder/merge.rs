//! One item often stands in several files: called scripts and searches travel along with what uses them.

use crate::export::Exported;
use domain::{
    content::{ContentHash, ItemKey},
    source::ScanIssue,
};
use services::ports::reader::ReadItem;
use std::collections::{BTreeMap, btree_map::Entry};

/// What is remembered of an item that was taken.
struct Kept {
    file: String,
    hash: ContentHash,
    name: String,
    companion: bool,
}

/// Which of several copies counts: a file's own item wins over one that travelled along, among equals the first file
/// wins, and every difference is reported.
#[derive(Default)]
pub(super) struct Merge {
    kept: BTreeMap<ItemKey, Kept>,
    differing: Vec<ScanIssue>,
}

impl Merge {
    /// The item, when it is the first of its kind or takes the place of the one before.
    pub(super) fn take(&mut self, file: &str, exported: Exported) -> Option<ReadItem> {
        let Exported { item, companion } = exported;
        let key = item.key();
        let (hash, name) = (item.canonical.hash(), item.canonical.name.clone());
        let new = Kept { file: file.to_owned(), hash, name, companion };
        match self.kept.entry(key) {
            Entry::Vacant(place) => {
                place.insert(new);
                Some(item)
            }
            Entry::Occupied(mut place) => {
                let wins = place.get().companion && !new.companion;
                let old = if wins { place.insert(new) } else { new };
                if place.get().hash != old.hash {
                    self.differing.push(differing(place.key(), place.get(), &old.file));
                }
                wins.then_some(item)
            }
        }
    }

    /// The copies that differ.
    pub(super) fn issues(self) -> Vec<ScanIssue> {
        self.differing
    }
}

fn differing(key: &ItemKey, kept: &Kept, other: &str) -> ScanIssue {
    let (kind, name) = (key.content_type.singular(), &kept.name);
    let message = if kept.file == other {
        format!("holds the {kind} {name} ({}) twice with different content: only one was taken", key.guid)
    } else {
        let taken = &kept.file;
        format!(
            "holds another version of the {kind} {name} ({}) than {taken}, which was taken: export one of them again",
            key.guid
        )
    };
    ScanIssue { place: other.to_owned(), line: None, message, hides_content: false }
}
