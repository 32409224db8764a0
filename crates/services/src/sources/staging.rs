//! Taking a reading in piece by piece: contents go into the store as they come, in short units of work, and what items
//! say of themselves is kept until the reading is whole.
//!
//! A content has its hash for a name and belongs to nobody until an item points at it, so one that came with a
//! reading that failed half-way changes nothing; the next reading finds it there already, unless it comes so late that
//! the content was forgotten as unused (`content/collect.rs`).

use super::{
    found::{Digest, Findings},
    signals::Kept,
};
use crate::{
    Core, Error,
    ports::{
        reader::{ItemSink, ReadError, ReadItem, Reading},
        store::{Lane, StoreResult},
    },
};
use async_trait::async_trait;
use domain::content::{ContentHash, ContentType};
use std::{collections::BTreeSet, sync::Arc};

/// A reading that is being taken in.
pub(super) struct Staging<'a> {
    core: &'a Core,
    folders: Arc<[String]>,
    findings: Findings,
    /// Why the store did not take something.
    failure: Option<Error>,
}

impl<'a> Staging<'a> {
    /// Begins; `folders` are the published ones.
    pub(super) fn begin(core: &'a Core, folders: &[String]) -> Self {
        Self { core, folders: folders.into(), findings: Findings::default(), failure: None }
    }

    /// Everything that was found; `reading` is what the reader answered at the end. The outer error is the store's.
    pub(super) fn end(
        self,
        reading: Result<Reading, ReadError>,
        kept: &Kept,
    ) -> Result<Result<Findings, ReadError>, Error> {
        if let Some(failure) = self.failure {
            return Err(failure);
        }
        let mut findings = self.findings;
        Ok(reading.map(|reading| {
            findings.end(reading, &self.folders, kept);
            findings
        }))
    }

    /// Keeps the contents that the store does not have yet.
    async fn keep(&self, mut contents: Vec<(ContentHash, Vec<u8>)>) -> StoreResult<()> {
        let hashes: Vec<ContentHash> = contents.iter().map(|(hash, _)| hash.clone()).collect();
        let there: BTreeSet<ContentHash> = self.core.store.known_blobs(&hashes).await?.into_iter().collect();
        contents.retain(|(hash, _)| !there.contains(hash));
        if contents.is_empty() {
            return Ok(());
        }
        let mut tx = self.core.store.begin(Lane::Content).await?;
        tx.put_blobs(&contents).await?;
        tx.commit().await
    }
}

#[async_trait]
impl ItemSink for Staging<'_> {
    async fn take(&mut self, items: Vec<ReadItem>) -> Result<(), ReadError> {
        let folders = self.folders.clone();
        let hash =
            move || -> Vec<Digest> { items.into_iter().map(|item| Digest::of(item, &folders)).collect() };
        let mut digests = match tokio::task::spawn_blocking(hash).await {
            Ok(digests) => digests,
            Err(error) => return Err(self.stop(Error::internal(error))),
        };
        let contents = digests.iter_mut().filter_map(Digest::content).collect();
        if let Err(error) = self.keep(contents).await {
            return Err(self.stop(error.into()));
        }
        digests.into_iter().for_each(|digest| self.findings.take(digest));
        Ok(())
    }

    fn forget(&mut self, content_type: ContentType) {
        self.findings.forget(content_type);
    }
}

impl Staging<'_> {
    fn stop(&mut self, error: Error) -> ReadError {
        let message = error.to_string();
        self.failure = Some(error);
        ReadError::Unavailable(message)
    }
}
