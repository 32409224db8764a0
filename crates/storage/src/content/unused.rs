//! Contents that nothing points at: marked, and forgotten when the mark is old.
//!
//! What points at a content: a version, production, a ring (what it serves and what it ever served), a signal of a
//! source by their columns; items and exceptions by JSON ([`named`]). All of these are written in the lane of content,
//! so what a unit of work there finds holds until it ends. Receivers report hashes beside that lane; nothing is ever
//! read by those, and there may be any number of them, so they are looked at before, and nobody waits for it.

use super::named;
use crate::{
    Database,
    dynamic::{AT_ONCE, Statement, Value},
    engine::{Tx, bind_all, execute, read, within},
    rows::{Place, micros},
};
use async_trait::async_trait;
use domain::content::ContentHash;
use jiff::Timestamp;
use services::ports::store::{StoreResult, UnusedReads, UnusedWrites};
use sqlx::{query, query_scalar};
use std::collections::BTreeSet;

/// That no column points at a content; each is found by an index.
const NO_COLUMN: &str = " AND NOT EXISTS (SELECT 1 FROM versions r WHERE r.content_hash = blobs.hash)
  AND NOT EXISTS (SELECT 1 FROM production r WHERE r.content_hash = blobs.hash)
  AND NOT EXISTS (SELECT 1 FROM ring_items r WHERE r.content_hash = blobs.hash)
  AND NOT EXISTS (SELECT 1 FROM ring_contents r WHERE r.content_hash = blobs.hash)
  AND NOT EXISTS (SELECT 1 FROM source_signals r WHERE r.content_hash = blobs.hash)";
/// Goes through the index of hashes alone, and leaves out by another what is marked: to ask each row whether it is
/// would read the rows.
const UNMARKED: [&str; 2] =
    ["SELECT hash FROM blobs WHERE 1 = 1", " EXCEPT SELECT hash FROM blobs WHERE unused_since IS NOT NULL"];
pub(super) const MARKED: &str = "SELECT hash FROM blobs WHERE unused_since < $1 ORDER BY unused_since, hash";
/// What was published is kept for ever and need not be named.
const REPORTED: &str = "SELECT DISTINCT content_hash FROM client_items WHERE content_hash IS NOT NULL
  AND NOT EXISTS (SELECT 1 FROM versions v WHERE v.content_hash = client_items.content_hash)";

/// All contents without a mark that no column points at.
pub(super) fn unmarked() -> Statement {
    let [hashes, without_marked] = UNMARKED;
    let mut statement = Statement::new(hashes);
    statement.push(NO_COLUMN).push(without_marked);
    statement
}

/// Those of some contents that no column points at.
pub(super) fn without_column(hashes: &[ContentHash]) -> Statement {
    let mut statement = among("SELECT hash FROM blobs WHERE hash IN ", [], texts(hashes));
    statement.push(NO_COLUMN);
    statement
}

/// A statement about some contents; `values` stand for its placeholders, `hashes` follow it.
fn among<'a>(
    sql: &'static str,
    values: impl IntoIterator<Item = Value>,
    hashes: impl IntoIterator<Item = &'a str>,
) -> Statement {
    let mut statement = Statement::new("");
    statement.bind(sql, values).any_of(hashes.into_iter().map(Value::from));
    statement
}

fn texts(hashes: &[ContentHash]) -> impl Iterator<Item = &str> {
    hashes.iter().map(ContentHash::as_str)
}

fn parsed(hashes: impl IntoIterator<Item = String>, limit: u32) -> StoreResult<Vec<ContentHash>> {
    let limit = usize::try_from(limit).unwrap_or(usize::MAX);
    hashes.into_iter().take(limit).map(|hash| Place("blobs", "hash").parse(&hash)).collect()
}

impl Database {
    async fn reported(&self) -> StoreResult<BTreeSet<String>> {
        let hashes: Vec<String> = read!(self, |db| query_scalar(REPORTED).fetch_all(db))?;
        Ok(hashes.into_iter().collect())
    }
}

