//! Everything that a fresh machine lacks.

use crate::{
    paths,
    process::{answers, run},
    say,
    wasm::{self, Toolchain},
};
use anyhow::{Context as _, Result, bail};
use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
};

/// Installs what building and testing need.
pub(crate) fn everything() -> Result<Toolchain> {
    let toolchain = building()?;
    say::stage("set-up: browser for tests", || program("chromium", "chromium"))?;
    say::stage("set-up: PostgreSQL", || postgres().map(drop))?;
    say::stage("set-up: MariaDB", mariadb)?;
    Ok(toolchain)
}

/// Installs what building needs.
pub(crate) fn building() -> Result<Toolchain> {
    let toolchain = say::stage("set-up: WebAssembly standard library", wasm::toolchain)?;
    // Debian's binaryen writes an export of a module's second table as one of its first, which no browser takes:
    // the one from npm is newer.
    say::stage("set-up: npm packages of end2end", npm_packages)?;
    Ok(toolchain)
}

/// Installs a Debian package if its program is missing.
pub(crate) fn program(name: &str, package: &str) -> Result<()> {
    if answers(name, "--version") {
        say::line(&format!("{name} is there"));
        return Ok(());
    }
    packages(&[package])
}

/// Installs Debian packages.
pub(crate) fn packages(names: &[&str]) -> Result<()> {
    if !answers("apt-get", "--version") {
        bail!("this machine has no apt-get: install {} by its own means, then try again", names.join(", "));
    }
    let apt = |arguments: &[&str]| {
        let mut command = if is_root() { Command::new("apt-get") } else { Command::new("sudo") };
        if !is_root() {
            command.arg("apt-get");
        }
        run(command.args(arguments).env("DEBIAN_FRONTEND", "noninteractive"))
    };
    apt(&["update", "-qq"])?;
    let mut install = vec!["install", "-y", "-qq", "--no-install-recommends"];
    install.extend(names);
    apt(&install).with_context(|| format!("install {} by hand, then try again", names.join(", ")))
}

/// Whether this runs as root.
pub(crate) fn is_root() -> bool {
    Command::new("id").arg("-u").output().is_ok_and(|output| output.stdout.starts_with(b"0\n"))
}

/// The packages that the browser tests and the build use; skipped when they fit the lock file.
fn npm_packages() -> Result<()> {
    let folder = paths::root().join("end2end");
    let lock = fs::read(folder.join("package-lock.json")).context("end2end/package-lock.json is missing")?;
    let stamp = folder.join("node_modules/.tandem-lock");
    if fs::read(&stamp).is_ok_and(|known| known == lock) {
        say::line("packages fit the lock file");
        return Ok(());
    }
    if !answers("npm", "--version") {
        packages(&["npm"])?;
    }
    run(Command::new("npm")
        .args(["ci", "--no-audit", "--no-fund", "--ignore-scripts"])
        .current_dir(&folder))?;
    fs::write(&stamp, lock).context("cannot note that the packages are installed")
}

/// The folder of PostgreSQL's programs.
pub(crate) fn postgres() -> Result<PathBuf> {
    if let Some(folder) = find_postgres() {
        return Ok(folder);
    }
    packages(&["postgresql"])?;
    find_postgres().context("PostgreSQL was installed, but initdb is not in /usr/lib/postgresql/*/bin")
}

fn find_postgres() -> Option<PathBuf> {
    let installed = fs::read_dir("/usr/lib/postgresql").ok().into_iter().flatten().flatten();
    let mut folders: Vec<PathBuf> = installed.map(|entry| entry.path().join("bin")).collect();
    folders.sort();
    let on_path = std::env::var_os("PATH").unwrap_or_default();
    folders.extend(std::env::split_paths(&on_path));
    let whole = |folder: &PathBuf| ["initdb", "postgres"].iter().all(|name| folder.join(name).exists());
    folders.into_iter().find(whole)
}

/// MariaDB's programs, for the database of an Automate server that tests fill.
pub(crate) fn mariadb() -> Result<()> {
    let there = |name: &str| answers(name, "--version") || Path::new("/usr/sbin").join(name).exists();
    if there("mariadbd") && there("mariadb-install-db") && there("mariadb") {
        say::line("mariadbd is there");
        return Ok(());
    }
    packages(&["mariadb-server"])
}
