//! Tables, items, versions, contents.

use super::rows::{ItemRow, VersionRow};
use crate::{
    Database,
    dynamic::{AT_ONCE, Cursor, Statement, Value, containing, cut},
    engine::{bind_all, read},
    rows::{Place, Shown, count},
};
use async_trait::async_trait;
use domain::{
    content::{
        Approval, ContentHash, ContentType, ItemKey, Reference, Status,
        view::{self, ItemFilter, ItemSort, TypeCounts, Version},
    },
    page::{Page, PageRequest},
};
use services::ports::store::{
    ContentReads, StoreResult,
    content::{ItemRecord, VersionRecord},
};
use sqlx::{query_as, query_scalar};
use std::collections::BTreeMap;

const COUNTS: &str =
    "SELECT content_type, status, approval, COUNT(*) FROM items GROUP BY content_type, status, approval";
pub(super) const ONE: &str = "SELECT * FROM items WHERE content_type = $1 AND guid = $2";
pub(super) const APPROVED: &str = "SELECT * FROM items WHERE content_type = $1
  AND approval IN ('Change Approved', 'Move/Delete Approved') ORDER BY name_folded, guid";
const USED_BY: &str = "SELECT items.* FROM item_dependencies d
  JOIN items ON items.content_type = d.content_type AND items.guid = d.guid
  WHERE d.reference = $1 ORDER BY items.content_type, items.name_folded, items.guid LIMIT 200";
const VERSIONS: &str = "SELECT v.*, b.size,
    (SELECT COUNT(*) FROM production p WHERE p.content_type = v.content_type AND p.guid = v.guid
      AND p.version = v.number AND p.removed = 0) AS served
  FROM versions v JOIN blobs b ON b.hash = v.content_hash
  WHERE v.content_type = $1 AND v.guid = $2 AND (v.number = $3 OR $3 = 0) ORDER BY v.number DESC";

/// The column or expression that an order sorts by, ascending and descending. The GUID breaks ties.
pub(super) fn order(sort: ItemSort, descending: bool) -> (&'static str, &'static str) {
    macro_rules! by {
        ($key:literal) => {
            if descending {
                (
                    concat!(" AND (", $key, ", guid) < (?, ?)"),
                    concat!(" ORDER BY ", $key, " DESC, guid DESC LIMIT ?"),
                )
            } else {
                (concat!(" AND (", $key, ", guid) > (?, ?)"), concat!(" ORDER BY ", $key, ", guid LIMIT ?"))
            }
        };
    }
    match sort {
        ItemSort::Name => by!("name_folded"),
        ItemSort::LocalId => by!("COALESCE(local_id, -1)"),
        ItemSort::Version => by!("COALESCE(version, 0)"),
        ItemSort::Status => by!("(status || '|' || name_folded)"),
        ItemSort::Approval => by!("(approval || '|' || name_folded)"),
    }
}

/// The value of that expression for a row, as the cursor carries it.
fn sort_key(sort: ItemSort, row: &ItemRow) -> Value {
    match sort {
        ItemSort::Name => Value::from(row.name_folded.as_str()),
        ItemSort::LocalId => Value::from(row.local_id.unwrap_or(-1)),
        ItemSort::Version => Value::from(row.version.unwrap_or(0)),
        ItemSort::Status => Value::from(format!("{}|{}", row.status, row.name_folded)),
        ItemSort::Approval => Value::from(format!("{}|{}", row.approval, row.name_folded)),
    }
}

pub(super) fn filtered(
    mut statement: Statement,
    content_type: ContentType,
    filter: &ItemFilter,
) -> Statement {
    statement.bind(" WHERE content_type = ?", [Value::from(content_type.as_str())]);
    if let Some(status) = filter.status {
        statement.bind(" AND status = ?", [Value::from(status.as_str())]);
    }
    if let Some(approval) = filter.approval {
        statement.bind(" AND approval = ?", [Value::from(approval.as_str())]);
    }
    if let Some(source) = filter.source {
        statement.bind(" AND source_id = ?", [Value::from(source.to_string())]);
    }
    if let Some(text) = filter.query.as_deref().filter(|text| !text.trim().is_empty()) {
        statement.bind(" AND search_text LIKE ? ESCAPE '\\'", [containing(text.trim())]);
    }
    statement
}

/// Whether a cursor's key is of the kind that the order compares.
fn fits(sort: ItemSort, key: &Value) -> bool {
    matches!(sort, ItemSort::LocalId | ItemSort::Version) == matches!(key, Value::Number(_))
}

impl Database {
    async fn one_item(&self, key: &ItemKey) -> StoreResult<Option<ItemRecord>> {
        let (kind, guid) = (key.content_type.as_str(), key.guid.as_str());
        let row: Option<ItemRow> = read!(self, |db| query_as(ONE).bind(kind).bind(guid).fetch_optional(db))?;
        row.map(ItemRow::read).transpose()
    }

    /// One version, or all when the number is 0.
    async fn version_records(&self, key: &ItemKey, number: i64) -> StoreResult<Vec<VersionRecord>> {
        let (kind, guid) = (key.content_type.as_str(), key.guid.as_str());
        let rows: Vec<VersionRow> =
            read!(self, |db| query_as(VERSIONS).bind(kind).bind(guid).bind(number).fetch_all(db))?;
        rows.into_iter().map(|row| row.read(key)).collect()
    }
}

