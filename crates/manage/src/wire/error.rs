//! The error envelope, and the throttle's odd one.

use crate::refusal::{RefusedField, excerpt};
use serde::Deserialize;

#[derive(Deserialize)]
pub(crate) struct Envelope {
    code: Option<String>,
    /// The throttle writes `error` instead of `code`.
    error: Option<String>,
    pub(crate) message: Option<String>,
    pub(crate) errors: Option<Vec<Item>>,
}

impl Envelope {
    pub(crate) fn is_empty(&self) -> bool {
        self.code.is_none() && self.error.is_none() && self.message.is_none()
    }

    pub(crate) fn code(&self) -> String {
        self.code.clone().or_else(|| self.error.clone()).unwrap_or_default()
    }
}

#[derive(Deserialize)]
pub(crate) struct Item {
    code: Option<String>,
    message: Option<String>,
    field: Option<String>,
}

impl From<Item> for RefusedField {
    fn from(item: Item) -> Self {
        let kept = |text: Option<String>| excerpt(&text.unwrap_or_default());
        Self { code: kept(item.code), field: kept(item.field), message: kept(item.message) }
    }
}
