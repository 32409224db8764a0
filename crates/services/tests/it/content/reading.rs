//! Readings whose moments say little, and items that two sources hold.

use super::world::{DAY, World};
use domain::{
    content::ContentType,
    source::{ScanCounts, ScanOutcome, ScanReport},
};

fn counts(report: &ScanReport) -> &ScanCounts {
    &report.counts[&ContentType::Scripts]
}

#[tokio::test]
async fn a_clock_that_was_set_back_discards_no_reading() {
    let world = World::new().await;
    world.write("old");
    world.read().await;
    world.clock.go_on(-DAY);
    world.write("new");
    let report = world.read().await;
    assert_eq!((report.outcome, counts(&report).changed), (ScanOutcome::Complete, 1));
    assert!(world.shown().await.contains("new"));
}

#[tokio::test]
async fn what_another_source_owns_is_told_and_counts_as_nothing_new() {
    let world = World::new().await;
    world.write("ours");
    assert_eq!(counts(&world.read().await).added, 1);
    let second = world.second_source().await;
    for _ in 0..2 {
        let report = world.read_from(second).await;
        assert_eq!(counts(&report), &ScanCounts { found: 1, ..ScanCounts::default() });
        assert!(report.issues.iter().any(|issue| issue.message.contains("Master")), "{:?}", report.issues);
    }
}
