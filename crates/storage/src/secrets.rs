//! Sealed secrets.

use crate::{
    Database,
    engine::{Tx, execute, read},
};
use async_trait::async_trait;
use domain::secret::SecretPlace;
use services::ports::store::{SecretReads, SecretWrites, StoreResult};
use sqlx::{query, query_as, query_scalar};

const ONE: &str =
    "SELECT sealed FROM secrets WHERE record_table = $1 AND record_id = $2 AND record_column = $3";
const ALL: &str = "SELECT record_table, record_id, record_column, sealed FROM secrets
  ORDER BY record_table, record_id, record_column";
const KEEP: &str =
    "INSERT INTO secrets (record_table, record_id, record_column, sealed) VALUES ($1, $2, $3, $4)
  ON CONFLICT (record_table, record_id, record_column) DO UPDATE SET sealed = excluded.sealed";
const REPLACE: &str = "UPDATE secrets SET sealed = $5
  WHERE record_table = $1 AND record_id = $2 AND record_column = $3 AND sealed = $4";
const FORGET: &str = "DELETE FROM secrets WHERE record_table = $1 AND record_id = $2 AND record_column = $3";

#[async_trait]
impl SecretReads for Database {
    async fn sealed(&self, place: &SecretPlace) -> StoreResult<Option<String>> {
        read!(self, |db| query_scalar(ONE)
            .bind(place.table.as_str())
            .bind(place.id.as_str())
            .bind(place.column.as_str())
            .fetch_optional(db))
    }

    async fn all_sealed(&self) -> StoreResult<Vec<(SecretPlace, String)>> {
        let rows: Vec<(String, String, String, String)> = read!(self, |db| query_as(ALL).fetch_all(db))?;
        let read = |(table, id, column, sealed)| (SecretPlace { table, id, column }, sealed);
        Ok(rows.into_iter().map(read).collect())
    }
}

#[async_trait]
impl SecretWrites for Tx {
    async fn keep_sealed(&mut self, place: &SecretPlace, sealed: &str) -> StoreResult<()> {
        execute!(
            self,
            query(KEEP)
                .bind(place.table.as_str())
                .bind(place.id.as_str())
                .bind(place.column.as_str())
                .bind(sealed)
        )?;
        Ok(())
    }

    async fn replace_sealed(&mut self, place: &SecretPlace, before: &str, sealed: &str) -> StoreResult<bool> {
        let done = execute!(
            self,
            query(REPLACE)
                .bind(place.table.as_str())
                .bind(place.id.as_str())
                .bind(place.column.as_str())
                .bind(before)
                .bind(sealed)
        )?;
        Ok(done > 0)
    }

    async fn forget_sealed(&mut self, place: &SecretPlace) -> StoreResult<()> {
        execute!(
            self,
            query(FORGET).bind(place.table.as_str()).bind(place.id.as_str()).bind(place.column.as_str())
        )?;
        Ok(())
    }
}
