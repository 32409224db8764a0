//! Signatures, scopes, overlapping secrets, exceptions and receivers over HTTP.

use crate::world::{Engine, World, expect, fields};
use receiver::{Home, ReceiverError, Selection, SignIn, SyncRequest};
use sandbox::exports::{Script, ScriptStep};
use serde_json::{Value, json};
use std::collections::BTreeMap;

crate::on_both_engines!(
    manifests_are_signed_and_keys_are_followed,
    scopes_hold,
    old_secrets_overlap,
    exceptions_are_obeyed,
    receivers_are_summed_up
);

const MASS: SyncRequest = SyncRequest { selection: Selection::Mass(None), dry_run: false, force: false };

/// A Tandem that can keep secrets on both engines.
pub(crate) async fn world(engine: Engine) -> World {
    World::with(engine, |config| {
        config.security.key =
            server::config::ConfiguredKey::new("MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE=");
    })
    .await
}

pub(crate) fn write(world: &World, name: &str, note: &str) {
    let path = world.library().join(format!("{name}.xml"));
    std::fs::write(path, Script::new(name).step(ScriptStep::note(note)).to_xml()).unwrap();
}

pub(crate) async fn publish(world: &World, source: &str) {
    world.scan(source).await;
    world.publish_all("scripts").await;
}

pub(crate) fn items(manifest: &Value) -> BTreeMap<String, String> {
    let text = |item: &Value, name: &str| item[name].as_str().unwrap().to_owned();
    let items = manifest["items"].as_array().unwrap().iter();
    items.map(|item| (text(item, "name"), text(item, "content_hash"))).collect()
}

/// What a client has after an answer.
pub(crate) fn compose(base: &BTreeMap<String, String>, answer: &Value) -> BTreeMap<String, String> {
    let mut composed = if answer["full"] == true { BTreeMap::new() } else { base.clone() };
    for gone in answer["removed"].as_array().unwrap() {
        composed.remove(gone["name"].as_str().unwrap());
    }
    composed.extend(items(answer));
    composed
}

pub(crate) async fn ring(world: &World, name: &str, position: usize, rules: Value) -> String {
    let body = json!({ "name": name, "position": position, "rules": rules });
    world.post("/rings", body, 201).await["id"].as_str().unwrap().to_owned()
}

pub(crate) async fn patch(world: &World, path: &str, body: Value, status: u16) -> Value {
    expect(world.request(reqwest::Method::PATCH, path).json(&body).send().await.unwrap(), status).await
}

async fn manifests_are_signed_and_keys_are_followed(engine: Engine) {
    let world = world(engine).await;
    let source = world.add_source().await;
    write(&world, "a", "one");
    publish(&world, &source).await;
    let (_, token) = world.client("Acme").await;
    let keys = world.get("/pull/keys", 200).await;
    let current = keys["current"].as_str().unwrap().to_owned();
    let manifest = world.pull(&token, "manifest", 200).await;
    assert!(manifest["signature"].as_str().unwrap().starts_with(&format!("{current}:")), "{manifest}");

    // A receiver pins the key, and refuses a server whose key is another.
    let target = tempfile::tempdir().unwrap();
    let init = async |fingerprint: &str| {
        let (url, secret) = (&world.running.url, "correct horse battery");
        let key_fingerprint = Some(fingerprint);
        Home::init_with_key(target.path(), SignIn { server: url, client: "Acme", secret, key_fingerprint })
            .await
    };
    let fingerprint = keys["keys"][0]["fingerprint"].as_str().unwrap();
    assert!(init(&"0".repeat(64)).await.err().unwrap().to_string().contains(fingerprint));
    assert!(init("beef").await.err().unwrap().to_string().contains("16 to 64"));
    assert!(!target.path().join(".tandem").exists());
    let home = init(fingerprint).await.unwrap();
    assert_eq!(home.lock().unwrap().sync(&MASS).await.unwrap().len(), 1);

    // Two new keys later it still follows, because each was announced.
    world.post("/pull/keys/rotate", json!({}), 200).await;
    let rotated = world.post("/pull/keys/rotate", json!({}), 200).await;
    assert_eq!(rotated["keys"].as_array().unwrap().len(), 3);
    assert_eq!(rotated["keys"][2]["announcement"]["by"], rotated["keys"][1]["key_id"]);
    write(&world, "a", "two");
    publish(&world, &source).await;
    assert_eq!(home.lock().unwrap().sync(&MASS).await.unwrap().len(), 1);
    let pinned = home.trusted_key().unwrap().unwrap();
    assert_eq!(pinned.key_id, rotated["current"].as_str().unwrap());

    // A key that nothing leads to stops everything.
    let mut other = pinned.clone();
    other.key_id = "0000000000000000".into();
    let file = target.path().join(".tandem/signing-key.json");
    std::fs::write(&file, serde_json::to_vec(&other).unwrap()).unwrap();
    write(&world, "a", "three");
    publish(&world, &source).await;
    let refused = home.lock().unwrap().sync(&MASS).await.unwrap_err();
    assert!(matches!(refused, ReceiverError::Untrusted(_)), "{refused}");
    // So does a signature that does not fit.
    other.key_id = pinned.key_id.clone();
    other.public_key = keys["keys"][0]["public_key"].as_str().unwrap().to_owned();
    std::fs::write(&file, serde_json::to_vec(&other).unwrap()).unwrap();
    let refused = home.lock().unwrap().sync(&MASS).await.unwrap_err();
    assert!(refused.to_string().contains("does not fit its content"), "{refused}");
    let script = std::fs::read_dir(target.path().join("scripts")).unwrap().next().unwrap().unwrap();
    assert!(std::fs::read_to_string(script.path()).unwrap().contains("two"), "nothing was changed");
    world.running.stop().await;
}

