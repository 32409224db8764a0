//! Callbacks against the real server: asked for, believed only when signed by the instance, hints in any case.

use super::{
    Place,
    site::{Door, Site},
};
use crate::{
    on_both_engines,
    world::{Engine, expect},
};
use reqwest::Method;
use sandbox::manage::{Fault, FaultKind, Manage as Simulator, World as Instance, sign};
use serde_json::{Value, json};
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpStream,
};

on_both_engines!(
    registered_callbacks_hurry_the_poll,
    what_the_instance_did_not_sign_is_refused_and_counted,
    who_sends_slowly_holds_up_nobody,
    twice_and_out_of_order_changes_nothing,
    a_removed_connector_is_called_no_more,
    what_one_process_was_told_counts_where_another_polls,
);

/// A server that Manage reaches, its connector that polls seldom and is called, and the connector's path.
async fn called(engine: Engine) -> (Site, Door, String) {
    let door = Door::open().await;
    let site = Site::with(engine, &door.url).await;
    door.lead_to(&site.world.running.url);
    let mut body = site.body();
    body["poll_interval_seconds"] = json!(600);
    let path = site.connected(body).await;
    let made = site.world.post(&format!("{path}/callback"), json!({}), 200).await;
    assert_eq!(made["made"]["callbacks"].as_array().unwrap().len(), 1, "{made}");
    (site, door, path)
}

impl Site {
    async fn health(&self, path: &str) -> Value {
        self.world.get(&format!("{path}/health"), 200).await
    }

    /// What Manage has of callbacks.
    fn hooks(&self) -> Vec<Value> {
        self.simulator.with(|world| world.rows("callbacks"))
    }

    /// Sends a callback by hand; answers the status.
    async fn call(&self, door: &Door, path: &str, body: &[u8], signature: &str) -> u16 {
        let url = format!("{}/callbacks/manage/{}?recordId=1", door.url, path.rsplit('/').next().unwrap());
        let sent = self.world.http.post(url).header("x-content-signature", signature).body(body.to_vec());
        sent.send().await.unwrap().status().as_u16()
    }
}

/// A callback as the instance at `url` would send it.
fn told(url: &str, key: &str, action: &str, ticket: i64) -> Vec<u8> {
    let key_url = format!("{url}/v2025_1//system/callbackkey/index.rails?companyName=acme&id={key}");
    json!({"Action": action, "ID": ticket, "Type": "ticket", "Metadata": {"key_url": key_url}})
        .to_string()
        .into_bytes()
}

async fn registered_callbacks_hurry_the_poll(engine: Engine) {
    let (site, door, path) = called(engine).await;
    let address = format!("{}/callbacks/manage/{}", door.url, path.rsplit('/').next().unwrap());
    site.world.post(&format!("{path}/callback"), json!({}), 200).await;
    let hooks = site.hooks();
    assert_eq!(
        (hooks.len(), &hooks[0]["url"]),
        (1, &json!(format!("{address}?recordId="))),
        "asked for once"
    );
    let before = site.health(&path).await;
    assert_eq!(before["callbacks"]["registered"], json!(address));
    assert_eq!(before["callbacks"]["address"], json!(address));
    assert_eq!(
        (&before["callbacks"]["last_at"], &before["callbacks"]["believed"]),
        (&Value::Null, &json!(0))
    );

    let ticket = site.create("Told by a callback").await;
    site.until("the alert, long before the next poll", async || site.alert(ticket).await["state"] == "open")
        .await;
    site.until("it is counted as told", async || {
        let health = site.health(&path).await;
        health["found_by_callback"] == 1 && health["found_by_polling"] == 6
    })
    .await;
    let health = site.health(&path).await;
    assert!(health["callbacks"]["last_at"].is_string() && health["callbacks"]["refused"] == 0, "{health}");
    assert!(health["callbacks"]["believed"].as_u64() >= Some(1), "{health}");

    // Manage gave up calling; enabling the connector again asks it anew.
    let given_up = hooks[0]["id"].as_i64().unwrap();
    site.simulator.with(|world| world.row_mut("callbacks", given_up).unwrap()["inactiveFlag"] = json!(true));
    let disable = site.world.request(Method::POST, &format!("{path}/disable"));
    expect(disable.send().await.unwrap(), 204).await;
    site.world.post(&format!("{path}/enable"), json!({}), 200).await;
    let hooks = site.hooks();
    assert_eq!((hooks.len(), &hooks[0]["inactiveFlag"]), (1, &json!(false)));

    let withdrawn = site.world.request(Method::DELETE, &format!("{path}/callback"));
    let withdrawn = expect(withdrawn.send().await.unwrap(), 200).await;
    assert_eq!(withdrawn["made"]["callbacks"], json!([]));
    assert!(site.hooks().is_empty());
    assert_eq!(site.health(&path).await["callbacks"]["registered"], Value::Null);
    // Polling finds what nobody tells of, and says so.
    let silent = site.simulator.with(|world| world.new_ticket("Nobody tells"));
    site.until("the poll", async || {
        site.world.post(&format!("{path}/poll"), json!({}), 200).await;
        site.alert(silent).await["state"] == "open"
    })
    .await;
    site.until("it is counted", async || site.health(&path).await["found_by_polling"] == 7).await;
    site.world.running.stop().await;
}

