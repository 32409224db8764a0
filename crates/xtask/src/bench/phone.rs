//! What a person with a phone waits for: the demo in a real Chromium, with a slow processor and network.

use super::Bench;
use crate::{paths, process::output, setup};
use anyhow::Result;
use std::process::Command;

/// First visits, a touched button, a typed key.
pub(super) fn phone(bench: &Bench) -> Result<Vec<String>> {
    setup::building()?;
    setup::program("chromium", "chromium")?;
    let mut measure = Command::new("node");
    measure.arg("bench/phone.mjs").current_dir(paths::root().join("end2end"));
    let rows = output(measure.env("TANDEM_BIN", &bench.binary))?;
    Ok(rows.lines().filter(|line| line.starts_with('|')).map(str::to_owned).collect())
}
