//! The demo's library, before and after its week.

use crate::{room::Room, whole::Reading};
use domain::content::{ContentType, ItemKey};
use services::ports::reader::ReadItem;
use std::collections::BTreeMap;

fn by_key(reading: Reading) -> BTreeMap<ItemKey, ReadItem> {
    assert_eq!(reading.issues, []);
    let key = |item: &ReadItem| ItemKey::new(item.canonical.content_type, item.canonical.guid.clone());
    reading.items.into_iter().map(|item| (key(&item), item)).collect()
}

#[test]
fn the_library_is_believable() {
    let room = Room::new();
    sandbox::demo_content::write(room.path()).unwrap();
    let items = by_key(room.read());
    let count = |kind| items.keys().filter(|key| key.content_type == kind).count();
    assert!(count(ContentType::Scripts) >= 45);
    assert_eq!(count(ContentType::Searches), 12);
    assert_eq!(count(ContentType::Groups), 8);
    assert_eq!(count(ContentType::InternalMonitors), 10);
    assert_eq!(count(ContentType::ExtraFields), 3);
    assert!(count(ContentType::RemoteMonitors) >= 8);
    let scripts = items.values().filter(|item| item.canonical.content_type == ContentType::Scripts);
    for script in scripts {
        let steps = script.canonical.body["steps"].as_array().unwrap().len();
        assert!((5..=30).contains(&steps), "{} has {steps}", script.canonical.name);
        for needed in
            script.canonical.depends_on.iter().filter(|needed| !needed.as_str().starts_with("roles:"))
        {
            assert!(needed.key().is_some_and(|key| items.contains_key(&key)), "{needed}");
        }
    }
}

#[test]
fn a_week_later_every_kind_of_change_is_there() {
    let room = Room::new();
    sandbox::library::write(room.path()).unwrap();
    let before = by_key(room.read());
    assert_eq!(before.len(), by_key(room.read()).len());
    sandbox::library::evolve(room.path()).unwrap();
    let after = by_key(room.read());
    let both = || before.iter().filter_map(|(key, old)| Some((&old.canonical, &after.get(key)?.canonical)));
    let differ = |of: fn(&domain::content::Facets) -> &domain::content::ContentHash| {
        both().filter(|(old, new)| of(&old.facets()) != of(&new.facets())).count()
    };
    assert!(differ(|facets| &facets.body) >= 7);
    assert_eq!(differ(|facets| &facets.placement), 1);
    assert_eq!(both().filter(|(old, new)| old.name != new.name).count(), 1);
    assert_eq!(before.keys().filter(|key| !after.contains_key(key)).count(), 2);
    assert_eq!(after.keys().filter(|key| !before.contains_key(key)).count(), 2);
    sandbox::library::evolve(room.path()).unwrap();
    assert_eq!(by_key(room.read()).len(), after.len());
}

#[test]
fn bulk_scripts_are_as_many_as_asked_for() {
    let room = Room::new();
    sandbox::exports::bulk(room.path(), 250).unwrap();
    assert_eq!(by_key(room.read()).len(), 250);
}
