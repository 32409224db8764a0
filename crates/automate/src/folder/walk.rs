//! Finding the export files below a folder.

use super::unreadable;
use domain::source::ScanIssue;
use services::ports::reader::ReadError;
use std::{
    fs, io,
    path::{Path, PathBuf},
};

/// How deep folders may be nested.
const DEEPEST: usize = 64;
/// How many files are read at most.
const MOST_FILES: usize = 100_000;

/// What a walk found.
#[derive(Debug, Default)]
pub(super) struct Found {
    /// Export files, in a stable order.
    pub(super) files: Vec<PathBuf>,
    /// Places that could not be looked into.
    pub(super) issues: Vec<ScanIssue>,
}

/// Export files below `root`.
pub(super) fn files(root: &Path) -> Result<Found, ReadError> {
    open(root)?;
    let mut found = Found::default();
    descend(root, root, 0, &mut found);
    found.files.sort();
    if found.files.len() > MOST_FILES {
        found.files.truncate(MOST_FILES);
        found.issues.push(unreadable(".".into(), format!("there are more than {MOST_FILES} export files")));
    }
    Ok(found)
}

/// Tells a wrong setting from a folder that does not answer just now.
fn open(root: &Path) -> Result<(), ReadError> {
    let settings = |message: String| ReadError::Settings { field: "path".into(), message };
    let place = root.display();
    let known = fs::metadata(root)
        .and_then(|kind| if kind.is_dir() { fs::read_dir(root).map(|_| true) } else { Ok(false) });
    match known {
        Ok(true) => Ok(()),
        Ok(false) => {
            Err(settings(format!("`{place}` is not a folder: name the folder that holds the exports")))
        }
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            Err(settings(format!("`{place}` does not exist on the machine that Tandem runs on")))
        }
        Err(error) if error.kind() == io::ErrorKind::PermissionDenied => Err(settings(format!(
            "`{place}` may not be read by the account that Tandem runs under: allow it to list and read the folder"
        ))),
        Err(error) => Err(ReadError::Unavailable(format!("`{place}` does not answer: {error}"))),
    }
}

fn descend(root: &Path, folder: &Path, depth: usize, found: &mut Found) {
    if depth > DEEPEST {
        found
            .issues
            .push(unreadable(name(root, folder), format!("it is nested more than {DEEPEST} folders deep")));
        return;
    }
    let entries = match fs::read_dir(folder) {
        Ok(entries) => entries,
        Err(error) => return found.issues.push(unreadable(name(root, folder), error)),
    };
    for entry in entries {
        if found.files.len() > MOST_FILES {
            return;
        }
        // The entry's own type: a symbolic link is neither a folder nor a file here, whatever it points at.
        match entry.and_then(|entry| Ok((entry.path(), entry.file_type()?))) {
            Ok((path, _)) if is_hidden(&path) => {}
            Ok((path, kind)) if kind.is_dir() => descend(root, &path, depth + 1, found),
            Ok((path, kind)) if kind.is_file() && is_export(&path) => found.files.push(path),
            Ok(_) => {}
            Err(error) => found.issues.push(unreadable(name(root, folder), error)),
        }
    }
}

/// A file's name relative to the folder, with `/` on every system.
pub(super) fn name(root: &Path, path: &Path) -> String {
    let relative = path.strip_prefix(root).unwrap_or(path);
    let parts: Vec<_> = relative.iter().map(|part| part.to_string_lossy()).collect();
    if parts.is_empty() { ".".into() } else { parts.join("/") }
}

fn is_hidden(path: &Path) -> bool {
    path.file_name().is_some_and(|name| name.to_string_lossy().starts_with('.'))
}

fn is_export(path: &Path) -> bool {
    path.extension()
        .is_some_and(|ending| ending.eq_ignore_ascii_case("xml") || ending.eq_ignore_ascii_case("sql"))
}
