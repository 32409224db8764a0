//! Questions about connectors: tests, dry runs, previews, health, logs, people.

use super::{Connectors, intake};
use crate::{Error, Result, Services, ports::psa::Link};
use domain::{
    account::{Actor, Permission, User},
    alert::AlertState,
    connector::{
        ConnectionTest, Connector, ConnectorHealth, ConnectorInput, DryRun, DryRunTicket, LogLine,
        MadeInManage, MemberMatch, Preview,
    },
    ids::{ConnectorId, UserId},
    page::PageRequest,
};
use jiff::Timestamp;

/// Tickets of a dry run.
const DRY_RUN: usize = 200;
/// Tickets of a preview.
const PREVIEW: usize = 5;
/// Lines of the log.
const LOG: u32 = 500;

/// A connector in numbers, for metrics.
#[derive(Debug, Clone, PartialEq)]
pub struct Figures {
    /// Its name.
    pub name: String,
    /// Seconds since Manage last answered this process.
    pub answer_age_seconds: Option<i64>,
    /// Seconds by which the next poll is late.
    pub lag_seconds: i64,
    /// Whether something is wrong now.
    pub has_problem: bool,
    /// Write-backs that wait.
    pub pending: u64,
    /// Seconds that the oldest of them waits.
    pub oldest_seconds: i64,
    /// Write-backs that were given up.
    pub failed: u64,
    /// Changes that a callback told of first.
    pub by_callback: u64,
    /// Changes that only polling found.
    pub by_polling: u64,
}

