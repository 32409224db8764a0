//! From a real Automate export to a client that pulls it, over the API alone.

use crate::world::{Engine, World};
use domain::content::ContentHash;
use sandbox::exports::{Script, ScriptStep};
use serde_json::{Value, json};

crate::on_both_engines!(
    export_to_client,
    real_exports_are_read,
    an_emptied_folder_is_held,
    rollback_holds,
    reviewers_race_with_edits
);

fn script(step: &str) -> Script {
    Script::new("Reset spooler")
        .folder("Printing")
        .step(ScriptStep::powershell(step))
        .step(ScriptStep::note(":End"))
}

fn write(world: &World, script: &Script) {
    std::fs::write(world.library().join(format!("{}.xml", script.name)), script.to_xml()).unwrap();
}

async fn state(world: &World, name: &str) -> (String, String) {
    let row = world.row("scripts", name).await;
    (row["status"].as_str().unwrap().to_owned(), row["approval"].as_str().unwrap().to_owned())
}

fn pair(status: &str, approval: &str) -> (String, String) {
    (status.to_owned(), approval.to_owned())
}

async fn export_to_client(engine: Engine) {
    let world = World::on(engine).await;
    write(&world, &script("Restart-Service Spooler"));
    write(&world, &Script::new("Patch report").step(ScriptStep::note("x")));
    let source = world.add_source().await;
    let report = world.scan(&source).await;
    assert_eq!(report["outcome"], "complete", "{report}");
    for row in world.rows("scripts").await {
        assert_eq!((&row["status"], &row["approval"]), (&json!("Changed"), &json!("Needs Approval")));
    }

    world.publish_all("scripts").await;
    assert_eq!(state(&world, "Reset spooler").await, pair("Unchanged", "No Action Needed"));
    let (_, token) = world.client("Acme").await;
    let manifest = world.pull(&token, "manifest", 200).await;
    assert_eq!(manifest["items"].as_array().unwrap().len(), 2);
    let first = served(&manifest, "Reset spooler");
    check_blob(&world, &token, &first).await;

    // An edit: Changed again, while production still serves the old version.
    write(&world, &script("Restart-Service Spooler -Force"));
    world.scan(&source).await;
    assert_eq!(state(&world, "Reset spooler").await, pair("Changed", "Needs Approval"));
    assert_eq!(served(&world.pull(&token, "manifest", 200).await, "Reset spooler"), first);
    let diff = world.get(&format!("/content/scripts/{}/diff", first["guid"].as_str().unwrap()), 200).await;
    assert_eq!((&diff["sections"][0]["added"], &diff["sections"][0]["removed"]), (&json!(1), &json!(1)));

    // An edit after the approval: back to Needs Approval, and nothing is published.
    let seen = world.row("scripts", "Reset spooler").await;
    world.approve("scripts", std::slice::from_ref(&seen)).await;
    assert_eq!(state(&world, "Reset spooler").await, pair("Changed", "Change Approved"));
    write(&world, &script("Restart-Service Spooler -Verbose"));
    world.scan(&source).await;
    assert_eq!(state(&world, "Reset spooler").await, pair("Changed", "Needs Approval"));
    world.sync("scripts").await;
    assert_eq!(served(&world.pull(&token, "manifest", 200).await, "Reset spooler"), first);
    let stale = world.approve("scripts", &[seen]).await;
    assert_eq!((&stale["approved"], &stale["results"][0]["ok"]), (&json!(0), &json!(false)));

    // Other gzip bytes and other line ends are no change.
    write(&world, &script("Restart-Service Spooler"));
    world.scan(&source).await;
    let mut repacked = script("Restart-Service Spooler");
    repacked.level = 1;
    repacked.line_end = "\n";
    std::fs::write(world.library().join("Reset spooler.xml"), repacked.to_xml().replace("\r\n", "\n"))
        .unwrap();
    world.scan(&source).await;
    assert_eq!(state(&world, "Reset spooler").await, pair("Unchanged", "No Action Needed"));

    // A deletion: approved without a hash, then a tombstone.
    std::fs::remove_file(world.library().join("Reset spooler.xml")).unwrap();
    world.scan(&source).await;
    assert_eq!(state(&world, "Reset spooler").await, pair("Moved or Deleted", "Needs Approval"));
    let gone = world.row("scripts", "Reset spooler").await;
    assert_eq!(gone["candidate_hash"], Value::Null);
    world.approve("scripts", &[gone]).await;
    assert_eq!(state(&world, "Reset spooler").await, pair("Moved or Deleted", "Move/Delete Approved"));
    let since = manifest["revision"].as_i64().unwrap();
    let synced = world.sync("scripts").await;
    assert_eq!(synced["removed"], 1);
    for path in [format!("manifest?since={since}"), "manifest".to_owned()] {
        let after = world.pull(&token, &path, 200).await;
        assert_eq!(after["removed"][0]["guid"], first["guid"], "{path}");
        assert!(after["items"].as_array().unwrap().iter().all(|item| item["guid"] != first["guid"]));
    }
    world.running.stop().await;
}

fn served(manifest: &Value, name: &str) -> Value {
    manifest["items"].as_array().unwrap().iter().find(|item| item["name"] == name).unwrap().clone()
}

async fn check_blob(world: &World, token: &str, item: &Value) {
    let hash = item["content_hash"].as_str().unwrap();
    let answer =
        world.http.get(world.url(&format!("/pull/blobs/{hash}"))).bearer_auth(token).send().await.unwrap();
    let bytes = answer.bytes().await.unwrap();
    assert_eq!(ContentHash::of(&bytes).as_str(), hash);
    assert_eq!(bytes.len() as u64, item["size"].as_u64().unwrap());
}

