//! Scripts: made whole, changed as far as the interface goes, and what is refused.

use super::{DRY, NOW, Place, hashes, key, of, offer, published, put, simple};
use domain::content::{Canonical, ContentType, Folder, Guid, Reference};
use sandbox::library;
use serde_json::json;

fn edited(content: &Canonical, member: &str, value: serde_json::Value) -> Canonical {
    let mut content = content.clone();
    content.body.insert(member.into(), value);
    content
}

#[tokio::test]
async fn a_whole_library_arrives_and_a_second_run_does_nothing() {
    let (place, items) = (Place::empty().await, published());
    let mut applier = place.run().await;
    let mut refused = Vec::new();
    for item in &items {
        if let Err(message) = put(&mut applier, item).await {
            refused.push((item.name.clone(), message));
        }
    }
    // The one script that uses an extra data field, whose local number only a database tells.
    let [(name, message)] = &refused[..] else { panic!("{refused:?}") };
    assert_eq!(name, "Onboard a workstation");
    assert!(message.contains("extra data field") && message.contains("mysql://"), "{message}");
    let standing = place.connect().await.unwrap().standing().await.unwrap();
    let found = hashes(&standing);
    for item in items.iter().filter(|item| item.name != *name) {
        assert_eq!(found[&key(item)], Some(item.hash()), "{}", item.name);
    }
    assert!(standing.iter().all(|here| here.installed.as_ref().is_some_and(|done| !done.recognised)));
    let rows = place.server.rows("scripts");
    assert_eq!(rows.len(), of(&items, ContentType::Scripts).len() - 1);
    assert!(rows.iter().all(|row| row["Id"].as_str().unwrap().parse::<i64>().unwrap() > 50_000));
    let folders = place.server.rows("scriptfolders");
    let mut guids: Vec<&str> = folders.iter().map(|row| row["GUID"].as_str().unwrap()).collect();
    guids.sort_unstable();
    let count = guids.len();
    guids.dedup();
    assert!(count > 3 && guids.len() == count, "each folder once");

    place.changes();
    let mut applier = place.run().await;
    for item in items.iter().filter(|item| item.name != *name) {
        assert!(put(&mut applier, item).await.unwrap().effects.is_empty(), "{}", item.name);
    }
    assert_eq!(place.changes(), Vec::<String>::new());
}

#[tokio::test]
async fn calls_are_written_with_the_ids_of_this_side() {
    let (place, items) = (Place::empty().await, published());
    let called = simple(&items);
    let other = of(&items, ContentType::Scripts).into_iter().find(|item| item.guid != called.guid).unwrap();
    let reference = Reference::to(called.content_type, &called.guid);
    let step = json!({"section": "then", "function": 17, "params": [reference.as_str(), "1"],
        "continue_on_failure": true, "os_limit": 17, "enabled": false, "indentation": 2});
    let mut caller = edited(other, "steps", json!([step]));
    caller.depends_on = vec![reference];
    let mut applier = place.run().await;
    assert!(put(&mut applier, &caller).await.unwrap_err().contains("waiting for the script"));
    put(&mut applier, &called).await.unwrap();
    put(&mut applier, &caller).await.unwrap();
    let row = place.row("scripts", &caller.name);
    let step = &row["ScriptData"]["ScriptSteps"][0];
    assert_eq!(step["Param1"], place.row("scripts", &called.name)["Id"]);
    assert_eq!((&step["OsLimit"], &step["Continue"]), (&json!(17 - (1i64 << 31)), &json!(1)));
    assert_eq!(row["GUID"], caller.guid.as_str());
    assert_eq!(place.standing(&caller).await.unwrap().found, Some(caller.hash()));
}

#[tokio::test]
async fn a_dry_run_says_everything_and_changes_nothing() {
    let (place, items) = (Place::empty().await, published());
    let mut applier = place.run().await;
    place.changes();
    let mut told = 0;
    for item in items.iter().filter(|item| item.name != "Onboard a workstation") {
        let done = applier.install(&[offer(item, 1)], DRY).await;
        told += done.unwrap_or_else(|error| panic!("{}: {error}", item.name))[0].effects.len();
    }
    assert!(told > items.len(), "folders, too");
    assert_eq!(place.changes(), Vec::<String>::new());
    assert!(place.server.rows("scripts").is_empty());
    let again = place.connect().await.unwrap().standing().await.unwrap();
    assert!(again.is_empty(), "not even the journal");
}

