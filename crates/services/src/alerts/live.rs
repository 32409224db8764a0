//! Telling everybody who shows alerts that something changed.
//!
//! Every change of an alert has a revision. Here the newest one is published; whoever waits then asks what changed
//! since the revision they know. Changes of other processes are found by looking a few times a second.

use super::Alerts;
use crate::{Core, Result};
use domain::{
    account::{Actor, Permission},
    ids::AlertId,
};
use serde::Serialize;
use tokio::sync::watch;

/// The most changes that one answer tells.
const MOST_NEWS: u32 = 500;

/// The newest revision of alerts that this process knows.
pub struct AlertChanges {
    newest: watch::Sender<i64>,
}

impl Default for AlertChanges {
    fn default() -> Self {
        Self { newest: watch::Sender::new(0) }
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

    /// What changed after a revision, in order; at most 500, the rest when asked again.
    pub async fn news(&self, actor: &Actor, since: i64) -> Result<Vec<AlertNews>> {
        self.core.require(actor, Permission::ViewAlerts).await?;
        let changed = self.core.store.alerts_changed_since(since, MOST_NEWS).await?;
        Ok(changed.into_iter().map(|(id, revision)| AlertNews { id, revision }).collect())
    }

    /// Looks whether anything changed, here or in another process; a job calls it a few times a second.
    pub async fn watch(&self) -> Result<()> {
        let revision = self.core.store.alerts_revision().await?;
        self.core.alert_changes.newest.send_if_modified(|newest| {
            let rose = revision > *newest;
            *newest = revision.max(*newest);
            rose
        });
        Ok(())
    }
}

impl Core {
    /// After a change was committed: whoever waits hears of it at once. A failure only means that they hear of it
    /// when the job looks next.
    pub(crate) async fn alerts_changed(&self) {
        // What follows for tickets is begun at once as well.
        self.desk.owe();
        match self.store.alerts_revision().await {
            Ok(revision) => {
                self.alert_changes.newest.send_if_modified(|newest| {
                    let rose = revision > *newest;
                    *newest = revision.max(*newest);
                    rose
                });
            }
            Err(error) => tracing::debug!(%error, "the newest change of alerts is not known yet"),
        }
    }
}
