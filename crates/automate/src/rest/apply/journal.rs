//! What was installed: a file of lines. What is about to be made is written down first, so that something which was
//! made just before a kill is known to be ours; the last line of a file may be cut, and then counts for nothing.

use crate::{
    apply::{ApplyError, line::Line},
    rest::private_file::write_privately,
};
use domain::{
    content::{Canonical, ItemKey},
    net::WebAddress,
    pull::fingerprint,
};
use serde::{Deserialize, Serialize};
use std::{
    collections::{BTreeMap, BTreeSet},
    fs::{self, File, OpenOptions},
    io::{ErrorKind, Write as _},
    path::{Path, PathBuf},
};

/// The journal's file: each server has its own, so that a home that is connected with another server never takes
/// what stands there for what it installed.
pub(super) fn file_name(address: &WebAddress) -> String {
    format!("automate-journal-{}.jsonl", &fingerprint(address.to_string().as_bytes())[..16])
}

/// One installed item.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Installed {
    /// Its line.
    #[serde(flatten)]
    pub(super) line: Line,
    /// What was offered.
    pub(super) content: Canonical,
}

#[derive(Serialize, Deserialize)]
#[serde(tag = "did", rename_all = "snake_case")]
enum Entry {
    Intends {
        key: ItemKey,
    },
    Installed {
        key: ItemKey,
        #[serde(rename = "line")]
        installed: Box<Installed>,
    },
    Removed {
        key: ItemKey,
    },
}

/// The journal of one server.
#[derive(Default)]
pub(super) struct Journal {
    /// What is installed.
    pub(super) lines: BTreeMap<ItemKey, Installed>,
    /// What was about to be made and is not installed.
    intended: BTreeSet<ItemKey>,
    file: Option<(PathBuf, File)>,
}

impl Journal {
    /// Opens a journal and writes it anew, short.
    pub(super) fn open(path: &Path) -> Result<Self, ApplyError> {
        let mut journal = Self::default();
        let bytes = match fs::read(path) {
            Err(error) if error.kind() == ErrorKind::NotFound => Vec::new(),
            read => read.map_err(|error| broken(path, &error))?,
        };
        for entry in bytes.split(|byte| *byte == b'\n').filter_map(|line| serde_json::from_slice(line).ok()) {
            journal.take(entry);
        }
        let mut text = Vec::new();
        for (key, installed) in &journal.lines {
            let installed = Box::new(installed.clone());
            text.extend(encoded(&Entry::Installed { key: key.clone(), installed })?);
        }
        for key in &journal.intended {
            text.extend(encoded(&Entry::Intends { key: key.clone() })?);
        }
        write_privately(path, &text).map_err(|error| broken(path, &error))?;
        let file = OpenOptions::new().append(true).open(path).map_err(|error| broken(path, &error))?;
        journal.file = Some((path.to_owned(), file));
        Ok(journal)
    }

    /// Whether an item was about to be made, and nobody knows whether it was.
    pub(super) fn intended(&self, key: &ItemKey) -> bool {
        self.intended.contains(key)
    }

    /// Writes down that an item is about to be made.
    pub(super) fn intend(&mut self, key: &ItemKey) -> Result<(), ApplyError> {
        self.append(Entry::Intends { key: key.clone() })
    }

    /// Writes down what was installed.
    pub(super) fn install(&mut self, key: &ItemKey, installed: Installed) -> Result<(), ApplyError> {
        self.append(Entry::Installed { key: key.clone(), installed: Box::new(installed) })
    }

    /// Writes down that an item is gone, or was not made.
    pub(super) fn remove(&mut self, key: &ItemKey) -> Result<(), ApplyError> {
        self.append(Entry::Removed { key: key.clone() })
    }

    /// Says whether mass syncs take an item.
    pub(super) fn set_mass_sync(&mut self, key: &ItemKey, mass_sync: bool) -> Result<(), ApplyError> {
        let Some(mut installed) = self.lines.get(key).cloned() else { return Ok(()) };
        installed.line.mass_sync = mass_sync;
        self.install(key, installed)
    }

    fn append(&mut self, entry: Entry) -> Result<(), ApplyError> {
        let text = encoded(&entry)?;
        if let Some((path, file)) = &mut self.file {
            let written = file.write_all(&text).and_then(|()| file.sync_data());
            written.map_err(|error| broken(path, &error))?;
        }
        self.take(entry);
        Ok(())
    }

    fn take(&mut self, entry: Entry) {
        match entry {
            Entry::Intends { key } => {
                self.intended.insert(key);
            }
            Entry::Installed { key, installed } => {
                self.intended.remove(&key);
                self.lines.insert(key, *installed);
            }
            Entry::Removed { key } => {
                self.intended.remove(&key);
                self.lines.remove(&key);
            }
        }
    }
}

fn encoded(entry: &Entry) -> Result<Vec<u8>, ApplyError> {
    let mut text = serde_json::to_vec(entry).map_err(|error| ApplyError::Item(error.to_string()))?;
    text.push(b'\n');
    Ok(text)
}

fn broken(path: &Path, error: &std::io::Error) -> ApplyError {
    ApplyError::Database(format!("{}, which says what was installed: {error}", path.display()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::content::{ContentType, Guid, canonical::FORMAT};

    fn installed(name: &str) -> (ItemKey, Installed) {
        let guid = Guid::parse("88dfaf30-aea8-11e7-aeca-005056a37e1b").unwrap();
        let content = Canonical {
            format: FORMAT,
            content_type: ContentType::Scripts,
            guid: guid.clone(),
            name: name.into(),
            body: serde_json::Map::new(),
            placement: vec![],
            switches: serde_json::Map::new(),
            depends_on: vec![],
        };
        let line = Line {
            name: name.into(),
            local_id: 7,
            version: 1,
            content_hash: content.hash(),
            found_hash: content.hash(),
            recognised: false,
            mass_sync: true,
        };
        (ItemKey::new(ContentType::Scripts, guid), Installed { line, content })
    }

    #[test]
    fn what_was_written_down_is_known_again_and_a_cut_line_is_not() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("journal.jsonl");
        let (key, mut installed) = installed("one");
        let mut journal = Journal::open(&path).unwrap();
        journal.intend(&key).unwrap();
        assert!(Journal::open(&path).unwrap().intended(&key));
        let mut journal = Journal::open(&path).unwrap();
        journal.install(&key, installed.clone()).unwrap();
        journal.set_mass_sync(&key, false).unwrap();
        let whole = fs::read(&path).unwrap();
        let again = Journal::open(&path).unwrap();
        installed.line.mass_sync = false;
        assert!(!again.intended(&key) && again.lines[&key] == installed);
        // Killed while it wrote: the line before counts.
        fs::write(&path, &whole[..whole.len() - 9]).unwrap();
        assert!(Journal::open(&path).unwrap().lines[&key].line.mass_sync);
        let mut journal = Journal::open(&path).unwrap();
        journal.remove(&key).unwrap();
        assert!(Journal::open(&path).unwrap().lines.is_empty());
    }
}
