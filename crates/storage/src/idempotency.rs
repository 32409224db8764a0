//! Answers kept for `Idempotency-Key`.

use crate::{
    Database,
    engine::{execute_one, read},
    rows::{Place, micros},
};
use async_trait::async_trait;
use jiff::Timestamp;
use services::ports::store::{
    IdempotencyStore, StoreResult,
    idempotency::{Claim, KeptAnswer, KeyedRequest},
};
use sqlx::{query, query_as};

#[derive(sqlx::FromRow)]
struct KeptRow {
    route: String,
    body_hash: String,
    status: Option<i64>,
    content_type: Option<String>,
    body: Option<Vec<u8>>,
}

/// A key that was claimed long ago and never answered belongs to a process that died: it may be claimed again.
const CLAIM: &str =
    "INSERT INTO kept_answers (actor, key, route, body_hash, claimed_at) VALUES ($1, $2, $3, $4, $5)
  ON CONFLICT (actor, key) DO UPDATE SET claimed_at = excluded.claimed_at
  WHERE kept_answers.status IS NULL AND kept_answers.claimed_at < $6
    AND kept_answers.route = excluded.route AND kept_answers.body_hash = excluded.body_hash";
const FIND: &str = "SELECT * FROM kept_answers WHERE actor = $1 AND key = $2";
const KEEP: &str =
    "UPDATE kept_answers SET status = $3, content_type = $4, body = $5 WHERE actor = $1 AND key = $2";
const RELEASE: &str = "DELETE FROM kept_answers WHERE actor = $1 AND key = $2 AND status IS NULL";

#[async_trait]
impl IdempotencyStore for Database {
    async fn claim_key(
        &self,
        request: &KeyedRequest,
        now: Timestamp,
        stale_before: Timestamp,
    ) -> StoreResult<Claim> {
        let claimed = execute_one!(
            self,
            query(CLAIM)
                .bind(request.actor.as_str())
                .bind(request.key.as_str())
                .bind(request.route.as_str())
                .bind(request.body_hash.as_str())
                .bind(micros(now))
                .bind(micros(stale_before))
        )?;
        if claimed > 0 {
            return Ok(Claim::Fresh);
        }
        let row: Option<KeptRow> = read!(self, |db| query_as(FIND)
            .bind(request.actor.as_str())
            .bind(request.key.as_str())
            .fetch_optional(db))?;
        // Gone between the two statements: whoever held it gave it back, and the caller may try again.
        let Some(row) = row else { return Ok(Claim::Busy) };
        if row.route != request.route || row.body_hash != request.body_hash {
            return Ok(Claim::Mismatch);
        }
        let Some(status) = row.status else { return Ok(Claim::Busy) };
        Ok(Claim::Done(KeptAnswer {
            status: Place("kept_answers", "status").number(status)?,
            content_type: row.content_type.unwrap_or_default(),
            body: row.body.unwrap_or_default(),
        }))
    }

    async fn keep_answer(&self, request: &KeyedRequest, answer: &KeptAnswer) -> StoreResult<()> {
        execute_one!(
            self,
            query(KEEP)
                .bind(request.actor.as_str())
                .bind(request.key.as_str())
                .bind(i64::from(answer.status))
                .bind(answer.content_type.as_str())
                .bind(answer.body.as_slice())
        )
        .map(drop)
    }

    async fn release_key(&self, request: &KeyedRequest) -> StoreResult<()> {
        execute_one!(self, query(RELEASE).bind(request.actor.as_str()).bind(request.key.as_str())).map(drop)
    }

    async fn forget_keys(&self, before: Timestamp) -> StoreResult<u64> {
        execute_one!(self, query("DELETE FROM kept_answers WHERE claimed_at < $1").bind(micros(before)))
    }
}