#[async_trait]
impl UnusedReads for Database {
    async fn unused_blobs(&self, limit: u32) -> StoreResult<Vec<ContentHash>> {
        let hashes: Vec<String> = read!(self, |db| query_scalar(unmarked().sql()).fetch_all(db))?;
        let mut hashes: BTreeSet<String> = hashes.into_iter().collect();
        named::take_out(&mut { self }, &mut hashes).await?;
        if hashes.is_empty() {
            return Ok(Vec::new());
        }
        let reported = self.reported().await?;
        parsed(hashes.into_iter().filter(|hash| !reported.contains(hash)), limit)
    }

    async fn marked_blobs(&self, before: Timestamp, limit: u32) -> StoreResult<Vec<ContentHash>> {
        let hashes: Vec<String> = read!(self, |db| query_scalar(MARKED).bind(micros(before)).fetch_all(db))?;
        if hashes.is_empty() {
            return Ok(Vec::new());
        }
        let reported = self.reported().await?;
        parsed(hashes.into_iter().filter(|hash| !reported.contains(hash)), limit)
    }
}

impl Tx {
    /// Runs a statement that writes.
    async fn change(&mut self, statement: &Statement) -> StoreResult<u64> {
        execute!(self, bind_all!(query(statement.sql()), &statement.values))
    }

    async fn hashes(&mut self, statement: &Statement) -> StoreResult<BTreeSet<String>> {
        let found: Vec<String> =
            within!(self, |db| bind_all!(query_scalar(statement.sql()), &statement.values).fetch_all(db))?;
        Ok(found.into_iter().collect())
    }

    /// Those of some contents that nothing points at.
    async fn loose(&mut self, hashes: &[ContentHash]) -> StoreResult<BTreeSet<String>> {
        let mut loose = self.hashes(&without_column(hashes)).await?;
        named::take_out(self, &mut loose).await?;
        Ok(loose)
    }

    async fn unmark(&mut self, hashes: &[&str]) -> StoreResult<()> {
        const UNMARK: &str =
            "UPDATE blobs SET unused_since = NULL WHERE unused_since IS NOT NULL AND hash IN ";
        if !hashes.is_empty() {
            self.change(&among(UNMARK, [], hashes.iter().copied())).await?;
        }
        Ok(())
    }
}

#[async_trait]
impl UnusedWrites for Tx {
    async fn use_blobs(&mut self, hashes: &[ContentHash]) -> StoreResult<Vec<ContentHash>> {
        let mut missing = Vec::new();
        for some in hashes.chunks(AT_ONCE) {
            self.unmark(&texts(some).collect::<Vec<_>>()).await?;
            let kept = self.hashes(&among("SELECT hash FROM blobs WHERE hash IN ", [], texts(some))).await?;
            missing.extend(some.iter().filter(|hash| !kept.contains(hash.as_str())).cloned());
        }
        Ok(missing)
    }

    async fn mark_unused(&mut self, hashes: &[ContentHash], at: Timestamp) -> StoreResult<u64> {
        const MARK: &str = "UPDATE blobs SET unused_since = ? WHERE unused_since IS NULL AND hash IN ";
        let mut marked = 0;
        for some in hashes.chunks(AT_ONCE) {
            let loose = self.loose(some).await?;
            if !loose.is_empty() {
                let at = [Value::from(micros(at))];
                marked += self.change(&among(MARK, at, loose.iter().map(String::as_str))).await?;
            }
        }
        Ok(marked)
    }

    async fn forget_unused(&mut self, hashes: &[ContentHash], before: Timestamp) -> StoreResult<u64> {
        const FORGET: &str = "DELETE FROM blobs WHERE unused_since < ? AND hash IN ";
        let mut forgotten = 0;
        for some in hashes.chunks(AT_ONCE) {
            let loose = self.loose(some).await?;
            let used: Vec<&str> = texts(some).filter(|hash| !loose.contains(*hash)).collect();
            self.unmark(&used).await?;
            if !loose.is_empty() {
                let before = [Value::from(micros(before))];
                forgotten += self.change(&among(FORGET, before, loose.iter().map(String::as_str))).await?;
            }
        }
        Ok(forgotten)
    }
}