async fn scopes_hold(engine: Engine) {
    let world = world(engine).await;
    let source = world.add_source().await;
    write(&world, "a", "one");
    publish(&world, &source).await;
    let (id, token) = world.client("Acme").await;
    let hash = items(&world.pull(&token, "manifest", 200).await)["a"].clone();
    world.pull(&token, &format!("blobs/{hash}"), 200).await;
    world.pull(&token, &format!("blobs/{}", "0".repeat(64)), 404).await;
    patch(&world, &format!("/clients/{id}"), json!({ "content_types": ["groups"] }), 200).await;
    let narrowed = world.pull(&token, "manifest?since=1", 200).await;
    assert_eq!((&narrowed["full"], narrowed["items"].as_array().unwrap().len()), (&json!(true), 0));
    for _ in 0..5 {
        world.pull(&token, "manifest?type=scripts", 403).await;
        world.pull(&token, &format!("blobs/{hash}"), 403).await;
    }
    let lines = world.get("/audit?action=client.outside_scope", 200).await;
    assert_eq!(lines["total"], 1, "a poller does not fill the log: {lines}");
    assert_eq!(lines["items"][0]["outcome"], "refused");
    let wrong = patch(&world, &format!("/clients/{id}"), json!({ "ring": "nowhere" }), 422).await;
    assert_eq!(fields(&wrong), ["ring"]);
    // What only an earlier ring serves lies outside, too.
    patch(&world, &format!("/clients/{id}"), json!({ "content_types": [] }), 200).await;
    ring(&world, "lab", 0, json!({})).await;
    write(&world, "a", "two");
    publish(&world, &source).await;
    let row = world.row("scripts", "a").await;
    let newer = row["published_hash"].as_str().unwrap();
    world.pull(&token, &format!("blobs/{newer}"), 403).await;
    world.pull(&token, &format!("blobs/{hash}"), 200).await;
    world.running.stop().await;
}

async fn old_secrets_overlap(engine: Engine) {
    let world = world(engine).await;
    let (id, token) = world.client("Acme").await;
    let path = format!("/clients/{id}/rotate-secret");
    let wrong = world.post(&path, json!({ "overlap_seconds": 99_999_999 }), 422).await;
    assert_eq!(fields(&wrong), ["overlap_seconds"]);
    let rotated = world.post(&path, json!({ "overlap_seconds": 600 }), 200).await;
    let new = rotated["secret"].as_str().unwrap().to_owned();
    assert!(rotated["old_secret_until"].is_string());
    world.pull(&token, "manifest", 200).await;
    let old = expect(world.token("Acme", "correct horse battery").await, 200).await;
    assert!(old["expires_in"].as_u64().unwrap() <= 600, "a token does not outlive its secret: {old}");
    let fresh = expect(world.token("Acme", &new).await, 200).await["access_token"].clone();
    let shown = world.get(&format!("/clients/{id}"), 200).await;
    assert_eq!(shown["old_secret_until"], rotated["old_secret_until"]);
    world.delete(&format!("/clients/{id}/old-secret"), 200).await;
    expect(world.token("Acme", "correct horse battery").await, 401).await;
    world.pull(&token, "manifest", 401).await;
    world.pull(fresh.as_str().unwrap(), "manifest", 401).await;
    expect(world.token("Acme", &new).await, 200).await;
    world.delete(&format!("/clients/{id}/old-secret"), 404).await;
    world.post(&path, json!({}), 200).await;
    expect(world.token("Acme", &new).await, 401).await;
    world.running.stop().await;
}

