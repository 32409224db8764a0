//! A folder of exports for one test.

use crate::whole::Reading;
use automate::Reader;
use domain::{
    content::{Canonical, ContentType},
    source::{Connection, ScanIssue, SourceInput},
};
use services::ports::{
    SourceReader as _,
    reader::{KnownSignals, ReadError, ReadItem, SourceCheck},
};
use std::{fs, path::Path};
use tempfile::TempDir;

pub(crate) struct Room(TempDir);

impl Room {
    pub(crate) fn new() -> Self {
        Self(TempDir::new().unwrap())
    }

    /// A room with one file.
    pub(crate) fn with(name: &str, content: impl AsRef<[u8]>) -> Self {
        let room = Self::new();
        room.put(name, content);
        room
    }

    pub(crate) fn path(&self) -> &Path {
        self.0.path()
    }

    pub(crate) fn put(&self, name: &str, content: impl AsRef<[u8]>) {
        let file = self.path().join(name);
        fs::create_dir_all(file.parent().unwrap()).unwrap();
        fs::write(file, content).unwrap();
    }

    pub(crate) fn read(&self) -> Reading {
        read(self.path(), &[]).unwrap()
    }

    pub(crate) fn check(&self) -> SourceCheck {
        block_on(Reader::default().test(&source(self.path(), &[]))).unwrap()
    }
}

pub(crate) fn source(path: &Path, content_types: &[ContentType]) -> SourceInput {
    SourceInput {
        name: "Master".into(),
        connection: Connection::Folder { path: path.to_str().unwrap().into() },
        content_types: content_types.to_vec(),
        folders: vec![],
    }
}

/// On a thread of its own, so that async tests may ask as well.
fn block_on<T: Send>(work: impl Future<Output = T> + Send) -> T {
    let run =
        || tokio::runtime::Builder::new_multi_thread().worker_threads(1).build().unwrap().block_on(work);
    std::thread::scope(|scope| scope.spawn(run).join().unwrap())
}

pub(crate) fn read(path: &Path, content_types: &[ContentType]) -> Result<Reading, ReadError> {
    block_on(Reading::of(&Reader::default(), &source(path, content_types), &KnownSignals::default()))
}

/// The item of a type with this name.
pub(crate) fn item<'a>(reading: &'a Reading, kind: ContentType, name: &str) -> &'a ReadItem {
    let wanted = |item: &&ReadItem| item.canonical.content_type == kind && item.canonical.name == name;
    reading.items.iter().find(wanted).unwrap_or_else(|| panic!("no {kind} {name}: {:?}", reading.issues))
}

/// The only item of a one-file room.
pub(crate) fn only(name: &str, content: impl AsRef<[u8]>) -> Canonical {
    let reading = Room::with(name, content).read();
    assert_eq!(reading.issues, []);
    assert_eq!(reading.items.len(), 1);
    reading.items[0].canonical.clone()
}

/// Place, line, and whether content is hidden.
pub(crate) fn spots(issues: &[ScanIssue]) -> Vec<(&str, Option<u32>, bool)> {
    issues.iter().map(|issue| (issue.place.as_str(), issue.line, issue.hides_content)).collect()
}
