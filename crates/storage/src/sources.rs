//! Sources and their readings.

use crate::{
    Database,
    content::key,
    engine::{Tx, execute, read, within},
    rows::{Place, micros, to_json},
};
use async_trait::async_trait;
use domain::{
    content::{ContentType, ItemKey},
    ids::SourceId,
    source::{Drop, ScanReport, Source, SourceInput},
};
use jiff::Timestamp;
use services::ports::{
    reader::Signal,
    store::{SourceReads, SourceWrites, StoreResult, sources::KeptSignal},
};
use sqlx::{query, query_as};
use std::collections::BTreeMap;

#[derive(sqlx::FromRow)]
struct SourceRow {
    id: String,
    input: String,
    held: String,
    last_scan: Option<String>,
    created_at: i64,
}

impl SourceRow {
    fn read(self) -> StoreResult<Source> {
        Ok(Source {
            id: Place("sources", "id").parse(&self.id)?,
            input: Place("sources", "input").json(&self.input)?,
            created_at: Place("sources", "created_at").time(self.created_at)?,
            last_scan: self.last_scan.map(|json| Place("sources", "last_scan").json(&json)).transpose()?,
            held: Place("sources", "held").json(&self.held)?,
        })
    }
}

const ALL: &str = "SELECT * FROM sources WHERE deleted_at IS NULL ORDER BY name_folded";
const ONE: &str = "SELECT * FROM sources WHERE id = $1 AND deleted_at IS NULL";
const INSERT: &str =
    "INSERT INTO sources (id, name, name_folded, input, held, created_at) VALUES ($1, $2, $3, $4, '{}', $5)";
const UPDATE: &str =
    "UPDATE sources SET name = $2, name_folded = $3, input = $4 WHERE id = $1 AND deleted_at IS NULL";
const DELETE: &str = "UPDATE sources SET deleted_at = $2 WHERE id = $1 AND deleted_at IS NULL";
const SET_SCAN: &str = "UPDATE sources SET last_scan = $2, held = $3 WHERE id = $1";
const INSERT_SCAN: &str = "INSERT INTO scans (id, source_id, started_at, report) VALUES ($1, $2, $3, $4)";
/// The newest fifty readings of a source are kept.
const TRIM_SCANS: &str = "DELETE FROM scans WHERE source_id = $1 AND id NOT IN
  (SELECT id FROM scans WHERE source_id = $1 ORDER BY started_at DESC, id DESC LIMIT 50)";

const SIGNALS: &str =
    "SELECT content_type, guid, content_hash, path, signal FROM source_signals WHERE source_id = $1";
const KEEP_SIGNAL: &str =
    "INSERT INTO source_signals (source_id, content_type, guid, content_hash, path, signal)
  VALUES ($1, $2, $3, $4, $5, $6)
  ON CONFLICT (source_id, content_type, guid) DO UPDATE SET content_hash = excluded.content_hash,
    path = excluded.path, signal = excluded.signal";
const FORGET_SIGNAL: &str =
    "DELETE FROM source_signals WHERE source_id = $1 AND content_type = $2 AND guid = $3";
const FORGET_SIGNALS: &str = "DELETE FROM source_signals WHERE source_id = $1";

#[derive(sqlx::FromRow)]
struct SignalRow {
    content_type: String,
    guid: String,
    content_hash: String,
    path: String,
    signal: String,
}

impl SignalRow {
    fn read(self) -> StoreResult<KeptSignal> {
        Ok(KeptSignal {
            key: key("source_signals", &self.content_type, &self.guid)?,
            hash: Place("source_signals", "content_hash").parse(&self.content_hash)?,
            path: self.path,
            signal: Signal(self.signal),
        })
    }
}

#[async_trait]
impl SourceReads for Database {
    async fn sources(&self) -> StoreResult<Vec<Source>> {
        let rows: Vec<SourceRow> = read!(self, |db| query_as(ALL).fetch_all(db))?;
        rows.into_iter().map(SourceRow::read).collect()
    }

