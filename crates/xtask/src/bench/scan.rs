//! Reading an Automate database: at first, when nothing changed, when one script changed.

use super::{
    Bench,
    http::{Tandem, cpu_of},
};
use crate::{
    mariadb::{self, MariaDb},
    process::{cargo, output},
};
use anyhow::{Context as _, Result, ensure};
use serde_json::{Value, json};
use std::{
    process::Command,
    thread::sleep,
    time::{Duration, Instant},
};

/// Readings of a database with twice the items of the other sections.
pub(super) fn database(bench: &Bench) -> Result<Vec<String>> {
    let scripts = bench.scripts * 2;
    let automate = mariadb::start()?;
    let count = scripts.to_string();
    let fill =
        ["run", "--quiet", "--locked", "-p", "sandbox", "--example", "labtech", "--", &automate.url, &count];
    let url = output(&mut cargo(&fill)?)?;
    let tandem =
        Tandem::start(&bench.binary, &format!("sqlite://{}", bench.folder.join("scan.db").display()))?;
    let token = tandem.admin_token()?;
    let body = json!({ "name": "Database", "kind": "automate_mysql", "url": url.trim() });
    let source = tandem.post(&token, "/sources", &body.to_string())?;
    let source = source["id"].as_str().context("the source has no id")?;
    let mut rows = Vec::new();
    for (what, change) in [
        ("at first", None),
        ("again, nothing changed", None),
        ("again, nothing changed, once more", None),
        (
            "again, one changed",
            Some("UPDATE lt_scripts SET ScriptNotes = 'edited' ORDER BY ScriptId LIMIT 1"),
        ),
    ] {
        if let Some(change) = change {
            sql(&automate, change)?;
        }
        let told = reading(&tandem, &token, source, &automate)?;
        rows.push(format!("| {scripts} scripts in a database, read {what} | {told} |"));
    }
    rows.push(format!("| memory after these readings | {} MB |", tandem.memory()? / 1_000_000));
    Ok(rows)
}

/// What one reading cost, on both sides.
fn reading(tandem: &Tandem, token: &str, source: &str, automate: &MariaDb) -> Result<String> {
    let (begun, cpu, theirs) = (Instant::now(), tandem.cpu()?, cpu_of(automate.process())?);
    let mut report = tandem.post(token, &format!("/sources/{source}/scan"), "{}")?;
    // A reading that takes long goes on after the answer.
    while report["outcome"].is_null() {
        sleep(Duration::from_secs(1));
        let asked: Value = serde_json::from_slice(&tandem.get(token, &format!("/sources/{source}"))?)?;
        report = asked["last_scan"].clone();
    }
    ensure!(report["outcome"].as_str() == Some("complete"), "the reading is not complete: {report}");
    let took = begun.elapsed().as_secs_f64();
    let (cpu, theirs) = (tandem.cpu()? - cpu, cpu_of(automate.process())? - theirs);
    let scripts = &report["counts"]["scripts"];
    let changes: u64 = ["added", "changed"].iter().filter_map(|count| scripts[count].as_u64()).sum();
    Ok(format!("{took:.2} s, {cpu:.2} s CPU (MariaDB {theirs:.2} s); {changes} new or changed"))
}

fn sql(automate: &MariaDb, statement: &str) -> Result<()> {
    let place = automate.url.rsplit('@').next().unwrap_or_default();
    let (host, port) = place.split_once(':').context("a server without a port")?;
    let mut client = Command::new("mariadb");
    client.args([
        "--no-defaults",
        "-utandem",
        "-ptandem",
        "-h",
        host,
        "-P",
        port,
        "labtech",
        "-e",
        statement,
    ]);
    output(&mut client).map(drop)
}
