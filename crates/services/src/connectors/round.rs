//! The questions of one round, in their order: what alerts, what changed, and a look after what lives. Each unit of
//! work asks whether the lease still holds.

use super::as_actor;
use crate::{
    Core, Error,
    ports::{
        psa::{Ask, Found, Link, Polled, PsaError},
        store::{
            Lane, StoreError, Transaction,
            connectors::{PollLease, Standing},
        },
    },
    tokens::sha256_hex,
};
use domain::{
    alert::{AlertState, category::Category},
    connector::{Connector, Mode},
    ids::AlertId,
};
use jiff::{SignedDuration, Timestamp};
use std::collections::BTreeMap;

/// Tickets of one unit of work.
const AT_ONCE: usize = 50;
/// By how much a watermark lies back while changes of its moment may still come to light.
const OVERLAP: SignedDuration = SignedDuration::from_secs(60);
/// How often all that the rules choose is asked for, not only what changed (rules mode).
const SWEEP: SignedDuration = SignedDuration::from_mins(10);
/// Tickets of live alerts that are looked after in each poll.
const LOOKED_AFTER: u32 = 100;

/// What a round did.
#[derive(Default)]
pub(super) struct Round {
    raised: usize,
    heard: usize,
    pub(super) warnings: Vec<String>,
}

impl Round {
    pub(super) fn sentence(&self) -> String {
        match (self.raised, self.heard) {
            (0, 0) => "nothing new".to_owned(),
            (raised, 0) => format!("{raised} alerts raised"),
            (0, heard) => format!("news of {heard} tickets"),
            (raised, heard) => format!("{raised} alerts raised, news of {heard} tickets"),
        }
    }
}

/// Why a round was not finished.
pub(super) enum Broken {
    /// Manage.
    Psa(PsaError),
    /// The database, or the key of secrets.
    Own(Error),
    /// Another process has taken over.
    Overtaken,
}

impl From<PsaError> for Broken {
    fn from(error: PsaError) -> Self {
        Self::Psa(error)
    }
}

impl From<Error> for Broken {
    fn from(error: Error) -> Self {
        Self::Own(error)
    }
}

impl From<StoreError> for Broken {
    fn from(error: StoreError) -> Self {
        Self::Own(error.into())
    }
}

impl Core {
    pub(super) async fn round(
        &self,
        connector: &Connector,
        lease: &PollLease,
        standing: &mut Standing,
        round: &mut Round,
    ) -> std::result::Result<(), Broken> {
        let link = self.link(connector).await?;
        let categories = self.store.categories().await?;
        let desk = At { core: self, connector, lease, link: &link, categories: &categories };
        if connector.input.mode == Mode::Workflow {
            let polled = self.psa.poll(&link, &Ask::Triggered).await?;
            desk.intake(polled, standing, round).await?;
        }
        let since = standing.watermark.map(|mark| self.since(mark, standing.watermark_at));
        let asked = self.now();
        let changed = self.psa.poll(&link, &Ask::Changed { since }).await?;
        let any = !changed.found.is_empty();
        let newest = changed.found.iter().filter_map(|found| found.ticket.updated_at).max();
        if connector.input.mode == Mode::Rules {
            desk.by_rules(since, any, standing, round).await?;
        }
        desk.hear(changed, asked, standing, round).await?;
        // Only now is everything up to here kept.
        if newest.is_some() && newest > standing.watermark {
            (standing.watermark, standing.watermark_at) = (newest, Some(self.now()));
        }
        desk.look_after(standing, round).await
    }

    fn since(&self, mark: Timestamp, reached: Option<Timestamp>) -> Timestamp {
        let long_ago = reached.is_some_and(|reached| self.now().duration_since(reached) > OVERLAP);
        if long_ago { mark } else { mark - OVERLAP }
    }
}

/// A round at work.
struct At<'a> {
    core: &'a Core,
    connector: &'a Connector,
    lease: &'a PollLease,
    link: &'a Link,
    categories: &'a [Category],
}

