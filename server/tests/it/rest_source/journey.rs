//! Add, test, read, approve, sync, and a week later; and what is refused.

use super::{Place, with, without};
use crate::{
    on_both_engines,
    world::{Engine, World, fields},
};
use reqwest::Method;
use sandbox::library;
use serde_json::{Value, json};

on_both_engines!(scripts_are_read_approved_and_published, kinds_name_their_fields);

async fn scripts_are_read_approved_and_published(engine: Engine) {
    let place = Place::on(engine).await;
    let tried = place.world.post("/sources/test", place.body(), 200).await;
    assert!(
        tried["lines"]
            .as_array()
            .unwrap()
            .iter()
            .any(|line| line["what"] == "Scripts" && line["state"] == "good")
    );
    assert_eq!(place.world.get("/sources", 200).await["total"], 0);

    let id = place.add().await;
    let check = place.world.post(&format!("/sources/{id}/test"), json!({}), 200).await;
    let states = |state: &str| {
        let lines = check["lines"].as_array().unwrap().iter();
        lines.filter(|line| line["state"] == state).map(|line| line["what"].clone()).collect::<Vec<Value>>()
    };
    assert!(states("good").contains(&json!("Groups")) && states("limited").contains(&json!("Searches")));

    let report = place.world.scan(&id).await;
    assert_eq!(report["outcome"], "complete", "{report}");
    assert!(report["counts"].get("searches").is_none(), "what cannot be read is not counted: {report}");
    let rows = place.world.rows("scripts").await;
    let answer = place.world.approve("scripts", &rows).await;
    assert!(answer.to_string().contains("change_approved") || !rows.is_empty());
    place.world.sync("scripts").await;
    let (_, client) = place.world.client("Acme").await;
    let manifest = place.world.pull(&client, "manifest", 200).await;
    assert_eq!(manifest["items"].as_array().unwrap().len(), rows.len());

    place.automate.change(|contents| *contents = library::contents_after_a_week());
    let report = place.world.scan(&id).await;
    let counts = &report["counts"]["scripts"];
    assert_eq!((&counts["added"], &counts["deleted"]), (&json!(2), &json!(2)), "{report}");
    assert!(counts["changed"].as_u64().unwrap() >= 5, "{report}");
    place.end().await;
}

async fn kinds_name_their_fields(engine: Engine) {
    let place = Place::on(engine).await;
    let refused = async |body: Value| fields(&place.world.post("/sources", body, 422).await);
    assert_eq!(
        refused(json!({ "name": "x", "kind": "automate_rest" })).await,
        ["url", "username", "client_id"]
    );
    assert_eq!(refused(without(place.body(), "password")).await, ["password"]);
    assert_eq!(refused(with(place.body(), "client_id", "mine")).await, ["client_id"]);
    assert_eq!(refused(with(place.body(), "passcode", "12")).await, ["passcode"]);
    assert_eq!(refused(with(place.body(), "path", "/srv")).await, ["path"]);
    assert_eq!(refused(with(place.body(), "kind", "carrier pigeon")).await, ["kind"]);
    assert_eq!(refused(json!({ "name": "x", "kind": "automate_mysql" })).await, ["url"]);
    assert_eq!(refused(json!({ "name": "x", "kind": "automate_mysql", "url": "https://db" })).await, ["url"]);
    assert_eq!(
        refused(json!({ "name": "x", "kind": "folder", "path": "/srv", "password": "y" })).await,
        ["password"]
    );
    for url in [
        "http://automate.example.com",
        "https://127.1",
        "https://user:pw@a.example.com",
        "https://a.example.com:22",
    ] {
        assert_eq!(refused(with(place.body(), "url", url)).await, ["url"], "{url}");
    }
    assert_eq!(place.world.get("/sources", 200).await["total"], 0);
    place.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn networks_that_are_not_named_are_not_called() {
    let place = Place::on(Engine::Sqlite).await;
    let strict = World::on(Engine::Sqlite).await;
    let mut told = Vec::new();
    for url in [
        place.automate.url.as_str(),
        "https://169.254.169.254",
        "https://[::ffff:127.0.0.1]:8443",
        "https://0.0.0.0",
    ] {
        let problem = strict.post("/sources/test", with(place.body(), "url", url), 503).await;
        let detail = problem["detail"].as_str().unwrap();
        assert!(detail.contains("security.allowed_networks"), "{detail}");
        told.push(detail.split(" cannot be reached").last().unwrap().to_owned());
    }
    told.dedup();
    assert_eq!(told.len(), 1, "all are told alike: {told:?}");
    assert!(place.automate.requests().is_empty());
    strict.running.stop().await;
    place.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn wrong_credentials_are_told_by_field_and_never_kept_by_a_test() {
    let place = Place::on(Engine::Sqlite).await;
    let problem = place.world.post("/sources/test", with(place.body(), "password", "wrong"), 422).await;
    assert_eq!(fields(&problem), ["password"]);
    let id = place.add().await;
    let request = place.world.request(Method::PUT, &format!("/sources/{id}"));
    let changed = without(with(place.body(), "name", "Renamed"), "password");
    let answer = crate::world::expect(request.json(&changed).send().await.unwrap(), 200).await;
    assert_eq!((&answer["name"], &answer["has_password"]), (&json!("Renamed"), &json!(true)));
    assert_eq!(place.world.scan(&id).await["outcome"], "complete");
    place.end().await;
}
