//! Slowing down those who guess: after five failures under one key each further attempt waits, twice as long
//! every time, up to five minutes. Counted in the database, so that all replicas agree. Nobody is ever locked
//! out for good: a person on duty must get in.

use crate::{Core, Error, Result, ports::store::Lane};

const FREE_ATTEMPTS: u32 = 5;
const LONGEST_WAIT: u64 = 300;
/// Failures older than this no longer count.
const FORGIVEN_AFTER: i64 = 3600;

/// What someone tries to get into: an account or API client, and the address they come from.
pub(crate) struct Attempted {
    keys: Vec<String>,
}

impl Attempted {
    pub(crate) fn new(kind: &str, name: &str, address: Option<&str>) -> Self {
        let mut keys = vec![format!("{kind}:{}", name.to_lowercase())];
        keys.extend(address.map(|address| format!("{kind}-from:{address}")));
        Self { keys }
    }
}

impl Core {
    /// Refuses an attempt that comes too early.
    pub(crate) async fn check_attempts(&self, attempted: &Attempted) -> Result<()> {
        let now = self.now();
        for key in &attempted.keys {
            let Some(failed) = self.store.attempts(key).await? else { continue };
            let waited = now.as_second() - failed.last_at.as_second();
            let left = i64::try_from(wait_seconds(key, failed.count)).unwrap_or(0) - waited;
            if left > 0 && waited < FORGIVEN_AFTER {
                return Err(Error::TooMany { retry_after_seconds: u64::try_from(left).unwrap_or(1) });
            }
        }
        Ok(())
    }

    /// Counts a failure under every key, or forgets the failures of the account.
    pub(crate) async fn settle_attempt(&self, attempted: &Attempted, succeeded: bool) -> Result<()> {
        if succeeded && !self.has_failures(attempted).await? {
            return Ok(());
        }
        let now = self.now();
        let mut tx = self.store.begin(Lane::Accounts).await?;
        for key in &attempted.keys {
            if succeeded {
                tx.clear_attempts(key).await?;
            } else {
                tx.record_attempt(key, now).await?;
            }
        }
        Ok(tx.commit().await?)
    }

    async fn has_failures(&self, attempted: &Attempted) -> Result<bool> {
        for key in &attempted.keys {
            if self.store.attempts(key).await?.is_some() {
                return Ok(true);
            }
        }
        Ok(false)
    }
}

/// An address may stand for a whole office, so it gets ten times as many tries.
fn wait_seconds(key: &str, failures: u32) -> u64 {
    let free = if key.contains("-from:") { FREE_ATTEMPTS * 10 } else { FREE_ATTEMPTS };
    match failures.checked_sub(free) {
        None => 0,
        Some(beyond) => 2u64.saturating_pow(beyond.min(12) + 1).min(LONGEST_WAIT),
    }
}

#[cfg(test)]
mod tests {
    use super::wait_seconds;

    #[test]
    fn waiting_grows_and_ends() {
        assert_eq!([4, 5, 6, 7, 30].map(|n| wait_seconds("user:a", n)), [0, 2, 4, 8, 300]);
        assert_eq!([5, 49, 50].map(|n| wait_seconds("user-from:::1", n)), [0, 0, 2]);
    }
}
