//! What acknowledging and closing write, and what they leave alone.

use super::{jane, mark, place, with_rules};
use domain::{
    alert::AlertState::{Acknowledged, Closed, Open},
    connector::{BoardStatus, NoteFlags, OwnerAssignment},
};
use sandbox::manage::{Fault, FaultKind};
use serde_json::json;
use services::ports::{
    Psa as _,
    psa::{Hold, PsaError},
};

#[tokio::test]
async fn the_actions_of_the_tickets_rule_are_applied() {
    let mut place = place(|_| {}).await;
    place.set_up().await;
    place.link.input.owner_assignment = OwnerAssignment::Acknowledge;
    place.psa.mark_retrieved(&place.link, 1).await.unwrap();
    let planned = place.psa.carry_state(&place.link, 1, Acknowledged, &jane(), None).await.unwrap();
    assert_eq!(
        planned.written,
        [
            "TandemStatus_c becomes Acknowledged",
            "the status becomes Acknowledged",
            "Jane Doe becomes the owner"
        ]
    );
    assert_eq!(place.status(1), "New (not responded)", "a preview writes nothing");
    let done = place.psa.carry_state(&place.link, 1, Acknowledged, &jane(), Some(mark(1))).await.unwrap();
    assert_eq!(done.written, planned.written);
    let ticket = done.ticket.unwrap();
    assert_eq!((ticket.status.as_deref(), ticket.owner.as_deref()), (Some("Acknowledged"), Some("Jane Doe")));
    assert_eq!(place.custom(1, "TandemUser_c"), "jdoe@acme.example");
    let again = place.psa.carry_state(&place.link, 1, Acknowledged, &jane(), Some(mark(1))).await.unwrap();
    assert_eq!(again.written, Vec::<String>::new(), "asking twice changes once");
    place.psa.carry_state(&place.link, 1, Closed, &jane(), Some(mark(2))).await.unwrap();
    assert_eq!(
        (place.status(1).as_str(), place.custom(1, "TandemStatus_c")),
        ("Resolved", json!("Resolved"))
    );
}

#[tokio::test]
async fn an_edited_event_is_asked_and_what_the_api_cannot_do_is_told() {
    let mut place = place(|_| {}).await;
    place.set_up().await;
    place.simulator.with(|world| {
        let tickets = world.rows("workflows")[2]["id"].as_i64().unwrap();
        let event = world.rows("events").iter().find(|event| event["parentId"] == tickets).unwrap()["id"].as_i64().unwrap();
        world.row_mut("events", event).unwrap()["eventCondition"] =
            json!("TandemStatus_c = \"Acknowledged\" and id = 1");
        let urgent = world.reference("priorities", 1);
        let action = |more: serde_json::Value| {
            let mut row = json!({"grandParentId": tickets, "parentId": event});
            row.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
            row
        };
        world.add("actions", action(json!({"notifyType": {"id": 2, "name": "Send Email"}, "subject": "x"})));
        world.add("actions", action(json!({"notifyType": {"id": 1, "name": "Change Priority"}, "servicePriority": urgent})));
        world.add("actions", action(json!({"notifyType": {"id": 1, "name": "Add Note"}, "notes": "Taken by Tandem", "detailNotesFlag": true})));
        let fields = world.add("actions", action(json!({"notifyType": {"id": 1, "name": "Set Fields"}})));
        world.add("actionFields", json!({"eventId": event, "actionId": fields, "caption": "Room", "userDefinedFieldId": 1, "value": "NOC", "overwriteFlag": true, "fieldTypeId": "Text"}));
    });
    place.later();
    let done = place.psa.carry_state(&place.link, 1, Acknowledged, &jane(), Some(mark(1))).await.unwrap();
    assert_eq!(done.skipped, ["Send Email: Manage's API cannot do this"]);
    assert_eq!(done.ticket.unwrap().priority.as_deref(), Some("Priority 1 - Emergency"));
    assert_eq!(place.custom(1, "Room"), "NOC");
    place.psa.carry_state(&place.link, 1, Acknowledged, &jane(), Some(mark(1))).await.unwrap();
    let notes = || {
        place.simulator.with(|world| {
            world
                .rows("notes")
                .iter()
                .filter(|note| note["text"].as_str().unwrap().starts_with("Taken by Tandem"))
                .count()
        })
    };
    assert_eq!(notes(), 1, "the note of an action is added once");
    let other = place.psa.carry_state(&place.link, 2, Acknowledged, &jane(), Some(mark(2))).await.unwrap();
    assert_eq!(place.status(2), "New (not responded)", "the event does not hold for this ticket");
    assert!(other.skipped[0].starts_with("no event of"), "{:?}", other.skipped);
}

