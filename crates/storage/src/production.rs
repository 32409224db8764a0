//! Production: what the pull API serves.

use crate::{
    Database,
    dynamic::{Statement, Value},
    engine::{Pools, Tx, bind_all, execute, read, within},
    rows::{Place, Shown, count, fault, to_json, whole},
};
use async_trait::async_trait;
use domain::{
    content::{ContentHash, ContentType, Guid, ItemKey},
    pull::{ManifestItem, Removed},
};
use services::ports::store::{
    ProductionReads, ProductionWrites, StoreResult,
    production::{Epochs, ProductionSlice},
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

    fn sort_into(self, slice: &mut ProductionSlice) -> StoreResult<()> {
        let (content_type, guid) = self.key()?;
        if self.removed != 0 {
            slice.removed.push(Removed { content_type, guid, name: self.name, revision: self.revision });
            return Ok(());
        }
        slice.items.push(ManifestItem {
            content_type,
            guid,
            version: Place("production", "version").number(self.version)?,
            content_hash: Place("production", "content_hash").parse::<ContentHash>(&self.content_hash)?,
            depends_on: Place("production", "depends_on").json(&self.depends_on)?,
            name: self.name,
            path: self.path,
            size: count(self.size),
        });
        Ok(())
    }
}

const REVISION: &str = "SELECT revision FROM epochs WHERE id = 1";
const EPOCHS: &str = "SELECT revision, access FROM epochs WHERE id = 1";

fn in_types(statement: &mut Statement, column: &'static str, types: Option<&[ContentType]>) {
    if let Some(types) = types {
        statement.push(column).push(" IN ").list(types.iter().map(|kind| Value::from(kind.as_str())));
    }
}

#[async_trait]
impl ProductionReads for Database {
    async fn epochs(&self) -> StoreResult<Epochs> {
        let (revision, access): (i64, i64) = read!(self, |db| query_as(EPOCHS).fetch_one(db))?;
        Ok(Epochs { revision, access })
    }

    async fn production(
        &self,
        types: Option<&[ContentType]>,
        since: Option<i64>,
    ) -> StoreResult<ProductionSlice> {
        let mut statement = Statement::new("SELECT * FROM production WHERE 1 = 1");
        if let Some(since) = since {
            statement.bind(" AND revision > ?", [Value::from(since)]);
        }
        if types.is_some() {
            statement.push(" AND ");
        }
        in_types(&mut statement, "content_type", types);
        statement.push(" ORDER BY content_type, guid");
        // The revision and the rows must belong to the same moment.
        let (revision, rows): (i64, Vec<ProductionRow>) = match &self.pools {
            Pools::Sqlite { reader, .. } => {
                let mut tx = reader.begin().await.map_err(fault)?;
                let revision = query_scalar(REVISION).fetch_one(&mut *tx).await.map_err(fault)?;
                let rows = bind_all!(query_as(statement.sql()), &statement.values).fetch_all(&mut *tx).await;
                (revision, rows.map_err(fault)?)
            }
            Pools::Postgres(pool) => {
                let begin = pool.begin_with("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY");
                let mut tx = begin.await.map_err(fault)?;
                let revision = query_scalar(REVISION).fetch_one(&mut *tx).await.map_err(fault)?;
                let rows = bind_all!(query_as(statement.sql()), &statement.values).fetch_all(&mut *tx).await;
                (revision, rows.map_err(fault)?)
            }
        };
        let mut slice = ProductionSlice { revision, ..ProductionSlice::default() };
        rows.into_iter().try_for_each(|row| row.sort_into(&mut slice))?;
        Ok(slice)
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

    async fn published_blob(
        &self,
        hash: &ContentHash,
        types: Option<&[ContentType]>,
    ) -> StoreResult<Option<Vec<u8>>> {
        let mut statement = Statement::new("SELECT content FROM blobs WHERE hash = ");
        statement.bind(
            "? AND EXISTS (SELECT 1 FROM versions WHERE content_hash = blobs.hash",
            [Value::from(hash.as_str())],
        );
        if types.is_some() {
            statement.push(" AND ");
        }
        in_types(&mut statement, "content_type", types);
        statement.push(")");
        read!(self, |db| bind_all!(query_scalar(statement.sql()), &statement.values).fetch_optional(db))
    }
}

const NEXT_REVISION: &str = "UPDATE epochs SET revision = revision + 1 WHERE id = 1 RETURNING revision";
const PUBLISH: &str = "INSERT INTO production
  (content_type, guid, version, content_hash, name, path, size, depends_on, revision, removed)
  VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, 0)
  ON CONFLICT (content_type, guid) DO UPDATE SET version = excluded.version, content_hash = excluded.content_hash,
    name = excluded.name, path = excluded.path, size = excluded.size, depends_on = excluded.depends_on,
    revision = excluded.revision, removed = 0";
const WITHDRAW: &str =
    "UPDATE production SET removed = 1, revision = $3 WHERE content_type = $1 AND guid = $2";

#[async_trait]
impl ProductionWrites for Tx {
    async fn next_revision(&mut self) -> StoreResult<i64> {
        within!(self, |db| query_scalar(NEXT_REVISION).fetch_one(db))
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
}
