//! Rings, the ordered stages of production.

use crate::{
    Database,
    engine::{Tx, execute, read, within},
    rows::{Place, count, to_json},
};
use async_trait::async_trait;
use domain::{ids::RingId, ring::Ring};
use services::ports::store::{RingReads, RingWrites, StoreResult, rings::RingFacts};
use sqlx::{query, query_as, query_scalar};

#[derive(sqlx::FromRow)]
struct RingRow {
    id: String,
    name: String,
    position: i64,
    rules: String,
    stopped: Option<String>,
    accepted_errors: i64,
}

impl RingRow {
    fn read(self) -> StoreResult<Ring> {
        Ok(Ring {
            id: Place("rings", "id").parse(&self.id)?,
            name: self.name,
            position: Place("rings", "position").number(self.position)?,
            rules: Place("rings", "rules").json(&self.rules)?,
            stopped: self.stopped.map(|json| Place("rings", "stopped").json(&json)).transpose()?,
            accepted_errors: count(self.accepted_errors),
        })
    }
}

const ALL: &str =
    "SELECT id, name, position, rules, stopped, accepted_errors FROM rings ORDER BY position, id";
const FACTS: &str = "SELECT ring, COUNT(*), COALESCE(CAST(SUM((SELECT COUNT(*) FROM client_items i
  WHERE i.client_id = clients.id AND i.error IS NOT NULL)) AS BIGINT), 0) FROM clients GROUP BY ring ORDER BY ring";
const INSERT: &str = "INSERT INTO rings (id, name, name_folded, position, rules, stopped, accepted_errors)
  VALUES ($1, $2, $3, $4, $5, $6, $7)";
const UPDATE: &str = "UPDATE rings SET name = $2, name_folded = $3, position = $4, rules = $5, stopped = $6,
  accepted_errors = $7 WHERE id = $1";

#[async_trait]
impl RingReads for Database {
    async fn rings(&self) -> StoreResult<Vec<Ring>> {
        let rows: Vec<RingRow> = read!(self, |db| query_as(ALL).fetch_all(db))?;
        rows.into_iter().map(RingRow::read).collect()
    }

    async fn ring_facts(&self) -> StoreResult<Vec<RingFacts>> {
        let rows: Vec<(String, i64, i64)> = read!(self, |db| query_as(FACTS).fetch_all(db))?;
        let read =
            |(ring, clients, errors)| RingFacts { ring, clients: count(clients), errors: count(errors) };
        Ok(rows.into_iter().map(read).collect())
    }
}

macro_rules! bound {
    ($sql:expr, $ring:expr, $rules:expr, $stopped:expr) => {
        query($sql)
            .bind($ring.id.to_string())
            .bind($ring.name.as_str())
            .bind($ring.name.to_lowercase())
            .bind(i64::from($ring.position))
            .bind($rules.as_str())
            .bind($stopped.as_deref())
            .bind(crate::rows::whole($ring.accepted_errors))
    };
}

#[async_trait]
impl RingWrites for Tx {
    async fn rings_for_change(&mut self) -> StoreResult<Vec<Ring>> {
        let rows: Vec<RingRow> = within!(self, |db| query_as(ALL).fetch_all(db))?;
        rows.into_iter().map(RingRow::read).collect()
    }

    async fn insert_ring(&mut self, ring: &Ring) -> StoreResult<()> {
        let (rules, stopped) = (to_json(&ring.rules)?, ring.stopped.as_ref().map(to_json).transpose()?);
        execute!(self, bound!(INSERT, ring, rules, stopped))?;
        Ok(())
    }

    async fn update_ring(&mut self, ring: &Ring) -> StoreResult<()> {
        let (rules, stopped) = (to_json(&ring.rules)?, ring.stopped.as_ref().map(to_json).transpose()?);
        execute!(self, bound!(UPDATE, ring, rules, stopped))?;
        Ok(())
    }

    async fn delete_ring(&mut self, id: RingId) -> StoreResult<()> {
        execute!(self, query("DELETE FROM rings WHERE id = $1").bind(id.to_string()))?;
        Ok(())
    }

    async fn rename_ring_of_clients(&mut self, from: &str, to: &str) -> StoreResult<()> {
        execute!(self, query("UPDATE clients SET ring = $2 WHERE ring = $1").bind(from).bind(to))?;
        Ok(())
    }

    async fn clients_in_ring(&mut self, ring: &str) -> StoreResult<u64> {
        let sql = "SELECT COUNT(*) FROM clients WHERE ring = $1";
        let found: i64 = within!(self, |db| query_scalar(sql).bind(ring).fetch_one(db))?;
        Ok(count(found))
    }
}
