//! States, local edits, what is no longer offered, what was here before, and what the server is told.

use crate::{MASS, Place, edited, failures, key, script};
use domain::content::ContentType;
use receiver::{Selection, SyncRequest};

fn state(states: &[(String, &'static str)], name: &str) -> &'static str {
    states.iter().find(|(known, _)| known == name).unwrap_or_else(|| panic!("no {name} in {states:?}")).1
}

#[tokio::test]
async fn an_item_goes_through_its_states() {
    let item = script(1, "one");
    let place = Place::offering(std::slice::from_ref(&item)).await;
    assert_eq!(state(&place.states().await, "one"), "Not Installed");
    place.sync().await.unwrap();
    assert_eq!(state(&place.states().await, "one"), "Up To Date");

    place.server.publish(&[edited(&item, "second")]);
    assert_eq!(state(&place.states().await, "one"), "Update Available");
    place.shelf.bring(&edited(&item, "mine"));
    assert_eq!(state(&place.states().await, "one"), "Locally Changed");
    assert!(place.sync().await.unwrap().is_empty(), "a local edit is kept");
    let three = place.session().three_way(&item.guid).await.unwrap();
    assert_eq!((three.installed_version, three.offered_version), (Some(1), Some(2)));
    assert_eq!(three.here.as_ref().unwrap().body["notes"], "mine");
    assert!(!three.to_come().is_empty());
    let forced = SyncRequest { force: true, ..MASS };
    assert_eq!(place.session().sync(&forced).await.unwrap().len(), 1);
    assert!(place.shelf.look().modes.last().unwrap().force);
    assert_eq!(state(&place.states().await, "one"), "Up To Date");

    place.shelf.done();
    place.server.withdraw(&item);
    assert_eq!(state(&place.states().await, "one"), "Deprecated");
    assert!(place.sync().await.unwrap().is_empty(), "a mass sync removes nothing");
    let single = SyncRequest { selection: Selection::One(item.guid), ..MASS };
    let dry = SyncRequest { dry_run: true, ..single.clone() };
    place.session().sync(&dry).await.unwrap();
    assert_eq!(place.shelf.look().here.len(), 1);
    place.session().sync(&single).await.unwrap();
    assert_eq!(place.shelf.done().concat(), ["-one", "-one"]);
    assert!(place.states().await.is_empty());
}

#[tokio::test]
async fn what_was_here_before_is_recognised_and_never_removed_with_its_type() {
    let (known, other, ours) = (script(1, "known"), script(2, "other"), script(3, "ours"));
    let place = Place::offering(&[known.clone(), other.clone(), ours]).await;
    place.shelf.bring(&known);
    place.shelf.bring(&edited(&other, "differs"));
    let states = place.states().await;
    assert_eq!(state(&states, "known"), "Up To Date");
    assert_eq!(state(&states, "other"), "Update Available");
    place.shelf.look().resembles = true;
    assert_eq!(state(&place.states().await, "other"), "Up To Date", "but for local settings");
    place.shelf.look().resembles = false;
    place.sync().await.unwrap();
    let listed = place.session().installed(ContentType::Scripts).await.unwrap();
    let names: Vec<&str> = listed.iter().map(|(_, name)| name.as_str()).collect();
    assert_eq!(names, ["other", "ours"]);
    place.shelf.look().refuses = vec!["other".into()];
    let results = place.session().remove(ContentType::Scripts).await.unwrap().whole().unwrap();
    assert_eq!(
        (results.len(), failures(&results).len()),
        (2, 1),
        "one that cannot go does not keep the others"
    );
    place.shelf.look().refuses.clear();
    assert_eq!(place.session().remove(ContentType::Scripts).await.unwrap().results.len(), 1);
    assert_eq!(place.shelf.look().here.keys().collect::<Vec<_>>(), [&key(&known)]);
}

#[tokio::test]
async fn the_server_is_told_what_is_here() {
    let items = [script(1, "one"), script(2, "two")];
    let place = Place::offering(&items).await;
    place.sync().await.unwrap();
    let report = place.server.world().reports.pop().unwrap();
    assert_eq!((report.revision, report.items.len()), (1, 2));
    assert!(report.items.iter().all(|item| item.state.as_str() == "Up To Date" && item.error.is_none()));
    assert_eq!(report.items[0].content_hash, Some(items[0].hash()));
    // A run that has nothing to do tells it, too: the server sees that this receiver lives.
    place.sync().await.unwrap();
    assert_eq!(place.server.world().reports.len(), 1);
}

#[tokio::test]
async fn only_what_changed_is_asked_for() {
    let items: Vec<_> = (1..=5).map(|number| script(number, &format!("s{number}"))).collect();
    let place = Place::offering(&items).await;
    place.sync().await.unwrap();
    assert_eq!(place.server.blob_requests(), 5);
    place.server.world().requests.clear();
    place.server.publish(&[edited(&items[2], "new")]);
    place.sync().await.unwrap();
    assert_eq!(place.server.blob_requests(), 1);
    assert!(place.server.world().requests.contains(&"GET manifest?since=1".to_owned()));
    // What is known is only a help: without it everything is asked for anew, and nothing is done twice.
    std::fs::remove_file(place.folder.path().join(".tandem/manifest.json")).unwrap();
    assert!(place.sync().await.unwrap().is_empty());
    assert!(place.server.world().requests.contains(&"GET manifest".to_owned()));
}

#[tokio::test]
async fn neither_an_old_nor_a_new_password_is_told() {
    let joins = |password: &str| {
        let text = format!("Add-Computer -Credential x -Password \"{password}\"");
        let step = serde_json::json!({"section": "then", "function": 135, "params": [text],
            "continue_on_failure": false, "os_limit": 0, "enabled": true, "indentation": 0});
        let mut script = script(1, "join");
        script.body.insert("steps".into(), serde_json::json!([step]));
        script
    };
    let place = Place::offering(&[joins("Planted9secret!")]).await;
    place.sync().await.unwrap();
    place.server.publish(&[joins("Another7secret!")]);
    for dry_run in [true, false] {
        let results = place.session().sync(&SyncRequest { dry_run, ..MASS }).await.unwrap();
        let told = serde_json::to_string(&results).unwrap();
        assert!(told.contains("hidden-secret-1") && told.contains("hidden-secret-2"), "{told}");
        assert!(!told.contains("9secret") && !told.contains("7secret"), "{told}");
    }
}
