//! Tandem at work on sample data, once or after every change.

use crate::{build, paths, process::run, setup, site};
use anyhow::Result;
use std::{
    fs,
    path::Path,
    process::{Child, Command},
    thread::sleep,
    time::{Duration, SystemTime},
};

/// Builds everything and shows it.
pub(crate) fn show(arguments: &[String]) -> Result<()> {
    let binary = {
        let _lock = paths::lock()?;
        site::build(setup::building()?)?;
        build::debug()?
    };
    run(Command::new(binary).arg("demo").args(arguments))
}

/// Builds, shows, and does it again when a source file changed.
pub(crate) fn watch() -> Result<()> {
    let toolchain = setup::building()?;
    let mut running: Option<Child> = None;
    let mut seen = SystemTime::UNIX_EPOCH;
    loop {
        let newest = newest(&paths::root());
        if newest > seen {
            seen = newest;
            let built = {
                let _lock = paths::lock()?;
                site::build(toolchain).and_then(|()| build::debug())
            };
            match built {
                Ok(binary) => {
                    stop(running.take());
                    running = Some(Command::new(binary).args(["demo", "--keep", "target/dev"]).spawn()?);
                }
                Err(error) => crate::say::failed(&format!("{error:#}; waiting for the next change")),
            }
        }
        sleep(Duration::from_millis(500));
    }
}

fn stop(child: Option<Child>) {
    if let Some(mut child) = child {
        // It may have ended by itself; either way it is gone afterwards.
        let _ = child.kill();
        let _ = child.wait();
    }
}

/// When a source file was last changed.
fn newest(folder: &Path) -> SystemTime {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    let left_out = |name: &str| name.starts_with('.') || matches!(name, "target" | "node_modules" | "docs");
    entries
        .filter(|entry| !left_out(&entry.file_name().to_string_lossy()))
        .map(|entry| match entry.metadata() {
            Ok(meta) if meta.is_dir() => newest(&entry.path()),
            Ok(meta) => meta.modified().unwrap_or(SystemTime::UNIX_EPOCH),
            Err(_) => SystemTime::UNIX_EPOCH,
        })
        .max()
        .unwrap_or(SystemTime::UNIX_EPOCH)
}
