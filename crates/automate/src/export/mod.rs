//! Export files (`automate-api.md` sections 4.2 and 4.3): XML expansions and monitor `.sql`.

pub mod body;
mod expansion;
mod row;
mod sql;
mod text;

pub use row::Row;

use domain::source::ScanIssue;
use services::ports::reader::ReadItem;

/// One item of an export file.
#[derive(Debug, Clone)]
pub struct Exported {
    /// The item.
    pub item: ReadItem,
    /// Whether it only travelled along with what uses it (a called script, a group's search).
    pub companion: bool,
}

/// Everything in one export file.
#[derive(Debug, Clone, Default)]
pub struct Export {
    /// The items that could be read.
    pub items: Vec<Exported>,
    /// What could not.
    pub issues: Vec<ScanIssue>,
}

/// A refusal of something inside a file.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct Wrong {
    /// The line.
    pub line: u32,
    /// What is wrong, in a sentence that continues the thing's name.
    pub message: String,
}

impl Wrong {
    /// At a line.
    pub fn at(line: u32, message: impl Into<String>) -> Self {
        Self { line, message: message.into() }
    }
}

impl Export {
    /// Takes an item, or reports why there is none: what is missing now must not count as gone.
    fn take(&mut self, place: &str, what: &str, item: Result<ReadItem, Wrong>, companion: bool) {
        match item {
            Ok(item) => self.items.push(Exported { item, companion }),
            Err(wrong) => self.report(place, wrong.line, format!("{what} {}", wrong.message), true),
        }
    }

    fn report(&mut self, place: &str, line: u32, message: String, hides_content: bool) {
        self.issues.push(ScanIssue { place: place.to_owned(), line: Some(line), message, hides_content });
    }
}

/// Reads an export file; `name` is what people are told about it, and its ending decides the format.
pub fn parse(name: &str, bytes: &[u8]) -> Export {
    let mut export = Export::default();
    let text = match text::decode(bytes) {
        Ok(text) => text,
        Err(wrong) => {
            export.report(name, wrong.line, wrong.message, true);
            return export;
        }
    };
    if name.to_ascii_lowercase().ends_with(".sql") {
        sql::monitors(name, &text, &mut export);
    } else {
        expansion::read(name, &text, &mut export);
    }
    export
}
