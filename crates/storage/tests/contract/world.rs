//! A fresh database of each engine, and builders of records.
#![allow(unreachable_pub, reason = "every case of this binary uses it")]

use domain::{
    client::ApiClient,
    content::{
        ContentHash, ContentType, Facets, Guid, ItemKey,
        lifecycle::{Lifecycle, Snapshot},
        review::Review,
    },
    ids::{ClientId, SourceId},
    source::{Connection, Source, SourceInput},
};
use jiff::Timestamp;
use services::ports::store::{Lane, Store as _, content::ItemRecord};
use std::{
    collections::BTreeMap,
    sync::atomic::{AtomicU64, Ordering},
};
use storage::Database;
use tempfile::TempDir;
use uuid::Uuid;

/// The engines.
#[derive(Debug, Clone, Copy)]
pub enum Engine {
    Sqlite,
    Postgres,
}

/// A database of its own.
pub struct World {
    pub database: Database,
    pub url: String,
    pub _folder: TempDir,
}

static COUNTER: AtomicU64 = AtomicU64::new(1);

/// An id that no other test has.
pub fn id() -> Uuid {
    Uuid::from_u128(
        (0x0193_5f6e_3c2a_7c3e_8f7a_0000_0000_0000) + u128::from(COUNTER.fetch_add(1, Ordering::Relaxed)),
    )
}

pub fn at(seconds: i64) -> Timestamp {
    Timestamp::from_second(1_800_000_000 + seconds).unwrap()
}

/// An API client of the ring of everyone, for all content types.
pub fn client(name: &str) -> ApiClient {
    ApiClient {
        id: ClientId(id()),
        name: name.into(),
        ring: "everyone".into(),
        content_types: None,
        created_at: at(0),
        last_seen_at: None,
        last_revision: None,
        reported_errors: 0,
        receiver_version: None,
        old_secret_until: None,
        scope_revision: 0,
        exceptions: vec![],
    }
}

/// A place for a database of its own.
pub fn empty(engine: Engine) -> (String, TempDir) {
    let folder = tempfile::tempdir().unwrap();
    let url = match engine {
        Engine::Sqlite => format!("sqlite://{}", folder.path().join("tandem.db").display()),
        Engine::Postgres => {
            let base = std::env::var("TANDEM_TEST_POSTGRES")
                .expect("TANDEM_TEST_POSTGRES is not set: run `cargo xtask test`, which starts a PostgreSQL");
            let name = format!("contract_{}_{}", std::process::id(), COUNTER.fetch_add(1, Ordering::Relaxed));
            let made = std::process::Command::new("psql")
                .args([&base, "-qc", &format!("CREATE DATABASE {name}")])
                .status()
                .unwrap();
            assert!(made.success());
            format!("{}/{name}", base.trim_end_matches("/postgres"))
        }
    };
    (url, folder)
}

impl World {
    pub async fn on(engine: Engine) -> Self {
        let (url, folder) = empty(engine);
        Self { database: Database::connect(&url).await.unwrap(), url, _folder: folder }
    }

    pub async fn source(&self, name: &str) -> SourceId {
        let connection = Connection::Folder { path: "/srv/x".into() };
        let input = SourceInput { name: name.into(), connection, content_types: vec![], folders: vec![] };
        let source =
            Source { id: SourceId(id()), input, created_at: at(0), last_scan: None, held: BTreeMap::new() };
        let mut tx = self.database.begin(Lane::Content).await.unwrap();
        tx.insert_source(&source).await.unwrap();
        tx.commit().await.unwrap();
        source.id
    }

    pub async fn save(&self, items: &[ItemRecord]) {
        let mut tx = self.database.begin(Lane::Content).await.unwrap();
        tx.save_items(items).await.unwrap();
        tx.commit().await.unwrap();
    }
}

pub fn snapshot(text: &str) -> Snapshot {
    let hash = |part: &str| ContentHash::of(format!("{part} {text}").as_bytes());
    Snapshot {
        hash: ContentHash::of(text.as_bytes()),
        facets: Facets { body: hash("body"), placement: hash("placement"), switches: hash("switches") },
    }
}

pub fn key(number: u32) -> ItemKey {
    ItemKey::new(
        ContentType::Scripts,
        Guid::parse(&format!("{number:08x}-0000-4000-8000-00000000beef")).unwrap(),
    )
}

pub fn item(source: SourceId, number: u32, name: &str) -> ItemRecord {
    ItemRecord {
        key: key(number),
        source_id: source,
        local_id: (!number.is_multiple_of(3)).then_some(i64::from(number)),
        name: name.into(),
        path: "ProVal / Disks".into(),
        lifecycle: Lifecycle::discovered(snapshot(name)),
        version: None,
        updated_at: Some(at(1)),
        updated_by: Some("ada".into()),
        first_seen_at: at(0),
        last_seen_at: at(0),
        approved_by: None,
        approved_at: None,
        approval_note: None,
        depends_on: vec![],
        review: Review::default(),
    }
}

/// One case on both engines.
#[macro_export]
macro_rules! contract {
    ($($name:ident),+ $(,)?) => {
        mod sqlite { $(#[tokio::test(flavor = "multi_thread")] async fn $name() { super::$name($crate::world::World::on($crate::world::Engine::Sqlite).await).await; })+ }
        mod postgres { $(#[tokio::test(flavor = "multi_thread")] async fn $name() { super::$name($crate::world::World::on($crate::world::Engine::Postgres).await).await; })+ }
    };
}
