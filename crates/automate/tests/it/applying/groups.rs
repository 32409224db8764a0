//! Groups below groups: the one above is the one with its GUID, whatever it is called here.

use super::{Instance, item, put};
use domain::content::{Canonical, ContentType, Folder};
use serde_json::json;

fn group(name: &str, above: Vec<Folder>, notes: &str) -> Canonical {
    let body = json!({"notes": notes, "group_type": 4, "priority": 5, "limit_to_search": false});
    let mut group = item(ContentType::Groups, name, body, json!({"restricted": false}), vec![]);
    group.placement = above;
    group
}

fn named(names: &[&str]) -> Vec<Folder> {
    names.iter().map(|name| Folder { guid: None, name: (*name).to_owned() }).collect()
}

fn below(group: &Canonical) -> Vec<Folder> {
    vec![Folder { guid: Some(group.guid.clone()), name: group.name.clone() }]
}

#[tokio::test]
async fn the_group_above_is_found_by_its_guid_and_by_names_with_dots_in_any_case() {
    let mut instance = Instance::new(10).await;
    let top = group("Mail 2.0", vec![], "top");
    let mut applier = instance.applier().await;
    put(&mut applier, &top, 1).await.unwrap();
    let full = "SELECT CONCAT(g.FullName, ' < ', p.Name, ' ', g.Parents = CONCAT(',', p.GroupID, ',')) AS a \
                FROM mastergroups g JOIN mastergroups p ON p.GroupID = g.ParentID WHERE g.Name = ";
    // In the same run, and in a later one that reads the groups anew.
    for (name, above) in [
        ("Exchange", below(&top)),
        ("Other case", named(&["MAIL 2.0"])),
        ("From a full name", named(&["Mail 2", "0"])),
    ] {
        for version in [1, 2] {
            let child = group(name, above.clone(), &format!("version {version}"));
            put(&mut applier, &child, version).await.unwrap();
            applier = instance.again(applier).await;
            let standing = applier.standing().await.unwrap();
            let here = standing.iter().find(|here| here.key.guid == child.guid).unwrap();
            assert_eq!(here.found, Some(child.hash()), "{name}");
            let row = instance.one(&format!("{full}'{name}'")).await;
            assert_eq!(row, format!("Mail 2.0.{name} < Mail 2.0 1"));
        }
    }

    // Renamed here: who knows its GUID finds it all the same, and stands where it stood.
    instance.run("UPDATE mastergroups SET Name = 'Ours', FullName = 'Ours' WHERE Name = 'Mail 2.0'").await;
    let mut applier = instance.again(applier).await;
    let child = group("Exchange", below(&top), "version 3");
    put(&mut applier, &child, 3).await.unwrap();
    put(&mut applier, &group("New", below(&top), "x"), 1).await.unwrap();
    let waiting = put(&mut applier, &group("Lost", named(&["Mail 2.0"]), "x"), 1).await.unwrap_err();
    assert!(waiting.contains("waiting for the group Mail 2.0"), "{waiting}");
    assert_eq!(instance.one(&format!("{full}'New'")).await, "Ours.New < Ours 1");
    let standing = applier.standing().await.unwrap();
    let here = standing.iter().find(|here| here.key.guid == child.guid).unwrap();
    assert_eq!(here.found, Some(child.hash()), "another name of the group above is no edit of this one");
}
