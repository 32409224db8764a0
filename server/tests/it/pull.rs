//! The pull API: validators, encodings, deltas, and the receiver against the real server.

use crate::world::{Engine, World, config, expect};
use receiver::{Home, Outcome, Selection, SyncRequest};
use reqwest::{Method, header::HeaderMap};
use sandbox::exports::{Script, ScriptStep};
use serde_json::{Value, json};
use server::{
    http::public::v1::pull::{Memory, POLLED},
    wiring::state,
};
use std::collections::BTreeMap;
use tokio_util::sync::CancellationToken;

crate::on_both_engines!(deltas_compose, receivers_follow, polls_from_memory, manifests_from_memory);

/// A server whose production has the sample library's scripts, and their source.
async fn serving(engine: Engine) -> (World, String) {
    let world = World::on(engine).await;
    sandbox::library::write(&world.library()).unwrap();
    let source = world.add_source().await;
    world.scan(&source).await;
    world.publish_all("scripts").await;
    (world, source)
}

#[tokio::test(flavor = "multi_thread")]
async fn validators_and_encodings() {
    let (world, _) = serving(Engine::Sqlite).await;
    let (_, token) = world.client("Acme").await;
    let http = reqwest::Client::builder().no_gzip().no_brotli().build().unwrap();
    let get = |accept: &'static str, known: Option<String>| {
        let request =
            http.get(world.url("/pull/manifest")).bearer_auth(&token).header("accept-encoding", accept);
        let request =
            known.map_or(request.try_clone().unwrap(), |etag| request.header("if-none-match", etag));
        async move { request.send().await.unwrap() }
    };
    let mut tags = Vec::new();
    for (accept, encoding) in [("identity", None), ("br", Some("br")), ("gzip", Some("gzip"))] {
        let answer = get(accept, None).await;
        assert_eq!(answer.headers().get("content-encoding").map(|value| value.to_str().unwrap()), encoding);
        let etag = answer.headers()["etag"].to_str().unwrap().to_owned();
        assert!(etag.starts_with('"'), "a strong tag");
        assert_eq!(get(accept, Some(etag.clone())).await.status(), 304);
        tags.push(etag);
    }
    tags.sort();
    tags.dedup();
    assert_eq!(tags.len(), 3, "each encoding has a tag of its own");
    assert_eq!(get("identity", Some("\"r0-other\"".into())).await.status(), 200);
    world.running.stop().await;
}

/// A poll that memory alone answers says what its route says, and no longer than that stands.
async fn polls_from_memory(engine: Engine) {
    let (world, _) = serving(engine).await;
    let (id, token) = world.client("Acme").await;
    let poll = async |query: &str, tag: &str| {
        let request = world.http.get(world.url(&format!("/pull/manifest{query}")));
        let mut answer = request.bearer_auth(&token).header("if-none-match", tag).send().await.unwrap();
        answer.headers_mut().remove("date");
        (answer.status().as_u16(), answer.headers().clone())
    };
    let is_in_memory = |tag: &str| {
        let bare = tag.trim_matches('"').trim_end_matches("-br").to_owned();
        world.running.services.pull().from_memory(&token, None, None, |etag| etag == bare).is_some()
    };
    let tag = poll("", "\"none\"").await.1["etag"].to_str().unwrap().to_owned();
    // Whoever may pull has changed: what counts as now is asked for once more.
    let (another, _) = world.client("Another").await;
    world.delete(&format!("/clients/{another}"), 204).await;
    assert!(!is_in_memory(&tag));
    let by_its_route = poll("", &tag).await;
    assert_eq!(by_its_route.0, 304);
    if let Engine::Sqlite = engine {
        assert!(is_in_memory(&tag), "this process knows of every change");
    }
    for _ in 0..50 {
        assert_eq!(poll("", &tag).await, by_its_route);
    }
    let delta = poll("?since=1", &tag).await.1["etag"].to_str().unwrap().to_owned();
    let cases = [
        ("", "\"r0-other\"", 200),
        ("?since=1", &delta, 304),
        ("?type=groups", &tag, 200),
        ("?since=-1", &tag, 422),
        ("?sinec=1", &tag, 400),
    ];
    for (query, tag, status) in cases {
        for _ in 0..2 {
            assert_eq!(poll(query, tag).await.0, status, "{query} {tag}");
        }
    }
    // What memory knows of a client ends with its scope.
    let narrowed =
        world.request(Method::PATCH, &format!("/clients/{id}")).json(&json!({ "content_types": ["groups"] }));
    expect(narrowed.send().await.unwrap(), 200).await;
    for (query, status) in [("", 304), ("?type=groups", 304), ("?type=scripts", 403)] {
        for _ in 0..2 {
            assert_eq!(poll(query, "*").await.0, status, "{query}");
        }
    }
    world.delete(&format!("/clients/{id}"), 204).await;
    assert_eq!(poll("", "*").await.0, 401);
    world.running.stop().await;
}