#[tokio::test]
async fn the_boards_mapping_is_written_in_rules_mode_and_nothing_else() {
    let mut place = with_rules(&["id > 0"]).await;
    place.link.input.board_status_mapping = vec![BoardStatus {
        board: "service desk".into(),
        acknowledged_status: Some("In Progress".into()),
        closed_status: None,
    }];
    let done = place.psa.carry_state(&place.link, 1, Acknowledged, &jane(), Some(mark(1))).await.unwrap();
    assert_eq!(done.written, ["the status becomes In Progress"]);
    let done = place.psa.carry_state(&place.link, 1, Closed, &jane(), Some(mark(2))).await.unwrap();
    assert!(done.written.is_empty() && done.skipped[0].contains("no status for closed alerts"));
    assert_eq!((place.status(1).as_str(), place.writes()), ("In Progress", 1));
    let open = place.psa.carry_state(&place.link, 1, Open, &jane(), Some(mark(3))).await.unwrap();
    assert!(open.written.is_empty());
}

#[tokio::test]
async fn a_ticket_that_was_closed_meanwhile_is_not_opened_by_an_acknowledgement() {
    let mut place = with_rules(&["id > 0"]).await;
    place.link.input.board_status_mapping = vec![BoardStatus {
        board: "Service Desk".into(),
        acknowledged_status: Some("In Progress".into()),
        closed_status: None,
    }];
    place.simulator.with(|world| world.set_status(1, ">Closed", "jdoe"));
    place.psa.carry_state(&place.link, 1, Acknowledged, &jane(), Some(mark(1))).await.unwrap();
    assert_eq!(place.status(1), ">Closed");
}

#[tokio::test]
async fn people_without_a_member_are_told_and_a_chosen_member_wins() {
    let mut place = with_rules(&["id > 0"]).await;
    place.link.input.owner_assignment = OwnerAssignment::Both;
    let mut stranger = jane();
    stranger.email = Some("nobody@acme.example".into());
    let done = place.psa.carry_state(&place.link, 1, Closed, &stranger, Some(mark(1))).await.unwrap();
    assert!(done.skipped.iter().any(|why| why.contains("nobody@acme.example")), "{:?}", done.skipped);
    stranger.member = Some("msmith".into());
    let done = place.psa.carry_state(&place.link, 1, Closed, &stranger, Some(mark(1))).await.unwrap();
    assert_eq!(done.ticket.unwrap().owner.as_deref(), Some("Mark Smith"));
    for (assignment, state, expected) in [
        (OwnerAssignment::Never, Acknowledged, None),
        (OwnerAssignment::Close, Acknowledged, None),
        (OwnerAssignment::Close, Closed, Some("Jane Doe")),
        (OwnerAssignment::Acknowledge, Closed, Some("Jane Doe")),
    ] {
        let ticket = if expected.is_some() { 3 } else { 2 };
        place.link.input.owner_assignment = assignment;
        let done = place.psa.carry_state(&place.link, ticket, state, &jane(), Some(mark(1))).await.unwrap();
        assert_eq!(done.ticket.unwrap().owner.as_deref(), expected, "{assignment:?} {state}");
    }
}

#[tokio::test]
async fn an_owner_is_assigned_first_where_the_board_wants_it() {
    let mut place = with_rules(&["id > 0"]).await;
    place.simulator.with(|world| world.quirks.owner_must_be_assigned = true);
    place.link.input.owner_assignment = OwnerAssignment::Both;
    let done = place.psa.carry_state(&place.link, 1, Acknowledged, &jane(), Some(mark(1))).await.unwrap();
    let ticket = done.ticket.unwrap();
    assert_eq!((ticket.owner.as_deref(), ticket.resources), (Some("Jane Doe"), vec!["jdoe".to_owned()]));
}

#[tokio::test]
async fn a_false_success_and_a_missing_right_are_failures_with_the_remedy() {
    let mut place = with_rules(&["id > 0"]).await;
    place.link.input.board_status_mapping = vec![BoardStatus {
        board: "Service Desk".into(),
        acknowledged_status: Some("In Progress".into()),
        closed_status: Some(">Closed".into()),
    }];
    place.simulator.with(|world| world.quirks.ignores_status = true);
    let error =
        place.psa.carry_state(&place.link, 1, Acknowledged, &jane(), Some(mark(1))).await.unwrap_err();
    assert!(error.to_string().contains("did not change status"), "{error}");
    place.simulator.with(|world| {
        world.quirks.ignores_status = false;
        world.set_right("Close Service Tickets", "editLevel", "None");
    });
    let error = place.psa.carry_state(&place.link, 1, Closed, &jane(), Some(mark(1))).await.unwrap_err();
    assert!(matches!(error, PsaError::Person { .. }) && error.to_string().contains("right"), "{error}");
    let error = place.psa.carry_state(&place.link, 999, Closed, &jane(), Some(mark(1))).await.unwrap_err();
    assert_eq!(error, PsaError::Missing(999));
}

