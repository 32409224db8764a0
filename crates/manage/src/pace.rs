//! Time and chance are parameters, so that tests neither sleep nor guess.

use async_trait::async_trait;
use std::time::{Duration, Instant};

/// How time passes, and chance.
#[async_trait]
pub trait Pace: Send + Sync + 'static {
    /// Time since some fixed moment; never goes back.
    fn elapsed(&self) -> Duration;

    /// Waits.
    async fn sleep(&self, time: Duration);

    /// A number that nobody can guess, for jitter.
    fn random(&self) -> u64;
}

/// The machine's own time.
#[derive(Debug, Clone, Copy)]
pub struct SystemPace {
    started: Instant,
}

impl Default for SystemPace {
    fn default() -> Self {
        Self { started: Instant::now() }
    }
}

#[async_trait]
impl Pace for SystemPace {
    fn elapsed(&self) -> Duration {
        self.started.elapsed()
    }

    async fn sleep(&self, time: Duration) {
        tokio::time::sleep(time).await;
    }

    fn random(&self) -> u64 {
        rand::random()
    }
}

/// The wait before try `attempt` (the first retry is 1): doubled each time up to `cap`, then a random half of it
/// taken off, so that many callers do not return together.
pub(crate) fn back_off(first: Duration, cap: Duration, attempt: u32, random: u64) -> Duration {
    let full = first.saturating_mul(2u32.saturating_pow(attempt.saturating_sub(1).min(20))).min(cap);
    let half = full / 2;
    let span = u64::try_from(half.as_nanos()).unwrap_or(u64::MAX).saturating_add(1);
    half + Duration::from_nanos(random % span)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits_double_up_to_the_cap_and_keep_at_least_half() {
        let (first, cap) = (Duration::from_millis(400), Duration::from_secs(30));
        for (attempt, full) in [(1, 400), (2, 800), (3, 1_600), (8, 30_000), (40, 30_000)] {
            let full = Duration::from_millis(full);
            assert_eq!(back_off(first, cap, attempt, 0), full / 2);
            for random in [1, 12_345_678_901, u64::MAX] {
                let wait = back_off(first, cap, attempt, random);
                assert!(wait >= full / 2 && wait <= full, "{attempt}: {wait:?}");
            }
        }
    }
}
