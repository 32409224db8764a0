//! Size and start of the program, and what it costs while nobody asks for anything.

use super::{Bench, http::Tandem};
use crate::{process::output, setup, site};
use anyhow::Result;
use std::{
    fs,
    path::Path,
    process::Command,
    thread::sleep,
    time::{Duration, Instant},
};

/// How long an idle server is watched.
const IDLE: Duration = Duration::from_secs(20);
/// Contents of 20 kB that make a database large.
const CONTENTS: u32 = 50_000;

/// Sizes, and the way from the start of the process to the first answer.
pub(super) fn start(bench: &Bench) -> Result<Vec<String>> {
    setup::program("sqlite3", "sqlite3")?;
    let file = bench.folder.join("tandem.db");
    let database = format!("sqlite://{}", file.display());
    let (new, _) = timed(bench, &database)?;
    let (there, tandem) = timed(bench, &database)?;
    let cpu = tandem.cpu()?;
    sleep(IDLE);
    let share = 100.0 * (tandem.cpu()? - cpu) / IDLE.as_secs_f64();
    let idle = tandem.memory()? / 1_000_000;
    drop(tandem);
    fill(&file)?;
    let (large, _) = timed(bench, &database)?;
    let size = fs::metadata(&file)?.len() / 1_000_000;
    Ok(vec![
        format!("| first visit, WebAssembly and JavaScript, brotli | {} kB |", site::weight()? / 1000),
        format!("| binary | {} MB |", fs::metadata(&bench.binary)?.len() / 1_000_000),
        format!(
            "| start to the first answer: a new database, one that is there, one of {size} MB | {new} ms, {there} ms, \
             {large} ms |"
        ),
        format!("| memory, idle | {idle} MB |"),
        format!("| CPU, idle for {} s | {share:.2} % of a core |", IDLE.as_secs()),
    ])
}

/// Starts; answers how many milliseconds that took.
fn timed(bench: &Bench, database: &str) -> Result<(u128, Tandem)> {
    let begun = Instant::now();
    let tandem = Tandem::start(&bench.binary, database)?;
    Ok((begun.elapsed().as_millis(), tandem))
}

/// Contents that nothing refers to make a database as large as one that has served for years.
fn fill(file: &Path) -> Result<()> {
    let sql = format!(
        "WITH RECURSIVE numbers(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < {CONTENTS}) \
         INSERT INTO blobs (hash, size, content) SELECT lower(hex(randomblob(32))), 20000, randomblob(20000) FROM numbers"
    );
    output(Command::new("sqlite3").arg(file).arg(sql)).map(drop)
}