/// A whole manifest out of memory is what its route answers, in each encoding, and only as long as it stands.
async fn manifests_from_memory(engine: Engine) {
    let (world, source) = serving(engine).await;
    let (id, token) = world.client("Acme").await;
    let http = reqwest::Client::builder().no_gzip().no_brotli().build().unwrap();
    let ask = async |accept: &str| {
        let request = http.get(world.url("/pull/manifest")).bearer_auth(&token);
        let mut answer = request.header("accept-encoding", accept).send().await.unwrap();
        answer.headers_mut().remove("date");
        let (status, headers) = (answer.status().as_u16(), answer.headers().clone());
        (status, headers, answer.bytes().await.unwrap())
    };
    let is_in_memory = || world.running.services.pull().from_memory(&token, None, None, |_| false).is_some();
    let services = world.running.services.clone();
    let memory = Memory::new(state(&config(&world.database), services, CancellationToken::new()));
    for accept in ["identity", "gzip", "br"] {
        // Who may pull has changed: what counts as now is not in memory.
        let (another, _) = world.client(accept).await;
        world.delete(&format!("/clients/{another}"), 204).await;
        assert!(!is_in_memory());
        let by_its_route = ask(accept).await;
        assert_eq!(by_its_route.0, 200);
        let encoding = by_its_route.1.get("content-encoding").map(|value| value.to_str().unwrap());
        assert_eq!(encoding.unwrap_or("identity"), accept);
        if let Engine::Sqlite = engine {
            assert!(is_in_memory(), "this process knows of every change");
        }
        for _ in 0..5 {
            assert_eq!(ask(accept).await, by_its_route, "{accept}");
        }
        if let (Engine::Sqlite, "identity") = (engine, accept) {
            let answer = memory.answer(&token, &POLLED.parse().unwrap(), &HeaderMap::new()).unwrap();
            let (head, body) = answer.into_parts();
            let body = axum::body::to_bytes(body, usize::MAX).await.unwrap();
            let mut headers = by_its_route.1;
            headers.remove("content-length");
            assert_eq!((head.headers, body), (headers, by_its_route.2), "memory itself answers the same");
        }
    }
    let before = ask("br").await;
    std::fs::write(world.library().join("new.xml"), Script::new("new").to_xml()).unwrap();
    world.scan(&source).await;
    world.publish_all("scripts").await;
    assert_ne!(ask("br").await.2, before.2, "what was published since");
    world.delete(&format!("/clients/{id}"), 204).await;
    assert_eq!(ask("br").await.0, 401);
    world.running.stop().await;
}

/// Deltas taken one after another from any revision give the whole.
async fn deltas_compose(engine: Engine) {
    let world = World::on(engine).await;
    let source = world.add_source().await;
    let (_, token) = world.client("Acme").await;
    let mut kept: Vec<(i64, BTreeMap<String, String>)> = vec![(0, BTreeMap::new())];
    for round in 0..6 {
        for name in ["a", "b", "c", "d"] {
            let path = world.library().join(format!("{name}.xml"));
            if (round + name.len() + usize::from(name.as_bytes()[0])) % 3 == 0 && path.exists() {
                std::fs::remove_file(&path).unwrap();
            } else {
                let step = ScriptStep::note(&format!("{name} {}", round / 2));
                std::fs::write(&path, Script::new(name).step(step).to_xml()).unwrap();
            }
        }
        let report = world.scan(&source).await;
        assert_eq!(report["outcome"], "complete", "{report}");
        world.publish_all("scripts").await;
        let whole = items(&world.pull(&token, "manifest", 200).await);
        let mut revision = 0;
        for (since, base) in &kept {
            let delta = world.pull(&token, &format!("manifest?since={since}"), 200).await;
            revision = delta["revision"].as_i64().unwrap();
            let mut composed = base.clone();
            for gone in delta["removed"].as_array().unwrap() {
                composed.remove(gone["guid"].as_str().unwrap());
            }
            composed.extend(items(&delta));
            assert_eq!(composed, whole, "since {since} in round {round}");
        }
        kept.push((revision, whole));
    }
    world.running.stop().await;
}

