//! Connectors, where they stand, and their logs.

use crate::{
    Database,
    dynamic::{Statement, Value},
    engine::{Tx, bind_all, execute, execute_one, read, within, write_one},
    rows::{Place, micros, to_json},
};
use async_trait::async_trait;
use domain::{
    connector::{Connector, ConnectorInput, LogLine, MadeInManage},
    ids::{ConnectorId, UserId},
};
use jiff::Timestamp;
use services::ports::store::{
    ConnectorReads, ConnectorWrites, StoreResult,
    connectors::{Calls, PollLease, Standing},
};
use sqlx::{query, query_as, query_scalar};

#[derive(sqlx::FromRow)]
struct ConnectorRow {
    id: String,
    input: String,
    enabled: i64,
    created_at: i64,
    made: String,
}

impl ConnectorRow {
    fn read(self) -> StoreResult<Connector> {
        Ok(Connector {
            id: Place("connectors", "id").parse(&self.id)?,
            input: Place("connectors", "input").json(&self.input)?,
            enabled: self.enabled != 0,
            created_at: Place("connectors", "created_at").time(self.created_at)?,
            made: Place("connectors", "made").json(&self.made)?,
        })
    }
}

#[derive(sqlx::FromRow)]
struct CallsRow {
    called_at: Option<i64>,
    calls_believed: i64,
    calls_refused: i64,
    refused_at: Option<i64>,
    refusal: Option<String>,
}

impl CallsRow {
    fn read(self) -> StoreResult<Calls> {
        let time = |micros: Option<i64>, column| {
            micros.map(|micros| Place("connectors", column).time(micros)).transpose()
        };
        Ok(Calls {
            last_at: time(self.called_at, "called_at")?,
            believed: self.calls_believed.unsigned_abs(),
            refused: self.calls_refused.unsigned_abs(),
            refused_at: time(self.refused_at, "refused_at")?,
            refusal: self.refusal,
        })
    }
}

fn standing(json: &str) -> StoreResult<Standing> {
    Place("connectors", "standing").json(json)
}

const ALL: &str = "SELECT * FROM connectors WHERE deleted_at IS NULL ORDER BY name_folded";
const ONE: &str = "SELECT * FROM connectors WHERE id = $1 AND deleted_at IS NULL";
const STANDING: &str = "SELECT standing, next_poll_at FROM connectors WHERE id = $1 AND deleted_at IS NULL";
const CALLS: &str = "SELECT called_at, calls_believed, calls_refused, refused_at, refusal
  FROM connectors WHERE id = $1 AND deleted_at IS NULL";
const LOG: &str = "SELECT line FROM connector_log WHERE connector_id = $1 ORDER BY number DESC LIMIT $2";
const MEMBERS: &str =
    "SELECT user_id, member FROM connector_members WHERE connector_id = $1 ORDER BY user_id";
const CLAIM: &str = "UPDATE connectors SET lease_until = $3, fence = fence + 1, hurried_at = NULL
  WHERE id = $1 AND enabled = 1 AND deleted_at IS NULL AND next_poll_at <= $2
    AND (lease_until IS NULL OR lease_until <= $2)
  RETURNING fence, standing";
const END_POLLS: &str =
    "UPDATE connectors SET lease_until = NULL, fence = fence + 1 WHERE lease_until IS NOT NULL";
const END_ATTEMPTS: &str =
    "UPDATE write_backs SET lease_until = NULL, fence = fence + 1 WHERE lease_until IS NOT NULL";
const INSERT: &str = "INSERT INTO connectors
  (id, name_folded, input, enabled, created_at, made, standing, next_poll_at, fence)
  VALUES ($1, $2, $3, $4, $5, $6, '{}', $5, 0)";
const UPDATE: &str =
    "UPDATE connectors SET name_folded = $2, input = $3 WHERE id = $1 AND deleted_at IS NULL";
/// A poll that is under way holds an older fence afterwards: it keeps nothing.
const SWITCH: &str = "UPDATE connectors
  SET enabled = $2, next_poll_at = $3, hurried_at = NULL, lease_until = NULL, fence = fence + 1
  WHERE id = $1 AND deleted_at IS NULL";
