//! `tandem doctor` names each trouble in one sentence with the remedy, and fails when there is one.

use super::settings;
use crate::world::{Engine, World, expect};
use reqwest::Method;
use sandbox::manage::{Manage as Simulator, World as Instance};
use serde_json::{Value, json};
use std::process::Command;

fn doctor(database: &str, networks: &str, json: bool) -> (bool, String) {
    let mut command = Command::new(env!("CARGO_BIN_EXE_tandem"));
    command.env("TANDEM__SECURITY__ALLOWED_NETWORKS", networks);
    command.args(["doctor", "--database", database]);
    if json {
        command.arg("--json");
    }
    let done = command.output().unwrap();
    (done.status.success(), String::from_utf8(done.stdout).unwrap())
}

#[tokio::test(flavor = "multi_thread")]
async fn each_trouble_is_one_sentence_with_the_remedy() {
    let simulator = Simulator::start(Instance::seeded()).await.unwrap();
    simulator.with(|world| world.client_id = Some("01935f6e-3c2a-7c3e-8f7a-2b1c9d0e4f5a".into()));
    let world = World::with(Engine::Sqlite, |config| {
        config.security.allowed_networks = vec!["127.0.0.0/8".into()];
    })
    .await;
    let mut good = serde_json::to_value(settings(&simulator.url())).unwrap();
    good.as_object_mut().unwrap().remove("has_private_key");
    good["private_key"] = json!("privateKey");
    let made = world.post("/connectors", good.clone(), 201).await;
    let path = format!("/connectors/{}", made["id"].as_str().unwrap());
    let run = |json| doctor(&world.database, "127.0.0.0/8", json);
    let (well, told) = run(false);
    assert!(
        well && told.contains("ok     database") && told.contains("ok     connector Acme: reached Manage"),
        "{told}"
    );

    let cases = [
        ("company_id", json!("other"), "enter the company name of its log-in page"),
        ("private_key", json!("wrong"), "check company_id, public_key, private_key and client_id"),
        (
            "client_id",
            json!("01935f6e-0000-7c3e-8f7a-2b1c9d0e4f5a"),
            "enter the GUID from developer.connectwise.com",
        ),
        ("api_member_id", json!("nobody"), "check its name"),
    ];
    for (member, value, remedy) in cases {
        let mut wrong = good.clone();
        wrong[member] = value;
        expect(world.request(Method::PUT, &path).json(&wrong).send().await.unwrap(), 200).await;
        let (well, told) = run(true);
        let told: Value = serde_json::from_str(&told).unwrap();
        assert!(!well && told["ok"] == false, "{member}: {told}");
        let failed: Vec<&Value> =
            told["findings"].as_array().unwrap().iter().filter(|finding| finding["ok"] == false).collect();
        assert_eq!(failed.len(), 1, "{member}: {told}");
        let message = failed[0]["message"].as_str().unwrap();
        assert!(message.contains(remedy) && !message.contains('\n'), "{member}: {message}");
    }
    expect(world.request(Method::PUT, &path).json(&good).send().await.unwrap(), 200).await;
    simulator.with(|world| world.set_right("Member Maintenance", "inquireLevel", "None"));
    let (well, told) = run(false);
    assert!(!well && told.contains("FAILED connector Acme"), "{told}");
    simulator.with(|world| {
        world.set_right("Member Maintenance", "inquireLevel", "All");
        world.set_right("Resource Scheduling", "addLevel", "None");
    });
    let (well, told) = run(false);
    assert!(!well && told.contains("Resource Scheduling: set Add to All in the security role"), "{told}");
    let (well, told) = doctor(&world.database, "10.0.0.0/8", false);
    assert!(!well && told.contains("security.allowed_networks"), "{told}");

    // A source that is gone, and a database that is not there.
    simulator.with(|world| world.set_right("Resource Scheduling", "addLevel", "All"));
    world.add_source().await;
    assert!(run(false).0);
    std::fs::remove_dir_all(world.library()).unwrap();
    let (well, told) = run(false);
    assert!(!well && told.contains("FAILED source Master"), "{told}");
    let (well, told) = doctor("postgres://nobody@127.0.0.1:1/none", "127.0.0.0/8", false);
    assert!(!well && told.contains("FAILED database") && told.contains("check database.url"), "{told}");
    world.running.stop().await;
}
