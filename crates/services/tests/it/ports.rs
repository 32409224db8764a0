//! What the world gives to use cases: a store of their own, a clock that is set by hand, numbers that only count up,
//! and neither keys nor a Manage.

use domain::{net::Networks, secret::SecretPlace};
use jiff::Timestamp;
use manage::{Adapter, Lines, Patience};
use services::{
    Services, Settings,
    ports::{Clock, Random, SourceReader, Vault, vault::VaultError},
};
use std::sync::{
    Arc,
    atomic::{AtomicI64, AtomicU64, Ordering},
};
use storage::Database;
use tempfile::TempDir;

#[derive(Default)]
pub(crate) struct HandClock(AtomicI64);

impl HandClock {
    pub(crate) fn go_on(&self, seconds: i64) {
        self.0.fetch_add(seconds, Ordering::Relaxed);
    }
}

impl Clock for HandClock {
    fn now(&self) -> Timestamp {
        Timestamp::from_second(1_800_000_000 + self.0.load(Ordering::Relaxed)).unwrap()
    }
}

struct Counting(AtomicU64);

impl Random for Counting {
    fn fill(&self, bytes: &mut [u8]) {
        for chunk in bytes.chunks_mut(8) {
            let next = self.0.fetch_add(1, Ordering::Relaxed).to_le_bytes();
            chunk.copy_from_slice(&next[..chunk.len()]);
        }
    }
}

/// Nothing is sealed in these tests.
struct Nothing;

impl Vault for Nothing {
    fn seal(&self, _: &SecretPlace, _: &str) -> Result<String, VaultError> {
        Err(VaultError::NoKey)
    }
    fn open(&self, _: &SecretPlace, _: &str) -> Result<String, VaultError> {
        Err(VaultError::NoKey)
    }
    fn is_current(&self, _: &str) -> bool {
        true
    }
    fn renew(&self) -> Result<bool, VaultError> {
        Ok(false)
    }
    fn retire(&self) -> Result<(), VaultError> {
        Ok(())
    }
}

/// An SQLite that goes with its folder.
pub(crate) async fn database() -> (TempDir, Database) {
    let folder = tempfile::tempdir().unwrap();
    let url = format!("sqlite://{}", folder.path().join("tandem.db").display());
    let database = Database::connect(&url).await.unwrap();
    (folder, database)
}

/// Use cases with a reader of sources. Manage is never spoken to: what it answers is recorded by hand.
pub(crate) fn services(
    database: &Database,
    clock: &Arc<HandClock>,
    reader: Arc<dyn SourceReader>,
) -> Services {
    let psa = Adapter::new(Lines::new(Patience::default()), Networks::default(), clock.clone());
    Services::new(
        Arc::new(database.clone()),
        clock.clone(),
        Arc::new(Counting(AtomicU64::new(1))),
        reader,
        Arc::new(Nothing),
        Arc::new(psa),
        Settings::default(),
    )
}
