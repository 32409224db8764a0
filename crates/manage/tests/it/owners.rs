//! Owners and assignments.

use crate::world::setting;
use sandbox::manage::{Fault, FaultKind};

#[tokio::test]
async fn assigning_twice_assigns_once() {
    let world = setting(|_| {}).await;
    let first = world.manage.assign(1, 2).await.unwrap();
    assert_eq!(world.manage.assign(1, 2).await.unwrap().id, first.id);
    assert_eq!(world.asked("POST", "schedule/entries"), 1);
    assert_eq!(world.manage.ticket(1).await.unwrap().resources, ["msmith"]);
    world.manage.end_assignment(first.id).await.unwrap();
    assert!(world.manage.assignments(1).await.unwrap().is_empty());
}

#[tokio::test]
async fn an_assignment_whose_answer_was_lost_is_found() {
    let world = setting(|_| {}).await;
    world.fault(Fault::on("schedule/entries", FaultKind::DropAfter).method("POST").times(1));
    world.manage.assign(1, 2).await.unwrap();
    assert_eq!(world.manage.assignments(1).await.unwrap().len(), 1);
}

#[tokio::test]
async fn an_owner_is_set_directly_or_after_being_assigned() {
    for must_be_assigned in [false, true] {
        let world = setting(|world| world.quirks.owner_must_be_assigned = must_be_assigned).await;
        world.simulator.with(|world| {
            let jane = world.reference("members", 1);
            world.row_mut("tickets", 1).unwrap()["owner"] = jane;
        });
        let changed = world.manage.make_owner(1, 3).await.unwrap();
        assert_eq!(changed.ticket.owner.unwrap().id, 3);
        assert_eq!(world.asked("POST", "schedule/entries"), usize::from(must_be_assigned));
        assert!(world.manage.make_owner(1, 3).await.unwrap().written.is_empty());
    }
}

#[tokio::test]
async fn an_inactive_member_is_refused() {
    let world = setting(|_| {}).await;
    let error = world.manage.make_owner(1, 4).await.unwrap_err();
    assert!(error.to_string().contains("inactive"), "{error}");
}
