//! `tandem export`: the same files for the same production, and nothing left behind.

use crate::world::{Engine, World};
use sandbox::exports::{Script, ScriptStep};
use serde_json::Value;
use std::{collections::BTreeMap, fs, path::Path, process::Command};

crate::on_both_engines!(production_becomes_files_and_stays_the_same);

fn export(world: &World, folder: &Path, more: &[&str]) -> Value {
    let output = Command::new(env!("CARGO_BIN_EXE_tandem"))
        .arg("export")
        .arg(folder)
        .args(["--database", &world.database, "--json"])
        .args(more)
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    serde_json::from_slice(&output.stdout).unwrap()
}

/// Every file below a folder with its content.
fn files(folder: &Path) -> BTreeMap<String, String> {
    fn walk(root: &Path, folder: &Path, found: &mut BTreeMap<String, String>) {
        for entry in fs::read_dir(folder).unwrap().flatten() {
            let path = entry.path();
            if path.is_dir() {
                walk(root, &path, found);
            } else {
                let name = path.strip_prefix(root).unwrap().display().to_string();
                found.insert(name, fs::read_to_string(&path).unwrap());
            }
        }
    }
    let mut found = BTreeMap::new();
    walk(folder, folder, &mut found);
    found
}

async fn production_becomes_files_and_stays_the_same(engine: Engine) {
    let world = World::on(engine).await;
    let write = |script: &Script| {
        fs::write(world.library().join(format!("{}.xml", script.guid)), script.to_xml()).unwrap();
    };
    let hostile = Script::new("../../up: a \"name\"?").folder("..").step(ScriptStep::note("x"));
    let secret = Script::new("Join")
        .folder("Domain")
        .step(ScriptStep::powershell("Add-Computer -Password 'Planted9secret!'"));
    write(&hostile);
    write(&secret);
    let source = world.add_source().await;
    world.scan(&source).await;
    let row = world.row("scripts", "Join").await;
    let accept = serde_json::json!({ "candidate_hash": row["candidate_hash"], "reason": "lab" });
    world.post(&format!("/content/scripts/{}/accept-secrets", secret.guid), accept, 200).await;
    world.publish_all("scripts").await;

    let folder = world.folder.path().join("git");
    let first = export(&world, &folder, &[]);
    assert_eq!((&first["items"], &first["written"]), (&Value::from(2), &Value::from(5)));
    let before = files(&folder);
    let (name, text) = before
        .iter()
        .find(|(name, _)| name.starts_with("scripts/Domain/Join.") && name.ends_with(".txt"))
        .unwrap();
    assert!(text.contains("1. PowerShell Command"), "{name}: {text}");
    assert!(!before.values().any(|text| text.contains("Planted9")), "secrets are hidden");
    let manifest: Value = serde_json::from_str(&before["tandem-export.json"]).unwrap();
    let line = manifest["items"].as_array().unwrap().iter().find(|item| item["name"] == "Join").unwrap();
    assert_eq!((&line["approved_by"], &line["secrets_hidden"]), (&Value::from("test"), &Value::from(true)));

    // Once more: not one file is touched, and what others keep there stays.
    fs::write(folder.join("README.md"), "ours").unwrap();
    let again = export(&world, &folder, &[]);
    assert_eq!((&again["written"], &again["removed"]), (&Value::from(0), &Value::from(0)));

    // With secrets the content is the one that is served, under the same name.
    let open = export(&world, &folder, &["--with-secrets"]);
    assert_eq!(open["written"], 3, "both files of the item, and the manifest");
    assert!(files(&folder).values().any(|text| text.contains("Planted9secret!")));
    export(&world, &folder, &[]);

    // What leaves production leaves the folder; a manifest that points elsewhere clears nothing there.
    fs::write(world.folder.path().join("outside.txt"), "keep").unwrap();
    fs::remove_file(world.library().join(format!("{}.xml", secret.guid))).unwrap();
    world.scan(&source).await;
    world.publish_all("scripts").await;
    let path = folder.join("tandem-export.json");
    let gone = export(&world, &folder, &[]);
    assert_eq!((&gone["items"], &gone["removed"]), (&Value::from(1), &Value::from(2)));
    assert!(!folder.join("scripts/Domain").exists(), "empty folders go as well");
    let mut manifest: Value = serde_json::from_str(&fs::read_to_string(&path).unwrap()).unwrap();
    let mut foreign = manifest["items"][0].clone();
    foreign["file"] = Value::from("../outside");
    manifest["items"].as_array_mut().unwrap().push(foreign);
    fs::write(&path, manifest.to_string()).unwrap();
    export(&world, &folder, &[]);
    assert_eq!(fs::read_to_string(world.folder.path().join("outside.txt")).unwrap(), "keep");
    assert_eq!(fs::read_to_string(folder.join("README.md")).unwrap(), "ours");
    assert_eq!(files(&folder).len(), 4, "a hostile name stays inside: {:?}", files(&folder).keys());
    world.running.stop().await;
}