#[tokio::test]
async fn name_notes_and_folder_are_changed_in_place_and_steps_are_refused() {
    let (place, items) = (Place::empty().await, published());
    let script = simple(&items);
    let mut applier = place.run().await;
    put(&mut applier, &script).await.unwrap();
    let before = place.row("scripts", &script.name);
    place.server.edit("scripts", |rows| rows[0]["Permission"] = json!([7]));
    let mut next = edited(&script, "notes", json!("Other notes\nin two lines"));
    next.name = "Another name".into();
    next.placement = vec![Folder { guid: None, name: "Elsewhere".into() }];
    let mut applier = place.run().await;
    let told = applier.install(&[offer(&next, 2)], DRY).await.unwrap().remove(0);
    let told: String = told.effects.iter().map(|effect| format!("{effect}\n")).collect();
    assert!(told.contains("insert ScriptFolders") && told.contains("name: '"), "{told}");
    let mut applier = place.run().await;
    place.changes();
    let done = applier.install(&[offer(&next, 2)], NOW).await.unwrap().remove(0);
    assert_eq!(done.effects.len(), 2);
    let id = before["Id"].as_str().unwrap();
    assert_eq!(
        place.changes(),
        ["POST scriptfolders?".to_owned(), format!("PUT v2/scripts/{id}?includeSteps=true")]
    );
    let after = place.row("scripts", "Another name");
    assert_eq!(
        (&after["Id"], &after["GUID"], &after["ScriptData"]),
        (&before["Id"], &before["GUID"], &before["ScriptData"])
    );
    assert_eq!(
        (&after["Comments"], &after["Permission"]),
        (&json!("Other notes\r\nin two lines"), &json!([7]))
    );
    assert_eq!(after["Folder"]["Name"], "Elsewhere");
    assert_eq!(place.standing(&next).await.unwrap().found, Some(next.hash()));

    let renamed = Canonical { name: "A third name".into(), ..next.clone() };
    place.server.faults(|faults| faults.hides_steps = true);
    let refused = place.run().await.install(&[offer(&renamed, 3)], NOW).await.unwrap_err().to_string();
    assert!(refused.contains("without losing them") && place.changes().is_empty(), "{refused}");
    place.server.faults(|faults| faults.hides_steps = false);

    let steps = edited(&next, "steps", json!([]));
    let mut applier = place.run().await;
    let refused = applier.install(&[offer(&steps, 3)], NOW).await.unwrap_err().to_string();
    assert!(refused.contains("`steps`") && refused.contains("mysql://"), "{refused}");
    assert!(place.changes().is_empty());
    assert_eq!(place.standing(&next).await.unwrap().installed.unwrap().version, 2);
}

#[tokio::test]
async fn local_edits_are_seen_and_what_was_here_is_recognised() {
    let (contents, items) = (library::contents(), published());
    let place = Place::with(contents).await;
    let script = simple(&items);
    let here = place.standing(&script).await.unwrap();
    assert_eq!((here.found, here.installed), (Some(script.hash()), None));
    let mut applier = place.run().await;
    assert!(applier.resembles(&script));
    place.changes();
    assert!(put(&mut applier, &script).await.unwrap().effects.is_empty());
    assert!(place.changes().is_empty(), "only written down");
    assert!(place.standing(&script).await.unwrap().installed.unwrap().recognised);
    place.server.edit("scripts", |rows| {
        let row = rows.iter_mut().find(|row| row["Name"] == script.name.as_str()).unwrap();
        row["Comments"] = json!("edited here");
    });
    let edited = place.standing(&script).await.unwrap();
    assert_ne!(edited.found, Some(script.hash()));
    let (installed, now) = place.run().await.contents(&key(&script));
    assert_eq!(
        (installed.unwrap().hash(), &now.unwrap().body["notes"]),
        (script.hash(), &json!("edited here"))
    );
}

