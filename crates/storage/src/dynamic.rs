//! The one place where SQL is put together at run time: from constant fragments only, every value bound.

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use serde::{Deserialize, Serialize};
use services::ports::store::{StoreError, StoreResult};
use sqlx::AssertSqlSafe;

/// A bound value.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub(crate) enum Value {
    Number(i64),
    Text(String),
}

impl From<&str> for Value {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}

impl From<String> for Value {
    fn from(text: String) -> Self {
        Self::Text(text)
    }
}

impl From<i64> for Value {
    fn from(number: i64) -> Self {
        Self::Number(number)
    }
}

/// How many values [`Statement::any_of`] is given at most: a statement cannot have any number of them.
pub(crate) const AT_ONCE: usize = 500;

/// A statement that grows by constant fragments.
#[derive(Debug, Clone, Default)]
pub(crate) struct Statement {
    sql: String,
    /// The values, in the order of their placeholders.
    pub(crate) values: Vec<Value>,
}

impl Statement {
    pub(crate) fn new(sql: &'static str) -> Self {
        Self { sql: sql.to_owned(), values: Vec::new() }
    }

    /// Adds a fragment without values.
    pub(crate) fn push(&mut self, fragment: &'static str) -> &mut Self {
        self.sql.push_str(fragment);
        self
    }

    /// Adds a fragment in which each `?` stands for the next value.
    pub(crate) fn bind(
        &mut self,
        fragment: &'static str,
        values: impl IntoIterator<Item = Value>,
    ) -> &mut Self {
        let mut values = values.into_iter();
        for (index, part) in fragment.split('?').enumerate() {
            if index > 0 {
                self.values.extend(values.next());
                self.sql.push('$');
                self.sql.push_str(&self.values.len().to_string());
            }
            self.sql.push_str(part);
        }
        self
    }

    /// Adds `(?, ?, …)` with each of the values.
    pub(crate) fn any_of(&mut self, values: impl IntoIterator<Item = Value>) -> &mut Self {
        self.push("(");
        for (index, value) in values.into_iter().enumerate() {
            self.bind(if index == 0 { "?" } else { ", ?" }, [value]);
        }
        self.push(")")
    }

    /// The text, for sqlx.
    pub(crate) fn sql(&self) -> AssertSqlSafe<String> {
        AssertSqlSafe(self.sql.clone())
    }
}

/// Where the next page of a list starts: behind the row with this sort key and this tie-breaker.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Cursor {
    pub(crate) key: Value,
    pub(crate) tie: String,
}

impl Cursor {
    /// The cursor as callers see it.
    pub(crate) fn encode(&self) -> StoreResult<String> {
        Ok(URL_SAFE_NO_PAD.encode(crate::rows::to_json(self)?))
    }

    /// Reads a cursor that a list gave out.
    pub(crate) fn decode(text: &str) -> StoreResult<Self> {
        let bytes = URL_SAFE_NO_PAD.decode(text).map_err(|_| StoreError::BadCursor)?;
        serde_json::from_slice(&bytes).map_err(|_| StoreError::BadCursor)
    }
}

/// A text to be found anywhere: lower case, with the wildcards of LIKE made plain (escaped by `\`).
pub(crate) fn containing(text: &str) -> Value {
    let plain = text.to_lowercase().replace('\\', "\\\\").replace('%', "\\%").replace('_', "\\_");
    Value::Text(format!("%{plain}%"))
}

/// The most trigrams of a text that SQLite's full-text index is asked for; the text itself is compared as well.
const MOST_TRIGRAMS: usize = 24;

/// The trigrams of a text in lower case, all of which whatever contains it must hold, in the words of SQLite's
/// full-text index; empty when the text is shorter than one.
pub(crate) fn trigrams(folded: &str) -> String {
    let letters: Vec<char> = folded.chars().collect();
    let words = letters.windows(3).take(MOST_TRIGRAMS);
    let quoted = words.map(|word| format!("\"{}\"", word.iter().collect::<String>().replace('"', "\"\"")));
    quoted.collect::<Vec<_>>().join(" AND ")
}

/// Cuts the extra row off a page that was read with one row too many, and makes the cursor to the next.
pub(crate) fn cut<R>(
    rows: &mut Vec<R>,
    limit: u32,
    key: impl Fn(&R) -> (Value, String),
) -> StoreResult<Option<String>> {
    let limit = usize::try_from(limit).unwrap_or(usize::MAX);
    if rows.len() <= limit {
        return Ok(None);
    }
    rows.truncate(limit);
    rows.last().map(key).map(|(key, tie)| Cursor { key, tie }.encode()).transpose()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fragments_number_their_values() {
        let mut statement = Statement::new("SELECT 1 FROM t WHERE 1 = 1");
        statement
            .bind(" AND a = ?", [Value::from("x")])
            .push(" AND b IN ")
            .bind("(?, ?)", [Value::from(1), Value::from(2)]);
        assert_eq!(statement.sql, "SELECT 1 FROM t WHERE 1 = 1 AND a = $1 AND b IN ($2, $3)");
        assert_eq!(statement.values.len(), 3);
    }

    #[test]
    fn cursors_round_trip_and_garbage_is_refused() {
        let cursor = Cursor { key: Value::from("a/b"), tie: "g".into() };
        assert_eq!(Cursor::decode(&cursor.encode().unwrap()).unwrap(), cursor);
        assert_eq!(Cursor::decode("garbage!"), Err(StoreError::BadCursor));
    }

    #[test]
    fn wildcards_become_plain() {
        assert_eq!(containing("50%_A\\"), Value::Text("%50\\%\\_a\\\\%".into()));
    }
}
