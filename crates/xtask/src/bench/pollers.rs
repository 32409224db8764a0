//! A thousand receivers that each ask every ten seconds whether anything is new.
//!
//! Open loop: each receiver keeps its connection and asks when its time has come, whether the server is quick or
//! not, and the wait counts from the moment at which it wanted to ask.

use super::{http::Tandem, pages::part};
use anyhow::{Context as _, Result, ensure};
use std::{
    io::{Read as _, Write as _},
    net::TcpStream,
    thread::{self, sleep},
    time::{Duration, Instant},
};

const RECEIVERS: usize = 1_000;
const THREADS: usize = 8;
const PERIOD: Duration = Duration::from_secs(10);
const ROUNDS: usize = 3;

/// Polls; answers a row of the table.
pub(super) fn poll(tandem: &Tandem, tokens: &[String]) -> Result<String> {
    let etag = tandem.etag(tokens.first().context("no API client")?, "/pull/manifest")?;
    let address = tandem.url.trim_start_matches("http://").to_owned();
    let requests: Vec<String> = tokens.iter().map(|token| request(&address, token, &etag)).collect();
    let (begun, cpu) = (Instant::now(), tandem.cpu()?);
    let mut waits = thread::scope(|scope| {
        let workers: Vec<_> = (0..THREADS)
            .map(|worker| {
                scope.spawn({
                    let (address, requests) = (&address, &requests);
                    move || share(worker, address, requests)
                })
            })
            .collect();
        let answers =
            workers.into_iter().map(|worker| worker.join().map_err(|_| anyhow::anyhow!("a poller fell"))?);
        answers.collect::<Result<Vec<_>>>()
    })?
    .concat();
    let share = 100.0 * (tandem.cpu()? - cpu) / begun.elapsed().as_secs_f64();
    Ok(format!(
        "{RECEIVERS} receivers asking every {} s, {} answers | p50 {:.2} ms, p99 {:.2} ms, {share:.2} % of a core",
        PERIOD.as_secs(),
        waits.len(),
        part(&mut waits, 0.5),
        part(&mut waits, 0.99)
    ))
}

fn request(address: &str, token: &str, etag: &str) -> String {
    format!(
        "GET /api/v1/pull/manifest HTTP/1.1\r\nHost: {address}\r\nAuthorization: Bearer {token}\r\nIf-None-Match: {etag}\r\n\r\n"
    )
}

/// One thread's receivers, their moments spread evenly over the period.
fn share(worker: usize, address: &str, requests: &[String]) -> Result<Vec<Duration>> {
    let own: Vec<usize> = (0..RECEIVERS).filter(|number| number % THREADS == worker).collect();
    let mut lines = own.iter().map(|_| TcpStream::connect(address)).collect::<std::io::Result<Vec<_>>>()?;
    for line in &lines {
        line.set_nodelay(true)?;
    }
    let begun = Instant::now();
    let mut waits = Vec::with_capacity(own.len() * ROUNDS);
    for round in 0..ROUNDS {
        for (line, number) in lines.iter_mut().zip(&own) {
            let due = PERIOD.mul_f64(round as f64 + *number as f64 / RECEIVERS as f64);
            sleep(due.saturating_sub(begun.elapsed()));
            let wanted = begun + due;
            line.write_all(requests[number % requests.len()].as_bytes())?;
            not_modified(line)?;
            waits.push(wanted.elapsed());
        }
    }
    Ok(waits)
}

/// Reads an answer that has no body.
fn not_modified(line: &mut TcpStream) -> Result<()> {
    let (mut answer, mut part) = (Vec::new(), [0; 2048]);
    while !answer.windows(4).any(|end| end == b"\r\n\r\n") {
        let read = line.read(&mut part)?;
        ensure!(read > 0, "the server closed a receiver's connection");
        answer.extend_from_slice(&part[..read]);
    }
    ensure!(answer.starts_with(b"HTTP/1.1 304"), "not 304: {}", String::from_utf8_lossy(&answer));
    Ok(())
}
