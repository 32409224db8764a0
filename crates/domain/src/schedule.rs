//! Work that wakes by the clock: what runs when, and how it ended last time.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// The name of the job that publishes what was approved.
pub const CONTENT_SYNC: &str = "content-sync";
/// The name of the job that reads every source.
pub const CONTENT_SCAN: &str = "content-scan";
/// The name of the job that lets rings follow one another.
pub const RING_PROMOTION: &str = "ring-promotion";
/// Seconds between two looks at the rings.
pub const RING_PROMOTION_SECONDS: u64 = 60;
/// The name of the job that forgets contents that nothing points at.
pub const CONTENT_CLEANUP: &str = "content-cleanup";
/// Seconds between two of its runs.
pub const CONTENT_CLEANUP_SECONDS: u64 = 24 * 60 * 60;
/// Seconds between two syncs, unless configured otherwise.
pub const SYNC_SECONDS: u64 = 7 * 60;

/// A job as the screens show it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Schedule {
    /// Its name.
    pub name: String,
    /// Seconds between two runs.
    pub every_seconds: u64,
    /// When the last run began.
    pub last_run_at: Option<Timestamp>,
    /// When the last run ended; none while it runs.
    pub last_finished_at: Option<Timestamp>,
    /// Whether the last run went well.
    pub last_ok: Option<bool>,
    /// What the last run did, one sentence.
    pub last_summary: Option<String>,
    /// When the next run is due.
    pub next_run_at: Timestamp,
    /// Whether it runs now.
    pub running: bool,
}

impl Schedule {
    /// Whether a run may begin at `now`.
    pub fn is_due(&self, now: Timestamp) -> bool {
        !self.running && self.next_run_at <= now
    }
}
