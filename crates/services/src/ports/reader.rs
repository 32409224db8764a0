//! Reading a source: every kind of source answers in the same canonical form.
//!
//! A reader hands items over piece by piece ([`ItemSink`]) and never holds more than a piece of them, however many
//! the source has. What the whole is needed for (which GUID a local id stands for, which of two copies counts) it
//! knows by ids, GUIDs and hashes.

use async_trait::async_trait;
pub use domain::source::SourceCheck;
use domain::{
    content::{Canonical, ContentType, ItemKey},
    source::{ScanIssue, SourceInput},
};
use jiff::Timestamp;
use std::collections::{BTreeMap, BTreeSet};

/// Reads sources of every kind. The connection's secrets are in hand (`Secret::Given`) where there are any.
#[async_trait]
pub trait SourceReader: Send + Sync + 'static {
    /// Looks whether the source can be read, without reading it all.
    async fn test(&self, source: &SourceInput) -> Result<SourceCheck, ReadError>;

    /// Reads everything that `source.content_types` names (all when empty), whatever its folder: the published
    /// scope (`source.folders`) is applied by `services`. The items go into `sink`; what was handed over before an
    /// error is worth nothing, and whoever asked throws it away.
    ///
    /// `known` holds the signals of earlier readings. An item may be answered as unchanged when its signal is the
    /// same again; a reader that keeps none answers everything in full.
    async fn read(
        &self,
        source: &SourceInput,
        known: &KnownSignals,
        sink: &mut dyn ItemSink,
    ) -> Result<Reading, ReadError>;
}

/// How many items a reader hands over at once, about: a file or a page that holds more is handed over whole.
pub const PIECE: usize = 200;

/// Takes the items of one reading.
#[async_trait]
pub trait ItemSink: Send {
    /// Takes some items. One that was handed over before is replaced. An error ends the reading.
    async fn take(&mut self, items: Vec<ReadItem>) -> Result<(), ReadError>;
    /// Throws away what was handed over of a type: it could not be read to its end.
    fn forget(&mut self, content_type: ContentType);
}

/// Everything at once, for whoever needs the whole.
#[async_trait]
impl ItemSink for BTreeMap<ItemKey, ReadItem> {
    async fn take(&mut self, items: Vec<ReadItem>) -> Result<(), ReadError> {
        self.extend(items.into_iter().map(|item| (item.key(), item)));
        Ok(())
    }

    fn forget(&mut self, content_type: ContentType) {
        self.retain(|key, _| key.content_type != content_type);
    }
}

/// What a reader noted of an item, to know it again without reading it: everything that the item was made of, in a
/// form that only the reader understands. Equal signals mean equal items, down to their local ids and dates; a
/// reader that would now make something else of the same rows gives other signals.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Signal(pub String);

/// The signals of earlier readings, by item.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct KnownSignals(pub BTreeMap<ItemKey, Signal>);

/// What there is to say about a reading beside its items. Of several rows or files with the same type and GUID one
/// item was handed over; the others are issues.
#[derive(Debug, Clone, Default)]
pub struct Reading {
    /// Items that are there and whose known signal holds: they would read as they did. None of them was handed over.
    pub unchanged: BTreeSet<ItemKey>,
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
    /// By what it would be known again, if the reader keeps signals.
    pub signal: Option<Signal>,
}

impl ReadItem {
    /// Its identity.
    pub fn key(&self) -> ItemKey {
        ItemKey::new(self.canonical.content_type, self.canonical.guid.clone())
    }
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
