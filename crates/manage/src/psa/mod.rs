//! The port [`Psa`] on top of the client: several calls for each question, in the words of `domain`.
//!
//! - `clients`: one client for each connector's keys, with what is worth remembering
//! - `rules`: workflow rules and their events, found by name and evaluated
//! - `choose`: which tickets a poll, a dry run or a look by number brings, and what they say
//! - `write`: what is written into a ticket; `owner` who becomes responsible
//! - `setup`: what workflow mode makes in Manage, with the texts of its conditions in `defaults`; `removal` takes it
//!   away again
//! - `trial`: the test of a connection; `words` our words for Manage's records and refusals
//!
//! A new behaviour is a function in one of these rooms and a line here.

mod choose;
mod clients;
mod defaults;
mod details;
mod owner;
mod removal;
mod rules;
mod setup;
mod trial;
mod words;
mod write;

use crate::{line::Lines, model};
use async_trait::async_trait;
use clients::Clients;
use domain::{
    alert::AlertState,
    connector::{
        ConnectionTest, ConnectorInput, Detail, LogLine, MadeInManage, Mode, NoteFlags, SetupReport,
    },
    field::{FieldError, Findings},
    ids::WriteBackId,
    net::{Host, Networks},
    ticket::{Ticket, TicketDetails},
};
use services::ports::{
    Clock, Psa,
    psa::{Ask, Found, LineHealth, Link, Member, Person, Polled, PsaError, TakenDown, Written},
};
use std::sync::Arc;
use words::trouble;

/// ConnectWise Manage as a port. One for the whole process, so that all connectors share the lines.
pub struct Adapter {
    clients: Clients,
    clock: Arc<dyn Clock>,
    allowed: Networks,
}

impl Adapter {
    /// An adapter on these lines. `allowed` are the networks that may be called besides the public ones, as the
    /// lines know them.
    pub fn new(lines: Lines, allowed: Networks, clock: Arc<dyn Clock>) -> Self {
        Self { clients: Clients::new(lines, clock.clone()), clock, allowed }
    }

    fn check_address(&self, input: &ConnectorInput, findings: &mut Findings) {
        let Ok(address) = domain::connector::manage_server(&input.instance_uri) else { return };
        if let Host::Number(number) = address.host {
            let refused = !self.allowed.permit(number);
            let remedy =
                "is not on the internet: add its network to security.allowed_networks in tandem.toml";
            findings.check(refused, "instance_uri", remedy);
        }
    }
}

#[async_trait]
impl Psa for Adapter {
    fn check(&self, input: &ConnectorInput) -> Vec<FieldError> {
        let mut findings = Findings::default();
        self.check_address(input, &mut findings);
        match input.mode {
            Mode::Rules => choose::check_rules(input, &mut findings),
            Mode::Workflow => defaults::check_captions(input, &mut findings),
        }
        findings.finish().err().unwrap_or_default()
    }

    async fn test(&self, link: &Link) -> ConnectionTest {
        match self.clients.of(link) {
            Ok(client) => trial::test(&client, link).await,
            Err(error) => trial::refused(&error),
        }
    }

    async fn set_up(
        &self,
        link: &Link,
        progress: &(dyn Fn(LogLine) + Send + Sync),
    ) -> (Result<SetupReport, PsaError>, MadeInManage) {
        let client = match self.clients.of(link) {
            Ok(client) => client,
            Err(error) => return (Err(error), link.made.clone()),
        };
        client.forget();
        let told = |message: String| {
            progress(LogLine { at: self.clock.now(), level: "info".into(), message });
        };
        setup::SetUp::new(&client, link, &told).run().await
    }

    async fn take_down(&self, link: &Link) -> Result<TakenDown, PsaError> {
        let client = self.clients.of(link)?;
        client.forget();
        removal::take_down(&client, &link.made).await
    }

    async fn poll(&self, link: &Link, ask: &Ask) -> Result<Polled, PsaError> {
        choose::poll(&*self.clients.of(link)?, link, ask).await
    }

    async fn tickets(&self, link: &Link, ids: &[i64]) -> Result<Vec<Found>, PsaError> {
        choose::by_number(&*self.clients.of(link)?, link, ids).await
    }

    async fn newest(&self, link: &Link, most: usize) -> Result<Vec<(Ticket, Option<Found>)>, PsaError> {
        choose::newest(&*self.clients.of(link)?, link, most).await
    }

    async fn details(&self, link: &Link, ticket: &Ticket, wanted: &[Detail]) -> TicketDetails {
        let read_at = Some(self.clock.now());
        match self.clients.of(link) {
            Ok(client) => TicketDetails { read_at, ..details::read(&client, ticket.id, wanted).await },
            Err(error) => {
                TicketDetails { read_at, unread: vec![error.to_string()], ..TicketDetails::default() }
            }
        }
    }

    async fn mark_retrieved(&self, link: &Link, ticket: i64) -> Result<Written, PsaError> {
        write::mark_retrieved(&*self.clients.of(link)?, link, ticket).await
    }

    async fn mark_known(&self, link: &Link, ticket: i64, state: AlertState) -> Result<Written, PsaError> {
        write::mark_known(&*self.clients.of(link)?, link, ticket, state).await
    }

    async fn carry_state(
        &self,
        link: &Link,
        ticket: i64,
        state: AlertState,
        person: &Person,
        mark: Option<WriteBackId>,
    ) -> Result<Written, PsaError> {
        let client = self.clients.of(link)?;
        write::Carrying { client: &client, link, ticket, state, person, mark }.run().await
    }

    async fn add_note(
        &self,
        link: &Link,
        ticket: i64,
        mark: WriteBackId,
        text: &str,
        flags: NoteFlags,
        person: &Person,
    ) -> Result<Written, PsaError> {
        let note = write::note(text, flags, Some(person), mark);
        let manage = self.clients.of(link)?.under(link);
        let added = manage.add_note_once(ticket, &note, &write::mark(mark)).await;
        added.map_err(|error| trouble(error, Some(ticket)))?;
        Ok(Written { ticket: None, written: vec!["a note".into()], skipped: Vec::new() })
    }

    async fn members(&self, link: &Link) -> Result<Vec<Member>, PsaError> {
        let all = self.clients.of(link)?.manage.members().await.map_err(|error| trouble(error, None))?;
        let member = |member: model::Member| Member {
            identifier: member.identifier,
            name: member.name,
            email: member.office_email,
        };
        Ok(all.into_iter().filter(|member| !member.inactive).map(member).collect())
    }

    async fn verify_callback(&self, link: &Link, raw: &[u8], signature: &str) -> Result<i64, PsaError> {
        let delivery = self.clients.of(link)?.manage.verify(raw, signature).await;
        let delivery = delivery.map_err(|error| trouble(error, None))?;
        if delivery.kind.eq_ignore_ascii_case("ticket") {
            Ok(delivery.record)
        } else {
            Err(PsaError::Person { field: None, message: "the callback is not about a ticket".into() })
        }
    }

    async fn register_callback(&self, link: &Link, url: &str) -> Result<MadeInManage, PsaError> {
        let name = format!("Tandem: {}", link.input.name);
        let made = self.clients.of(link)?.manage.register_ticket_callback(url, &name).await;
        let made = made.map_err(|error| trouble(error, None))?;
        Ok(MadeInManage { callbacks: vec![(made.id, url.to_owned())], ..MadeInManage::default() })
    }

    fn health(&self, link: &Link) -> LineHealth {
        self.clients.of(link).map(|client| client.health(self.clock.now())).unwrap_or_default()
    }
}
