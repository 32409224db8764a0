//! Answers kept for `Idempotency-Key`.

use crate::{
    Database,
    engine::{Tx, execute, execute_one, read},
    rows::{Place, micros},
};
use async_trait::async_trait;
use jiff::Timestamp;
use services::ports::store::{
    IdempotencyStore, IdempotencyWrites, StoreResult,
    idempotency::{Claim, ClaimedKey, KeptAnswer, KeyedRequest},
};
use sqlx::{query, query_as};

#[derive(sqlx::FromRow)]
struct KeptRow {
    route: String,
    body_hash: String,
    claimed_at: i64,
    effect: Option<String>,
    status: Option<i64>,
    content_type: Option<String>,
    location: Option<String>,
    body: Option<Vec<u8>>,
}

/// A key that was claimed long ago and of which nothing came belongs to a process that died: it may be claimed again.
const CLAIM: &str =
    "INSERT INTO kept_answers (actor, key, route, body_hash, claimed_at) VALUES ($1, $2, $3, $4, $5)
  ON CONFLICT (actor, key) DO UPDATE SET claimed_at = excluded.claimed_at
  WHERE kept_answers.status IS NULL AND kept_answers.effect IS NULL AND kept_answers.claimed_at < $6
    AND kept_answers.route = excluded.route AND kept_answers.body_hash = excluded.body_hash";
const FIND: &str = "SELECT * FROM kept_answers WHERE actor = $1 AND key = $2";
const EFFECT: &str = "UPDATE kept_answers SET effect = $4
  WHERE actor = $1 AND key = $2 AND claimed_at = $3 AND status IS NULL AND effect IS NULL";
const KEEP: &str = "UPDATE kept_answers SET status = $4, content_type = $5, location = $6, body = $7
  WHERE actor = $1 AND key = $2 AND claimed_at = $3";
const RELEASE: &str = "DELETE FROM kept_answers
  WHERE actor = $1 AND key = $2 AND claimed_at = $3 AND status IS NULL AND effect IS NULL";

impl KeptRow {
    fn read(self, request: &KeyedRequest) -> StoreResult<Claim> {
        if self.route != request.route || self.body_hash != request.body_hash {
            return Ok(Claim::Mismatch);
        }
        let status = match (self.status, self.effect) {
            (Some(status), _) => status,
            (None, None) => return Ok(Claim::Busy),
            (None, Some(effect)) => {
                let at = Place("kept_answers", "claimed_at").time(self.claimed_at)?;
                return Ok(Claim::Effected(request.claimed(at), effect));
            }
        };
        Ok(Claim::Done(KeptAnswer {
            status: Place("kept_answers", "status").number(status)?,
            content_type: self.content_type.unwrap_or_default(),
            location: self.location,
            body: self.body.unwrap_or_default(),
        }))
    }
}

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
            return Ok(Claim::Fresh(request.claimed(now)));
        }
        let row: Option<KeptRow> = read!(self, |db| query_as(FIND)
            .bind(request.actor.as_str())
            .bind(request.key.as_str())
            .fetch_optional(db))?;
        // Gone between the two statements: whoever held it gave it back, and the caller may try again.
        row.map_or(Ok(Claim::Busy), |row| row.read(request))
    }

    async fn keep_answer(&self, claimed: &ClaimedKey, answer: &KeptAnswer) -> StoreResult<()> {
        execute_one!(
            self,
            query(KEEP)
                .bind(claimed.actor.as_str())
                .bind(claimed.key.as_str())
                .bind(micros(claimed.at))
                .bind(i64::from(answer.status))
                .bind(answer.content_type.as_str())
                .bind(answer.location.as_deref())
                .bind(answer.body.as_slice())
        )
        .map(drop)
    }

    async fn release_key(&self, claimed: &ClaimedKey) -> StoreResult<()> {
        execute_one!(
            self,
            query(RELEASE).bind(claimed.actor.as_str()).bind(claimed.key.as_str()).bind(micros(claimed.at))
        )
        .map(drop)
    }

    async fn forget_keys(&self, before: Timestamp) -> StoreResult<u64> {
        execute_one!(self, query("DELETE FROM kept_answers WHERE claimed_at < $1").bind(micros(before)))
    }
}

#[async_trait]
impl IdempotencyWrites for Tx {
    async fn keep_effect(&mut self, claimed: &ClaimedKey, effect: &str) -> StoreResult<bool> {
        let kept = execute!(
            self,
            query(EFFECT)
                .bind(claimed.actor.as_str())
                .bind(claimed.key.as_str())
                .bind(micros(claimed.at))
                .bind(effect)
        )?;
        Ok(kept > 0)
    }
}
