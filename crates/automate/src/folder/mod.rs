//! A folder of export files, any depth.
//!
//! A file that cannot be read or understood is reported by name and line and never hides the others. Symbolic
//! links are not followed, so nothing outside the folder is ever read.

mod merge;
mod walk;

use crate::{away, export};
use domain::{content::ContentType, source::ScanIssue};
use merge::Merge;
use services::ports::reader::{ItemSink, PIECE, ReadError, ReadItem, Reading, SourceCheck};
use std::{
    fs::File,
    io::{self, Read as _},
    path::{Path, PathBuf},
    vec::IntoIter,
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

/// Reads every export file below the folder, and hands over what is of the wanted types (all when none is named).
pub async fn read(
    folder: &Path,
    wanted: &[ContentType],
    sink: &mut dyn ItemSink,
) -> Result<Reading, ReadError> {
    let (folder, wanted) = (folder.to_owned(), wanted.to_vec());
    let mut walk = away(move || Walk::begin(folder, wanted)).await?;
    loop {
        let items;
        (walk, items) = away(move || Ok(walk.piece())).await?;
        match items {
            Some(items) => sink.take(items).await?,
            None => return Ok(walk.end()),
        }
    }
}

/// A reading on its way through the files.
struct Walk {
    folder: PathBuf,
    wanted: Vec<ContentType>,
    files: IntoIter<PathBuf>,
    merge: Merge,
    issues: Vec<ScanIssue>,
}

impl Walk {
    fn begin(folder: PathBuf, wanted: Vec<ContentType>) -> Result<Self, ReadError> {
        let walk::Found { files, issues } = walk::files(&folder)?;
        Ok(Self { folder, wanted, files: files.into_iter(), merge: Merge::default(), issues })
    }

    /// The items of the next files; none after the last one.
    fn piece(mut self) -> (Self, Option<Vec<ReadItem>>) {
        let mut items = Vec::new();
        while items.len() < PIECE {
            match self.files.next() {
                Some(file) => items.extend(self.open(&file)),
                None if items.is_empty() => return (self, None),
                None => break,
            }
        }
        (self, Some(items))
    }

    fn open(&mut self, file: &Path) -> Vec<ReadItem> {
        let name = walk::name(&self.folder, file);
        let bytes = match contents(file) {
            Ok(bytes) => bytes,
            Err(error) => {
                self.issues.push(unreadable(name, error));
                return Vec::new();
            }
        };
        let export = export::parse(&name, &bytes);
        self.issues.extend(export.issues);
        let items = export.items.into_iter().filter_map(|exported| self.merge.take(&name, exported));
        let wanted = |kind| self.wanted.is_empty() || self.wanted.contains(&kind);
        items.filter(|item| wanted(item.canonical.content_type)).collect()
    }

    fn end(mut self) -> Reading {
        self.issues.extend(self.merge.issues());
        Reading { issues: self.issues, ..Reading::default() }
    }
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