fn items(manifest: &Value) -> BTreeMap<String, String> {
    let text = |item: &Value, name: &str| item[name].as_str().unwrap().to_owned();
    manifest["items"]
        .as_array()
        .unwrap()
        .iter()
        .map(|item| (text(item, "guid"), text(item, "content_hash")))
        .collect()
}

async fn receivers_follow(engine: Engine) {
    let (world, source) = serving(engine).await;
    let (id, _) = world.client("Acme").await;
    let target = tempfile::tempdir().unwrap();
    let wrong = Home::init(target.path(), &world.running.url, "Acme", "a wrong secret, sorry").await;
    assert!(
        wrong.is_err() && !target.path().join(".tandem").exists(),
        "nothing is written before the secret is right"
    );
    let home = Home::init(target.path(), &world.running.url, "Acme", "correct horse battery").await.unwrap();
    let mass = SyncRequest { selection: Selection::Mass(None), dry_run: false, force: false };

    let dry = home.lock().unwrap().sync(&SyncRequest { dry_run: true, ..mass.clone() }).await.unwrap();
    assert!(!dry.is_empty() && !target.path().join("scripts").exists(), "a dry run writes nothing");
    let results = home.lock().unwrap().sync(&mass).await.unwrap();
    assert_eq!(dry.len(), results.len());
    assert!(results.iter().all(|result| result.outcome == Outcome::Done));
    assert!(
        results.iter().all(|result| !result.name.contains("[Global]") && !result.name.contains("[Ticket]"))
    );
    assert!(home.lock().unwrap().sync(&mass).await.unwrap().is_empty(), "the second run does nothing");
    let reported = world.get(&format!("/clients/{id}/report"), 200).await;
    assert!(reported["total"].as_u64().unwrap() > 20, "{reported}");

    // A local edit is seen and kept; an item that is no longer offered goes only when it is named.
    let rows = home.lock().unwrap().status(None).await.unwrap();
    let edited = rows.iter().find(|row| row.state.as_str() == "Up To Date").unwrap().clone();
    let file = find(target.path(), &edited.guid.as_str()[..8]);
    std::fs::write(&file, "edited here").unwrap();
    let row = |rows: &[receiver::ItemStatus]| {
        rows.iter().find(|row| row.guid == edited.guid).unwrap().state.as_str()
    };
    assert_eq!(row(&home.lock().unwrap().status(None).await.unwrap()), "Locally Changed");
    assert!(home.lock().unwrap().sync(&mass).await.unwrap().is_empty());
    assert_eq!(std::fs::read_to_string(&file).unwrap(), "edited here");
    let forced = SyncRequest { force: true, ..mass.clone() };
    assert_eq!(home.lock().unwrap().sync(&forced).await.unwrap().len(), 1);

    let gone = find_export(&world.library().join("scripts"), &edited.name);
    std::fs::remove_file(gone).unwrap();
    world.scan(&source).await;
    world.publish_all("scripts").await;
    home.lock().unwrap().sync(&mass).await.unwrap();
    assert_eq!(row(&home.lock().unwrap().status(None).await.unwrap()), "Deprecated");
    let one = SyncRequest { selection: Selection::One(edited.guid.clone()), ..mass };
    assert_eq!(home.lock().unwrap().sync(&one).await.unwrap().len(), 1);
    assert!(!file.exists());
    let first = home.lock().unwrap();
    assert!(home.lock().is_err(), "one receiver at a time");
    drop(first);
    world.running.stop().await;
}

fn files(folder: &std::path::Path) -> Vec<std::path::PathBuf> {
    let entries = std::fs::read_dir(folder).unwrap().flatten().map(|entry| entry.path());
    entries.flat_map(|path| if path.is_dir() { files(&path) } else { vec![path] }).collect()
}

fn find(folder: &std::path::Path, part: &str) -> std::path::PathBuf {
    files(folder)
        .into_iter()
        .find(|path| path.file_name().unwrap().to_string_lossy().contains(&format!("~{part}")))
        .unwrap()
}

/// The one export file whose own script has this name and in which no other travels along.
fn find_export(folder: &std::path::Path, name: &str) -> std::path::PathBuf {
    let marks = |text: &str| text.matches("<ScriptName>").count();
    let found = files(folder).into_iter().find(|path| {
        let text = std::fs::read_to_string(path).unwrap();
        marks(&text) == 1 && text.contains(&format!("<ScriptName>{name}</ScriptName>"))
    });
    found.unwrap_or_else(|| panic!("no export of {name}"))
}
