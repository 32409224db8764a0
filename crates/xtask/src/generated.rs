//! Files that are made from the code, and compared in the checks.

use crate::{build, paths, process::output};
use anyhow::{Result, bail};
use std::{fs, path::PathBuf, process::Command};

/// What is made, and by which command of the server.
fn files() -> [(PathBuf, &'static [&'static str]); 1] {
    [(paths::root().join("docs/api-v1.json"), &["openapi"])]
}

/// Writes them.
pub(crate) fn write() -> Result<()> {
    let _lock = paths::lock()?;
    let binary = build::debug()?;
    for (path, arguments) in files() {
        fs::write(&path, output(Command::new(&binary).args(arguments))?)?;
    }
    Ok(())
}

/// Fails when one is not what the code makes.
pub(crate) fn compare() -> Result<()> {
    for (path, arguments) in files() {
        let made = output(Command::new(paths::binary()).args(arguments))?;
        if fs::read_to_string(&path).unwrap_or_default() != made {
            bail!("{} is out of date: run `cargo xtask generate` and commit it", path.display());
        }
    }
    let printed = output(Command::new(paths::binary()).args(["config", "print", "--defaults"]))?;
    let kept = fs::read_to_string(paths::root().join("server/src/config/default.toml"))?;
    if printed.trim_end() != kept.trim_end() {
        bail!("`tandem config print --defaults` differs from server/src/config/default.toml");
    }
    Ok(())
}
