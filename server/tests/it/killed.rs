//! kill -9 at any moment: start again, nothing lost, nothing half done.

use crate::{
    process::{Server, admin_token, killed_sync, tandem},
    world::{Engine, World, database},
};
use domain::content::ContentHash;
use sandbox::exports::{Script, ScriptStep};
use serde_json::{Value, json};
use std::{io::Write as _, path::Path, process::Stdio, time::Duration};

async fn call(
    server: &Server,
    token: &str,
    method: reqwest::Method,
    path: &str,
    body: Value,
) -> reqwest::Result<Value> {
    server.call(token, method, path, body).await?.json().await
}

async fn publish(server: &Server, token: &str) -> reqwest::Result<Value> {
    let rows = call(server, token, reqwest::Method::GET, "/content/scripts?limit=500", json!(null)).await?;
    let items: Vec<Value> = rows["items"]
        .as_array()
        .cloned()
        .unwrap_or_default()
        .iter()
        .map(|row| json!({ "guid": row["guid"], "candidate_hash": row["candidate_hash"] }))
        .collect();
    call(server, token, reqwest::Method::POST, "/content/scripts/approve", json!({ "items": items })).await?;
    call(server, token, reqwest::Method::POST, "/content/scripts/sync", json!({})).await
}

fn library(folder: &Path, round: usize) {
    for number in 0..60 {
        let script =
            Script::new(&format!("Script {number}")).step(ScriptStep::note(&format!("round {round}")));
        std::fs::write(folder.join(format!("{number}.xml")), script.to_xml()).unwrap();
    }
}

crate::on_both_engines!(scans_and_syncs_survive);

async fn scans_and_syncs_survive(engine: Engine) {
    let folder = tempfile::tempdir().unwrap();
    let database = database(engine, &folder).await;
    let exports = folder.path().join("library");
    std::fs::create_dir(&exports).unwrap();
    let server = Server::start(&database);
    let token = admin_token(&database);
    let source = call(
        &server,
        &token,
        reqwest::Method::POST,
        "/sources",
        json!({ "name": "M", "kind": "folder", "path": exports }),
    )
    .await
    .unwrap();
    let scan = format!("/sources/{}/scan", source["id"].as_str().unwrap());
    server.kill();
    for round in 0..8u64 {
        library(&exports, usize::try_from(round).unwrap());
        let server = Server::start(&database);
        let work = async {
            call(&server, &token, reqwest::Method::POST, &scan, json!({})).await?;
            publish(&server, &token).await
        };
        // Killed after a different time in each round: in the scan, in the review, in the sync.
        let _ = tokio::time::timeout(Duration::from_millis(15 + round * 45), work).await;
        server.kill();
    }
    let server = Server::start(&database);
    call(&server, &token, reqwest::Method::POST, &scan, json!({})).await.unwrap();
    publish(&server, &token).await.unwrap();
    let rows =
        call(&server, &token, reqwest::Method::GET, "/content/scripts?limit=500", json!(null)).await.unwrap();
    assert_eq!(rows["total"], 60);
    for row in rows["items"].as_array().unwrap() {
        assert_eq!(row["status"], "Unchanged", "{row}");
        assert_eq!(row["candidate_hash"], row["published_hash"]);
        let versions = call(
            &server,
            &token,
            reqwest::Method::GET,
            &format!("/content/scripts/{}/versions", row["guid"].as_str().unwrap()),
            json!(null),
        )
        .await
        .unwrap();
        let numbers: Vec<u64> = versions["items"]
            .as_array()
            .unwrap()
            .iter()
            .map(|version| version["number"].as_u64().unwrap())
            .collect();
        let expected: Vec<u64> = (1..=numbers.len() as u64).rev().collect();
        assert_eq!(numbers, expected, "no version is missing or doubled");
    }
    server.kill();
}

#[tokio::test(flavor = "multi_thread")]
async fn receivers_leave_no_half_file() {
    let world = World::on(Engine::Sqlite).await;
    library(&world.library(), 0);
    let source = world.add_source().await;
    world.scan(&source).await;
    world.publish_all("scripts").await;
    world.client("Acme").await;
    let target = tempfile::tempdir().unwrap();
    let into = format!("folder:{}", target.path().display());
    let mut init = tandem()
        .args([
            "receiver",
            "init",
            "--server",
            &world.running.url,
            "--client",
            "Acme",
            "--secret-stdin",
            "--into",
            &into,
        ])
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .spawn()
        .unwrap();
    init.stdin.take().unwrap().write_all(b"correct horse battery\n").unwrap();
    assert!(init.wait().unwrap().success());
    let home = target.path().display().to_string();
    for round in 0..8u64 {
        killed_sync(target.path(), Duration::from_millis(20 + round * 30)).await;
        whole(target.path());
    }
    let done = tandem().args(["receiver", "sync", "--home", &home]).output().unwrap();
    assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
    assert_eq!(whole(target.path()), 60);
    let status = tandem().args(["receiver", "status", "--home", &home, "--json"]).output().unwrap();
    let rows: Vec<Value> = serde_json::from_slice(&status.stdout).unwrap();
    assert!(rows.iter().all(|row| row["state"] == "Up To Date"));
    world.running.stop().await;
}

/// Every item's file holds exactly what its canonical form says; answers how many there are.
fn whole(folder: &Path) -> usize {
    let mut count = 0;
    for entry in std::fs::read_dir(folder).unwrap().flatten() {
        let path = entry.path();
        if path.is_dir() && path.file_name().unwrap() != ".tandem" {
            count += whole(&path);
        } else if path.extension().is_some_and(|ending| ending == "json") {
            let bytes = std::fs::read(&path).unwrap();
            let canonical = domain::content::Canonical::from_bytes(&bytes)
                .unwrap_or_else(|error| panic!("{} is half a file: {error}", path.display()));
            assert_eq!(canonical.hash(), ContentHash::of(&bytes), "{}", path.display());
            count += 1;
        }
    }
    count
}
