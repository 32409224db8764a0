//! What was installed: one line per change, appended and made durable before the next step.
//!
//! A kill at any point leaves lines that tell the truth: a file is written before its line, and a line that was
//! cut off is ignored. Opening the journal finishes what a kill interrupted and writes it anew, short.

use crate::{ReceiverError, files::write_atomically, folder};
use domain::{
    content::{ContentHash, ItemKey},
    pull::ManifestItem,
};
use serde::{Deserialize, Serialize};
use std::{
    collections::BTreeMap,
    fs::{self, File, OpenOptions},
    io::{ErrorKind, Write as _},
    path::{Path, PathBuf},
};

/// One installed item.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Installed {
    /// Which item.
    #[serde(flatten)]
    pub key: ItemKey,
    /// The name it had.
    pub name: String,
    /// The version.
    pub version: u32,
    /// The content that was written.
    pub content_hash: ContentHash,
    /// Where its file stands.
    pub place: PathBuf,
    /// Where its file stood before; to be removed once this line is durable.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub replaces: Option<PathBuf>,
}

#[derive(Serialize, Deserialize)]
#[serde(tag = "did", rename_all = "snake_case")]
enum Line {
    Installed(Installed),
    Removed { key: ItemKey },
}

/// The journal of one target.
pub(super) struct Journal {
    root: PathBuf,
    path: PathBuf,
    items: BTreeMap<ItemKey, Installed>,
    file: File,
}

impl Journal {
    /// Opens the journal of `root`, kept in `state`.
    pub(super) fn open(root: &Path, state: &Path) -> Result<Self, ReceiverError> {
        let path = state.join("journal.jsonl");
        let mut items = read(&path)?;
        for item in items.values_mut() {
            if let Some(old) = item.replaces.take().filter(|old| *old != item.place) {
                folder::remove(root, &old)?;
            }
        }
        let mut text = Vec::new();
        for item in items.values() {
            text.extend(line(&Line::Installed(item.clone()))?);
        }
        write_atomically(&path, &text, 0o644)?;
        let file = OpenOptions::new().append(true).open(&path).map_err(ReceiverError::file(&path))?;
        Ok(Self { root: root.to_owned(), path, items, file })
    }

    /// What is installed of an item.
    pub(super) fn get(&self, key: &ItemKey) -> Option<&Installed> {
        self.items.get(key)
    }

    /// Everything that is installed.
    pub(super) fn iter(&self) -> impl Iterator<Item = &Installed> {
        self.items.values()
    }

    /// Installs an item: file, then line, then the old file goes.
    pub(super) fn install(&mut self, item: &ManifestItem, bytes: &[u8]) -> Result<(), ReceiverError> {
        let place = folder::place(item);
        folder::write(&self.root, &place, bytes)?;
        let key = item.key();
        let replaces = self.items.get(&key).map(|old| old.place.clone()).filter(|old| *old != place);
        let installed = Installed {
            key: key.clone(),
            name: item.name.clone(),
            version: item.version,
            content_hash: item.content_hash.clone(),
            place,
            replaces: replaces.clone(),
        };
        self.append(&Line::Installed(installed.clone()))?;
        self.items.insert(key, installed);
        replaces.map_or(Ok(()), |old| folder::remove(&self.root, &old))
    }

    /// Removes an item: file, then line. A kill in between leaves a line without a file, which reads as not
    /// installed.
    pub(super) fn remove(&mut self, key: &ItemKey) -> Result<(), ReceiverError> {
        if let Some(installed) = self.items.get(key) {
            folder::remove(&self.root, &installed.place)?;
            self.append(&Line::Removed { key: key.clone() })?;
            self.items.remove(key);
        }
        Ok(())
    }

    fn append(&mut self, entry: &Line) -> Result<(), ReceiverError> {
        let text = line(entry)?;
        self.file
            .write_all(&text)
            .and_then(|()| self.file.sync_data())
            .map_err(ReceiverError::file(&self.path))
    }
}

fn line(entry: &Line) -> Result<Vec<u8>, ReceiverError> {
    let mut text = serde_json::to_vec(entry).map_err(|error| ReceiverError::Damaged(error.to_string()))?;
    text.push(b'\n');
    Ok(text)
}

fn read(path: &Path) -> Result<BTreeMap<ItemKey, Installed>, ReceiverError> {
    let bytes = match fs::read(path) {
        Err(error) if error.kind() == ErrorKind::NotFound => Vec::new(),
        read => read.map_err(ReceiverError::file(path))?,
    };
    let mut items = BTreeMap::new();
    // Not as text: a line may be cut in the middle of a character.
    for entry in bytes.split(|byte| *byte == b'\n').filter_map(|line| serde_json::from_slice(line).ok()) {
        match entry {
            Line::Installed(installed) => items.insert(installed.key.clone(), installed),
            Line::Removed { key } => items.remove(&key),
        };
    }
    Ok(items)
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::content::{ContentType, Guid};

    fn item(guid: &str, name: &str) -> ManifestItem {
        ManifestItem {
            content_type: ContentType::Scripts,
            guid: Guid::parse(guid).unwrap(),
            name: name.into(),
            version: 1,
            content_hash: ContentHash::of(name.as_bytes()),
            path: String::new(),
            size: 0,
            depends_on: vec![],
        }
    }

    #[test]
    fn a_line_that_was_cut_anywhere_counts_for_nothing_and_harms_no_other() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("journal.jsonl");
        let first = item("88dfaf30-aea8-11e7-aeca-005056a37e1b", "Löschen");
        let second = item("99dfaf30-aea8-11e7-aeca-005056a37e1b", "Prüfen – 日本");
        let mut journal = Journal::open(folder.path(), folder.path()).unwrap();
        journal.install(&first, b"one").unwrap();
        let one = fs::read(&path).unwrap().len();
        journal.install(&second, b"two").unwrap();
        let whole = fs::read(&path).unwrap();
        for cut in one..whole.len() - 1 {
            fs::write(&path, &whole[..cut]).unwrap();
            let journal = Journal::open(folder.path(), folder.path()).unwrap();
            assert!(journal.get(&first.key()).is_some() && journal.get(&second.key()).is_none(), "at {cut}");
        }
        fs::write(&path, &whole).unwrap();
        assert!(Journal::open(folder.path(), folder.path()).unwrap().get(&second.key()).is_some());
    }
}
