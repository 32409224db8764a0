//! Taking in scans, reviews and syncs.

use super::{
    reads::{APPROVED, ONE},
    rows::{ItemRow, lifecycle_json, maybe_micros, search_text},
};
use crate::{
    engine::{Tx, execute, within},
    rows::{Place, micros, to_json, whole},
};
use async_trait::async_trait;
use domain::{
    content::{Change, ContentHash, ContentType, ItemKey, secrets::RULES},
    ids::SourceId,
};
use jiff::Timestamp;
use services::ports::store::{
    ContentWrites, StoreResult,
    content::{ItemRecord, VersionRecord},
};
use sqlx::{query, query_as, query_scalar};

const OF_SOURCE: &str = "SELECT * FROM items WHERE source_id = $1";
const SAVE: &str =
    "INSERT INTO items (content_type, guid, source_id, local_id, name, name_folded, search_text, path,
    status, approval, change_kind, lifecycle, version, updated_at, updated_by, first_seen_at, last_seen_at,
    approved_by, approved_at, approval_note, depends_on, review, examined)
  VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22, $23)
  ON CONFLICT (content_type, guid) DO UPDATE SET source_id = excluded.source_id, local_id = excluded.local_id,
    name = excluded.name, name_folded = excluded.name_folded, search_text = excluded.search_text,
    path = excluded.path, status = excluded.status, approval = excluded.approval,
    change_kind = excluded.change_kind, lifecycle = excluded.lifecycle, version = excluded.version,
    updated_at = excluded.updated_at, updated_by = excluded.updated_by, last_seen_at = excluded.last_seen_at,
    approved_by = excluded.approved_by, approved_at = excluded.approved_at,
    approval_note = excluded.approval_note, depends_on = excluded.depends_on, review = excluded.review,
    examined = excluded.examined";
const DROP_DEPENDENCIES: &str = "DELETE FROM item_dependencies WHERE content_type = $1 AND guid = $2";
const ADD_DEPENDENCY: &str =
    "INSERT INTO item_dependencies (reference, content_type, guid) VALUES ($1, $2, $3)
  ON CONFLICT (reference, content_type, guid) DO NOTHING";
/// Items that are present show no change, or one that is not a deletion.
const TOUCH: &str = "UPDATE items SET last_seen_at = $2 WHERE source_id = $1 AND (change_kind IS NULL OR change_kind <> 'deleted')";
const DELETE: &str = "DELETE FROM items WHERE content_type = $1 AND guid = $2";
/// A mark is all that may change: a content is what its hash says.
const PUT_BLOB: &str = "INSERT INTO blobs (hash, size, content) VALUES ($1, $2, $3)
  ON CONFLICT (hash) DO UPDATE SET unused_since = NULL WHERE blobs.unused_since IS NOT NULL";
const LATEST: &str = "SELECT MAX(number) FROM versions WHERE content_type = $1 AND guid = $2";
const OF_CONTENT: &str =
    "SELECT number FROM versions WHERE content_type = $1 AND guid = $2 AND content_hash = $3";
const INSERT_VERSION: &str =
    "INSERT INTO versions (content_type, guid, number, content_hash, facets, name, path,
    depends_on, approved_by, approved_at, note, synced_at, synced_by, author)
  VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)";

impl Tx {
    async fn save_item(&mut self, item: &ItemRecord) -> StoreResult<()> {
        let (kind, guid) = (item.key.content_type.as_str(), item.key.guid.as_str());
        let lifecycle = lifecycle_json(&item.lifecycle)?;
        let depends_on = to_json(&item.depends_on)?;
        let review = to_json(&item.review)?;
        let examined = if item.review.is_examined(item.newest()) { i64::from(RULES) } else { 0 };
        execute!(
            self,
            query(SAVE)
                .bind(kind)
                .bind(guid)
                .bind(item.source_id.to_string())
                .bind(item.local_id)
                .bind(item.name.as_str())
                .bind(item.name.to_lowercase())
                .bind(search_text(item))
                .bind(item.path.as_str())
                .bind(item.lifecycle.status().as_str())
                .bind(item.lifecycle.approval().as_str())
                .bind(item.lifecycle.change().map(Change::as_str))
                .bind(lifecycle.as_str())
                .bind(item.version.map(i64::from))
                .bind(maybe_micros(item.updated_at))
                .bind(item.updated_by.as_deref())
                .bind(micros(item.first_seen_at))
                .bind(micros(item.last_seen_at))
                .bind(item.approved_by.as_deref())
                .bind(maybe_micros(item.approved_at))
                .bind(item.approval_note.as_deref())
                .bind(depends_on.as_str())
                .bind(review.as_str())
                .bind(examined)
        )?;
        self.save_dependencies(item).await
    }

