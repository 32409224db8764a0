//! What an item points at is read out by its name.

use crate::world::{Engine, World};
use sandbox::exports::{Group, Script, ScriptStep, Search};
use serde_json::{Value, json};

crate::on_both_engines!(references_read_as_names);

fn write(world: &World, script: &Script) {
    std::fs::write(world.library().join(format!("{}.xml", script.name)), script.to_xml()).unwrap();
}

fn path(row: &Value) -> String {
    format!("/content/{}/{}", row["type"].as_str().unwrap(), row["guid"].as_str().unwrap())
}

/// The lines of a difference as they read, and the items that they lead to.
fn lines(diff: &Value) -> Vec<(String, Value)> {
    let sections = diff["sections"].as_array().unwrap().iter();
    let rows = sections.flat_map(|section| section["rows"].as_array().unwrap());
    let spans = rows.filter_map(|row| row["spans"].as_array());
    spans
        .map(|spans| {
            let text = spans.iter().map(|span| span["text"].as_str().unwrap()).collect();
            let item = spans.iter().find_map(|span| span.get("item")).cloned().unwrap_or_default();
            (text, item)
        })
        .collect()
}

async fn references_read_as_names(engine: Engine) {
    let world = World::on(engine).await;
    let other = Script::new("Reset spooler");
    let run = |guid: &str| ScriptStep::new(17, &[guid, "0"]);
    let lost = "aadfaf30-aea8-11e7-aeca-005056a37e1b";
    write(&world, &Script::new("Caller").calls(other.clone()).step(run(&other.guid)).step(run(lost)));
    let servers = Search::new("Windows servers", "Computer.OS.Name", "Contains", "Server");
    let group = Group::new("Servers").joined_by(servers).monitor("Time service", "W32Time", "1", 900);
    std::fs::write(world.library().join("group.xml"), group.to_xml()).unwrap();
    let source = world.add_source().await;
    world.scan(&source).await;

    let caller = world.row("scripts", "Caller").await;
    let diff = world.get(&format!("{}/diff", path(&caller)), 200).await;
    let told = lines(&diff);
    let known = json!({ "type": "scripts", "guid": other.guid.to_lowercase() });
    assert!(told.contains(&("Script: Reset spooler".into(), known)), "{told:?}");
    assert!(told.contains(&(format!("Script: not known here ({lost})"), Value::Null)), "{told:?}");

    let row = world.row("groups", "Servers").await;
    let told = lines(&world.get(&format!("{}/diff", path(&row)), 200).await);
    let texts: Vec<&str> = told.iter().map(|(text, _)| text.as_str()).collect();
    assert!(texts.contains(&"Group type: monitoring (5)"), "{texts:?}");
    assert!(texts.contains(&"Computers join by: Windows servers (search)"), "{texts:?}");

    let monitor = world.row("remote-monitors", "Time service").await;
    let outline = world.get(&format!("{}/outline", path(&monitor)), 200).await.to_string();
    assert!(
        outline.contains("Group: Servers") && outline.contains("every 15 minutes (900 seconds)"),
        "{outline}"
    );
    // Whoever wants the GUID finds it in the raw form, which is what is hashed.
    let raw = world.get(&format!("{}/raw", path(&monitor)), 200).await.to_string();
    assert!(raw.contains(&format!("groups:{}", row["guid"].as_str().unwrap())), "{raw}");
    world.running.stop().await;
}