impl Connectors<'_> {
    /// Looks whether a connector could work with settings, without keeping them. `id` lends its private key.
    pub async fn test(
        &self,
        actor: &Actor,
        id: Option<ConnectorId>,
        input: ConnectorInput,
    ) -> Result<ConnectionTest> {
        let link = self.unsaved(actor, id, input).await?;
        Ok(self.core.psa.test(&link).await)
    }

    /// The same for a connector as it is kept.
    pub async fn test_kept(&self, actor: &Actor, id: ConnectorId) -> Result<ConnectionTest> {
        self.core.require(actor, Permission::ManageConnectors).await?;
        let connector = self.core.connector(id).await?;
        Ok(self.core.psa.test(&self.core.link(&connector).await?).await)
    }

    /// What settings would have done with the newest tickets.
    pub async fn dry_run(
        &self,
        actor: &Actor,
        id: Option<ConnectorId>,
        input: ConnectorInput,
    ) -> Result<DryRun> {
        let link = self.unsaved(actor, id, input).await?;
        let newest = self.core.psa.newest(&link, DRY_RUN).await?;
        let tickets: Vec<DryRunTicket> = newest
            .into_iter()
            .map(|(ticket, by)| (by.filter(|_| !intake::is_over(&link.input, &ticket)), ticket))
            .map(|(by, ticket)| DryRunTicket {
                id: ticket.id,
                summary: ticket.summary,
                board: ticket.board,
                status: ticket.status,
                category: by.as_ref().map(|found| found.category.clone()).filter(|name| !name.is_empty()),
                chosen_by: by.map(|found| found.reason),
            })
            .collect();
        let number = |count: usize| u32::try_from(count).unwrap_or(u32::MAX);
        Ok(DryRun {
            mode: link.input.mode,
            looked_at: number(tickets.len()),
            would_alert: number(tickets.iter().filter(|ticket| ticket.chosen_by.is_some()).count()),
            tickets,
        })
    }

    /// The same for a connector as it is kept.
    pub async fn dry_run_kept(&self, actor: &Actor, id: ConnectorId) -> Result<DryRun> {
        self.core.require(actor, Permission::ManageConnectors).await?;
        let connector = self.core.connector(id).await?;
        self.dry_run(actor, Some(id), connector.input).await
    }

    async fn unsaved(&self, actor: &Actor, id: Option<ConnectorId>, input: ConnectorInput) -> Result<Link> {
        self.core.require(actor, Permission::ManageConnectors).await?;
        let old = match id {
            Some(id) => Some(self.core.connector(id).await?),
            None => None,
        };
        let input = self.core.tidy(input, old.as_ref().map(|old| &old.input))?;
        let now = self.core.now();
        let made = old.as_ref().map_or_else(MadeInManage::default, |old| old.made.clone());
        let id = id.unwrap_or_else(|| ConnectorId(self.core.uuid()));
        self.core.link(&Connector { id, input, enabled: false, created_at: now, made }).await
    }

    /// What acknowledging or closing would write into the newest tickets that have alerts, by this actor.
    pub async fn preview(&self, actor: &Actor, id: ConnectorId, state: AlertState) -> Result<Vec<Preview>> {
        self.core.require(actor, Permission::ManageConnectors).await?;
        let connector = self.core.connector(id).await?;
        let link = self.core.link(&connector).await?;
        let mut previews = Vec::new();
        let person = self.core.person_behind(id, actor).await?;
        for (ticket, _) in self.core.psa.newest(&link, PREVIEW).await? {
            let planned = self.core.psa.carry_state(&link, ticket.id, state, &person, None).await?;
            previews.push(Preview {
                ticket_id: ticket.id,
                writes: planned.written,
                impossible: planned.skipped,
            });
        }
        Ok(previews)
    }

    /// How a connector does.
    pub async fn health(&self, actor: &Actor, id: ConnectorId) -> Result<ConnectorHealth> {
        self.core.require(actor, Permission::ViewAlerts).await?;
        let connector = self.core.connector(id).await?;
        self.health_of(&connector).await
    }

    async fn health_of(&self, connector: &Connector) -> Result<ConnectorHealth> {
        let found = self.core.store.standing(connector.id).await?;
        let (standing, next) = found.ok_or(Error::NotFound("connector"))?;
        let line = match self.core.link(connector).await {
            Ok(link) => self.core.psa.health(&link),
            // Without the key of secrets nothing can be asked; that is what its polls tell.
            Err(_) => Default::default(),
        };
        let callbacks = self.core.callback_health(connector).await?;
        let (pending, oldest, failed) = self.core.store.write_back_counts(connector.id).await?;
        Ok(ConnectorHealth {
            last_answer_at: line.last_answer_at.max(standing.last_poll_at),
            last_poll_at: standing.last_poll_at,
            next_poll_at: connector.enabled.then_some(next),
            last_poll_ms: standing.last_poll_ms,
            problem: standing.problem.filter(|_| connector.enabled),
            problem_since: standing.problem_since.filter(|_| connector.enabled),
            requests_last_minute: line.requests_last_minute,
            requests_allowed: line.requests_allowed,
            breaker: if line.breaker.is_empty() { "closed".into() } else { line.breaker.into() },
            throttled_until: line.throttled_until,
            pending_write_backs: pending,
            oldest_write_back_at: oldest,
            failed_write_backs: failed,
            callbacks,
            found_by_callback: standing.found_by_callback,
            found_by_polling: standing.found_by_polling,
            clock_ahead_seconds: line.clock_ahead_seconds,
            skipped_actions: standing.skipped_actions,
        })
    }

    /// The log of a connector, newest first.
    pub async fn log(&self, actor: &Actor, id: ConnectorId) -> Result<Vec<LogLine>> {
        self.core.require(actor, Permission::ViewAlerts).await?;
        self.core.connector(id).await?;
        Ok(self.core.store.connector_log(id, LOG).await?)
    }

    /// The people here and the member of each in Manage.
    pub async fn members(&self, actor: &Actor, id: ConnectorId) -> Result<Vec<MemberMatch>> {
        self.core.require(actor, Permission::ManageConnectors).await?;
        let connector = self.core.connector(id).await?;
        let members = self.core.psa.members(&self.core.link(&connector).await?).await?;
        let choices = self.core.store.member_choices(id).await?;
        let matched = |user: User| {
            let chosen =
                choices.iter().find(|(known, _)| *known == user.id).map(|(_, member)| member.as_str());
            let same = |email: &Option<String>| {
                email.as_deref().is_some_and(|email| email.eq_ignore_ascii_case(&user.email))
            };
            let found = match chosen {
                Some(chosen) => members.iter().find(|member| member.identifier.eq_ignore_ascii_case(chosen)),
                None => members.iter().find(|member| same(&member.email)),
            };
            MemberMatch {
                user_id: user.id,
                member: found.map(|member| (member.identifier.clone(), member.name.clone())),
                by_hand: chosen.is_some(),
                name: user.name,
                email: user.email,
            }
        };
        Ok(self.people().await?.into_iter().map(matched).collect())
    }

    async fn people(&self) -> Result<Vec<User>> {
        let (mut people, mut cursor) = (Vec::new(), None);
        loop {
            let page = self.core.store.users(&PageRequest::new(Some(500), cursor)?).await?;
            people.extend(page.items);
            cursor = page.next_cursor;
            if cursor.is_none() {
                return Ok(people);
            }
        }
    }

    /// Chooses the member of a person by hand, or (none) lets the mail address decide again.
    pub async fn choose_member(
        &self,
        actor: &Actor,
        id: ConnectorId,
        user: UserId,
        member: Option<String>,
    ) -> Result<()> {
        use crate::{ports::store::Lane, work::Line};
        self.core.require(actor, Permission::ManageConnectors).await?;
        let connector = self.core.connector(id).await?;
        let person = self.core.store.user(user).await?.ok_or(Error::NotFound("user"))?;
        let member = member.map(|member| member.trim().to_owned()).filter(|member| !member.is_empty());
        if let Some(member) = &member {
            let known = self.core.psa.members(&self.core.link(&connector).await?).await?;
            if !known.iter().any(|known| known.identifier.eq_ignore_ascii_case(member)) {
                return Err(Error::field("member", "is not an active member of this instance"));
            }
        }
        let mut tx = self.core.store.begin(Lane::Alerts).await?;
        tx.choose_member(id, user, member.as_deref()).await?;
        let chosen = member.as_deref().unwrap_or("the member with their mail address");
        let line = format!("{} acts as {chosen} through {}", person.name, connector.input.name);
        self.core.audit(&mut *tx, actor, Line::ok(domain::audit::action::CONNECTOR, line).about(id)).await?;
        Ok(tx.commit().await?)
    }
}

impl Services {
    /// All enabled connectors in numbers.
    pub async fn connector_figures(&self) -> Result<Vec<Figures>> {
        let now = self.core.now();
        let since = |at: Option<Timestamp>| at.map(|at| now.duration_since(at).as_secs());
        let mut all = Vec::new();
        for connector in self.core.store.connectors().await?.into_iter().filter(|one| one.enabled) {
            let health = self.connectors().health_of(&connector).await?;
            all.push(Figures {
                answer_age_seconds: since(health.last_answer_at),
                lag_seconds: since(health.next_poll_at).unwrap_or_default().max(0),
                has_problem: health.problem.is_some(),
                pending: health.pending_write_backs,
                oldest_seconds: since(health.oldest_write_back_at).unwrap_or_default().max(0),
                failed: health.failed_write_backs,
                by_callback: health.found_by_callback,
                by_polling: health.found_by_polling,
                name: connector.input.name,
            });
        }
        Ok(all)
    }
}
