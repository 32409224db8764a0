//! What this process alone remembers about connectors. Losing it loses nothing: everything here is found again.

use super::pace::Pace;
use domain::ids::{AlertId, ConnectorId};
use std::{
    collections::{BTreeMap, BTreeSet, HashMap, HashSet, VecDeque},
    sync::{Mutex, MutexGuard, PoisonError},
};
use tokio::sync::Notify;

/// The most tickets that wait for their details; what is more is found when it is looked after.
const MOST_WAITING: usize = 10_000;
/// The most tickets that callbacks told of.
const MOST_TOLD: usize = 10_000;

/// Notes on the desk.
#[derive(Default)]
pub struct Desk {
    pub(super) pace: Pace,
    owed: Notify,
    details: Mutex<HashMap<ConnectorId, VecDeque<(AlertId, i64)>>>,
    told: Mutex<HashSet<(ConnectorId, i64)>>,
    skipped: Mutex<BTreeMap<ConnectorId, BTreeSet<String>>>,
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

    /// A callback told of a ticket.
    pub(super) fn hear_of(&self, connector: ConnectorId, ticket: i64) {
        let mut told = locked(&self.told);
        if told.len() < MOST_TOLD {
            told.insert((connector, ticket));
        }
    }

    /// Whether a callback told of this ticket, once.
    pub(super) fn was_told(&self, connector: ConnectorId, ticket: i64) -> bool {
        locked(&self.told).remove(&(connector, ticket))
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
