//! The compiler for the browser: rustup's where its server can be reached, Debian's with a standard library
//! built once where not.

use crate::{
    paths,
    process::{answers, output, run},
    say, setup,
};
use anyhow::{Context as _, Result, bail};
use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
};

/// The target.
pub(crate) const TARGET: &str = "wasm32-unknown-unknown";
/// Debian's packages with a compiler, its sources, and clippy.
const PACKAGES: &[&str] = &[
    "rustc-web",
    "cargo-web",
    "rust-web-src",
    "rust-web-llvm",
    "libstd-rust-web-dev",
    "lld-22",
    "rust-web-clippy",
];
/// The sources of Debian's standard library.
const LIBRARY: &str = "/usr/lib/rustlib/src/rust/library/sysroot/Cargo.toml";
/// Where Debian's compiler looks for the standard library of the target.
const INSTALLED: &str = "/usr/lib/rustlib/wasm32-unknown-unknown/lib";

/// Which compiler builds for the browser.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Toolchain {
    /// The machine's own, by rustup.
    Rustup,
    /// Debian's in /usr/bin.
    Debian,
}

impl Toolchain {
    /// A cargo that builds for the browser.
    pub(crate) fn cargo(self, arguments: &[&str]) -> Result<Command> {
        let mut command = match self {
            Self::Rustup => Command::new("cargo"),
            Self::Debian => debian("/usr/bin/cargo"),
        };
        command.current_dir(paths::root()).env("CARGO_TARGET_DIR", paths::wasm_target()?).args(arguments);
        Ok(command)
    }
}

/// A program of Debian's toolchain, kept from picking up rustup's by accident.
fn debian(program: &str) -> Command {
    let mut command = Command::new(program);
    let inherited = std::env::vars_os().map(|(name, _)| name.to_string_lossy().into_owned());
    for name in inherited.filter(|name| name.starts_with("CARGO") || name.starts_with("RUST")) {
        if name != "CARGO_HOME" {
            command.env_remove(name);
        }
    }
    let path = format!("/usr/bin:{}", std::env::var("PATH").unwrap_or_default());
    command.env("PATH", path).env("RUSTC", "/usr/bin/rustc").env("RUSTDOC", "/usr/bin/rustdoc");
    command
}

/// Finds or makes a compiler for the browser.
pub(crate) fn toolchain() -> Result<Toolchain> {
    if has_rustup_target() || answers_rustup() {
        say::line("rustup has the standard library");
        return Ok(Toolchain::Rustup);
    }
    if !Path::new("/usr/bin/rustc").exists()
        || !Path::new(LIBRARY).exists()
        || !answers("/usr/bin/cargo-clippy", "--version")
    {
        setup::packages(PACKAGES).context("the browser part needs a Rust toolchain with WebAssembly")?;
    }
    let version = output(debian("/usr/bin/rustc").arg("-vV"))?;
    let stamp = Path::new(INSTALLED).join("tandem-compiler");
    if fs::read_to_string(&stamp).is_ok_and(|known| known == version) {
        say::line("the standard library was built before by this compiler");
        return Ok(Toolchain::Debian);
    }
    build_standard_library()?;
    install_as_root(&stamp, version.as_bytes())?;
    Ok(Toolchain::Debian)
}

fn has_rustup_target() -> bool {
    let listed = Command::new("rustup").args(["target", "list", "--installed"]).output();
    listed.is_ok_and(|output| String::from_utf8_lossy(&output.stdout).lines().any(|line| line == TARGET))
}

/// Asks rustup, which fails at once where its server cannot be reached.
fn answers_rustup() -> bool {
    let mut command = Command::new("timeout");
    command.args(["120", "rustup", "target", "add", TARGET]);
    command.output().is_ok_and(|output| output.status.success()) && has_rustup_target()
}

fn build_standard_library() -> Result<()> {
    let target = paths::cache()?.join("wasm-std");
    // Two half-built copies in one folder clash.
    if target.exists() {
        fs::remove_dir_all(&target)?;
    }
    let mut cargo = debian("/usr/bin/cargo");
    cargo
        .args(["build", "--release", "--locked", "--target", TARGET, "--features", "compiler-builtins-mem"])
        .args(["--manifest-path", LIBRARY])
        .env("CARGO_TARGET_DIR", &target)
        .env("RUSTC_BOOTSTRAP", "1")
        .env("__CARGO_DEFAULT_LIB_METADATA", "stablestd")
        .env("RUSTFLAGS", "-Zforce-unstable-if-unmarked -Cembed-bitcode=yes -Cdebuginfo=0");
    run(&mut cargo)?;
    let built = target.join(TARGET).join("release/deps");
    let files = fs::read_dir(&built).with_context(|| format!("{} is missing", built.display()))?;
    let libraries: Vec<PathBuf> = files
        .flatten()
        .map(|entry| entry.path())
        .filter(|path| path.extension().is_some_and(|kind| kind == "rlib"))
        .collect();
    if libraries.is_empty() {
        bail!("the standard library was built, but left no library in {}", built.display());
    }
    if Path::new(INSTALLED).exists() {
        as_root(&["rm", "-rf", INSTALLED])?;
    }
    as_root(&["mkdir", "-p", INSTALLED])?;
    for library in &libraries {
        as_root(&["cp", &library.to_string_lossy(), INSTALLED])?;
    }
    Ok(())
}

fn install_as_root(path: &Path, content: &[u8]) -> Result<()> {
    let draft = paths::cache()?.join("stamp");
    fs::write(&draft, content)?;
    as_root(&["cp", &draft.to_string_lossy(), &path.to_string_lossy()])
}

fn as_root(words: &[&str]) -> Result<()> {
    let mut command = if setup::is_root() { Command::new(words[0]) } else { Command::new("sudo") };
    run(command.args(if setup::is_root() { &words[1..] } else { words }))
}
