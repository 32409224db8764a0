//! Rings and sync windows over HTTP: promotion, stops, clients that move.

use crate::{
    serving::{compose, items, patch, publish, ring, world, write},
    world::{Engine, World, expect, fields},
};
use domain::account::Actor;
use sandbox::exports::{Script, ScriptStep};
use serde_json::{Value, json};
use std::collections::BTreeMap;

crate::on_both_engines!(
    rings_follow_one_another,
    plans_tell_a_move_from_a_change,
    clients_move_between_rings_without_mixing,
    rings_stop_on_errors,
    windows_close_and_open
);

async fn put(world: &World, path: &str, body: Value, status: u16) -> Value {
    expect(world.request(reqwest::Method::PUT, path).json(&body).send().await.unwrap(), status).await
}

async fn ring_id(world: &World, name: &str) -> String {
    let rings = world.get("/rings", 200).await;
    let found = rings["items"].as_array().unwrap().iter().find(|ring| ring["name"] == name).unwrap();
    found["id"].as_str().unwrap().to_owned()
}

async fn rings_follow_one_another(engine: Engine) {
    let world = world(engine).await;
    let source = world.add_source().await;
    write(&world, "a", "one");
    publish(&world, &source).await;
    let (wide, wide_token) = world.client("Wide").await;
    ring(&world, "lab", 0, json!({})).await;
    let everyone = ring_id(&world, "everyone").await;
    let (lab, lab_token) = world.client("Lab").await;
    patch(&world, &format!("/clients/{lab}"), json!({ "ring": "LAB" }), 200).await;
    let before = world.pull(&wide_token, "manifest", 200).await;
    write(&world, "a", "two");
    write(&world, "b", "one");
    publish(&world, &source).await;
    assert_eq!(world.pull(&wide_token, "manifest", 200).await, before, "nothing reaches the later ring");
    assert_eq!(items(&world.pull(&lab_token, "manifest", 200).await).len(), 2);

    let plan = world.get(&format!("/rings/{everyone}/plan"), 200).await;
    assert_eq!(changes(&plan), [("a", "changed"), ("b", "added")]);
    assert_eq!((plan["items"].as_array().unwrap().len(), &plan["receivers"]), (2, &json!(["Wide"])));
    let stale = json!({ "plan_hash": "0".repeat(64) });
    world.post(&format!("/rings/{everyone}/promote"), stale, 409).await;
    let body = json!({ "plan_hash": plan["plan_hash"] });
    let done = world.post(&format!("/rings/{everyone}/promote"), body, 200).await;
    assert_eq!((&done["added"], &done["changed"]), (&json!(1), &json!(1)));
    let since = before["revision"].as_i64().unwrap();
    let delta = world.pull(&wide_token, &format!("manifest?since={since}"), 200).await;
    assert_eq!((&delta["full"], items(&delta).len()), (&json!(false), 2));
    let whole = items(&world.pull(&wide_token, "manifest", 200).await);
    assert_eq!(whole, items(&world.pull(&lab_token, "manifest", 200).await));

    // The first ring can be changed only for one that serves the same; removal asks for empty rings.
    let lab_ring = ring_id(&world, "lab").await;
    world.get(&format!("/rings/{lab_ring}/plan"), 409).await;
    std::fs::remove_file(world.library().join("b.xml")).unwrap();
    write(&world, "c", "one");
    publish(&world, &source).await;
    world.post("/rings/order", json!({ "rings": [everyone, lab_ring] }), 409).await;
    let wrong = world.post("/rings/order", json!({ "rings": [everyone] }), 422).await;
    assert_eq!(fields(&wrong), ["rings"]);
    let done = world.post(&format!("/rings/{everyone}/promote"), json!({}), 200).await;
    assert_eq!(done["removed"], json!(1));
    world.post("/rings/order", json!({ "rings": [everyone, lab_ring] }), 200).await;
    world.delete(&format!("/rings/{lab_ring}"), 409).await;
    patch(&world, &format!("/clients/{lab}"), json!({ "ring": "everyone" }), 200).await;
    world.delete(&format!("/rings/{lab_ring}"), 204).await;
    world.delete(&format!("/rings/{everyone}"), 409).await;
    let renamed = json!({ "name": "all" });
    put(&world, &format!("/rings/{everyone}"), renamed, 200).await;
    assert_eq!(world.get(&format!("/clients/{wide}"), 200).await["ring"], "all");
    let names = items(&world.pull(&wide_token, "manifest", 200).await).into_keys().collect::<Vec<_>>();
    assert_eq!(names, ["a", "c"]);
    world.running.stop().await;
}