async fn real_exports_are_read(engine: Engine) {
    let samples = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../shared/samples");
    let world = World::on(engine).await;
    sandbox::library::write(&world.library()).unwrap();
    for file in std::fs::read_dir(&samples)
        .into_iter()
        .flatten()
        .flatten()
        .filter(|file| file.path().extension().is_some_and(|kind| kind == "xml"))
    {
        std::fs::copy(file.path(), world.library().join(file.file_name())).unwrap();
    }
    std::fs::write(
        world.library().join("broken.xml"),
        "<LabTech_Expansion>\n<PackedScript>\n</LabTech_Expansion>",
    )
    .unwrap();
    let source = world.add_source().await;
    let report = world.scan(&source).await;
    assert_eq!(report["outcome"], "incomplete", "a broken file hides content");
    let issue = report["issues"]
        .as_array()
        .unwrap()
        .iter()
        .find(|issue| issue["place"] == "broken.xml")
        .unwrap()
        .clone();
    assert_eq!(issue["line"], 3, "{issue}");
    for kind in ["scripts", "searches", "groups", "remote-monitors", "internal-monitors"] {
        assert!(!world.rows(kind).await.is_empty(), "{kind}");
    }
    for row in world.rows("scripts").await {
        assert_eq!(row["approval"], "Needs Approval");
    }
    world.running.stop().await;
}

async fn an_emptied_folder_is_held(engine: Engine) {
    let world = World::on(engine).await;
    for name in ["One", "Two", "Three"] {
        write(&world, &Script::new(name).step(ScriptStep::note(name)));
    }
    let source = world.add_source().await;
    world.scan(&source).await;
    world.publish_all("scripts").await;
    let (_, token) = world.client("Acme").await;
    for name in ["One", "Two", "Three"] {
        std::fs::remove_file(world.library().join(format!("{name}.xml"))).unwrap();
    }
    let report = world.scan(&source).await;
    assert_eq!(report["outcome"], "held", "{report}");
    for row in world.rows("scripts").await {
        assert_eq!(row["status"], "Unchanged");
    }
    assert_eq!(world.get(&format!("/sources/{source}"), 200).await["held"]["scripts"]["before"], 3);
    world.sync("scripts").await;
    assert_eq!(world.pull(&token, "manifest", 200).await["items"].as_array().unwrap().len(), 3);

    // A person releases it; even then nothing leaves production without approval.
    world.post(&format!("/sources/{source}/release"), json!({ "content_type": "scripts" }), 200).await;
    for row in world.rows("scripts").await {
        assert_eq!(
            (&row["status"], &row["approval"]),
            (&json!("Moved or Deleted"), &json!("Needs Approval"))
        );
    }
    world.sync("scripts").await;
    assert_eq!(world.pull(&token, "manifest", 200).await["items"].as_array().unwrap().len(), 3);
    world.running.stop().await;
}

async fn rollback_holds(engine: Engine) {
    let world = World::on(engine).await;
    let source = world.add_source().await;
    for step in ["first", "second"] {
        write(&world, &script(step));
        world.scan(&source).await;
        world.publish_all("scripts").await;
    }
    let row = world.row("scripts", "Reset spooler").await;
    assert_eq!(row["version"], 2);
    let path = format!("/content/scripts/{}", row["guid"].as_str().unwrap());
    world.post(&format!("{path}/rollback"), json!({ "version": 1, "reason": "" }), 422).await;
    world.post(&format!("{path}/rollback"), json!({ "version": 1, "reason": "broke printing" }), 200).await;
    let (_, token) = world.client("Acme").await;
    assert_eq!(served(&world.pull(&token, "manifest", 200).await, "Reset spooler")["version"], 1);
    let held = world.row("scripts", "Reset spooler").await;
    assert_eq!(
        world.approve("scripts", std::slice::from_ref(&held)).await["approved"],
        0,
        "a held item cannot be approved"
    );
    world.post(&format!("{path}/lift"), json!({}), 200).await;
    assert_eq!(world.approve("scripts", &[held]).await["approved"], 1);
    world.sync("scripts").await;
    let again = served(&world.pull(&token, "manifest", 200).await, "Reset spooler");
    assert_eq!(again["version"], 2, "identical content never makes a new version");
    world.running.stop().await;
}

/// Two reviewers approve what they see while somebody edits and syncs run: every content that production ever
/// serves was approved by somebody who saw it.
async fn reviewers_race_with_edits(engine: Engine) {
    let world = World::on(engine).await;
    write(&world, &script("0"));
    let source = world.add_source().await;
    world.scan(&source).await;
    let approved = std::sync::Mutex::new(std::collections::BTreeSet::new());
    for round in 1..=15 {
        write(&world, &script(&round.to_string()));
        let review = async {
            let seen = world.row("scripts", "Reset spooler").await;
            let result = world.approve("scripts", std::slice::from_ref(&seen)).await;
            if result["approved"] == 1 {
                approved.lock().unwrap().insert(seen["candidate_hash"].as_str().unwrap().to_owned());
            }
        };
        tokio::join!(world.scan(&source), review, world.sync("scripts"));
        let row = world.row("scripts", "Reset spooler").await;
        if let Some(hash) = row["published_hash"].as_str() {
            assert!(approved.lock().unwrap().contains(hash), "round {round} published what nobody approved");
        }
    }
    world.running.stop().await;
}