    async fn source(&self, id: SourceId) -> StoreResult<Option<Source>> {
        let row: Option<SourceRow> = read!(self, |db| query_as(ONE).bind(id.to_string()).fetch_optional(db))?;
        row.map(SourceRow::read).transpose()
    }

    async fn signals(&self, id: SourceId) -> StoreResult<Vec<KeptSignal>> {
        let rows: Vec<SignalRow> = read!(self, |db| query_as(SIGNALS).bind(id.to_string()).fetch_all(db))?;
        rows.into_iter().map(SignalRow::read).collect()
    }
}

#[async_trait]
impl SourceWrites for Tx {
    async fn source(&mut self, id: SourceId) -> StoreResult<Option<Source>> {
        let row: Option<SourceRow> =
            within!(self, |db| query_as(ONE).bind(id.to_string()).fetch_optional(db))?;
        row.map(SourceRow::read).transpose()
    }

    async fn insert_source(&mut self, source: &Source) -> StoreResult<()> {
        let input = to_json(&source.input)?;
        execute!(
            self,
            query(INSERT)
                .bind(source.id.to_string())
                .bind(source.input.name.as_str())
                .bind(source.input.name.to_lowercase())
                .bind(input.as_str())
                .bind(micros(source.created_at))
        )?;
        Ok(())
    }

    async fn update_source(&mut self, id: SourceId, input: &SourceInput) -> StoreResult<bool> {
        let json = to_json(input)?;
        let done = execute!(
            self,
            query(UPDATE)
                .bind(id.to_string())
                .bind(input.name.as_str())
                .bind(input.name.to_lowercase())
                .bind(json.as_str())
        )?;
        Ok(done > 0)
    }

    async fn delete_source(&mut self, id: SourceId, at: Timestamp) -> StoreResult<bool> {
        let done = execute!(self, query(DELETE).bind(id.to_string()).bind(micros(at)))?;
        Ok(done > 0)
    }

    async fn record_scan(
        &mut self,
        id: SourceId,
        report: &ScanReport,
        held: &BTreeMap<ContentType, Drop>,
    ) -> StoreResult<()> {
        let (report_json, held_json) = (to_json(report)?, to_json(held)?);
        execute!(
            self,
            query(SET_SCAN).bind(id.to_string()).bind(report_json.as_str()).bind(held_json.as_str())
        )?;
        execute!(
            self,
            query(INSERT_SCAN)
                .bind(report.id.to_string())
                .bind(id.to_string())
                .bind(micros(report.started_at))
                .bind(report_json.as_str())
        )?;
        execute!(self, query(TRIM_SCANS).bind(id.to_string()))?;
        Ok(())
    }

    async fn keep_signals(&mut self, id: SourceId, signals: &[KeptSignal]) -> StoreResult<()> {
        let id = id.to_string();
        for kept in signals {
            execute!(
                self,
                query(KEEP_SIGNAL)
                    .bind(id.as_str())
                    .bind(kept.key.content_type.as_str())
                    .bind(kept.key.guid.as_str())
                    .bind(kept.hash.as_str())
                    .bind(kept.path.as_str())
                    .bind(kept.signal.0.as_str())
            )?;
        }
        Ok(())
    }

    async fn forget_signals(&mut self, id: SourceId, keys: &[ItemKey]) -> StoreResult<()> {
        let id = id.to_string();
        for key in keys {
            let (kind, guid) = (key.content_type.as_str(), key.guid.as_str());
            execute!(self, query(FORGET_SIGNAL).bind(id.as_str()).bind(kind).bind(guid))?;
        }
        Ok(())
    }

    async fn forget_all_signals(&mut self, id: SourceId) -> StoreResult<()> {
        execute!(self, query(FORGET_SIGNALS).bind(id.to_string()))?;
        Ok(())
    }
}
