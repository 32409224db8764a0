//! A write-back that Manage refuses for good: shown on the alert and in the list, and replayed, over `/api/v1`.

use super::site::Site;
use crate::{on_both_engines, world::Engine};
use sandbox::manage::{Fault, FaultKind};
use serde_json::{Value, json};

on_both_engines!(a_refused_state_is_shown_and_replayed, a_refused_note_is_replayed_once);

impl Site {
    /// The newest write-back of an alert.
    async fn owed(&self, alert: &str) -> Value {
        let detail = self.world.get(&format!("/alerts/{alert}"), 200).await;
        detail["write_backs"].as_array().unwrap().last().cloned().unwrap_or_default()
    }

    async fn failed(&self) -> Value {
        self.world.get("/write-backs?state=failed", 200).await["total"].clone()
    }
}

async fn a_refused_state_is_shown_and_replayed(engine: Engine) {
    let site = Site::on(engine).await;
    let path = site.connected(site.body()).await;
    let alert = site.alert(4).await["id"].as_str().unwrap().to_owned();
    let refuse = Fault::on("service/tickets/4", FaultKind::Status { status: 403 }).method("PATCH");
    site.simulator.with(|world| world.faults.push(refuse));
    let taken = site.world.post(&format!("/alerts/{alert}/acknowledge"), json!({}), 200).await;
    assert_eq!(taken["state"], "acknowledged");
    site.until("it is given up", async || site.alert(4).await["carried"] == "failed").await;
    let detail = site.world.get(&format!("/alerts/{alert}"), 200).await;
    assert_eq!(detail["state"], "acknowledged", "what the person did stands");
    assert!(detail["timeline"].to_string().contains("write_back_failed"), "{detail}");
    let owed = site.owed(&alert).await;
    assert_eq!((&owed["state"], &owed["attempts"][0]["ok"]), (&json!("failed"), &json!(false)));
    assert!(owed["attempts"][0]["outcome"].as_str().unwrap().contains("permission test"), "{owed}");
    let listed = site.world.get("/write-backs?state=failed", 200).await;
    assert_eq!((&listed["total"], &listed["items"][0]["id"]), (&json!(1), &owed["id"]));
    assert_eq!(site.world.get(&format!("{path}/health"), 200).await["failed_write_backs"], 1);
    assert_ne!(site.status(4), "Acknowledged");

    // Replayed while Manage still refuses, it is given up again, with one attempt more.
    let replay = format!("/write-backs/{}/replay", owed["id"].as_str().unwrap());
    assert_eq!(site.world.post(&replay, json!({}), 200).await["state"], "pending");
    site.until("it is given up again", async || {
        let owed = site.owed(&alert).await;
        owed["state"] == "failed" && owed["attempts"].as_array().unwrap().len() == 2
    })
    .await;

    site.simulator.with(|world| world.faults.clear());
    site.world.post(&replay, json!({}), 200).await;
    site.until("the ticket follows", async || site.status(4) == "Acknowledged").await;
    site.until("Manage confirmed", async || site.alert(4).await["carried"] == "confirmed").await;
    let owed = site.owed(&alert).await;
    assert_eq!((&owed["state"], owed["attempts"].as_array().unwrap().len()), (&json!("done"), 3));
    assert_eq!(site.failed().await, 0);
    site.world.post(&replay, json!({}), 409).await;
    let audit = site.world.get("/audit?limit=500", 200).await.to_string();
    assert!(audit.contains("replayed: "), "{audit}");
    site.world.running.stop().await;
}

async fn a_refused_note_is_replayed_once(engine: Engine) {
    let site = Site::on(engine).await;
    site.connected(site.body()).await;
    let alert = site.alert(2).await["id"].as_str().unwrap().to_owned();
    let refuse = Fault::on("tickets/2/notes", FaultKind::Status { status: 400 }).method("POST");
    site.simulator.with(|world| world.faults.push(refuse));
    site.world.post(&format!("/alerts/{alert}/annotate"), json!({ "text": "On my way" }), 200).await;
    site.until("it is given up", async || site.failed().await == 1).await;
    let owed = site.owed(&alert).await;
    site.simulator.with(|world| world.faults.clear());
    let replay = format!("/write-backs/{}/replay", owed["id"].as_str().unwrap());
    site.world.post(&replay, json!({}), 200).await;
    site.until("it is done", async || site.owed(&alert).await["state"] == "done").await;
    let notes = site.simulator.with(|world| world.rows("notes"));
    let ours = notes.iter().filter(|note| note["text"].as_str().unwrap().starts_with("On my way"));
    assert_eq!(ours.count(), 1);
    site.world.running.stop().await;
}