#[tokio::test]
async fn what_the_interface_cannot_hold_is_refused_by_name() {
    let (place, items) = (Place::empty().await, published());
    let script = simple(&items);
    let other = of(&items, ContentType::Scripts)[3];
    let mut applier = place.run().await;
    place.changes();
    let step = |function: i64, params: serde_json::Value| {
        let step = json!({"section": "then", "function": function, "params": params, "continue_on_failure": false,
            "os_limit": 0, "enabled": true, "indentation": 0});
        json!([step])
    };
    let unknown = Guid::parse("00000000-0000-4000-8000-00000000beef").unwrap();
    let to = |kind| Reference::to(kind, &unknown).as_str().to_owned();
    let own = Reference::to(ContentType::Scripts, &script.guid).as_str().to_owned();
    for (content, says) in [
        (edited(&script, "flags", json!(16)), "`flags`"),
        (edited(&script, "future", json!(1)), "`future`"),
        (edited(&script, "globals", json!([{"Global": "x"}])), "`globals`"),
        (edited(&script, "steps", step(103, json!([to(ContentType::ExtraFields)]))), "extra data field"),
        (edited(&script, "steps", step(17, json!([to(ContentType::Scripts)]))), "waiting for the script"),
        (edited(&script, "steps", step(17, json!([own]))), "call of itself"),
        (edited(&script, "steps", step(17, json!(["scripts:local:5"]))), "scripts:local:5"),
    ] {
        let refused = put(&mut applier, &content).await.unwrap_err();
        assert!(refused.contains(says), "{refused}");
    }
    let circle = applier.install(&[offer(&script, 1), offer(other, 1)], NOW).await.unwrap_err().to_string();
    assert!(circle.contains("call it back"), "{circle}");
    for kind in ContentType::ALL {
        if !matches!(kind, ContentType::Scripts | ContentType::Groups) {
            let content = Canonical { content_type: kind, ..script.clone() };
            let refused = put(&mut applier, &content).await.unwrap_err();
            assert!(refused.contains("REST") && refused.contains("mysql://"), "{refused}");
        }
    }
    assert!(place.server.rows("scripts").is_empty());
    let made: Vec<String> =
        place.changes().into_iter().filter(|change| !change.contains("folders")).collect();
    assert!(made.is_empty(), "{made:?}");
}

#[tokio::test]
async fn only_scripts_that_were_installed_are_removed() {
    let (place, items) = (Place::empty().await, published());
    let (script, group) = (simple(&items), of(&items, ContentType::Groups)[0]);
    let mut applier = place.run().await;
    put(&mut applier, &script).await.unwrap();
    put(&mut applier, group).await.unwrap();
    place.changes();
    let told = applier.remove(&key(&script), DRY).await.unwrap();
    assert_eq!((told.effects.len(), place.changes().len()), (1, 0));
    applier.remove(&key(&script), NOW).await.unwrap();
    assert!(place.server.rows("scripts").is_empty() && place.standing(&script).await.is_none());
    let kept = applier.remove(&key(group), NOW).await.unwrap_err().to_string();
    assert!(kept.contains("remote monitors"), "{kept}");
    assert_eq!(place.server.rows("groups").len(), 1);
}

#[tokio::test]
async fn an_edit_that_is_made_while_a_sync_runs_is_not_overwritten() {
    let (place, items) = (Place::empty().await, published());
    let script = simple(&items);
    put(&mut place.run().await, &script).await.unwrap();
    let mut applier = place.run().await;
    place.server.edit("scripts", |rows| rows[0]["Comments"] = json!("edited here"));
    place.changes();
    let next = edited(&script, "notes", json!("of the server"));
    let refused = applier.install(&[offer(&next, 2)], NOW).await.unwrap_err().to_string();
    assert!(refused.contains("was changed here while this sync ran"), "{refused}");
    assert!(place.changes().is_empty());
    let force = automate::apply::How { dry_run: false, force: true };
    applier.install(&[offer(&next, 2)], force).await.unwrap();
    assert_eq!(place.row("scripts", &script.name)["Comments"], "of the server");

    let mut applier = place.run().await;
    place.server.edit("scripts", |rows| rows.clear());
    let refused = applier.install(&[offer(&script, 3)], NOW).await.unwrap_err().to_string();
    assert!(refused.contains("was removed here while this sync ran"), "{refused}");
}
