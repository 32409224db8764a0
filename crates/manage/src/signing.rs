//! The key that callbacks are signed with. The newest one is kept for a while: whatever names another key has it read
//! from the instance again, which knows whether that one still holds. How often unknown keys are asked for is
//! limited, because anybody may send a callback that names one.

use std::{collections::VecDeque, time::Duration};

/// How long a key is believed without being read again.
const KEPT_FOR: Duration = Duration::from_secs(300);
/// The most keys that are read in a minute.
const PER_MINUTE: usize = 20;
const MINUTE: Duration = Duration::from_secs(60);

/// The newest key, and when keys were asked for.
#[derive(Debug, Default)]
pub(crate) struct SigningKeys {
    newest: Option<(String, String, Duration)>,
    asked: VecDeque<Duration>,
}

impl SigningKeys {
    /// The key of this address, unless it is too old to be believed.
    pub(crate) fn known(&self, address: &str, now: Duration) -> Option<String> {
        let (known, key, read_at) = self.newest.as_ref()?;
        (known == address && now.saturating_sub(*read_at) < KEPT_FOR).then(|| key.clone())
    }

    /// Asks for another key, which counts from now on; else says how long to wait.
    pub(crate) fn ask(&mut self, now: Duration) -> Result<(), Duration> {
        while self.asked.front().is_some_and(|at| now.saturating_sub(*at) >= MINUTE) {
            self.asked.pop_front();
        }
        match self.asked.front() {
            Some(first) if self.asked.len() >= PER_MINUTE => Err((*first + MINUTE).saturating_sub(now)),
            _ => {
                self.asked.push_back(now);
                Ok(())
            }
        }
    }

    /// Keeps a key that was read, in place of the one before.
    pub(crate) fn keep(&mut self, address: String, key: String, now: Duration) {
        self.newest = Some((address, key, now));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const fn at(seconds: u64) -> Duration {
        Duration::from_secs(seconds)
    }

    #[test]
    fn only_the_newest_key_is_believed_and_not_for_ever() {
        let mut keys = SigningKeys::default();
        keys.keep("one".into(), "first".into(), at(0));
        assert_eq!(keys.known("one", at(299)).as_deref(), Some("first"));
        assert_eq!(keys.known("one", at(300)), None);
        assert_eq!(keys.known("two", at(1)), None);
        keys.keep("two".into(), "second".into(), at(10));
        assert_eq!(keys.known("two", at(11)).as_deref(), Some("second"));
        assert_eq!(keys.known("one", at(11)), None, "rotated away");
    }

    #[test]
    fn unknown_keys_are_asked_for_a_few_times_a_minute() {
        let mut keys = SigningKeys::default();
        assert!((0..PER_MINUTE).all(|_| keys.ask(at(5)).is_ok()));
        assert_eq!(keys.ask(at(64)), Err(at(1)));
        assert_eq!(keys.ask(at(65)), Ok(()));
    }
}
