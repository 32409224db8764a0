//! Jobs that wake by the clock: read every source, publish what was approved, let rings follow, forget contents that
//! nothing points at.
//!
//! Each is a reconciler: it takes no input, may run at any time and any number of times, and is claimed by
//! lease, so that it runs once however many replicas there are. The next wake-up is the retry.

use crate::{
    Core, Result, Services,
    ports::store::schedules::{Lease, RunResult},
};
use domain::{
    account::{Actor, Permission},
    schedule::{
        CONTENT_CLEANUP, CONTENT_CLEANUP_SECONDS, CONTENT_SCAN, CONTENT_SYNC, RING_PROMOTION,
        RING_PROMOTION_SECONDS, Schedule,
    },
};
use jiff::SignedDuration;

/// How long a run may take before another replica may start it anew.
const LEASE_SECONDS: i64 = 10 * 60;

/// All of them, in the order in which those run that are due at once.
const JOBS: [&str; 4] = [CONTENT_SCAN, CONTENT_SYNC, RING_PROMOTION, CONTENT_CLEANUP];

/// Jobs that wake by the clock.
pub struct Schedules<'a> {
    pub(crate) core: &'a Core,
}

impl Schedules<'_> {
    /// All jobs by name.
    pub async fn list(&self, actor: &Actor) -> Result<Vec<Schedule>> {
        self.core.require(actor, Permission::ViewContent).await?;
        Ok(self.core.store.schedules(self.core.now()).await?)
    }

    /// Makes sure that the jobs are there with the configured periods. Called at the start.
    pub async fn ensure(&self) -> Result<()> {
        let settings = &self.core.settings;
        let jobs = [
            (CONTENT_SCAN, settings.scan_seconds),
            (CONTENT_SYNC, settings.sync_seconds),
            (RING_PROMOTION, RING_PROMOTION_SECONDS),
            (CONTENT_CLEANUP, CONTENT_CLEANUP_SECONDS),
        ];
        for (name, seconds) in jobs {
            let first = self.core.now() + seconds_long(seconds);
            self.core.store.ensure_schedule(name, seconds, first).await?;
        }
        Ok(())
    }
}

impl Services {
    /// Runs what is due and not leased; `owner` names this process. Says which jobs ran.
    pub async fn run_due(&self, owner: &str) -> Result<Vec<String>> {
        let mut ran = Vec::new();
        // A look that finds nothing, as nearly all do, must cost next to nothing: a claim is a write each.
        let now = self.core.now();
        let jobs = self.core.store.schedules(now).await?;
        let is_due = |name: &&str| jobs.iter().any(|job| job.name == *name && job.is_due(now));
        for name in JOBS.into_iter().filter(is_due) {
            let now = self.core.now();
            let until = now + SignedDuration::from_secs(LEASE_SECONDS);
            let Some(lease) = self.core.store.claim_schedule(name, owner, now, until).await? else {
                continue;
            };
            self.run(&lease).await?;
            ran.push(name.to_owned());
        }
        Ok(ran)
    }

    async fn run(&self, lease: &Lease) -> Result<()> {
        let actor = Actor::system("schedule");
        let done = match lease.name.as_str() {
            CONTENT_SCAN => self.scan_every_source(&actor).await,
            RING_PROMOTION => self.rings().advance(&actor).await,
            CONTENT_CLEANUP => self.content().collect_unused().await.map(|done| done.to_string()),
            _ => self.sync_every_type(&actor).await,
        };
        let (ok, summary) = match done {
            Ok(summary) => (true, summary),
            Err(error) => (false, error.to_string()),
        };
        let period = self.period(&lease.name);
        let finished_at = self.core.now();
        let result = RunResult { ok, summary, finished_at, next_run_at: finished_at + seconds_long(period) };
        if !self.core.store.finish_schedule(lease, &result).await? {
            tracing::warn!(job = lease.name, "the run outlived its lease; another replica has taken over");
        }
        Ok(())
    }

    async fn scan_every_source(&self, actor: &Actor) -> Result<String> {
        let reports = self.sources().scan_all(actor).await?;
        let told: Vec<String> =
            reports.iter().map(|(name, report)| format!("{name}: {}", report.summary)).collect();
        Ok(if told.is_empty() { "there is no source to read".into() } else { told.join("; ") })
    }

    async fn sync_every_type(&self, actor: &Actor) -> Result<String> {
        if let Some(closed) = self.core.closed().await? {
            return Ok(closed);
        }
        let total = self.content().sync_all(actor).await?;
        Ok(crate::content::tell_sync(&total, "items"))
    }

    fn period(&self, name: &str) -> u64 {
        match name {
            CONTENT_SCAN => self.core.settings.scan_seconds,
            RING_PROMOTION => RING_PROMOTION_SECONDS,
            CONTENT_CLEANUP => CONTENT_CLEANUP_SECONDS,
            _ => self.core.settings.sync_seconds,
        }
    }
}

fn seconds_long(seconds: u64) -> SignedDuration {
    SignedDuration::from_secs(i64::try_from(seconds).unwrap_or(i64::MAX / 2))
}
