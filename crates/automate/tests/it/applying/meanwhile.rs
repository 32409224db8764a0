//! What somebody changes while a sync runs, after it looked at the states.

use super::{Instance, library, of, offer, put};
use automate::apply::How;
use domain::content::{Canonical, ContentType, Folder};
use serde_json::json;

fn noted(content: &Canonical, notes: &str) -> Canonical {
    let mut content = content.clone();
    content.body.insert("notes".into(), notes.into());
    content
}

#[tokio::test]
async fn an_edit_that_is_made_while_a_sync_runs_is_not_overwritten() {
    let mut instance = Instance::new(10).await;
    let items = library();
    let plain = |script: &&&Canonical| script.depends_on.is_empty() && !script.body.contains_key("files");
    let script = (*of(&items, ContentType::Scripts).iter().find(plain).unwrap()).clone();
    let mut applier = instance.applier().await;
    put(&mut applier, &script, 1).await.unwrap();
    let notes = "SELECT ScriptNotes AS a FROM lt_scripts";

    let mut applier = instance.again(applier).await;
    instance.run("UPDATE lt_scripts SET ScriptNotes = 'edited here', Permission = '3,'").await;
    let next = noted(&script, "of the server");
    for dry_run in [true, false] {
        let how = How { dry_run, force: false };
        let refused = applier.install(&[offer(&next, 2)], how).await.unwrap_err().to_string();
        assert!(refused.contains("was changed here while this sync ran"), "{refused}");
    }
    assert_eq!(instance.one(notes).await, "edited here");
    // What is the very same as what is offered loses nothing, and neither does a local setting.
    put(&mut applier, &noted(&script, "edited here"), 2).await.unwrap();
    instance.run("UPDATE lt_scripts SET Permission = '4,'").await;
    put(&mut applier, &noted(&script, "third"), 3).await.unwrap();
    let row = "SELECT CONCAT(ScriptNotes, Permission) AS a FROM lt_scripts";
    assert_eq!(instance.one(row).await, "third4,");

    instance.run("UPDATE lt_scripts SET ScriptNotes = 'edited again'").await;
    let force = How { dry_run: false, force: true };
    applier.install(&[offer(&next, 4)], force).await.unwrap();
    assert_eq!(instance.one(notes).await, "of the server");
}

#[tokio::test]
async fn a_group_that_goes_along_with_its_parent_was_not_edited() {
    let instance = Instance::new(10).await;
    let items = library();
    let group = |name: &str, above: Option<&str>, notes: &str| {
        let mut group = noted(of(&items, ContentType::Groups)[0], notes);
        group.guid =
            domain::content::Guid::parse(&sandbox::exports::guid_of(&format!("group {}", above.is_some())))
                .unwrap();
        group.name = name.into();
        group.body.remove("auto_join");
        group.placement = above.map(|name| Folder { guid: None, name: name.into() }).into_iter().collect();
        group.depends_on.clear();
        group.switches = json!({"restricted": false}).as_object().unwrap().clone();
        group
    };
    let mut applier = instance.applier().await;
    put(&mut applier, &group("Servers", None, "one"), 1).await.unwrap();
    put(&mut applier, &group("Mail", Some("Servers"), "one"), 1).await.unwrap();
    let mut applier = instance.again(applier).await;
    put(&mut applier, &group("All servers", None, "one"), 2).await.unwrap();
    put(&mut applier, &group("Mail", Some("All servers"), "two"), 2).await.unwrap();
}