    async fn save_dependencies(&mut self, item: &ItemRecord) -> StoreResult<()> {
        let (kind, guid) = (item.key.content_type.as_str(), item.key.guid.as_str());
        execute!(self, query(DROP_DEPENDENCIES).bind(kind).bind(guid))?;
        for reference in &item.depends_on {
            let reference = reference.as_str();
            execute!(self, query(ADD_DEPENDENCY).bind(reference).bind(kind).bind(guid))?;
        }
        Ok(())
    }
}

#[async_trait]
impl ContentWrites for Tx {
    async fn source_items(&mut self, source: SourceId) -> StoreResult<Vec<ItemRecord>> {
        let rows: Vec<ItemRow> =
            within!(self, |db| query_as(OF_SOURCE).bind(source.to_string()).fetch_all(db))?;
        rows.into_iter().map(ItemRow::read).collect()
    }

    async fn items_for_change(&mut self, keys: &[ItemKey]) -> StoreResult<Vec<ItemRecord>> {
        let mut items = Vec::with_capacity(keys.len());
        for key in keys {
            let (kind, guid) = (key.content_type.as_str(), key.guid.as_str());
            let row: Option<ItemRow> =
                within!(self, |db| query_as(ONE).bind(kind).bind(guid).fetch_optional(db))?;
            items.extend(row.map(ItemRow::read).transpose()?);
        }
        Ok(items)
    }

    async fn approved_items_for_change(&mut self, content_type: ContentType) -> StoreResult<Vec<ItemRecord>> {
        let rows: Vec<ItemRow> =
            within!(self, |db| query_as(APPROVED).bind(content_type.as_str()).fetch_all(db))?;
        rows.into_iter().map(ItemRow::read).collect()
    }

    async fn save_items(&mut self, items: &[ItemRecord]) -> StoreResult<()> {
        for item in items {
            self.save_item(item).await?;
        }
        Ok(())
    }

    async fn touch_items(&mut self, source: SourceId, at: Timestamp) -> StoreResult<()> {
        execute!(self, query(TOUCH).bind(source.to_string()).bind(micros(at)))?;
        Ok(())
    }

    async fn delete_items(&mut self, keys: &[ItemKey]) -> StoreResult<()> {
        for key in keys {
            let (kind, guid) = (key.content_type.as_str(), key.guid.as_str());
            execute!(self, query(DELETE).bind(kind).bind(guid))?;
        }
        Ok(())
    }

    async fn put_blobs(&mut self, blobs: &[(ContentHash, Vec<u8>)]) -> StoreResult<()> {
        for (hash, bytes) in blobs {
            let size = whole(bytes.len() as u64);
            execute!(self, query(PUT_BLOB).bind(hash.as_str()).bind(size).bind(bytes.as_slice()))?;
        }
        Ok(())
    }

    async fn latest_version(&mut self, key: &ItemKey) -> StoreResult<u32> {
        let (kind, guid) = (key.content_type.as_str(), key.guid.as_str());
        let latest: Option<i64> =
            within!(self, |db| query_scalar(LATEST).bind(kind).bind(guid).fetch_one(db))?;
        Place("versions", "number").number(latest.unwrap_or(0))
    }

    async fn version_of_content(&mut self, key: &ItemKey, hash: &ContentHash) -> StoreResult<Option<u32>> {
        let (kind, guid) = (key.content_type.as_str(), key.guid.as_str());
        let number: Option<i64> = within!(self, |db| query_scalar(OF_CONTENT)
            .bind(kind)
            .bind(guid)
            .bind(hash.as_str())
            .fetch_optional(db))?;
        number.map(|number| Place("versions", "number").number(number)).transpose()
    }

    async fn insert_version(&mut self, record: &VersionRecord) -> StoreResult<()> {
        let facets = to_json(&record.snapshot.facets)?;
        let depends_on = to_json(&record.depends_on)?;
        let version = &record.version;
        execute!(
            self,
            query(INSERT_VERSION)
                .bind(record.key.content_type.as_str())
                .bind(record.key.guid.as_str())
                .bind(i64::from(version.number))
                .bind(record.snapshot.hash.as_str())
                .bind(facets.as_str())
                .bind(version.name.as_str())
                .bind(version.path.as_str())
                .bind(depends_on.as_str())
                .bind(version.approved_by.as_str())
                .bind(micros(version.approved_at))
                .bind(version.note.as_deref())
                .bind(micros(version.synced_at))
                .bind(version.synced_by.as_str())
                .bind(version.author.as_deref())
        )?;
        Ok(())
    }
}
