//! The same key, the same answer, done once.

use crate::{
    process::{Server, admin_token},
    world::{Engine, World, database, expect},
};
use domain::{
    account::{Actor, Role},
    alert::{
        Raise, Severity,
        category::{COLOURS, ICONS},
    },
    content::ContentHash,
};
use futures::{StreamExt as _, TryStreamExt as _, stream::FuturesUnordered};
use reqwest::Method;
use serde_json::{Value, json};
use services::{
    once::Once,
    ports::store::idempotency::{Claim, KeyedRequest},
};

crate::on_both_engines!(
    a_key_is_done_once,
    only_callers_who_are_signed_in_have_answers_kept,
    what_was_done_is_told_when_its_answer_was_lost,
    who_lost_the_key_does_nothing,
    a_kill_does_nothing_twice
);

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

/// The caller of the tests.
async fn caller(world: &World) -> Actor {
    let tokens = world.get("/tokens", 200).await;
    let own = tokens["items"].as_array().unwrap().iter().find(|token| token["name"] == "test").unwrap();
    Actor::Token { id: own["id"].as_str().unwrap().parse().unwrap(), name: "test".into(), role: Role::Admin }
}

fn disk_full() -> Raise {
    Raise {
        title: "Disk full".into(),
        text: String::new(),
        category: String::new(),
        severity: Severity::default(),
    }
}

/// Claims a key as the HTTP API does for such a request; its process then goes no further.
async fn claimed(world: &World, key: &str, path: &str, body: &Value) -> Once {
    let request = KeyedRequest {
        actor: format!("token:{}", caller(world).await.id().unwrap()),
        key: key.into(),
        route: format!("POST {path}"),
        body_hash: ContentHash::of(body.to_string().as_bytes()).to_string(),
    };
    let services = &world.running.services;
    let now = services.now();
    // What was claimed two minutes ago and came to nothing may be claimed by another at once.
    let claim = services.kept_answers().claim_key(&request, now - jiff::SignedDuration::from_mins(3), now);
    let Claim::Fresh(claimed) = claim.await.unwrap() else { panic!("the key is claimed already") };
    Once::under(claimed, None)
}

async fn what_was_done_is_told_when_its_answer_was_lost(engine: Engine) {
    let world = World::on(engine).await;
    let (services, actor) = (world.running.services.clone(), caller(&world).await);
    let send = |path: String, body: Value, key: &'static str| {
        world.request(Method::POST, &path).header("Idempotency-Key", key).json(&body).send()
    };

    let body = json!({ "title": "Disk full" });
    let once = claimed(&world, "raise", "/alerts", &body).await;
    let raised = services.alerts().once(once).raise(&actor, &disk_full()).await.unwrap();
    let answer = send("/alerts".into(), body.clone(), "raise").await.unwrap();
    let location = answer.headers()["location"].clone();
    let told = expect(answer, 201).await;
    assert_eq!(told["id"], raised.alert.id.to_string());
    assert_eq!(world.get("/alerts", 200).await["total"], 1, "it is raised once");
    // From now on its answer is kept, with where the alert stands.
    let replayed = send("/alerts".into(), body, "raise").await.unwrap();
    assert_eq!(replayed.headers()["idempotency-replayed"], "true");
    assert_eq!(replayed.headers()["location"], location);
    assert_eq!(expect(replayed, 201).await, told);

    let (path, body) = (format!("/alerts/{}/annotate", raised.alert.id), json!({ "text": "On my way" }));
    let once = claimed(&world, "note", &path, &body).await;
    services.alerts().once(once).annotate(&actor, raised.alert.id, "On my way").await.unwrap();
    let story = expect(send(path, body, "note").await.unwrap(), 200).await["timeline"].clone();
    assert_eq!(story.as_array().unwrap().len(), 2, "the note is there once: {story}");

    let body = json!({ "ids": [raised.alert.id], "action": "annotate", "text": "There" });
    let once = claimed(&world, "bulk", "/alerts/bulk", &body).await;
    let action = serde_json::from_value(json!({ "action": "annotate", "text": "There" })).unwrap();
    services.alerts().once(once).bulk(&actor, &[raised.alert.id], &action).await.unwrap();
    let told = expect(send("/alerts/bulk".into(), body, "bulk").await.unwrap(), 200).await;
    assert_eq!(told["done"], 1, "{told}");
    let story = world.get(&format!("/alerts/{}", raised.alert.id), 200).await["timeline"].clone();
    assert_eq!(story.as_array().unwrap().len(), 3, "{story}");

    let (id, _) = world.client("Acme").await;
    let (path, body) = (format!("/clients/{id}/rotate-secret"), json!({ "overlap_seconds": 60 }));
    let once = claimed(&world, "rotate", &path, &body).await;
    let secret = services.clients().once(once).rotate_secret(&actor, id.parse().unwrap(), 60).await.unwrap();
    expect(send(path, body, "rotate").await.unwrap(), 409).await;
    expect(world.token("Acme", &secret).await, 200).await;
    expect(world.token("Acme", "correct horse battery").await, 200).await;

    let body = json!({ "name": "Probe", "role": "viewer" });
    let once = claimed(&world, "token", "/tokens", &body).await;
    services.accounts().once(once).create_token(&actor, "Probe", Role::Viewer).await.unwrap();
    expect(send("/tokens".into(), body, "token").await.unwrap(), 409).await;
    assert_eq!(world.get("/tokens", 200).await["total"], 2, "no second token was made");

    let body = json!({ "name": "Network", "colour": COLOURS[0], "icon": ICONS[0], "severity": null,
        "boards": [], "types": [], "priorities": [], "companies": [] });
    let once = claimed(&world, "category", "/categories", &body).await;
    let input = serde_json::from_value(body.clone()).unwrap();
    let category = services.alerts().once(once).add_category(&actor, input).await.unwrap();
    let told = expect(send("/categories".into(), body, "category").await.unwrap(), 201).await;
    assert_eq!(told["id"], category.id.to_string());
    world.running.stop().await;
}