impl At<'_> {
    /// What the rules choose: among what changed, or all of it when it is time, or when the rules are others.
    async fn by_rules(
        &self,
        since: Option<Timestamp>,
        any: bool,
        standing: &mut Standing,
        round: &mut Round,
    ) -> std::result::Result<(), Broken> {
        let now = self.core.now();
        let rules = serde_json::to_string(&self.connector.input.rules).map_err(Error::internal)?;
        let print = sha256_hex(&rules);
        let swept = standing.swept_at.is_some_and(|at| now.duration_since(at) < SWEEP);
        let sweep = !swept || standing.swept_for != print || since.is_none();
        if !sweep && !any {
            return Ok(());
        }
        let ask = Ask::Chosen { since: since.filter(|_| !sweep) };
        let polled = self.core.psa.poll(self.link, &ask).await?;
        self.intake(polled, standing, round).await?;
        if sweep {
            (standing.swept_at, standing.swept_for) = (Some(now), print);
        }
        Ok(())
    }

    /// Alerts for chosen tickets that have none, or a closed one.
    async fn intake(
        &self,
        polled: Polled,
        standing: &mut Standing,
        round: &mut Round,
    ) -> std::result::Result<(), Broken> {
        let answered = self.core.now();
        round.warnings.extend(polled.warnings);
        let known = self.known(&polled.found).await?;
        let new = |found: &&Found| {
            known.get(&found.ticket.id).is_none_or(|(_, state)| *state == AlertState::Closed)
        };
        let fresh: Vec<&Found> = polled.found.iter().filter(new).collect();
        for some in fresh.chunks(AT_ONCE) {
            let mut tx = self.core.store.begin(Lane::Alerts).await?;
            if !tx.holds_poll(self.lease).await? {
                return Err(Broken::Overtaken);
            }
            let raised = self.core.intake(&mut *tx, self.connector, self.categories, some).await?;
            let tickets: Vec<i64> = raised.iter().map(|(_, ticket)| *ticket).collect();
            self.count(&mut *tx, &tickets, standing).await?;
            tx.commit().await?;
            let wait = self.core.now().duration_since(answered).unsigned_abs();
            self.core.desk.pace.note(wait, raised.len());
            self.core.alerts_changed().await;
            round.raised += raised.len();
            self.note(&raised);
        }
        Ok(())
    }

    /// News of tickets that have alerts.
    async fn hear(
        &self,
        polled: Polled,
        asked: Timestamp,
        standing: &mut Standing,
        round: &mut Round,
    ) -> std::result::Result<(), Broken> {
        round.warnings.extend(polled.warnings);
        let known = self.known(&polled.found).await?;
        let told: Vec<&Found> =
            polled.found.iter().filter(|found| known.contains_key(&found.ticket.id)).collect();
        for some in told.chunks(AT_ONCE) {
            let mut tx = self.core.store.begin(Lane::Alerts).await?;
            if !tx.holds_poll(self.lease).await? {
                return Err(Broken::Overtaken);
            }
            let mut news = Vec::new();
            for found in some {
                let heard = self.core.hear(&mut *tx, self.connector, self.categories, found, asked).await?;
                if let Some(heard) = heard.filter(|heard| heard.news || heard.details) {
                    news.push((heard, found.ticket.id));
                }
            }
            let new: Vec<i64> =
                news.iter().filter(|(heard, _)| heard.news).map(|(_, ticket)| *ticket).collect();
            self.count(&mut *tx, &new, standing).await?;
            tx.commit().await?;
            for (heard, ticket) in news.into_iter().filter(|(heard, _)| heard.details) {
                self.core.desk.want_details(self.connector.id, heard.alert, ticket);
            }
            round.heard += new.len();
            self.core.alerts_changed().await;
        }
        Ok(())
    }

    /// A few tickets of live alerts by number: whether they are still there, and what they say.
    async fn look_after(
        &self,
        standing: &mut Standing,
        round: &mut Round,
    ) -> std::result::Result<(), Broken> {
        let live = |behind| self.core.store.live_tickets(self.connector.id, behind, LOOKED_AFTER);
        let mut some = live(standing.looked_after).await?;
        if some.is_empty() {
            some = live(i64::MIN).await?;
        }
        let Some(last) = some.last().copied() else { return Ok(()) };
        let asked = self.core.now();
        let found = self.core.psa.tickets(self.link, &some).await?;
        let gone: Vec<i64> =
            some.into_iter().filter(|id| found.iter().all(|found| found.ticket.id != *id)).collect();
        self.hear(Polled { found, warnings: Vec::new() }, asked, standing, round).await?;
        for ticket in gone {
            let mut tx = self.core.store.begin(Lane::Alerts).await?;
            if !tx.holds_poll(self.lease).await? {
                return Err(Broken::Overtaken);
            }
            if self.core.hear_nothing(&mut *tx, self.connector, ticket).await? {
                self.count(&mut *tx, &[ticket], standing).await?;
                tx.commit().await?;
                self.core.alerts_changed().await;
                round.heard += 1;
            }
        }
        standing.looked_after = last;
        Ok(())
    }

    async fn known(
        &self,
        found: &[Found],
    ) -> std::result::Result<BTreeMap<i64, (AlertId, AlertState)>, Broken> {
        let ids: Vec<i64> = found.iter().map(|found| found.ticket.id).collect();
        if ids.is_empty() {
            return Ok(BTreeMap::new());
        }
        let known = self.core.store.alerts_of_tickets(self.connector.id, &ids).await?;
        Ok(known.into_iter().map(|(ticket, alert, state)| (ticket, (alert, state))).collect())
    }

    fn note(&self, raised: &[(AlertId, i64)]) {
        let wanted = !self.connector.input.additional_details.is_empty();
        for (alert, ticket) in raised.iter().filter(|_| wanted) {
            self.core.desk.want_details(self.connector.id, *alert, *ticket);
        }
        if !raised.is_empty() {
            tracing::info!(
                connector = as_actor(self.connector).name(),
                raised = raised.len(),
                "alerts raised"
            );
        }
    }

    /// Counts of which tickets with news a callback told first, to whichever process.
    async fn count(
        &self,
        tx: &mut dyn Transaction,
        tickets: &[i64],
        standing: &mut Standing,
    ) -> std::result::Result<(), Broken> {
        let told = tx.take_told(self.connector.id, tickets).await?.len();
        standing.found_by_callback += told as u64;
        standing.found_by_polling += tickets.len().saturating_sub(told) as u64;
        Ok(())
    }
}
