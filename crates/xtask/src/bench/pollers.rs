//! A thousand receivers that each ask every ten seconds whether anything is new.
//!
//! Open loop: each receiver keeps its connection and asks when its time has come, whether the server is quick or
//! not, and the wait counts from the moment at which it wanted to ask.

use super::{
    http::Tandem,
    line::{Line, plain},
    load::Nginx,
    pages::part,
};
use anyhow::{Context as _, Result};
use std::{
    thread::{self, sleep},
    time::{Duration, Instant},
};

const RECEIVERS: usize = 1_000;
const THREADS: usize = 8;
const PERIOD: Duration = Duration::from_secs(10);
const ROUNDS: usize = 3;

/// Polls Tandem, then nginx with the same bytes; answers a row of the table. What it costs to wake a process up for each
/// of so few requests is a matter of the machine, and more than the answer.
pub(super) fn beside_nginx(tandem: &Tandem, tokens: &[String], nginx: &Nginx) -> Result<String> {
    let etag = tandem.etag(tokens.first().context("no API client")?, "/pull/manifest")?;
    let ours: Vec<String> = tokens
        .iter()
        .map(|token| {
            let lines = format!("Authorization: Bearer {token}\r\nIf-None-Match: {etag}\r\n");
            plain("GET", "/api/v1/pull/manifest", &lines, "")
        })
        .collect();
    let theirs = [plain("GET", "/manifest", &format!("If-None-Match: {}\r\n", nginx.etag()?), "")];
    let mut ours = poll(&tandem.url, &ours, || tandem.cpu())?;
    let theirs = poll(&nginx.url, &theirs, || nginx.cpu())?;
    Ok(format!(
        "{RECEIVERS} receivers asking every {} s, {} answers | p50 {:.2} ms, p99 {:.2} ms, {:.2} % of a core; nginx {:.2} %; CPU {:.2} ×",
        PERIOD.as_secs(),
        ours.waits.len(),
        part(&mut ours.waits, 0.5),
        part(&mut ours.waits, 0.99),
        ours.share,
        theirs.share,
        ours.share / theirs.share
    ))
}

struct Polled {
    waits: Vec<Duration>,
    /// Per cent of a core.
    share: f64,
}

fn poll(url: &str, requests: &[String], cpu: impl Fn() -> Result<f64>) -> Result<Polled> {
    let (begun, before) = (Instant::now(), cpu()?);
    let waits = thread::scope(|scope| {
        let workers: Vec<_> =
            (0..THREADS).map(|worker| scope.spawn(move || share(worker, url, requests))).collect();
        let answers =
            workers.into_iter().map(|worker| worker.join().map_err(|_| anyhow::anyhow!("a poller fell"))?);
        answers.collect::<Result<Vec<_>>>()
    })?
    .concat();
    Ok(Polled { waits, share: 100.0 * (cpu()? - before) / begun.elapsed().as_secs_f64() })
}

/// One thread's receivers, their moments spread evenly over the period.
fn share(worker: usize, url: &str, requests: &[String]) -> Result<Vec<Duration>> {
    let own: Vec<usize> = (0..RECEIVERS).filter(|number| number % THREADS == worker).collect();
    let mut lines = own.iter().map(|_| Line::open(url)).collect::<Result<Vec<_>>>()?;
    let begun = Instant::now();
    let mut waits = Vec::with_capacity(own.len() * ROUNDS);
    for round in 0..ROUNDS {
        for (line, number) in lines.iter_mut().zip(&own) {
            let due = PERIOD.mul_f64(round as f64 + *number as f64 / RECEIVERS as f64);
            sleep(due.saturating_sub(begun.elapsed()));
            let wanted = begun + due;
            line.ask(&requests[number % requests.len()], 304)?;
            waits.push(wanted.elapsed());
        }
    }
    Ok(waits)
}
