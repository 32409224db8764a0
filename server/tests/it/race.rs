//! Two people approve, one edits, and two sync the same items at the same moment, fifty times over.

use crate::world::{Engine, World, expect};
use domain::{
    account::{Actor, Role},
    content::ContentHash,
};
use sandbox::exports::{Script, ScriptStep};
use serde_json::{Value, json};
use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Mutex,
};

crate::on_both_engines!(nothing_unapproved_is_ever_served);

const ROUNDS: usize = 50;
const ITEMS: usize = 3;

/// A reviewer with a token of their own.
struct Person {
    name: &'static str,
    token: String,
}

async fn person(world: &World, name: &'static str) -> Person {
    let actor = Actor::system("test");
    let accounts = world.running.services.accounts();
    let token = accounts.create_token(&actor, name, Role::Approver).await.unwrap().token;
    Person { name, token }
}

fn edit(world: &World, item: usize, text: &str) {
    let script = Script::new(&format!("Raced {item}")).step(ScriptStep::powershell(text));
    std::fs::write(world.library().join(format!("raced-{item}.xml")), script.to_xml()).unwrap();
}

/// Who agreed to which content of which item, as the server confirmed it.
type Agreed = Mutex<BTreeMap<(String, String), BTreeSet<&'static str>>>;

async fn review(world: &World, person: &Person, agreed: &Agreed) {
    let rows = world.rows("scripts").await;
    let seen: Vec<Value> = rows
        .iter()
        .map(|row| json!({ "guid": row["guid"], "candidate_hash": row["candidate_hash"] }))
        .collect();
    // What is sent is noted first: an approval may count before its answer has arrived.
    for item in &seen {
        let hash = item["candidate_hash"].as_str().unwrap_or_default().to_owned();
        let key = (item["guid"].as_str().unwrap().to_owned(), hash);
        agreed.lock().unwrap().entry(key).or_default().insert(person.name);
    }
    let call = world.http.post(world.url("/content/scripts/approve")).bearer_auth(&person.token);
    expect(call.json(&json!({ "items": seen })).send().await.unwrap(), 200).await;
}

/// What production serves now, each content checked against its name.
async fn served(world: &World, client: &str) -> Vec<(String, String)> {
    let manifest = world.pull(client, "manifest", 200).await;
    let mut found = Vec::new();
    for item in manifest["items"].as_array().unwrap() {
        let hash = item["content_hash"].as_str().unwrap().to_owned();
        let blob = world.http.get(world.url(&format!("/pull/blobs/{hash}"))).bearer_auth(client);
        let bytes = blob.send().await.unwrap().bytes().await.unwrap();
        assert_eq!(ContentHash::of(&bytes).as_str(), hash);
        found.push((item["guid"].as_str().unwrap().to_owned(), hash));
    }
    found
}

/// With a policy of two, everything that is ever served was agreed to by both people, in exactly that content,
/// whatever edits, refusals and syncs happened in between.
async fn nothing_unapproved_is_ever_served(engine: Engine) {
    let world = World::on(engine).await;
    let policy = json!({ "required_approvals": 2, "author_barred": false });
    let put = world.request(reqwest::Method::PUT, "/approval-policies/scripts").json(&policy);
    expect(put.send().await.unwrap(), 200).await;
    let (ada, grace) = (person(&world, "Ada").await, person(&world, "Grace").await);
    (0..ITEMS).for_each(|item| edit(&world, item, "0"));
    let source = world.add_source().await;
    world.scan(&source).await;
    let (_, client) = world.client("Acme").await;
    let agreed = Agreed::default();
    let mut published = 0;
    for round in 1..=ROUNDS {
        edit(&world, round % ITEMS, &round.to_string());
        tokio::join!(
            world.scan(&source),
            review(&world, &ada, &agreed),
            review(&world, &grace, &agreed),
            world.sync("scripts"),
            world.sync("scripts"),
        );
        for key in served(&world, &client).await {
            let people = agreed.lock().unwrap().get(&key).cloned().unwrap_or_default();
            assert_eq!(people.len(), 2, "round {round} serves {key:?}, which only {people:?} agreed to");
            published += 1;
        }
        for row in world.rows("scripts").await {
            let pair = (row["status"].as_str().unwrap(), row["approval"].as_str().unwrap());
            let allowed = [
                ("Unchanged", "No Action Needed"),
                ("Changed", "Needs Approval"),
                ("Changed", "Change Approved"),
            ];
            assert!(allowed.contains(&pair), "{pair:?}");
        }
    }
    assert!(published > ROUNDS, "the race published too little to prove anything: {published}");
    world.running.stop().await;
}
