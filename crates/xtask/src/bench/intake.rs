//! Raising alerts over HTTP, each durable before its answer.

use super::{http::Tandem, line::Caller, pages::part};
use anyhow::Result;
use serde_json::json;
use std::{
    thread::{self, sleep},
    time::{Duration, Instant},
};

const CATEGORIES: usize = 20;
/// Alerts a second of the steady stream, how long it flows, and over how many connections.
const RATE: usize = 200;
const SECONDS: usize = 15;
const LINES: usize = 8;

fn raise(caller: &mut Caller, number: usize) -> Result<()> {
    let title = format!("Disk number {number} is full");
    let body = json!({ "title": title, "category": format!("Category {}", number % CATEGORIES) });
    caller.make("/alerts", &body.to_string())
}

/// The waits of callers that work beside one another.
fn beside(callers: usize, share: impl Fn(usize) -> Result<Vec<Duration>> + Sync) -> Result<Vec<Duration>> {
    thread::scope(|scope| {
        let share = &share;
        let callers: Vec<_> = (0..callers).map(|caller| scope.spawn(move || share(caller))).collect();
        let waits =
            callers.into_iter().map(|one| one.join().map_err(|_| anyhow::anyhow!("a caller fell"))?);
        Ok(waits.collect::<Result<Vec<_>>>()?.concat())
    })
}

/// As many as the server takes from callers that each raise one after the other.
pub(super) fn many_callers(tandem: &Tandem, token: &str, alerts: usize, callers: usize) -> Result<String> {
    let (begun, cpu) = (Instant::now(), tandem.cpu()?);
    let mut waits = beside(callers, |caller| {
        let mut own = Caller::of(tandem, token)?;
        let raised = (caller..alerts).step_by(callers).map(|number| {
            let begun = Instant::now();
            raise(&mut own, number)?;
            Ok(begun.elapsed())
        });
        raised.collect()
    })?;
    let (took, cpu) = (begun.elapsed().as_secs_f64(), tandem.cpu()? - cpu);
    Ok(format!(
        "| {alerts} alerts raised over HTTP by {callers} callers, each durable on SQLite before its answer | {:.0} a \
         second, {:.2} ms of CPU each, p50 {:.1} ms, p99 {:.1} ms |",
        alerts as f64 / took,
        1e3 * cpu / alerts as f64,
        part(&mut waits, 0.5),
        part(&mut waits, 0.99)
    ))
}

/// A stream that does not wait for the server: the wait counts from the moment at which an alert wanted to be raised.
pub(super) fn steady(tandem: &Tandem, token: &str) -> Result<String> {
    let begun = Instant::now();
    let mut waits = beside(LINES, |line| {
        let mut own = Caller::of(tandem, token)?;
        let raised = (line..RATE * SECONDS).step_by(LINES).map(|number| {
            let due = Duration::from_secs_f64(number as f64 / RATE as f64);
            sleep(due.saturating_sub(begun.elapsed()));
            raise(&mut own, number)?;
            Ok(begun.elapsed().saturating_sub(due))
        });
        raised.collect()
    })?;
    Ok(format!(
        "| {RATE} alerts a second, from wanting to raise one to its durable answer | p50 {:.1} ms, p99 {:.1} ms |",
        part(&mut waits, 0.5),
        part(&mut waits, 0.99)
    ))
}
