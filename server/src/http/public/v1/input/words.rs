//! Single values of a query: numbers, and the words of statuses as they stand on screens or in `snake_case`.

use domain::{
    content::{Approval, ContentType, Status, view::ItemSort},
    ids::SourceId,
};
use serde::{Deserialize, Deserializer, de::Error};
use std::str::FromStr;

/// A number, or any other value whose text must parse.
pub(in super::super) fn number<'de, D: Deserializer<'de>, T: FromStr>(from: D) -> Result<Option<T>, D::Error> {
    String::deserialize(from)?.parse().map(Some).map_err(|_| D::Error::custom("must be a whole number, 0 or more"))
}

/// `true` or `false`; `1` and `0` count too.
pub(in super::super) fn switch<'de, D: Deserializer<'de>>(from: D) -> Result<bool, D::Error> {
    match String::deserialize(from)?.as_str() {
        "true" | "1" => Ok(true),
        "false" | "0" => Ok(false),
        _ => Err(D::Error::custom("must be true or false")),
    }
}

/// A status.
pub(in super::super) fn status<'de, D: Deserializer<'de>>(from: D) -> Result<Option<Status>, D::Error> {
    word(from, Status::ALL, Status::as_str)
}

/// An approval.
pub(in super::super) fn approval<'de, D: Deserializer<'de>>(from: D) -> Result<Option<Approval>, D::Error> {
    word(from, Approval::ALL, Approval::as_str)
}

/// An order of rows.
pub(in super::super) fn sort<'de, D: Deserializer<'de>>(from: D) -> Result<ItemSort, D::Error> {
    ItemSort::parse(&String::deserialize(from)?.replace('-', "_")).map_err(|error| D::Error::custom(error.message))
}

/// A content type.
pub(in super::super) fn content_type<'de, D: Deserializer<'de>>(from: D) -> Result<Option<ContentType>, D::Error> {
    String::deserialize(from)?.parse().map(Some).map_err(|error: domain::field::FieldError| D::Error::custom(error.message))
}

/// A source's id.
pub(in super::super) fn source<'de, D: Deserializer<'de>>(from: D) -> Result<Option<SourceId>, D::Error> {
    String::deserialize(from)?.parse().map(Some).map_err(D::Error::custom)
}

fn word<'de, D: Deserializer<'de>, T: Copy>(
    from: D,
    all: &[T],
    name: fn(T) -> &'static str,
) -> Result<Option<T>, D::Error> {
    let text = String::deserialize(from)?;
    let found = all.iter().copied().find(|value| folded(name(*value)) == folded(&text));
    found.map(Some).ok_or_else(|| {
        let known: Vec<&str> = all.iter().map(|value| name(*value)).collect();
        D::Error::custom(format!("must be one of: {}", known.join(", ")))
    })
}

/// `Moved or Deleted`, `moved_or_deleted` and `moved-or-deleted` are one word.
fn folded(text: &str) -> String {
    text.trim().to_lowercase().replace([' ', '-', '/'], "_")
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde::de::value::{Error, StrDeserializer};

    fn text(text: &str) -> StrDeserializer<'_, Error> {
        serde::de::IntoDeserializer::into_deserializer(text)
    }

    #[test]
    fn words_in_every_spelling() {
        for word in ["Moved or Deleted", "moved_or_deleted", "moved-or-deleted", "MOVED OR DELETED"] {
            assert_eq!(status(text(word)).unwrap(), Some(Status::MovedOrDeleted));
        }
        for word in ["Move/Delete Approved", "move_delete_approved", "move-delete-approved"] {
            assert_eq!(approval(text(word)).unwrap(), Some(Approval::MoveDeleteApproved));
        }
        let refused = status(text("gone")).unwrap_err().to_string();
        assert!(refused.contains("Moved or Deleted"), "{refused}");
    }
}
