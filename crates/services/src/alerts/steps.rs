//! What people do to alerts.

use super::{Alerts, MOST_AT_ONCE, listed, owed::takes_notes};
use crate::{
    Core, Error, Result,
    ports::store::{Lane, Transaction, alerts::AlertRecord},
    work::Line,
};
use domain::{
    account::{Actor, Permission},
    alert::{Alert, Assignee, BulkAction, BulkResult, Event, Step, StepError, TimelineEntry, annotation},
    audit::action,
    ids::{AlertId, UserId},
    write_back::Task,
};
use std::collections::BTreeSet;

/// What is done to one alert, checked as far as that does not depend on the alert.
enum Deed {
    Step(Step),
    Note(String),
    Give(Assignee),
}

impl Alerts<'_> {
    /// Takes an alert.
    pub async fn acknowledge(&self, actor: &Actor, id: AlertId) -> Result<Alert> {
        self.one(actor, id, BulkAction::Acknowledge).await
    }

    /// Ends an alert.
    pub async fn close(&self, actor: &Actor, id: AlertId) -> Result<Alert> {
        self.one(actor, id, BulkAction::Close).await
    }

    /// Lets a closed alert begin again.
    pub async fn reopen(&self, actor: &Actor, id: AlertId) -> Result<Alert> {
        self.one(actor, id, BulkAction::Reopen).await
    }

    /// Adds a note, here and in the ticket.
    pub async fn annotate(&self, actor: &Actor, id: AlertId, text: &str) -> Result<Alert> {
        self.one(actor, id, BulkAction::Annotate { text: text.to_owned() }).await
    }

    /// Gives an alert to somebody.
    pub async fn assign(&self, actor: &Actor, id: AlertId, user: UserId) -> Result<Alert> {
        self.one(actor, id, BulkAction::Assign { user_id: user }).await
    }

    /// Does the same to several alerts: each that can be done is done, and each gets its answer, in the order
    /// that was asked for.
    pub async fn bulk(&self, actor: &Actor, ids: &[AlertId], action: &BulkAction) -> Result<Vec<BulkResult>> {
        self.core.require(actor, Permission::HandleAlerts).await?;
        if let Some(told) = self.once.done::<String>()? {
            return serde_json::from_str(&told).map_err(Error::internal);
        }
        if ids.is_empty() || ids.len() > MOST_AT_ONCE {
            return Err(Error::field("ids", format!("must name 1 to {MOST_AT_ONCE} alerts")));
        }
        let deed = self.deed(action.clone()).await?;
        let mut tx = self.core.store.begin(Lane::Alerts).await?;
        let (mut results, mut seen) = (Vec::new(), BTreeSet::new());
        for id in ids.iter().copied().filter(|id| seen.insert(*id)) {
            let (ok, message) = match self.core.do_to(&mut *tx, actor, id, &deed).await {
                Ok(done) => (true, done.told),
                Err(refused @ (Error::NotFound(_) | Error::Step(_) | Error::Conflict(_))) => {
                    (false, refused.to_string())
                }
                Err(other) => return Err(other),
            };
            results.push(BulkResult { id, ok, message });
        }
        self.once.keep(&mut *tx, serde_json::to_string(&results).map_err(Error::internal)?).await?;
        tx.commit().await?;
        self.core.alerts_changed().await;
        Ok(results)
    }

    async fn one(&self, actor: &Actor, id: AlertId, action: BulkAction) -> Result<Alert> {
        self.core.require(actor, Permission::HandleAlerts).await?;
        if let Some(id) = self.once.done()? {
            return Ok(self.get(actor, id).await?.alert);
        }
        let deed = self.deed(action).await?;
        let mut tx = self.core.store.begin(Lane::Alerts).await?;
        self.core.do_to(&mut *tx, actor, id, &deed).await?;
        let after = tx.alert(id).await?.ok_or(Error::NotFound("alert"))?;
        self.once.keep(&mut *tx, id).await?;
        tx.commit().await?;
        self.core.alerts_changed().await;
        Ok(listed(&after))
    }

    async fn deed(&self, action: BulkAction) -> Result<Deed> {
        Ok(match action {
            BulkAction::Acknowledge => Deed::Step(Step::Acknowledge),
            BulkAction::Close => Deed::Step(Step::Close),
            BulkAction::Reopen => Deed::Step(Step::Reopen),
            BulkAction::Annotate { text } => Deed::Note(annotation(&text)?),
            BulkAction::Assign { user_id } => Deed::Give(self.assignee(user_id).await?),
        })
    }

    async fn assignee(&self, id: UserId) -> Result<Assignee> {
        let user = self.core.store.user(id).await?;
        let user = user.filter(|user| !user.disabled && user.role.allows(Permission::HandleAlerts));
        let unfit = || {
            Error::field("user_id", "is nobody who can sign in and may handle alerts: choose another person")
        };
        user.map(|user| Assignee { user_id: user.id, name: user.name }).ok_or_else(unfit)
    }
}

