//! Size and start of the program.

use super::{Bench, http::Tandem};
use crate::site;
use anyhow::Result;
use std::time::Instant;

/// Sizes, and the way from the start of the process to the first answer.
pub(super) fn start(bench: &Bench) -> Result<Vec<String>> {
    let database = format!("sqlite://{}", bench.folder.join("tandem.db").display());
    let first = Instant::now();
    drop(Tandem::start(&bench.binary, &database)?);
    let first = first.elapsed().as_millis();
    let again = Instant::now();
    let tandem = Tandem::start(&bench.binary, &database)?;
    let again = again.elapsed().as_millis();
    Ok(vec![
        format!("| first visit, WebAssembly and JavaScript, brotli | {} kB |", site::weight()? / 1000),
        format!("| binary | {} MB |", std::fs::metadata(&bench.binary)?.len() / 1_000_000),
        format!("| start to the first answer: a new database, one that is there | {first} ms, {again} ms |"),
        format!("| memory, idle | {} MB |", tandem.memory()? / 1_000_000),
    ])
}
