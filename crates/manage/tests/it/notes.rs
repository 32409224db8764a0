//! A note is added once, whatever happens on the way.

use crate::world::{field, setting};
use manage::{ManageError, Retry, model::NewNote};
use sandbox::manage::{Fault, FaultKind};

const MARK: &str = "[tandem 42]";

fn note() -> NewNote {
    NewNote { text: format!("Acknowledged by Jane\n{MARK}"), discussion: true, ..NewNote::default() }
}

#[tokio::test]
async fn flags_and_line_breaks_arrive() {
    let world = setting(|_| {}).await;
    let added = world.manage.add_note(1, &NewNote { resolution: true, ..note() }).await.unwrap();
    assert_eq!((added.discussion, added.internal, added.resolution), (true, false, true));
    assert_eq!(added.text, note().text);
    let body = world.simulator.requests("notes").last().unwrap().body.clone();
    assert_eq!(body["processNotifications"], false);
}

#[tokio::test]
async fn a_note_without_a_place_is_internal() {
    let world = setting(|_| {}).await;
    let added = world.manage.add_note(1, &NewNote { discussion: false, ..note() }).await.unwrap();
    assert!(added.internal && !added.discussion);
}

#[tokio::test]
async fn a_connection_dropped_after_the_note_was_accepted_adds_it_once() {
    for kind in [FaultKind::DropAfter, FaultKind::CutAnswer] {
        let world = setting(|_| {}).await;
        world.fault(Fault::on("notes", kind).method("POST").times(1));
        let added = world.manage.add_note_once(1, &note(), MARK).await.unwrap();
        assert!(added.text.contains(MARK));
        let again = world.manage.add_note_once(1, &note(), MARK).await.unwrap();
        assert_eq!(again.id, added.id);
        assert_eq!(world.asked("POST", "notes"), 1);
        assert_eq!(world.manage.notes(1).await.unwrap().len(), 2, "the seeded one and ours");
    }
}

#[tokio::test]
async fn a_failure_before_is_told_and_the_next_call_adds_it() {
    for kind in [
        FaultKind::DropBefore,
        FaultKind::Status { status: 500 },
        FaultKind::BadGateway,
        FaultKind::HtmlSuccess,
    ] {
        let world = setting(|_| {}).await;
        world.fault(Fault::on("notes", kind.clone()).method("POST").times(1));
        let error = world.manage.add_note_once(1, &note(), MARK).await.unwrap_err();
        assert_eq!(error.retry(), Retry::LookFirst, "{kind:?}: {error}");
        assert_eq!(world.asked("POST", "notes"), 1, "never blindly again");
        world.manage.add_note_once(1, &note(), MARK).await.unwrap();
        assert_eq!(world.manage.notes(1).await.unwrap().len(), 2, "{kind:?}");
    }
}

#[tokio::test]
async fn a_throttled_note_was_not_added_and_is_sent_again() {
    let world = setting(|_| {}).await;
    world.fault(Fault::on("notes", FaultKind::Throttle { seconds: 12 }).method("POST").times(1));
    world.manage.add_note(1, &note()).await.unwrap();
    assert_eq!(world.asked("POST", "notes"), 2);
    assert!(world.pace.waits().iter().sum::<std::time::Duration>() >= std::time::Duration::from_secs(12));
}

#[tokio::test]
async fn a_mark_that_is_not_in_the_text_is_refused() {
    let world = setting(|_| {}).await;
    let error = world.manage.add_note_once(1, &note(), "[other]").await.unwrap_err();
    assert_eq!(field(&error), "text");
}

#[tokio::test]
async fn a_note_for_a_ticket_that_is_gone_is_never_tried_again() {
    let world = setting(|world| drop(world.remove("tickets", 1))).await;
    let error = world.manage.add_note_once(1, &note(), MARK).await.unwrap_err();
    assert!(matches!(error, ManageError::NotFound(_)), "{error}");
    assert_eq!(error.retry(), Retry::Never);
}
