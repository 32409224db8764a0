//! Passwords of sources: sealed, never shown, kept when they are not typed, and never sent elsewhere.

use super::{Place, with, without};
use crate::{
    on_both_engines,
    process::{Server, admin_token},
    world::{Engine, World, expect, fields},
};
use reqwest::Method;
use sandbox::automate_rest::{AutomateRest, CLIENT_ID, PASSWORD, USERNAME};
use serde_json::{Value, json};
use std::process::{Command, Stdio};

on_both_engines!(a_password_is_never_shown, what_is_kept_does_not_follow_to_another_server);

const PASSCODE: &str = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP";

/// Everything that the database holds, as text.
fn dump(world: &World) -> String {
    if let Some(file) = world.database.strip_prefix("sqlite://") {
        let read = |ending: &str| std::fs::read(format!("{file}{ending}")).unwrap_or_default();
        let bytes = [read(""), read("-wal"), read("-shm")].concat();
        assert!(bytes.len() > 10_000);
        return String::from_utf8_lossy(&bytes).into_owned();
    }
    let output = Command::new("pg_dump").args(["--inserts", &world.database]).output().unwrap();
    assert!(output.status.success(), "{output:?}");
    String::from_utf8(output.stdout).unwrap()
}

async fn put(world: &World, id: &str, body: &Value, status: u16) -> Value {
    let request = world.request(Method::PUT, &format!("/sources/{id}"));
    expect(request.json(body).send().await.unwrap(), status).await
}

async fn a_password_is_never_shown(engine: Engine) {
    let place = Place::on(engine).await;
    place.automate.faults(|faults| faults.second_factor = Some(PASSCODE.into()));
    let body = with(place.body(), "passcode", PASSCODE);
    let created = place.world.post("/sources", body.clone(), 201).await;
    let id = created["id"].as_str().unwrap().to_owned();
    assert_eq!((&created["has_password"], &created["has_passcode"]), (&json!(true), &json!(true)));
    let database = with(
        json!({ "name": "Database", "kind": "automate_mysql" }),
        "url",
        "mysql://reader:walnut%20hinge@db.example.com/labtech",
    );
    let database = place.world.post("/sources", database, 201).await;
    assert_eq!(
        (&database["url"], &database["has_password"]),
        (&json!("mysql://reader@db.example.com/labtech"), &json!(true))
    );
    assert_eq!(place.world.scan(&id).await["outcome"], "complete");
    place.world.post("/sources", with(body, "url", "https://127.1"), 422).await;
    let mut shown = vec![created.to_string(), database.to_string(), dump(&place.world)];
    for path in ["/sources", &format!("/sources/{id}"), "/audit", "/content/scripts"] {
        shown.push(place.world.get(path, 200).await.to_string());
    }
    for text in shown {
        for secret in [PASSWORD, PASSCODE, "walnut%20hinge", "walnut hinge"] {
            assert!(!text.contains(secret), "{secret}: {}", &text[..text.len().min(400)]);
        }
    }
    place.end().await;
}

