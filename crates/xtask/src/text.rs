//! Rules about the text of the sources that no compiler knows.

use crate::{paths, process::output};
use anyhow::{Result, bail};
use std::{collections::BTreeSet, fs, path::Path, process::Command};

/// Lines above which a file is two rooms.
const LONGEST: usize = 400;
/// Marks of unfinished work, written so that this file does not hold them.
const UNFINISHED: [&str; 4] =
    [concat!("todo", "!("), concat!("unimplemented", "!("), concat!("FIX", "ME"), concat!("TO", "DO")];

/// Checks every tracked Rust file, and the migrations.
pub(crate) fn check() -> Result<()> {
    let root = paths::root();
    let listed = output(Command::new("git").args(["ls-files", "-z", "*.rs"]).current_dir(&root))?;
    let mut wrong = Vec::new();
    for name in listed.split('\0').filter(|name| !name.is_empty() && root.join(name).exists()) {
        file(name, &fs::read_to_string(root.join(name))?, &mut wrong);
    }
    migrations(&root, &mut wrong)?;
    if wrong.is_empty() { Ok(()) } else { bail!("{}", wrong.join("\n")) }
}

fn file(name: &str, text: &str, wrong: &mut Vec<String>) {
    let lines = text.lines().count();
    if lines > LONGEST {
        wrong.push(format!("{name} has {lines} lines: split it (at most {LONGEST})"));
    }
    for (number, line) in text.lines().enumerate() {
        let at = number + 1;
        if let Some(mark) = UNFINISHED.iter().find(|mark| line.contains(**mark)) {
            wrong.push(format!("{name}:{at} holds the mark {mark}: finish it"));
        }
        // Server rendering does not escape the text inside this element in Leptos 0.8.
        let only = "app/src/components/field.rs";
        if name.starts_with("app/") && name != only && line.contains("<textarea") {
            wrong.push(format!("{name}:{at}: use the component TextArea, which escapes its text"));
        }
    }
}

/// Both engines carry the same migrations, and merged ones are frozen.
fn migrations(root: &Path, wrong: &mut Vec<String>) -> Result<()> {
    let folder = root.join("crates/storage/migrations");
    let names = |engine: &str| -> Result<BTreeSet<String>> {
        let entries = fs::read_dir(folder.join(engine))?.flatten();
        Ok(entries.map(|entry| entry.file_name().to_string_lossy().into_owned()).collect())
    };
    if names("sqlite")? != names("postgres")? {
        wrong.push("the two migration folders do not hold the same names".into());
    }
    let frozen = fs::read_to_string(folder.join("FROZEN")).unwrap_or_default();
    for (hash, name) in frozen.lines().filter_map(|line| line.split_once("  ")) {
        let content = fs::read(folder.join(name)).unwrap_or_default();
        if hex(&content) != hash {
            wrong.push(format!("the migration {name} is merged and frozen: write a new one instead"));
        }
    }
    Ok(())
}

fn hex(bytes: &[u8]) -> String {
    use sha2::Digest as _;
    sha2::Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect()
}
