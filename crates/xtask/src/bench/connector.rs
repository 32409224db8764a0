//! The connector beside a simulated Manage: many tickets in one poll, a poll that finds nothing new, and how soon the
//! ticket follows a person.

use super::{Bench, histogram::Histogram, http::Tandem, pages::part, simulator::Simulator};
use anyhow::{Context as _, Result, ensure};
use serde_json::{Value, json};
use std::{
    thread::sleep,
    time::{Duration, Instant},
};

/// Tickets that are open all the time, in the two worlds that are compared. Each poll looks after a hundred of them,
/// however many there are.
const FEW: usize = 100;
const MANY: usize = 10_000;
/// Tickets that the simulator has besides.
const OWN: usize = 6;
/// Tickets that come at once.
const FLOOD: usize = 500;
const GREAT_FLOOD: usize = 5_000;
const IDLE_POLLS: usize = 50;
const ACKNOWLEDGEMENTS: usize = 30;
/// For a minute after a change of a ticket its moment is asked for again: then nothing is new any more.
const OVERLAP: Duration = Duration::from_secs(65);
/// From Manage's answer until the alert was kept.
const STORED: &str = "tandem_alert_stored_seconds";

/// A Tandem with a connector to a simulator whose tickets are all alerts.
struct World {
    simulator: Simulator,
    tandem: Tandem,
    token: String,
    /// The connector's address.
    path: String,
    alerts: usize,
    first_poll: Duration,
}

/// Polls that found nothing new: how long each took, and the milliseconds of CPU that each cost us and the simulator.
struct Idle {
    waits: Vec<Duration>,
    ours: f64,
    theirs: f64,
}

impl Idle {
    fn row(&mut self, tickets: usize) -> String {
        format!(
            "| a poll that finds nothing new, {tickets} open tickets | {}; CPU {:.1} ms, the simulator's {:.1} ms |",
            spread(&mut self.waits),
            self.ours,
            self.theirs
        )
    }
}

impl World {
    fn with(bench: &Bench, tickets: usize) -> Result<Self> {
        let simulator = Simulator::start(tickets)?;
        let database = format!("sqlite://{}", bench.folder.join(format!("{tickets}.db")).display());
        let tandem = Tandem::start(&bench.binary, &database)?;
        let token = tandem.admin_token()?;
        let made = tandem.post(&token, "/connectors", &settings(&simulator.url).to_string())?;
        let path = format!("/connectors/{}", made["id"].as_str().context("the connector has no id")?);
        let begun = Instant::now();
        tandem.post(&token, &format!("{path}/enable"), "{}")?;
        let mut world =
            Self { simulator, tandem, token, path, alerts: tickets + OWN, first_poll: Duration::ZERO };
        world.wait_for_alerts()?;
        world.first_poll = begun.elapsed();
        Ok(world)
    }

    fn json(&self, path: &str) -> Result<Value> {
        Ok(serde_json::from_slice(&self.tandem.get(&self.token, path)?)?)
    }

    fn poll(&self) -> Result<Duration> {
        let begun = Instant::now();
        self.tandem.post(&self.token, &format!("{}/poll", self.path), "{}")?;
        Ok(begun.elapsed())
    }

    fn wait_for_alerts(&self) -> Result<()> {
        for _ in 0..6_000 {
            if self.json("/alerts?limit=1")?["total"].as_u64() == Some(self.alerts as u64) {
                return Ok(());
            }
            sleep(Duration::from_millis(10));
        }
        anyhow::bail!("{} alerts never came", self.alerts)
    }

    /// Polls that find nothing new: at least a minute after the last ticket changed. The simulator shares the cores, so
    /// what each of the two used is told apart.
    fn idle_polls(&self) -> Result<Idle> {
        let before = (self.tandem.cpu()?, self.simulator.cpu()?);
        let waits = (0..IDLE_POLLS).map(|_| self.poll()).collect::<Result<_>>()?;
        let each = |cpu: f64| 1e3 * cpu / IDLE_POLLS as f64;
        Ok(Idle {
            waits,
            ours: each(self.tandem.cpu()? - before.0),
            theirs: each(self.simulator.cpu()? - before.1),
        })
    }

