//! One row of a table: columns by name, without regard to case. Missing and unknown columns are tolerated.

use super::Wrong;
use crate::xml::{Lines, text_of};
use domain::content::{Guid, canonical::clean_text};
use jiff::Timestamp;
use roxmltree::Node;
use std::collections::BTreeMap;

/// Longer names than this are no names; the store indexes them.
const LONGEST_NAME: usize = 500;

/// A row.
#[derive(Debug, Clone, Default)]
pub struct Row {
    columns: BTreeMap<String, (String, u32)>,
    /// The line it begins at.
    pub line: u32,
}

impl Row {
    /// A row from columns: name, value, line.
    pub fn new(line: u32, columns: impl IntoIterator<Item = (String, String, u32)>) -> Self {
        let columns = columns.into_iter().map(|(name, value, at)| (name.to_ascii_lowercase(), (value, at)));
        Self { columns: columns.collect(), line }
    }

    /// A row from a `Table` element.
    pub(super) fn of(table: Node<'_, '_>, lines: &Lines) -> Self {
        let columns = table
            .children()
            .filter(Node::is_element)
            .map(|node| (node.tag_name().name().to_owned(), text_of(node), lines.at(node.range().start)));
        Self::new(lines.at(table.range().start), columns)
    }

    /// A column as it stands; empty when it is missing.
    pub fn raw(&self, name: &str) -> &str {
        self.columns.get(&name.to_ascii_lowercase()).map_or("", |(value, _)| value)
    }

    /// The line of a column; the row's when it is missing.
    pub fn line_of(&self, name: &str) -> u32 {
        self.columns.get(&name.to_ascii_lowercase()).map_or(self.line, |(_, line)| *line)
    }

    /// A column as clean text. Zero bytes, which SQL literals may hold, are no text.
    pub fn text(&self, name: &str) -> String {
        clean_text(self.raw(name)).trim_start_matches('\n').replace('\0', "")
    }

    /// A name on one line.
    pub fn name(&self, column: &str) -> Result<String, Wrong> {
        let name = self.raw(column).replace(|c: char| c.is_control(), " ").trim().to_owned();
        let wrong = |message: String| Err(Wrong::at(self.line_of(column), message));
        match name.chars().count() {
            0 => wrong("has no name and was left out".into()),
            length if length > LONGEST_NAME => {
                wrong(format!("has a name of {length} characters and was left out"))
            }
            _ => Ok(name),
        }
    }

    /// A column as a number; 0 when it is missing or none.
    pub fn number(&self, name: &str) -> i64 {
        self.raw(name).trim().parse().unwrap_or(0)
    }

    /// A column as a local id; none when it is 0 or missing.
    pub fn id(&self, name: &str) -> Option<i64> {
        Some(self.number(name)).filter(|id| *id != 0)
    }

    /// A flag: 1 or true.
    pub fn flag(&self, name: &str) -> bool {
        matches!(self.raw(name).trim().to_ascii_lowercase().as_str(), "1" | "true" | "-1")
    }

    /// The GUID column; empty and broken ones are refused.
    pub fn guid(&self, name: &str) -> Result<Guid, Wrong> {
        Guid::parse(self.raw(name))
            .map_err(|error| Wrong::at(self.line_of(name), format!("has no usable GUID: {error}")))
    }

    /// A time column; zero dates and unreadable ones are none. Without an offset it is read as UTC.
    pub fn time(&self, name: &str) -> Option<Timestamp> {
        let text = self.raw(name).trim();
        if text.starts_with("0000") || text.starts_with("0001") {
            return None;
        }
        let zoned = text.parse::<Timestamp>();
        zoned.or_else(|_| format!("{}Z", text.replacen(' ', "T", 1)).parse()).ok()
    }

    /// Whether a comma list of local ids limits something: empty and `0,` mean everybody.
    pub fn limits(&self, name: &str) -> bool {
        self.raw(name).split(',').map(str::trim).any(|id| !id.is_empty() && id != "0")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(value: &str) -> Row {
        Row::new(3, [("Column".to_owned(), value.to_owned(), 7)])
    }

    #[test]
    fn zero_dates_are_no_dates() {
        for zero in ["", "0000-00-00 00:00:00", "0001-01-01T00:00:00-07:00", "0", "yesterday"] {
            assert_eq!(row(zero).time("column"), None, "{zero}");
        }
        let expected = "2022-08-24T21:06:48Z".parse().ok();
        assert_eq!(row("2022-08-24T14:06:48-07:00").time("COLUMN"), expected);
        assert_eq!(row("2022-08-24 21:06:48").time("column"), expected);
    }

    #[test]
    fn lists_of_user_classes_limit_when_they_name_one() {
        for open in ["", "0", "0,", " , "] {
            assert!(!row(open).limits("column"), "{open:?}");
        }
        assert!(row("1,2,").limits("column"));
    }

    #[test]
    fn names_stand_on_one_line() {
        assert_eq!(row(" a\r\nb\0 ").name("column").unwrap(), "a  b");
        assert_eq!(row(" \n").name("column").unwrap_err().line, 7);
        assert!(row(&"x".repeat(501)).name("column").is_err());
    }
}
