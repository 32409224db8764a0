//! Signals: what is kept of a reading, so that the next one need not fetch what is the same.
//!
//! They are kept in the store, in the transaction that takes the reading in: every replica knows them, a restart
//! loses none, and a reading that was not taken in leaves none. A signal stands for the content that was found with
//! it. An item that the reader knows again counts only while the store holds exactly that content as the item's
//! newest; otherwise the source is read once more, in full ([`Kept::fits`]).

use super::found::Findings;
use crate::ports::{
    reader::KnownSignals,
    store::{content::ItemRecord, sources::KeptSignal},
};
use domain::content::{ContentType, ItemKey};
use std::collections::{BTreeMap, BTreeSet};

/// What was kept of earlier readings of a source.
#[derive(Debug, Clone, Default)]
pub(super) struct Kept(BTreeMap<ItemKey, KeptSignal>);

/// What to keep now.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Keeping {
    pub(super) keep: Vec<KeptSignal>,
    pub(super) forget: Vec<ItemKey>,
}

impl Kept {
    pub(super) fn of(signals: Vec<KeptSignal>) -> Self {
        Self(signals.into_iter().map(|kept| (kept.key.clone(), kept)).collect())
    }

    /// What the reader is told.
    pub(super) fn known(&self) -> KnownSignals {
        KnownSignals(self.0.iter().map(|(key, kept)| (key.clone(), kept.signal.clone())).collect())
    }

    /// What was kept of an item.
    pub(super) fn get(&self, key: &ItemKey) -> Option<&KeptSignal> {
        self.0.get(key)
    }

    /// What to keep after a reading: the signals of what was read, and those of what was known again, as they are.
    /// `taken` says of which items the content was taken in. What a complete reading did not find is forgotten.
    pub(super) fn after(
        &self,
        types: &[ContentType],
        findings: &Findings,
        taken: impl Fn(&ItemKey) -> bool,
    ) -> Keeping {
        let is_new = |signal: &&KeptSignal| self.0.get(&signal.key) != Some(signal);
        let keep = findings.signals.iter().filter(|signal| taken(&signal.key)).filter(is_new);
        let found: BTreeSet<&ItemKey> = findings.signals.iter().map(|signal| &signal.key).collect();
        let gone = |key: &&ItemKey| {
            findings.complete
                && types.contains(&key.content_type)
                && !found.contains(key)
                && !findings.unchanged.contains_key(key)
                && !findings.unchanged_elsewhere.contains(key)
        };
        Keeping { keep: keep.cloned().collect(), forget: self.0.keys().filter(gone).cloned().collect() }
    }
}

/// Whether the store holds what the reader knew again.
pub(super) fn fits(findings: &Findings, records: &[ItemRecord]) -> bool {
    let held: BTreeMap<&ItemKey, &ItemRecord> = records.iter().map(|record| (&record.key, record)).collect();
    let same =
        |(key, hash)| held.get(key).is_some_and(|record| record.lifecycle.candidate().hash() == Some(hash));
    !findings.stray && findings.unchanged.iter().all(same)
}
