//! When Manage is asked. Under a lease whose fence is asked again in every unit of work, so that a process which
//! slept too long keeps nothing.

use super::{
    Connectors,
    holding::HOLD,
    round::{Broken, Round},
    switch::plain,
};
use crate::{
    Core, Error, Result, Services,
    ports::{
        psa::PsaError,
        store::{
            Lane,
            connectors::{PollLease, Standing},
        },
    },
};
use domain::{
    account::{Actor, Permission},
    connector::Connector,
    ids::ConnectorId,
};
use jiff::{SignedDuration, Timestamp};

/// By how much the clocks of replicas may differ without any of them counting as set back.
const CLOCKS_DIFFER: SignedDuration = SignedDuration::from_mins(1);
/// Longer than any interval between polls, and than any pause that Manage is given.
const LONGEST_PAUSE: SignedDuration = SignedDuration::from_hours(2);
/// How long a callback is remembered: what it told of and is not found by then was known, or is no news.
const TOLD: SignedDuration = SignedDuration::from_mins(10);

impl Connectors<'_> {
    /// Polls now; answers what was found in one sentence.
    pub async fn poll(&self, actor: &Actor, id: ConnectorId) -> Result<String> {
        self.core.require(actor, Permission::ManageConnectors).await?;
        let connector = self.core.connector(id).await?;
        if !connector.enabled {
            return Err(Error::Conflict("the connector is not enabled: enable it first".into()));
        }
        let mut tx = self.core.store.begin(Lane::Alerts).await?;
        tx.hurry_poll(id, self.core.now()).await?;
        tx.commit().await?;
        match self.poll_due(id).await? {
            Some(done) => done,
            None => Ok("a poll is under way; the next one follows at once".into()),
        }
    }

    /// Polls if it is due and no other process does; answers how that went.
    pub async fn poll_due(&self, id: ConnectorId) -> Result<Option<Result<String>>> {
        let now = self.core.now();
        let Some((standing, due)) = self.core.store.standing(id).await? else { return Ok(None) };
        if due > now {
            if !was_set_back(&standing, due, now) {
                return Ok(None);
            }
            self.core.hurry_all(id, now).await?;
        }
        let Some(lease) = self.core.store.claim_poll(id, now, now + HOLD).await? else { return Ok(None) };
        let connector = self.core.connector(id).await?;
        Ok(Some(self.core.poll_under(&connector, lease).await))
    }
}

impl Services {
    /// The connectors that are enabled, for the jobs.
    pub async fn enabled_connectors(&self) -> Result<Vec<ConnectorId>> {
        let all = self.core.store.connectors().await?;
        Ok(all.into_iter().filter(|connector| connector.enabled).map(|connector| connector.id).collect())
    }

    /// Ends what a process before this one left behind. Called at the start.
    pub async fn begin_connecting(&self) -> Result<()> {
        if self.core.store.is_shared() {
            return Ok(());
        }
        Ok(self.core.store.end_leases().await?)
    }
}

/// Whether the clock was set back since the last poll: by it, that poll is still to come, or the next one is further off
/// than anything lets it be. Clocks of replicas may differ by a little.
fn was_set_back(standing: &Standing, due: Timestamp, now: Timestamp) -> bool {
    let is_to_come = standing.last_poll_at.is_some_and(|last| last.duration_since(now) > CLOCKS_DIFFER);
    is_to_come || due.duration_since(now) > LONGEST_PAUSE
}

impl Core {
    /// Makes a poll and everything that is owed due: what was to wait for a time waits for nothing any more.
    async fn hurry_all(&self, id: ConnectorId, now: Timestamp) -> Result<()> {
        let mut tx = self.store.begin(Lane::Alerts).await?;
        tx.hurry_poll(id, now).await?;
        tx.hurry_write_backs(id, now).await?;
        Ok(tx.commit().await?)
    }

    async fn poll_under(&self, connector: &Connector, lease: PollLease) -> Result<String> {
        let started = self.now();
        let mut standing = lease.standing.clone();
        let mut round = Round::default();
        let work = Box::pin(self.round(connector, &lease, &mut standing, &mut round));
        let done = self.holding_poll(&lease, work).await.unwrap_or(Err(Broken::Overtaken));
        let now = self.now();
        let interval = SignedDuration::from_secs(i64::from(connector.input.poll_interval_seconds));
        let mut next = (started + interval).max(now);
        let problem = match &done {
            Ok(()) => round.warnings.first().cloned(),
            Err(Broken::Overtaken) => return Ok("another process has taken over".into()),
            Err(Broken::Own(error)) => Some(plain(error)),
            Err(Broken::Psa(error)) => {
                if let PsaError::Later { after: Some(after), .. } = error {
                    next = next.max(now + SignedDuration::try_from(*after).unwrap_or(interval));
                }
                Some(error.to_string())
            }
        };
        if done.is_ok() {
            standing.last_poll_at = Some(now);
            standing.last_poll_ms = u64::try_from(now.duration_since(started).as_millis()).ok();
        }
        self.end(connector, &lease, standing, problem, next).await?;
        match done {
            Ok(()) | Err(Broken::Overtaken) => Ok(round.sentence()),
            Err(Broken::Psa(error)) => Err(error.into()),
            Err(Broken::Own(error)) => Err(error),
        }
    }

    /// Keeps where the connector stands; what went wrong or well again is told once.
    async fn end(
        &self,
        connector: &Connector,
        lease: &PollLease,
        mut standing: Standing,
        problem: Option<String>,
        next: Timestamp,
    ) -> Result<()> {
        let (id, now) = (connector.id, self.now());
        let mut tx = self.store.begin(Lane::Alerts).await?;
        match (&lease.standing.problem, &problem) {
            (before, Some(now_wrong)) if before.as_ref() != Some(now_wrong) => {
                self.log(&mut *tx, id, "error", now_wrong.as_str()).await?;
                standing.problem_since = lease.standing.problem_since.or(Some(now));
            }
            (Some(_), None) => {
                self.log(&mut *tx, id, "info", "all is well again").await?;
                standing.problem_since = None;
                // What waits long for its next attempt need not wait any more.
                tx.hurry_write_backs(id, now).await?;
            }
            _ => {}
        }
        standing.problem = problem;
        for action in self.desk.skipped(id) {
            if !standing.skipped_actions.contains(&action) && standing.skipped_actions.len() < 100 {
                self.log(&mut *tx, id, "warning", format!("not done in Manage: {action}")).await?;
                standing.skipped_actions.push(action);
            }
        }
        tx.forget_told(id, now - TOLD).await?;
        if tx.end_poll(lease, &standing, next).await? {
            tx.commit().await?;
            self.desk.owe();
        }
        Ok(())
    }
}
