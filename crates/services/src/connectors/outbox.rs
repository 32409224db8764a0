//! Write-backs: leased, attempted outside any transaction, and their end kept. Those of one ticket go in order;
//! several tickets are served at once.

use super::{Connectors, as_actor, holding::HOLD};
use crate::{
    Core, Result,
    ports::{
        psa::{Link, Person, PsaError, Written},
        store::{
            Lane, Transaction,
            write_backs::{AttemptEnd, WriteBackLease},
        },
    },
};
use domain::{
    account::Actor,
    alert::{AlertState, Deed, Event},
    connector::{Connector, OwnerAssignment},
    ids::ConnectorId,
    write_back::{Attempt, Task, WriteBack, WriteBackState},
};
use jiff::{SignedDuration, Timestamp};
use std::time::Duration;

/// Tickets that are served at once.
const AT_ONCE: u32 = 4;
/// The first wait after a failure, doubled each time up to the longest.
const FIRST_WAIT: Duration = Duration::from_secs(2);
const LONGEST_WAIT: Duration = Duration::from_secs(300);

impl Connectors<'_> {
    /// Waits until something is owed to a ticket, from this process.
    pub async fn owed(&self) {
        self.core.desk.owed().await;
    }

    /// Attempts everything that is due of a connector; answers how many attempts there were.
    pub async fn write_back(&self, id: ConnectorId) -> Result<usize> {
        let mut attempts = 0;
        loop {
            let now = self.core.now();
            let leases = self.core.store.lease_write_backs(id, now, now + HOLD, AT_ONCE).await?;
            if leases.is_empty() {
                return Ok(attempts);
            }
            let connector = self.core.connector(id).await?;
            let link = self.core.link(&connector).await?;
            attempts += leases.len();
            self.core.attempt_all(&connector, &link, leases).await?;
        }
    }
}

/// How an attempt went.
enum Outcome {
    Done(Box<Written>),
    Pointless(&'static str),
    Broken(PsaError),
}

impl Core {
    async fn attempt_all(
        &self,
        connector: &Connector,
        link: &Link,
        leases: Vec<WriteBackLease>,
    ) -> Result<()> {
        let mut all = leases.into_iter().map(|lease| Box::pin(self.attempt(connector, link, lease)));
        // At most four, and each has its own ticket. On the heap: together they would fill the stack.
        let (one, two, three, four) = (all.next(), all.next(), all.next(), all.next());
        let (one, two, three, four) = tokio::join!(maybe(one), maybe(two), maybe(three), maybe(four));
        one.and(two).and(three).and(four)
    }

    async fn attempt(&self, connector: &Connector, link: &Link, lease: WriteBackLease) -> Result<()> {
        let began = self.now();
        let work = |hold| {
            let link = Link { hold, ..link.clone() };
            let owed = &lease.write_back;
            Box::pin(async move { self.perform(connector, &link, owed).await })
        };
        let outcome = match self.holding_write_back(&lease, work).await {
            Some(done) => done?.unwrap_or_else(Outcome::Broken),
            None => {
                let id = lease.write_back.id;
                tracing::warn!(write_back = %id, "the attempt lost its lease and was stopped; it is made again");
                return Ok(());
            }
        };
        self.end_attempt(connector, &lease, began, outcome).await
    }

    /// Does what is owed. The inner error is Manage's.
    async fn perform(
        &self,
        connector: &Connector,
        link: &Link,
        owed: &WriteBack,
    ) -> Result<std::result::Result<Outcome, PsaError>> {
        let ticket = owed.ticket_id;
        let done = match &owed.task {
            Task::Retrieved => self.psa.mark_retrieved(link, ticket).await,
            Task::Known { state } => self.psa.mark_known(link, ticket, *state).await,
            Task::State { state } => {
                match self.still_wanted(connector, link, owed, *state).await? {
                    Ok(true) => {}
                    Ok(false) => return Ok(Ok(Outcome::Pointless("the alert is no longer in this state"))),
                    Err(error) => return Ok(Err(error)),
                }
                let person = self.person_behind(connector.id, &owed.by).await?;
                self.psa.carry_state(link, ticket, *state, &person, Some(owed.id)).await
            }
            Task::Note { text } => {
                let person = self.person_behind(connector.id, &owed.by).await?;
                let flags = connector.input.note_flags;
                self.psa.add_note(link, ticket, owed.id, text, flags, &person).await
            }
        };
        Ok(done.map(Box::new).map(Outcome::Done))
    }

    /// Hears the ticket first: what was done in Manage meanwhile is a conflict now, not after it was written over.
    async fn still_wanted(
        &self,
        connector: &Connector,
        link: &Link,
        owed: &WriteBack,
        state: AlertState,
    ) -> Result<std::result::Result<bool, PsaError>> {
        let asked = self.now();
        let found = match self.psa.tickets(link, &[owed.ticket_id]).await {
            Ok(found) => found,
            Err(error) => return Ok(Err(error)),
        };
        let Some(found) = found.first() else { return Ok(Err(PsaError::Missing(owed.ticket_id))) };
        let categories = self.store.categories().await?;
        let mut tx = self.store.begin(Lane::Alerts).await?;
        let heard = self.hear(&mut *tx, connector, &categories, found, asked).await?;
        let alert = tx.alert(owed.alert_id).await?;
        tx.commit().await?;
        // Closing does not make the owner where only acknowledging does: that is still owed after it.
        let owner = alert.is_some_and(|alert| {
            let by_somebody = |deed: &Deed| !matches!(deed.by, Actor::Connector { .. });
            state == AlertState::Acknowledged
                && connector.input.owner_assignment == OwnerAssignment::Acknowledge
                && alert.course.closed().is_some_and(by_somebody)
        });
        Ok(Ok(owner || heard.is_some_and(|heard| heard.state == state)))
    }