async fn who_lost_the_key_does_nothing(engine: Engine) {
    let world = World::on(engine).await;
    let body = json!({ "title": "Disk full" });
    let slow = claimed(&world, "one", "/alerts", &body).await;
    let send = || world.request(Method::POST, "/alerts").header("Idempotency-Key", "one").json(&body).send();
    let raised = expect(send().await.unwrap(), 201).await;
    let services = &world.running.services;
    let late = services.alerts().once(slow).raise(&caller(&world).await, &disk_full()).await;
    assert!(matches!(late, Err(services::Error::Unavailable(_))), "{late:?}");
    assert_eq!(world.get("/alerts", 200).await["total"], 1);
    assert_eq!(expect(send().await.unwrap(), 201).await, raised);
    world.running.stop().await;
}

/// How often this alert was raised.
async fn raised(server: &Server, token: &str, title: &str) -> Value {
    let found = server.call(token, Method::GET, &format!("/alerts?q={title}"), json!(null)).await.unwrap();
    expect(found, 200).await["total"].clone()
}

async fn a_kill_does_nothing_twice(engine: Engine) {
    let folder = tempfile::tempdir().unwrap();
    let database = database(engine, &folder).await;
    let http = reqwest::Client::new();
    let mut token = String::new();
    let raise = |server: &Server, token: &str, title: &str| {
        let call = http.post(format!("{}/api/v1/alerts", server.url)).bearer_auth(token);
        call.header("Idempotency-Key", title).json(&json!({ "title": title })).send()
    };
    for round in 0..6 {
        let server = Server::start(&database);
        if token.is_empty() {
            token = admin_token(&database);
        }
        let titles: Vec<String> = (0..40).map(|number| format!("r{round}n{number}x")).collect();
        let storm: FuturesUnordered<_> = titles.iter().map(|title| raise(&server, &token, title)).collect();
        // Killed when a different number is answered in each round; of the others many are done and not answered.
        let answered = storm.take(1 + round * 6).try_collect::<Vec<_>>().await.unwrap();
        assert!(answered.iter().all(|answer| answer.status() == 201));
        server.kill();
        let server = Server::start(&database);
        for title in &titles {
            let again = raise(&server, &token, title).await.unwrap();
            let times = raised(&server, &token, title).await;
            match again.status().as_u16() {
                201 => assert_eq!(times, 1, "{title} is raised once"),
                // Nothing came of it, and for two minutes nobody can know that its process died.
                409 => assert_eq!(times, 0, "{title} must be told"),
                other => panic!("{title}: {other}"),
            }
        }
        server.kill();
    }
}
