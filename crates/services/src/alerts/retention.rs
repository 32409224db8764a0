//! Forgetting what was closed long ago.

use super::Alerts;
use crate::{Result, ports::store::Lane};
use jiff::SignedDuration;

/// How many are forgotten in one unit of work, so that nobody waits long behind it.
const AT_ONCE: u32 = 200;
/// How many are forgotten in one run of the job.
const MOST: u64 = 20_000;

impl Alerts<'_> {
    /// Forgets alerts that were closed longer ago than the settings keep them, with everything about them except
    /// the audit log; says how many. A job calls it now and then.
    pub async fn forget_old(&self) -> Result<u64> {
        let Some(days) = self.core.settings.keep_closed_alerts_days else { return Ok(0) };
        let before = self.core.now() - SignedDuration::from_hours(24 * i64::from(days));
        let mut forgotten = 0;
        while forgotten < MOST {
            let mut tx = self.core.store.begin(Lane::Alerts).await?;
            let some = tx.forget_alerts(before, AT_ONCE).await?;
            tx.commit().await?;
            forgotten += some;
            if some < u64::from(AT_ONCE) {
                break;
            }
        }
        Ok(forgotten)
    }
}
