//! What counts as now: the two numbers that everything kept in memory hangs on (docs/adr/0012).
//!
//! A database that only this process writes to is asked again after each of its own changes. One that others write to
//! lends its answer for a moment, and is asked again while that still counts, so that a stream of polls waits for nothing.

use super::PullCache;
use crate::{
    Core, Error, Result,
    ports::store::{StoreResult, Transaction, production::Epochs},
};
use std::{
    sync::{Arc, atomic::Ordering},
    time::Duration,
};
use tokio::time::{Instant, sleep};

/// How long what counts as now is answered without asking a database that others write to again, from when it was
/// asked for. Each change of it waits for as long before it is told to be done ([`Core::serve_anew`]): what was told to
/// be done holds on every replica.
const LENT: Duration = Duration::from_millis(50);
/// From this age on polls have the answer asked for anew, while it still counts.
const AGEING: Duration = Duration::from_millis(30);

/// A renewal under way, however it ends.
struct Renewing(Arc<PullCache>);

impl Drop for Renewing {
    fn drop(&mut self) {
        self.0.is_being_renewed.store(false, Ordering::Release);
    }
}

impl Core {
    /// What counts as now.
    pub(super) async fn epochs(&self) -> Result<Epochs> {
        match self.known_epochs(LENT) {
            Some(known) => Ok(known),
            None => Ok(self.ask_anew().await?),
        }
    }

    /// What counts as now, without waiting: none where the database must be asked first.
    pub(super) fn epochs_in_memory(&self) -> Option<Epochs> {
        self.known_epochs(LENT)
    }

    /// Has what counts as now asked for while what is known still counts, so that the next poll waits for nothing.
    pub(super) fn renew_epochs(&self) {
        let is_ageing = self.store.is_shared() && self.known_epochs(AGEING).is_none();
        if is_ageing && !self.pull.is_being_renewed.swap(true, Ordering::AcqRel) {
            let (renewing, asking) = (Renewing(self.pull.clone()), self.ask_anew());
            tokio::spawn(async move {
                // Whoever asks once it no longer counts is told of the failure.
                let _ = asking.await;
                drop(renewing);
            });
        }
    }

    /// What is known, where others write too only if it was asked for within `age`.
    fn known_epochs(&self, age: Duration) -> Option<Epochs> {
        let since = self.store.is_shared().then(|| {
            let now = Instant::now();
            now.checked_sub(age).unwrap_or(now)
        });
        self.pull.epochs(since)
    }

    /// Asks the database, once for all who ask at once.
    fn ask_anew(&self) -> impl Future<Output = StoreResult<Epochs>> + Send + 'static {
        let (cache, store, asked) = (self.pull.clone(), self.store.clone(), Instant::now());
        let ticket = cache.ticket();
        let read = move || {
            let store = store.clone();
            async move { store.epochs().await }
        };
        async move {
            let epochs = cache.reading.share(read).await?;
            cache.learn_at(ticket, asked, epochs);
            Ok(epochs)
        }
    }

    /// Commits what changes who may pull, or what is served. Once this is over, no replica answers as of before: what
    /// others were lent has ended. Whoever asked for the change and hangs up stops neither the commit nor what follows it
    /// here.
    pub(crate) async fn serve_anew(&self, tx: Box<dyn Transaction>) -> Result<()> {
        let cache = self.pull.clone();
        let committing = tokio::spawn(async move {
            let done = tx.commit().await;
            cache.recheck();
            done
        });
        committing.await.map_err(Error::internal)??;
        if self.store.is_shared() {
            // Timers may fire a moment early.
            sleep(LENT + Duration::from_millis(1)).await;
        }
        Ok(())
    }
}
