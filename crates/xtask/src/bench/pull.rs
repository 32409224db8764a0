//! The pull API: read, publish, serve, beside nginx with the same bytes.

use super::{Bench, http::Tandem, load, pages, pollers};
use crate::{postgres, setup};
use anyhow::{Context as _, Result};
use serde_json::Value;
use std::{
    fs,
    path::Path,
    thread::sleep,
    time::{Duration, Instant},
};

/// API clients that share the polling.
const CLIENTS: usize = 20;

/// The same on SQLite and on PostgreSQL.
pub(super) fn both_engines(bench: &Bench) -> Result<Vec<String>> {
    setup::program("nginx", "nginx").or_else(|_| setup::packages(&["nginx"]))?;
    setup::program("wrk", "wrk").or_else(|_| setup::packages(&["wrk"]))?;
    let sqlite = format!("sqlite://{}", bench.folder.join("tandem.db").display());
    let mut rows = one_engine(bench, "SQLite", &sqlite)?;
    let cluster = postgres::start()?;
    rows.extend(one_engine(bench, "PostgreSQL", &cluster.url)?);
    Ok(rows)
}

fn one_engine(bench: &Bench, engine: &str, database: &str) -> Result<Vec<String>> {
    let folder = bench.folder.join(engine);
    let library = folder.join("library");
    fs::create_dir_all(&library)?;
    load::library(&library, 0..bench.scripts, "Restart-Service")?;
    let tandem = Tandem::start(&bench.binary, database)?;
    let token = tandem.admin_token()?;
    let source = tandem.add_source(&token, &library)?;
    let mut rows = Vec::new();
    for name in ["first reading", "reading again, nothing changed"] {
        let (begun, cpu) = (Instant::now(), tandem.cpu()?);
        tandem.post(&token, &format!("/sources/{source}/scan"), "{}")?;
        let (cpu, took) = (tandem.cpu()? - cpu, begun.elapsed().as_secs_f64());
        rows.push(format!(
            "{name} of {} scripts from a folder | {took:.2} s ({cpu:.2} s CPU)",
            bench.scripts
        ));
    }
    tandem.publish_all(&token)?;
    let clients = (0..CLIENTS).map(|number| tandem.client_token(&token, &format!("bench {number}")));
    let clients: Vec<String> = clients.collect::<Result<_>>()?;
    let nginx = load::Nginx::beside(&tandem, &clients[0], &folder)?;
    rows.extend(load::beside_nginx(&tandem, &clients[0], &nginx)?);
    rows.extend(behind(&tandem, &token, &clients[0], &source, &library, bench.scripts)?);
    rows.push(pollers::beside_nginx(&tandem, &clients, &nginx)?);
    for (what, query) in
        [("all", ""), ("unchanged", "?status=Unchanged"), ("by name, in a tenth of all", "?q=Script%2001")]
    {
        let told = pages::ask(&tandem, &token, &format!("/content/scripts{query}"))?;
        rows.push(format!("a page of 50 out of {} scripts over HTTP: {what} {told}", bench.scripts));
    }
    rows.push(format!("memory after all this | {} MB", tandem.memory()? / 1_000_000));
    Ok(rows.into_iter().map(|row| format!("| {engine}: {row} |")).collect())
}

/// One in a hundred scripts changes: how soon it is served, and how little a receiver one revision behind reads.
fn behind(
    tandem: &Tandem,
    token: &str,
    client: &str,
    source: &str,
    library: &Path,
    scripts: usize,
) -> Result<Vec<String>> {
    let whole = tandem.get_packed(client, "/pull/manifest")?;
    let revision = revision(tandem, client)?;
    load::library(library, 0..scripts / 100, "Stop-Service")?;
    tandem.post(token, &format!("/sources/{source}/scan"), "{}")?;
    let begun = Instant::now();
    tandem.publish_all(token)?;
    while self::revision(tandem, client)? == revision {
        sleep(Duration::from_millis(5));
    }
    let served = begun.elapsed().as_millis();
    let delta = tandem.get_packed(client, &format!("/pull/manifest?since={revision}"))?;
    let share = 100.0 * delta as f64 / whole as f64;
    Ok(vec![
        format!("one script in a hundred: approved, synced and served | {served} ms"),
        format!("manifest, one revision behind, 1 % changed, gzip | {delta} of {whole} bytes ({share:.2} %)"),
    ])
}

fn revision(tandem: &Tandem, client: &str) -> Result<i64> {
    let manifest: Value = serde_json::from_slice(&tandem.get(client, "/pull/manifest")?)?;
    manifest["revision"].as_i64().context("a manifest without a revision")
}
