//! A folder of export files, any depth.
//!
//! A file that cannot be read or understood is reported by name and line and never hides the others. Symbolic
//! links are not followed, so nothing outside the folder is ever read.

mod merge;
mod walk;

use crate::export;
use domain::source::ScanIssue;
use services::ports::reader::{ReadError, Reading, SourceCheck};
use std::{
    fs::File,
    io::{self, Read as _},
    path::Path,
};

/// The largest file that is read, in bytes.
const LARGEST: u64 = 64 * 1024 * 1024;

/// Looks whether the folder can be read.
pub fn check(folder: &Path) -> Result<SourceCheck, ReadError> {
    let found = walk::files(folder)?;
    let files =
        |count: usize| if count == 1 { "1 export file".into() } else { format!("{count} export files") };
    let summary = match (found.files.len(), found.issues.len()) {
        (0, 0) => "The folder can be read, but holds no export files (.xml or .sql) yet.".to_owned(),
        (count, 0) => format!("The folder can be read: {}.", files(count)),
        (count, wrong) => format!("{}; places that cannot be read: {wrong}.", files(count)),
    };
    Ok(SourceCheck { summary, lines: vec![] })
}

/// Reads every export file below the folder.
pub fn read(folder: &Path) -> Result<Reading, ReadError> {
    let walk::Found { files, mut issues } = walk::files(folder)?;
    let mut found = Vec::new();
    for file in files {
        let name = walk::name(folder, &file);
        match contents(&file) {
            Ok(bytes) => {
                let export = export::parse(&name, &bytes);
                issues.extend(export.issues);
                found.extend(export.items.into_iter().map(|item| (name.clone(), item)));
            }
            Err(error) => issues.push(unreadable(name, error)),
        }
    }
    Ok(merge::merge(found, issues))
}

/// A file's bytes. It may grow while it is read, so the limit is set on the reading.
fn contents(file: &Path) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    File::open(file)?.take(LARGEST + 1).read_to_end(&mut bytes)?;
    if bytes.len() as u64 > LARGEST {
        return Err(io::Error::other(format!("it is larger than {} MB", LARGEST / 1024 / 1024)));
    }
    Ok(bytes)
}

fn unreadable(place: String, cause: impl std::fmt::Display) -> ScanIssue {
    let message = format!("cannot be read: {cause}. What was known of it stays as it is.");
    ScanIssue { place, line: None, message, hides_content: true }
}
