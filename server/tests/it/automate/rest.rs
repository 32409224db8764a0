//! `tandem receiver` into an Automate server over its REST interface: the real program, killed, run again.

use super::{good, tandem};
use crate::{
    process::killed_sync,
    world::{Engine, World},
};
use sandbox::{
    automate_rest::{AutomateRest, CLIENT_ID, PASSWORD, USERNAME},
    exports::{ExtraField, Group, Script, ScriptStep},
    library::Contents,
};
use serde_json::Value;
use std::{collections::BTreeMap, os::unix::fs::MetadataExt as _, path::Path, time::Duration};
use tempfile::TempDir;

/// The key of the Automate user's authenticator app.
const APP: &str = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ";

/// An Automate with nothing in it, whose user may write.
async fn automate() -> AutomateRest {
    let nothing =
        Contents { scripts: vec![], searches: vec![], groups: vec![], monitors: vec![], fields: vec![] };
    let automate = AutomateRest::start(nothing).await.unwrap();
    automate.faults(|faults| {
        let rights = ["ScriptEdit", "ScriptDelete", "GroupsCreate", "GroupInfoUpdate", "GroupsDelete"];
        faults.rights.extend(rights.map(str::to_owned));
    });
    automate
}

/// Scripts in folders that call one another, groups below groups, and a field, which cannot be written over REST.
fn library(folder: &Path, round: usize) {
    std::fs::write(folder.join("field.xml"), ExtraField::new("Print servers", "Printing").to_xml()).unwrap();
    let called = Script::new("Called").step(ScriptStep::note("does the work"));
    for number in 0..8 {
        let script = Script::new(&format!("Script {number}"))
            .folder("ProVal")
            .folder(&format!("Folder {}", number % 3))
            .notes(&format!("round {round}"))
            .calls(called.clone())
            .step(ScriptStep::powershell("Get-Service\nGet-Date"));
        std::fs::write(folder.join(format!("{number}.xml")), script.to_xml()).unwrap();
    }
    for group in [Group::new("Servers"), Group::new("Mail").below("Servers")] {
        let group = group.notes(&format!("round {round}"));
        std::fs::write(folder.join(format!("group {}.xml", group.name)), group.to_xml()).unwrap();
    }
}

async fn publish(world: &World, source: &str) {
    world.scan(source).await;
    for kind in ["extra-fields", "groups", "scripts"] {
        world.publish_all(kind).await;
    }
}

async fn world() -> (World, String) {
    let world = World::on(Engine::Sqlite).await;
    library(&world.library(), 0);
    let source = world.add_source().await;
    publish(&world, &source).await;
    world.client("Acme").await;
    (world, source)
}

/// Connects; answers the receiver's home.
fn connect(world: &World, automate: &AutomateRest) -> TempDir {
    let home = tempfile::tempdir().unwrap();
    let secrets = format!("correct horse battery\n{PASSWORD}\n");
    let said = good(tandem(&init(&world.running.url, &automate.url), home.path(), &secrets));
    assert!(!said.contains(PASSWORD), "{said}");
    home
}

fn init<'a>(server: &'a str, into: &'a str) -> Vec<&'a str> {
    let mut words = vec!["init", "--server", server, "--client", "Acme", "--secret-stdin", "--into", into];
    words.extend(["--automate-user", USERNAME, "--automate-client-id", CLIENT_ID]);
    words.push("--automate-password-stdin");
    words
}

fn states(home: &Path) -> Vec<Value> {
    serde_json::from_str(&good(tandem(&["status", "--json"], home, ""))).unwrap()
}