async fn what_the_instance_did_not_sign_is_refused_and_counted(engine: Engine) {
    let (site, door, path) = called(engine).await;
    let own = site.simulator.url();
    let attacker = Simulator::start(Instance::seeded()).await.unwrap();
    let good = told(&own, "key-1", "updated", 1);
    let outside = told(&attacker.url(), "key-1", "updated", 1);
    let company = String::from_utf8(good.clone()).unwrap().replace("companyName=acme", "companyName=mallory");
    let due = site.health(&path).await["next_poll_at"].clone();
    for (name, body, signature) in [
        ("a wrong signature", &good, sign(&good, "guessed")),
        ("another body's signature", &good, sign(&told(&own, "key-1", "updated", 2), "signing-secret-1")),
        ("a key outside the instance", &outside, sign(&outside, "signing-secret-1")),
        (
            "another company's key",
            &company.clone().into_bytes(),
            sign(company.as_bytes(), "signing-secret-1"),
        ),
    ] {
        assert_eq!(site.call(&door, &path, body, &signature).await, 403, "{name}");
    }
    assert!(attacker.requests("").is_empty(), "nobody is asked but the instance");
    let health = site.health(&path).await;
    assert_eq!(health["next_poll_at"], due, "nothing is hurried");
    assert_eq!((&health["callbacks"]["refused"], &health["callbacks"]["believed"]), (&json!(4), &json!(0)));
    assert!(health["callbacks"]["last_refusal"].as_str().unwrap().contains("cannot be trusted"), "{health}");
    assert!(health["callbacks"]["last_refused_at"].is_string());

    let signature = sign(&good, "signing-secret-1");
    assert_eq!(site.call(&door, &path, &good, &signature).await, 204);
    site.simulator.with(Instance::rotate_signing_key);
    let rotated = told(&own, "key-2", "updated", 1);
    assert_eq!(site.call(&door, &path, &rotated, &sign(&rotated, "signing-secret-2")).await, 204);
    assert_eq!(site.call(&door, &path, &good, &signature).await, 403, "an old key after rotation");
    assert_eq!(site.call(&door, &path, &rotated, &sign(&rotated, "signing-secret-1")).await, 403);
    let callbacks = site.health(&path).await["callbacks"].clone();
    assert_eq!((&callbacks["refused"], &callbacks["believed"]), (&json!(6), &json!(2)));
    // When too many keys were named that nobody knows, the next one may be real: Manage shall send it again.
    let mut answers = Vec::new();
    for number in 0..21 {
        let forged = told(&own, &format!("made-up-{number}"), "updated", 1);
        answers.push(site.call(&door, &path, &forged, "AAAA").await);
    }
    assert_eq!((answers[0], answers[20]), (403, 429), "{answers:?}");
    site.world.running.stop().await;
}

/// Callbacks that were begun and do not go on.
async fn who_sends_slowly_holds_up_nobody(engine: Engine) {
    let (site, door, path) = called(engine).await;
    let address = site.world.running.url.strip_prefix("http://").unwrap();
    let id = path.rsplit('/').next().unwrap();
    let begun = format!(
        "POST /callbacks/manage/{id} HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\nExpect: 100-continue\r\n\r\n"
    );
    let mut stalled = Vec::new();
    for _ in 0..20 {
        let mut connection = TcpStream::connect(address).await.unwrap();
        connection.write_all(begun.as_bytes()).await.unwrap();
        // The server says so when it begins to read the body.
        let mut told = [0; 25];
        connection.read_exact(&mut told).await.unwrap();
        assert_eq!(&told, b"HTTP/1.1 100 Continue\r\n\r\n");
        stalled.push(connection);
    }
    let good = told(&site.simulator.url(), "key-1", "updated", 1);
    assert_eq!(site.call(&door, &path, &good, &sign(&good, "signing-secret-1")).await, 204);
    let mut given_up = [0; 12];
    stalled[0].read_exact(&mut given_up).await.unwrap();
    assert_eq!(&given_up, b"HTTP/1.1 408");
    site.world.running.stop().await;
}

