//! A ticket that was chosen becomes an alert, once; one that is chosen again after its alert was closed opens it
//! again.

use super::as_actor;
use crate::{
    Core, Result,
    ports::{
        psa::Found,
        store::{Transaction, alerts::AlertRecord},
    },
    work::Line,
};
use domain::{
    account::Actor,
    alert::{
        AlertState, Carried, Course, Event, Severity, Step, TimelineEntry,
        category::{Category, GENERAL},
    },
    audit::action,
    connector::{Connector, Mode},
    ids::AlertId,
    ticket::{Ticket, TicketDetails},
    write_back::Task,
};
use jiff::Timestamp;

impl Core {
    /// Takes a chosen ticket in; answers the alert that was raised or reopened. The alert, its timeline and the
    /// note to the ticket that it was taken belong to one unit of work.
    pub(crate) async fn intake(
        &self,
        tx: &mut dyn Transaction,
        connector: &Connector,
        categories: &[Category],
        found: &Found,
    ) -> Result<Option<AlertId>> {
        match tx.alert_of_ticket(connector.id, found.ticket.id).await? {
            None => self.raise_for(tx, connector, categories, found).await,
            Some(alert) if alert.course.state() == AlertState::Closed => {
                self.reopen_for(tx, connector, alert, found).await
            }
            Some(_) => Ok(None),
        }
    }

    async fn raise_for(
        &self,
        tx: &mut dyn Transaction,
        connector: &Connector,
        categories: &[Category],
        found: &Found,
    ) -> Result<Option<AlertId>> {
        let (now, by) = (self.now(), as_actor(connector));
        let (category, severity) = sorted(categories, found);
        let alert = AlertRecord {
            id: AlertId(self.uuid()),
            created_at: now,
            course: Course::opened(now),
            title: title(&found.ticket),
            text: String::new(),
            category,
            severity,
            assignee: None,
            ticket: Some(found.ticket.clone()),
            details: TicketDetails::default(),
            agreed: AlertState::Open,
            carried: Carried::Nothing,
            revision: 0,
        };
        if !tx.insert_alert(&alert).await? {
            return Ok(None);
        }
        let event = Event::Raised { reason: found.reason.clone() };
        tx.tell(alert.id, &TimelineEntry { at: now, by: by.clone(), event }).await?;
        let line = format!("raised an alert for ticket {}: {}", found.ticket.id, alert.title);
        self.audit(tx, &by, Line::ok(action::RAISE, line).about(alert.id)).await?;
        self.owe_retrieved(tx, connector, &alert).await?;
        Ok(Some(alert.id))
    }

    /// What was chosen again is news only when nothing is owed to the ticket any more: until then Manage may still
    /// show it as it was.
    async fn reopen_for(
        &self,
        tx: &mut dyn Transaction,
        connector: &Connector,
        mut alert: AlertRecord,
        found: &Found,
    ) -> Result<Option<AlertId>> {
        if connector.input.mode == Mode::Rules || !tx.open_write_backs(alert.id).await?.is_empty() {
            return Ok(None);
        }
        let by = as_actor(connector);
        alert.ticket = Some(found.ticket.clone());
        alert.title = title(&found.ticket);
        self.step_for(tx, &by, &mut alert, Step::Reopen).await?;
        alert.agreed = AlertState::Open;
        tx.update_alert(&alert).await?;
        self.owe_retrieved(tx, connector, &alert).await?;
        Ok(Some(alert.id))
    }

    async fn owe_retrieved(
        &self,
        tx: &mut dyn Transaction,
        connector: &Connector,
        alert: &AlertRecord,
    ) -> Result<()> {
        if connector.input.mode == Mode::Rules {
            return Ok(());
        }
        self.owe(tx, alert, Task::Retrieved, &as_actor(connector)).await
    }

    /// Takes a step on behalf of a connector, with its line on the timeline and in the audit log.
    pub(super) async fn step_for(
        &self,
        tx: &mut dyn Transaction,
        by: &Actor,
        alert: &mut AlertRecord,
        step: Step,
    ) -> Result<()> {
        let at = self.now();
        if let Err(refused) = alert.course.take(step, by, at) {
            tracing::debug!(%refused, alert = %alert.id, "a step of a connector was not taken");
            return Ok(());
        }
        let (event, action, did) = match step {
            Step::Acknowledge => (Event::Acknowledged, action::ACKNOWLEDGE, "acknowledged"),
            Step::Close => (Event::Closed, action::CLOSE, "closed"),
            Step::Reopen => (Event::Reopened, action::REOPEN, "reopened"),
        };
        tx.tell(alert.id, &TimelineEntry { at, by: by.clone(), event }).await?;
        let line = Line::ok(action, format!("{did} the alert {}", alert.title)).about(alert.id);
        self.audit(tx, by, line).await
    }

    /// Adds a line to an alert's timeline.
    pub(super) async fn tell(
        &self,
        tx: &mut dyn Transaction,
        alert: AlertId,
        by: &Actor,
        at: Timestamp,
        event: Event,
    ) -> Result<()> {
        Ok(tx.tell(alert, &TimelineEntry { at, by: by.clone(), event }).await?)
    }
}

/// What an alert of a ticket is called.
pub(super) fn title(ticket: &Ticket) -> String {
    let summary = ticket.summary.trim();
    if summary.is_empty() { format!("Ticket {}", ticket.id) } else { summary.to_owned() }
}

/// The category that the rule names, else the first that picks the ticket; and how urgent it is.
fn sorted(categories: &[Category], found: &Found) -> (String, Severity) {
    let named = found.category.trim();
    let same = |category: &&Category| category.input.name.to_lowercase() == named.to_lowercase();
    let picked = if named.is_empty() {
        categories.iter().find(|category| category.input.picks(&found.ticket))
    } else {
        categories.iter().find(same)
    };
    let name = picked.map(|category| category.input.name.clone());
    let name = name.unwrap_or_else(|| if named.is_empty() { GENERAL.to_owned() } else { named.to_owned() });
    (name, severity_of(picked, &found.ticket))
}

fn severity_of(category: Option<&Category>, ticket: &Ticket) -> Severity {
    let own = category.and_then(|category| category.input.severity);
    own.unwrap_or_else(|| ticket.priority.as_deref().map_or_else(Severity::default, Severity::of_priority))
}

/// How urgent an alert of this category is now that its ticket reads so.
pub(super) fn severity_now(categories: &[Category], name: &str, ticket: &Ticket) -> Severity {
    let same = |category: &&Category| category.input.name.to_lowercase() == name.to_lowercase();
    severity_of(categories.iter().find(same), ticket)
}