const KEEP_MADE: &str = "UPDATE connectors SET made = $2 WHERE id = $1";
const DELETE: &str =
    "UPDATE connectors SET deleted_at = $2, enabled = 0, lease_until = NULL, fence = fence + 1
  WHERE id = $1 AND deleted_at IS NULL";
/// Remembered apart, so that the end of a poll that is under way does not push it back.
const HURRY: &str = "UPDATE connectors SET hurried_at = $2,
    next_poll_at = CASE WHEN next_poll_at > $2 THEN $2 ELSE next_poll_at END
  WHERE id = $1 AND deleted_at IS NULL";
const BELIEVE: &str =
    "UPDATE connectors SET called_at = $2, calls_believed = calls_believed + 1 WHERE id = $1";
const ANY_ALERT: &str = "SELECT ticket_id FROM alerts WHERE connector_id = $1 LIMIT 1";
const HEAR_OF: &str = "INSERT INTO told_tickets (connector_id, ticket_id, told_at) VALUES ($1, $2, $3)
  ON CONFLICT (connector_id, ticket_id) DO UPDATE SET told_at = excluded.told_at";
const TAKE_TOLD: &str = "DELETE FROM told_tickets WHERE ";
const FORGET_TOLD: &str = "DELETE FROM told_tickets WHERE connector_id = $1 AND told_at <= $2";
const REFUSE: &str = "UPDATE connectors SET refused_at = $2, refusal = $3, calls_refused = calls_refused + $4
  WHERE id = $1";
/// Writes, so that nobody else can claim until this unit of work has ended.
const HOLDS: &str =
    "UPDATE connectors SET fence = fence WHERE id = $1 AND fence = $2 AND lease_until IS NOT NULL";
const PROLONG: &str =
    "UPDATE connectors SET lease_until = $4 WHERE id = $1 AND fence = $2 AND lease_until > $3";
const END: &str = "UPDATE connectors SET standing = $3, lease_until = NULL,
    next_poll_at = CASE WHEN hurried_at IS NOT NULL AND hurried_at < $4 THEN hurried_at ELSE $4 END
  WHERE id = $1 AND fence = $2 AND lease_until IS NOT NULL";
const ADD_LINE: &str = "INSERT INTO connector_log (connector_id, number, line)
  SELECT $1, COALESCE(MAX(number), 0) + 1, $2 FROM connector_log WHERE connector_id = $1";
/// The newest 500 lines are kept.
const TRIM_LOG: &str = "DELETE FROM connector_log WHERE connector_id = $1
  AND number <= (SELECT MAX(number) - 500 FROM connector_log WHERE connector_id = $1)";
const CHOOSE: &str = "INSERT INTO connector_members (connector_id, user_id, member) VALUES ($1, $2, $3)
  ON CONFLICT (connector_id, user_id) DO UPDATE SET member = excluded.member";
const UNCHOOSE: &str = "DELETE FROM connector_members WHERE connector_id = $1 AND user_id = $2";

#[async_trait]
impl ConnectorReads for Database {
    async fn connectors(&self) -> StoreResult<Vec<Connector>> {
        let rows: Vec<ConnectorRow> = read!(self, |db| query_as(ALL).fetch_all(db))?;
        rows.into_iter().map(ConnectorRow::read).collect()
    }

    async fn connector(&self, id: ConnectorId) -> StoreResult<Option<Connector>> {
        let row: Option<ConnectorRow> =
            read!(self, |db| query_as(ONE).bind(id.to_string()).fetch_optional(db))?;
        row.map(ConnectorRow::read).transpose()
    }

    async fn standing(&self, id: ConnectorId) -> StoreResult<Option<(Standing, Timestamp)>> {
        let row: Option<(String, i64)> =
            read!(self, |db| query_as(STANDING).bind(id.to_string()).fetch_optional(db))?;
        let Some((json, next)) = row else { return Ok(None) };
        Ok(Some((standing(&json)?, Place("connectors", "next_poll_at").time(next)?)))
    }

