//! The outbox towards Manage.
//!
//! Write-backs are numbered as they are owed (`ordinal`), since ids that were made within one millisecond have no
//! order. After every change the alert says in lists what became of them (`settle`).

use crate::{
    Database,
    alerts::settle,
    dynamic::{Cursor, Statement, Value, cut},
    engine::{Tx, bind_all, execute, execute_one, read, within, write_one},
    rows::{Place, count, micros, to_json},
};
use async_trait::async_trait;
use domain::{
    ids::{AlertId, ConnectorId, WriteBackId},
    page::{Page, PageRequest},
    write_back::{Attempt, Task, WriteBack, WriteBackState},
};
use jiff::Timestamp;
use services::ports::store::{
    StoreError, StoreResult, WriteBackReads, WriteBackWrites,
    write_backs::{AttemptEnd, WriteBackFilter, WriteBackLease},
};
use sqlx::{query, query_as, query_scalar};

/// How many attempts are kept of each.
const MOST_ATTEMPTS: usize = 20;

#[derive(sqlx::FromRow)]
struct WriteBackRow {
    id: String,
    ordinal: i64,
    alert_id: String,
    connector_id: String,
    ticket_id: i64,
    task: String,
    actor: String,
    state: String,
    created_at: i64,
    next_attempt_at: Option<i64>,
    ended_at: Option<i64>,
    attempts: String,
    remarks: String,
    fence: i64,
}

impl WriteBackRow {
    fn read(self) -> StoreResult<WriteBack> {
        let time = |micros| Place("write_backs", "time").time(micros);
        Ok(WriteBack {
            id: Place("write_backs", "id").parse(&self.id)?,
            alert_id: Place("write_backs", "alert_id").parse(&self.alert_id)?,
            connector_id: Place("write_backs", "connector_id").parse(&self.connector_id)?,
            ticket_id: self.ticket_id,
            task: Place("write_backs", "task").json(&self.task)?,
            by: Place("write_backs", "actor").json(&self.actor)?,
            state: Place("write_backs", "state").word(&self.state, WriteBackState::parse)?,
            created_at: time(self.created_at)?,
            next_attempt_at: self.next_attempt_at.map(time).transpose()?,
            ended_at: self.ended_at.map(time).transpose()?,
            attempts: Place("write_backs", "attempts").json(&self.attempts)?,
            remarks: Place("write_backs", "remarks").json(&self.remarks)?,
        })
    }
}

fn all(rows: Vec<WriteBackRow>) -> StoreResult<Vec<WriteBack>> {
    rows.into_iter().map(WriteBackRow::read).collect()
}

const ONE: &str = "SELECT * FROM write_backs WHERE id = $1";
const OF_ALERT: &str = "SELECT * FROM write_backs WHERE alert_id = $1 ORDER BY ordinal";
const OPEN: &str =
    "SELECT * FROM write_backs WHERE alert_id = $1 AND state IN ('pending', 'failed') ORDER BY ordinal";
const WRITTEN: &str =
    "SELECT id FROM write_backs WHERE alert_id = $1 AND state = 'done' AND ended_at >= $2 LIMIT 1";
const COUNTS: &str = "SELECT
    (SELECT COUNT(*) FROM write_backs WHERE connector_id = $1 AND state = 'pending'),
    (SELECT MIN(created_at) FROM write_backs WHERE connector_id = $1 AND state = 'pending'),
    (SELECT COUNT(*) FROM write_backs WHERE connector_id = $1 AND state = 'failed')";
/// What is asked once more at the end: on PostgreSQL two processes may choose the same rows, and the second to
/// reach them must find them taken.
const LEASE: &str = "UPDATE write_backs SET lease_until = $3, fence = fence + 1
  WHERE id IN (
    SELECT w.id FROM write_backs w
    WHERE w.connector_id = $1 AND w.state = 'pending' AND w.next_attempt_at <= $2
      AND (w.lease_until IS NULL OR w.lease_until <= $2)
      AND NOT EXISTS (SELECT 1 FROM write_backs o WHERE o.connector_id = w.connector_id
        AND o.ticket_id = w.ticket_id AND o.state = 'pending' AND o.ordinal < w.ordinal)
    ORDER BY w.next_attempt_at, w.ordinal LIMIT $4)
  AND state = 'pending' AND (lease_until IS NULL OR lease_until <= $2)
  RETURNING *";
const NEXT: &str = "UPDATE alert_epoch SET write_back = write_back + 1 WHERE id = 1 RETURNING write_back";
const INSERT: &str =
    "INSERT INTO write_backs (id, ordinal, alert_id, connector_id, ticket_id, kind, task, actor,
    state, created_at, next_attempt_at, ended_at, attempts, remarks, lease_until, fence)
  VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, NULL, 0)";
const LEASED: &str = "SELECT * FROM write_backs WHERE id = $1 AND fence = $2 AND state = 'pending'
  AND lease_until IS NOT NULL";
const PROLONG: &str = "UPDATE write_backs SET lease_until = $4
  WHERE id = $1 AND fence = $2 AND state = 'pending' AND lease_until > $3";
