//! What is read: the same canonical forms as from export files, and what the interface cannot give.

use super::{Place, hiding, of_type};
use domain::content::{Canonical, ContentType};
use sandbox::{
    automate_rest::Bodies,
    exports::{InternalMonitor, Script, ScriptStep},
    library,
};
use std::collections::{BTreeMap, BTreeSet};

/// The library as its export files give it.
fn exported() -> BTreeMap<(ContentType, String), Canonical> {
    let folder = tempfile::tempdir().unwrap();
    library::write(folder.path()).unwrap();
    let reading = crate::room::read(folder.path(), &[]).unwrap();
    reading.items.into_iter().map(|item| item.canonical).map(|item| (key(&item), item)).collect()
}

fn key(item: &Canonical) -> (ContentType, String) {
    (item.content_type, item.guid.to_string())
}

#[tokio::test]
async fn the_same_content_has_the_same_hash_as_in_export_files() {
    let (exported, reading) = (exported(), Place::new().await.read().await);
    assert!(hiding(&reading).is_empty(), "{:?}", hiding(&reading));
    let differing: BTreeSet<&str> = reading
        .items
        .iter()
        .map(|item| &item.canonical)
        .filter(|item| exported[&key(item)].hash() != item.hash())
        .filter(|item| item.content_type != ContentType::Groups)
        .map(|item| item.name.as_str())
        .collect();
    // The one script that uses an extra data field, which only has a local number here.
    assert_eq!(differing, BTreeSet::from(["Onboard a workstation"]));
    let counts =
        |kind| (of_type(&reading, kind).len(), exported.keys().filter(|(other, _)| *other == kind).count());
    for kind in [ContentType::Scripts, ContentType::Groups, ContentType::InternalMonitors] {
        let (found, expected) = counts(kind);
        assert!(found == expected && found > 3, "{kind}: {found} {expected}");
    }
}

#[tokio::test]
async fn groups_differ_from_export_files_in_their_searches_only() {
    let (exported, place) = (exported(), Place::of(ContentType::Groups).await);
    let reading = place.read().await;
    for group in of_type(&reading, ContentType::Groups) {
        let mut expected = exported[&key(group)].clone();
        let mut group = group.clone();
        let (over_rest, from_file) = (group.body.remove("auto_join"), expected.body.remove("auto_join"));
        assert_eq!(group.body, expected.body, "{}", group.name);
        assert_eq!((&group.placement, &group.switches), (&expected.placement, &expected.switches));
        if from_file.is_some() {
            assert!(over_rest.unwrap().as_str().unwrap().starts_with("searches:local:"), "{}", group.name);
        }
        assert!(group.depends_on.is_empty());
    }
    let asked = place.server.requests();
    assert!(asked.iter().any(|request| request.contains("excludefields=Computers")), "{asked:?}");
}

#[tokio::test]
async fn calls_become_references_and_local_numbers_are_marked() {
    let reading = Place::of(ContentType::Scripts).await.read().await;
    let scripts = of_type(&reading, ContentType::Scripts);
    let onboarding = scripts.iter().find(|script| script.name == "Onboard a workstation").unwrap();
    let text = serde_json::to_string(&onboarding.body).unwrap();
    assert_eq!(text.matches("\"scripts:").count(), 4);
    assert_eq!(text.matches("\"extra-fields:local:").count(), 1);
    assert_eq!(onboarding.depends_on.len(), 4);
    assert!(onboarding.depends_on.iter().all(|reference| !reference.as_str().contains("local")));
    let item = reading.items.iter().find(|item| item.canonical.name == "Onboard a workstation").unwrap();
    assert_eq!(item.updated_by.as_deref(), Some("m.weber@ops"));
    assert!(item.updated_at.is_some() && item.local_id.is_some());
}

#[tokio::test]
async fn types_that_the_interface_cannot_give_are_left_out_with_a_word() {
    let reading = Place::new().await.read().await;
    let expected = [
        ContentType::RemoteMonitors,
        ContentType::Searches,
        ContentType::DataViews,
        ContentType::ExtraFields,
        ContentType::Roles,
        ContentType::AlertTemplates,
    ];
    assert_eq!(reading.left_out, BTreeSet::from(expected));
    for kind in expected {
        let told = reading.issues.iter().find(|issue| issue.place == kind.label()).unwrap();
        assert!(!told.hides_content && told.message.contains("REST"), "{told:?}");
    }
    assert!(reading.is_complete());
}

#[tokio::test]
async fn a_server_without_monitors_leaves_them_out() {
    let place = Place::of(ContentType::InternalMonitors).await;
    place.server.faults(|faults| faults.without_monitors = true);
    let reading = place.read().await;
    assert!(reading.left_out.contains(&ContentType::InternalMonitors) && reading.is_complete());
    assert!(reading.issues[0].message.contains("/v1/Monitors"));
}

#[tokio::test]
async fn a_monitor_that_is_switched_on_is_told_from_one_that_is_off() {
    let place = Place::of(ContentType::InternalMonitors).await;
    place.server.change(|contents| {
        contents.monitors =
            vec![InternalMonitor { enabled: true, ..InternalMonitor::new("On", "SELECT 1", 60) }];
    });
    let reading = place.read().await;
    assert_eq!(reading.items[0].canonical.switches["enabled"], true);
}

#[tokio::test]
async fn steps_are_asked_for_where_they_are_not_listed() {
    let hashes = |reading: &crate::whole::Reading| -> Vec<_> {
        reading.items.iter().map(|item| item.canonical.hash()).collect()
    };
    let place = Place::of(ContentType::Scripts).await;
    let expected = hashes(&place.read().await);
    for bodies in [Bodies::Expanded, Bodies::Included] {
        place.server.faults(|faults| faults.bodies = bodies);
        assert_eq!(hashes(&place.read().await), expected, "{bodies:?}");
    }
    place.server.faults(|faults| faults.bodies = Bodies::Never);
    let reading = place.read().await;
    assert!(reading.items.is_empty() && hiding(&reading)[0].contains("without their steps"));
}

#[tokio::test]
async fn copied_guids_are_reported_and_the_first_counts() {
    let place = Place::of(ContentType::Scripts).await;
    place.server.change(|contents| {
        let first = Script { id: 1, ..Script::new("Original") }.step(ScriptStep::note("one"));
        let copy = Script { id: 2, name: "Copy".into(), ..first.clone() };
        let broken = Script { id: 3, guid: String::new(), ..Script::new("Without a GUID") };
        contents.scripts = vec![copy, first, broken];
    });
    let reading = place.read().await;
    let names: Vec<&str> =
        of_type(&reading, ContentType::Scripts).iter().map(|item| item.name.as_str()).collect();
    assert_eq!(names, ["Original"]);
    assert!(reading.issues.iter().any(|issue| issue.message.contains("Copy carries the GUID of Original")));
    assert!(hiding(&reading)[0].contains("Without a GUID"));
}
