//! `cargo xtask`: sets the machine up, builds, checks, tests, shows, measures.
//!
//! One module per stage. A stage says what it does and how long it took, skips what is there already, and
//! fails with the remedy in one sentence. Caches live in `~/.cache/tandem` (or `TANDEM_CACHE`), outside the
//! clone, so that registry dependencies are compiled once for all clones.

mod bench;
mod build;
mod check;
mod demo;
mod fences;
mod generated;
mod mariadb;
mod paths;
mod postgres;
mod process;
mod say;
mod setup;
mod site;
mod suite;
mod text;
mod wasm;

use anyhow::Result;
use clap::{Parser, Subcommand};
use std::{path::PathBuf, process::ExitCode};

#[derive(Parser)]
#[command(name = "cargo xtask", about = "Sets up, builds, checks, tests and shows Tandem.")]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Installs what is missing on this machine.
    Setup,
    /// Builds one release binary with the site embedded: target/bin/tandem.
    Build,
    /// Builds and opens Tandem on sample data.
    Demo {
        /// Passed on to `tandem demo`.
        #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
        arguments: Vec<String>,
    },
    /// As demo, and again after every change of a source file.
    Dev,
    /// Every check that needs no running test.
    Check,
    /// Every check and test, browser included: what CI runs.
    Test,
    /// Writes the generated files that the checks compare.
    Generate,
    /// Measures, and prints a table.
    Bench {
        /// Only these sections; a wrong name tells which there are.
        sections: Vec<String>,
        /// Items in the sections about content.
        #[arg(long, default_value_t = 10_000)]
        scripts: usize,
        /// This program instead of one that is built now.
        #[arg(long)]
        binary: Option<PathBuf>,
    },
}

fn main() -> ExitCode {
    match run(Cli::parse().command) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            say::failed(&format!("{error:#}"));
            ExitCode::FAILURE
        }
    }
}

fn run(command: Command) -> Result<()> {
    match command {
        Command::Setup => setup::everything().map(drop),
        Command::Build => build::release().map(drop),
        Command::Demo { arguments } => demo::show(&arguments),
        Command::Dev => demo::watch(),
        Command::Check => check::everything(),
        Command::Test => suite::everything(),
        Command::Generate => generated::write(),
        Command::Bench { sections, scripts, binary } => bench::run(&sections, scripts, binary),
    }
}