#[tokio::test]
async fn every_flag_of_a_note_is_seen_and_its_absence_too() {
    let place = with_rules(&["id > 0"]).await;
    let off = NoteFlags { discussion: false, internal: false, resolution: false, notify: false };
    let cases = [
        (NoteFlags { discussion: true, ..off }, "detailDescriptionFlag"),
        (NoteFlags { internal: true, ..off }, "internalAnalysisFlag"),
        (NoteFlags { resolution: true, ..off }, "resolutionFlag"),
        (NoteFlags { internal: true, notify: true, ..off }, "processNotifications"),
    ];
    for (number, (flags, name)) in cases.into_iter().enumerate() {
        place
            .psa
            .add_note(&place.link, 2, mark(number as u128 + 1), "On my way", flags, &jane())
            .await
            .unwrap();
        let sent = place
            .simulator
            .requests("notes")
            .into_iter()
            .rev()
            .find(|request| request.method == "POST")
            .unwrap();
        for flag in
            ["detailDescriptionFlag", "internalAnalysisFlag", "resolutionFlag", "processNotifications"]
        {
            let expected = flag == name || (flag == "internalAnalysisFlag" && flags.internal);
            assert_eq!(sent.body[flag], expected, "{flag} with {flags:?}");
        }
        assert!(sent.body["text"].as_str().unwrap().starts_with("On my way\n\nJane, [tandem "));
    }
}

#[tokio::test]
async fn a_note_whose_answer_was_lost_is_there_once() {
    let place = with_rules(&["id > 0"]).await;
    place.simulator.with(|world| {
        world.faults.push(Fault::on("notes", FaultKind::DropAfter).method("POST").times(1));
        world.faults.push(Fault::on("notes", FaultKind::DropBefore).method("POST").times(1));
    });
    let flags = NoteFlags::default();
    place.psa.add_note(&place.link, 2, mark(1), "first", flags, &jane()).await.unwrap();
    let lost = place.psa.add_note(&place.link, 2, mark(2), "second", flags, &jane()).await.unwrap_err();
    assert!(matches!(lost, PsaError::Later { .. }), "{lost}");
    for _ in 0..2 {
        place.psa.add_note(&place.link, 2, mark(1), "first", flags, &jane()).await.unwrap();
        place.psa.add_note(&place.link, 2, mark(2), "second", flags, &jane()).await.unwrap();
    }
    place.simulator.with(|world| {
        assert_eq!(world.rows("notes").iter().filter(|note| note["ticketId"] == 2).count(), 2);
    });
}

#[tokio::test]
async fn where_only_the_owner_is_carried_over_the_status_stays() {
    let mut place = place(|_| {}).await;
    place.set_up().await;
    place.link.input.owner_assignment = OwnerAssignment::Both;
    place.link.input.status_mapping.acknowledged_to_cw = false;
    let done = place.psa.carry_state(&place.link, 1, Acknowledged, &jane(), Some(mark(1))).await.unwrap();
    assert_eq!(done.written, ["Jane Doe becomes the owner"]);
    assert_eq!(
        (place.status(1).as_str(), place.custom(1, "TandemStatus_c")),
        ("New (not responded)", json!(null))
    );
    place.psa.carry_state(&place.link, 1, Closed, &jane(), Some(mark(2))).await.unwrap();
    assert_eq!(place.status(1), "Resolved", "the other switch is on");
    let open = place.psa.carry_state(&place.link, 1, Open, &jane(), Some(mark(3))).await.unwrap();
    assert!(open.written.is_empty() && open.skipped[0].contains("leaves its ticket as it is"));
    assert_eq!(
        place.custom(1, "TandemStatus_c"),
        "Resolved",
        "else the ticket would say again that it is closed"
    );
}

#[tokio::test]
async fn nothing_is_created_once_the_lease_is_over() {
    let mut place = with_rules(&["id > 0"]).await;
    let add = async |place: &super::Place| {
        place.psa.add_note(&place.link, 2, mark(1), "first", NoteFlags::default(), &jane()).await
    };
    // It is over while the note is looked for.
    place.link.hold = Hold::new(|| false);
    let late = add(&place).await.unwrap_err();
    assert!(matches!(late, PsaError::Later { .. }), "{late}");
    assert!(!place.simulator.requests("notes").is_empty() && place.writes() == 0, "it was only looked for");
    // Nor is it when the first try was refused, and the lease ends before the second one.
    let asked = std::sync::Arc::new(std::sync::atomic::AtomicUsize::new(0));
    place.link.hold = Hold::new(move || asked.fetch_add(1, std::sync::atomic::Ordering::Relaxed) == 0);
    let busy = Fault::on("notes", FaultKind::Throttle { seconds: 5 }).method("POST").times(1);
    place.simulator.with(|world| world.faults.push(busy));
    assert!(matches!(add(&place).await, Err(PsaError::Later { .. })));
    let writes = place.writes();
    assert_eq!(writes, 1, "sent once, and refused");
    place.link.hold = Hold::default();
    add(&place).await.unwrap();
    assert_eq!(place.writes(), writes + 1);
    assert_eq!(place.psa.health(&place.link).breaker, "closed");
}