async fn twice_and_out_of_order_changes_nothing(engine: Engine) {
    let (site, door, path) = called(engine).await;
    site.simulator.with(|world| (world.quirks.callback_batch, world.quirks.callback_copies) = (3, 2));
    let new = site.create("Comes first, is told last").await;
    site.change(4, "In Progress").await;
    site.change(4, ">Closed").await;
    site.until("both are known", async || {
        site.alert(4).await["state"] == "closed" && site.alert(new).await["state"] == "open"
    })
    .await;
    site.until("all six came", async || site.health(&path).await["callbacks"]["believed"] == 6).await;
    // It has been seen that Manage tells of a deletion, and the ticket is still there.
    let gone = told(&site.simulator.url(), "key-1", "deleted", 5);
    assert_eq!(site.call(&door, &path, &gone, &sign(&gone, "signing-secret-1")).await, 204);
    let late = told(&site.simulator.url(), "key-1", "added", 4);
    assert_eq!(site.call(&door, &path, &late, &sign(&late, "signing-secret-1")).await, 204);
    let last = site.create("Told after that").await;
    site.simulator.with(|world| world.quirks.callback_batch = 1);
    site.world.post(&format!("{path}/poll"), json!({}), 200).await;
    site.until("the last one", async || site.alert(last).await["state"] == "open").await;
    assert_eq!(site.alert(5).await["state"], "open");
    assert_eq!(site.alerts().await.len(), 8, "one alert a ticket");
    let id = site.alert(4).await["id"].as_str().unwrap().to_owned();
    let timeline = site.world.get(&format!("/alerts/{id}"), 200).await["timeline"].clone();
    let told =
        |event: &str| timeline.as_array().unwrap().iter().filter(|entry| entry["event"] == event).count();
    assert_eq!((told("raised"), told("closed"), told("reopened")), (1, 1, 0), "{timeline}");
    site.world.running.stop().await;
}

async fn a_removed_connector_is_called_no_more(engine: Engine) {
    let (site, _door, path) = called(engine).await;
    site.world.delete(&path, 204).await;
    assert!(site.hooks().is_empty());
    assert_eq!(
        site.simulator.with(|world| world.rows("workflows").len()),
        3,
        "the rest was not to be removed"
    );
    // Also when Manage does not answer: then it is told who goes on calling.
    let made = site.world.post("/connectors", site.body(), 201).await;
    let path = format!("/connectors/{}", made["id"].as_str().unwrap());
    site.world.post(&format!("{path}/callback"), json!({}), 200).await;
    site.simulator.with(|world| world.faults.push(Fault::on("callbacks", FaultKind::DropBefore)));
    site.world.delete(&path, 204).await;
    assert_eq!(site.hooks().len(), 1);
    let audit = site.world.get("/audit?limit=500", 200).await.to_string();
    assert!(audit.contains("Manage still calls http://127.0.0.1:"), "{audit}");
    site.world.running.stop().await;
}

async fn what_one_process_was_told_counts_where_another_polls(engine: Engine) {
    let place = Place::rules(engine).await;
    let (called, database) = place.replica().await;
    let ticket = place.ticket("Told");
    let body = told(&place.simulator.url(), "key-1", "added", ticket);
    let signature = sign(&body, "signing-secret-1");
    for _ in 0..2 {
        called.connectors().called_back(place.id, &body, &signature).await.unwrap();
    }
    let found = async || {
        let health = place.services.connectors().health(&place.admin, place.id).await.unwrap();
        (health.found_by_callback, health.found_by_polling)
    };
    let before = found().await;
    place.round().await;
    assert_eq!(found().await, (before.0 + 1, before.1));
    // What it was told long ago tells nothing of what is new today.
    let late = told(&place.simulator.url(), "key-1", "updated", ticket);
    let signature = sign(&late, "signing-secret-1");
    called.connectors().called_back(place.id, &late, &signature).await.unwrap();
    place.pass(700);
    place.round().await;
    place.set_status(ticket, "In Progress");
    place.round().await;
    assert_eq!(found().await, (before.0 + 1, before.1 + 1));
    drop(called);
    database.close().await;
    place.end().await;
}
