//! Tickets and alerts, both ways, against the simulated Manage over HTTP: the use cases on their own database, on
//! both engines, with a clock that the test moves. Waiting takes no time.

mod callbacks;
mod conflicts;
mod doctor;
mod faults;
mod journey;
mod killed;
mod made;
mod many;
mod outages;
mod over_http;
mod site;
mod stale;
mod switches;
mod write_backs;

use crate::world::{Engine, database};
use async_trait::async_trait;
use domain::{
    account::{Actor, Role},
    alert::{Alert, AlertDetail, AlertFilter, AlertState},
    connector::{BoardStatus, ConnectorInput, Mode, Rule},
    ids::{AlertId, ConnectorId},
    net::Networks,
    page::PageRequest,
    secret::Secret,
    write_back::{WriteBack, WriteBackState},
};
use jiff::{SignedDuration, Timestamp};
use manage::{Adapter, Lines, Pace, Patience, SystemNames};
use sandbox::manage::{Fault, Manage as Simulator, World as Instance};
use services::{
    Services, Settings,
    accounts::NewUser,
    ports::{Clock, Random as _, store::write_backs::WriteBackFilter},
    system::SystemRandom,
};
use std::{
    sync::{Arc, Mutex},
    time::Duration,
};
use storage::Database;
use tempfile::TempDir;
use vault::{Keys, SealedVault};

const KEY: &str = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=";

/// Time as the test moves it, for people and for the line to Manage.
pub(crate) struct Hours(Mutex<(Timestamp, Duration)>);

impl Hours {
    fn new() -> Self {
        Self(Mutex::new(("2026-11-23T08:00:00Z".parse().unwrap(), Duration::ZERO)))
    }

    /// The clock on the wall is set back; what waits goes on waiting.
    pub(crate) fn set_back(&self, time: Duration) {
        self.0.lock().unwrap().0 -= SignedDuration::try_from(time).unwrap();
    }

    pub(crate) fn pass(&self, time: Duration) {
        let mut now = self.0.lock().unwrap();
        now.0 += SignedDuration::try_from(time).unwrap();
        now.1 += time;
    }
}

impl Clock for Hours {
    fn now(&self) -> Timestamp {
        self.0.lock().unwrap().0
    }
}

/// So that the line to Manage waits by the same time.
struct Waits(Arc<Hours>);

#[async_trait]
impl Pace for Waits {
    fn elapsed(&self) -> Duration {
        self.0.0.lock().unwrap().1
    }

    async fn sleep(&self, time: Duration) {
        self.0.pass(time);
        tokio::task::yield_now().await;
    }

    fn random(&self) -> u64 {
        let mut bytes = [0; 8];
        SystemRandom.fill(&mut bytes);
        u64::from_be_bytes(bytes)
    }
}

/// A Tandem with one connector to a simulated instance, and Jane who handles alerts.
pub(crate) struct Place {
    pub(crate) simulator: Simulator,
    pub(crate) services: Services,
    pub(crate) hours: Arc<Hours>,
    pub(crate) id: ConnectorId,
    pub(crate) jane: Actor,
    pub(crate) admin: Actor,
    url: String,
    database: Database,
    _folder: TempDir,
}

fn patience() -> Patience {
    Patience {
        timeout: Duration::from_millis(2_500),
        tries: 2,
        allowed_networks: Networks::parse(["127.0.0.0/8"]).unwrap(),
        ..Patience::default()
    }
}

async fn open(url: &str, hours: &Arc<Hours>) -> (Services, Database) {
    open_with(url, hours, Settings::default()).await
}

async fn open_with(url: &str, hours: &Arc<Hours>, settings: Settings) -> (Services, Database) {
    let database = Database::connect(url).await.unwrap();
    let lines = Lines::with(patience(), Arc::new(Waits(hours.clone())), Arc::new(SystemNames));
    let adapter = Adapter::new(lines, patience().allowed_networks, hours.clone());
    let services = Services::new(
        Arc::new(database.clone()),
        hours.clone(),
        Arc::new(SystemRandom),
        Arc::new(automate::Reader::new(Networks::default())),
        Arc::new(SealedVault::new(Keys::configured(KEY).unwrap(), Arc::new(SystemRandom))),
        Arc::new(adapter),
        settings,
    );
    (services, database)
}

pub(crate) fn settings(url: &str) -> ConnectorInput {
    ConnectorInput {
        name: "Acme".into(),
        instance_uri: url.to_owned(),
        company_id: "acme".into(),
        api_member_id: "tandem".into(),
        public_key: "publicKey".into(),
        private_key: Secret::Given("privateKey".into()),
        client_id: "01935f6e-3c2a-7c3e-8f7a-2b1c9d0e4f5a".into(),
        ..ConnectorInput::default()
    }
}