/// The items of a plan by name, with what happens to each.
fn changes(plan: &Value) -> Vec<(&str, &str)> {
    let items = plan["items"].as_array().unwrap().iter();
    let mut changes: Vec<(&str, &str)> =
        items.map(|item| (item["name"].as_str().unwrap(), item["change"].as_str().unwrap())).collect();
    changes.sort_unstable();
    changes
}

async fn plans_tell_a_move_from_a_change(engine: Engine) {
    let world = world(engine).await;
    let source = world.add_source().await;
    let put = |name: &str, folder: &str, note: &str| {
        let script = Script::new(name).folder(folder).step(ScriptStep::note(note));
        std::fs::write(world.library().join(format!("{name}.xml")), script.to_xml()).unwrap();
    };
    put("moved", "A", "one");
    put("edited", "A", "one");
    put("both", "A", "one");
    ring(&world, "lab", 0, json!({})).await;
    let everyone = ring_id(&world, "everyone").await;
    publish(&world, &source).await;
    world.post(&format!("/rings/{everyone}/promote"), json!({}), 200).await;
    put("moved", "B", "one");
    put("edited", "A", "two");
    put("both", "B", "two");
    publish(&world, &source).await;
    let plan = world.get(&format!("/rings/{everyone}/plan"), 200).await;
    assert_eq!(changes(&plan), [("both", "changed"), ("edited", "changed"), ("moved", "moved")]);
    let body = json!({ "plan_hash": plan["plan_hash"] });
    let done = world.post(&format!("/rings/{everyone}/promote"), body, 200).await;
    assert_eq!(done["changed"], json!(3), "what was shown is what is done");
    world.running.stop().await;
}

/// Whatever a client was told before, in whatever ring, leads to what the whole says now.
async fn clients_move_between_rings_without_mixing(engine: Engine) {
    let world = world(engine).await;
    let source = world.add_source().await;
    ring(&world, "lab", 0, json!({})).await;
    let everyone = ring_id(&world, "everyone").await;
    let (id, token) = world.client("Wanderer").await;
    let mut told: Vec<(i64, BTreeMap<String, String>)> = vec![(0, BTreeMap::new())];
    for round in 0..8 {
        match round % 4 {
            0 => {
                write(&world, "a", &format!("round {round}"));
                write(&world, &format!("only {round}"), "x");
                publish(&world, &source).await;
            }
            1 => {
                let to = if round == 1 { "lab" } else { "everyone" };
                patch(&world, &format!("/clients/{id}"), json!({ "ring": to }), 200).await;
            }
            2 => {
                world.post(&format!("/rings/{everyone}/promote"), json!({}), 200).await;
            }
            _ => {
                std::fs::remove_file(world.library().join(format!("only {}.xml", round - 3))).unwrap();
                publish(&world, &source).await;
            }
        }
        let whole = world.pull(&token, "manifest", 200).await;
        for (since, base) in &told {
            let answer = world.pull(&token, &format!("manifest?since={since}"), 200).await;
            assert_eq!(compose(base, &answer), items(&whole), "since {since} in round {round}");
        }
        told.push((whole["revision"].as_i64().unwrap(), items(&whole)));
    }
    world.running.stop().await;
}

