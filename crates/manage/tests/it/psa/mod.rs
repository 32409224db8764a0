//! The port on top of the client: what a connector does, against the simulator.

mod carrying;
mod choosing;
mod setting_up;
mod trying;

use crate::world::{Steps, patience};
use domain::{
    connector::{ConnectorInput, MadeInManage, Mode, Rule, SetupReport},
    ids::{ConnectorId, WriteBackId},
    secret::Secret,
};
use jiff::{SignedDuration, Timestamp};
use manage::{Adapter, Lines, SystemNames};
use sandbox::manage::{Manage as Simulator, World};
use services::ports::{
    Clock, Psa,
    psa::{Hold, Link, Person},
};
use std::sync::{Arc, Mutex};
use uuid::Uuid;

/// A clock that stands still unless it is moved.
struct Still(Mutex<Timestamp>);

impl Clock for Still {
    fn now(&self) -> Timestamp {
        *self.0.lock().unwrap()
    }
}

/// An instance, the port, and a connector to it.
struct Place {
    simulator: Simulator,
    psa: Adapter,
    link: Link,
    clock: Arc<Still>,
}

fn input(url: &str) -> ConnectorInput {
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

async fn place(prepare: impl FnOnce(&mut World)) -> Place {
    let mut world = World::seeded();
    prepare(&mut world);
    let simulator = Simulator::start(world).await.unwrap();
    let clock = Arc::new(Still(Mutex::new("2026-11-23T08:00:00Z".parse().unwrap())));
    let lines = Lines::with(patience(), Arc::new(Steps::default()), Arc::new(SystemNames));
    let psa = Adapter::new(lines, patience().allowed_networks, clock.clone());
    let link = Link {
        id: ConnectorId(Uuid::nil()),
        input: input(&simulator.url()),
        made: MadeInManage::default(),
        hold: Hold::default(),
    };
    Place { simulator, psa, link, clock }
}

/// Rules mode: whatever is new alerts.
async fn with_rules(conditions: &[&str]) -> Place {
    let mut place = place(|_| {}).await;
    place.link.input.mode = Mode::Rules;
    place.link.input.rules = conditions
        .iter()
        .enumerate()
        .map(|(index, text)| Rule {
            conditions: (*text).to_owned(),
            category: format!("C{index}"),
            ..Rule::default()
        })
        .collect();
    place
}

impl Place {
    async fn set_up(&mut self) -> SetupReport {
        let (report, made) = self.psa.set_up(&self.link, &|_| {}).await;
        self.link.made = made;
        report.unwrap()
    }

    /// Lets what is remembered grow old.
    fn later(&self) {
        *self.clock.0.lock().unwrap() += SignedDuration::from_secs(61);
    }

    /// The value of a custom field of a ticket.
    fn custom(&self, ticket: i64, caption: &str) -> serde_json::Value {
        self.simulator.with(|world| {
            let fields = world.row("tickets", ticket).unwrap()["customFields"].clone();
            let found = fields.as_array().unwrap().iter().find(|field| field["caption"] == caption).cloned();
            found.map(|field| field["value"].clone()).unwrap_or_default()
        })
    }

    fn status(&self, ticket: i64) -> String {
        self.simulator.with(|world| {
            world.row("tickets", ticket).unwrap()["status"]["name"].as_str().unwrap().to_owned()
        })
    }

    fn writes(&self) -> usize {
        let requests = self.simulator.requests("");
        requests.iter().filter(|request| request.method != "GET" && !request.path.ends_with("search")).count()
    }
}

fn jane() -> Person {
    Person { name: "Jane".into(), member: None, email: Some("jdoe@acme.example".into()) }
}

fn mark(number: u128) -> WriteBackId {
    WriteBackId(Uuid::from_u128(number))
}
