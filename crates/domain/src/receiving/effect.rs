//! What applying an item does to a target, column by column: what a dry run prints.

use serde::{Deserialize, Serialize};
use std::fmt;

/// What happens to one row, or to one file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Effect {
    /// What is done.
    pub verb: Verb,
    /// The table, or `file`.
    pub table: String,
    /// The local id of the row; none while it is not known (a row that would be inserted).
    pub local_id: Option<i64>,
    /// The columns that change. A deleted row lists none.
    pub changes: Vec<ColumnChange>,
}

/// What is done to a row.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Verb {
    /// It comes.
    Insert,
    /// It changes.
    Update,
    /// It goes.
    Delete,
}

/// One column of a row.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ColumnChange {
    /// The column.
    pub column: String,
    /// What stands there; none for a row that is inserted.
    pub old: Option<String>,
    /// What would stand there.
    pub new: String,
}

/// Longer values are cut in lists for people; JSON holds the whole.
const SHOWN: usize = 120;

impl Verb {
    /// The word in a list.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Insert => "insert",
            Self::Update => "update",
            Self::Delete => "delete",
        }
    }
}

impl fmt::Display for Effect {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.verb.as_str(), self.table)?;
        match (self.local_id, self.verb) {
            (Some(id), _) => write!(f, " {id}")?,
            (None, Verb::Insert) => f.write_str(" (new id)")?,
            (None, _) => {}
        }
        for change in &self.changes {
            match &change.old {
                Some(old) => write!(f, "\n  {}: {} -> {}", change.column, shown(old), shown(&change.new))?,
                None => write!(f, "\n  {}: {}", change.column, shown(&change.new))?,
            }
        }
        Ok(())
    }
}

/// A value on one line.
fn shown(value: &str) -> String {
    let length = value.chars().count();
    let start: String = value.chars().take(SHOWN).collect();
    let start = start.replace('\\', "\\\\").replace('\n', "\\n").replace('\r', "\\r").replace('\t', "\\t");
    if length > SHOWN { format!("'{start}…' ({length} characters)") } else { format!("'{start}'") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn effects_read_as_table_row_and_columns() {
        let change = |old: Option<&str>, new: &str| ColumnChange {
            column: "Name".into(),
            old: old.map(str::to_owned),
            new: new.to_owned(),
        };
        let mut effect = Effect {
            verb: Verb::Update,
            table: "agents".into(),
            local_id: Some(7),
            changes: vec![change(Some("a"), "b\nc")],
        };
        assert_eq!(effect.to_string(), "update agents 7\n  Name: 'a' -> 'b\\nc'");
        effect = Effect {
            verb: Verb::Insert,
            local_id: None,
            changes: vec![change(None, &"x".repeat(200))],
            ..effect
        };
        let text = effect.to_string();
        assert!(
            text.starts_with("insert agents (new id)\n  Name: 'xxx") && text.ends_with("…' (200 characters)")
        );
    }
}
