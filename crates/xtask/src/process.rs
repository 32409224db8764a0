//! Running other programs.

use crate::{paths, setup};
use anyhow::{Context as _, Result, bail};
use std::{ffi::OsStr, path::Path, process::Command};

/// Runs a program and fails when it fails.
pub(crate) fn run(command: &mut Command) -> Result<()> {
    let status = command.status().with_context(|| format!("cannot start {}", shown(command)))?;
    if !status.success() {
        bail!("{} failed ({status})", shown(command));
    }
    Ok(())
}

/// Runs a program and takes its standard output.
pub(crate) fn output(command: &mut Command) -> Result<String> {
    let output = command.output().with_context(|| format!("cannot start {}", shown(command)))?;
    if !output.status.success() {
        bail!("{} failed: {}", shown(command), String::from_utf8_lossy(&output.stderr));
    }
    Ok(String::from_utf8_lossy(&output.stdout).into_owned())
}

/// A database server's program at home in a folder, without root's rights: such servers refuse or misuse them.
/// A data folder that the caller's environment names is not theirs.
pub(crate) fn unprivileged(program: &Path, folder: &Path) -> Command {
    let mut command = if setup::is_root() {
        let mut command = Command::new("setpriv");
        command.args(["--reuid=nobody", "--regid=nogroup", "--clear-groups"]).arg(program);
        command
    } else {
        Command::new(program)
    };
    command.current_dir(folder).env("HOME", folder).env_remove("PGDATA");
    command
}

/// Whether a program answers.
pub(crate) fn answers(program: impl AsRef<OsStr>, argument: &str) -> bool {
    Command::new(program).arg(argument).output().is_ok_and(|output| output.status.success())
}

fn shown(command: &Command) -> String {
    let words = std::iter::once(command.get_program()).chain(command.get_args());
    words.map(|word| word.to_string_lossy().into_owned()).collect::<Vec<_>>().join(" ")
}

/// The machine's own cargo in the clone, with the shared cache, and without what `cargo xtask` left in the
/// environment: other variables would mean other fingerprints, and everything would be compiled again.
pub(crate) fn cargo(arguments: &[&str]) -> Result<Command> {
    let mut command = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    for (name, _) in std::env::vars_os() {
        let name = name.to_string_lossy().into_owned();
        if name.starts_with("CARGO_PKG_") || name.starts_with("CARGO_MANIFEST") || name == "CARGO" {
            command.env_remove(name);
        }
    }
    command.current_dir(paths::root()).env("CARGO_TARGET_DIR", paths::host_target()?).args(arguments);
    Ok(command)
}
