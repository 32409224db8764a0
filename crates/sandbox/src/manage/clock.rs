//! The simulator's own time, which a test may set apart from everyone else's.

use jiff::{SignedDuration, Timestamp};
use std::time::Instant;

/// Goes on by itself from where it was started.
#[derive(Debug, Clone)]
pub struct Clock {
    base: Timestamp,
    started: Instant,
    offset: SignedDuration,
}

impl Default for Clock {
    fn default() -> Self {
        // A Monday morning; a demo sets the real time.
        Self::starting_at(Timestamp::new(1_795_420_800, 0).unwrap_or(Timestamp::UNIX_EPOCH))
    }
}

impl Clock {
    /// A clock that shows `base` now.
    pub fn starting_at(base: Timestamp) -> Self {
        Self { base, started: Instant::now(), offset: SignedDuration::ZERO }
    }

    /// Now.
    pub fn now(&self) -> Timestamp {
        let passed = SignedDuration::try_from(self.started.elapsed()).unwrap_or(SignedDuration::ZERO);
        self.base.checked_add(passed).and_then(|at| at.checked_add(self.offset)).unwrap_or(self.base)
    }

    /// Now, in whole seconds as Manage writes it.
    pub fn stamp(&self) -> String {
        Timestamp::from_second(self.now().as_second()).unwrap_or(self.base).to_string()
    }

    /// Sets the clock forward or back.
    pub fn shift(&mut self, by: SignedDuration) {
        self.offset += by;
    }
}
