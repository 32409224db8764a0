//! What this process alone remembers about connectors. Losing it loses nothing: everything here is found again.

use super::pace::Pace;
use domain::ids::{AlertId, ConnectorId};
use jiff::{SignedDuration, Timestamp};
use std::{
    collections::{BTreeMap, BTreeSet, HashMap, VecDeque},
    sync::{Mutex, MutexGuard, PoisonError},
};
use tokio::sync::Notify;

/// The most tickets that wait for their details; what is more is found when it is looked after.
const MOST_WAITING: usize = 10_000;

/// How often refused callbacks are kept, at most.
const KEPT_EVERY: SignedDuration = SignedDuration::from_secs(1);

/// Callbacks that were refused and are not kept yet.
#[derive(Default)]
struct Refused {
    waiting: u64,
    kept_at: Option<Timestamp>,
}

/// Notes on the desk.
#[derive(Default)]
pub struct Desk {
    pub(super) pace: Pace,
    owed: Notify,
    details: Mutex<HashMap<ConnectorId, VecDeque<(AlertId, i64)>>>,
    skipped: Mutex<BTreeMap<ConnectorId, BTreeSet<String>>>,
    refused: Mutex<HashMap<ConnectorId, Refused>>,
}

impl Desk {
    /// Something is owed to a ticket: whoever waits begins at once.
    pub(crate) fn owe(&self) {
        self.owed.notify_one();
    }

    /// Waits until something is owed.
    pub(super) async fn owed(&self) {
        self.owed.notified().await;
    }

    /// The details of a ticket are to be read.
    pub(super) fn want_details(&self, connector: ConnectorId, alert: AlertId, ticket: i64) {
        let mut waiting = locked(&self.details);
        let queue = waiting.entry(connector).or_default();
        if queue.len() < MOST_WAITING && !queue.contains(&(alert, ticket)) {
            queue.push_back((alert, ticket));
        }
    }

    /// The next ticket whose details are to be read.
    pub(super) fn next_details(&self, connector: ConnectorId) -> Option<(AlertId, i64)> {
        locked(&self.details).get_mut(&connector)?.pop_front()
    }

    /// A callback was refused. Answers how many are to be kept now; those of the same second wait for the next one,
    /// so that a flood of them is no flood of writes.
    pub(super) fn refuse(&self, connector: ConnectorId, now: Timestamp) -> Option<u64> {
        let mut all = locked(&self.refused);
        let refused = all.entry(connector).or_default();
        refused.waiting += 1;
        if refused.kept_at.is_some_and(|at| now.duration_since(at).abs() < KEPT_EVERY) {
            return None;
        }
        refused.kept_at = Some(now);
        Some(std::mem::take(&mut refused.waiting))
    }

    /// How many refused callbacks are not kept yet.
    pub(super) fn refused(&self, connector: ConnectorId) -> u64 {
        locked(&self.refused).get(&connector).map_or(0, |refused| refused.waiting)
    }

    /// Remembers what Manage's API cannot do; the next poll keeps it.
    pub(super) fn skip(&self, connector: ConnectorId, actions: &[String]) {
        locked(&self.skipped).entry(connector).or_default().extend(actions.iter().cloned());
    }

    /// What was remembered since the last poll.
    pub(super) fn skipped(&self, connector: ConnectorId) -> BTreeSet<String> {
        locked(&self.skipped).remove(&connector).unwrap_or_default()
    }
}

/// Every writer leaves what is behind the lock whole.
pub(super) fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_flood_of_refused_callbacks_is_kept_once_a_second() {
        let desk = Desk::default();
        let id: ConnectorId = "01935f6e-3c2a-7c3e-8f7a-2b1c9d0e4f5a".parse().unwrap();
        let at = |millisecond| Timestamp::from_millisecond(millisecond).unwrap();
        assert_eq!(desk.refuse(id, at(0)), Some(1));
        assert_eq!((desk.refuse(id, at(1)), desk.refuse(id, at(999))), (None, None));
        assert_eq!(desk.refused(id), 2);
        assert_eq!(desk.refuse(id, at(1_000)), Some(3));
        assert_eq!(desk.refused(id), 0);
    }
}
