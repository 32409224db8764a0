//! Many alerts at once, each durable and each answered to whoever raised it; tokens that are known and end.

use super::path;
use crate::world::{Engine, World, expect};
use domain::{
    account::{Actor, Role},
    alert::Raise,
    ids::UserId,
};
use reqwest::Method;
use serde_json::{Value, json};
use std::collections::BTreeSet;
use tokio::task::JoinSet;

crate::on_both_engines!(
    many_callers_each_get_their_own_alert,
    a_token_that_is_used_all_the_time_ends_at_once,
    texts_that_cannot_be_looked_for_are_refused
);

const CALLERS: usize = 60;

async fn many_callers_each_get_their_own_alert(engine: Engine) {
    let world = World::on(engine).await;
    world.post("/categories", json!({ "name": "Servers" }), 201).await;
    let mut callers = JoinSet::new();
    for number in 0..CALLERS {
        let body = json!({ "title": format!("Number {number}"), "text": format!("text {number}"), "category": "SERVERS" });
        let call = world.request(Method::POST, "/alerts").json(&body);
        callers.spawn(async move { (number, expect(call.send().await.unwrap(), 201).await) });
    }
    let mut revisions = BTreeSet::new();
    for (number, answer) in callers.join_all().await {
        assert_eq!(answer["title"], format!("Number {number}"));
        assert_eq!(
            (&answer["text"], &answer["category"]),
            (&json!(format!("text {number}")), &json!("Servers"))
        );
        assert!(revisions.insert(answer["revision"].as_i64().unwrap()), "{answer}");
        let kept = world.get(&format!("/alerts/{}", answer["id"].as_str().unwrap()), 200).await;
        assert_eq!(kept, answer, "what was answered is what was kept");
    }
    assert_eq!(world.get("/alerts?limit=1", 200).await["total"], CALLERS);
    assert_eq!(world.get("/alerts/counts?category=servers", 200).await["open"], CALLERS);
    assert_eq!(world.get("/alerts?q=number%205&limit=1", 200).await["total"], 11);
    let told = world.get("/audit?action=alert.raise&limit=1", 200).await;
    assert_eq!(told["total"], CALLERS, "a line for each");
    world.running.stop().await;
}

async fn a_token_that_is_used_all_the_time_ends_at_once(engine: Engine) {
    let world = World::on(engine).await;
    let token = world.token_of("Probe", Role::Responder).await;
    let ask = || world.as_(&token, Method::GET, "/alerts?limit=1").send();
    for _ in 0..5 {
        expect(ask().await.unwrap(), 200).await;
    }
    let all = world.get("/tokens", 200).await;
    let known = |token: &&Value| token["name"] == "Probe";
    let id = all["items"].as_array().unwrap().iter().find(known).unwrap()["id"].as_str().unwrap().to_owned();
    let ended = world.request(Method::DELETE, &format!("/tokens/{id}")).send();
    // It is asked for while it ends, too: what was read before the end must not count after it.
    let (ended, _) = tokio::join!(ended, async {
        for _ in 0..20 {
            ask().await.unwrap();
        }
    });
    assert!(ended.unwrap().status().is_success());
    for _ in 0..5 {
        expect(ask().await.unwrap(), 401).await;
    }
    let refused = world.as_(&token, Method::POST, "/alerts").json(&json!({ "title": "x" })).send();
    expect(refused.await.unwrap(), 401).await;
    world.running.stop().await;
}

async fn texts_that_cannot_be_looked_for_are_refused(engine: Engine) {
    let world = World::on(engine).await;
    let alert = world.raise("x", "").await;
    for place in ["/alerts?q=a%00b", "/alerts/counts?q=%00", &format!("/alerts?q={}", "x".repeat(201))] {
        let refused = world.get(place, 422).await;
        assert_eq!(refused["errors"][0]["field"], "q", "{refused}");
    }
    world.post(&path(&alert, "close"), json!({}), 200).await;
    world.running.stop().await;
}

/// On one thread all three wait before the first is taken in: they share a unit of work.
#[tokio::test]
async fn one_that_cannot_be_kept_costs_nobody_else_theirs() {
    let world = World::on(Engine::Postgres).await;
    let alerts = world.running.services.alerts();
    let id: UserId = "01935f6e-3c2a-7c3e-8f7a-2b1c9d0e4f5a".parse().unwrap();
    let person = |name: &str| Actor::User { id, name: name.into(), role: Role::Responder };
    let titled = |title: &str| Raise { title: title.into(), ..Raise::default() };
    // PostgreSQL keeps no NUL: the audit line of this one is refused.
    let (eve, mallory) = (person("Eve"), person("Mal\0lory"));
    let (one, bad, two) = (titled("one"), titled("bad"), titled("two"));
    let (one, bad, two) =
        tokio::join!(alerts.raise(&eve, &one), alerts.raise(&mallory, &bad), alerts.raise(&eve, &two));
    assert_eq!((one.unwrap().alert.title, two.unwrap().alert.title), ("one".into(), "two".into()));
    assert!(bad.is_err(), "{bad:?}");
    assert_eq!(world.get("/alerts", 200).await["total"], 2);
    world.running.stop().await;
}
