//! Jobs that wake by the clock. Each is claimed by lease, so that it runs once however many replicas there are.

use super::StoreResult;
use async_trait::async_trait;
use domain::schedule::Schedule;
use jiff::Timestamp;

/// The right to run a job until `until`. The fence rises with every claim: a replica that was paused past its
/// lease finds that its fence is no longer the newest, and its result is not recorded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lease {
    /// The job.
    pub name: String,
    /// Rises with every claim.
    pub fence: i64,
    /// When the right ends.
    pub until: Timestamp,
}

/// How a run ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RunResult {
    /// Whether it went well.
    pub ok: bool,
    /// One sentence.
    pub summary: String,
    /// When it ended.
    pub finished_at: Timestamp,
    /// When the next run is due.
    pub next_run_at: Timestamp,
}

/// Jobs and leases; every call is a transaction of its own.
#[async_trait]
pub trait ScheduleStore {
    /// All jobs by name; `now` decides whether one is running.
    async fn schedules(&self, now: Timestamp) -> StoreResult<Vec<Schedule>>;
    /// Adds a job if it is not there (first due at `first_run_at`), or changes its period.
    async fn ensure_schedule(
        &self,
        name: &str,
        every_seconds: u64,
        first_run_at: Timestamp,
    ) -> StoreResult<()>;
    /// Claims a job that is due and not leased.
    async fn claim_schedule(
        &self,
        name: &str,
        owner: &str,
        now: Timestamp,
        until: Timestamp,
    ) -> StoreResult<Option<Lease>>;
    /// Records the end of a run and gives the lease back; false when the fence is no longer the newest.
    async fn finish_schedule(&self, lease: &Lease, result: &RunResult) -> StoreResult<bool>;
}
