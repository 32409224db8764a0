//! Secrets on their way in. A value of this type can be typed and kept, but never shown: it is serialised as
//! whether there is one, and printed as nothing.

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::fmt;

/// A secret of a record: a password, a private key.
///
/// In JSON it is `true` or `false` (give the member a name such as `has_password`), so that neither an answer
/// nor a row of the store can hold it in plain.
#[derive(Clone, PartialEq, Eq, Default)]
pub enum Secret {
    /// There is none.
    #[default]
    Missing,
    /// There is one, sealed in the store.
    Kept,
    /// It was just typed, or just opened to be used.
    Given(String),
}

impl Secret {
    /// What was typed in a form or sent in a body: nothing and an empty text leave what is kept.
    pub fn typed(text: Option<String>) -> Self {
        text.filter(|text| !text.is_empty()).map_or(Self::Kept, Self::Given)
    }

    /// Whether there is one.
    pub fn is_there(&self) -> bool {
        *self != Self::Missing
    }

    /// The secret itself, where it is in hand.
    pub fn given(&self) -> Option<&str> {
        match self {
            Self::Given(text) => Some(text),
            Self::Missing | Self::Kept => None,
        }
    }

    /// Forgets what is in hand, as the store gives it back.
    pub fn forget(&mut self) {
        if self.is_there() {
            *self = Self::Kept;
        }
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(if self.is_there() { "…" } else { "none" })
    }
}

impl Serialize for Secret {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_bool(self.is_there())
    }
}

impl<'de> Deserialize<'de> for Secret {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let there = bool::deserialize(deserializer)?;
        Ok(if there { Self::Kept } else { Self::Missing })
    }
}

/// Where a secret belongs: the record and the column. What was sealed for one place opens at no other.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct SecretPlace {
    /// The table of the record, for example `sources`.
    pub table: String,
    /// The id of the record.
    pub id: String,
    /// The column, for example `password`.
    pub column: String,
}

impl SecretPlace {
    /// The place of a column of a record.
    pub fn new(table: &str, id: impl ToString, column: &str) -> Self {
        Self { table: table.to_owned(), id: id.to_string(), column: column.to_owned() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_shows_nothing_but_whether_it_is_there() {
        let given = Secret::Given("hunter2".into());
        assert_eq!(format!("{given:?} {:?}", Secret::Missing), "… none");
        assert_eq!(
            serde_json::to_string(&[given, Secret::Kept, Secret::Missing]).unwrap(),
            "[true,true,false]"
        );
        let read: Vec<Secret> = serde_json::from_str("[true,false]").unwrap();
        assert_eq!(read, [Secret::Kept, Secret::Missing]);
        assert!(serde_json::from_str::<Secret>("\"hunter2\"").is_err());
    }

    #[test]
    fn what_is_not_typed_stays() {
        assert_eq!(Secret::typed(None), Secret::Kept);
        assert_eq!(Secret::typed(Some(String::new())), Secret::Kept);
        assert_eq!(Secret::typed(Some(" x".into())).given(), Some(" x"));
    }
}
