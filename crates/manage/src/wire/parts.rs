//! What many records share: references, custom fields, change marks, and clean text.

use crate::model::{CustomValue, Mark, Named};
use jiff::Timestamp;
use serde::{Deserialize, Deserializer};
use serde_json::Value;

/// Text without what must not come from a foreign server: control characters other than line breaks and tabs, and
/// invisible characters of zero width.
pub(crate) fn clean(text: &str) -> String {
    text.chars()
        .filter(|c| !c.is_control() || matches!(c, '\n' | '\t'))
        .filter(|c| !matches!(c, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}'))
        .collect()
}

/// Optional text, cleaned; empty is none.
pub(crate) fn text<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<String>, D::Error> {
    let raw: Option<String> = Option::deserialize(deserializer)?;
    Ok(raw.map(|text| clean(&text)).filter(|text| !text.trim().is_empty()))
}

/// A moment; what is no date is none, because many of Manage's dates are typed as text.
pub(crate) fn moment<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Timestamp>, D::Error> {
    let raw: Option<String> = Option::deserialize(deserializer)?;
    Ok(raw.and_then(|text| text.trim().parse().ok()))
}

/// A flag; missing and null are false.
pub(crate) fn flag<'de, D: Deserializer<'de>>(deserializer: D) -> Result<bool, D::Error> {
    Ok(Option::deserialize(deserializer)?.unwrap_or_default())
}

#[derive(Debug, Default, Deserialize)]
pub(crate) struct Reference {
    id: Option<i64>,
    #[serde(default, deserialize_with = "text")]
    name: Option<String>,
    #[serde(default, deserialize_with = "text")]
    identifier: Option<String>,
}

/// A reference to a deleted record has no id and is none.
pub(crate) fn named(reference: Option<Reference>) -> Option<Named> {
    let Reference { id, name, identifier } = reference?;
    let name = name.or_else(|| identifier.clone()).unwrap_or_default();
    Some(Named { id: id?, name, identifier })
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Info {
    #[serde(default, deserialize_with = "moment")]
    last_updated: Option<Timestamp>,
    #[serde(default, deserialize_with = "text")]
    updated_by: Option<String>,
    #[serde(default, deserialize_with = "moment")]
    date_entered: Option<Timestamp>,
    #[serde(default, deserialize_with = "text")]
    entered_by: Option<String>,
}

/// `_info` may be missing altogether.
pub(crate) fn mark(info: Option<Info>) -> Mark {
    let info = info.unwrap_or_default();
    Mark {
        updated_at: info.last_updated,
        updated_by: info.updated_by,
        entered_at: info.date_entered,
        entered_by: info.entered_by,
    }
}

#[derive(Debug, Deserialize)]
pub(crate) struct CustomField {
    id: i64,
    #[serde(default, deserialize_with = "text")]
    caption: Option<String>,
    #[serde(default)]
    value: Value,
}

pub(crate) fn custom_values(fields: Option<Vec<CustomField>>) -> Vec<CustomValue> {
    let value = |value: Value| match value {
        Value::String(text) => Value::String(clean(&text)),
        other => other,
    };
    let fields = fields.unwrap_or_default().into_iter();
    fields
        .map(|field| CustomValue {
            id: field.id,
            caption: field.caption.unwrap_or_default(),
            value: value(field.value),
        })
        .collect()
}
