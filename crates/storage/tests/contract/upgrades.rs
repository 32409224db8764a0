//! Databases from before a migration that fills something in.

use crate::world::{Engine, World, empty};
use domain::{alert::AlertFilter, page::PageRequest};
use services::ports::store::AlertReads as _;
use sqlx::{
    ConnectOptions as _, Connection as _, Executor as _, PgConnection, migrate::Migrator,
    sqlite::SqliteConnectOptions,
};
use std::{path::Path, str::FromStr as _};
use storage::Database;

/// The number of the migration that indexes the texts of alerts.
const TEXTS: i64 = 31;
const OLD_ALERTS: &str = "INSERT INTO alerts (id, created_at, opened_at, state, title, category, category_folded,
    severity, agreed, carried, revision, search_text)
  VALUES ('01935f6e-3c2a-7c3e-8f7a-000000000001', 1, 1, 'open', 'Disk', 'a', 'a', 'high', 'open', 'nothing', 1, 'disk full'),
    ('01935f6e-3c2a-7c3e-8f7a-000000000002', 1, 1, 'open', 'Fan', 'a', 'a', 'high', 'open', 'nothing', 2, 'fan full')";
/// Refuses to change a schema under a time limit.
const NO_LIMIT: &str = "CREATE FUNCTION refuse_limits() RETURNS event_trigger LANGUAGE plpgsql AS $$
    BEGIN
      IF current_setting('statement_timeout') <> '0' THEN RAISE EXCEPTION 'there is a time limit'; END IF;
    END $$;
  CREATE EVENT TRIGGER no_limits ON ddl_command_start EXECUTE FUNCTION refuse_limits();";

/// The migrations before one.
async fn older(folder: &str, migration: i64) -> Migrator {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("migrations").join(folder);
    let all = Migrator::new(folder.as_path()).await.unwrap();
    Migrator::with_migrations(all.iter().filter(|one| one.version < migration).cloned().collect())
}

/// Brings an empty database up to where it stood before a migration, then runs a statement.
async fn before(engine: Engine, url: &str, migration: i64, statement: &'static str) {
    match engine {
        Engine::Sqlite => {
            let options = SqliteConnectOptions::from_str(url).unwrap().create_if_missing(true);
            let mut connection = options.connect().await.unwrap();
            older("sqlite", migration).await.run(&mut connection).await.unwrap();
            connection.execute(statement).await.unwrap();
            connection.close().await.unwrap();
        }
        Engine::Postgres => {
            let mut connection = PgConnection::connect(url).await.unwrap();
            older("postgres", migration).await.run(&mut connection).await.unwrap();
            connection.execute(statement).await.unwrap();
            connection.close().await.unwrap();
        }
    }
}

async fn texts_from_before_are_found(engine: Engine) {
    let (url, _folder) = empty(engine);
    before(engine, &url, TEXTS, OLD_ALERTS).await;
    let world = World { database: Database::connect(&url).await.unwrap(), url, _folder };
    for (text, found) in [("disk", 1), ("full", 2), ("fan f", 1), ("gone", 0)] {
        let filter = AlertFilter { q: Some(text.into()), ..AlertFilter::default() };
        let page = world.database.alerts(&filter, &PageRequest::default()).await.unwrap();
        assert_eq!((page.items.len(), page.total), (found, found as u64), "{text}");
    }
}

/// While replicas are upgraded one by one, those of the version before still raise alerts.
#[tokio::test(flavor = "multi_thread")]
async fn replicas_of_the_version_before_still_raise_alerts() {
    let world = World::on(Engine::Postgres).await;
    let mut older = PgConnection::connect(&world.url).await.unwrap();
    older.execute(OLD_ALERTS).await.unwrap();
    older.close().await.unwrap();
    let filter = AlertFilter { q: Some("full".into()), ..AlertFilter::default() };
    assert_eq!(world.database.alerts(&filter, &PageRequest::default()).await.unwrap().total, 2);
}

/// A migration over many rows takes as long as it takes, however long other statements may.
#[tokio::test(flavor = "multi_thread")]
async fn migrations_have_no_time_limit() {
    let (url, _folder) = empty(Engine::Postgres);
    let mut owner = PgConnection::connect(&url).await.unwrap();
    owner.execute(NO_LIMIT).await.unwrap();
    owner.close().await.unwrap();
    Database::connect(&url).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn texts_from_before_are_found_on_sqlite() {
    texts_from_before_are_found(Engine::Sqlite).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn texts_from_before_are_found_on_postgres() {
    texts_from_before_are_found(Engine::Postgres).await;
}
