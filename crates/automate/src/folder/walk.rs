//! Finding the export files below a folder.

use super::unreadable;
use domain::source::ScanIssue;
use services::ports::reader::ReadError;
use std::{
    fs,
    path::{Path, PathBuf},
};

/// How deep folders may be nested.
const DEEPEST: usize = 64;
/// How many files are read at most.
const MOST_FILES: usize = 100_000;

/// Export files below `folder`, in a stable order.
pub(super) fn files(folder: &Path, issues: &mut Vec<ScanIssue>) -> Result<Vec<PathBuf>, ReadError> {
    let settings = |message: String| ReadError::Settings { field: "path".into(), message };
    let kind = fs::metadata(folder)
        .map_err(|error| settings(format!("{} cannot be read: {error}", folder.display())))?;
    if !kind.is_dir() {
        return Err(settings(format!("{} is not a folder", folder.display())));
    }
    fs::read_dir(folder)
        .map_err(|error| settings(format!("{} cannot be read: {error}", folder.display())))?;
    let mut found = Vec::new();
    descend(folder, folder, 0, &mut found, issues);
    found.sort();
    if found.len() > MOST_FILES {
        found.truncate(MOST_FILES);
        issues.push(unreadable("source".into(), format!("there are more than {MOST_FILES} files")));
    }
    Ok(found)
}

fn descend(root: &Path, folder: &Path, depth: usize, found: &mut Vec<PathBuf>, issues: &mut Vec<ScanIssue>) {
    let name = |path: &Path| path.strip_prefix(root).unwrap_or(path).display().to_string();
    if depth > DEEPEST {
        issues.push(unreadable(name(folder), "folders are nested too deep"));
        return;
    }
    let entries = match fs::read_dir(folder) {
        Ok(entries) => entries,
        Err(error) => {
            issues.push(unreadable(name(folder), error));
            return;
        }
    };
    for entry in entries {
        match entry.and_then(|entry| Ok((entry.path(), entry.file_type()?))) {
            Ok((path, _)) if is_hidden(&path) => {}
            Ok((path, kind)) if kind.is_dir() => descend(root, &path, depth + 1, found, issues),
            Ok((path, kind)) if kind.is_file() && is_export(&path) => found.push(path),
            Ok(_) => {}
            Err(error) => issues.push(unreadable(name(folder), error)),
        }
    }
}

fn is_hidden(path: &Path) -> bool {
    path.file_name().is_some_and(|name| name.to_string_lossy().starts_with('.'))
}

fn is_export(path: &Path) -> bool {
    path.extension()
        .is_some_and(|ending| ending.eq_ignore_ascii_case("xml") || ending.eq_ignore_ascii_case("sql"))
}
