//! Every check that needs no running test.

use crate::{
    build, fences, generated, paths,
    process::{cargo, run},
    say, setup, site, text,
    wasm::{TARGET, Toolchain},
};
use anyhow::Result;

/// Sets up, builds what the checks look at, checks.
pub(crate) fn everything() -> Result<()> {
    let _lock = paths::lock()?;
    let toolchain = setup::building()?;
    checks(toolchain)
}

/// The checks themselves.
pub(crate) fn checks(toolchain: Toolchain) -> Result<()> {
    say::stage("check: format", || run(&mut cargo(&["fmt", "--all", "--check"])?))?;
    say::stage("check: text", text::check)?;
    say::stage("check: who may import whom", fences::check)?;
    say::stage("check: clippy", || {
        run(&mut cargo(&[
            "clippy",
            "--locked",
            "--all-targets",
            "--features",
            "server/demo",
            "--",
            "-D",
            "warnings",
        ])?)
    })?;
    say::stage("check: clippy for the browser", || {
        run(&mut toolchain.cargo(&[
            "clippy",
            "--locked",
            "-p",
            "frontend",
            "-p",
            "app",
            "--features",
            "app/hydrate",
            "--target",
            TARGET,
            "--profile",
            "wasm-release",
            "--",
            "-D",
            "warnings",
        ])?)
    })?;
    say::stage("check: documentation", || {
        // The documentation is for those who work on the house: private rooms are part of it.
        run(cargo(&["doc", "--locked", "--no-deps", "--document-private-items"])?
            .env("RUSTDOCFLAGS", "-D warnings -A rustdoc::private-intra-doc-links"))
    })?;
    site::build(toolchain)?;
    say::stage("check: weight of the first visit", site::check_weight)?;
    build::tests()?;
    say::stage("check: generated files", generated::compare)
}