/// What stands on a server, without local ids.
fn content(automate: &AutomateRest) -> BTreeMap<String, String> {
    let scripts = automate.rows("scripts");
    let names: BTreeMap<String, Value> =
        scripts.iter().map(|row| (row["Id"].as_str().unwrap().to_owned(), row["Name"].clone())).collect();
    let script = |row: &Value| {
        let steps = row["ScriptData"]["ScriptSteps"].as_array().unwrap().iter();
        let params = steps.map(|step| {
            let param = step["Param1"].as_str().unwrap();
            names.get(param).map_or_else(|| param.to_owned(), Value::to_string)
        });
        format!("{} {} {:?}", row["Comments"], row["Folder"]["Name"], params.collect::<Vec<_>>())
    };
    let all = scripts.iter().map(|row| (format!("{} {}", row["GUID"], row["Name"]), script(row)));
    let folders = automate.rows("scriptfolders");
    let folders = folders.iter().map(|row| (format!("folder {}", row["GUID"]), row["Name"].to_string()));
    let groups = automate.rows("groups");
    let groups = groups
        .iter()
        .map(|row| (format!("{} {}", row["GUID"], row["FullName"]), row["Comments"].to_string()));
    all.chain(folders).chain(groups).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn scripts_and_groups_arrive_and_the_rest_is_refused_by_name() {
    let ((world, source), automate) = (world().await, automate().await);
    let home = connect(&world, &automate);
    let home = home.path();
    automate.forget_requests();
    let dry = tandem(&["sync", "--dry-run", "--type", "scripts"], home, "");
    assert!(good(dry).contains("insert Scripts (new id)"));
    let changes = automate.requests().into_iter().filter(|request| !request.starts_with("GET "));
    assert!(changes.into_iter().all(|request| request.contains("apitoken")), "a dry run changes nothing");
    let done = tandem(&["sync"], home, "");
    let said = String::from_utf8_lossy(&done.stderr).into_owned();
    assert!(!done.status.success() && said.contains("no way to write extra data fields"), "{said}");
    assert_eq!(said.lines().count(), 1, "{said}");
    let states = states(home);
    let of = |state: &str| states.iter().filter(|row| row["state"] == state).count();
    assert_eq!((of("Up To Date"), of("Not Installed")), (11, 1));
    assert_eq!(good(tandem(&["sync", "--type", "scripts"], home, "")).trim(), "0 items");

    // Notes change in place; a group moves with its text.
    let ids = |automate: &AutomateRest| -> Vec<Value> {
        automate.rows("scripts").iter().map(|row| row["Id"].clone()).collect()
    };
    let before = ids(&automate);
    library(&world.library(), 1);
    publish(&world, &source).await;
    for kind in ["scripts", "groups"] {
        good(tandem(&["sync", "--type", kind], home, ""));
    }
    assert_eq!(ids(&automate), before);
    let rows = automate.rows("groups");
    assert!(rows.iter().all(|row| row["Comments"] == "round 1"), "{rows:?}");
    world.running.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn killed_at_any_moment_over_rest_it_ends_the_same() {
    let ((world, _), automate, reference) = (world().await, automate().await, automate().await);
    let home = connect(&world, &automate);
    automate.faults(|faults| faults.slow_milliseconds = 4);
    for round in 0..20u64 {
        // Another moment in each round; several of them within one item.
        killed_sync(home.path(), Duration::from_millis(60 + (round * 53) % 400)).await;
        for resource in ["scripts", "groups", "scriptfolders"] {
            let rows = automate.rows(resource);
            let guids: std::collections::BTreeSet<&str> =
                rows.iter().map(|row| row["GUID"].as_str().unwrap()).collect();
            assert_eq!(guids.len(), rows.len(), "nothing is made twice: {resource}");
        }
    }
    automate.faults(|faults| faults.slow_milliseconds = 0);
    for kind in ["groups", "scripts"] {
        good(tandem(&["sync", "--type", kind], home.path(), ""));
        assert_eq!(good(tandem(&["sync", "--type", kind], home.path(), "")).trim(), "0 items");
    }
    let other = connect(&world, &reference);
    for kind in ["groups", "scripts"] {
        good(tandem(&["sync", "--type", kind], other.path(), ""));
    }
    assert_eq!(content(&automate), content(&reference));
    // What a killed run has made is ours, and goes when it is asked to.
    let removed = good(tandem(&["remove", "--type", "scripts", "--yes"], home.path(), ""));
    assert!(removed.contains("removed 9 items") && automate.rows("scripts").is_empty(), "{removed}");
    world.running.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_is_written_before_automate_accepted() {
    let ((world, _), automate) = (world().await, automate().await);
    automate.faults(|faults| faults.second_factor = Some(APP.into()));
    let home = tempfile::tempdir().unwrap();
    let mut words = init(&world.running.url, &automate.url);
    words.push("--automate-passcode-stdin");
    let refused = |words: &[&str], secrets: &str| {
        let done = tandem(words, home.path(), secrets);
        assert!(!done.status.success() && !home.path().join(".tandem").exists());
        String::from_utf8_lossy(&done.stderr).into_owned()
    };
    let wrong = refused(&words, &format!("correct horse battery\nnot this\n{APP}\n"));
    assert!(wrong.contains("password was refused"), "{wrong}");
    let code = refused(&words, &format!("correct horse battery\n{PASSWORD}\n12\n"));
    assert!(code.contains("automate-passcode-stdin"), "{code}");
    let without = refused(&words[..words.len() - 1], &format!("correct horse battery\n{PASSWORD}\n"));
    assert!(without.contains("Integrator"), "{without}");
    let folder: Vec<&str> =
        words.iter().map(|word| if *word == automate.url { "folder:/tmp/x" } else { word }).collect();
    assert!(refused(&folder, "correct horse battery\n").contains("--automate-"));

    let said = good(tandem(&words, home.path(), &format!("correct horse battery\n{PASSWORD}\n{APP}\n")));
    assert!(!said.contains(PASSWORD) && !said.contains(APP), "{said}");
    for file in ["automate-password", "automate-passcode", "secret"] {
        let mode = std::fs::metadata(home.path().join(".tandem").join(file)).unwrap().mode();
        assert_eq!(mode & 0o777, 0o600, "{file}");
    }
    // The code was used; the run right after it goes on with the token.
    automate.forget_requests();
    good(tandem(&["status"], home.path(), ""));
    assert!(!automate.requests().contains(&"POST apitoken?".to_owned()), "{:?}", automate.requests());
    let kept = std::fs::read_to_string(home.path().join(".tandem/receiver.json")).unwrap();
    assert!(kept.contains(&automate.url) && !kept.contains(PASSWORD) && !kept.contains(APP), "{kept}");
    world.running.stop().await;
}
