//! The connector beside a simulated Manage: many tickets in one poll, a poll that finds nothing new, and how soon the
//! ticket follows a person.

use super::{Bench, http::Tandem};
use crate::process::cargo;
use anyhow::{Context as _, Result, ensure};
use serde_json::{Value, json};
use std::{
    io::{BufRead as _, BufReader, Write as _},
    process::{Child, ChildStdin, ChildStdout, Stdio},
    thread::sleep,
    time::{Duration, Instant},
};

/// Tickets that are open all the time.
const OPEN: usize = 10_000;
/// Tickets that come at once.
const FLOOD: usize = 500;
const IDLE_POLLS: usize = 20;
const ACKNOWLEDGEMENTS: usize = 30;

/// The simulated instance, in a process of its own.
struct Simulator {
    child: Child,
    orders: ChildStdin,
    answers: BufReader<ChildStdout>,
    url: String,
}

impl Simulator {
    fn start() -> Result<Self> {
        let count = OPEN.to_string();
        let mut command = cargo(&[
            "run",
            "--quiet",
            "--locked",
            "--release",
            "-p",
            "sandbox",
            "--example",
            "manage",
            "--",
            &count,
        ])?;
        let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn()?;
        let orders = child.stdin.take().context("the simulator takes no orders")?;
        let answers = BufReader::new(child.stdout.take().context("the simulator has no output")?);
        let mut simulator = Self { child, orders, answers, url: String::new() };
        simulator.url = simulator.line()?;
        Ok(simulator)
    }

    fn line(&mut self) -> Result<String> {
        let mut line = String::new();
        self.answers.read_line(&mut line)?;
        Ok(line.trim().to_owned())
    }

    fn order(&mut self, order: &str) -> Result<String> {
        writeln!(self.orders, "{order}")?;
        self.line()
    }
}

impl Drop for Simulator {
    fn drop(&mut self) {
        // It may have ended by itself; either way it is gone afterwards.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// All of it, on SQLite.
pub(super) fn connector(bench: &Bench) -> Result<Vec<String>> {
    let mut simulator = Simulator::start()?;
    let database = format!("sqlite://{}", bench.folder.join("connector.db").display());
    let tandem = Tandem::start(&bench.binary, &database)?;
    let token = tandem.admin_token()?;
    let made = tandem.post(&token, "/connectors", &settings(&simulator.url).to_string())?;
    let path = format!("/connectors/{}", made["id"].as_str().context("the connector has no id")?);
    tandem.post(&token, &format!("{path}/enable"), "{}")?;
    let total = |expected: usize| -> Result<()> {
        for _ in 0..600 {
            let page: Value = serde_json::from_slice(&tandem.get(&token, "/alerts?limit=1")?)?;
            if page["total"].as_u64() == Some(expected as u64) {
                return Ok(());
            }
            sleep(Duration::from_millis(100));
        }
        anyhow::bail!("{expected} alerts never came")
    };
    let first = OPEN + 6;
    total(first)?;
    let mut rows = vec![format!(
        "| {OPEN} tickets in the first poll, all stored | {} |",
        poll_took(&tandem, &token, &path)?
    )];

    let mut idle = Vec::new();
    for _ in 0..IDLE_POLLS {
        let begun = Instant::now();
        tandem.post(&token, &format!("{path}/poll"), "{}")?;
        idle.push(begun.elapsed());
    }
    rows.push(format!("| a poll, {OPEN} open tickets | {} |", spread(&mut idle)));

    ensure!(simulator.order(&format!("more {FLOOD}"))? == "added", "the simulator adds no tickets");
    let begun = Instant::now();
    tandem.post(&token, &format!("{path}/poll"), "{}")?;
    total(first + FLOOD)?;
    rows.push(format!(
        "| {FLOOD} tickets in one poll, from asking to all stored | {} ms |",
        begun.elapsed().as_millis()
    ));

    let page: Value = serde_json::from_slice(&tandem.get(&token, "/alerts?state=open&limit=50")?)?;
    let alerts = page["items"].as_array().context("a page without items")?;
    let mut followed = Vec::new();
    for alert in alerts.iter().take(ACKNOWLEDGEMENTS) {
        let (id, ticket) = (alert["id"].as_str().unwrap_or_default(), &alert["ticket"]["id"]);
        let begun = Instant::now();
        tandem.post(&token, &format!("/alerts/{id}/acknowledge"), "{}")?;
        while simulator.order(&format!("status {ticket}"))? != "\"In Progress\"" {
            ensure!(begun.elapsed() < Duration::from_secs(60), "ticket {ticket} never follows");
            sleep(Duration::from_millis(2));
        }
        followed.push(begun.elapsed());
        // A person takes one at a time; the budget of requests is not what is measured.
        sleep(Duration::from_millis(600));
    }
    rows.push(format!("| acknowledged → the ticket follows | {} |", spread(&mut followed)));
    rows.push(format!("| memory with {} alerts | {} MB |", first + FLOOD, tandem.memory()? / 1_000_000));
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

fn poll_took(tandem: &Tandem, token: &str, path: &str) -> Result<String> {
    for _ in 0..300 {
        let health: Value = serde_json::from_slice(&tandem.get(token, &format!("{path}/health"))?)?;
        if let Some(took) = health["last_poll_ms"].as_u64() {
            return Ok(format!("{took} ms"));
        }
        sleep(Duration::from_millis(100));
    }
    anyhow::bail!("the first poll does not end")
}

/// The middle and the slow end.
fn spread(times: &mut [Duration]) -> String {
    times.sort_unstable();
    let at = |percent: usize| times.get((times.len() * percent / 100).min(times.len().saturating_sub(1)));
    let shown = |percent| at(percent).map_or(0.0, |time| time.as_secs_f64() * 1_000.0);
    format!("p50 {:.0} ms, p95 {:.0} ms", shown(50), shown(95))
}
