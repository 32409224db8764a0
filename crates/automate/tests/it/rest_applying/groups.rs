//! Groups: made without their searches, changed member by member, moved with what stands below them.

use super::{DRY, NOW, Place, key, of, offer, published, put};
use domain::content::{ContentType, Folder};
use serde_json::json;

#[tokio::test]
async fn a_group_arrives_without_its_searches_and_keeps_what_is_chosen_here() {
    let (place, items) = (Place::empty().await, published());
    let groups = of(&items, ContentType::Groups);
    let group = groups.iter().find(|group| group.body.contains_key("auto_join")).unwrap();
    let mut applier = place.run().await;
    for item in &groups {
        put(&mut applier, item).await.unwrap();
    }
    let row = place.row("groups", &group.name);
    assert!(row["ComputersAutoJoinSearch"].is_null(), "{row}");
    // Chosen here: that is no edit, and an update leaves it.
    let id = row["Id"].as_str().unwrap().to_owned();
    place.server.edit("groups", |rows| {
        let row = rows.iter_mut().find(|row| row["Id"] == id.as_str()).unwrap();
        row["ComputersAutoJoinSearch"] = json!({ "Id": "77", "Name": "Ours" });
    });
    assert_eq!(place.standing(group).await.unwrap().found, Some(group.hash()));
    let mut next = (*group).clone();
    next.body.insert("notes".into(), "Other notes".into());
    next.body.insert("priority".into(), 9.into());
    let mut applier = place.run().await;
    place.changes();
    let done = applier.install(&[offer(&next, 2)], NOW).await.unwrap().remove(0);
    assert!(done.notes.iter().any(|note| note.contains("keeps auto_join")), "{:?}", done.notes);
    assert_eq!(place.changes(), [format!("PATCH groups/{id}?")]);
    let row = place.row("groups", &group.name);
    assert_eq!((&row["Comments"], &row["TemplatePriority"]), (&json!("Other notes"), &json!(9)));
    assert_eq!(row["ComputersAutoJoinSearch"]["Id"], "77");
}

#[tokio::test]
async fn a_group_waits_for_the_one_above_it_and_moves_in_place() {
    let (place, items) = (Place::empty().await, published());
    let groups = of(&items, ContentType::Groups);
    let below = groups.iter().find(|group| !group.placement.is_empty()).unwrap();
    let mut applier = place.run().await;
    let waiting = put(&mut applier, below).await.unwrap_err();
    assert!(waiting.contains(&format!("waiting for the group {}", below.placement[0].name)), "{waiting}");
    for group in groups.iter().filter(|group| group.placement.is_empty()) {
        put(&mut applier, group).await.unwrap();
    }
    put(&mut applier, below).await.unwrap();
    let id = place.row("groups", &below.name)["Id"].clone();
    let other =
        groups.iter().find(|group| group.placement.is_empty() && group.name != below.placement[0].name);
    let other = other.unwrap();
    let mut moved = (*below).clone();
    moved.placement = vec![Folder { guid: None, name: other.name.clone() }];
    let mut applier = place.run().await;
    applier.install(&[offer(&moved, 2)], NOW).await.unwrap();
    let row = place.row("groups", &below.name);
    assert_eq!((&row["Id"], &row["FullName"]), (&id, &json!(format!("{}.{}", other.name, below.name))));
    let mut odd = moved.clone();
    odd.body.insert("network_join_options".into(), 3.into());
    let refused = put(&mut place.run().await, &odd).await.unwrap_err();
    assert!(refused.contains("`network_join_options`"), "{refused}");
}

#[tokio::test]
async fn a_group_is_never_removed_and_is_told_so() {
    let (place, items) = (Place::empty().await, published());
    let group = of(&items, ContentType::Groups)[0];
    put(&mut place.run().await, group).await.unwrap();
    let mut applier = place.run().await;
    place.changes();
    for how in [NOW, DRY] {
        let refused = applier.remove(&key(group), how).await.unwrap_err().to_string();
        assert!(refused.contains("cannot be removed over REST: remove it in Automate"), "{refused}");
    }
    assert_eq!(place.changes(), [""; 0]);
    // Once somebody removed it in Automate, its line goes.
    place.server.edit("groups", |rows| rows.retain(|row| row["Name"] != group.name.as_str()));
    let mut applier = place.run().await;
    applier.remove(&key(group), NOW).await.unwrap();
    assert_eq!(place.standing(group).await, None);
}

#[tokio::test]
async fn the_group_above_is_found_by_its_guid_and_by_names_in_any_case() {
    let (place, items) = (Place::empty().await, published());
    let groups = of(&items, ContentType::Groups);
    let below = groups.iter().find(|group| !group.placement.is_empty()).unwrap();
    let name = &below.placement[0].name;
    let top = groups.iter().find(|group| group.placement.is_empty() && group.name == *name).unwrap();
    let mut applier = place.run().await;
    put(&mut applier, top).await.unwrap();
    let mut child = (*below).clone();
    child.placement = vec![Folder { guid: None, name: name.to_uppercase() }];
    put(&mut applier, &child).await.unwrap();
    let id = place.row("groups", name)["Id"].clone();
    assert_eq!(place.row("groups", &below.name)["ParentId"], id);
    assert_eq!(place.standing(&child).await.unwrap().found, Some(child.hash()));

    // Renamed here, to a name with a dot: its GUID leads to it.
    place.server.edit("groups", |rows| {
        for row in rows.iter_mut() {
            let full = row["FullName"].as_str().unwrap().replacen(name.as_str(), "Mail 2.0", 1);
            row["FullName"] = full.into();
            if row["Name"] == name.as_str() {
                row["Name"] = "Mail 2.0".into();
            }
        }
    });
    child.placement = vec![Folder { guid: Some(top.guid.clone()), name: name.clone() }];
    child.body.insert("notes".into(), "Other notes".into());
    let mut applier = place.run().await;
    let done = applier.install(&[offer(&child, 2)], automate::apply::How { force: true, ..NOW }).await;
    assert_eq!(done.unwrap()[0].effects[0].changes.len(), 1, "it stays where it stands");
    let row = place.row("groups", &below.name);
    assert_eq!((&row["ParentId"], &row["Comments"]), (&id, &json!("Other notes")));
    assert_eq!(place.standing(&child).await.unwrap().found, Some(child.hash()));
}