/// Rules mode: every ticket with the status of new ones alerts; the first board's statuses are mapped.
pub(crate) fn by_rules(input: &mut ConnectorInput) {
    input.mode = Mode::Rules;
    input.rules = vec![Rule {
        conditions: "status/name = \"New (not responded)\"".into(),
        category: "Desk".into(),
        ..Rule::default()
    }];
    input.board_status_mapping = vec![BoardStatus {
        board: "Service Desk".into(),
        acknowledged_status: Some("In Progress".into()),
        closed_status: Some("Resolved".into()),
    }];
}

impl Place {
    /// An instance without tickets, prepared, and an enabled connector with changed settings.
    pub(crate) async fn with(
        engine: Engine,
        prepare: impl FnOnce(&mut Instance),
        change: impl FnOnce(&mut ConnectorInput),
    ) -> Self {
        let mut instance = Instance::seeded();
        // One stays closed, so that the pod of custom fields can be found.
        for ticket in 1..=6 {
            instance.set_status(ticket, ">Closed", "jdoe");
        }
        prepare(&mut instance);
        let simulator = Simulator::start(instance).await.unwrap();
        let folder = tempfile::tempdir().unwrap();
        let url = database(engine, &folder).await;
        let hours = Arc::new(Hours::new());
        let (services, database) = open(&url, &hours).await;
        let admin = Actor::system("test");
        let new = NewUser {
            email: "jdoe@acme.example".into(),
            name: "Jane".into(),
            role: Role::Responder,
            password: "lamp cedar violin 9".into(),
        };
        let user = services.accounts().create_user(&admin, new).await.unwrap();
        let jane = Actor::User { id: user.id, name: user.name, role: user.role };
        let mut input = settings(&simulator.url());
        change(&mut input);
        let id = services.connectors().add(&admin, input).await.unwrap().id;
        services.connectors().enable(&admin, id).await.unwrap();
        let place = Self { simulator, services, hours, id, jane, admin, url, database, _folder: folder };
        // The first poll learns Manage's time.
        place.poll().await.unwrap();
        place
    }

    pub(crate) async fn workflow(engine: Engine) -> Self {
        Self::with(engine, |_| {}, |_| {}).await
    }

    pub(crate) async fn rules(engine: Engine) -> Self {
        Self::with(engine, |_| {}, by_rules).await
    }

    /// Another process on the same database.
    pub(crate) async fn replica(&self) -> (Services, Database) {
        open(&self.url, &self.hours).await
    }

    /// Another process, which people reach at this address.
    pub(crate) async fn reached_at(&self, public_url: &str) -> (Services, Database) {
        let settings = Settings { public_url: Some(public_url.to_owned()), ..Settings::default() };
        open_with(&self.url, &self.hours, settings).await
    }

    /// A new ticket.
    pub(crate) fn ticket(&self, summary: &str) -> i64 {
        self.simulator.with(|world| world.new_ticket(summary))
    }

    pub(crate) fn set_status(&self, ticket: i64, status: &str) {
        assert!(self.simulator.with(|world| world.set_status(ticket, status, "jdoe")), "{status}");
    }

    pub(crate) fn status(&self, ticket: i64) -> String {
        self.field(ticket, "status")["name"].as_str().unwrap().to_owned()
    }

    /// Asks the instance for something that people do there, with keys of their own.
    pub(crate) async fn in_manage(
        &self,
        method: &str,
        path: &str,
        body: serde_json::Value,
    ) -> serde_json::Value {
        let url = format!("{}/v4_6_release/apis/3.0/{path}", self.simulator.url());
        let method = reqwest::Method::from_bytes(method.as_bytes()).unwrap();
        let request =
            reqwest::Client::new().request(method, url).basic_auth("acme+publicKey", Some("privateKey"));
        let answer = request.header("clientId", "x").json(&body).send().await.unwrap();
        assert!(answer.status().is_success(), "{}", answer.status());
        answer.json().await.unwrap()
    }

    pub(crate) fn field(&self, ticket: i64, name: &str) -> serde_json::Value {
        self.simulator.with(|world| world.row("tickets", ticket).unwrap()[name].clone())
    }

    pub(crate) fn custom(&self, ticket: i64, caption: &str) -> serde_json::Value {
        let fields = self.field(ticket, "customFields");
        let found = fields.as_array().unwrap().iter().find(|field| field["caption"] == caption).cloned();
        found.map(|field| field["value"].clone()).unwrap_or_default()
    }

