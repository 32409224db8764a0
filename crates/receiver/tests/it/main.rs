//! A receiver at work, against a pull API that signs, serves deltas and lies where a test says so.
#![allow(clippy::unwrap_used, clippy::panic, missing_docs, reason = "a test stops at the first surprise")]

mod folder;
mod order;
mod refusals;
mod server;
mod states;
mod target;
mod verification;

use domain::content::{Canonical, ContentType, Guid, ItemKey, Reference, canonical::FORMAT};
use receiver::{Home, Outcome, ReceiverError, Selection, Session, SyncRequest, SyncResult};
use serde_json::{Map, Value};
use server::Server;
use target::Shelf;
use tempfile::TempDir;

/// A connected receiver whose target is in memory.
struct Place {
    server: Server,
    shelf: Shelf,
    folder: TempDir,
}

impl Place {
    /// Connected with a server that offers these.
    async fn offering(items: &[Canonical]) -> Self {
        let server = Server::start().await;
        server.publish(items);
        let place = Self { server, shelf: Shelf::default(), folder: tempfile::tempdir().unwrap() };
        place.connect().await;
        place
    }

    async fn connect(&self) {
        Home::init(self.folder.path(), &self.server.url, "Acme", server::SECRET).await.unwrap();
    }

    fn home(&self) -> Home {
        Home::open(self.folder.path()).unwrap()
    }

    fn session(&self) -> Session {
        let home = self.home();
        home.work_on(home.take().unwrap(), Box::new(self.shelf.clone())).unwrap()
    }

    async fn sync(&self) -> Result<Vec<SyncResult>, ReceiverError> {
        self.session().sync(&MASS).await
    }

    async fn states(&self) -> Vec<(String, &'static str)> {
        let rows = self.session().status(None).await.unwrap();
        rows.into_iter().map(|row| (row.name, row.state.as_str())).collect()
    }

    /// What the receiver keeps of its own.
    fn kept(&self, file: &str) -> Option<String> {
        std::fs::read_to_string(self.folder.path().join(".tandem").join(file)).ok()
    }
}

const MASS: SyncRequest = SyncRequest { selection: Selection::Mass(None), dry_run: false, force: false };

/// An item whose GUID follows from its number.
fn item(kind: ContentType, number: u32, name: &str, needs: &[&Canonical]) -> Canonical {
    let mut body = Map::new();
    body.insert("notes".into(), name.into());
    Canonical {
        format: FORMAT,
        content_type: kind,
        guid: Guid::parse(&format!("{number:08x}-0000-4000-8000-000000000001")).unwrap(),
        name: name.into(),
        body,
        placement: vec![],
        switches: Map::new(),
        depends_on: needs.iter().map(|needed| Reference::to(needed.content_type, &needed.guid)).collect(),
    }
}

fn script(number: u32, name: &str) -> Canonical {
    item(ContentType::Scripts, number, name, &[])
}

/// The same item with another body.
fn edited(content: &Canonical, notes: &str) -> Canonical {
    let mut content = content.clone();
    content.body.insert("notes".into(), Value::from(notes));
    content
}

fn key(content: &Canonical) -> ItemKey {
    ItemKey::new(content.content_type, content.guid.clone())
}

/// What went wrong, by name.
fn failures(results: &[SyncResult]) -> Vec<(String, String)> {
    let failed = results.iter().filter_map(|result| match &result.outcome {
        Outcome::Failed { message } => Some((result.name.clone(), message.clone())),
        Outcome::Done => None,
    });
    failed.collect()
}
