//! Sources and their readings.

use super::StoreResult;
use async_trait::async_trait;
use domain::{
    content::ContentType,
    ids::SourceId,
    source::{Drop, ScanReport, Source, SourceInput},
};
use jiff::Timestamp;
use std::collections::BTreeMap;

/// Reads of sources.
#[async_trait]
pub trait SourceReads {
    /// All sources by name.
    async fn sources(&self) -> StoreResult<Vec<Source>>;
    /// One source.
    async fn source(&self, id: SourceId) -> StoreResult<Option<Source>>;
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
}
