//! What xtask tells the person in front of it.
#![expect(clippy::print_stdout, reason = "xtask is a command line program")]

use anyhow::Result;
use std::time::{Duration, Instant};

/// A line.
pub(crate) fn line(text: &str) {
    println!("{text}");
}

/// Why it ended.
pub(crate) fn failed(text: &str) {
    eprintln!("\nxtask: {text}");
}

/// Runs a stage, says how long it took.
pub(crate) fn stage<T>(name: &str, work: impl FnOnce() -> Result<T>) -> Result<T> {
    println!("== {name}");
    let begun = Instant::now();
    let done = work();
    println!("== {name}: {} in {}", if done.is_ok() { "done" } else { "FAILED" }, seconds(begun.elapsed()));
    done
}

/// `3.2 s`
pub(crate) fn seconds(time: Duration) -> String {
    format!("{:.1} s", time.as_secs_f64())
}
