//! How soon what a poll found was kept: from the moment at which Manage's answer was there to the commit of each alert.

use super::desk::locked;
use crate::Services;
use std::{collections::BTreeMap, sync::Mutex, time::Duration};

/// Longer waits count as this long, in milliseconds.
const LONGEST: u64 = 60_000;

/// Waits since they were last taken: how many there were of each, in milliseconds.
#[derive(Default)]
pub(crate) struct Pace(Mutex<BTreeMap<u64, usize>>);

impl Pace {
    /// So many alerts were kept after so long.
    pub(super) fn note(&self, wait: Duration, alerts: usize) {
        if alerts == 0 {
            return;
        }
        let exact = u64::try_from(wait.as_millis()).unwrap_or(LONGEST).min(LONGEST);
        // Few different waits, however many alerts there are.
        let rounded = if exact < 1_000 { exact } else { exact / 100 * 100 };
        *locked(&self.0).entry(rounded).or_default() += alerts;
    }

    fn take(&self) -> Vec<(Duration, usize)> {
        let taken = std::mem::take(&mut *locked(&self.0));
        taken.into_iter().map(|(wait, alerts)| (Duration::from_millis(wait), alerts)).collect()
    }
}

impl Services {
    /// How long alerts took from Manage's answer until they were kept, and how many took so long; each is told once.
    pub fn take_pace(&self) -> Vec<(Duration, usize)> {
        self.core.desk.pace.take()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits_are_counted_rounded_and_told_once() {
        let pace = Pace::default();
        for (milliseconds, alerts) in [(7, 50), (7, 3), (1_234, 1), (1_299, 1), (9_999_999, 1), (5, 0)] {
            pace.note(Duration::from_millis(milliseconds), alerts);
        }
        let told = [(7, 53), (1_200, 2), (60_000, 1)];
        assert_eq!(pace.take(), told.map(|(wait, alerts)| (Duration::from_millis(wait), alerts)));
        assert!(pace.take().is_empty());
    }
}
