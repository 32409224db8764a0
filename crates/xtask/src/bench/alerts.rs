//! Alerts: how many are taken in durably, and how long a page of them takes.

use super::{Bench, http::Tandem};
use anyhow::{Context as _, Result};
use serde_json::{Value, json};
use std::{
    thread,
    time::{Duration, Instant},
};

const ALERTS: usize = 100_000;
/// How many of them are closed before pages are read.
const CLOSED: usize = 80_000;
const CALLERS: usize = 48;
const CATEGORIES: usize = 20;
const PAGES: usize = 400;

/// Raises alerts one by one from many callers, closes most, then reads pages with filters.
pub(super) fn lists(bench: &Bench) -> Result<Vec<String>> {
    let database = format!("sqlite://{}", bench.folder.join("tandem.db").display());
    let tandem = Tandem::start(&bench.binary, &database)?;
    let token = tandem.admin_token()?;
    let (begun, cpu) = (Instant::now(), tandem.cpu()?);
    let mut waits = raise_all(&tandem, &token)?;
    let (took, cpu) = (begun.elapsed().as_secs_f64(), tandem.cpu()? - cpu);
    let mut rows = vec![format!(
        "| {ALERTS} alerts raised over HTTP by {CALLERS} callers, each durable on SQLite before its answer | {:.0} a \
         second, {:.2} ms of CPU each, p50 {:.1} ms, p99 {:.1} ms |",
        ALERTS as f64 / took,
        1e3 * cpu / ALERTS as f64,
        part(&mut waits, 0.5),
        part(&mut waits, 0.99)
    )];
    close_most(&tandem, &token)?;
    for (what, query) in [
        ("open, of one category", "state=open&category=category%203"),
        ("closed", "state=closed"),
        ("mine, closed", "state=closed&mine=true"),
        ("with a text that one has", "q=number%2077777"),
    ] {
        rows.push(pages(&tandem, &token, what, query)?);
    }
    rows.push(format!("| memory with {ALERTS} alerts | {} MB |", tandem.memory()? / 1_000_000));
    Ok(rows)
}

fn raise_all(tandem: &Tandem, token: &str) -> Result<Vec<Duration>> {
    let url = format!("{}/api/v1/alerts", tandem.url);
    let share = |caller: usize| -> Result<Vec<Duration>> {
        let agent = ureq::Agent::new_with_defaults();
        let mut waits = Vec::new();
        for number in (caller..ALERTS).step_by(CALLERS) {
            let title = format!("Disk number {number} is full");
            let body = json!({ "title": title, "category": format!("Category {}", number % CATEGORIES) });
            let begun = Instant::now();
            let request = agent.post(&url).header("Authorization", &format!("Bearer {token}"));
            let mut answer = request.header("Content-Type", "application/json").send(&body.to_string())?;
            answer.body_mut().read_to_vec()?;
            waits.push(begun.elapsed());
        }
        Ok(waits)
    };
    thread::scope(|scope| {
        let share = &share;
        let callers: Vec<_> = (0..CALLERS).map(|caller| scope.spawn(move || share(caller))).collect();
        let waits =
            callers.into_iter().map(|one| one.join().map_err(|_| anyhow::anyhow!("a caller fell"))?);
        Ok(waits.collect::<Result<Vec<_>>>()?.concat())
    })
}

fn close_most(tandem: &Tandem, token: &str) -> Result<()> {
    for _ in 0..CLOSED / 500 {
        let page = tandem.get(token, "/alerts?state=open&limit=500")?;
        let page: Value = serde_json::from_slice(&page)?;
        let alerts = page["items"].as_array().context("a page without items")?;
        let ids: Vec<&Value> = alerts.iter().map(|alert| &alert["id"]).collect();
        tandem.post(token, "/alerts/bulk", &json!({ "ids": ids, "action": "close" }).to_string())?;
    }
    Ok(())
}

fn pages(tandem: &Tandem, token: &str, what: &str, query: &str) -> Result<String> {
    let mut waits = Vec::with_capacity(PAGES);
    let mut total = 0;
    for _ in 0..PAGES {
        let begun = Instant::now();
        let page = tandem.get(token, &format!("/alerts?{query}"))?;
        waits.push(begun.elapsed());
        total =
            serde_json::from_slice::<Value>(&page)?["total"].as_u64().context("a page without a total")?;
    }
    Ok(format!(
        "| a page of 50 out of {ALERTS} alerts over HTTP: {what} ({total} fit) | p50 {:.1} ms, p99 {:.1} ms |",
        part(&mut waits, 0.5),
        part(&mut waits, 0.99)
    ))
}

/// The wait that this part of all stays below, in milliseconds.
fn part(waits: &mut [Duration], share: f64) -> f64 {
    waits.sort_unstable();
    waits.get((waits.len() as f64 * share) as usize).map_or(0.0, |wait| wait.as_secs_f64() * 1e3)
}
