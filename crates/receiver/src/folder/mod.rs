//! A folder as the target: each item is a file that holds exactly its canonical form, so that the file's
//! SHA-256 is the content hash.
//!
//! Names come from the server and are made safe, so that nothing is ever written outside the folder. What was
//! installed stands in a [`journal`] beside the files.

mod journal;
mod target;

pub use target::FolderTarget;

use crate::{
    ReceiverError,
    files::{UNFINISHED, write_atomically},
};
use domain::{content::ContentHash, pull::ManifestItem};
use std::{
    fs, io,
    path::{Path, PathBuf},
};

/// Where an item's file stands, relative to the target: `scripts/Folder/Name~88dfaf30.json`.
pub fn place(item: &ManifestItem) -> PathBuf {
    let mut path = PathBuf::from(item.content_type.as_str());
    path.extend(item.path.split(" / ").filter(|part| !part.trim().is_empty()).take(16).map(safe));
    path.push(format!("{}~{}.json", safe(&item.name), &item.guid.as_str()[..8]));
    path
}

/// A name without anything that a file system gives a meaning.
fn safe(name: &str) -> String {
    let plain = |c: char| if c.is_control() || "/\\:*?\"<>|".contains(c) { '_' } else { c };
    let mut text: String = name.chars().map(plain).take(80).collect();
    while text.len() > 160 {
        text.pop();
    }
    let text = text.trim().trim_matches('.').trim().to_owned();
    let stem = text.split('.').next().unwrap_or_default().to_ascii_uppercase();
    let reserved = matches!(stem.as_str(), "CON" | "PRN" | "AUX" | "NUL")
        || (stem.len() == 4 && (stem.starts_with("COM") || stem.starts_with("LPT")));
    if text.is_empty() || reserved { format!("_{text}") } else { text }
}

/// The hash of a file; none when there is no such file.
pub fn hash(root: &Path, place: &Path) -> Result<Option<ContentHash>, ReceiverError> {
    let path = root.join(place);
    match fs::read(&path) {
        Ok(bytes) => Ok(Some(ContentHash::of(&bytes))),
        Err(error) if matches!(error.kind(), io::ErrorKind::NotFound | io::ErrorKind::NotADirectory) => {
            Ok(None)
        }
        Err(error) => Err(ReceiverError::file(path)(error)),
    }
}

/// Writes an item's file.
pub fn write(root: &Path, place: &Path, bytes: &[u8]) -> Result<(), ReceiverError> {
    let path = root.join(place);
    let folder = path.parent().unwrap_or(root);
    refuse_links(root, place)?;
    fs::create_dir_all(folder).map_err(ReceiverError::file(folder))?;
    write_atomically(&path, bytes, 0o644)
}

/// A link on the way would lead the file out of the target.
fn refuse_links(root: &Path, place: &Path) -> Result<(), ReceiverError> {
    let mut path = root.to_owned();
    for part in place {
        path.push(part);
        if path.symlink_metadata().is_ok_and(|found| found.file_type().is_symlink()) {
            let cause = io::Error::other("is a symbolic link, which is not followed: remove it");
            return Err(ReceiverError::file(path)(cause));
        }
    }
    Ok(())
}

/// Removes an item's file and the folders that it leaves empty.
pub fn remove(root: &Path, place: &Path) -> Result<(), ReceiverError> {
    let path = root.join(place);
    refuse_links(root, place)?;
    match fs::remove_file(&path) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => {
            return Err(ReceiverError::file(path)(error));
        }
        _ => {}
    }
    let mut folder = path.parent();
    while let Some(empty) = folder.filter(|folder| *folder != root && folder.starts_with(root)) {
        if fs::remove_dir(empty).is_err() {
            break;
        }
        folder = empty.parent();
    }
    Ok(())
}

/// Removes what a killed receiver left unfinished.
pub fn sweep(root: &Path) -> Result<(), ReceiverError> {
    let entries = match fs::read_dir(root) {
        Ok(entries) => entries,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
        Err(error) => return Err(ReceiverError::file(root)(error)),
    };
    for entry in entries {
        let entry = entry.map_err(ReceiverError::file(root))?;
        let kind = entry.file_type().map_err(ReceiverError::file(entry.path()))?;
        if kind.is_dir() {
            sweep(&entry.path())?;
        } else if entry.file_name().to_string_lossy().starts_with(UNFINISHED) {
            fs::remove_file(entry.path()).map_err(ReceiverError::file(entry.path()))?;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::content::{ContentType, Guid};

    fn item(path: &str, name: &str) -> ManifestItem {
        ManifestItem {
            content_type: ContentType::Scripts,
            guid: Guid::parse("88dfaf30-aea8-11e7-aeca-005056a37e1b").unwrap(),
            name: name.into(),
            version: 1,
            content_hash: ContentHash::of(b""),
            path: path.into(),
            size: 0,
            depends_on: vec![],
        }
    }

    #[test]
    fn names_from_the_server_cannot_leave_the_folder() {
        for (path, name) in [
            ("..", "x"),
            ("../.. / ..", "../../etc/passwd"),
            ("/etc", "/etc/passwd"),
            ("a\\..\\b", "..\\..\\x"),
            ("NUL", "con.txt"),
            ("", "\0\n"),
        ] {
            let place = place(&item(path, name));
            assert!(place.is_relative() && place.starts_with("scripts"), "{place:?}");
            assert!(
                place.components().all(|part| matches!(part, std::path::Component::Normal(_))),
                "{place:?}"
            );
        }
    }

    #[test]
    fn ordinary_names_stay_readable() {
        let place = place(&item("ProVal / Printing", "Reset print spooler"));
        assert_eq!(place, Path::new("scripts/ProVal/Printing/Reset print spooler~88dfaf30.json"));
    }
}