async fn exceptions_are_obeyed(engine: Engine) {
    let world = world(engine).await;
    let source = world.add_source().await;
    for name in ["a", "b", "c"] {
        write(&world, name, "one");
    }
    publish(&world, &source).await;
    let (id, token) = world.client("Special").await;
    let (_, plain) = world.client("Plain").await;
    let first = world.pull(&token, "manifest", 200).await;
    let path = format!("/clients/{id}/exceptions");
    let guid = async |name: &str| world.row("scripts", name).await["guid"].clone();
    let except = async |name: &str, kind: &str, version: Value| {
        let body = json!({ "type": "scripts", "guid": guid(name).await, "kind": kind, "version": version, "reason": "test" });
        world.post(&path, body, 201).await
    };
    except("a", "keep_out", Value::Null).await;
    let held = except("b", "hold", Value::Null).await;
    assert_eq!(held["served"]["version"], 1);
    for name in ["a", "b", "c"] {
        write(&world, name, "two");
    }
    publish(&world, &source).await;
    let pinned = except("c", "pin", json!(1)).await;
    let whole = world.pull(&token, "manifest", 200).await;
    let old = items(&first);
    let expected = BTreeMap::from([("b".to_owned(), old["b"].clone()), ("c".to_owned(), old["c"].clone())]);
    assert_eq!(items(&whole), expected);
    let since = first["revision"].as_i64().unwrap();
    let answer = world.pull(&token, &format!("manifest?since={since}"), 200).await;
    assert_eq!(compose(&old, &answer), expected, "an older revision is answered with the whole");
    let newest = items(&world.pull(&plain, "manifest", 200).await);
    assert_eq!(newest.len(), 3);
    world.pull(&token, &format!("blobs/{}", newest["b"]), 403).await;
    world.pull(&token, &format!("blobs/{}", old["c"]), 200).await;
    world.pull(&token, &format!("blobs/{}", newest["a"]), 403).await;

    // While it stands, changes of the item do not come through; ended, the ring's version does.
    write(&world, "b", "three");
    publish(&world, &source).await;
    let revision = whole["revision"].as_i64().unwrap();
    let quiet = world.pull(&token, &format!("manifest?since={revision}"), 200).await;
    assert_eq!((&quiet["full"], quiet["items"].as_array().unwrap().len()), (&json!(false), 0));
    world.delete(&format!("{path}/{}", held["id"].as_str().unwrap()), 204).await;
    let newest = items(&world.pull(&plain, "manifest", 200).await);
    assert_eq!(items(&world.pull(&token, "manifest", 200).await)["b"], newest["b"]);
    world.delete(&format!("{path}/{}", held["id"].as_str().unwrap()), 404).await;

    // One that ends by itself, ends with the next look.
    let soon = (world.running.services.now() + jiff::SignedDuration::from_millis(400)).to_string();
    let body = json!({ "type": "scripts", "guid": guid("c").await, "kind": "pin", "version": 1, "reason": "soon", "expires_at": soon });
    let again = world.post(&path, body, 201).await;
    assert_ne!(again["id"], pinned["id"]);
    let mut tries = 0;
    while items(&world.pull(&token, "manifest", 200).await)["c"] != newest["c"] {
        tries += 1;
        assert!(tries < 200, "the exception did not end");
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    }
    assert_eq!(world.get(&path, 200).await["total"], 1, "only the one that keeps out is left");
    let wrong =
        json!({ "type": "scripts", "guid": guid("c").await, "kind": "pin", "version": 9, "reason": "x" });
    assert_eq!(fields(&world.post(&path, wrong, 422).await), ["version"]);
    world.running.stop().await;
}

async fn receivers_are_summed_up(engine: Engine) {
    let world = world(engine).await;
    let source = world.add_source().await;
    write(&world, "a", "one");
    publish(&world, &source).await;
    let (id, _) = world.client("Acme").await;
    let target = tempfile::tempdir().unwrap();
    let home = Home::init(target.path(), &world.running.url, "Acme", "correct horse battery").await.unwrap();
    assert_eq!(world.get("/receivers?filter=behind", 200).await["total"], 1, "it never pulled");
    home.lock().unwrap().sync(&MASS).await.unwrap();
    let list = world.get("/receivers", 200).await;
    let row = &list["items"][0];
    assert_eq!(
        (&row["up_to_date"], &row["behind"], &row["errors"]),
        (&json!(1), &json!(0), &json!(0)),
        "{row}"
    );
    assert!(row["receiver_version"].as_str().unwrap().starts_with("tandem-receiver/"));
    assert_eq!(world.get("/receivers?filter=behind", 200).await["total"], 0);
    write(&world, "b", "one");
    publish(&world, &source).await;
    assert_eq!(world.get("/receivers?filter=behind", 200).await["items"][0]["id"], json!(id));
    let items = world.get("/receivers/items?type=scripts", 200).await;
    assert_eq!((&items["items"][0]["name"], &items["items"][0]["receivers"]), (&json!("a"), &json!(1)));
    assert_eq!(fields(&world.get("/receivers?filter=lost", 422).await), ["filter"]);
    world.running.stop().await;
}
