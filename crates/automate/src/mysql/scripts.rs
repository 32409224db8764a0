//! Scripts: first the heads of all of them, then the rows of those whose signal does not hold, in pieces, so that a
//! reading of many thousand bodies holds a few at a time.

use super::{
    assemble,
    library::Library,
    select::{self, DIGEST, Trouble},
    signals, tables,
};
use crate::{
    export::Row,
    part::{Firsts, Part},
};
use domain::{
    content::{ContentType, Guid, ItemKey},
    source::ScanIssue,
};
use services::ports::reader::{ItemSink, KnownSignals, PIECE, ReadError};
use sqlx::mysql::MySqlConnection;
use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

/// What there is to say about the scripts beside themselves.
pub(super) struct Scripts {
    pub(super) issues: Vec<ScanIssue>,
    /// Those whose signal holds.
    pub(super) unchanged: BTreeSet<ItemKey>,
}

/// What the heads say.
struct Sorted {
    unchanged: BTreeSet<ItemKey>,
    /// The local ids of the rows that are to be read, in their order.
    changed: Vec<i64>,
}

/// Hands all scripts of a library over; `place` is where it stands.
pub(super) async fn read(
    connection: &mut MySqlConnection,
    library: &Arc<Library>,
    known: &Arc<KnownSignals>,
    place: &str,
    sink: &mut dyn ItemSink,
) -> Result<Scripts, Trouble> {
    let mark: Arc<str> = signals::mark(place, &select::listed(&tables::SCRIPTS, &library.columns)).into();
    let sorted = {
        let (library, known, mark) = (library.clone(), known.clone(), mark.clone());
        away(move || sort(&library, &known, &mark)).await?
    };
    let mut firsts = Firsts::of(ContentType::Scripts);
    let mut issues = Vec::new();
    for ids in sorted.changed.chunks(PIECE) {
        let rows = select::bodies(connection, &tables::SCRIPTS, &library.columns, ids).await?;
        let (library, mark) = (library.clone(), mark.clone());
        let mut piece = away(move || piece(&library, &rows, &mark)).await?;
        firsts.keep(&mut piece);
        issues.extend(piece.issues);
        sink.take(piece.items).await.map_err(Trouble::Gone)?;
    }
    Ok(Scripts { issues, unchanged: sorted.unchanged })
}

async fn away<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> Result<T, Trouble> {
    crate::away(move || Ok::<T, ReadError>(work())).await.map_err(Trouble::Gone)
}

/// Which rows must be read. A GUID that several rows carry is settled among the rows themselves, so all of them are.
fn sort(library: &Library, known: &KnownSignals, mark: &str) -> Sorted {
    let heads = library.rows(&tables::SCRIPTS);
    let mut rows_of: BTreeMap<Guid, usize> = BTreeMap::new();
    for guid in heads.iter().filter_map(guid_of) {
        *rows_of.entry(guid).or_default() += 1;
    }
    let mut sorted = Sorted { unchanged: BTreeSet::new(), changed: Vec::new() };
    for head in heads {
        let key = guid_of(head).filter(|guid| rows_of.get(guid) == Some(&1));
        let key = key.map(|guid| ItemKey::new(ContentType::Scripts, guid));
        match key.filter(|key| is_known(library, known, mark, head, key)) {
            Some(key) => drop(sorted.unchanged.insert(key)),
            None => sorted.changed.push(head.number(tables::SCRIPTS.id)),
        }
    }
    sorted
}

fn guid_of(head: &Row) -> Option<Guid> {
    head.guid("ScriptGuid").ok()
}

fn is_known(library: &Library, known: &KnownSignals, mark: &str, head: &Row, key: &ItemKey) -> bool {
    let path = || library.known.path(head.number("FolderId"));
    let kept = known.0.get(key);
    kept.is_some_and(|kept| signals::holds(kept, mark, head.raw(DIGEST), &path(), &library.known))
}

/// The scripts of some rows, each with the signal by which it is known again.
fn piece(library: &Library, rows: &[Row], mark: &str) -> Part {
    let mut part = Part::default();
    for row in rows {
        match assemble::item(ContentType::Scripts, row, &[], &library.known) {
            Ok(mut item) => {
                let asked = library.known.asked.take();
                let path = &item.canonical.placement;
                item.signal = signals::of(mark, row.raw(DIGEST), path, &asked, &library.known);
                part.items.push(item);
            }
            Err(wrong) => {
                part.issues.push(assemble::refusal(ContentType::Scripts, &tables::SCRIPTS, row, &wrong));
            }
        }
    }
    part
}
