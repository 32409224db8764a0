//! Production: what the pull API serves.

use crate::{
    Database,
    engine::{Tx, execute, read, within},
    rows::{Place, Shown, count, micros, to_json, whole},
};
use async_trait::async_trait;
use domain::{
    content::{ContentHash, ContentType, Guid, ItemKey},
    ids::RingId,
    pull::{ManifestItem, Pointer},
};
use jiff::Timestamp;
use services::ports::store::{
    ProductionReads, ProductionWrites, StoreResult,
    production::{Epochs, Published},
};
use sqlx::{query, query_as, query_scalar};

#[derive(sqlx::FromRow)]
struct ProductionRow {
    content_type: String,
    guid: String,
    version: i64,
    content_hash: String,
    name: String,
    path: String,
    size: i64,
    depends_on: String,
    revision: i64,
    removed: i64,
}

impl ProductionRow {
    fn key(&self) -> StoreResult<(ContentType, Guid)> {
        let kind = Place("production", "content_type").parse::<Shown<ContentType>>(&self.content_type)?.0;
        Ok((kind, Place("production", "guid").parse(&self.guid)?))
    }

    fn read(self) -> StoreResult<Pointer> {
        let (content_type, guid) = self.key()?;
        let item = ManifestItem {
            content_type,
            guid,
            version: Place("production", "version").number(self.version)?,
            content_hash: Place("production", "content_hash").parse::<ContentHash>(&self.content_hash)?,
            depends_on: Place("production", "depends_on").json(&self.depends_on)?,
            name: self.name,
            path: self.path,
            size: count(self.size),
        };
        Ok(Pointer { item, revision: self.revision, removed: self.removed != 0 })
    }
}

macro_rules! pointers {
    ($from:literal) => {
        concat!(
            "SELECT content_type, guid, version, content_hash, name, path, size, depends_on, revision, removed FROM ",
            $from,
            " ORDER BY content_type, guid"
        )
    };
}

const REVISION: &str = "SELECT revision FROM epochs WHERE id = 1";
const EPOCHS: &str = "SELECT revision, access FROM epochs WHERE id = 1";

const PRODUCTION: &str = pointers!("production");
const RING: &str = pointers!("ring_items WHERE ring_id = $1");
const KEYS: &str =
    "SELECT content_type, guid FROM versions WHERE content_hash = $1 ORDER BY content_type, guid";
const IN_RING: &str = "SELECT COUNT(*) FROM ring_contents WHERE ring_id = $1 AND content_hash = $2";
const REVISIONS: &str = "SELECT revision, made_at FROM revisions WHERE made_at > $1 ORDER BY revision";

fn read_pointers(rows: Vec<ProductionRow>) -> StoreResult<Vec<Pointer>> {
    rows.into_iter().map(ProductionRow::read).collect()
}

#[async_trait]
impl ProductionReads for Database {
    async fn epochs(&self) -> StoreResult<Epochs> {
        let (revision, access) = self.ask(EPOCHS).await?;
        Ok(Epochs { revision, access })
    }

    async fn pointers(&self, ring: Option<RingId>) -> StoreResult<Vec<Pointer>> {
        let rows: Vec<ProductionRow> = match ring {
            None => read!(self, |db| query_as(PRODUCTION).fetch_all(db))?,
            Some(ring) => read!(self, |db| query_as(RING).bind(ring.to_string()).fetch_all(db))?,
        };
        read_pointers(rows)
    }

    async fn in_production(&self, keys: &[ItemKey]) -> StoreResult<Vec<ItemKey>> {
        let sql = "SELECT COUNT(*) FROM production WHERE content_type = $1 AND guid = $2 AND removed = 0";
        let mut served = Vec::new();
        for key in keys {
            let (kind, guid) = (key.content_type.as_str(), key.guid.as_str());
            let found: i64 = read!(self, |db| query_scalar(sql).bind(kind).bind(guid).fetch_one(db))?;
            if found > 0 && !served.contains(key) {
                served.push(key.clone());
            }
        }
        Ok(served)
    }

    async fn published(&self, hash: &ContentHash, ring: Option<RingId>) -> StoreResult<Published> {
        let rows: Vec<(String, String)> = read!(self, |db| query_as(KEYS).bind(hash.as_str()).fetch_all(db))?;
        let mut keys = Vec::new();
        for (kind, guid) in rows {
            let kind = Place("versions", "content_type").parse::<Shown<ContentType>>(&kind)?.0;
            keys.push(ItemKey::new(kind, Place("versions", "guid").parse(&guid)?));
        }
        let in_ring = match ring {
            // Every version was synced, and the first ring serves what was synced.
            None => !keys.is_empty(),
            Some(ring) => {
                let found: i64 = read!(self, |db| query_scalar(IN_RING)
                    .bind(ring.to_string())
                    .bind(hash.as_str())
                    .fetch_one(db))?;
                found > 0
            }
        };
        Ok(Published { keys, in_ring })
    }

    async fn revisions_after(&self, at: Timestamp) -> StoreResult<Vec<(i64, Timestamp)>> {
        let rows: Vec<(i64, i64)> = read!(self, |db| query_as(REVISIONS).bind(micros(at)).fetch_all(db))?;
        let read = |(revision, made)| Ok((revision, Place("revisions", "made_at").time(made)?));
        rows.into_iter().map(read).collect()
    }
}

const NEXT_REVISION: &str = "UPDATE epochs SET revision = revision + 1 WHERE id = 1 RETURNING revision";
const PUBLISH: &str = "INSERT INTO production
  (content_type, guid, version, content_hash, name, path, size, depends_on, revision, removed)
  VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, 0)
  ON CONFLICT (content_type, guid) DO UPDATE SET version = excluded.version, content_hash = excluded.content_hash,
    name = excluded.name, path = excluded.path, size = excluded.size, depends_on = excluded.depends_on,
    revision = excluded.revision, removed = 0";
