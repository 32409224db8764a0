//! Sync windows and a person's opening of them.

use crate::{
    Database,
    engine::{Tx, execute, read},
    rows::{Place, to_json},
};
use async_trait::async_trait;
use domain::window::{Opening, SyncWindows};
use services::ports::store::{StoreResult, WindowReads, WindowWrites};
use sqlx::{query, query_as};

#[async_trait]
impl WindowReads for Database {
    async fn sync_windows(&self) -> StoreResult<(SyncWindows, Option<Opening>)> {
        let sql = "SELECT windows, opening FROM sync_windows WHERE id = 1";
        let (windows, opening): (String, Option<String>) = read!(self, |db| query_as(sql).fetch_one(db))?;
        let opening = opening.map(|json| Place("sync_windows", "opening").json(&json)).transpose()?;
        Ok((Place("sync_windows", "windows").json(&windows)?, opening))
    }
}

#[async_trait]
impl WindowWrites for Tx {
    async fn keep_windows(&mut self, windows: &SyncWindows) -> StoreResult<()> {
        let json = to_json(windows)?;
        execute!(self, query("UPDATE sync_windows SET windows = $1 WHERE id = 1").bind(json.as_str()))?;
        Ok(())
    }

    async fn keep_opening(&mut self, opening: Option<&Opening>) -> StoreResult<()> {
        let json = opening.map(to_json).transpose()?;
        execute!(self, query("UPDATE sync_windows SET opening = $1 WHERE id = 1").bind(json.as_deref()))?;
        Ok(())
    }
}
