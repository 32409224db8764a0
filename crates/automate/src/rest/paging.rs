//! Whole lists out of pages. There is no snapshot: a row that is deleted while the list is read moves the others
//! forward, and one of them falls between two pages. So every list is read by ascending id until a page is empty
//! (a short page is no end), and then its ids once more: what the second reading finds, the first must hold.

use super::{members, session::Session, trouble::Trouble};
use serde_json::Value;
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

/// Every row of a list by id.
pub(super) async fn rows(
    session: &mut Session,
    listing: &Listing<'_>,
) -> Result<BTreeMap<i64, Value>, Trouble> {
    let mut rows = BTreeMap::new();
    for _ in 0..ROUNDS {
        rows.extend(sweep(session, listing, session.patience.page, &listing.query).await?);
        let mut only_ids = vec![("includefields", listing.id.to_owned())];
        only_ids.extend(listing.query.iter().filter(|(name, _)| *name == "ids").cloned());
        let ids: BTreeSet<i64> = sweep(session, listing, ID_PAGE.max(session.patience.page), &only_ids)
            .await?
            .into_keys()
            .collect();
        if ids.iter().all(|id| rows.contains_key(id)) {
            return Ok(rows);
        }
    }
    Err(Trouble::Odd(format!("the list changed each of {ROUNDS} times it was read: try again later")))
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
    for number in 1..=MOST_PAGES {
        let found = page(session, listing, size, number, query).await?;
        if found.is_empty() {
            return Ok(rows);
        }
        let before = rows.len();
        for row in found {
            let id = members::number(&row, listing.id).ok_or_else(|| {
                Trouble::Odd(format!("the server lists a row without {} in {}", listing.id, listing.path))
            })?;
            rows.insert(id, row);
        }
        if rows.len() == before {
            return Err(Trouble::Odd(format!(
                "page {number} of {} repeats the rows before it",
                listing.path
            )));
        }
    }
    Err(Trouble::Odd(format!("{} has no end", listing.path)))
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
