//! Contents that nothing points at any more: what a source no longer holds and nobody published, what came with a
//! reading that failed. They are marked, and forgotten a day later.
//!
//! That day is what makes it safe. A reading keeps contents long before its items point at them; what it was told is
//! known is not forgotten before it can be at its end. One that takes longer finds out before it is taken in
//! (`sources/scan.rs`).

use super::Content;
use crate::{Result, ports::store::Lane};
use jiff::SignedDuration;
use std::fmt;

/// How long a content stays marked before it is forgotten.
const GRACE: SignedDuration = SignedDuration::from_hours(24);
/// How many are marked or forgotten in one unit of work, so that nobody waits long behind it.
const AT_ONCE: usize = 200;
/// How many are marked, and how many forgotten, in one run of the job: it stays within its lease.
const MOST: u32 = 20_000;

/// What one run did.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Collected {
    /// Contents that were found unused.
    pub marked: u64,
    /// Contents that had been for a day, and are gone.
    pub forgotten: u64,
}

impl fmt::Display for Collected {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { marked, forgotten } = self;
        if marked + forgotten == 0 {
            return f.write_str("every content is in use");
        }
        write!(f, "unused contents: {marked} found, {forgotten} forgotten after a day")
    }
}

impl Content<'_> {
    /// Forgets contents that nothing has pointed at for a day, and marks those that nothing points at now. The job
    /// that wakes by the clock.
    pub async fn collect_unused(&self) -> Result<Collected> {
        let collected =
            Collected { forgotten: self.forget_marked().await?, marked: self.mark_unused().await? };
        if collected != Collected::default() {
            let Collected { marked, forgotten } = collected;
            tracing::info!(marked, forgotten, "contents that nothing points at");
        }
        Ok(collected)
    }

    async fn forget_marked(&self) -> Result<u64> {
        let before = self.core.now() - GRACE;
        let mut forgotten = 0;
        for some in self.core.store.marked_blobs(before, MOST).await?.chunks(AT_ONCE) {
            let mut tx = self.core.store.begin(Lane::Content).await?;
            forgotten += tx.forget_unused(some, before).await?;
            tx.commit().await?;
        }
        Ok(forgotten)
    }

    async fn mark_unused(&self) -> Result<u64> {
        let mut marked = 0;
        for some in self.core.store.unused_blobs(MOST).await?.chunks(AT_ONCE) {
            let mut tx = self.core.store.begin(Lane::Content).await?;
            marked += tx.mark_unused(some, self.core.now()).await?;
            tx.commit().await?;
        }
        Ok(marked)
    }
}
