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
pub(crate) fn keep_first(part: &mut Part, kind: ContentType) {
    let mut taken: BTreeMap<Guid, String> = BTreeMap::new();
    let issues = &mut part.issues;
    part.items.retain(|item| {
        let canonical = &item.canonical;
        if let Some(first) = taken.get(&canonical.guid) {
            let message = format!(
                "{} carries the GUID of {first} ({}): only that one was taken; give one of them another GUID",
                canonical.name, canonical.guid
            );
            issues.push(note(kind, message));
            return false;
        }
        taken.insert(canonical.guid.clone(), canonical.name.clone());
        true
    });
}
