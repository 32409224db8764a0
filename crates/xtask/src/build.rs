//! The server's binary.

use crate::{
    paths,
    process::{cargo, run},
    say, setup, site,
};
use anyhow::{Context as _, Result};
use std::{fs, path::PathBuf};

/// One release binary with the site embedded.
pub(crate) fn release() -> Result<PathBuf> {
    let _lock = paths::lock()?;
    site::build(setup::building()?)?;
    say::stage("server: release", || {
        run(&mut cargo(&["build", "--locked", "--release", "-p", "server", "--features", "demo"])?)
    })?;
    let binary = keep("release")?;
    say::line(&format!("{} ({} MB)", binary.display(), fs::metadata(&binary)?.len() / 1_000_000));
    Ok(binary)
}

/// What debug builds and tests are made of. One choice for both: a package by itself has other features of its
/// dependencies, and they and the screens would be compiled a second time.
pub(crate) const HOUSE: [&str; 6] =
    ["--locked", "--workspace", "--exclude", "frontend", "--features", "server/demo"];

/// The binary that the demo uses; it reads the site from the clone.
pub(crate) fn debug() -> Result<PathBuf> {
    say::stage("server: debug", || run(cargo(&["build"])?.args(HOUSE).args(["--bin", "tandem"])))?;
    keep("debug")
}

/// The same binary and every test, not run: what is compiled for tests has features of its own, too.
pub(crate) fn tests() -> Result<PathBuf> {
    say::stage("server and tests: debug", || run(cargo(&["test", "--no-run"])?.args(HOUSE)))?;
    keep("debug")
}

/// Copies the binary out of the shared cache, where another clone may replace it.
fn keep(profile: &str) -> Result<PathBuf> {
    let built = paths::host_target()?.join(profile).join("tandem");
    let kept = paths::binary();
    fs::create_dir_all(kept.parent().context("target/bin has no folder")?)?;
    // A running copy cannot be written over, but it can be replaced.
    let fresh = kept.with_extension("new");
    fs::copy(&built, &fresh).with_context(|| format!("cannot copy {}", built.display()))?;
    fs::rename(&fresh, &kept)?;
    Ok(kept)
}
