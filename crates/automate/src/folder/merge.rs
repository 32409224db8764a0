//! One item often stands in several files: called scripts and searches travel along with what uses them.

use crate::export::Exported;
use domain::{
    content::{ContentHash, ItemKey},
    source::ScanIssue,
};
use services::ports::reader::Reading;
use std::collections::BTreeMap;

/// Keeps one of each. A file's own item wins over one that travelled along; among equals the first file wins,
/// and a difference is reported.
pub(super) fn merge(found: Vec<(String, Exported)>, mut issues: Vec<ScanIssue>) -> Reading {
    let mut kept: BTreeMap<ItemKey, (String, ContentHash, Exported)> = BTreeMap::new();
    for (file, exported) in found {
        let canonical = &exported.item.canonical;
        let key = ItemKey::new(canonical.content_type, canonical.guid.clone());
        let hash = canonical.hash();
        match kept.get(&key) {
            Some((_, known, _)) if *known == hash => {}
            Some((_, _, known)) if known.companion && !exported.companion => {
                kept.insert(key, (file, hash, exported));
            }
            Some((_, _, known)) if exported.companion && !known.companion => {}
            Some((first, _, known)) => issues.push(differing(&key, first, &file, &known.item.canonical.name)),
            None => {
                kept.insert(key, (file, hash, exported));
            }
        }
    }
    Reading { items: kept.into_values().map(|(_, _, exported)| exported.item).collect(), issues }
}

fn differing(key: &ItemKey, first: &str, second: &str, name: &str) -> ScanIssue {
    ScanIssue {
        place: second.to_owned(),
        line: None,
        message: format!(
            "holds another version of the {} {name} ({}) than {first}, which was taken: keep only one of them",
            key.content_type.singular(),
            key.guid
        ),
        hides_content: false,
    }
}
