//! Pages of lists, asked for again and again.

use super::{http::Tandem, line::Caller};
use anyhow::{Context as _, Result};
use serde_json::Value;
use std::time::{Duration, Instant};

/// How often each page is asked for.
const TIMES: usize = 400;

/// How many rows fit the question, and how long a page of 50 of them takes.
pub(super) fn ask(tandem: &Tandem, token: &str, path: &str) -> Result<String> {
    let mut waits = Vec::with_capacity(TIMES);
    let (mut total, mut caller) = (0, Caller::of(tandem, token)?);
    for _ in 0..TIMES {
        let begun = Instant::now();
        let page = caller.get(path)?;
        waits.push(begun.elapsed());
        total = serde_json::from_slice::<Value>(page)?["total"].as_u64().context("a page without a total")?;
    }
    let (p50, p99) = (part(&mut waits, 0.5), part(&mut waits, 0.99));
    Ok(format!("(its total says {total}) | p50 {p50:.1} ms, p99 {p99:.1} ms"))
}

/// The wait that this part of all stays below, in milliseconds.
pub(super) fn part(waits: &mut [Duration], share: f64) -> f64 {
    waits.sort_unstable();
    waits.get((waits.len() as f64 * share) as usize).map_or(0.0, |wait| wait.as_secs_f64() * 1e3)
}
