//! What a ticket says about its alert, and what became of the ticket.
//!
//! Only what is new counts. In workflow mode the update rule tells it until the ticket notes that it is known; in
//! rules mode the ticket as it was read last is what it is compared with. What we wrote ourselves is not news.

use super::{as_actor, intake};
use crate::{
    Core, Result,
    ports::{
        psa::Found,
        store::{Transaction, alerts::AlertRecord},
    },
};
use domain::{
    account::Actor,
    alert::{
        AlertState, Event, Step,
        category::Category,
        merge::{Merged, merge},
    },
    connector::{Connector, ConnectorInput, Mode, Winner},
    ids::AlertId,
    ticket::{Ticket, TicketDetails},
    write_back::{Task, WriteBack, WriteBackState},
};
use jiff::Timestamp;

/// What hearing a ticket did.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Heard {
    /// Its alert.
    pub(crate) alert: AlertId,
    /// The alert's state afterwards.
    pub(crate) state: AlertState,
    /// Whether anything was new.
    pub(crate) news: bool,
    /// Whether what hangs on the ticket should be read again.
    pub(crate) details: bool,
}

impl Core {
    /// Takes in what a ticket says, as a reading found it that began at `asked`; nothing for tickets without an alert.
    pub(crate) async fn hear(
        &self,
        tx: &mut dyn Transaction,
        connector: &Connector,
        categories: &[Category],
        found: &Found,
        asked: Timestamp,
    ) -> Result<Option<Heard>> {
        let Some(mut alert) = tx.alert_of_ticket(connector.id, found.ticket.id).await? else {
            return Ok(None);
        };
        let Some(before) = alert.ticket.clone() else { return Ok(None) };
        if is_older(&found.ticket, &before) && tx.has_written_since(alert.id, asked).await? {
            // What was read was written over while the reading was under way.
            let state = alert.course.state();
            return Ok(Some(Heard { alert: alert.id, state, news: false, details: false }));
        }
        let by = as_actor(connector);
        let open = tx.open_write_backs(alert.id).await?;
        let events = happened(&before, &found.ticket);
        let said = said(&connector.input, &before, found)
            .filter(|said| is_carried(&connector.input, *said) && !is_echo(found, *said, &alert, &open));
        let settled = said.is_none_or(|said| said == alert.agreed && said == alert.course.state());
        let stale = found.ticket != before;
        if events.is_empty() && settled && !stale {
            let details = has_details(&connector.input, &alert) && alert.details.read_at.is_none();
            return Ok(Some(Heard { alert: alert.id, state: alert.course.state(), news: false, details }));
        }
        let at = self.now();
        let news = !events.is_empty();
        for event in events {
            self.tell(tx, alert.id, &by, at, event).await?;
        }
        alert.title = intake::title(&found.ticket);
        alert.severity = intake::severity_now(categories, &alert.category, &found.ticket);
        alert.ticket = Some(found.ticket.clone());
        let moved = match said {
            Some(said) => self.bring_together(tx, connector, &mut alert, said, &open).await?,
            None => false,
        };
        self.forget_resolved(tx, connector, &before, &alert, &open).await?;
        tx.update_alert(&alert).await?;
        let details = has_details(&connector.input, &alert) && (news || alert.details.read_at.is_none());
        Ok(Some(Heard { alert: alert.id, state: alert.course.state(), news: news || moved, details }))
    }

    /// Merges what was done here with what the ticket says.
    async fn bring_together(
        &self,
        tx: &mut dyn Transaction,
        connector: &Connector,
        alert: &mut AlertRecord,
        said: AlertState,
        open: &[WriteBack],
    ) -> Result<bool> {
        let (by, here, winner) = (as_actor(connector), alert.course.state(), connector.input.conflict_winner);
        let merged = merge(alert.agreed, here, said, winner);
        if merged.conflict {
            let event = Event::Conflict { alert: here, ticket: said, winner };
            self.tell(tx, alert.id, &by, self.now(), event).await?;
        }
        if merged.change_alert {
            for step in way(here, merged.state) {
                self.step_for(tx, &by, alert, *step).await?;
            }
            // What was to be carried over no longer stands.
            tx.supersede_states(alert.id, self.now()).await?;
        }
        // Where the other side wins, the ticket is behind until it is written.
        alert.agreed = said;
        self.answer(tx, connector, alert, said, merged, open).await?;
        Ok(merged.change_alert || merged.conflict)
    }

    /// What is owed to the ticket for what it said.
    async fn answer(
        &self,
        tx: &mut dyn Transaction,
        connector: &Connector,
        alert: &AlertRecord,
        said: AlertState,
        merged: Merged,
        open: &[WriteBack],
    ) -> Result<()> {
        let owed = |task: &Task| {
            open.iter().any(|known| known.state == WriteBackState::Pending && known.task == *task)
        };
        if merged.change_ticket {
            let task = Task::State { state: merged.state };
            if merged.conflict && connector.input.conflict_winner == Winner::Tandem && !owed(&task) {
                let by = last_hand(alert).unwrap_or_else(|| as_actor(connector));
                self.owe(tx, alert, task, &by).await?;
            }
        } else if connector.input.mode == Mode::Workflow {
            let task = Task::Known { state: said };
            if !owed(&task) {
                self.owe(tx, alert, task, &as_actor(connector)).await?;
            }
        }
        Ok(())
    }

