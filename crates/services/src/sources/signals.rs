//! Signals: what is kept of a reading, so that the next one need not fetch what is the same.
//!
//! They are kept in the store, in the transaction that takes the reading in: every replica knows them, a restart
//! loses none, and a reading that was not taken in leaves none. A signal stands for the content that was found with
//! it. An item that the reader knows again counts only while the store holds exactly that content as the item's
//! newest; otherwise the source is read once more, in full ([`fits`]).

use super::found::Findings;
use crate::ports::{
    reader::KnownSignals,
    store::{content::ItemRecord, sources::KeptSignal},
};
use domain::content::{ContentType, ItemKey};
use std::collections::BTreeMap;

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
        let keep = findings.signals.values().filter(|signal| taken(&signal.key)).filter(is_new);
        let gone = |key: &&ItemKey| {
            findings.complete
                && types.contains(&key.content_type)
                && !findings.signals.contains_key(*key)
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        ports::reader::{ReadItem, Reading, Signal},
        sources::{
            apply::{Changes, Known, apply},
            found::Digest,
        },
    };
    use domain::{
        content::{Canonical, Folder, Guid, canonical::FORMAT, drop_guard::DropGuard, lifecycle::Candidate},
        ids::SourceId,
        source::ScanIssue,
    };
    use jiff::Timestamp;
    use proptest::prelude::*;
    use serde_json::{Map, json};
    use std::collections::BTreeSet;

    const FOLDERS: [&str; 2] = ["Published", "Elsewhere"];

    /// An item on the source at two moments: its text and folder, if it is there.
    type Moments = (Option<(u8, bool)>, Option<(u8, bool)>);

    fn source() -> SourceId {
        "01935f6e-3c2a-7000-8000-0000000000aa".parse().unwrap()
    }

    fn item(number: usize, (text, elsewhere): (u8, bool)) -> ReadItem {
        let guid = Guid::parse(&format!("88dfaf30-aea8-11e7-aeca-{number:012x}"));
        let name = FOLDERS[usize::from(elsewhere)].to_owned();
        ReadItem {
            canonical: Canonical {
                format: FORMAT,
                content_type: ContentType::Scripts,
                guid: guid.unwrap(),
                name: format!("Script {number}"),
                body: json!({ "text": text }).as_object().cloned().unwrap_or_default(),
                placement: vec![Folder { guid: None, name }],
                switches: Map::new(),
                depends_on: Vec::new(),
            },
            local_id: i64::try_from(number).ok(),
            updated_at: None,
            updated_by: Some(format!("editor {text}")),
            signal: Some(Signal(format!("{number} {text} {elsewhere}"))),
        }
    }

    fn key(number: usize) -> ItemKey {
        ItemKey::new(ContentType::Scripts, item(number, (0, false)).canonical.guid)
    }

    fn reading(items: impl IntoIterator<Item = ReadItem>, complete: bool) -> (Vec<ReadItem>, Reading) {
        let issue = ScanIssue { place: "x".into(), line: None, message: "x".into(), hides_content: true };
        let issues = if complete { Vec::new() } else { vec![issue] };
        (items.into_iter().collect(), Reading { issues, ..Reading::default() })
    }

    fn known(records: &[ItemRecord]) -> Known<'static> {
        Known {
            source: source(),
            types: &[ContentType::Scripts],
            items: records.to_vec(),
            guard: DropGuard { least_items: 3, ..DropGuard::default() },
            released: None,
            now: Timestamp::UNIX_EPOCH,
        }
    }

    /// Takes a reading in: what changes, and what is kept of it.
    fn take(
        (items, reading): (Vec<ReadItem>, Reading),
        records: &[ItemRecord],
        kept: &Kept,
    ) -> Option<(Changes, Keeping)> {
        let (folders, mut findings) = ([FOLDERS[0].to_owned()], Findings::default());
        items.into_iter().for_each(|item| findings.take(Digest::of(item, &folders)));
        findings.end(reading, &folders, kept);
        if !fits(&findings, records) {
            return None;
        }
        let changes = apply(known(records), &mut findings);
        let taken = |key: &ItemKey| !changes.held.contains_key(&key.content_type);
        let keeping = kept.after(&[ContentType::Scripts], &findings, taken);
        Some((changes, keeping))
    }

    /// The store and the signals after a first reading of everything.
    fn first(moments: &[Moments]) -> (Vec<ItemRecord>, Kept) {
        let items = moments.iter().enumerate().filter_map(|(number, (then, _))| Some(item(number, (*then)?)));
        let (changes, keeping) = take(reading(items, true), &[], &Kept::default()).unwrap();
        (changes.save, Kept::of(keeping.keep))
    }

    fn kept_after(kept: &Kept, keeping: Keeping) -> BTreeMap<ItemKey, KeptSignal> {
        let mut all = kept.0.clone();
        all.extend(keeping.keep.into_iter().map(|kept| (kept.key.clone(), kept)));
        keeping.forget.iter().for_each(|key| drop(all.remove(key)));
        all
    }

    proptest! {
        /// Whatever is known again, what is taken in and what is kept are the same as after a full reading.
        #[test]
        fn known_again_is_as_good_as_read(
            moments in proptest::collection::vec(any::<Moments>(), 0..12),
            complete in any::<bool>(),
        ) {
            let (records, kept) = first(&moments);
            let now = || moments.iter().enumerate().filter_map(|(number, (_, now))| Some((number, (*now)?)));
            let full = reading(now().map(|(number, what)| item(number, what)), complete);
            let mut quick = reading([], complete);
            for (number, what) in now() {
                let item = item(number, what);
                match kept.get(&key(number)).filter(|kept| Some(&kept.signal) == item.signal.as_ref()) {
                    Some(_) => drop(quick.1.unchanged.insert(key(number))),
                    None => quick.0.push(item),
                }
            }
            let (one, kept_one) = take(full, &records, &kept).unwrap();
            let (two, kept_two) = take(quick, &records, &kept).unwrap();
            prop_assert_eq!(one, two);
            prop_assert_eq!(kept_after(&kept, kept_one), kept_after(&kept, kept_two));
        }
    }

    #[test]
    fn what_the_store_does_not_hold_is_not_known_again() {
        let moments = [(Some((1, false)), None), (Some((2, true)), None)];
        let (records, kept) = first(&moments);
        let again =
            |number| (Vec::new(), Reading { unchanged: BTreeSet::from([key(number)]), ..Reading::default() });
        assert!(take(again(0), &records, &kept).is_some());
        assert!(take(again(1), &records, &kept).is_some(), "elsewhere there is nothing to hold");
        assert!(take(again(0), &[], &kept).is_none(), "the item is gone");
        assert!(take(again(0), &records, &Kept::default()).is_none(), "nothing was kept of it");
        for candidate in [Candidate::Deleted, Candidate::OutOfScope] {
            let mut other = records.clone();
            other[0].lifecycle.observe(candidate);
            assert!(take(again(0), &other, &kept).is_none(), "its content is no longer the newest");
        }
    }

    #[test]
    fn many_that_moved_are_held_even_when_not_everything_could_be_read() {
        let moments: Vec<Moments> = (0..20).map(|text| (Some((text, false)), None)).collect();
        let (records, kept) = first(&moments);
        let moved = |count: u8| (0..count).map(|text| item(usize::from(text), (text, true)));
        let (changes, _) = take(reading(moved(15), false), &records, &kept).unwrap();
        let held = &changes.held[&ContentType::Scripts];
        assert_eq!((held.before, held.after, changes.save.len()), (20, 5, 0));
        let (changes, _) = take(reading(moved(2), false), &records, &kept).unwrap();
        assert_eq!((changes.held.len(), changes.forget.len()), (0, 2), "what was not read is not missed");
    }

    #[test]
    fn what_is_released_is_the_drop_that_was_shown() {
        let moments: Vec<Moments> = (0..20).map(|text| (Some((text, false)), None)).collect();
        let (records, _) = first(&moments);
        let held_with = |left: u8, shown: u64| {
            let folders = [FOLDERS[0].to_owned()];
            let (items, end) = reading((0..left).map(|text| item(usize::from(text), (text, false))), true);
            let mut findings = Findings::default();
            items.into_iter().for_each(|item| findings.take(Digest::of(item, &folders)));
            findings.end(end, &folders, &Kept::default());
            let released = Some(domain::source::Drop { before: 20, after: shown, at: Timestamp::UNIX_EPOCH });
            apply(Known { released, ..known(&records) }, &mut findings).held.len()
        };
        assert_eq!((held_with(10, 10), held_with(12, 10), held_with(9, 10)), (0, 0, 1));
    }

    #[test]
    fn what_was_not_taken_in_leaves_no_signal() {
        let moments: Vec<Moments> = (0..20).map(|text| (Some((text, false)), None)).collect();
        let (records, kept) = first(&moments);
        let few = (0..5).map(|number| item(number, (99, false)));
        let (changes, keeping) = take(reading(few, true), &records, &kept).unwrap();
        assert_eq!(changes.held.len(), 1, "fifteen of twenty are missing");
        assert_eq!(keeping.keep, [], "of the five others nothing was taken in either");
    }
}