const END: &str =
    "UPDATE write_backs SET state = $3, next_attempt_at = $4, ended_at = $5, attempts = $6, remarks = $7,
    lease_until = NULL
  WHERE id = $1 AND fence = $2 AND state = 'pending' AND lease_until IS NOT NULL";
const SUPERSEDE: &str = "UPDATE write_backs SET state = 'superseded', next_attempt_at = NULL, ended_at = $2
  WHERE alert_id = $1 AND kind = 'state' AND state IN ('pending', 'failed')
    AND (lease_until IS NULL OR lease_until <= $2)";
const REPLAY: &str = "UPDATE write_backs SET state = 'pending', next_attempt_at = $2, ended_at = NULL
  WHERE id = $1 AND state = 'failed' RETURNING alert_id";
const HURRY: &str = "UPDATE write_backs SET next_attempt_at = $2
  WHERE connector_id = $1 AND state = 'pending' AND next_attempt_at > $2";
const PENDING_OF: &str =
    "SELECT DISTINCT alert_id FROM write_backs WHERE connector_id = $1 AND state = 'pending'";
const DROP: &str =
    "UPDATE write_backs SET state = 'failed', next_attempt_at = NULL, ended_at = $2, lease_until = NULL,
    fence = fence + 1
  WHERE connector_id = $1 AND state = 'pending'";

fn filtered(mut statement: Statement, filter: &WriteBackFilter) -> Statement {
    if let Some(state) = filter.state {
        statement.bind(" AND state = ?", [Value::from(state.as_str())]);
    }
    if let Some(connector) = filter.connector {
        statement.bind(" AND connector_id = ?", [Value::from(connector.to_string())]);
    }
    statement
}

#[async_trait]
impl WriteBackReads for Database {
    async fn write_backs(
        &self,
        filter: &WriteBackFilter,
        page: &PageRequest,
    ) -> StoreResult<Page<WriteBack>> {
        let counting = filtered(Statement::new("SELECT COUNT(*) FROM write_backs WHERE 1 = 1"), filter);
        let total: i64 =
            read!(self, |db| bind_all!(query_scalar(counting.sql()), &counting.values).fetch_one(db))?;
        let mut statement = filtered(Statement::new("SELECT * FROM write_backs WHERE 1 = 1"), filter);
        if let Some(cursor) = &page.cursor {
            let Value::Number(ordinal) = Cursor::decode(cursor)?.key else {
                return Err(StoreError::BadCursor);
            };
            statement.bind(" AND ordinal < ?", [Value::from(ordinal)]);
        }
        statement.bind(" ORDER BY ordinal DESC LIMIT ?", [Value::Number(i64::from(page.limit) + 1)]);
        let mut rows: Vec<WriteBackRow> =
            read!(self, |db| bind_all!(query_as(statement.sql()), &statement.values).fetch_all(db))?;
        let next_cursor = cut(&mut rows, page.limit, |row| (Value::from(row.ordinal), row.id.clone()))?;
        Ok(Page { items: all(rows)?, next_cursor, total: count(total) })
    }

    async fn write_back(&self, id: WriteBackId) -> StoreResult<Option<WriteBack>> {
        let row: Option<WriteBackRow> =
            read!(self, |db| query_as(ONE).bind(id.to_string()).fetch_optional(db))?;
        row.map(WriteBackRow::read).transpose()
    }

    async fn write_backs_of(&self, alert: AlertId) -> StoreResult<Vec<WriteBack>> {
        all(read!(self, |db| query_as(OF_ALERT).bind(alert.to_string()).fetch_all(db))?)
    }

    async fn write_back_counts(&self, connector: ConnectorId) -> StoreResult<(u64, Option<Timestamp>, u64)> {
        let (pending, oldest, failed): (i64, Option<i64>, i64) =
            read!(self, |db| query_as(COUNTS).bind(connector.to_string()).fetch_one(db))?;
        let oldest = oldest.map(|at| Place("write_backs", "created_at").time(at)).transpose()?;
        Ok((count(pending), oldest, count(failed)))
    }

    async fn lease_write_backs(
        &self,
        connector: ConnectorId,
        now: Timestamp,
        until: Timestamp,
        most: u32,
    ) -> StoreResult<Vec<WriteBackLease>> {
        let mut rows: Vec<WriteBackRow> = write_one!(self, |db| query_as(LEASE)
            .bind(connector.to_string())
            .bind(micros(now))
            .bind(micros(until))
            .bind(i64::from(most))
            .fetch_all(db))?;
        rows.sort_by_key(|row| row.ordinal);
        let lease = |row: WriteBackRow| {
            let fence = row.fence;
            Ok(WriteBackLease { write_back: row.read()?, fence, until })
        };
        rows.into_iter().map(lease).collect()
    }

    async fn prolong_write_back(
        &self,
        lease: &WriteBackLease,
        now: Timestamp,
        until: Timestamp,
    ) -> StoreResult<bool> {
        let (id, now, until) = (lease.write_back.id.to_string(), micros(now), micros(until));
        let done =
            execute_one!(self, query(PROLONG).bind(id.as_str()).bind(lease.fence).bind(now).bind(until))?;
        Ok(done > 0)
    }
}