/// What was done to an alert.
struct Done {
    action: &'static str,
    told: String,
    event: Event,
}

impl Core {
    /// Does it to one alert: state, timeline, audit line and what is owed to the ticket. Refused: nothing at all.
    async fn do_to(&self, tx: &mut dyn Transaction, actor: &Actor, id: AlertId, deed: &Deed) -> Result<Done> {
        let mut alert = tx.alert(id).await?.ok_or(Error::NotFound("alert"))?;
        let done = match deed {
            Deed::Step(step) => self.step(tx, actor, &mut alert, *step).await?,
            Deed::Note(text) => self.note_on(tx, actor, &alert, text).await?,
            Deed::Give(to) => give(&mut alert, to)?,
        };
        tx.update_alert(&alert).await?;
        let at = self.now().max(alert.course.changed_at());
        tx.tell(id, &TimelineEntry { at, by: actor.clone(), event: done.event.clone() }).await?;
        let told = format!("{}: {}", done.told, alert.title);
        self.audit(tx, actor, Line::ok(done.action, told).about(id)).await?;
        Ok(done)
    }

    async fn step(
        &self,
        tx: &mut dyn Transaction,
        actor: &Actor,
        alert: &mut AlertRecord,
        step: Step,
    ) -> Result<Done> {
        alert.course.take(step, actor, self.now())?;
        self.owe_state(tx, alert, actor).await?;
        let (action, told, event) = match step {
            Step::Acknowledge => (action::ACKNOWLEDGE, "acknowledged", Event::Acknowledged),
            Step::Close => (action::CLOSE, "closed", Event::Closed),
            Step::Reopen => (action::REOPEN, "reopened", Event::Reopened),
        };
        Ok(Done { action, told: told.to_owned(), event })
    }

    async fn note_on(
        &self,
        tx: &mut dyn Transaction,
        actor: &Actor,
        alert: &AlertRecord,
        text: &str,
    ) -> Result<Done> {
        let carrier = self.carrier(tx, alert).await?;
        if carrier.is_some_and(|connector| takes_notes(&connector.input)) {
            self.owe(tx, alert, Task::Note { text: text.to_owned() }, actor).await?;
        }
        let event = Event::Annotated { text: text.to_owned() };
        Ok(Done { action: action::ANNOTATE, told: "added a note".to_owned(), event })
    }
}

fn give(alert: &mut AlertRecord, to: &Assignee) -> Result<Done> {
    if let Some(closed) = alert.course.closed() {
        return Err(StepError::AlreadyClosed(closed.clone()).into());
    }
    alert.assignee = Some(to.clone());
    let event = Event::Assigned { user_id: to.user_id, name: to.name.clone() };
    Ok(Done { action: action::ASSIGN, told: format!("given to {}", to.name), event })
}
