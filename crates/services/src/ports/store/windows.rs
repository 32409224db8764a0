//! Sync windows and a person's opening of them.

use super::StoreResult;
use async_trait::async_trait;
use domain::window::{Opening, SyncWindows};

/// Reads of sync windows.
#[async_trait]
pub trait WindowReads {
    /// The windows, and the opening that was made last, if it was not closed.
    async fn sync_windows(&self) -> StoreResult<(SyncWindows, Option<Opening>)>;
}

/// Writes of sync windows.
#[async_trait]
pub trait WindowWrites {
    /// Replaces the windows.
    async fn keep_windows(&mut self, windows: &SyncWindows) -> StoreResult<()>;
    /// Replaces the opening.
    async fn keep_opening(&mut self, opening: Option<&Opening>) -> StoreResult<()>;
}
