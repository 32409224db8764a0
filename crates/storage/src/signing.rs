//! The public keys that manifests are signed with.

use crate::{
    Database,
    engine::{Tx, execute, read, within},
    rows::{Place, micros, to_json},
};
use async_trait::async_trait;
use base64::{Engine as _, engine::general_purpose::STANDARD};
use domain::pull::{SigningKey, fingerprint};
use services::ports::store::{SigningReads, SigningWrites, StoreError, StoreResult};
use sqlx::{query, query_as};

#[derive(sqlx::FromRow)]
struct KeyRow {
    key_id: String,
    public_key: String,
    created_at: i64,
    announcement: Option<String>,
}

impl KeyRow {
    fn read(self) -> StoreResult<SigningKey> {
        let bytes = STANDARD.decode(&self.public_key).map_err(|error| StoreError::Inconsistent {
            table: "signing_keys",
            place: format!("column public_key of {}", self.key_id),
            message: error.to_string(),
        })?;
        Ok(SigningKey {
            key_id: self.key_id,
            public_key: self.public_key,
            fingerprint: fingerprint(&bytes),
            created_at: Place("signing_keys", "created_at").time(self.created_at)?,
            announcement: self
                .announcement
                .map(|json| Place("signing_keys", "announcement").json(&json))
                .transpose()?,
        })
    }
}

const ALL: &str = "SELECT key_id, public_key, created_at, announcement FROM signing_keys ORDER BY ordinal";
const INSERT: &str = "INSERT INTO signing_keys (key_id, ordinal, public_key, created_at, announcement)
  VALUES ($1, $2, $3, $4, $5)";

#[async_trait]
impl SigningReads for Database {
    async fn signing_keys(&self) -> StoreResult<Vec<SigningKey>> {
        let rows: Vec<KeyRow> = read!(self, |db| query_as(ALL).fetch_all(db))?;
        rows.into_iter().map(KeyRow::read).collect()
    }
}

#[async_trait]
impl SigningWrites for Tx {
    async fn signing_keys_for_change(&mut self) -> StoreResult<Vec<SigningKey>> {
        let rows: Vec<KeyRow> = within!(self, |db| query_as(ALL).fetch_all(db))?;
        rows.into_iter().map(KeyRow::read).collect()
    }

    async fn insert_signing_key(&mut self, key: &SigningKey, ordinal: i64) -> StoreResult<()> {
        let announcement = key.announcement.as_ref().map(to_json).transpose()?;
        execute!(
            self,
            query(INSERT)
                .bind(key.key_id.as_str())
                .bind(ordinal)
                .bind(key.public_key.as_str())
                .bind(micros(key.created_at))
                .bind(announcement.as_deref())
        )?;
        Ok(())
    }
}
