//! The same key, the same answer, done once.

use crate::world::{Engine, World, expect};
use reqwest::Method;
use serde_json::{Value, json};

crate::on_both_engines!(a_key_is_done_once, only_callers_who_are_signed_in_have_answers_kept);

async fn a_key_is_done_once(engine: Engine) {
    let world = World::on(engine).await;
    let body = json!({ "name": "Master", "kind": "folder", "path": world.library() });
    let send = |body: Value, key: &'static str| {
        world.request(Method::POST, "/sources").header("Idempotency-Key", key).json(&body).send()
    };
    let first = expect(send(body.clone(), "one").await.unwrap(), 201).await;
    let replayed = send(body.clone(), "one").await.unwrap();
    assert_eq!(replayed.headers()["idempotency-replayed"], "true");
    assert_eq!(expect(replayed, 201).await, first);
    let mut other = body;
    other["name"] = json!("Other");
    expect(send(other.clone(), "one").await.unwrap(), 422).await;
    assert_eq!(world.get("/sources", 200).await["total"], 1);
    let (a, b) = tokio::join!(send(other.clone(), "two"), send(other, "two"));
    let statuses = [a.unwrap().status().as_u16(), b.unwrap().status().as_u16()];
    assert!(statuses.iter().all(|status| matches!(status, 201 | 409)), "{statuses:?}");
    assert_eq!(world.get("/sources", 200).await["total"], 2);

    let (id, _) = world.client("Acme").await;
    let rotate = || {
        world
            .request(Method::POST, &format!("/clients/{id}/rotate-secret"))
            .header("Idempotency-Key", "three")
            .send()
    };
    assert!(expect(rotate().await.unwrap(), 200).await["secret"].is_string());
    let again = expect(rotate().await.unwrap(), 409).await;
    assert!(again.get("secret").is_none(), "a secret is shown once");
    world.running.stop().await;
}

async fn only_callers_who_are_signed_in_have_answers_kept(engine: Engine) {
    let world = World::on(engine).await;
    let made = world.post("/tokens", json!({ "name": "Probe", "role": "responder" }), 201).await;
    let token = made["token"].as_str().unwrap().to_owned();
    let raise = |token: String, key: &'static str| {
        let call = world.http.post(world.url("/alerts")).header("Authorization", token);
        call.header("Idempotency-Key", key).json(&json!({ "title": "Disk full" })).send()
    };
    let first = expect(raise(format!("Bearer {token}"), "one").await.unwrap(), 201).await;
    // The same caller, however the header is spelled.
    let again = expect(raise(format!("bearer {token}"), "one").await.unwrap(), 201).await;
    assert_eq!(again, first);
    // Another caller's key is another key.
    let other = expect(raise(format!("Bearer {}", world.admin), "one").await.unwrap(), 201).await;
    assert_ne!(other["id"], first["id"]);
    world.delete(&format!("/tokens/{}", made["id"].as_str().unwrap()), 204).await;
    expect(raise(format!("Bearer {token}"), "one").await.unwrap(), 401).await;
    // Who calls is asked before anything else is looked at.
    expect(raise("Bearer nonsense".into(), "").await.unwrap(), 401).await;
    world.running.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_receiver_keeps_its_keys_when_its_token_is_renewed() {
    let world = World::on(Engine::Sqlite).await;
    let (_, first) = world.client("Acme").await;
    let renewed = expect(world.token("Acme", "correct horse battery").await, 200).await;
    let second = renewed["access_token"].as_str().unwrap();
    assert_ne!(first, second);
    let report = |token: &str| {
        let call = world.http.post(world.url("/pull/report")).bearer_auth(token);
        call.header("Idempotency-Key", "one").json(&json!({ "revision": 0, "items": [] })).send()
    };
    expect(report(&first).await.unwrap(), 204).await;
    let replayed = report(second).await.unwrap();
    assert_eq!(replayed.headers()["idempotency-replayed"], "true");
    world.running.stop().await;
}
