//! The columns of a row, as they are written.

use super::ApplyError;
use domain::content::Canonical;
use serde_json::Value;
use std::borrow::Cow;

/// What is written into a column.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Cell {
    /// A number.
    Number(i64),
    /// Text.
    Text(String),
    /// Packed text, which people see unpacked.
    Packed {
        /// What the column holds.
        stored: String,
        /// What people see.
        shown: String,
    },
    /// The database's time.
    Now,
}

impl Cell {
    /// The value for people.
    pub(super) fn shown(&self) -> String {
        match self {
            Self::Number(number) => number.to_string(),
            Self::Text(text) => text.clone(),
            Self::Packed { shown, .. } => shown.clone(),
            Self::Now => "NOW()".into(),
        }
    }
}

impl From<i64> for Cell {
    fn from(number: i64) -> Self {
        Self::Number(number)
    }
}

impl From<bool> for Cell {
    fn from(flag: bool) -> Self {
        Self::Number(flag.into())
    }
}

impl From<String> for Cell {
    fn from(text: String) -> Self {
        Self::Text(text)
    }
}

impl From<&str> for Cell {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}

/// Columns by name, in the order in which they were added.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Columns(pub(super) Vec<(Cow<'static, str>, Cell)>);

impl Columns {
    /// Adds a column.
    pub(super) fn set(&mut self, column: impl Into<Cow<'static, str>>, cell: impl Into<Cell>) {
        self.0.push((column.into(), cell.into()));
    }

    /// Numbers by column and member; a member that is missing is 0.
    pub(super) fn numbers(&mut self, body: &Body<'_>, members: &[(&str, &'static str)]) {
        members.iter().for_each(|(member, column)| self.set(*column, body.number(member)));
    }

    /// Texts by column and member; a member that is missing is empty. Lines end as Automate's editors write them.
    pub(super) fn texts(&mut self, body: &Body<'_>, members: &[(&str, &'static str)]) {
        members
            .iter()
            .for_each(|(member, column)| self.set(*column, body.text(member).replace('\n', "\r\n")));
    }

    /// Flags by column and member.
    pub(super) fn flags(&mut self, body: &Body<'_>, members: &[(&str, &'static str)]) {
        members.iter().for_each(|(member, column)| self.set(*column, body.flag(member)));
    }

    /// The columns whose value differs from `other`'s, or that it does not have.
    pub(super) fn beyond(&self, other: &Self) -> Self {
        let same = |entry: &&(Cow<'static, str>, Cell)| !other.0.contains(*entry);
        Self(self.0.iter().filter(same).cloned().collect())
    }

    /// The value of a column.
    pub(super) fn get(&self, column: &str) -> Option<&Cell> {
        self.0.iter().find(|(name, _)| *name == column).map(|(_, cell)| cell)
    }
}

/// The members of a body and of the switches.
pub(super) struct Body<'a>(pub(super) &'a Canonical);

impl<'a> Body<'a> {
    /// A member.
    pub(super) fn get(&self, member: &str) -> Option<&'a Value> {
        self.0.body.get(member).or_else(|| self.0.switches.get(member))
    }

    /// A text; empty when it is missing.
    pub(super) fn text(&self, member: &str) -> &'a str {
        self.get(member).and_then(Value::as_str).unwrap_or_default()
    }

    /// A number; 0 when it is missing.
    pub(super) fn number(&self, member: &str) -> i64 {
        self.get(member).and_then(Value::as_i64).unwrap_or(0)
    }

    /// A flag.
    pub(super) fn flag(&self, member: &str) -> bool {
        self.get(member).and_then(Value::as_bool).unwrap_or(false)
    }

    /// Texts of a list.
    pub(super) fn texts_of(&self, member: &str) -> Vec<&'a str> {
        let list = self.get(member).and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
        list.iter().filter_map(Value::as_str).collect()
    }

    /// The alert message in one string, as the column holds it.
    pub(super) fn message(&self) -> String {
        let part = |subject: &str, message: &str| {
            let (subject, message) = (self.text(subject), self.text(message).replace('\n', "\r\n"));
            if subject.is_empty() { message } else { format!("{subject}~~~{message}") }
        };
        let success = part("success_subject", "success_message");
        let failure = part("failure_subject", "failure_message");
        if failure.is_empty() { success } else { format!("{success}!!!{failure}") }
    }

    /// A member that this version does not know would be lost: the item is refused instead.
    pub(super) fn only(&self, known: &[&str]) -> Result<(), ApplyError> {
        match self.0.body.keys().find(|member| !known.contains(&member.as_str())) {
            Some(member) => Err(ApplyError::Item(format!(
                "has the member `{member}`, which this receiver does not know: update tandem here"
            ))),
            None => Ok(()),
        }
    }
}
