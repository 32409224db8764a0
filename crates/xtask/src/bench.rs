//! Figures, measured side by side in one run and printed as a table; never asserted.
//!
//! A section measures one thing, on a Tandem of its own, and answers rows of the table. To add one: a file here
//! with a function of the shape of [`Section`]'s, and a line in [`SECTIONS`].

mod alerts;
mod connector;
mod histogram;
mod http;
mod intake;
mod line;
mod load;
mod pages;
mod phone;
mod pollers;
mod pull;
mod scan;
mod simulator;
mod start;

use crate::{build, paths, say};
use anyhow::{Result, ensure};
use std::path::{Path, PathBuf};

/// What a section works with.
pub(crate) struct Bench {
    /// The release binary.
    pub(crate) binary: PathBuf,
    /// A folder of the section's own, gone afterwards.
    pub(crate) folder: PathBuf,
    /// How many items content sections use.
    pub(crate) scripts: usize,
}

type Section = fn(&Bench) -> Result<Vec<String>>;

/// Every section by the name that picks it.
const SECTIONS: &[(&str, Section)] = &[
    ("start", start::start),
    ("pull", pull::both_engines),
    ("scan", scan::database),
    ("alerts", alerts::lists),
    ("connector", connector::connector),
    ("phone", phone::phone),
];

/// Measures every section, or those that are named, of the program that is given or built now.
pub(crate) fn run(named: &[String], scripts: usize, binary: Option<PathBuf>) -> Result<()> {
    let known: Vec<&str> = SECTIONS.iter().map(|(name, _)| *name).collect();
    for name in named {
        ensure!(known.contains(&name.as_str()), "{name} is not a section: they are {}", known.join(", "));
    }
    let binary = binary.map_or_else(build::release, |given| Ok(std::path::absolute(given)?))?;
    let mut rows = Vec::new();
    for (name, section) in SECTIONS {
        if !named.is_empty() && !named.iter().any(|wanted| wanted == name) {
            continue;
        }
        let measured = say::stage(&format!("measuring: {name}"), || in_a_folder(&binary, scripts, *section))?;
        measured.iter().for_each(|row| say::line(row));
        rows.extend(measured);
    }
    let load = std::fs::read_to_string("/proc/loadavg")?;
    say::line("\n| what | measured |\n| --- | --- |");
    rows.iter().for_each(|row| say::line(row));
    say::line(&format!(
        "\nMeasured with `cargo xtask bench {}--scripts {scripts}` on {} cores; load average at the end: {}.",
        named.iter().map(|name| format!("{name} ")).collect::<String>(),
        cores(),
        load.trim()
    ));
    Ok(())
}

fn in_a_folder(binary: &Path, scripts: usize, section: Section) -> Result<Vec<String>> {
    let folder = paths::cache()?.join(format!("bench-{}", std::process::id()));
    std::fs::create_dir_all(&folder)?;
    let bench = Bench { binary: binary.to_owned(), folder: folder.clone(), scripts };
    let measured = section(&bench);
    std::fs::remove_dir_all(&folder)?;
    measured
}

fn cores() -> usize {
    std::thread::available_parallelism().map_or(1, std::num::NonZero::get)
}