async fn rings_stop_on_errors(engine: Engine) {
    let world = world(engine).await;
    let source = world.add_source().await;
    ring(&world, "lab", 0, json!({})).await;
    let everyone = ring_id(&world, "everyone").await;
    let rules = json!({ "name": "everyone", "rules": { "automatic": true, "soak_seconds": 3600 } });
    put(&world, &format!("/rings/{everyone}"), rules, 200).await;
    let (lab, token) = world.client("Lab").await;
    patch(&world, &format!("/clients/{lab}"), json!({ "ring": "lab" }), 200).await;
    write(&world, "a", "one");
    publish(&world, &source).await;
    let rings = world.running.services.rings();
    let (system, run) = (Actor::system("test"), "nothing was ripe");
    assert_eq!(rings.advance(&system).await.unwrap(), run, "it has not stood long enough");
    let rules =
        json!({ "name": "everyone", "rules": { "automatic": true, "soak_seconds": 0, "max_errors": 1 } });
    put(&world, &format!("/rings/{everyone}"), rules, 200).await;
    let guid = world.row("scripts", "a").await["guid"].clone();
    let other = "01935f6e-3c2a-7c3e-8f7a-2b1c9d0e4f5a";
    let report = |errors: Vec<Value>| {
        let items: Vec<Value> = errors
            .into_iter()
            .map(|guid| json!({ "type": "scripts", "guid": guid, "state": "Not Installed", "error": "full" }))
            .collect();
        let body = json!({ "revision": 1, "items": items });
        let request = world.http.post(world.url("/pull/report")).bearer_auth(&token).json(&body);
        async move { assert_eq!(request.send().await.unwrap().status(), 204) }
    };
    report(vec![guid.clone(), json!(other)]).await;
    assert!(rings.advance(&system).await.unwrap().contains("stopped the ring everyone"));
    let view = world.get(&format!("/rings/{everyone}"), 200).await;
    assert!(view["stopped"]["reason"].as_str().unwrap().contains("approvers and administrators may go on"));
    assert_eq!(rings.advance(&system).await.unwrap(), "no ring follows by itself");
    // By hand it takes a reason; a person may also let it go on by itself.
    let refused = world.post(&format!("/rings/{everyone}/promote"), json!({}), 422).await;
    assert_eq!(fields(&refused), ["reason"]);
    world.post(&format!("/rings/{everyone}/resume"), json!({ "reason": "known and harmless" }), 200).await;
    assert!(rings.advance(&system).await.unwrap().contains("1 added"));
    assert_eq!(rings.advance(&system).await.unwrap(), "nothing was ripe");
    world.post(&format!("/rings/{everyone}/resume"), json!({ "reason": "again" }), 409).await;
    world.running.stop().await;
}

async fn windows_close_and_open(engine: Engine) {
    let world = world(engine).await;
    let source = world.add_source().await;
    write(&world, "a", "one");
    world.scan(&source).await;
    let rows = world.rows("scripts").await;
    world.approve("scripts", &rows).await;
    let wrong = put(&world, "/sync-windows", json!({ "time_zone": "Mars/Olympus" }), 422).await;
    assert_eq!(fields(&wrong), ["time_zone"]);
    let week = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];
    let never = json!({ "kind": "deny", "days": week, "from": "00:00", "to": "00:00" });
    let body = json!({ "time_zone": "Europe/Amsterdam", "windows": [never] });
    let view = put(&world, "/sync-windows", body, 200).await;
    assert_eq!((&view["open"], &view["changes_at"]), (&json!(false), &Value::Null));
    let refused = world.post("/content/scripts/sync", json!({}), 409).await;
    assert!(refused["detail"].as_str().unwrap().contains("outside the sync windows"), "{refused}");
    let wrong = world.post("/sync-windows/open", json!({ "seconds": 600, "reason": " " }), 422).await;
    assert_eq!(fields(&wrong), ["reason"]);
    let opened = world.post("/sync-windows/open", json!({ "seconds": 600, "reason": "urgent" }), 200).await;
    assert_eq!((&opened["open"], &opened["opening"]["reason"]), (&json!(true), &json!("urgent")));
    assert_eq!(world.sync("scripts").await["added"], 1);
    let closed = world.post("/sync-windows/close", json!({}), 200).await;
    assert_eq!(closed["open"], false);
    let told = world.get("/audit?action=windows.change", 200).await;
    assert_eq!(told["total"], 3);
    world.running.stop().await;
}
