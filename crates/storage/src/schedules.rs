//! Jobs and their leases.

use crate::{
    Database,
    engine::{execute_one, read, write_one},
    rows::{Place, count, micros, whole},
};
use async_trait::async_trait;
use domain::schedule::Schedule;
use jiff::Timestamp;
use services::ports::store::{
    ScheduleStore, StoreResult,
    schedules::{Lease, RunResult},
};
use sqlx::{query, query_as, query_scalar};

#[derive(sqlx::FromRow)]
struct ScheduleRow {
    name: String,
    every_seconds: i64,
    next_run_at: i64,
    last_run_at: Option<i64>,
    last_finished_at: Option<i64>,
    last_ok: Option<i64>,
    last_summary: Option<String>,
    lease_until: Option<i64>,
}

impl ScheduleRow {
    fn read(self, now: Timestamp) -> StoreResult<Schedule> {
        let time = |micros| Place("schedules", "time").time(micros);
        Ok(Schedule {
            name: self.name,
            every_seconds: count(self.every_seconds),
            last_run_at: self.last_run_at.map(time).transpose()?,
            last_finished_at: self.last_finished_at.map(time).transpose()?,
            last_ok: self.last_ok.map(|flag| flag != 0),
            last_summary: self.last_summary,
            next_run_at: time(self.next_run_at)?,
            running: self.lease_until.is_some_and(|until| until > micros(now)),
        })
    }
}

const ENSURE: &str = "INSERT INTO schedules (name, every_seconds, next_run_at, fence) VALUES ($1, $2, $3, 0)
  ON CONFLICT (name) DO UPDATE SET every_seconds = excluded.every_seconds,
    next_run_at = CASE WHEN schedules.next_run_at > excluded.next_run_at
      THEN excluded.next_run_at ELSE schedules.next_run_at END";
const CLAIM: &str = "UPDATE schedules
  SET lease_owner = $2, lease_until = $4, last_run_at = $3, last_finished_at = NULL, fence = fence + 1
  WHERE name = $1 AND next_run_at <= $3 AND (lease_until IS NULL OR lease_until <= $3)
  RETURNING fence";
const FINISH: &str = "UPDATE schedules
  SET lease_owner = NULL, lease_until = NULL, last_ok = $3, last_summary = $4, last_finished_at = $5, next_run_at = $6
  WHERE name = $1 AND fence = $2";

#[async_trait]
impl ScheduleStore for Database {
    async fn schedules(&self, now: Timestamp) -> StoreResult<Vec<Schedule>> {
        let rows: Vec<ScheduleRow> =
            read!(self, |db| query_as("SELECT * FROM schedules ORDER BY name").fetch_all(db))?;
        rows.into_iter().map(|row| row.read(now)).collect()
    }

    async fn ensure_schedule(
        &self,
        name: &str,
        every_seconds: u64,
        first_run_at: Timestamp,
    ) -> StoreResult<()> {
        execute_one!(self, query(ENSURE).bind(name).bind(whole(every_seconds)).bind(micros(first_run_at)))
            .map(drop)
    }

    async fn claim_schedule(
        &self,
        name: &str,
        owner: &str,
        now: Timestamp,
        until: Timestamp,
    ) -> StoreResult<Option<Lease>> {
        let fence: Option<i64> = write_one!(self, |db| query_scalar(CLAIM)
            .bind(name)
            .bind(owner)
            .bind(micros(now))
            .bind(micros(until))
            .fetch_optional(db))?;
        Ok(fence.map(|fence| Lease { name: name.to_owned(), fence, until }))
    }

    async fn finish_schedule(&self, lease: &Lease, result: &RunResult) -> StoreResult<bool> {
        let done = execute_one!(
            self,
            query(FINISH)
                .bind(lease.name.as_str())
                .bind(lease.fence)
                .bind(i64::from(result.ok))
                .bind(result.summary.as_str())
                .bind(micros(result.finished_at))
                .bind(micros(result.next_run_at))
        )?;
        Ok(done > 0)
    }
}