    /// A ticket that was closed and is open again, as its alert is, may say `closed` another time.
    async fn forget_resolved(
        &self,
        tx: &mut dyn Transaction,
        connector: &Connector,
        before: &Ticket,
        alert: &AlertRecord,
        open: &[WriteBack],
    ) -> Result<()> {
        let again = before.closed && alert.ticket.as_ref().is_some_and(|ticket| !ticket.closed);
        let idle = open.is_empty() && alert.course.state() == AlertState::Open;
        if again && idle && connector.input.mode == Mode::Workflow {
            let task = Task::Known { state: AlertState::Open };
            self.owe(tx, alert, task, &as_actor(connector)).await?;
        }
        Ok(())
    }

    /// A ticket that Manage no longer shows. That alone changes nothing but what is told.
    pub(crate) async fn hear_nothing(
        &self,
        tx: &mut dyn Transaction,
        connector: &Connector,
        ticket: i64,
    ) -> Result<bool> {
        let Some(mut alert) = tx.alert_of_ticket(connector.id, ticket).await? else { return Ok(false) };
        let Some(known) = alert.ticket.as_mut().filter(|ticket| ticket.missing_since.is_none()) else {
            return Ok(false);
        };
        let now = self.now();
        known.missing_since = Some(now);
        tx.update_alert(&alert).await?;
        self.tell(tx, alert.id, &as_actor(connector), now, Event::TicketMissing).await?;
        Ok(true)
    }
}

/// Whether a ticket was read as it stood before what is known of it. Manage's clock alone decides nothing: it may have
/// been set back.
fn is_older(read: &Ticket, known: &Ticket) -> bool {
    read.updated_at.zip(known.updated_at).is_some_and(|(read, known)| read < known)
}

/// Whether anything that hangs on the ticket is wanted, or was once and is to be forgotten.
fn has_details(input: &ConnectorInput, alert: &AlertRecord) -> bool {
    !input.additional_details.is_empty() || alert.details != TicketDetails::default()
}

/// What happened to the ticket between two readings.
fn happened(before: &Ticket, now: &Ticket) -> Vec<Event> {
    let mut events = Vec::new();
    if before.missing_since.is_some() {
        events.push(Event::TicketBack);
    }
    let changes = now.changes_since(before);
    if !changes.is_empty() {
        events.push(Event::TicketChanged { changes });
    }
    if let Some(into) = now.merged_into.filter(|_| now.merged_into != before.merged_into) {
        events.push(Event::TicketMerged { into });
    }
    events
}

/// What the ticket says that it did not say before.
fn said(input: &ConnectorInput, before: &Ticket, found: &Found) -> Option<AlertState> {
    if input.mode == Mode::Workflow {
        return found.says;
    }
    let was = input.says(before);
    if was == found.says {
        return None;
    }
    // No longer closed is open again; any other way into silence says nothing.
    found.says.or_else(|| (was == Some(AlertState::Closed)).then_some(AlertState::Open))
}

/// Whether the connector carries this over from Manage.
fn is_carried(input: &ConnectorInput, said: AlertState) -> bool {
    match said {
        AlertState::Open => true,
        AlertState::Acknowledged => input.status_mapping.cw_to_acknowledged,
        AlertState::Closed => input.status_mapping.cw_to_closed,
    }
}

/// Whether the ticket only repeats what we wrote or are writing: the same state, or an earlier one of ours.
fn is_echo(found: &Found, said: AlertState, alert: &AlertRecord, open: &[WriteBack]) -> bool {
    let writing = open
        .iter()
        .any(|known| known.state == WriteBackState::Pending && known.task == Task::State { state: said });
    let passed = found.ours && said < alert.course.state();
    (writing || passed) && said != alert.course.state()
}

/// The steps from one state to another.
fn way(from: AlertState, to: AlertState) -> &'static [Step] {
    match (from, to) {
        (AlertState::Open, AlertState::Acknowledged) => &[Step::Acknowledge],
        (AlertState::Open | AlertState::Acknowledged, AlertState::Closed) => &[Step::Close],
        (AlertState::Closed, AlertState::Open) => &[Step::Reopen],
        (AlertState::Closed, AlertState::Acknowledged) => &[Step::Reopen, Step::Acknowledge],
        // Nothing in Manage gives an alert back that somebody has taken.
        _ => &[],
    }
}

/// Who did last what now stands.
fn last_hand(alert: &AlertRecord) -> Option<Actor> {
    let deeds = [alert.course.closed(), alert.course.acknowledged()];
    deeds.into_iter().flatten().next().map(|deed| deed.by.clone())
}