    /// Who stands behind a write-back, as Manage needs to know them.
    pub(super) async fn person_behind(&self, connector: ConnectorId, by: &Actor) -> Result<Person> {
        let mut person = Person { name: by.name().to_owned(), member: None, email: None };
        if let Actor::User { id, .. } = by {
            let choices = self.store.member_choices(connector).await?;
            person.member = choices.into_iter().find(|(user, _)| user == id).map(|(_, member)| member);
            person.email = self.store.user(*id).await?.map(|user| user.email);
        }
        Ok(person)
    }

    async fn end_attempt(
        &self,
        connector: &Connector,
        lease: &WriteBackLease,
        began: Timestamp,
        outcome: Outcome,
    ) -> Result<()> {
        let owed = &lease.write_back;
        let end = self.ending(owed, began, &outcome);
        let mut tx = self.store.begin(Lane::Alerts).await?;
        if !tx.end_attempt(lease, &end).await? {
            tracing::warn!(write_back = %owed.id, "the attempt outlived its lease; another process makes it again");
            return Ok(());
        }
        match &outcome {
            Outcome::Done(written) => self.keep_written(&mut *tx, connector, owed, written).await?,
            Outcome::Broken(error) if end.state == WriteBackState::Failed => {
                let event =
                    Event::WriteBackFailed { task: owed.task.words().into(), reason: error.to_string() };
                self.tell(&mut *tx, owed.alert_id, &as_actor(connector), self.now(), event).await?;
                if matches!(error, PsaError::Missing(_)) {
                    self.hear_nothing(&mut *tx, connector, owed.ticket_id).await?;
                }
                let line = format!("ticket {}: could not {}: {error}", owed.ticket_id, owed.task.words());
                self.log(&mut *tx, connector.id, "error", line).await?;
            }
            Outcome::Broken(_) | Outcome::Pointless(_) => {}
        }
        tx.commit().await?;
        self.alerts_changed().await;
        Ok(())
    }

    fn ending(&self, owed: &WriteBack, began: Timestamp, outcome: &Outcome) -> AttemptEnd {
        let (state, told, ok, remarks) = match outcome {
            Outcome::Done(written) if written.written.is_empty() => {
                (WriteBackState::Done, "it was so already".to_owned(), true, written.skipped.clone())
            }
            Outcome::Done(written) => {
                (WriteBackState::Done, written.written.join("; "), true, written.skipped.clone())
            }
            Outcome::Pointless(why) => {
                (WriteBackState::Superseded, (*why).to_owned(), true, vec![(*why).to_owned()])
            }
            Outcome::Broken(error @ PsaError::Later { .. }) => {
                (WriteBackState::Pending, error.to_string(), false, Vec::new())
            }
            Outcome::Broken(error) => (WriteBackState::Failed, error.to_string(), false, Vec::new()),
        };
        let next_attempt_at = match outcome {
            Outcome::Broken(PsaError::Later { after, .. }) => Some(self.next(owed.attempts.len(), *after)),
            _ => None,
        };
        let attempt = Attempt { at: began, outcome: told, ok };
        AttemptEnd { attempt, state, next_attempt_at, remarks }
    }

    /// When the next attempt is made: later each time, a random half taken off so that not all come at once, and
    /// never sooner than Manage asked for.
    fn next(&self, attempts: usize, after: Option<Duration>) -> Timestamp {
        let doubled = u32::try_from(attempts.min(16)).map_or(u32::MAX, |times| 1 << times);
        let full = FIRST_WAIT.saturating_mul(doubled).min(LONGEST_WAIT);
        let mut random = [0; 2];
        self.random.fill(&mut random);
        let part = full / 2 + (full / 2).mul_f64(f64::from(u16::from_be_bytes(random)) / f64::from(u16::MAX));
        let wait = part.max(after.unwrap_or_default());
        self.now() + SignedDuration::try_from(wait).unwrap_or(HOLD)
    }

    /// What Manage has now: the alert agrees with its ticket, and shows the ticket as it was answered.
    async fn keep_written(
        &self,
        tx: &mut dyn Transaction,
        connector: &Connector,
        owed: &WriteBack,
        written: &Written,
    ) -> Result<()> {
        self.desk.skip(connector.id, &written.skipped);
        let Some(mut alert) = tx.alert(owed.alert_id).await? else { return Ok(()) };
        if let Task::State { state } = &owed.task {
            alert.agreed = *state;
        }
        if let Some(ticket) = &written.ticket {
            alert.ticket = Some(ticket.clone());
        }
        tx.update_alert(&alert).await?;
        let quiet = matches!(owed.task, Task::Known { .. } | Task::Retrieved) && written.skipped.is_empty();
        if !quiet {
            let event =
                Event::WrittenBack { task: owed.task.words().into(), remarks: written.skipped.clone() };
            self.tell(tx, alert.id, &as_actor(connector), self.now(), event).await?;
        }
        if matches!(owed.task, Task::Note { .. }) {
            self.desk.want_details(connector.id, alert.id, owed.ticket_id);
        }
        Ok(())
    }
}

async fn maybe(work: Option<impl Future<Output = Result<()>>>) -> Result<()> {
    match work {
        Some(work) => work.await,
        None => Ok(()),
    }
}
