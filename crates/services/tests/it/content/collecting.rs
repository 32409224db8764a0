//! The job that forgets contents that nothing points at.

use super::world::{DAY, World};
use domain::source::ScanOutcome;
use services::content::Collected;

const NOTHING: Collected = Collected { marked: 0, forgotten: 0 };

#[tokio::test]
async fn what_nothing_points_at_is_forgotten_a_day_later() {
    let world = World::new().await;
    for text in ["old", "new"] {
        world.write(text);
        world.read().await;
    }
    assert_eq!(world.run_job().await, None, "it is not due yet");
    world.clock.go_on(DAY + 1);
    assert_eq!(world.run_job().await.as_deref(), Some("unused contents: 1 found, 0 forgotten after a day"));
    world.clock.go_on(DAY - 1);
    assert_eq!(world.run_job().await, None, "a day is not over");
    assert_eq!(world.collect().await, NOTHING, "whoever runs it");
    assert!(world.is_kept("old").await);
    world.clock.go_on(2);
    assert_eq!(world.run_job().await.as_deref(), Some("unused contents: 0 found, 1 forgotten after a day"));
    assert!(!world.is_kept("old").await && world.is_kept("new").await);
    assert!(world.shown().await.contains("new"));
    world.clock.go_on(DAY + 1);
    assert_eq!(world.run_job().await.as_deref(), Some("every content is in use"));
}

#[tokio::test]
async fn what_the_source_holds_again_meanwhile_stays() {
    let world = World::new().await;
    for text in ["old", "new"] {
        world.write(text);
        world.read().await;
    }
    assert_eq!(world.collect().await, Collected { marked: 1, ..NOTHING });
    world.write("old");
    world.read().await;
    for expected in [Collected { marked: 1, ..NOTHING }, Collected { forgotten: 1, ..NOTHING }] {
        world.clock.go_on(DAY + 1);
        assert_eq!(world.collect().await, expected);
    }
    assert!(world.is_kept("old").await && !world.is_kept("new").await);
    assert!(world.shown().await.contains("old"));
}

#[tokio::test]
async fn a_long_reading_takes_the_mark_off_what_it_takes_in() {
    let world = World::new().await;
    world.write("only");
    let before = world.let_the_next_reading_take(1);
    assert_eq!(world.read().await.outcome, ScanOutcome::Complete);
    assert_eq!(world.readings(), before + 1);
    world.write("next");
    world.read().await;
    world.clock.go_on(DAY + 1);
    assert_eq!(
        world.collect().await,
        Collected { marked: 1, ..NOTHING },
        "its day begins when it was let go"
    );
    assert!(world.is_kept("only").await);
}

#[tokio::test]
async fn a_reading_that_outlives_its_contents_is_made_anew() {
    let world = World::new().await;
    world.write("only");
    let before = world.let_the_next_reading_take(2);
    assert_eq!(world.read().await.outcome, ScanOutcome::Complete);
    assert_eq!(world.readings(), before + 2, "what it had put was forgotten at its end");
    assert!(world.is_kept("only").await);
    assert!(world.shown().await.contains("only"));
}
