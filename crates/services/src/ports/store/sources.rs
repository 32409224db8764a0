//! Sources and their readings.

use super::StoreResult;
use crate::ports::reader::Signal;
use async_trait::async_trait;
use domain::{
    content::{ContentHash, ContentType, ItemKey},
    ids::SourceId,
    source::{Drop, ScanReport, Source, SourceInput},
};
use jiff::Timestamp;
use std::collections::BTreeMap;

/// What is kept of an item that a reading found, to know it again.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeptSignal {
    /// The item.
    pub key: ItemKey,
    /// The content that was found.
    pub hash: ContentHash,
    /// The folder path that it stood in.
    pub path: String,
    /// By what the reader knows it again.
    pub signal: Signal,
}

/// Reads of sources.
#[async_trait]
pub trait SourceReads {
    /// All sources by name.
    async fn sources(&self) -> StoreResult<Vec<Source>>;
    /// One source.
    async fn source(&self, id: SourceId) -> StoreResult<Option<Source>>;
    /// What was kept of the readings of a source.
    async fn signals(&self, id: SourceId) -> StoreResult<Vec<KeptSignal>>;
}

/// Writes of sources.
#[async_trait]
pub trait SourceWrites {
    /// As [`SourceReads::source`], within the unit of work.
    async fn source(&mut self, id: SourceId) -> StoreResult<Option<Source>>;
    /// Adds a source; `Taken` when the name is.
    async fn insert_source(&mut self, source: &Source) -> StoreResult<()>;
    /// Changes what was typed; `Taken` when the name is.
    async fn update_source(&mut self, id: SourceId, input: &SourceInput) -> StoreResult<bool>;
    /// Takes a source out of every list. Its items stay until they are approved for removal.
    async fn delete_source(&mut self, id: SourceId, at: Timestamp) -> StoreResult<bool>;
    /// Keeps a reading and which types it holds.
    async fn record_scan(
        &mut self,
        id: SourceId,
        report: &ScanReport,
        held: &BTreeMap<ContentType, Drop>,
    ) -> StoreResult<()>;
    /// Keeps signals of a source in place of those before.
    async fn keep_signals(&mut self, id: SourceId, signals: &[KeptSignal]) -> StoreResult<()>;
    /// Forgets the signals of some items.
    async fn forget_signals(&mut self, id: SourceId, keys: &[ItemKey]) -> StoreResult<()>;
    /// Forgets all of them: the next reading is a full one.
    async fn forget_all_signals(&mut self, id: SourceId) -> StoreResult<()>;
}
