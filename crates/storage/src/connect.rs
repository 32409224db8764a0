//! Opening a database, bringing it up to date, and starting units of work.

use crate::{
    engine::{Pools, Tx},
    folding::{fold, tell_of_commits},
    line::Line,
    rows::fault,
};
use async_trait::async_trait;
use jiff::Timestamp;
use services::ports::store::{Lane, Store, StoreError, StoreResult, Transaction};
use sqlx::{
    ConnectOptions as _, Connection as _, Executor as _,
    postgres::{PgConnectOptions, PgPoolOptions},
    query_scalar,
    sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous},
};
use std::{
    path::{Path, PathBuf},
    str::FromStr,
    time::Duration,
};
use tokio::sync::mpsc::channel;

const CLOCK: &str = "SELECT (EXTRACT(EPOCH FROM clock_timestamp()) * 1000000)::BIGINT";
/// How long a caller waits for a connection.
const ACQUIRE: Duration = Duration::from_secs(5);
/// How long SQLite waits for another process.
const BUSY: Duration = Duration::from_secs(5);
/// Reading connections of SQLite.
const READERS: u32 = 4;
/// Connections to PostgreSQL, beside the one of [`Line`].
const POSTGRES_CONNECTIONS: u32 = 10;
/// A connection to PostgreSQL that was used this short a time ago needs no question whether it lives: it was asked
/// when it was given back.
const FRESH: Duration = Duration::from_secs(1);

/// Why a database cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum ConnectError {
    /// The address is of neither engine.
    #[error("`{0}` is not a database address: use sqlite:///path/tandem.db or postgres://user@host/name")]
    Address(String),
    /// The folder of the SQLite file is missing.
    #[error("the folder {0} does not exist: make it, or name another path")]
    Folder(String),
    /// The database refuses.
    #[error("cannot open the database: {0}")]
    Open(sqlx::Error),
    /// A migration failed; nothing of it was kept.
    #[error("cannot bring the database up to date: {0}")]
    Migrate(sqlx::migrate::MigrateError),
}

/// An open database of either engine. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Database {
    pub(crate) pools: Pools,
}

impl Database {
    /// Opens `sqlite://PATH` (made if it is missing) or `postgres://…`, and brings it up to date.
    pub async fn connect(url: &str) -> Result<Self, ConnectError> {
        let pools = if url.starts_with("sqlite:") {
            open_sqlite(url).await?
        } else if url.starts_with("postgres:") || url.starts_with("postgresql:") {
            open_postgres(url).await?
        } else {
            return Err(ConnectError::Address(url.split("://").next().unwrap_or_default().to_owned()));
        };
        Ok(Self { pools })
    }

    /// The file of an SQLite database.
    pub fn file(&self) -> Option<PathBuf> {
        match &self.pools {
            Pools::Sqlite { writer, .. } => Some(writer.connect_options().get_filename().to_owned()),
            Pools::Postgres(..) => None,
        }
    }

    /// By how many seconds this machine's clock, which says `now`, is ahead of the database server's; none for SQLite,
    /// which has no other clock. Leases are set by the one and judged by others (`docs/operations.md`).
    pub async fn clock_ahead(&self, now: Timestamp) -> StoreResult<Option<i64>> {
        let Pools::Postgres(pool, _) = &self.pools else { return Ok(None) };
        let there: i64 = query_scalar(CLOCK).fetch_one(pool).await.map_err(fault)?;
        Ok(Some((now.as_microsecond() - there) / 1_000_000))
    }

    /// Closes every connection.
    pub async fn close(&self) {
        match &self.pools {
            Pools::Sqlite { writer, reader, folder } => {
                folder.close().await;
                reader.close().await;
                writer.close().await;
            }
            Pools::Postgres(pool, line) => {
                line.close().await;
                pool.close().await;
            }
        }
    }
}

async fn open_sqlite(url: &str) -> Result<Pools, ConnectError> {
    let options = SqliteConnectOptions::from_str(url)
        .map_err(ConnectError::Open)?
        .create_if_missing(true)
        .journal_mode(SqliteJournalMode::Wal)
        // At NORMAL a power cut may undo the last commits: "accepted" must mean "kept".
        .synchronous(SqliteSynchronous::Full)
        .busy_timeout(BUSY)
        .foreign_keys(true)
        .disable_statement_logging();
    let folder = options.get_filename().parent().unwrap_or(Path::new("."));
    if !folder.as_os_str().is_empty() && !folder.is_dir() {
        return Err(ConnectError::Folder(folder.display().to_string()));
    }
    make_private(options.get_filename());
    let pool = |connections| SqlitePoolOptions::new().max_connections(connections).acquire_timeout(ACQUIRE);
    let (committed, commits) = channel(1);
    let writer = pool(1).after_connect(move |connection, _| {
        let committed = committed.clone();
        Box::pin(async move { tell_of_commits(connection, committed).await })
    });
    let writer = writer.connect_with(options.clone()).await.map_err(ConnectError::Open)?;
    sqlx::migrate!("./migrations/sqlite").run(&writer).await.map_err(ConnectError::Migrate)?;
    let options = options.create_if_missing(false);
    let folder = pool(1).connect_lazy_with(options.clone());
    tokio::spawn(fold(folder.clone(), commits));
    let reader =
        pool(READERS).connect_with(options.pragma("query_only", "ON")).await.map_err(ConnectError::Open)?;
    Ok(Pools::Sqlite { writer, reader, folder })
}

