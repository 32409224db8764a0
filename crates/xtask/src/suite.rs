//! Every check and test: what CI runs.

use crate::{build::HOUSE, check, mariadb, paths, postgres, process::cargo, say, setup};
use anyhow::{Context as _, Result, bail};
use std::{
    fs,
    io::{BufRead as _, BufReader},
    path::PathBuf,
    process::{Command, Stdio},
    time::Instant,
};

/// Tests that were run, by how they ended.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
struct Tally {
    passed: u64,
    failed: u64,
}

/// Sets up, checks, tests, and sums up.
pub(crate) fn everything() -> Result<()> {
    let begun = Instant::now();
    let _lock = paths::lock()?;
    let toolchain = setup::everything()?;
    check::checks(toolchain)?;
    let database = say::stage("test: PostgreSQL", postgres::start)?;
    let automate = say::stage("test: MariaDB", mariadb::start)?;
    let mut tally = Tally::default();
    let rust = say::stage("test: Rust, on SQLite, PostgreSQL and MariaDB", || {
        let mut command = cargo(&["test", "--no-fail-fast"])?;
        command.args(HOUSE).env("TANDEM_TEST_MARIADB", &automate.url);
        command.env("TANDEM_TEST_POSTGRES", &database.url).env("TANDEM_BIN", paths::binary());
        counted(&mut command, &mut tally)
    });
    drop((database, automate));
    let browser = say::stage("test: browser", || {
        let mut command = Command::new("node");
        command
            .args(["--test", "--test-concurrency=1"])
            .args(journeys()?)
            .current_dir(paths::root().join("end2end"));
        command.env("TANDEM_BIN", paths::binary());
        counted(&mut command, &mut tally)
    });
    say::line(&format!("everything took {}", say::seconds(begun.elapsed())));
    say::line(&format!("{} passed, {} failed", tally.passed, tally.failed));
    rust.and(browser)?;
    if tally.failed > 0 || tally.passed == 0 {
        bail!("not everything passed");
    }
    Ok(())
}

/// The browser tests, one file per area.
fn journeys() -> Result<Vec<PathBuf>> {
    let entries = fs::read_dir(paths::root().join("end2end/tests"))?.flatten().map(|entry| entry.path());
    let mut files: Vec<PathBuf> =
        entries.filter(|path| path.to_string_lossy().ends_with(".spec.mjs")).collect();
    files.sort();
    Ok(files)
}

/// Runs a test program, shows its output and counts.
fn counted(command: &mut Command, tally: &mut Tally) -> Result<()> {
    let mut child = command.stdout(Stdio::piped()).spawn().context("the tests do not start")?;
    let output = child.stdout.take().context("the tests have no output")?;
    let before = *tally;
    for line in BufReader::new(output).lines() {
        let line = line?;
        say::line(&line);
        let (passed, failed) = count(&line);
        tally.passed += passed;
        tally.failed += failed;
    }
    let status = child.wait()?;
    if !status.success() {
        if tally.failed == before.failed {
            tally.failed += 1;
        }
        bail!("the tests failed ({status})");
    }
    Ok(())
}

/// What a summary line of cargo test or of node's test runner counts.
fn count(line: &str) -> (u64, u64) {
    let number = |before: &str| -> Option<u64> {
        line.split(before).next()?.split([' ', '.']).rfind(|word| !word.is_empty())?.parse().ok()
    };
    if line.starts_with("test result:") {
        return (number(" passed").unwrap_or(0), number(" failed").unwrap_or(0));
    }
    let last = || line.split(' ').next_back().and_then(|word| word.parse().ok()).unwrap_or(0);
    match line.trim_start_matches(['#', 'ℹ', ' ']).split(' ').next() {
        Some("pass") if line.starts_with(['#', 'ℹ']) => (last(), 0),
        Some("fail") if line.starts_with(['#', 'ℹ']) => (0, last()),
        _ => (0, 0),
    }
}

#[cfg(test)]
mod tests {
    use super::count;

    #[test]
    fn summaries_are_counted() {
        assert_eq!(count("test result: ok. 38 passed; 0 failed; 0 ignored; 0 measured"), (38, 0));
        assert_eq!(count("test result: FAILED. 3 passed; 2 failed; 0 ignored"), (3, 2));
        assert_eq!(count("# pass 12"), (12, 0));
        assert_eq!(count("ℹ fail 1"), (0, 1));
        assert_eq!(count("test domain::x ... ok"), (0, 0));
    }
}
