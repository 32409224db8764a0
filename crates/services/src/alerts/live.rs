//! Telling everybody who shows alerts that something changed.
//!
//! Every change of an alert has a revision. Here the newest one is published; whoever waits then asks what changed
//! since the revision they know. Changes of other processes are found by looking now and then.

use super::Alerts;
use crate::{Core, Result};
use domain::{
    account::{Actor, Permission},
    ids::AlertId,
};
use serde::Serialize;
use std::{
    collections::{BTreeSet, VecDeque},
    sync::{Mutex, PoisonError},
};
use tokio::sync::watch;

/// The most changes that one answer tells.
const MOST_NEWS: usize = 500;
/// The most changes that are kept in memory.
const MOST_KEPT: usize = 4_000;

/// What this process knows of the changes of alerts.
pub struct AlertChanges {
    newest: watch::Sender<i64>,
    recent: Mutex<Recent>,
    looking: tokio::sync::Mutex<()>,
}

/// The newest changes, for the many who ask for the same ones.
#[derive(Default)]
struct Recent {
    /// Every change after this revision is here.
    floor: i64,
    changes: VecDeque<AlertNews>,
}

impl Default for AlertChanges {
    fn default() -> Self {
        let (recent, looking) = (Mutex::default(), tokio::sync::Mutex::default());
        Self { newest: watch::Sender::new(-1), recent, looking }
    }
}

impl AlertChanges {
    /// The newest revision that is known here; -1 before the first look.
    pub(crate) fn newest(&self) -> watch::Ref<'_, i64> {
        self.newest.borrow()
    }

    fn recent(&self) -> std::sync::MutexGuard<'_, Recent> {
        self.recent.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Keeps changes; without them, says that what came before is not known.
    fn keep(&self, changes: Option<Vec<AlertNews>>, newest: i64) {
        let mut recent = self.recent();
        match changes {
            Some(changes) => recent.changes.extend(changes),
            None => {
                recent.changes.clear();
                recent.floor = newest;
            }
        }
        while recent.changes.len() > MOST_KEPT {
            recent.floor = recent.changes.pop_front().map_or(newest, |oldest| oldest.revision);
        }
        drop(recent);
        self.newest.send_if_modified(|known| std::mem::replace(known, newest) != newest);
    }

    /// What changed after a revision; none when that is not known here, or is too much to tell one by one.
    fn since(&self, revision: i64) -> Option<Vec<AlertNews>> {
        let recent = self.recent();
        let known = revision >= recent.floor;
        let later = recent.changes.iter().rev().take_while(|news| news.revision > revision);
        let (mut seen, mut news) = (BTreeSet::new(), Vec::new());
        // The newest of each alert.
        news.extend(later.filter(|news| seen.insert(news.id)).copied().take(MOST_NEWS + 1));
        news.reverse();
        (known && news.len() <= MOST_NEWS).then_some(news)
    }
}

/// An alert that changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct AlertNews {
    /// Which.
    pub id: AlertId,
    /// The revision that it has now.
    pub revision: i64,
}

impl Alerts<'_> {
    /// The newest revision of alerts, as it rises.
    pub fn changes(&self) -> watch::Receiver<i64> {
        self.core.alert_changes.newest.subscribe()
    }

    /// What changed after a revision, in order; none when it was more than 500 alerts, or so long ago that it is
    /// not known any more: whoever shows alerts reads them anew.
    pub async fn news(&self, actor: &Actor, since: i64) -> Result<Option<Vec<AlertNews>>> {
        self.core.require(actor, Permission::ViewAlerts).await?;
        Ok(self.core.alert_changes.since(since))
    }

    /// Looks whether anything changed, here or in another process; a job calls it now and then.
    pub async fn watch(&self) -> Result<()> {
        self.core.look_for_changes().await
    }
}

impl Core {
    /// After a change was committed: whoever waits hears of it at once. A failure only means that they hear of it
    /// when the job looks next.
    pub(crate) async fn alerts_changed(&self) {
        // What follows for tickets is begun at once as well.
        self.desk.owe();
        self.tell_changes().await;
    }

    /// The same where nothing is owed to a ticket.
    pub(crate) async fn tell_changes(&self) {
        if let Err(error) = self.look_for_changes().await {
            tracing::debug!(%error, "the newest change of alerts is not known yet");
        }
    }

    async fn look_for_changes(&self) -> Result<()> {
        let _one_at_a_time = self.alert_changes.looking.lock().await;
        let newest = self.store.alerts_revision().await?;
        let known = *self.alert_changes.newest.borrow();
        if newest <= known {
            return Ok(());
        }
        if known < 0 {
            // The process has just started: what came before it is for the pages to read.
            self.alert_changes.keep(None, newest);
            return Ok(());
        }
        let most = u32::try_from(MOST_NEWS).unwrap_or(u32::MAX);
        let changed = self.store.alerts_changed_since(known, most + 1).await?;
        let newest = changed.last().map_or(newest, |(_, revision)| newest.max(*revision));
        let changed = (changed.len() <= MOST_NEWS)
            .then(|| changed.into_iter().map(|(id, revision)| AlertNews { id, revision }).collect());
        self.alert_changes.keep(changed, newest);
        Ok(())
    }
}
