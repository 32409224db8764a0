//! Alerts: how many are taken in durably, and how long a page of them takes.

use super::{Bench, http::Tandem, intake, pages};
use crate::{process::output, setup};
use anyhow::{Context as _, Result};
use serde_json::{Value, json};
use std::process::Command;

const ALERTS: usize = 100_000;
/// How many of them are closed before pages are read.
const CLOSED: usize = 80_000;
const CALLERS: usize = 48;
/// How many more there are in the end.
const MORE: usize = 900_000;
/// Old alerts beside those that are there, as SQLite's own shell adds them: closed, of the same categories.
const FILL: &str = "PRAGMA synchronous=OFF;
BEGIN;
INSERT INTO alerts (id, created_at, opened_at, state, title, category, category_folded, severity, agreed, carried,
  revision, search_text, number)
  WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ROWS)
  SELECT printf('01000000-0000-7000-8000-%012d', i), 1600000000000000 + i, 1600000000000000 + i, 'closed',
    'Old disk number ' || i || ' is full', 'Category ' || i % 20, 'category ' || i % 20, 'medium', 'closed',
    'nothing', 0, 'old disk number ' || i || ' is full' || char(10) || char(10), i + (SELECT number FROM alert_epoch)
  FROM n;
UPDATE alert_epoch SET number = number + ROWS;
INSERT INTO alert_tallies (state, category_folded, connector_id, number)
  SELECT 'closed', category_folded, '', COUNT(*) FROM alerts WHERE revision = 0 GROUP BY category_folded
  ON CONFLICT (state, category_folded, connector_id) DO UPDATE SET number = number + excluded.number;
COMMIT;";
/// What pages are asked for.
const LISTS: [(&str, &str); 8] = [
    ("all", "limit=50"),
    ("open, of one category", "state=open&category=category%203"),
    ("closed", "state=closed"),
    ("mine, closed", "state=closed&mine=true"),
    ("with a text that one has", "q=number%2077777"),
    ("with a text that all have", "q=disk%20number"),
    ("open, with a text that all have", "state=open&q=is%20full"),
    ("with a text that none has", "q=printer"),
];

/// Raises alerts one by one from many callers, closes most, then reads pages with filters.
pub(super) fn lists(bench: &Bench) -> Result<Vec<String>> {
    setup::program("sqlite3", "sqlite3")?;
    let file = bench.folder.join("tandem.db");
    let database = format!("sqlite://{}", file.display());
    let tandem = Tandem::start(&bench.binary, &database)?;
    let token = tandem.admin_token()?;
    let mut rows = vec![intake::many_callers(&tandem, &token, ALERTS, CALLERS)?];
    close_most(&tandem, &token)?;
    for (what, query) in LISTS {
        rows.push(page(&tandem, &token, ALERTS, what, query)?);
    }
    rows.push(intake::steady(&tandem, &token)?);
    rows.push(format!("| memory with {ALERTS} alerts | {} MB |", tandem.memory()? / 1_000_000));
    drop(tandem);
    output(Command::new("sqlite3").arg(&file).arg(FILL.replace("ROWS", &MORE.to_string())))?;
    let tandem = Tandem::start(&bench.binary, &database)?;
    for (what, query) in LISTS {
        rows.push(page(&tandem, &token, ALERTS + MORE, what, query)?);
    }
    Ok(rows)
}

fn close_most(tandem: &Tandem, token: &str) -> Result<()> {
    for _ in 0..CLOSED / 500 {
        let page = tandem.get(token, "/alerts?state=open&limit=500")?;
        let page: Value = serde_json::from_slice(&page)?;
        let alerts = page["items"].as_array().context("a page without items")?;
        let ids: Vec<&Value> = alerts.iter().map(|alert| &alert["id"]).collect();
        tandem.post(token, "/alerts/bulk", &json!({ "ids": ids, "action": "close" }).to_string())?;
    }
    Ok(())
}

fn page(tandem: &Tandem, token: &str, alerts: usize, what: &str, query: &str) -> Result<String> {
    let told = pages::ask(tandem, token, &format!("/alerts?{query}"))?;
    Ok(format!("| a page of 50 out of {alerts} alerts over HTTP: {what} {told} |"))
}
