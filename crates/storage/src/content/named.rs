//! Contents that stand in JSON: what items say of their lifecycle and review, and exceptions of clients.
//!
//! No index knows them, and the JSON may come from any version of the program, so its form is not relied upon: whatever
//! in it reads like a hash keeps the content of that name.

use crate::{
    Database,
    engine::{Tx, read, within},
};
use async_trait::async_trait;
use domain::content::ContentHash;
use services::ports::store::StoreResult;
use sqlx::{query_as, query_scalar};
use std::collections::BTreeSet;

/// Items that are looked through at once.
const PAGE: i64 = 500;
pub(super) const ITEMS: &str = "SELECT content_type, guid, lifecycle, review FROM items
  WHERE (content_type, guid) > ($1, $2) ORDER BY content_type, guid LIMIT $3";
const EXCEPTIONS: &str = "SELECT exceptions FROM client_scopes WHERE exceptions <> '[]'";

/// Type, GUID, lifecycle, review.
type ItemTexts = (String, String, String, String);

/// Where JSON is read from: beside a unit of work, or inside one.
#[async_trait]
pub(super) trait Texts: Send {
    async fn items_after(&mut self, kind: &str, guid: &str) -> StoreResult<Vec<ItemTexts>>;
    async fn exceptions(&mut self) -> StoreResult<Vec<String>>;
}

#[async_trait]
impl Texts for &Database {
    async fn items_after(&mut self, kind: &str, guid: &str) -> StoreResult<Vec<ItemTexts>> {
        read!(self, |db| query_as(ITEMS).bind(kind).bind(guid).bind(PAGE).fetch_all(db))
    }

    async fn exceptions(&mut self) -> StoreResult<Vec<String>> {
        read!(self, |db| query_scalar(EXCEPTIONS).fetch_all(db))
    }
}

#[async_trait]
impl Texts for Tx {
    async fn items_after(&mut self, kind: &str, guid: &str) -> StoreResult<Vec<ItemTexts>> {
        within!(self, |db| query_as(ITEMS).bind(kind).bind(guid).bind(PAGE).fetch_all(db))
    }

    async fn exceptions(&mut self) -> StoreResult<Vec<String>> {
        within!(self, |db| query_scalar(EXCEPTIONS).fetch_all(db))
    }
}

/// Takes out of `hashes` whatever stands in JSON somewhere.
pub(super) async fn take_out(texts: &mut dyn Texts, hashes: &mut BTreeSet<String>) -> StoreResult<()> {
    if hashes.is_empty() {
        return Ok(());
    }
    for exceptions in texts.exceptions().await? {
        take_out_of(hashes, &exceptions);
    }
    let mut last = (String::new(), String::new());
    loop {
        let items = texts.items_after(&last.0, &last.1).await?;
        for (_, _, lifecycle, review) in &items {
            take_out_of(hashes, lifecycle);
            take_out_of(hashes, review);
        }
        match items.into_iter().next_back() {
            Some((kind, guid, _, _)) => last = (kind, guid),
            None => return Ok(()),
        }
    }
}

fn take_out_of(hashes: &mut BTreeSet<String>, text: &str) {
    for named in ContentHash::named_in(text) {
        hashes.remove(named);
    }
}