async fn what_is_kept_does_not_follow_to_another_server(engine: Engine) {
    let place = Place::on(engine).await;
    let elsewhere = AutomateRest::start(sandbox::library::contents()).await.unwrap();
    let id = place.add().await;
    let silent = without(place.body(), "password");
    put(&place.world, &id, &silent, 200).await;
    assert_eq!(place.world.scan(&id).await["outcome"], "complete");
    for (name, value) in [("url", elsewhere.url.as_str()), ("username", "somebody")] {
        let problem = put(&place.world, &id, &with(silent.clone(), name, value), 422).await;
        assert!(fields(&problem) == ["password"] && problem.to_string().contains("again"), "{problem}");
    }
    assert!(elsewhere.requests().is_empty());
    put(&place.world, &id, &with(place.body(), "url", elsewhere.url.as_str()), 200).await;
    assert_eq!(place.world.scan(&id).await["outcome"], "complete");
    assert!(!elsewhere.requests().is_empty());
    // Another kind has no password; coming back needs it again.
    let folder = json!({ "name": "Master", "kind": "folder", "path": place.world.library() });
    put(&place.world, &id, &folder, 200).await;
    put(&place.world, &id, &silent, 422).await;
    // SQLite's file keeps the bytes of deleted rows; PostgreSQL's dump shows that what nobody needs is forgotten.
    let kept = dump(&place.world)
        .lines()
        .any(|line| line.contains("INSERT INTO public.secrets") && line.contains(&id));
    assert!(!kept || matches!(engine, Engine::Sqlite));
    place.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_sealed_password_that_was_moved_to_another_source_does_not_open() {
    let place = Place::on(Engine::Postgres).await;
    let one = place.add().await;
    let other = place.world.post("/sources", with(place.body(), "name", "Other"), 201).await;
    let swap = format!(
        "UPDATE secrets SET sealed = (SELECT sealed FROM secrets WHERE record_id = '{one}' AND record_column = 'password')
         WHERE record_id = '{}'",
        other["id"].as_str().unwrap()
    );
    assert!(Command::new("psql").args([&place.world.database, "-qc", &swap]).status().unwrap().success());
    let report = place.world.scan(other["id"].as_str().unwrap()).await;
    assert!(report["outcome"] == "failed" && report.to_string().contains("another record"), "{report}");
    assert_eq!(place.world.scan(&one).await["outcome"], "complete");
    place.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn without_a_key_postgres_says_what_to_configure() {
    let automate = AutomateRest::start(sandbox::library::contents()).await.unwrap();
    let world = World::on(Engine::Postgres).await;
    let place = Place { world, automate };
    let problem = place.world.post("/sources", place.body(), 503).await;
    assert!(problem["detail"].as_str().unwrap().contains("security.key_file"), "{problem}");
    assert_eq!(place.world.get("/sources", 200).await["total"], 0);
    place.world.add_source().await;
    place.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_key_changes_while_tandem_runs() {
    let place = Place::on(Engine::Sqlite).await;
    let id = place.add().await;
    let file = place.world.folder.path().join("tandem.key");
    let before = std::fs::read_to_string(&file).unwrap();
    let rotate = Command::new(env!("CARGO_BIN_EXE_tandem"))
        .args(["admin", "rotate-key", "--json", "--database", &place.world.database])
        .stderr(Stdio::inherit())
        .output()
        .unwrap();
    let told: Value = serde_json::from_slice(&rotate.stdout).unwrap();
    // The source's password, and the key that signs manifests.
    assert_eq!(told, json!({ "new_key": true, "resealed": 2 }));
    let after = std::fs::read_to_string(&file).unwrap();
    assert!(after.ends_with(&before) && after.lines().count() == 2);
    assert_eq!(place.world.scan(&id).await["outcome"], "complete");
    place.world.post("/sources", with(place.body(), "name", "Newer"), 201).await;
    // Both are sealed under the new key now.
    std::fs::write(&file, after.lines().next().unwrap()).unwrap();
    for source in place.world.get("/sources", 200).await["items"].as_array().unwrap() {
        assert_eq!(place.world.scan(source["id"].as_str().unwrap()).await["outcome"], "complete");
    }
    place.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_log_holds_no_secret() {
    let automate = AutomateRest::start(sandbox::library::contents()).await.unwrap();
    let folder = tempfile::tempdir().unwrap();
    let database = format!("sqlite://{}", folder.path().join("tandem.db").display());
    let log = folder.path().join("log.txt");
    let token = admin_token(&database);
    let server = Server::start_with(&database, |command| {
        let log = std::fs::File::create(&log).unwrap();
        command.env("TANDEM__LOG__FILTER", "debug").stderr(log)
    });
    let url = server.url.clone();
    let post = |path: String, body: Value| {
        let request =
            reqwest::Client::new().post(format!("{url}/api/v1{path}")).bearer_auth(&token).json(&body);
        async move { expect(request.send().await.unwrap(), 201).await }
    };
    let body = json!({
        "name": "Master", "kind": "automate_rest", "url": automate.url, "username": USERNAME,
        "password": PASSWORD, "client_id": CLIENT_ID,
    });
    let source = post("/sources".into(), body).await["id"].as_str().unwrap().to_owned();
    automate.faults(|faults| faults.html = true);
    let scan = reqwest::Client::new().post(format!("{url}/api/v1/sources/{source}/scan")).bearer_auth(&token);
    let report = expect(scan.json(&json!({})).send().await.unwrap(), 200).await;
    assert_eq!(report["outcome"], "failed");
    server.kill();
    let log = std::fs::read_to_string(log).unwrap();
    assert!(log.len() > 200 && !log.contains(PASSWORD), "{log}");
}
