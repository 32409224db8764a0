//! From the rows of a list to items, and lists whose rows read without one another (groups, internal monitors).

use super::{
    Firsts, Part, hidden,
    members::text,
    paging::{self, Lister, Listing, Stopped},
    session::Session,
};
use domain::{content::ContentType, source::ScanIssue};
use serde_json::Value;
use services::ports::reader::{ItemSink, ReadItem};
use std::collections::BTreeMap;

/// What rows of a type read as.
pub(super) fn part<'a>(
    kind: ContentType,
    rows: impl Iterator<Item = (&'a i64, &'a Value)>,
    mut one: impl FnMut(&Value) -> Result<ReadItem, String>,
) -> Part {
    let mut part = Part::default();
    for (id, row) in rows {
        match one(row) {
            Ok(item) => part.items.push(item),
            Err(message) => {
                part.issues.push(hidden(kind, format!("{} (id {id}) {message}", text(row, "Name"))))
            }
        }
    }
    part
}

/// Hands a whole list over; `read` says what the rows of a page read as.
pub(super) async fn hand_over(
    session: &mut Session,
    kind: ContentType,
    listing: &Listing<'_>,
    read: fn(&BTreeMap<i64, Value>) -> Part,
    sink: &mut dyn ItemSink,
) -> Result<Vec<ScanIssue>, Stopped> {
    let mut lister = Alone { kind, read, firsts: Firsts::of(kind), issues: Vec::new() };
    paging::hand_over(session, listing, &mut lister, sink).await?;
    Ok(lister.issues)
}

struct Alone {
    kind: ContentType,
    read: fn(&BTreeMap<i64, Value>) -> Part,
    firsts: Firsts,
    issues: Vec<ScanIssue>,
}

impl Lister for Alone {
    fn begin(&mut self) {
        self.firsts = Firsts::of(self.kind);
        self.issues.clear();
    }

    fn items(&mut self, rows: BTreeMap<i64, Value>) -> Vec<ReadItem> {
        let mut part = (self.read)(&rows);
        self.firsts.keep(&mut part);
        self.issues.extend(part.issues);
        part.items
    }

    fn is_settled(&self) -> bool {
        true
    }
}
