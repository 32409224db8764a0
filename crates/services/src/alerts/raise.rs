//! Raising alerts without Manage: monitoring tools, tests, people.
//!
//! Raises that come at the same time share a unit of work ([`Intake`]): the disk is waited for once, and each
//! caller hears about its own alert when it is durable.

use super::{Alerts, listed};
use crate::{
    Core, Error, Result,
    ports::store::{Lane, Transaction, alerts::AlertRecord},
    work::Line,
};
use domain::{
    account::{Actor, Permission},
    alert::{
        Alert, AlertState, Carried, Course, Event, Raise, TimelineEntry,
        category::{Category, GENERAL},
    },
    audit::action,
    field::Findings,
    ids::AlertId,
    ticket::TicketDetails,
};
use std::sync::{Arc, Mutex, PoisonError};
use tokio::sync::{Mutex as Gate, oneshot};

/// The most alerts that one unit of work takes in.
const MOST_TOGETHER: usize = 200;
/// The most alerts that wait: whoever comes later is asked to try again.
const MOST_WAITING: usize = 10_000;
/// The longest title, in characters.
const LONGEST_TITLE: usize = 500;
/// The longest text, in characters.
const LONGEST_TEXT: usize = 20_000;
/// The longest name of a category, in characters.
const LONGEST_CATEGORY: usize = 60;

impl Alerts<'_> {
    /// Raises an alert. An unknown category is kept as it is named: no alert is refused because of a name.
    pub async fn raise(&self, actor: &Actor, raise: &Raise) -> Result<Alert> {
        self.core.require(actor, Permission::HandleAlerts).await?;
        let raise = tidy(raise)?;
        let categories = self.core.store.categories().await?;
        let now = self.core.now();
        let alert = AlertRecord {
            id: AlertId(self.core.uuid()),
            created_at: now,
            course: Course::opened(now),
            title: raise.title,
            text: raise.text,
            category: category(&categories, &raise.category),
            severity: raise.severity,
            assignee: None,
            ticket: None,
            details: TicketDetails::default(),
            agreed: AlertState::Open,
            carried: Carried::Nothing,
            revision: 0,
        };
        Core::keep_alert(self.core, alert, actor.clone()).await
    }
}

fn tidy(raise: &Raise) -> Result<Raise> {
    let plain = |text: &str, breaks: bool| -> String {
        let keep = |c: &char| !c.is_control() || (breaks && matches!(c, '\n' | '\t'));
        text.chars().filter(keep).collect::<String>().trim().to_owned()
    };
    let raise = Raise {
        title: plain(&raise.title, false),
        text: plain(&raise.text, true),
        category: plain(&raise.category, false),
        severity: raise.severity,
    };
    let mut findings = Findings::default();
    let title = raise.title.chars().count();
    findings.check(title == 0 || title > LONGEST_TITLE, "title", "must have 1 to 500 characters");
    findings.check(raise.text.chars().count() > LONGEST_TEXT, "text", "must have at most 20000 characters");
    let category = raise.category.chars().count();
    findings.check(category > LONGEST_CATEGORY, "category", "must have at most 60 characters");
    findings.finish()?;
    Ok(raise)
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

/// An alert on its way in, and who waits for it.
struct Waiting {
    alert: AlertRecord,
    actor: Actor,
    answer: oneshot::Sender<Result<Alert>>,
}

/// Alerts that wait for the next unit of work.
#[derive(Default)]
pub(crate) struct Intake {
    waiting: Mutex<Vec<Waiting>>,
    gate: Arc<Gate<()>>,
}

impl Intake {
    fn add(&self, waiting: Waiting) -> Result<()> {
        let mut all = self.waiting.lock().unwrap_or_else(PoisonError::into_inner);
        if all.len() >= MOST_WAITING {
            return Err(Error::Unavailable("Too many alerts are coming in at once: try again.".into()));
        }
        all.push(waiting);
        Ok(())
    }

    fn next(&self) -> Vec<Waiting> {
        let mut all = self.waiting.lock().unwrap_or_else(PoisonError::into_inner);
        // Nobody waits for these any more: nothing was promised.
        all.retain(|waiting| !waiting.answer.is_closed());
        let number = all.len().min(MOST_TOGETHER);
        all.drain(..number).collect()
    }
}

impl Core {
    /// Takes an alert in together with all that wait at that moment. The work is a task of its own: whoever hangs
    /// up takes nobody else's alert along.
    async fn keep_alert(core: &Arc<Self>, alert: AlertRecord, actor: Actor) -> Result<Alert> {
        let (answer, mut answered) = oneshot::channel();
        core.intake.add(Waiting { alert, actor, answer })?;
        loop {
            let turn = tokio::select! {
                biased;
                told = &mut answered => return told.map_err(Error::internal)?,
                turn = core.intake.gate.clone().lock_owned() => turn,
            };
            let together = core.intake.next();
            let core = core.clone();
            let work = tokio::spawn(async move {
                core.keep_together(together).await;
                drop(turn);
            });
            work.await.map_err(Error::internal)?;
        }
    }

    async fn keep_together(&self, together: Vec<Waiting>) {
        if together.is_empty() {
            return;
        }
        let mut kept = Vec::with_capacity(together.len());
        let outcome = self.keep_all(&together, &mut kept).await;
        if outcome.is_ok() {
            self.alerts_changed().await;
        }
        for (index, waiting) in together.into_iter().enumerate() {
            let told = match (&outcome, kept.get(index)) {
                (Ok(()), Some(alert)) => Ok(alert.clone()),
                (Err(error), _) => Err(error.clone()),
                (Ok(()), None) => Err(Error::NotFound("alert")),
            };
            // Whoever hung up does not hear it; the alert is there all the same.
            let _ = waiting.answer.send(told);
        }
    }

    async fn keep_all(&self, together: &[Waiting], kept: &mut Vec<Alert>) -> Result<()> {
        let mut tx = self.store.begin(Lane::Alerts).await?;
        for waiting in together {
            kept.push(self.keep_one(&mut *tx, waiting).await?);
        }
        Ok(tx.commit().await?)
    }

    async fn keep_one(&self, tx: &mut dyn Transaction, waiting: &Waiting) -> Result<Alert> {
        let Waiting { alert, actor, .. } = waiting;
        tx.insert_alert(alert).await?;
        let reason = format!("{} raised it", actor.name());
        let entry =
            TimelineEntry { at: alert.created_at, by: actor.clone(), event: Event::Raised { reason } };
        tx.tell(alert.id, &entry).await?;
        let line = Line::ok(action::RAISE, format!("raised: {}", alert.title)).about(alert.id);
        self.audit(tx, actor, line).await?;
        // The revision is given by the store.
        let after = tx.alert(alert.id).await?.ok_or(Error::NotFound("alert"))?;
        Ok(listed(&after))
    }
}