#[async_trait]
impl ContentReads for Database {
    async fn type_counts(&self) -> StoreResult<Vec<(ContentType, TypeCounts)>> {
        let rows: Vec<(String, String, String, i64)> = read!(self, |db| query_as(COUNTS).fetch_all(db))?;
        let mut counts: BTreeMap<ContentType, TypeCounts> = BTreeMap::new();
        for (kind, status, approval, number) in rows {
            let kind = Place("items", "content_type").parse::<Shown<ContentType>>(&kind)?.0;
            let status = Place("items", "status").word(&status, Status::parse)?;
            let approval = Place("items", "approval").word(&approval, Approval::parse)?;
            add(counts.entry(kind).or_default(), status, approval, count(number));
        }
        Ok(counts.into_iter().collect())
    }

    async fn items(
        &self,
        content_type: ContentType,
        filter: &ItemFilter,
        page: &PageRequest,
    ) -> StoreResult<Page<view::ItemRow>> {
        let counting = filtered(Statement::new("SELECT COUNT(*) FROM items"), content_type, filter);
        let total: i64 =
            read!(self, |db| bind_all!(query_scalar(counting.sql()), &counting.values).fetch_one(db))?;
        let mut statement = filtered(Statement::new("SELECT * FROM items"), content_type, filter);
        let (behind, ordered) = order(filter.sort, filter.descending);
        if let Some(cursor) = &page.cursor {
            let cursor = Cursor::decode(cursor)?;
            if !fits(filter.sort, &cursor.key) {
                return Err(services::ports::store::StoreError::BadCursor);
            }
            statement.bind(behind, [cursor.key, Value::from(cursor.tie)]);
        }
        statement.bind(ordered, [Value::Number(i64::from(page.limit) + 1)]);
        let mut rows: Vec<ItemRow> =
            read!(self, |db| bind_all!(query_as(statement.sql()), &statement.values).fetch_all(db))?;
        let next_cursor = cut(&mut rows, page.limit, |row| (sort_key(filter.sort, row), row.guid.clone()))?;
        let items = rows.into_iter().map(|row| Ok(row.read()?.row())).collect::<StoreResult<_>>()?;
        Ok(Page { items, next_cursor, total: count(total) })
    }

    async fn item(&self, key: &ItemKey) -> StoreResult<Option<ItemRecord>> {
        self.one_item(key).await
    }

    async fn items_by_key(&self, keys: &[ItemKey]) -> StoreResult<Vec<view::ItemRow>> {
        let mut rows = Vec::with_capacity(keys.len());
        for key in keys {
            rows.extend(self.one_item(key).await?.map(|item| item.row()));
        }
        Ok(rows)
    }

    async fn used_by(&self, reference: &Reference) -> StoreResult<Vec<view::ItemRow>> {
        let rows: Vec<ItemRow> = read!(self, |db| query_as(USED_BY).bind(reference.as_str()).fetch_all(db))?;
        rows.into_iter().map(|row| Ok(row.read()?.row())).collect()
    }

    async fn approved_items(&self, content_type: ContentType) -> StoreResult<Vec<ItemRecord>> {
        let rows: Vec<ItemRow> =
            read!(self, |db| query_as(APPROVED).bind(content_type.as_str()).fetch_all(db))?;
        rows.into_iter().map(ItemRow::read).collect()
    }

    async fn versions(&self, key: &ItemKey) -> StoreResult<Vec<Version>> {
        Ok(self.version_records(key, 0).await?.into_iter().map(|record| record.version).collect())
    }

    async fn version(&self, key: &ItemKey, number: u32) -> StoreResult<Option<VersionRecord>> {
        if number == 0 {
            return Ok(None);
        }
        Ok(self.version_records(key, i64::from(number)).await?.pop())
    }

    async fn blob(&self, hash: &ContentHash) -> StoreResult<Option<Vec<u8>>> {
        let sql = "SELECT content FROM blobs WHERE hash = $1";
        read!(self, |db| query_scalar(sql).bind(hash.as_str()).fetch_optional(db))
    }

    async fn known_blobs(&self, hashes: &[ContentHash]) -> StoreResult<Vec<ContentHash>> {
        let mut known = Vec::new();
        for some in hashes.chunks(AT_ONCE) {
            let mut statement =
                Statement::new("SELECT hash FROM blobs WHERE unused_since IS NULL AND hash IN ");
            statement.any_of(some.iter().map(|hash| Value::from(hash.as_str())));
            let found: Vec<String> =
                read!(self, |db| bind_all!(query_scalar(statement.sql()), &statement.values).fetch_all(db))?;
            known.extend(found);
        }
        known.iter().map(|hash| Place("blobs", "hash").parse(hash)).collect()
    }
}

fn add(counts: &mut TypeCounts, status: Status, approval: Approval, number: u64) {
    counts.total += number;
    match status {
        Status::Unchanged => counts.unchanged += number,
        Status::Changed => counts.changed += number,
        Status::MovedOrDeleted => counts.moved_or_deleted += number,
    }
    match approval {
        Approval::NoActionNeeded => {}
        Approval::NeedsApproval => counts.needs_approval += number,
        Approval::ChangeApproved => counts.change_approved += number,
        Approval::MoveDeleteApproved => counts.move_delete_approved += number,
    }
}