const POINT: &str = "INSERT INTO ring_items
  (ring_id, content_type, guid, version, content_hash, name, path, size, depends_on, revision, removed)
  VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
  ON CONFLICT (ring_id, content_type, guid) DO UPDATE SET version = excluded.version,
    content_hash = excluded.content_hash, name = excluded.name, path = excluded.path, size = excluded.size,
    depends_on = excluded.depends_on, revision = excluded.revision, removed = excluded.removed";
const SERVED: &str = "INSERT INTO ring_contents (ring_id, content_hash) VALUES ($1, $2)
  ON CONFLICT (ring_id, content_hash) DO NOTHING";
const COPY_FIRST: &str = "INSERT INTO ring_items
  (ring_id, content_type, guid, version, content_hash, name, path, size, depends_on, revision, removed)
  SELECT $1, content_type, guid, version, content_hash, name, path, size, depends_on, revision, removed
  FROM production";
const COPY_FIRST_CONTENTS: &str =
    "INSERT INTO ring_contents (ring_id, content_hash) SELECT DISTINCT $1, content_hash FROM versions";
const COPY: &str = "INSERT INTO ring_items
  (ring_id, content_type, guid, version, content_hash, name, path, size, depends_on, revision, removed)
  SELECT $1, content_type, guid, version, content_hash, name, path, size, depends_on, revision, removed
  FROM ring_items WHERE ring_id = $2";
const COPY_CONTENTS: &str = "INSERT INTO ring_contents (ring_id, content_hash) SELECT $1, content_hash FROM ring_contents WHERE ring_id = $2";
const WITHDRAW: &str =
    "UPDATE production SET removed = 1, revision = $3 WHERE content_type = $1 AND guid = $2";

#[async_trait]
impl ProductionWrites for Tx {
    async fn next_revision(&mut self, at: Timestamp) -> StoreResult<i64> {
        let revision: i64 = within!(self, |db| query_scalar(NEXT_REVISION).fetch_one(db))?;
        let sql = "INSERT INTO revisions (revision, made_at) VALUES ($1, $2)";
        execute!(self, query(sql).bind(revision).bind(micros(at)))?;
        Ok(revision)
    }

    async fn revision(&mut self) -> StoreResult<i64> {
        within!(self, |db| query_scalar(REVISION).fetch_one(db))
    }

    async fn bump_access(&mut self) -> StoreResult<()> {
        execute!(self, query("UPDATE epochs SET access = access + 1 WHERE id = 1"))?;
        Ok(())
    }

    async fn publish(&mut self, item: &ManifestItem, revision: i64) -> StoreResult<()> {
        let depends_on = to_json(&item.depends_on)?;
        execute!(
            self,
            query(PUBLISH)
                .bind(item.content_type.as_str())
                .bind(item.guid.as_str())
                .bind(i64::from(item.version))
                .bind(item.content_hash.as_str())
                .bind(item.name.as_str())
                .bind(item.path.as_str())
                .bind(whole(item.size))
                .bind(depends_on.as_str())
                .bind(revision)
        )?;
        Ok(())
    }

    async fn withdraw(&mut self, key: &ItemKey, revision: i64) -> StoreResult<()> {
        execute!(
            self,
            query(WITHDRAW).bind(key.content_type.as_str()).bind(key.guid.as_str()).bind(revision)
        )?;
        Ok(())
    }

    async fn pointers_for_change(&mut self, ring: Option<RingId>) -> StoreResult<Vec<Pointer>> {
        let rows: Vec<ProductionRow> = match ring {
            None => within!(self, |db| query_as(PRODUCTION).fetch_all(db))?,
            Some(ring) => within!(self, |db| query_as(RING).bind(ring.to_string()).fetch_all(db))?,
        };
        read_pointers(rows)
    }

    async fn point(&mut self, ring: RingId, pointer: &Pointer) -> StoreResult<()> {
        let item = &pointer.item;
        let depends_on = to_json(&item.depends_on)?;
        execute!(
            self,
            query(POINT)
                .bind(ring.to_string())
                .bind(item.content_type.as_str())
                .bind(item.guid.as_str())
                .bind(i64::from(item.version))
                .bind(item.content_hash.as_str())
                .bind(item.name.as_str())
                .bind(item.path.as_str())
                .bind(whole(item.size))
                .bind(depends_on.as_str())
                .bind(pointer.revision)
                .bind(i64::from(pointer.removed))
        )?;
        execute!(self, query(SERVED).bind(ring.to_string()).bind(item.content_hash.as_str()))?;
        Ok(())
    }

    async fn copy_pointers(&mut self, from: Option<RingId>, to: RingId) -> StoreResult<()> {
        match from {
            None => {
                execute!(self, query(COPY_FIRST).bind(to.to_string()))?;
                execute!(self, query(COPY_FIRST_CONTENTS).bind(to.to_string()))?;
            }
            Some(from) => {
                execute!(self, query(COPY).bind(to.to_string()).bind(from.to_string()))?;
                execute!(self, query(COPY_CONTENTS).bind(to.to_string()).bind(from.to_string()))?;
            }
        }
        Ok(())
    }

    async fn clear_pointers(&mut self, ring: RingId) -> StoreResult<()> {
        execute!(self, query("DELETE FROM ring_items WHERE ring_id = $1").bind(ring.to_string()))?;
        execute!(self, query("DELETE FROM ring_contents WHERE ring_id = $1").bind(ring.to_string()))?;
        Ok(())
    }
}