fn kind(task: &Task) -> &'static str {
    match task {
        Task::Retrieved => "retrieved",
        Task::Known { .. } => "known",
        Task::State { .. } => "state",
        Task::Note { .. } => "note",
    }
}

/// The newest attempts.
fn with(attempt: &Attempt, mut before: Vec<Attempt>) -> Vec<Attempt> {
    before.push(attempt.clone());
    let surplus = before.len().saturating_sub(MOST_ATTEMPTS);
    before.split_off(surplus)
}

#[async_trait]
impl WriteBackWrites for Tx {
    async fn insert_write_back(&mut self, write_back: &WriteBack) -> StoreResult<()> {
        let ordinal: i64 = within!(&mut *self, |db| query_scalar(NEXT).fetch_one(db))?;
        let alert = write_back.alert_id.to_string();
        let (task, actor) = (to_json(&write_back.task)?, to_json(&write_back.by)?);
        let (attempts, remarks) = (to_json(&write_back.attempts)?, to_json(&write_back.remarks)?);
        execute!(
            &mut *self,
            query(INSERT)
                .bind(write_back.id.to_string())
                .bind(ordinal)
                .bind(alert.as_str())
                .bind(write_back.connector_id.to_string())
                .bind(write_back.ticket_id)
                .bind(kind(&write_back.task))
                .bind(task.as_str())
                .bind(actor.as_str())
                .bind(write_back.state.as_str())
                .bind(micros(write_back.created_at))
                .bind(write_back.next_attempt_at.map(micros))
                .bind(write_back.ended_at.map(micros))
                .bind(attempts.as_str())
                .bind(remarks.as_str())
        )?;
        settle(self, &alert).await
    }

    async fn end_attempt(&mut self, lease: &WriteBackLease, end: &AttemptEnd) -> StoreResult<bool> {
        let id = lease.write_back.id.to_string();
        let row: Option<WriteBackRow> = within!(&mut *self, |db| query_as(LEASED)
            .bind(id.as_str())
            .bind(lease.fence)
            .fetch_optional(db))?;
        let Some(before) = row.map(WriteBackRow::read).transpose()? else { return Ok(false) };
        let mut remarks = before.remarks;
        remarks
            .extend(end.remarks.iter().filter(|told| !remarks.contains(told)).cloned().collect::<Vec<_>>());
        let (attempts, remarks) = (to_json(&with(&end.attempt, before.attempts))?, to_json(&remarks)?);
        let pending = end.state == WriteBackState::Pending;
        let next = end.next_attempt_at.filter(|_| pending).or(pending.then_some(end.attempt.at));
        let done = execute!(
            &mut *self,
            query(END)
                .bind(id.as_str())
                .bind(lease.fence)
                .bind(end.state.as_str())
                .bind(next.map(micros))
                .bind((!pending).then_some(micros(end.attempt.at)))
                .bind(attempts.as_str())
                .bind(remarks.as_str())
        )?;
        settle(self, &before.alert_id.to_string()).await?;
        Ok(done > 0)
    }

    async fn supersede_states(&mut self, alert: AlertId, at: Timestamp) -> StoreResult<u64> {
        let alert = alert.to_string();
        let done = execute!(&mut *self, query(SUPERSEDE).bind(alert.as_str()).bind(micros(at)))?;
        if done > 0 {
            settle(self, &alert).await?;
        }
        Ok(done)
    }

    async fn replay_write_back(&mut self, id: WriteBackId, at: Timestamp) -> StoreResult<bool> {
        let alert: Option<String> = within!(&mut *self, |db| query_scalar(REPLAY)
            .bind(id.to_string())
            .bind(micros(at))
            .fetch_optional(db))?;
        let Some(alert) = alert else { return Ok(false) };
        settle(self, &alert).await?;
        Ok(true)
    }

    async fn hurry_write_backs(&mut self, connector: ConnectorId, at: Timestamp) -> StoreResult<u64> {
        execute!(self, query(HURRY).bind(connector.to_string()).bind(micros(at)))
    }

    async fn open_write_backs(&mut self, alert: AlertId) -> StoreResult<Vec<WriteBack>> {
        all(within!(self, |db| query_as(OPEN).bind(alert.to_string()).fetch_all(db))?)
    }

    async fn has_written_since(&mut self, alert: AlertId, since: Timestamp) -> StoreResult<bool> {
        let written: Option<String> = within!(self, |db| query_scalar(WRITTEN)
            .bind(alert.to_string())
            .bind(micros(since))
            .fetch_optional(db))?;
        Ok(written.is_some())
    }

    async fn drop_write_backs(&mut self, connector: ConnectorId, at: Timestamp) -> StoreResult<u64> {
        let connector = connector.to_string();
        let alerts: Vec<String> =
            within!(&mut *self, |db| query_scalar(PENDING_OF).bind(connector.as_str()).fetch_all(db))?;
        let done = execute!(&mut *self, query(DROP).bind(connector.as_str()).bind(micros(at)))?;
        for alert in alerts {
            settle(self, &alert).await?;
        }
        Ok(done)
    }
}