/// The file holds password hashes: nobody else on the machine reads it.
fn make_private(file: &Path) {
    use std::os::unix::fs::OpenOptionsExt as _;
    let made = std::fs::OpenOptions::new().create_new(true).write(true).mode(0o600).open(file);
    if let Err(error) = made.map(drop)
        && error.kind() != std::io::ErrorKind::AlreadyExists
    {
        tracing::debug!(%error, "the database file is left to the driver to make");
    }
}

async fn open_postgres(url: &str) -> Result<Pools, ConnectError> {
    let unlimited = PgConnectOptions::from_str(url).map_err(ConnectError::Open)?.disable_statement_logging();
    let options = unlimited.clone().options([("statement_timeout", "60s")]);
    let pool = PgPoolOptions::new()
        .max_connections(POSTGRES_CONNECTIONS)
        .acquire_timeout(ACQUIRE)
        .test_before_acquire(false)
        .before_acquire(|connection, told| {
            Box::pin(async move {
                if told.idle_for > FRESH {
                    connection.ping().await?;
                }
                Ok(true)
            })
        })
        // sqlx 0.9.0 can hand a connection back inside a transaction when a caller is cancelled in `begin`;
        // whoever borrows it next must not stand in that transaction.
        .after_release(|connection, _| {
            Box::pin(async move {
                connection.execute("ROLLBACK").await?;
                Ok(true)
            })
        })
        .connect_with(options.clone())
        .await
        .map_err(ConnectError::Open)?;
    migrate_postgres(unlimited).await?;
    Ok(Pools::Postgres(pool, Line::new(options)))
}

/// On a connection of its own: a migration over many rows may take minutes, and so may the wait for another replica
/// that is at it.
async fn migrate_postgres(options: PgConnectOptions) -> Result<(), ConnectError> {
    let options = options.options([("statement_timeout", "0")]);
    let mut connection = options.connect().await.map_err(ConnectError::Open)?;
    sqlx::migrate!("./migrations/postgres").run(&mut connection).await.map_err(ConnectError::Migrate)?;
    connection.close().await.map_err(ConnectError::Open)
}

#[async_trait]
impl Store for Database {
    async fn begin(&self, lane: Lane) -> StoreResult<Box<dyn Transaction>> {
        let pools = self.pools.clone();
        // In a task of its own: a caller that is cancelled here leaves a whole transaction behind, which is
        // rolled back when it is dropped, and not half of one.
        let begun = tokio::spawn(async move { begin(pools, lane).await });
        let tx = begun.await.map_err(|error| StoreError::Driver(error.to_string()))?.map_err(fault)?;
        Ok(Box::new(tx))
    }

    async fn ping(&self) -> StoreResult<()> {
        let one: i64 =
            crate::engine::read!(self, |db| sqlx::query_scalar("SELECT revision FROM epochs WHERE id = 1")
                .fetch_one(db))?;
        if one < 0 { Err(StoreError::Driver("the revision is negative".into())) } else { Ok(()) }
    }

    fn is_shared(&self) -> bool {
        matches!(self.pools, Pools::Postgres(..))
    }
}

async fn begin(pools: Pools, lane: Lane) -> Result<Tx, sqlx::Error> {
    match pools {
        // A deferred transaction that reads first fails under load, and no timeout saves it.
        Pools::Sqlite { writer, .. } => Ok(Tx::Sqlite(writer.begin_with("BEGIN IMMEDIATE").await?)),
        Pools::Postgres(pool, _) => {
            let mut tx = pool.begin().await?;
            // Always in this order, so that two that want both cannot wait for one another.
            let locks: &[i64] = match lane {
                Lane::Content => &[7_326_001],
                Lane::Accounts => &[7_326_002],
                Lane::Alerts => &[7_326_003],
                Lane::Both => &[7_326_001, 7_326_002],
            };
            for lock in locks {
                sqlx::query("SELECT pg_advisory_xact_lock($1)").bind(lock).execute(&mut *tx).await?;
            }
            Ok(Tx::Postgres(tx))
        }
    }
}