    /// The notes of a ticket whose text begins so.
    pub(crate) fn notes(&self, ticket: i64, text: &str) -> Vec<serde_json::Value> {
        let all = self.simulator.with(|world| world.rows("notes"));
        let fits = |note: &serde_json::Value| {
            note["ticketId"] == ticket && note["text"].as_str().unwrap().starts_with(text)
        };
        all.into_iter().filter(fits).collect()
    }

    pub(crate) fn fault(&self, fault: Fault) {
        self.simulator.with(|world| world.faults.push(fault));
    }

    pub(crate) fn mend(&self) {
        self.simulator.with(|world| world.faults.clear());
    }

    /// How often a path was asked with a method.
    pub(crate) fn asked(&self, method: &str, part: &str) -> usize {
        self.simulator.requests(part).iter().filter(|request| request.method == method).count()
    }

    /// Time passes, for Manage too.
    pub(crate) fn pass(&self, seconds: u64) {
        self.hours.pass(Duration::from_secs(seconds));
        let by = SignedDuration::try_from(Duration::from_secs(seconds)).unwrap();
        self.simulator.with(|world| world.clock.shift(by));
    }

    /// The next poll, half a minute later; also what is left to be read.
    pub(crate) async fn poll(&self) -> services::Result<String> {
        self.pass(31);
        let done = self.services.connectors().poll_due(self.id).await.unwrap().expect("it is due");
        while self.services.connectors().read_details(self.id).await.unwrap() {}
        done
    }

    /// Everything that is due towards Manage.
    pub(crate) async fn drain(&self) -> usize {
        self.services.connectors().write_back(self.id).await.unwrap()
    }

    /// A poll, and what follows from it.
    pub(crate) async fn round(&self) {
        self.poll().await.unwrap();
        self.drain().await;
    }

    pub(crate) async fn alerts(&self) -> Vec<Alert> {
        let page = PageRequest::new(Some(500), None).unwrap();
        self.services.alerts().list(&self.admin, &AlertFilter::default(), &page).await.unwrap().items
    }

    /// The alert of a ticket.
    pub(crate) async fn alert(&self, ticket: i64) -> Alert {
        let all = self.alerts().await;
        let of = |alert: &&Alert| alert.ticket.as_ref().is_some_and(|known| known.id == ticket);
        let mut found = all.iter().filter(of);
        let alert = found.next().unwrap_or_else(|| panic!("ticket {ticket} has no alert")).clone();
        assert!(found.next().is_none(), "ticket {ticket} has two alerts");
        alert
    }

    pub(crate) async fn state(&self, ticket: i64) -> AlertState {
        self.alert(ticket).await.state
    }

    pub(crate) async fn detail(&self, ticket: i64) -> AlertDetail {
        let id = self.alert(ticket).await.id;
        self.services.alerts().get(&self.admin, id).await.unwrap()
    }

    /// The words of the timeline.
    pub(crate) async fn told(&self, ticket: i64) -> Vec<String> {
        let timeline = self.detail(ticket).await.timeline;
        timeline
            .iter()
            .map(|entry| serde_json::to_value(entry).unwrap()["event"].as_str().unwrap().to_owned())
            .collect()
    }

    pub(crate) async fn acknowledge(&self, ticket: i64) -> AlertId {
        let id = self.alert(ticket).await.id;
        self.services.alerts().acknowledge(&self.jane, id).await.unwrap();
        id
    }

    pub(crate) async fn close(&self, ticket: i64) {
        let id = self.alert(ticket).await.id;
        self.services.alerts().close(&self.jane, id).await.unwrap();
    }

    pub(crate) async fn annotate(&self, ticket: i64, text: &str) {
        let id = self.alert(ticket).await.id;
        self.services.alerts().annotate(&self.jane, id, text).await.unwrap();
    }

    /// A new ticket and its open alert, with nothing owed.
    pub(crate) async fn raised(&self, summary: &str) -> i64 {
        let ticket = self.ticket(summary);
        self.round().await;
        assert_eq!(self.state(ticket).await, AlertState::Open);
        ticket
    }

    pub(crate) async fn write_backs(&self, state: WriteBackState) -> Vec<WriteBack> {
        let filter = WriteBackFilter { state: Some(state), connector: Some(self.id) };
        let page = PageRequest::new(Some(500), None).unwrap();
        self.services.alerts().write_backs(&self.admin, &filter, &page).await.unwrap().items
    }

    pub(crate) async fn problem(&self) -> Option<String> {
        self.services.connectors().health(&self.admin, self.id).await.unwrap().problem
    }

    pub(crate) async fn end(self) {
        drop(self.services);
        self.database.close().await;
    }
}
