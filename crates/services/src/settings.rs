//! Settings that the use cases obey; `server/src/config` reads them.

use domain::content::drop_guard::DropGuard;

/// Settings of the use cases.
#[derive(Debug, Clone)]
pub struct Settings {
    /// Seconds between two syncs.
    pub sync_seconds: u64,
    /// Seconds between two readings of every source.
    pub scan_seconds: u64,
    /// When a scan is held.
    pub drop_guard: DropGuard,
    /// Days that closed alerts are kept; none: for ever.
    pub keep_closed_alerts_days: Option<u32>,
    /// Hours that a session lives without being used.
    pub session_hours: i64,
    /// The address that people type, where the outside reaches this Tandem; none when it is not known.
    pub public_url: Option<String>,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            sync_seconds: domain::schedule::SYNC_SECONDS,
            scan_seconds: domain::schedule::SYNC_SECONDS,
            drop_guard: DropGuard::default(),
            keep_closed_alerts_days: Some(730),
            session_hours: 14 * 24,
            public_url: None,
        }
    }
}