    async fn calls(&self, id: ConnectorId) -> StoreResult<Calls> {
        let row: Option<CallsRow> =
            read!(self, |db| query_as(CALLS).bind(id.to_string()).fetch_optional(db))?;
        Ok(row.map(CallsRow::read).transpose()?.unwrap_or_default())
    }

    async fn connector_log(&self, id: ConnectorId, most: u32) -> StoreResult<Vec<LogLine>> {
        let rows: Vec<String> =
            read!(self, |db| query_scalar(LOG).bind(id.to_string()).bind(i64::from(most)).fetch_all(db))?;
        rows.iter().map(|json| Place("connector_log", "line").json(json)).collect()
    }

    async fn member_choices(&self, id: ConnectorId) -> StoreResult<Vec<(UserId, String)>> {
        let rows: Vec<(String, String)> =
            read!(self, |db| query_as(MEMBERS).bind(id.to_string()).fetch_all(db))?;
        let user = |id: String| Place("connector_members", "user_id").parse(&id);
        rows.into_iter().map(|(id, member)| Ok((user(id)?, member))).collect()
    }

    async fn claim_poll(
        &self,
        id: ConnectorId,
        now: Timestamp,
        until: Timestamp,
    ) -> StoreResult<Option<PollLease>> {
        let row: Option<(i64, String)> = write_one!(self, |db| query_as(CLAIM)
            .bind(id.to_string())
            .bind(micros(now))
            .bind(micros(until))
            .fetch_optional(db))?;
        row.map(|(fence, json)| Ok(PollLease { id, fence, until, standing: standing(&json)? })).transpose()
    }

    async fn prolong_poll(&self, lease: &PollLease, now: Timestamp, until: Timestamp) -> StoreResult<bool> {
        let (id, now, until) = (lease.id.to_string(), micros(now), micros(until));
        let done =
            execute_one!(self, query(PROLONG).bind(id.as_str()).bind(lease.fence).bind(now).bind(until))?;
        Ok(done > 0)
    }

    async fn end_leases(&self) -> StoreResult<()> {
        execute_one!(self, query(END_POLLS))?;
        execute_one!(self, query(END_ATTEMPTS)).map(drop)
    }
}

#[async_trait]
impl ConnectorWrites for Tx {
    async fn connector(&mut self, id: ConnectorId) -> StoreResult<Option<Connector>> {
        let row: Option<ConnectorRow> =
            within!(self, |db| query_as(ONE).bind(id.to_string()).fetch_optional(db))?;
        row.map(ConnectorRow::read).transpose()
    }

    async fn insert_connector(&mut self, connector: &Connector) -> StoreResult<()> {
        let (input, made) = (to_json(&connector.input)?, to_json(&connector.made)?);
        execute!(
            self,
            query(INSERT)
                .bind(connector.id.to_string())
                .bind(connector.input.name.to_lowercase())
                .bind(input.as_str())
                .bind(i64::from(connector.enabled))
                .bind(micros(connector.created_at))
                .bind(made.as_str())
        )?;
        Ok(())
    }

    async fn update_connector(&mut self, id: ConnectorId, input: &ConnectorInput) -> StoreResult<bool> {
        let json = to_json(input)?;
        let done = execute!(
            self,
            query(UPDATE).bind(id.to_string()).bind(input.name.to_lowercase()).bind(json.as_str())
        )?;
        Ok(done > 0)
    }

    async fn switch_connector(
        &mut self,
        id: ConnectorId,
        enabled: bool,
        next_poll_at: Timestamp,
    ) -> StoreResult<bool> {
        let done = execute!(
            self,
            query(SWITCH).bind(id.to_string()).bind(i64::from(enabled)).bind(micros(next_poll_at))
        )?;
        Ok(done > 0)
    }

    async fn keep_made(&mut self, id: ConnectorId, made: &MadeInManage) -> StoreResult<()> {
        let json = to_json(made)?;
        execute!(self, query(KEEP_MADE).bind(id.to_string()).bind(json.as_str())).map(drop)
    }

