//! The two engines behind one face.

use crate::{line::Line, rows::fault};
use async_trait::async_trait;
use services::ports::store::{StoreResult, Transaction};
use sqlx::{PgPool, Postgres, Sqlite, SqlitePool};

/// The pools of one engine.
#[derive(Debug, Clone)]
pub(crate) enum Pools {
    /// A single writer, readers that never wait for it, and what folds the log back.
    Sqlite { writer: SqlitePool, reader: SqlitePool, folder: SqlitePool },
    /// One pool for both, and a line for what is asked all the time.
    Postgres(PgPool, Line),
}

/// A unit of work on one engine.
pub(crate) enum Tx {
    Sqlite(sqlx::Transaction<'static, Sqlite>),
    Postgres(sqlx::Transaction<'static, Postgres>),
}

#[async_trait]
impl Transaction for Tx {
    async fn commit(self: Box<Self>) -> StoreResult<()> {
        match *self {
            Self::Sqlite(tx) => tx.commit().await,
            Self::Postgres(tx) => tx.commit().await,
        }
        .map_err(fault)
    }
}

/// Runs an expression on a reading connection of either engine: `read!(self, |db| query(SQL).fetch_all(db))`.
macro_rules! read {
    ($database:expr, |$db:ident| $query:expr) => {
        match &$database.pools {
            crate::engine::Pools::Sqlite { reader: $db, .. } => $query.await,
            crate::engine::Pools::Postgres($db, _) => $query.await,
        }
        .map_err(crate::rows::fault)
    };
}

/// Runs a single statement that writes and answers, outside any unit of work.
macro_rules! write_one {
    ($database:expr, |$db:ident| $query:expr) => {
        match &$database.pools {
            crate::engine::Pools::Sqlite { writer: $db, .. } => $query.await,
            crate::engine::Pools::Postgres($db, _) => $query.await,
        }
        .map_err(crate::rows::fault)
    };
}

/// Runs an expression inside a unit of work: `within!(self, |db| query(SQL).execute(db))`.
macro_rules! within {
    ($tx:expr, |$db:ident| $query:expr) => {
        match $tx {
            crate::engine::Tx::Sqlite(tx) => {
                let $db = &mut **tx;
                $query.await
            }
            crate::engine::Tx::Postgres(tx) => {
                let $db = &mut **tx;
                $query.await
            }
        }
        .map_err(crate::rows::fault)
    };
}

/// Runs a statement inside a unit of work and says how many rows it touched.
macro_rules! execute {
    ($tx:expr, $query:expr) => {
        match $tx {
            crate::engine::Tx::Sqlite(tx) => $query.execute(&mut **tx).await.map(|done| done.rows_affected()),
            crate::engine::Tx::Postgres(tx) => {
                $query.execute(&mut **tx).await.map(|done| done.rows_affected())
            }
        }
        .map_err(crate::rows::fault)
    };
}

/// Runs a single statement outside any unit of work and says how many rows it touched.
macro_rules! execute_one {
    ($database:expr, $query:expr) => {
        match &$database.pools {
            crate::engine::Pools::Sqlite { writer, .. } => {
                $query.execute(writer).await.map(|done| done.rows_affected())
            }
            crate::engine::Pools::Postgres(pool, _) => {
                $query.execute(pool).await.map(|done| done.rows_affected())
            }
        }
        .map_err(crate::rows::fault)
    };
}

/// Binds a list of values whose number is only known at run time.
macro_rules! bind_all {
    ($query:expr, $values:expr) => {{
        let mut query = $query;
        for value in $values {
            query = match value {
                crate::dynamic::Value::Text(text) => query.bind(text.clone()),
                crate::dynamic::Value::Number(number) => query.bind(*number),
            };
        }
        query
    }};
}

pub(crate) use {bind_all, execute, execute_one, read, within, write_one};
