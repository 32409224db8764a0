//! kill -9 at fifty random moments: every acknowledgement arrives exactly once, no ticket is lost, no alert comes
//! twice. The moments come from a seed, which a failure prints.

use super::settings;
use crate::{
    process::{Server, admin_token},
    world::{Engine, database},
};
use sandbox::manage::{Manage as Simulator, World as Instance};
use serde_json::{Value, json};
use std::{collections::BTreeMap, time::Duration};

const ROUNDS: usize = 50;

/// A small generator; the same seed, the same moments.
struct Moments(u64);

impl Moments {
    fn next(&mut self, below: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0 % below
    }
}

async fn call(
    server: &Server,
    token: &str,
    method: &str,
    path: &str,
    body: Value,
) -> reqwest::Result<(u16, Value)> {
    let method = reqwest::Method::from_bytes(method.as_bytes()).unwrap();
    let answer = server.call(token, method, path, body).await?;
    Ok((answer.status().as_u16(), answer.json().await.unwrap_or_default()))
}

async fn alerts(server: &Server, token: &str) -> reqwest::Result<Vec<Value>> {
    let (_, page) = call(server, token, "GET", "/alerts?limit=500", json!(null)).await?;
    Ok(page["items"].as_array().cloned().unwrap_or_default())
}

/// What a server lives to do: acknowledge what is open and write a note about it, as fast as it can.
async fn work(server: &Server, token: &str, accepted: &mut BTreeMap<i64, usize>) -> reqwest::Result<()> {
    loop {
        for alert in alerts(server, token).await?.iter().filter(|alert| alert["state"] == "open").take(3) {
            let (id, ticket) = (alert["id"].as_str().unwrap(), alert["ticket"]["id"].as_i64().unwrap());
            call(server, token, "POST", &format!("/alerts/{id}/acknowledge"), json!({})).await?;
            let text = json!({ "text": format!("note on {ticket}") });
            let (status, _) = call(server, token, "POST", &format!("/alerts/{id}/annotate"), text).await?;
            if status == 200 {
                *accepted.entry(ticket).or_default() += 1;
            }
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

crate::on_both_engines!(every_acknowledgement_arrives_once);

async fn every_acknowledgement_arrives_once(engine: Engine) {
    let seed = std::env::var("TANDEM_TEST_SEED").ok().and_then(|seed| seed.parse().ok());
    let seed = seed.unwrap_or_else(|| u64::from(std::process::id()) * 7_919 + 1);
    let mut moments = Moments(seed);
    let mut instance = Instance::seeded();
    for ticket in 1..=6 {
        instance.set_status(ticket, ">Closed", "jdoe");
    }
    instance.clock = sandbox::manage::Clock::starting_at("2026-11-23T08:00:00Z".parse().unwrap());
    let simulator = Simulator::start(instance).await.unwrap();
    let folder = tempfile::tempdir().unwrap();
    let database = database(engine, &folder).await;
    let server = Server::start(&database);
    let token = admin_token(&database);
    let mut body = serde_json::to_value(settings(&simulator.url())).unwrap();
    body["private_key"] = json!("privateKey");
    body["poll_interval_seconds"] = json!(5);
    let (status, connector) = call(&server, &token, "POST", "/connectors", body).await.unwrap();
    assert_eq!(status, 201, "{connector}");
    let path = format!("/connectors/{}", connector["id"].as_str().unwrap());
    assert_eq!(call(&server, &token, "POST", &format!("{path}/enable"), json!({})).await.unwrap().0, 200);
    server.kill();

    let (mut tickets, mut accepted) = (Vec::new(), BTreeMap::new());
    for round in 0..ROUNDS {
        tickets.push(simulator.with(|world| world.new_ticket(&format!("Round {round}"))));
        let server = Server::start(&database);
        // A poll is hurried, so that every round has one in it.
        let now = format!("{path}/poll");
        let hurry = call(&server, &token, "POST", &now, json!({}));
        let lives = Duration::from_millis(30 + moments.next(600));
        let both = async {
            let (_, done) = tokio::join!(hurry, work(&server, &token, &mut accepted));
            done
        };
        let _ = tokio::time::timeout(lives, both).await;
        server.kill();
    }
    let server = Server::start(&database);
    let settled = async {
        loop {
            // It polls by itself: polls that are asked for would use up what may be asked of Manage in a minute.
            for alert in alerts(&server, &token).await.unwrap() {
                let id = alert["id"].as_str().unwrap();
                if alert["state"] == "open" {
                    let _ =
                        call(&server, &token, "POST", &format!("/alerts/{id}/acknowledge"), json!({})).await;
                }
            }
            let (_, health) =
                call(&server, &token, "GET", &format!("{path}/health"), json!(null)).await.unwrap();
            let all = alerts(&server, &token).await.unwrap();
            let done = all.len() == tickets.len() && all.iter().all(|alert| alert["state"] == "acknowledged");
            if done && health["pending_write_backs"] == 0 {
                return (health, all);
            }
            tokio::time::sleep(Duration::from_millis(200)).await;
        }
    };
    let settled = tokio::time::timeout(Duration::from_secs(300), settled).await;
    let (health, all) = settled.unwrap_or_else(|_| panic!("seed {seed}: it never settles"));
    assert_eq!(health["failed_write_backs"], 0, "seed {seed}: {health}");
    for ticket in &tickets {
        let of = |alert: &&Value| alert["ticket"]["id"] == *ticket;
        assert_eq!(all.iter().filter(of).count(), 1, "seed {seed}: alerts of ticket {ticket}");
        simulator.with(|world| {
            let status = world.row("tickets", *ticket).unwrap()["status"]["name"].clone();
            assert_eq!(status, "Acknowledged", "seed {seed}: ticket {ticket}");
            let notes = world.rows("notes");
            let ours = notes.iter().filter(|note| {
                note["ticketId"] == *ticket
                    && note["text"].as_str().unwrap().starts_with(&format!("note on {ticket}\n"))
            });
            // An answer that was lost with the server may have been kept: never fewer than were accepted.
            let (found, promised) = (ours.count(), accepted.get(ticket).copied().unwrap_or_default());
            assert!(found >= promised, "seed {seed}: ticket {ticket} has {found} of {promised} notes");
            let marks: std::collections::BTreeSet<String> = notes
                .iter()
                .filter(|note| note["ticketId"] == *ticket)
                .filter_map(|note| Some(note["text"].as_str()?.rsplit("[tandem ").next()?.to_owned()))
                .collect();
            let all = notes.iter().filter(|note| note["ticketId"] == *ticket).count();
            assert_eq!(marks.len(), all, "seed {seed}: a note stands twice in ticket {ticket}");
        });
        // Exactly one change of the status, however often the server died over it.
        let patches = simulator.requests(&format!("service/tickets/{ticket}"));
        let set = |request: &&sandbox::manage::Request| {
            request.method == "PATCH"
                && request.status == 200
                && request
                    .body
                    .as_array()
                    .is_some_and(|all| all.iter().any(|change| change["path"] == "status"))
        };
        assert_eq!(patches.iter().filter(set).count(), 1, "seed {seed}: ticket {ticket}");
    }
    server.kill();
}