    /// Tickets come; from asking until all are alerts, and what the server measured of each.
    fn flood(&mut self, tickets: usize) -> Result<String> {
        ensure!(
            self.simulator.order(&format!("more {tickets}"))? == "added",
            "the simulator adds no tickets"
        );
        self.alerts += tickets;
        let before = Histogram::read(&self.tandem, STORED)?;
        let begun = Instant::now();
        self.poll()?;
        self.wait_for_alerts()?;
        let all = begun.elapsed().as_millis();
        let each = Histogram::read(&self.tandem, STORED)?.since(&before, tickets as u64)?;
        Ok(format!("{all} ms from asking to all stored; from Manage's answer to each stored {each}"))
    }

    /// From a person's acknowledgement until the ticket has its new status.
    fn acknowledge(&mut self) -> Result<Vec<Duration>> {
        let page = self.json("/alerts?state=open&limit=50")?;
        let alerts = page["items"].as_array().context("a page without items")?;
        let mut followed = Vec::new();
        for alert in alerts.iter().take(ACKNOWLEDGEMENTS) {
            let (id, ticket) = (alert["id"].as_str().unwrap_or_default(), &alert["ticket"]["id"]);
            let begun = Instant::now();
            self.tandem.post(&self.token, &format!("/alerts/{id}/acknowledge"), "{}")?;
            while self.simulator.order(&format!("status {ticket}"))? != "\"In Progress\"" {
                ensure!(begun.elapsed() < Duration::from_secs(60), "ticket {ticket} never follows");
                sleep(Duration::from_millis(2));
            }
            followed.push(begun.elapsed());
            // A person takes one at a time; the budget of requests is not what is measured.
            sleep(Duration::from_millis(600));
        }
        Ok(followed)
    }
}

/// All of it, on SQLite.
pub(super) fn connector(bench: &Bench) -> Result<Vec<String>> {
    let few = World::with(bench, FEW)?;
    let mut many = World::with(bench, MANY)?;
    let first = many.first_poll.as_millis();
    let mut rows = vec![format!("| {MANY} tickets in the first poll, all stored | {first} ms |")];
    sleep(OVERLAP);
    let (mut idle_few, mut idle_many) = (few.idle_polls()?, many.idle_polls()?);
    drop(few);
    rows.extend([idle_few.row(FEW), idle_many.row(MANY)]);
    rows.push(format!("| {FLOOD} tickets in one poll | {} |", many.flood(FLOOD)?));
    rows.push(format!("| acknowledged → the ticket follows | {} |", spread(&mut many.acknowledge()?)));
    rows.push(format!("| {GREAT_FLOOD} tickets in one poll | {} |", many.flood(GREAT_FLOOD)?));
    let memory = many.tandem.memory()? / 1_000_000;
    rows.push(format!("| memory with {} alerts | {memory} MB |", many.alerts));
    Ok(rows)
}

fn settings(url: &str) -> Value {
    json!({
        "name": "Bench", "instance_uri": url, "company_id": "acme", "api_member_id": "tandem",
        "public_key": "publicKey", "private_key": "privateKey", "client_id": "01935f6e-3c2a-7c3e-8f7a-2b1c9d0e4f5a",
        "mode": "rules", "poll_interval_seconds": 600, "additional_details": [],
        "rules": [{ "conditions": "status/name = \"New (not responded)\"", "category": "Bench" }],
        "board_status_mapping": [{ "board": "Service Desk", "acknowledged_status": "In Progress" }],
    })
}

/// The middle and the slow ends.
fn spread(times: &mut [Duration]) -> String {
    let [middle, slow, slowest] = [0.5, 0.95, 0.99].map(|share| part(times, share));
    format!("p50 {middle:.0} ms, p95 {slow:.0} ms, p99 {slowest:.0} ms")
}
