//! What an item needs comes before it; cycles are cut where they close.

use domain::{
    content::{ItemKey, Reference},
    pull::ManifestItem,
};
use std::collections::{BTreeMap, BTreeSet};

/// The keys, each after those that it needs.
pub(super) fn by_need<'a>(
    keys: impl Iterator<Item = &'a ItemKey>,
    offered: &BTreeMap<ItemKey, ManifestItem>,
) -> Vec<ItemKey> {
    let wanted: BTreeSet<ItemKey> = keys.cloned().collect();
    let (mut ordered, mut seen) = (Vec::new(), BTreeSet::new());
    for start in &wanted {
        // Depth first with a stack of its own: chains may be long.
        let mut stack = vec![(start.clone(), false)];
        while let Some((key, done)) = stack.pop() {
            if done {
                ordered.push(key);
                continue;
            }
            if !wanted.contains(&key) || !seen.insert(key.clone()) {
                continue;
            }
            stack.push((key.clone(), true));
            let needs = offered.get(&key).map(|item| item.depends_on.as_slice()).unwrap_or_default();
            stack.extend(needs.iter().rev().filter_map(Reference::key).map(|needed| (needed, false)));
        }
    }
    ordered
}
