//! A folder of export files, any depth.
//!
//! A file that cannot be read or understood is reported by name and line and never hides the others. Symbolic
//! links are not followed, so nothing outside the folder is ever read.

mod merge;
mod walk;

use crate::export;
use domain::source::ScanIssue;
use services::ports::reader::{ReadError, Reading, SourceCheck};
use std::{fs, path::Path};

/// The largest file that is read, in bytes.
const LARGEST: u64 = 64 * 1024 * 1024;

/// Looks whether the folder can be read.
pub fn check(folder: &Path) -> Result<SourceCheck, ReadError> {
    let mut issues = Vec::new();
    let files = walk::files(folder, &mut issues)?;
    let summary = match (files.len(), issues.len()) {
        (0, 0) => "The folder can be read, but holds no export files (.xml or .sql) yet.".to_owned(),
        (count, 0) => format!("The folder can be read: {count} export files."),
        (count, wrong) => format!("{count} export files; {wrong} places cannot be read."),
    };
    Ok(SourceCheck { summary })
}

/// Reads every export file below the folder.
pub fn read(folder: &Path) -> Result<Reading, ReadError> {
    let mut issues = Vec::new();
    let files = walk::files(folder, &mut issues)?;
    let mut found = Vec::new();
    for file in files {
        let name = file.strip_prefix(folder).unwrap_or(&file).display().to_string();
        match contents(&file) {
            Ok(bytes) => {
                let export = export::parse(&name, &bytes);
                issues.extend(export.issues);
                found.extend(export.items.into_iter().map(|item| (name.clone(), item)));
            }
            Err(message) => issues.push(unreadable(name, message)),
        }
    }
    Ok(merge::merge(found, issues))
}

fn contents(file: &Path) -> Result<Vec<u8>, String> {
    let size = fs::metadata(file).map_err(|error| error.to_string())?.len();
    if size > LARGEST {
        return Err(format!("is larger than {} MB", LARGEST / 1024 / 1024));
    }
    fs::read(file).map_err(|error| error.to_string())
}

fn unreadable(place: String, cause: impl std::fmt::Display) -> ScanIssue {
    let message = format!("cannot be read: {cause}. Its content was left as it is.");
    ScanIssue { place, line: None, message, hides_content: true }
}
