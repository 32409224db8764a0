//! What one content type of a server gave, and what there is to say about it.

use domain::{
    content::{ContentType, Guid},
    source::ScanIssue,
};
use services::ports::reader::ReadItem;
use std::collections::BTreeMap;

/// What one type gave.
#[derive(Default)]
pub(crate) struct Part {
    pub(crate) items: Vec<ReadItem>,
    pub(crate) issues: Vec<ScanIssue>,
}

/// Something to know that hides nothing.
pub(crate) fn note(kind: ContentType, message: String) -> ScanIssue {
    ScanIssue { place: kind.label().to_owned(), line: None, message, hides_content: false }
}

/// Something because of which content may be missing.
pub(crate) fn hidden(kind: ContentType, message: String) -> ScanIssue {
    ScanIssue { place: kind.label().to_owned(), line: None, message, hides_content: true }
}

/// Keeps one of the rows that carry the same GUID (copied rows exist): the one with the lowest id, which is the
/// first. The others are reported.
pub(crate) struct Firsts {
    kind: ContentType,
    taken: BTreeMap<Guid, (Option<i64>, String)>,
}

impl Firsts {
    /// For the rows of a type, which come in the order of their ids.
    pub(crate) fn of(kind: ContentType) -> Self {
        Self { kind, taken: BTreeMap::new() }
    }

    /// Leaves the items that count. A row that comes again is the same row.
    pub(crate) fn keep(&mut self, part: &mut Part) {
        let Part { items, issues } = part;
        items.retain(|item| {
            let canonical = &item.canonical;
            match self.taken.get(&canonical.guid) {
                Some((id, first)) if id.is_none() || *id != item.local_id => {
                    let message = format!(
                        "{} carries the GUID of {first} ({}): only that one was taken; give one of them another GUID",
                        canonical.name, canonical.guid
                    );
                    issues.push(note(self.kind, message));
                    false
                }
                _ => {
                    let row = (item.local_id, canonical.name.clone());
                    self.taken.insert(canonical.guid.clone(), row);
                    true
                }
            }
        });
    }
}
