//! The real server: the API, the jobs that poll and write back by themselves, and signed callbacks.

use super::site::Site;
use crate::{
    on_both_engines,
    world::{Engine, expect, fields},
};
use reqwest::Method;
use sandbox::manage::{Manage as Simulator, World as Instance};
use serde_json::{Value, json};
use std::time::Duration;

on_both_engines!(
    the_api_from_the_first_test_to_the_last_removal,
    the_private_key_is_never_shown_and_never_sent_elsewhere,
    signed_callbacks_hurry_the_poll,
);

async fn the_api_from_the_first_test_to_the_last_removal(engine: Engine) {
    let site = Site::on(engine).await;
    let body = site.body();
    let test = site.world.post("/connectors/test", body.clone(), 200).await;
    assert_eq!((&test["ok"], &test["default_board"]), (&json!(true), &json!("Service Desk")));
    let mut rules = body.clone();
    rules["mode"] = json!("rules");
    rules["rules"] = json!([{ "conditions": "summary contains \"Printer\"", "category": "Print" }]);
    let dry = site.world.post("/connectors/dry-run", rules.clone(), 200).await;
    assert_eq!((&dry["looked_at"], &dry["would_alert"]), (&json!(6), &json!(1)));
    rules["rules"][0]["conditions"] = json!("summary = ");
    let refused = site.world.post("/connectors", rules, 422).await;
    assert_eq!(fields(&refused), ["rules[0].conditions"]);
    let mut typo = body.clone();
    typo["status_mapping"]["cw_to_close"] = json!(true);
    assert_eq!(fields(&site.world.post("/connectors", typo, 422).await), ["status_mapping.cw_to_close"]);

    let made = site.world.post("/connectors", body.clone(), 201).await;
    let id = made["id"].as_str().unwrap().to_owned();
    let path = format!("/connectors/{id}");
    site.world.post(&format!("{path}/poll"), json!({}), 409).await;
    assert_eq!(fields(&site.world.post("/connectors", body, 422).await), ["name"], "the name is taken");
    let report = site.world.post(&format!("{path}/enable"), json!({}), 200).await;
    assert!(report["needs"].as_array().unwrap().iter().all(|need| need["made"] == true), "{report}");
    // Everything from here goes by itself.
    site.until("six alerts", async || site.alerts().await.len() == 6).await;
    site.until("all are marked", async || {
        site.simulator.with(|world| {
            world.rows("tickets").iter().all(|ticket| {
                let fields = ticket["customFields"].as_array().unwrap();
                fields.iter().any(|field| field["caption"] == "TandemRetrieved_c" && field["value"] == true)
            })
        })
    })
    .await;
    let alerts = site.alerts().await;
    let alert = alerts.iter().find(|alert| alert["ticket"]["id"] == 4).unwrap();
    let began = std::time::Instant::now();
    let alert_id = alert["id"].as_str().unwrap();
    site.world.post(&format!("/alerts/{alert_id}/acknowledge"), json!({}), 200).await;
    site.until("the ticket follows", async || site.status(4) == "Acknowledged").await;
    assert!(began.elapsed() < Duration::from_secs(5), "{:?}", began.elapsed());
    site.simulator.with(|world| world.set_status(2, ">Closed", "jdoe"));
    site.until("the alert follows", async || {
        site.alerts().await.iter().any(|alert| alert["ticket"]["id"] == 2 && alert["state"] == "closed")
    })
    .await;

    let health = site.world.get(&format!("{path}/health"), 200).await;
    assert_eq!((&health["problem"], &health["breaker"]), (&Value::Null, &json!("closed")));
    assert!(health["last_answer_at"].is_string() && health["requests_last_minute"].as_u64() > Some(5));
    let metrics = site.world.http.get(format!("{}/metrics", site.world.running.url)).send().await.unwrap();
    let metrics = metrics.text().await.unwrap();
    for name in
        ["tandem_connector_answer_age_seconds", "tandem_connector_lag_seconds", "tandem_write_backs_pending"]
    {
        assert!(metrics.contains(name), "{name}");
    }
    let stored = metrics.lines().find_map(|line| line.strip_prefix("tandem_alert_stored_seconds_count "));
    assert!(stored.is_some_and(|count| count.parse::<u64>().unwrap() >= 6), "{metrics}");
    assert!(metrics.contains("tandem_alert_stored_seconds_bucket{le=\"1\"}"), "{metrics}");
    let preview = site.world.post(&format!("{path}/preview"), json!({ "state": "closed" }), 200).await;
    assert!(preview["items"][0]["writes"].to_string().contains("the status becomes Resolved"), "{preview}");
    let log = site.world.get(&format!("{path}/log"), 200).await.to_string();
    assert!(log.contains("made the workflow rule Tandem - Trigger Alerts"), "{log}");
    let members = site.world.get(&format!("{path}/members"), 200).await;
    assert!(members["items"].is_array());

    expect(site.world.request(Method::POST, &format!("{path}/disable")).send().await.unwrap(), 204).await;
    let refused =
        site.world.request(Method::DELETE, &format!("{path}?take_down=perhaps")).send().await.unwrap();
    assert_eq!(refused.status().as_u16(), 400);
    site.world.delete(&format!("{path}?take_down=true"), 204).await;
    site.simulator.with(|world| {
        assert!(world.rows("workflows").is_empty());
        assert_eq!(world.rows("userDefinedFields").len(), 1);
    });
    assert_eq!(site.alerts().await.len(), 6, "alerts stay");
    site.world.get(&path, 404).await;
    site.world.running.stop().await;
}

