//! Reading a source: every kind of source answers in the same canonical form.

use async_trait::async_trait;
pub use domain::source::SourceCheck;
use domain::{
    content::{Canonical, ContentType},
    source::{ScanIssue, SourceInput},
};
use jiff::Timestamp;
use std::collections::BTreeSet;

/// Reads sources of every kind. The connection's secrets are in hand (`Secret::Given`) where there are any.
#[async_trait]
pub trait SourceReader: Send + Sync + 'static {
    /// Looks whether the source can be read, without reading it all.
    async fn test(&self, source: &SourceInput) -> Result<SourceCheck, ReadError>;

    /// Reads everything that `source.content_types` names (all when empty), whatever its folder: the published
    /// scope (`source.folders`) is applied by `services`.
    async fn read(&self, source: &SourceInput) -> Result<Reading, ReadError>;
}

/// Everything that a source holds.
#[derive(Debug, Clone, Default)]
pub struct Reading {
    /// The items; no two with the same type and GUID (the reader reports duplicates as issues).
    pub items: Vec<ReadItem>,
    /// What could not be used. An issue that `hides_content` makes the reading incomplete.
    pub issues: Vec<ScanIssue>,
    /// Types that this kind of source cannot give at all. What is known of them is left alone, as if they had not
    /// been asked for.
    pub left_out: BTreeSet<ContentType>,
}

impl Reading {
    /// Whether what is missing is really gone.
    pub fn is_complete(&self) -> bool {
        !self.issues.iter().any(|issue| issue.hides_content)
    }
}

/// One item as the source holds it.
#[derive(Debug, Clone)]
pub struct ReadItem {
    /// The canonical form.
    pub canonical: Canonical,
    /// The id on the source.
    pub local_id: Option<i64>,
    /// When it was saved last, if the source says.
    pub updated_at: Option<Timestamp>,
    /// Who saved it last, if the source says.
    pub updated_by: Option<String>,
}

/// Why nothing could be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ReadError {
    /// The source's settings are wrong; names the field.
    #[error("{field}: {message}")]
    Settings {
        /// The field of the source.
        field: String,
        /// One sentence: what is wrong and what to do.
        message: String,
    },
    /// The source does not answer; worth trying again.
    #[error("{0}")]
    Unavailable(String),
}
