//! How many requests a minute one instance gets, whoever sends them.

use std::time::Duration;

const MINUTE: Duration = Duration::from_secs(60);

/// A budget per minute: a sixth of it may be spent at once, the rest comes evenly, so that no minute, wherever it
/// begins, sees more than the whole.
#[derive(Debug, Clone)]
pub struct Budget {
    interval: Duration,
    burst: u32,
    /// When the bucket would be full again.
    owed_until: Duration,
    /// Manage asked us to wait until then.
    paused_until: Duration,
}

impl Budget {
    /// A budget of `per_minute` requests; at least 6.
    pub fn new(per_minute: u32) -> Self {
        let whole = per_minute.max(6);
        let burst = whole / 6;
        Self {
            interval: MINUTE / (whole - burst),
            burst,
            owed_until: Duration::ZERO,
            paused_until: Duration::ZERO,
        }
    }

    /// Takes one request from the budget and says how long to wait before it may be sent.
    pub fn take(&mut self, now: Duration) -> Duration {
        self.owed_until = self.owed_until.max(now) + self.interval;
        let ready = self.owed_until.saturating_sub(self.interval * self.burst);
        ready.max(self.paused_until).saturating_sub(now)
    }

    /// How long the next request would have to wait.
    pub fn wait(&self, now: Duration) -> Duration {
        self.clone().take(now)
    }

    /// Takes one request, unless it would have to wait longer than `longest`: then nothing is taken, since nothing will be
    /// sent, and the wait is told.
    pub fn take_within(&mut self, now: Duration, longest: Duration) -> Result<Duration, Duration> {
        match self.wait(now) {
            wait if wait > longest => Err(wait),
            _ => Ok(self.take(now)),
        }
    }

    /// How long the instance still wants to be left alone.
    pub fn paused_for(&self, now: Duration) -> Option<Duration> {
        Some(self.paused_until.saturating_sub(now)).filter(|left| !left.is_zero())
    }

    /// Nothing is sent for `time`: Manage asked for it.
    pub fn pause(&mut self, now: Duration, time: Duration) {
        self.paused_until = self.paused_until.max(now + time);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn no_minute_sees_more_than_the_budget(per_minute in 6u32..600, gaps in prop::collection::vec(0u64..400, 1..900)) {
            let mut budget = Budget::new(per_minute);
            let mut now = Duration::ZERO;
            let mut sent = Vec::new();
            for gap in gaps {
                now += Duration::from_millis(gap);
                sent.push(now + budget.take(now));
            }
            sent.sort();
            for (index, start) in sent.iter().enumerate() {
                let within = sent.iter().skip(index).filter(|at| **at < *start + MINUTE).count();
                prop_assert!(within <= per_minute as usize, "{} of {}", within, per_minute);
            }
        }
    }

    #[test]
    fn a_pause_holds_everyone_back() {
        let mut budget = Budget::new(600);
        assert_eq!(budget.take(Duration::ZERO), Duration::ZERO);
        budget.pause(Duration::ZERO, Duration::from_secs(30));
        assert_eq!(budget.take(Duration::from_secs(10)), Duration::from_secs(20));
        assert_eq!(budget.take(Duration::from_secs(31)), Duration::ZERO);
    }
}
