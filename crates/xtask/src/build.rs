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

/// The binary that the demo and the tests use; it reads the site from the clone.
pub(crate) fn debug() -> Result<PathBuf> {
    say::stage("server: debug", || {
        run(&mut cargo(&["build", "--locked", "-p", "server", "--features", "demo"])?)
    })?;
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
