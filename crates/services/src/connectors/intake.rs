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
    connector::{Connector, ConnectorInput, Mode},
    ids::AlertId,
    ticket::{Ticket, TicketDetails},
    write_back::Task,
};
use jiff::Timestamp;

impl Core {
    /// Takes chosen tickets in; answers the alerts that were raised or reopened, each with its ticket. The alerts,
    /// their timelines and the notes to the tickets that they were taken belong to one unit of work.
    pub(crate) async fn intake(
        &self,
        tx: &mut dyn Transaction,
        connector: &Connector,
        categories: &[Category],
        chosen: &[&Found],
    ) -> Result<Vec<(AlertId, i64)>> {
        let (mut fresh, mut taken) = (Vec::new(), Vec::new());
        for found in chosen {
            let ticket = found.ticket.id;
            match tx.alert_of_ticket(connector.id, ticket).await? {
                None if is_over(&connector.input, &found.ticket) => {}
                None => fresh.push(*found),
                Some(alert) if alert.course.state() == AlertState::Closed => {
                    let reopened = self.reopen_for(tx, connector, alert, found).await?;
                    taken.extend(reopened.map(|alert| (alert, ticket)));
                }
                Some(_) => {}
            }
        }
        taken.extend(self.raise_for(tx, connector, categories, &fresh).await?);
        Ok(taken)
    }

    async fn raise_for(
        &self,
        tx: &mut dyn Transaction,
        connector: &Connector,
        categories: &[Category],
        fresh: &[&Found],
    ) -> Result<Vec<(AlertId, i64)>> {
        let (now, by) = (self.now(), as_actor(connector));
        let alerts: Vec<AlertRecord> =
            fresh.iter().map(|found| record(AlertId(self.uuid()), now, categories, found)).collect();
        let added = tx.insert_alerts(&alerts).await?;
        // A ticket that got an alert elsewhere meanwhile is none of ours.
        let new: Vec<_> =
            alerts.iter().zip(fresh).zip(added).filter_map(|(one, added)| added.map(|_| one)).collect();
        let (mut stories, mut lines, mut raised) = (Vec::new(), Vec::new(), Vec::new());
        for (alert, found) in &new {
            let event = Event::Raised { reason: found.reason.clone() };
            stories.push((alert.id, TimelineEntry { at: now, by: by.clone(), event }));
            let line = format!("raised an alert for ticket {}: {}", found.ticket.id, alert.title);
            lines.push(self.entry(&by, Line::ok(action::RAISE, line).about(alert.id)));
            raised.push((alert.id, found.ticket.id));
        }
        tx.begin_stories(&stories).await?;
        tx.audit_all(&lines).await?;
        for (alert, _) in new {
            self.owe_retrieved(tx, connector, alert).await?;
        }
        Ok(raised)
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

/// Whether a ticket that a rule chooses is closed already: nobody is to be woken for it, and nothing in Manage would
/// ever close its alert. In workflow mode its own rule chose it.
pub(super) fn is_over(input: &ConnectorInput, ticket: &Ticket) -> bool {
    input.mode == Mode::Rules && input.says(ticket) == Some(AlertState::Closed)
}

/// The alert that a ticket becomes.
fn record(id: AlertId, now: Timestamp, categories: &[Category], found: &Found) -> AlertRecord {
    let (category, severity) = sorted(categories, found);
    AlertRecord {
        id,
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
