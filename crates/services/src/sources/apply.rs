//! What a reading means for the items that are known: pure, so that every case can be tested.

use super::found::{Findings, Found};
use crate::ports::store::content::ItemRecord;
use domain::{
    content::{
        ContentHash, ContentType, ItemKey,
        drop_guard::DropGuard,
        lifecycle::{Candidate, Lifecycle},
        review::Review,
    },
    ids::SourceId,
    source::{Drop, ScanCounts},
};
use jiff::Timestamp;
use std::collections::{BTreeMap, BTreeSet};

/// What to write.
#[derive(Debug, Default, PartialEq)]
pub(super) struct Changes {
    pub(super) save: Vec<ItemRecord>,
    pub(super) forget: Vec<ItemKey>,
    pub(super) counts: BTreeMap<ContentType, ScanCounts>,
    pub(super) held: BTreeMap<ContentType, Drop>,
    pub(super) added: Vec<ItemKey>,
}

impl Changes {
    /// The contents of the source that will be pointed at.
    pub(super) fn contents(&self) -> Vec<ContentHash> {
        self.save.iter().filter_map(|record| record.lifecycle.candidate().hash().cloned()).collect()
    }
}

/// What a reading is held against.
pub(super) struct Known<'a> {
    pub(super) source: SourceId,
    /// The types that were read.
    pub(super) types: &'a [ContentType],
    pub(super) items: Vec<ItemRecord>,
    pub(super) guard: DropGuard,
    /// The sudden drop that a person was shown, and says that it is right.
    pub(super) released: Option<Drop>,
    pub(super) now: Timestamp,
}

/// Decides everything that a reading changes.
pub(super) fn apply(known: Known<'_>, findings: &mut Findings) -> Changes {
    let mut changes = Changes { held: held_types(&known, findings), ..Changes::default() };
    let live: BTreeSet<ContentType> =
        known.types.iter().copied().filter(|kind| !changes.held.contains_key(kind)).collect();
    for kind in &live {
        changes.counts.insert(*kind, ScanCounts { found: findings.count(*kind), ..ScanCounts::default() });
    }
    for record in known.items.into_iter().filter(|record| live.contains(&record.key.content_type)) {
        match findings.in_scope.remove(&record.key) {
            Some(found) => seen_again(record, found, known.now, &mut changes),
            None if findings.unchanged.contains_key(&record.key) => {
                known_again(record, known.now, &mut changes)
            }
            None if findings.elsewhere.contains(&record.key) => {
                gone(record, Candidate::OutOfScope, &mut changes)
            }
            None if findings.complete => gone(record, Candidate::Deleted, &mut changes),
            None => {}
        }
    }
    let new = std::mem::take(&mut findings.in_scope);
    for (key, found) in new.into_iter().filter(|(key, _)| live.contains(&key.content_type)) {
        discovered(key, found, known.source, known.now, &mut changes);
    }
    changes
}

fn held_types(known: &Known<'_>, findings: &Findings) -> BTreeMap<ContentType, Drop> {
    // More than the person was shown is another drop.
    let is_released = |drop: &Drop| known.released.as_ref().is_some_and(|shown| drop.after >= shown.after);
    let drops = known.types.iter().map(|kind| (*kind, drop_of(*kind, known, findings)));
    drops.filter(|(_, drop)| known.guard.holds(drop.before, drop.after) && !is_released(drop)).collect()
}

/// What becomes fewer of a type. A reading that is not complete declares nothing deleted, but it may see things moved.
fn drop_of(kind: ContentType, known: &Known<'_>, findings: &Findings) -> Drop {
    let present: Vec<&ItemKey> = known
        .items
        .iter()
        .filter(|record| record.key.content_type == kind && record.lifecycle.candidate().hash().is_some())
        .map(|record| &record.key)
        .collect();
    let before = present.len() as u64;
    let moved = present.into_iter().filter(|key| findings.elsewhere.contains(key)).count() as u64;
    let after = if findings.complete { findings.count(kind) } else { before - moved };
    Drop { before, after, at: known.now }
}

fn seen_again(mut record: ItemRecord, found: Found, now: Timestamp, changes: &mut Changes) {
    let before = record.clone();
    let was_there = record.lifecycle.candidate().hash().is_some();
    record.lifecycle.observe(Candidate::Present(found.snapshot.clone()));
    describe(&mut record, &found);
    record.follow_review();
    if record == before {
        return;
    }
    if record.lifecycle != before.lifecycle {
        let counts = changes.counts.entry(record.key.content_type).or_default();
        if was_there { counts.changed += 1 } else { counts.added += 1 }
    }
    record.last_seen_at = now;
    changes.save.push(record);
}

/// As [`seen_again`] with what the record says already; `signals::fits` saw to it that it does.
fn known_again(mut record: ItemRecord, now: Timestamp, changes: &mut Changes) {
    let before = record.clone();
    record.follow_review();
    if record != before {
        record.last_seen_at = now;
        changes.save.push(record);
    }
}

fn gone(mut record: ItemRecord, candidate: Candidate, changes: &mut Changes) {
    if *record.lifecycle.candidate() == candidate {
        return;
    }
    let counts = changes.counts.entry(record.key.content_type).or_default();
    if candidate == Candidate::Deleted {
        counts.deleted += 1
    } else {
        counts.moved += 1
    }
    record.lifecycle.observe(candidate);
    record.follow_review();
    // What production never had needs no review to go.
    if record.lifecycle.is_void() { changes.forget.push(record.key) } else { changes.save.push(record) }
}

fn discovered(key: ItemKey, found: Found, source: SourceId, now: Timestamp, changes: &mut Changes) {
    changes.counts.entry(key.content_type).or_default().added += 1;
    changes.added.push(key.clone());
    let mut record = ItemRecord {
        key,
        source_id: source,
        local_id: None,
        name: String::new(),
        path: String::new(),
        lifecycle: Lifecycle::discovered(found.snapshot.clone()),
        version: None,
        updated_at: None,
        updated_by: None,
        first_seen_at: now,
        last_seen_at: now,
        approved_by: None,
        approved_at: None,
        approval_note: None,
        depends_on: Vec::new(),
        review: Review::default(),
    };
    describe(&mut record, &found);
    changes.save.push(record);
}

fn describe(record: &mut ItemRecord, found: &Found) {
    record.local_id = found.local_id;
    record.name.clone_from(&found.name);
    record.path.clone_from(&found.path);
    record.updated_at = found.updated_at;
    record.updated_by.clone_from(&found.updated_by);
    record.depends_on.clone_from(&found.depends_on);
}
