//! Alerts on their way in share a unit of work: one task takes in all that wait, in a few statements and one commit,
//! while the next gather. The disk is waited for once, and each caller hears about its own alert when it is durable.

use super::listed;
use crate::{
    Core, Error, Result,
    once::Once,
    ports::store::{Lane, alerts::AlertRecord},
    work::Line,
};
use domain::{
    account::Actor,
    alert::{
        AlertDetail, Event, TimelineEntry,
        category::{Category, GENERAL},
    },
    audit::action,
};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use tokio::sync::oneshot;

/// The most alerts that one unit of work takes in.
const MOST_TOGETHER: usize = 256;
/// The most alerts that wait: whoever comes later is asked to try again.
const MOST_WAITING: usize = 10_000;

/// An alert on its way in, and who waits for it.
struct Waiting {
    alert: AlertRecord,
    actor: Actor,
    once: Once,
    answer: oneshot::Sender<Result<AlertDetail>>,
}

/// Alerts that wait for the next unit of work.
#[derive(Default)]
pub(crate) struct Intake(Mutex<Queue>);

#[derive(Default)]
struct Queue {
    waiting: Vec<Waiting>,
    /// Whether a task takes in what waits.
    served: bool,
}

impl Intake {
    fn queue(&self) -> MutexGuard<'_, Queue> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Lets an alert wait; says whether nobody takes in what waits: whoever hears so begins.
    fn add(&self, waiting: Waiting) -> Result<bool> {
        let mut queue = self.queue();
        if queue.waiting.len() >= MOST_WAITING {
            return Err(Error::Unavailable("Too many alerts are coming in at once: try again.".into()));
        }
        queue.waiting.push(waiting);
        Ok(!std::mem::replace(&mut queue.served, true))
    }

    /// The next alerts; without any, nobody takes in what waits any more.
    fn next(&self) -> Vec<Waiting> {
        let mut queue = self.queue();
        // Nobody waits for these any more: nothing was promised.
        queue.waiting.retain(|waiting| !waiting.answer.is_closed());
        let number = queue.waiting.len().min(MOST_TOGETHER);
        queue.served = number > 0;
        queue.waiting.drain(..number).collect()
    }
}

/// The task that takes in what waits. Should it fall, all who wait hear that it went wrong, and the next alert begins
/// anew.
struct Serving {
    core: Arc<Core>,
    /// Whether it ended because nobody waited any more.
    ended: bool,
}

impl Drop for Serving {
    fn drop(&mut self) {
        if !self.ended {
            *self.core.intake.queue() = Queue::default();
        }
    }
}

impl Serving {
    async fn run(mut self) {
        loop {
            let mut together = self.core.intake.next();
            if together.is_empty() {
                self.ended = true;
                return;
            }
            let (core, outcomes) = (self.core.clone(), self.core.keep_each(&mut together).await);
            // The next are kept while those hear about theirs.
            tokio::spawn(async move {
                core.tell_changes().await;
                answer(together, outcomes);
            });
        }
    }
}

/// Tells each caller about their own alert.
fn answer(together: Vec<Waiting>, outcomes: Vec<Result<AlertDetail>>) {
    for (waiting, told) in together.into_iter().zip(outcomes) {
        // Whoever hung up does not hear it; the alert is there all the same.
        let _ = waiting.answer.send(told);
    }
}

impl Core {
    /// Takes an alert in together with all that wait at that moment. The work is a task of its own: whoever hangs
    /// up takes nobody else's alert along.
    pub(super) async fn keep_alert(
        core: &Arc<Self>,
        alert: AlertRecord,
        actor: Actor,
        once: Once,
    ) -> Result<AlertDetail> {
        let (answer, answered) = oneshot::channel();
        if core.intake.add(Waiting { alert, actor, once, answer })? {
            tokio::spawn(Serving { core: core.clone(), ended: false }.run());
        }
        answered.await.map_err(Error::internal)?
    }

    /// Takes alerts in; says of each what came of it. Should the store refuse what one of them holds, each is tried by
    /// itself, so that this one costs nobody else theirs.
    async fn keep_each(&self, together: &mut [Waiting]) -> Vec<Result<AlertDetail>> {
        let mut failed = match self.keep_all(together).await {
            Ok(kept) => return kept.into_iter().map(Ok).collect(),
            Err(error) if together.len() == 1 => return vec![Err(error)],
            Err(error) => error,
        };
        let mut outcomes = Vec::with_capacity(together.len());
        for one in together.chunks_mut(1) {
            // A database that does not answer is not asked again for each that waits.
            let kept = match &failed {
                Error::Unavailable(_) => Err(failed.clone()),
                _ => self.keep_all(one).await,
            };
            if let Err(error) = &kept {
                failed = error.clone();
            }
            outcomes.push(kept.and_then(|kept| kept.into_iter().next().ok_or(Error::NotFound("alert"))));
        }
        outcomes
    }

    async fn keep_all(&self, together: &mut [Waiting]) -> Result<Vec<AlertDetail>> {
        let categories = self.store.categories().await?;
        let (mut alerts, mut stories, mut lines) = (Vec::new(), Vec::new(), Vec::new());
        for Waiting { alert, actor, .. } in together.iter_mut() {
            alert.category = category(&categories, &alert.category);
            let event = Event::Raised { reason: format!("{} raised it", actor.name()) };
            stories.push((alert.id, TimelineEntry { at: alert.created_at, by: actor.clone(), event }));
            let line = Line::ok(action::RAISE, format!("raised: {}", alert.title)).about(alert.id);
            lines.push(self.entry(actor, line));
            alerts.push(alert.clone());
        }
        let mut tx = self.store.begin(Lane::Alerts).await?;
        let revisions = tx.insert_alerts(&alerts).await?;
        tx.begin_stories(&stories).await?;
        tx.audit_all(&lines).await?;
        for Waiting { alert, once, .. } in together.iter() {
            once.keep(&mut *tx, alert.id).await?;
        }
        tx.commit().await?;
        let kept = alerts.into_iter().zip(revisions).zip(stories);
        Ok(kept.map(|((alert, revision), (_, first))| detail(alert, revision, first)).collect())
    }
}

/// The alert as it was kept. It has no ticket, so nothing is owed, and its revision is given.
fn detail(mut alert: AlertRecord, revision: Option<i64>, first: TimelineEntry) -> AlertDetail {
    alert.revision = revision.unwrap_or_default();
    AlertDetail {
        alert: listed(&alert),
        text: alert.text,
        details: alert.details,
        write_backs: Vec::new(),
        timeline: vec![first],
    }
}

/// The category of this name, as it is spelled where it was added.
fn category(known: &[Category], named: &str) -> String {
    let folded = named.to_lowercase();
    let found = known.iter().find(|category| category.input.name.to_lowercase() == folded);
    match found {
        Some(category) => category.input.name.clone(),
        None if named.is_empty() => GENERAL.to_owned(),
        None => named.to_owned(),
    }
}
