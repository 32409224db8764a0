//! The circuit breaker: an instance that fails again and again is left alone for a while, then tried with one call.

use std::time::Duration;

/// Failures in a row that open it.
const TOLERATED: u32 = 5;
/// The first rest; doubled each time the trial fails.
const REST: Duration = Duration::from_secs(5);
/// The longest rest, short enough that an outage's end is seen within a minute.
const LONGEST_REST: Duration = Duration::from_secs(30);
/// A trial whose end nobody reported (its caller went away) no longer counts after this.
const TRIAL: Duration = Duration::from_secs(30);

/// How it stands, for people and metrics.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BreakerState {
    /// Calls go through.
    Closed {
        /// Failures in a row so far.
        failures: u32,
    },
    /// Calls are refused.
    Open {
        /// Until one is let through.
        retry_in: Duration,
    },
    /// One call is out to see whether Manage is back.
    Trying,
}

/// Counts failures in a row. Time is a parameter.
#[derive(Debug, Clone, Default)]
pub struct Breaker {
    failures: u32,
    open_until: Option<Duration>,
    trial_since: Option<Duration>,
    rests: u32,
}

impl Breaker {
    /// How it stands.
    pub fn state(&self, now: Duration) -> BreakerState {
        match (self.open_until, self.trial_since) {
            (None, _) => BreakerState::Closed { failures: self.failures },
            (Some(_), Some(since)) if now < since + TRIAL => BreakerState::Trying,
            (Some(until), _) => BreakerState::Open { retry_in: until.saturating_sub(now) },
        }
    }

    /// Whether a call may go out; else how long to wait.
    pub fn admit(&mut self, now: Duration) -> Result<(), Duration> {
        match self.state(now) {
            BreakerState::Closed { .. } => Ok(()),
            BreakerState::Trying => Err(REST),
            BreakerState::Open { retry_in } if retry_in.is_zero() => {
                self.trial_since = Some(now);
                Ok(())
            }
            BreakerState::Open { retry_in } => Err(retry_in),
        }
    }

    /// Manage answered: even a refusal shows that it is there.
    pub fn answered(&mut self) {
        *self = Self::default();
    }

    /// A call failed.
    pub fn failed(&mut self, now: Duration) {
        self.failures = self.failures.saturating_add(1);
        if self.failures >= TOLERATED {
            let rest = REST.saturating_mul(2u32.saturating_pow(self.rests.min(8))).min(LONGEST_REST);
            self.open_until = Some(now + rest);
            self.trial_since = None;
            self.rests = self.rests.saturating_add(1);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seconds(seconds: u64) -> Duration {
        Duration::from_secs(seconds)
    }

    fn opened() -> Breaker {
        let mut breaker = Breaker::default();
        (0..TOLERATED).for_each(|_| breaker.failed(seconds(0)));
        breaker
    }

    #[test]
    fn five_failures_in_a_row_open_it_and_an_answer_between_does_not() {
        let mut breaker = Breaker::default();
        for _ in 0..3 {
            (0..4).for_each(|_| breaker.failed(seconds(0)));
            breaker.answered();
        }
        assert_eq!(breaker.state(seconds(0)), BreakerState::Closed { failures: 0 });
        assert_eq!(opened().state(seconds(1)), BreakerState::Open { retry_in: seconds(4) });
        assert_eq!(opened().admit(seconds(1)), Err(seconds(4)));
    }

    #[test]
    fn one_call_tries_and_its_end_decides() {
        let mut breaker = opened();
        assert_eq!(breaker.admit(seconds(5)), Ok(()));
        assert_eq!(breaker.state(seconds(5)), BreakerState::Trying);
        assert!(breaker.admit(seconds(6)).is_err(), "only one");
        breaker.failed(seconds(6));
        assert_eq!(breaker.state(seconds(6)), BreakerState::Open { retry_in: seconds(10) });
        assert_eq!(breaker.admit(seconds(16)), Ok(()));
        breaker.answered();
        assert_eq!(breaker.admit(seconds(16)), Ok(()));
    }

    #[test]
    fn rests_end_within_half_a_minute_and_a_lost_trial_does_not_lock() {
        let mut breaker = opened();
        for _ in 0..20 {
            breaker.failed(seconds(100));
        }
        assert_eq!(breaker.state(seconds(100)), BreakerState::Open { retry_in: LONGEST_REST });
        assert_eq!(breaker.admit(seconds(130)), Ok(()));
        assert!(breaker.admit(seconds(140)).is_err());
        assert_eq!(breaker.admit(seconds(161)), Ok(()), "the first trial never reported");
    }
}
