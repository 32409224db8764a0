//! One row of a table: columns by name, without regard to case. Missing and unknown columns are tolerated.

use super::Wrong;
use domain::content::{Guid, canonical::clean_text};
use jiff::Timestamp;
use roxmltree::Node;
use std::collections::BTreeMap;

/// A row.
#[derive(Debug, Clone, Default)]
pub struct Row {
    columns: BTreeMap<String, String>,
    /// The line it begins at.
    pub line: u32,
}

impl Row {
    /// A row from columns.
    pub fn new(line: u32, columns: impl IntoIterator<Item = (String, String)>) -> Self {
        let columns = columns.into_iter().map(|(name, value)| (name.to_ascii_lowercase(), value)).collect();
        Self { columns, line }
    }

    /// A row from a `Table` element.
    pub(super) fn of(table: Node<'_, '_>) -> Self {
        let line = table.document().text_pos_at(table.range().start).row;
        let text = |node: Node<'_, '_>| node.text().unwrap_or_default().to_owned();
        let columns = table.children().filter(Node::is_element);
        Self::new(line, columns.map(|node| (node.tag_name().name().to_owned(), text(node))))
    }

    /// A column as it stands; empty when it is missing.
    pub fn raw(&self, name: &str) -> &str {
        self.columns.get(&name.to_ascii_lowercase()).map_or("", String::as_str)
    }

    /// A column as clean text.
    pub fn text(&self, name: &str) -> String {
        clean_text(self.raw(name)).trim_start_matches('\n').to_owned()
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
            .map_err(|error| Wrong::at(self.line, format!("has no usable GUID: {error}")))
    }

    /// A time column; zero dates and unreadable ones are none.
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
