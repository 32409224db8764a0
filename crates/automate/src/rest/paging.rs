//! Whole lists out of pages. There is no snapshot: a row that is deleted while the list is read moves the others
//! forward, and one of them falls between two pages. So every list is read by ascending id until a page is empty
//! (a short page is no end), and then its ids once more: what the second reading finds, the first must hold.
//!
//! [`hand_over`] keeps a page at a time and of the rest only ids; [`rows`] keeps the whole list.

use super::{members, session::Session, trouble::Trouble};
use serde_json::Value;
use services::ports::reader::{ItemSink, ReadError, ReadItem};
use std::collections::{BTreeMap, BTreeSet};

/// How often a list is read before it is given up as restless.
const ROUNDS: usize = 4;
/// More pages than this are no list but a fault.
const MOST_PAGES: usize = 20_000;
/// Ids of a page are small.
const ID_PAGE: usize = 1000;

/// A list to read.
pub(super) struct Listing<'a> {
    /// Its path below `/cwa/api/v1/`.
    pub(super) path: &'a str,
    /// The member that holds a row's id.
    pub(super) id: &'a str,
    /// Which rows, in Automate's condition grammar; all when there is none.
    pub(super) condition: Option<&'a str>,
    /// What to ask for of each row.
    pub(super) query: Vec<(&'a str, String)>,
}

/// What becomes of the rows of a list.
pub(super) trait Lister: Send {
    /// The list is read from its beginning: what was said of its rows before counts no longer.
    fn begin(&mut self);
    /// The items of a page.
    fn items(&mut self, rows: BTreeMap<i64, Value>) -> Vec<ReadItem>;
    /// Whether the items of this round rest on nothing that changed meanwhile.
    fn is_settled(&self) -> bool;
}

/// Why a list was not handed over.
pub(super) enum Stopped {
    /// It could not be read to its end.
    Source(Trouble),
    /// Nobody takes its items.
    Sink(ReadError),
}

impl From<Trouble> for Stopped {
    fn from(trouble: Trouble) -> Self {
        Self::Source(trouble)
    }
}

/// Hands a list over, page by page, until a reading of its ids finds nothing that was not handed over.
pub(super) async fn hand_over(
    session: &mut Session,
    listing: &Listing<'_>,
    lister: &mut dyn Lister,
    sink: &mut dyn ItemSink,
) -> Result<(), Stopped> {
    for _ in 0..ROUNDS {
        lister.begin();
        // Of this round alone: what was refused in an earlier one must come again, to be told again.
        let mut handed = BTreeSet::new();
        let mut pages = Pages::of(listing, session.patience.page, &listing.query);
        while let Some(rows) = pages.next(session).await? {
            handed.extend(rows.keys().copied());
            sink.take(lister.items(rows)).await.map_err(Stopped::Sink)?;
        }
        let ids = ids(session, listing).await?;
        if lister.is_settled() && ids.is_subset(&handed) {
            return Ok(());
        }
    }
    Err(restless().into())
}

/// Some members of every row, page by page.
pub(super) async fn heads(
    session: &mut Session,
    listing: &Listing<'_>,
    fields: &str,
    mut learn: impl FnMut(BTreeMap<i64, Value>) + Send,
) -> Result<(), Trouble> {
    let query = [("includefields", fields.to_owned())];
    let mut pages = Pages::of(listing, ID_PAGE.max(session.patience.page), &query);
    while let Some(rows) = pages.next(session).await? {
        learn(rows);
    }
    Ok(())
}

/// Every row of a list by id.
pub(super) async fn rows(
    session: &mut Session,
    listing: &Listing<'_>,
) -> Result<BTreeMap<i64, Value>, Trouble> {
    let mut rows = BTreeMap::new();
    for _ in 0..ROUNDS {
        rows.extend(sweep(session, listing, session.patience.page, &listing.query).await?);
        if ids(session, listing).await?.iter().all(|id| rows.contains_key(id)) {
            return Ok(rows);
        }
    }
    Err(restless())
}

fn restless() -> Trouble {
    Trouble::Odd(format!("the list changed each of {ROUNDS} times it was read: try again later"))
}

/// The ids of all rows.
async fn ids(session: &mut Session, listing: &Listing<'_>) -> Result<BTreeSet<i64>, Trouble> {
    let mut only_ids = vec![("includefields", listing.id.to_owned())];
    only_ids.extend(listing.query.iter().filter(|(name, _)| *name == "ids").cloned());
    let size = ID_PAGE.max(session.patience.page);
    let mut ids = BTreeSet::new();
    let mut pages = Pages::of(listing, size, &only_ids);
    // A server that does not know the option sends whole rows: only their ids are kept.
    while let Some(rows) = pages.next(session).await? {
        ids.extend(rows.into_keys());
    }
    Ok(ids)
}

/// The first rows of a list, to see what they look like.
pub(super) async fn first(session: &mut Session, listing: &Listing<'_>) -> Result<Vec<Value>, Trouble> {
    page(session, listing, 5, 1, &listing.query).await
}

async fn sweep(
    session: &mut Session,
    listing: &Listing<'_>,
    size: usize,
    query: &[(&str, String)],
) -> Result<BTreeMap<i64, Value>, Trouble> {
    let mut rows = BTreeMap::new();
    let mut pages = Pages::of(listing, size, query);
    while let Some(found) = pages.next(session).await? {
        rows.extend(found);
    }
    Ok(rows)
}

/// A list on its way.
struct Pages<'a> {
    listing: &'a Listing<'a>,
    size: usize,
    query: &'a [(&'a str, String)],
    number: usize,
    seen: BTreeSet<i64>,
}

impl<'a> Pages<'a> {
    fn of(listing: &'a Listing<'a>, size: usize, query: &'a [(&'a str, String)]) -> Self {
        Self { listing, size, query, number: 0, seen: BTreeSet::new() }
    }

    /// The rows of the next page by id; none after the last one.
    async fn next(&mut self, session: &mut Session) -> Result<Option<BTreeMap<i64, Value>>, Trouble> {
        let (id, path) = (self.listing.id, self.listing.path);
        self.number += 1;
        if self.number > MOST_PAGES {
            return Err(Trouble::Odd(format!("{path} has no end")));
        }
        let found = page(session, self.listing, self.size, self.number, self.query).await?;
        if found.is_empty() {
            return Ok(None);
        }
        let before = self.seen.len();
        let mut rows = BTreeMap::new();
        for row in found {
            let id = members::number(&row, id)
                .ok_or_else(|| Trouble::Odd(format!("the server lists a row without {id} in {path}")))?;
            self.seen.insert(id);
            rows.insert(id, row);
        }
        if self.seen.len() == before {
            let number = self.number;
            return Err(Trouble::Odd(format!("page {number} of {path} repeats the rows before it")));
        }
        Ok(Some(rows))
    }
}

async fn page(
    session: &mut Session,
    listing: &Listing<'_>,
    size: usize,
    number: usize,
    query: &[(&str, String)],
) -> Result<Vec<Value>, Trouble> {
    let mut all = vec![
        ("pagesize", size.to_string()),
        ("page", number.to_string()),
        ("orderby", format!("{} asc", listing.id)),
    ];
    all.extend(listing.condition.map(|condition| ("condition", condition.to_owned())));
    all.extend_from_slice(query);
    match session.get(listing.path, &all).await? {
        Value::Array(rows) => Ok(rows),
        _ => Err(Trouble::Odd(format!("the server answers {} with something that is no list", listing.path))),
    }
}
