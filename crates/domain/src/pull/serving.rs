//! From what a ring serves to what one client is answered: scope, exceptions, deltas.
//!
//! Revision numbers are counted once for all rings. A client's scope (its ring, its types, its exceptions) has a
//! revision too: the one at which it last changed. A question about an older revision cannot be answered with
//! what changed, and is answered with the whole; so no answer ever mixes two scopes.

use super::{Manifest, ManifestItem, Removed};
use crate::{client::Exception, content::ContentType, content::ItemKey};
use std::collections::BTreeMap;

/// What a ring says of one item.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pointer {
    /// What is served, or was served last.
    pub item: ManifestItem,
    /// The revision that set it.
    pub revision: i64,
    /// Whether it is a tombstone.
    pub removed: bool,
}

/// What a client may see.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default)]
pub struct Scope {
    /// The types; none means all.
    pub types: Option<Vec<ContentType>>,
    /// The revision since which the scope stands.
    pub since: i64,
}

/// The revision of a ring: its newest change.
pub fn revision_of(pointers: &[Pointer]) -> i64 {
    pointers.iter().map(|pointer| pointer.revision).max().unwrap_or(0)
}

/// The manifest for a client: whole, or what changed after `since` where that can be told.
pub fn serve(pointers: &[Pointer], scope: &Scope, exceptions: &[Exception], since: Option<i64>) -> Manifest {
    let revision = revision_of(pointers).max(scope.since);
    // A revision from before the scope, or one that was never served here, is no base for a delta.
    let since = since.filter(|since| (scope.since..=revision).contains(since));
    let excepted: BTreeMap<ItemKey, &Exception> =
        exceptions.iter().map(|exception| (exception.key(), exception)).collect();
    let visible = |kind: ContentType| scope.types.as_ref().is_none_or(|types| types.contains(&kind));
    let (mut items, mut removed) = (Vec::new(), Vec::new());
    for pointer in pointers {
        let item = &pointer.item;
        let news = since.is_none_or(|since| pointer.revision > since);
        if !news || !visible(item.content_type) || excepted.contains_key(&item.key()) {
            continue;
        }
        if pointer.removed {
            removed.push(tombstone(item, pointer.revision));
        } else {
            items.push(item.clone());
        }
    }
    // An exception never changes without a new scope revision, so it belongs to the whole only.
    if since.is_none() && !excepted.is_empty() {
        let served = excepted.values().filter_map(|exception| exception.served.clone());
        items.extend(served.filter(|item| visible(item.content_type)));
        items.sort_by_key(ManifestItem::key);
    }
    let full = since.is_none();
    Manifest { revision, full, items, removed, since, signature: None, signature_2: None }
}

fn tombstone(item: &ManifestItem, revision: i64) -> Removed {
    Removed { content_type: item.content_type, guid: item.guid.clone(), name: item.name.clone(), revision }
}

#[cfg(test)]
mod tests;
