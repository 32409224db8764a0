//! One source with one script.

use crate::ports::{self, HandClock};
use async_trait::async_trait;
use domain::{
    account::Actor,
    content::{Canonical, ContentHash, ContentType, Guid, ItemKey, canonical::FORMAT, view::Seen},
    ids::SourceId,
    source::{Connection, ScanReport, SourceCheck, SourceInput},
};
use serde_json::{Map, json};
use services::{
    Services,
    content::Collected,
    ports::{
        SourceReader,
        reader::{ItemSink, KnownSignals, ReadError, ReadItem, Reading},
        store::ContentReads as _,
    },
};
use std::sync::{
    Arc, Mutex,
    atomic::{AtomicU64, Ordering},
};
use storage::Database;
use tempfile::TempDir;

pub(crate) const DAY: i64 = 24 * 60 * 60;

/// A source with one script, whose reading may take days.
#[derive(Default)]
struct Shelf {
    text: Mutex<String>,
    readings: AtomicU64,
    /// What happens between the moment that the script was handed over and the end of the next reading: so many days
    /// go by, and the job runs on each.
    pause: Mutex<Option<(Services, Arc<HandClock>, usize)>>,
}

fn script(text: &str) -> Canonical {
    Canonical {
        format: FORMAT,
        content_type: ContentType::Scripts,
        guid: Guid::parse("88dfaf30-aea8-11e7-aeca-005056a37e1b").unwrap(),
        name: "Reset spooler".into(),
        body: json!({ "text": text }).as_object().cloned().unwrap(),
        placement: vec![],
        switches: Map::new(),
        depends_on: vec![],
    }
}

#[async_trait]
impl SourceReader for Shelf {
    async fn test(&self, _: &SourceInput) -> Result<SourceCheck, ReadError> {
        Err(ReadError::Unavailable("nobody asks".into()))
    }

    async fn read(
        &self,
        _: &SourceInput,
        _: &KnownSignals,
        sink: &mut dyn ItemSink,
    ) -> Result<Reading, ReadError> {
        self.readings.fetch_add(1, Ordering::Relaxed);
        let canonical = script(&self.text.lock().unwrap());
        let item = ReadItem { canonical, local_id: None, updated_at: None, updated_by: None, signal: None };
        sink.take(vec![item]).await?;
        let pause = self.pause.lock().unwrap().take();
        if let Some((services, clock, days)) = pause {
            for _ in 0..days {
                clock.go_on(DAY + 1);
                services.content().collect_unused().await.unwrap();
            }
        }
        Ok(Reading::default())
    }
}

pub(crate) struct World {
    pub(crate) services: Services,
    pub(crate) clock: Arc<HandClock>,
    database: Database,
    shelf: Arc<Shelf>,
    source: SourceId,
    _folder: TempDir,
}

pub(crate) fn actor() -> Actor {
    Actor::system("test")
}

fn input(name: &str) -> SourceInput {
    let connection = Connection::Folder { path: "/srv/x".into() };
    SourceInput { name: name.into(), connection, content_types: vec![], folders: vec![] }
}

impl World {
    pub(crate) async fn new() -> Self {
        let (folder, database) = ports::database().await;
        let (clock, shelf) = (Arc::new(HandClock::default()), Arc::new(Shelf::default()));
        let services = ports::services(&database, &clock, shelf.clone());
        services.schedules().ensure().await.unwrap();
        let source = services.sources().create(&actor(), input("Master")).await.unwrap().id;
        Self { services, clock, database, shelf, source, _folder: folder }
    }

    /// The script says something else on the source from now on.
    pub(crate) fn write(&self, text: &str) {
        text.clone_into(&mut self.shelf.text.lock().unwrap());
    }

    pub(crate) async fn read(&self) -> ScanReport {
        self.read_from(self.source).await
    }

    pub(crate) async fn read_from(&self, source: SourceId) -> ScanReport {
        self.services.sources().scan(&actor(), source).await.unwrap()
    }

    /// Another source that holds the same script.
    pub(crate) async fn second_source(&self) -> SourceId {
        self.services.sources().create(&actor(), input("Copy")).await.unwrap().id
    }

    /// The next reading takes days; says how many readings there were before.
    pub(crate) fn let_the_next_reading_take(&self, days: usize) -> u64 {
        *self.shelf.pause.lock().unwrap() = Some((self.services.clone(), self.clock.clone(), days));
        self.readings()
    }

    pub(crate) fn readings(&self) -> u64 {
        self.shelf.readings.load(Ordering::Relaxed)
    }

    pub(crate) async fn is_kept(&self, text: &str) -> bool {
        let hash: ContentHash = script(text).hash();
        self.database.blob(&hash).await.unwrap().is_some()
    }

    /// Approves the script as the source has it, and syncs it to production.
    pub(crate) async fn publish(&self) {
        let canonical = script(&self.shelf.text.lock().unwrap());
        let seen = Seen { candidate_hash: Some(canonical.hash()), guid: canonical.guid };
        let content = self.services.content();
        let told = content.approve(&actor(), ContentType::Scripts, vec![seen], None).await.unwrap();
        assert!(told.iter().all(|item| item.ok), "{told:?}");
        content.sync(&actor(), ContentType::Scripts, None).await.unwrap();
    }

    /// The script's key.
    pub(crate) fn key() -> ItemKey {
        ItemKey::new(ContentType::Scripts, script("").guid)
    }

    /// What Tandem shows of the script.
    pub(crate) async fn shown(&self) -> String {
        self.services.content().raw(&actor(), &Self::key(), None).await.unwrap()
    }

    pub(crate) async fn collect(&self) -> Collected {
        self.services.content().collect_unused().await.unwrap()
    }

    /// Runs what is due; what the job said, if it was among it.
    pub(crate) async fn run_job(&self) -> Option<String> {
        let name = domain::schedule::CONTENT_CLEANUP;
        let ran = self.services.run_due("here").await.unwrap();
        let jobs = self.services.schedules().list(&actor()).await.unwrap();
        let job = jobs.into_iter().find(|job| job.name == name).unwrap();
        job.last_summary.filter(|_| ran.iter().any(|ran| ran == name))
    }
}
