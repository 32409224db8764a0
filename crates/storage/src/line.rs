//! A connection of its own for the two questions that are asked of a shared database all the time: what counts as now for
//! the pull API, and the newest change of alerts.
//!
//! A pool asks PostgreSQL three times more for every question (is the connection alive, roll back, is it alive): here
//! the question itself is all.

use crate::{Database, engine::Pools, rows::fault};
use services::ports::store::StoreResult;
use sqlx::{Connection as _, PgConnection, postgres::PgConnectOptions, query_as};
use std::{sync::Arc, time::Duration};
use tokio::{sync::Mutex, time::timeout};

/// How long an answer may take.
const PATIENCE: Duration = Duration::from_secs(5);

/// A connection that is opened when it is first needed, and opened again when it broke.
#[derive(Debug, Clone)]
pub(crate) struct Line {
    options: Arc<PgConnectOptions>,
    kept: Arc<Mutex<Kept>>,
}

#[derive(Debug)]
enum Kept {
    Nothing,
    Open(PgConnection),
    Closed,
}

impl Database {
    /// The one row of two numbers that a statement answers, for what is asked all the time.
    pub(crate) async fn ask(&self, sql: &'static str) -> StoreResult<(i64, i64)> {
        match &self.pools {
            Pools::Sqlite { reader, .. } => query_as(sql).fetch_one(reader).await,
            Pools::Postgres(_, line) => line.ask(sql).await,
        }
        .map_err(fault)
    }
}

impl Line {
    pub(crate) fn new(options: PgConnectOptions) -> Self {
        Self { options: Arc::new(options), kept: Arc::new(Mutex::new(Kept::Nothing)) }
    }

    /// Asks for one row of two numbers, one after the other. A task of its own asks: a caller that hangs up in the middle
    /// would leave half an answer behind, and the connection would have to be opened anew.
    async fn ask(&self, sql: &'static str) -> Result<(i64, i64), sqlx::Error> {
        let line = self.clone();
        let asking = tokio::spawn(async move { timeout(PATIENCE, line.asked(sql)).await });
        match asking.await {
            Ok(Ok(found)) => found,
            Ok(Err(_)) => Err(sqlx::Error::PoolTimedOut),
            Err(_) => Err(sqlx::Error::WorkerCrashed),
        }
    }

    async fn asked(&self, sql: &'static str) -> Result<(i64, i64), sqlx::Error> {
        let mut kept = self.kept.lock().await;
        // Taken out: a question that takes too long leaves no half-read answer behind.
        match std::mem::replace(&mut *kept, Kept::Nothing) {
            Kept::Closed => {
                *kept = Kept::Closed;
                return Err(sqlx::Error::PoolClosed);
            }
            Kept::Open(mut connection) => match query_as(sql).fetch_one(&mut connection).await {
                Ok(found) => {
                    *kept = Kept::Open(connection);
                    return Ok(found);
                }
                // The server closed it since, perhaps because it started anew: a fresh one shows.
                Err(error) => tracing::debug!(%error, "the line is opened again"),
            },
            Kept::Nothing => {}
        }
        let mut connection = PgConnection::connect_with(&self.options).await?;
        let found = query_as(sql).fetch_one(&mut connection).await?;
        *kept = Kept::Open(connection);
        Ok(found)
    }

    /// Closes it for good.
    pub(crate) async fn close(&self) {
        let mut kept = self.kept.lock().await;
        if let Kept::Open(connection) = std::mem::replace(&mut *kept, Kept::Closed) {
            // Nothing is left to be done when the server is gone already.
            let _ = connection.close().await;
        }
    }
}
