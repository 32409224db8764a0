//! Values on their way between rows and domain types, and the driver's errors in our words.

use jiff::Timestamp;
use serde::{Serialize, de::DeserializeOwned};
use services::ports::store::{StoreError, StoreResult};
use std::str::FromStr;

/// A row that may hold what it must not.
pub(crate) struct Place(pub(crate) &'static str, pub(crate) &'static str);

impl Place {
    fn wrong(&self, message: impl ToString) -> StoreError {
        StoreError::Inconsistent {
            table: self.0,
            place: format!("column {}", self.1),
            message: message.to_string(),
        }
    }

    /// Reads a text column.
    pub(crate) fn parse<T: FromStr>(&self, text: &str) -> StoreResult<T>
    where
        T::Err: ToString,
    {
        text.parse().map_err(|error: T::Err| self.wrong(error.to_string()))
    }

    /// Reads a column whose word must be one of a few.
    pub(crate) fn word<T>(&self, text: &str, read: impl Fn(&str) -> Option<T>) -> StoreResult<T> {
        read(text).ok_or_else(|| self.wrong(format!("unknown word `{text}`")))
    }

    /// Reads a JSON column.
    pub(crate) fn json<T: DeserializeOwned>(&self, text: &str) -> StoreResult<T> {
        serde_json::from_str(text).map_err(|error| self.wrong(error))
    }

    /// Reads a time column.
    pub(crate) fn time(&self, micros: i64) -> StoreResult<Timestamp> {
        Timestamp::from_microsecond(micros).map_err(|error| self.wrong(error))
    }

    /// Reads a number column.
    pub(crate) fn number<T: TryFrom<i64>>(&self, number: i64) -> StoreResult<T> {
        T::try_from(number).map_err(|_| self.wrong(format!("{number} is out of range")))
    }
}

/// Field errors carry a field name that a row does not have; their message is what counts here.
pub(crate) struct Shown<T>(pub(crate) T);

impl<T: FromStr<Err = domain::field::FieldError>> FromStr for Shown<T> {
    type Err = String;
    fn from_str(text: &str) -> Result<Self, String> {
        text.parse().map(Shown).map_err(|error: domain::field::FieldError| error.message)
    }
}

/// A time as a column holds it.
pub(crate) fn micros(time: Timestamp) -> i64 {
    time.as_microsecond()
}

/// A value as a JSON column holds it.
pub(crate) fn to_json<T: Serialize>(value: &T) -> StoreResult<String> {
    serde_json::to_string(value).map_err(|error| StoreError::Driver(error.to_string()))
}

/// A count as lists report it.
pub(crate) fn count(number: i64) -> u64 {
    u64::try_from(number).unwrap_or_default()
}

/// A number as a column holds it; ours never come near the limit.
pub(crate) fn whole(number: u64) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}

/// What PostgreSQL says to a NUL in a text (`character_not_in_repertoire`).
const NOT_IN_THE_ENCODING: &str = "22021";

/// The driver's error in our words, decided by kind and never by message.
pub(crate) fn fault(error: sqlx::Error) -> StoreError {
    use sqlx::{Error, error::ErrorKind};
    match &error {
        Error::Database(cause) if cause.kind() == ErrorKind::UniqueViolation => {
            StoreError::Taken(cause.constraint().or(cause.table()).unwrap_or("the value").to_owned())
        }
        Error::Database(cause) if is_busy(cause.code().as_deref()) => {
            StoreError::Unavailable(error.to_string())
        }
        Error::Database(cause) if cause.code().as_deref() == Some(NOT_IN_THE_ENCODING) => StoreError::Text,
        Error::PoolTimedOut | Error::PoolClosed | Error::Io(_) | Error::WorkerCrashed | Error::Tls(_) => {
            StoreError::Unavailable(error.to_string())
        }
        _ => StoreError::Driver(error.to_string()),
    }
}

/// SQLite: busy (5), locked (6), read-only (8), full (13), I/O (10), cannot open (14) with their extended codes;
/// PostgreSQL: connection (08), resources (53), shutdown (57), serialization and deadlock (40).
fn is_busy(code: Option<&str>) -> bool {
    let Some(code) = code else { return false };
    match code.parse::<u32>() {
        Ok(number) if code.len() < 5 => matches!(number & 0xff, 5 | 6 | 8 | 10 | 13 | 14),
        _ => ["08", "53", "57", "40"].iter().any(|class| code.starts_with(class)),
    }
}
