//! A whole library: from one instance to another, twice, and dry.

use super::{Instance, in_order, library, offer, put};
use automate::apply::How;
use domain::receiving::local::{difference, merge};
use std::collections::BTreeMap;

#[tokio::test]
async fn two_instances_hold_the_same_and_a_second_run_does_nothing() {
    let (master, mut other) = (Instance::filled(0).await, Instance::new(7_000).await);
    let read = master.applier().await.contents_of_all().await.unwrap();
    assert!(read.len() > 100, "{}", read.len());
    let mut here = other.applier().await;
    for content in in_order(read.values().cloned().collect()) {
        put(&mut here, &content, 1).await.unwrap_or_else(|error| panic!("{}: {error}", content.name));
    }
    let again = here.contents_of_all().await.unwrap();
    for (key, content) in &read {
        // What arrives switched off differs, and nothing else does.
        let expected = merge(None, None, content, false).unwrap();
        assert_eq!(difference(&expected.content, &again[key]), None, "{}", content.name);
        if expected.kept.is_empty() {
            assert_eq!(content.hash(), again[key].hash(), "{}", content.name);
        }
    }
    let before = other.bytes().await;
    let mut here = other.again(here).await;
    for content in read.values() {
        let done = put(&mut here, content, 1).await.unwrap();
        assert!(done.effects.is_empty(), "{}: {:?}", content.name, done.effects);
    }
    let mut after = other.bytes().await;
    let mut before: BTreeMap<String, String> = before;
    // The journal says when it looked last; the content is byte for byte what it was.
    before.remove(automate::apply::JOURNAL_TABLE);
    after.remove(automate::apply::JOURNAL_TABLE);
    assert_eq!(before, after);
}

#[tokio::test]
async fn the_same_library_on_another_instance_is_recognised() {
    let (master, mut other) = (Instance::filled(0).await, Instance::filled(9_000).await);
    let read = master.applier().await.contents_of_all().await.unwrap();
    let mut here = other.applier().await;
    let before = other.bytes().await;
    let standing = here.standing().await.unwrap();
    for content in read.values() {
        let found = standing.iter().find(|here| here.key.guid == content.guid).unwrap();
        assert_eq!(found.found, Some(content.hash()), "{} {}", content.content_type, content.name);
        assert!(here.resembles(content).await.unwrap());
        let done = put(&mut here, content, 1).await.unwrap();
        assert!(done.effects.is_empty(), "{}: {:?}", content.name, done.effects);
    }
    let mut after = other.bytes().await;
    after.remove(automate::apply::JOURNAL_TABLE);
    assert!(after.iter().all(|(table, sum)| before[table] == *sum), "nothing was written");
}

#[tokio::test]
async fn a_dry_run_says_everything_and_changes_nothing() {
    let mut instance = Instance::new(10).await;
    drop(instance.applier().await);
    let before = instance.bytes().await;
    let mut applier = instance.applier().await;
    let dry = How { dry_run: true, force: false };
    let items = library();
    let mut told = 0;
    for item in &items {
        let done = applier.install(&[offer(item, 1)], dry).await;
        let done = done.unwrap_or_else(|error| panic!("{}: {error}", item.name));
        told += done[0].effects.len();
    }
    assert!(told >= items.len());
    drop(applier);
    assert_eq!(before, instance.bytes().await);
}
