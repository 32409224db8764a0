//! One item often stands in several files: called scripts and searches travel along with what uses them.

use crate::export::Exported;
use domain::{
    content::{ContentHash, ItemKey},
    source::ScanIssue,
};
use services::ports::reader::Reading;
use std::collections::{BTreeMap, btree_map::Entry};

struct Kept {
    file: String,
    hash: ContentHash,
    exported: Exported,
}

/// Keeps one of each. A file's own item wins over one that travelled along, among equals the first file wins, and
/// every difference is reported.
pub(super) fn merge(found: Vec<(String, Exported)>, mut issues: Vec<ScanIssue>) -> Reading {
    let mut kept: BTreeMap<ItemKey, Kept> = BTreeMap::new();
    for (file, exported) in found {
        let canonical = &exported.item.canonical;
        let key = ItemKey::new(canonical.content_type, canonical.guid.clone());
        let new = Kept { file, hash: canonical.hash(), exported };
        match kept.entry(key) {
            Entry::Vacant(place) => {
                place.insert(new);
            }
            Entry::Occupied(mut place) => {
                let wins = place.get().exported.companion && !new.exported.companion;
                let old = if wins { place.insert(new) } else { new };
                let kept = place.get();
                if kept.hash != old.hash {
                    issues.push(differing(place.key(), kept, &old.file));
                }
            }
        }
    }
    Reading {
        items: kept.into_values().map(|kept| kept.exported.item).collect(),
        issues,
        ..Reading::default()
    }
}

fn differing(key: &ItemKey, kept: &Kept, other: &str) -> ScanIssue {
    let (kind, name) = (key.content_type.singular(), &kept.exported.item.canonical.name);
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