    async fn has_alerts(&mut self, id: ConnectorId) -> StoreResult<bool> {
        let one: Option<i64> =
            within!(self, |db| query_scalar(ANY_ALERT).bind(id.to_string()).fetch_optional(db))?;
        Ok(one.is_some())
    }

    async fn delete_connector(&mut self, id: ConnectorId, at: Timestamp) -> StoreResult<bool> {
        Ok(execute!(self, query(DELETE).bind(id.to_string()).bind(micros(at)))? > 0)
    }

    async fn hurry_poll(&mut self, id: ConnectorId, at: Timestamp) -> StoreResult<()> {
        execute!(self, query(HURRY).bind(id.to_string()).bind(micros(at))).map(drop)
    }

    async fn believe_call(&mut self, id: ConnectorId, at: Timestamp) -> StoreResult<()> {
        execute!(self, query(BELIEVE).bind(id.to_string()).bind(micros(at))).map(drop)
    }

    async fn hear_of(&mut self, id: ConnectorId, ticket: i64, at: Timestamp) -> StoreResult<()> {
        execute!(self, query(HEAR_OF).bind(id.to_string()).bind(ticket).bind(micros(at))).map(drop)
    }

    async fn take_told(&mut self, id: ConnectorId, tickets: &[i64]) -> StoreResult<Vec<i64>> {
        if tickets.is_empty() {
            return Ok(Vec::new());
        }
        let mut statement = Statement::new(TAKE_TOLD);
        statement.bind("connector_id = ? AND ticket_id IN ", [Value::from(id.to_string())]);
        statement.any_of(tickets.iter().map(|ticket| Value::from(*ticket))).push(" RETURNING ticket_id");
        within!(self, |db| bind_all!(query_scalar(statement.sql()), &statement.values).fetch_all(db))
    }

    async fn forget_told(&mut self, id: ConnectorId, until: Timestamp) -> StoreResult<()> {
        execute!(self, query(FORGET_TOLD).bind(id.to_string()).bind(micros(until))).map(drop)
    }

    async fn refuse_calls(
        &mut self,
        id: ConnectorId,
        many: u64,
        at: Timestamp,
        reason: &str,
    ) -> StoreResult<()> {
        let many = i64::try_from(many).unwrap_or(i64::MAX);
        let id = id.to_string();
        execute!(self, query(REFUSE).bind(id.as_str()).bind(micros(at)).bind(reason).bind(many)).map(drop)
    }

    async fn holds_poll(&mut self, lease: &PollLease) -> StoreResult<bool> {
        Ok(execute!(self, query(HOLDS).bind(lease.id.to_string()).bind(lease.fence))? > 0)
    }

    async fn end_poll(
        &mut self,
        lease: &PollLease,
        standing: &Standing,
        next_poll_at: Timestamp,
    ) -> StoreResult<bool> {
        let json = to_json(standing)?;
        let done = execute!(
            self,
            query(END)
                .bind(lease.id.to_string())
                .bind(lease.fence)
                .bind(json.as_str())
                .bind(micros(next_poll_at))
        )?;
        Ok(done > 0)
    }

    async fn log_connector(&mut self, id: ConnectorId, line: &LogLine) -> StoreResult<()> {
        let (id, json) = (id.to_string(), to_json(line)?);
        execute!(&mut *self, query(ADD_LINE).bind(id.as_str()).bind(json.as_str()))?;
        execute!(&mut *self, query(TRIM_LOG).bind(id.as_str())).map(drop)
    }

    async fn choose_member(
        &mut self,
        id: ConnectorId,
        user: UserId,
        member: Option<&str>,
    ) -> StoreResult<()> {
        let (id, user) = (id.to_string(), user.to_string());
        match member {
            Some(member) => {
                execute!(self, query(CHOOSE).bind(id.as_str()).bind(user.as_str()).bind(member)).map(drop)
            }
            None => execute!(self, query(UNCHOOSE).bind(id.as_str()).bind(user.as_str())).map(drop),
        }
    }
}
