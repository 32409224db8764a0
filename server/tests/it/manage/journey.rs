//! From the ticket to the person's decision and back, in both modes.

use super::Place;
use crate::{on_both_engines, world::Engine};
use domain::{
    alert::AlertState::{Acknowledged, Closed, Open},
    connector::OwnerAssignment,
    write_back::WriteBackState,
};
use serde_json::json;

on_both_engines!(
    there_and_back_in_workflow_mode,
    there_and_back_in_rules_mode,
    a_reopened_ticket_opens_its_alert_again,
    deleted_and_merged_tickets_are_told_and_close_nothing,
    rules_edited_in_manage_count_without_a_restart,
);

async fn there_and_back_in_workflow_mode(engine: Engine) {
    let place =
        Place::with(engine, |_| {}, |input| input.owner_assignment = OwnerAssignment::Acknowledge).await;
    assert!(place.alerts().await.is_empty(), "what is closed alerts nobody");
    let ticket = place.ticket("Mail is down");
    place.simulator.with(|world| world.hang_details(ticket));
    assert!(place.poll().await.unwrap().contains("1 alerts raised"));
    let detail = place.detail(ticket).await;
    assert_eq!((detail.alert.state, detail.alert.title.as_str()), (Open, "Mail is down"));
    assert_eq!(detail.details.company.unwrap().name, "Bright Dental Group");
    assert!(detail.details.notes[0].text.starts_with("It began"));
    assert_eq!(place.custom(ticket, "TandemRetrieved_c"), json!(null), "the alert is there before the mark");
    place.drain().await;
    assert_eq!(place.custom(ticket, "TandemRetrieved_c"), json!(true));

    place.acknowledge(ticket).await;
    place.annotate(ticket, "On my way").await;
    place.drain().await;
    assert_eq!(place.status(ticket), "Acknowledged");
    assert_eq!(place.field(ticket, "owner")["name"], "Jane Doe");
    assert_eq!(place.custom(ticket, "TandemUser_c"), "jdoe@acme.example");
    assert_eq!(place.notes(ticket, "On my way").len(), 1);
    place.round().await;
    assert_eq!(place.state(ticket).await, Acknowledged, "our own change is no news");
    assert!(!place.told(ticket).await.contains(&"conflict".to_owned()));

    place.set_status(ticket, ">Closed");
    place.round().await;
    let closed = place.alert(ticket).await;
    assert_eq!((closed.state, closed.closed.unwrap().by.kind()), (Closed, "connector"));
    assert_eq!(place.custom(ticket, "TandemStatus_c"), "Resolved", "it is noted as known");
    assert_eq!(place.status(ticket), ">Closed", "and nothing else is changed");
    let writes = place.asked("PATCH", "tickets");
    place.round().await;
    place.round().await;
    assert_eq!(place.asked("PATCH", "tickets"), writes, "nothing is written twice");
    assert!(place.write_backs(WriteBackState::Pending).await.is_empty());
    place.end().await;
}

async fn there_and_back_in_rules_mode(engine: Engine) {
    let place = Place::rules(engine).await;
    let ticket = place.raised("VPN drops").await;
    assert_eq!(place.alert(ticket).await.category, "Desk");
    assert_eq!(place.asked("PATCH", ""), 0, "rules mode writes nothing for an intake");
    place.acknowledge(ticket).await;
    place.drain().await;
    assert_eq!(place.status(ticket), "In Progress");
    place.close(ticket).await;
    place.drain().await;
    assert_eq!((place.status(ticket).as_str(), place.asked("PATCH", "")), ("Resolved", 2));
    place.round().await;
    assert_eq!(place.state(ticket).await, Closed);
    let other = place.raised("Printer").await;
    place.set_status(other, "In Progress");
    place.round().await;
    assert_eq!(place.state(other).await, Acknowledged);
    place.set_status(other, ">Closed");
    place.round().await;
    assert_eq!(place.state(other).await, Closed);
    assert_eq!(place.asked("PATCH", ""), 2, "what came from Manage is not written back");
    assert_eq!(place.asked("POST", ""), 0);
    place.end().await;
}

async fn a_reopened_ticket_opens_its_alert_again(engine: Engine) {
    for rules in [false, true] {
        let place = if rules { Place::rules(engine).await } else { Place::workflow(engine).await };
        let ticket = place.raised("Disk full").await;
        place.close(ticket).await;
        place.drain().await;
        assert_eq!(place.status(ticket), "Resolved");
        place.round().await;
        assert_eq!(place.state(ticket).await, Closed);
        place.set_status(ticket, "New (not responded)");
        place.round().await;
        assert_eq!(place.state(ticket).await, Open, "rules mode: {rules}");
        assert_eq!(place.alerts().await.len(), 1, "it is the same alert");
        place.round().await;
        assert_eq!(place.told(ticket).await.iter().filter(|told| *told == "reopened").count(), 1);
        // And it can be closed again, by both sides.
        place.set_status(ticket, ">Closed");
        place.round().await;
        assert_eq!(place.state(ticket).await, Closed, "rules mode: {rules}");
        place.end().await;
    }
}

async fn deleted_and_merged_tickets_are_told_and_close_nothing(engine: Engine) {
    let place = Place::workflow(engine).await;
    let (gone, merged) = (place.raised("Gone").await, place.raised("Merged").await);
    let row = place.simulator.with(|world| world.remove("tickets", gone)).unwrap();
    place.simulator.with(|world| {
        world.row_mut("tickets", merged).unwrap()["mergedParentTicket"] = json!({"id": 1, "summary": "x"});
        world.touch("tickets", merged, "jdoe");
    });
    place.round().await;
    assert!(place.alert(gone).await.ticket.unwrap().missing_since.is_some());
    assert_eq!(place.state(gone).await, Open, "absence never closes");
    assert!(place.told(gone).await.contains(&"ticket_missing".to_owned()));
    assert!(place.told(merged).await.contains(&"ticket_merged".to_owned()));
    place.round().await;
    assert_eq!(place.told(gone).await.iter().filter(|told| *told == "ticket_missing").count(), 1);
    place.simulator.with(|world| world.add("tickets", row));
    place.round().await;
    assert!(place.told(gone).await.contains(&"ticket_back".to_owned()));
    // What people do with it is theirs, and that the ticket cannot be told is shown.
    place.simulator.with(|world| world.remove("tickets", gone));
    place.close(gone).await;
    place.drain().await;
    assert_eq!(place.state(gone).await, Closed);
    let failed = place.write_backs(WriteBackState::Failed).await;
    assert!(failed[0].attempts[0].outcome.contains("does not show ticket"), "{failed:?}");
    place.end().await;
}

async fn rules_edited_in_manage_count_without_a_restart(engine: Engine) {
    let place = Place::workflow(engine).await;
    let waiting = place.ticket("Waits for us");
    place.set_status(waiting, "Waiting Client Response");
    place.round().await;
    assert!(place.alerts().await.is_empty());
    place.simulator.with(|world| {
        let event = world.rows("events")[0]["id"].as_i64().unwrap();
        world.row_mut("events", event).unwrap()["eventCondition"] =
            json!("TandemRetrieved_c = false and status/name = \"Waiting Client Response\" and priority/name like \"Priority 3*\"");
    });
    let new = place.ticket("Is new");
    place.round().await;
    assert_eq!(place.alerts().await.len(), 1);
    assert_eq!(place.state(waiting).await, Open);
    assert_eq!(place.custom(new, "TandemRetrieved_c"), json!(null), "the old status no longer alerts");
    place.end().await;
}
