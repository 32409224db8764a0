//! A setting that is a secret: nothing prints it.

use serde::{Deserialize, Serialize, Serializer};
use std::fmt;

/// The keys for secrets at rest as they were configured; empty when they were not.
#[derive(Clone, PartialEq, Eq, Default, Deserialize)]
#[serde(transparent)]
pub struct ConfiguredKey(String);

impl ConfiguredKey {
    /// A key as it would stand in the file.
    pub fn new(text: impl Into<String>) -> Self {
        Self(text.into())
    }

    /// The text, unless nothing was configured.
    pub fn given(&self) -> Option<&str> {
        Some(self.0.trim()).filter(|text| !text.is_empty())
    }

    fn shown(&self) -> &'static str {
        if self.given().is_some() { "…" } else { "" }
    }
}

impl fmt::Debug for ConfiguredKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.shown())
    }
}

impl Serialize for ConfiguredKey {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.shown())
    }
}