async fn the_private_key_is_never_shown_and_never_sent_elsewhere(engine: Engine) {
    let site = Site::on(engine).await;
    let made = site.world.post("/connectors", site.body(), 201).await;
    let path = format!("/connectors/{}", made["id"].as_str().unwrap());
    assert_eq!(made["has_private_key"], true);
    let shown = site.world.get(&path, 200).await;
    for answer in [&made, &shown, &site.world.get("/connectors", 200).await] {
        assert!(!answer.to_string().contains("privateKey"), "{answer}");
    }
    // Sent back as it came, the key stays; tested as it is kept, it works.
    let mut back = shown.clone();
    back["poll_interval_seconds"] = json!(60);
    site.put(&path, &back, 200).await;
    assert_eq!(site.world.post(&format!("{path}/test"), json!({}), 200).await["ok"], true);
    // To another instance, company or public key it does not go.
    let elsewhere = Simulator::start(Instance::seeded()).await.unwrap();
    for (member, value) in [
        ("instance_uri", json!(elsewhere.url())),
        ("company_id", json!("other")),
        ("public_key", json!("other")),
    ] {
        let mut moved = back.clone();
        moved[member] = value;
        assert_eq!(fields(&site.put(&path, &moved, 422).await), ["private_key"], "{member}");
        let test = site.world.post(&format!("{path}/test"), moved, 422).await;
        assert_eq!(fields(&test), ["private_key"], "{member}");
    }
    assert!(elsewhere.requests("").is_empty());
    let audit = site.world.get("/audit?limit=500", 200).await.to_string();
    assert!(audit.contains("connector.change") && !audit.contains("privateKey"));
    if matches!(engine, Engine::Sqlite) {
        for file in std::fs::read_dir(site.world.folder.path()).unwrap().flatten() {
            let bytes = std::fs::read(file.path()).unwrap_or_default();
            let found = bytes.windows(10).any(|window| window == b"privateKey");
            assert!(!found, "{}", file.path().display());
        }
    }
    site.world.running.stop().await;
}

async fn signed_callbacks_hurry_the_poll(engine: Engine) {
    let site = Site::on(engine).await;
    let mut body = site.body();
    body["poll_interval_seconds"] = json!(600);
    let made = site.world.post("/connectors", body, 201).await;
    let id = made["id"].as_str().unwrap().to_owned();
    site.world.post(&format!("/connectors/{id}/callback"), json!({}), 409).await;
    site.world.post(&format!("/connectors/{id}/enable"), json!({}), 200).await;
    site.until("six alerts", async || site.alerts().await.len() == 6).await;
    let url = format!("{}/callbacks/manage/{id}", site.world.running.url);
    let unsigned =
        |body: Value| site.world.http.post(&url).header("x-content-signature", "AAAA").json(&body).send();
    assert_eq!(unsigned(json!({ "Action": "updated" })).await.unwrap().status(), 403);
    assert_eq!(site.world.http.post(&url).body("x".repeat(300_000)).send().await.unwrap().status(), 413);
    let nobody = url.replace(&id, "01935f6e-3c2a-7c3e-8f7a-2b1c9d0e4f5a");
    assert_eq!(site.world.http.post(nobody).body("{}").send().await.unwrap().status(), 404);

    // Registered as the API does it where the public address is known; Manage posts by itself, also twice.
    let hook = json!({"url": format!("{url}?recordId="), "objectId": 1, "type": "ticket", "level": "owner", "inactiveFlag": false});
    site.simulator.with(|world| world.add("callbacks", hook.clone()));
    site.simulator.with(|world| world.add("callbacks", hook));
    let ticket = site.create("Told by a callback").await;
    site.until("the alert, long before the next poll", async || {
        site.alerts().await.iter().filter(|alert| alert["ticket"]["id"] == ticket).count() == 1
    })
    .await;
    // What was found is counted when the poll has ended.
    site.until("it is counted as told", async || {
        let health = site.world.get(&format!("/connectors/{id}/health"), 200).await;
        health["found_by_callback"] == 1 && health["found_by_polling"] == 6
    })
    .await;
    site.world.running.stop().await;
}
