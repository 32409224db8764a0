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
    tickets_that_are_merged_in_manage_are_told,
    rules_edited_in_manage_count_without_a_restart,
    rules_changed_in_tandem_count_at_the_next_poll,
    a_field_that_the_ticket_does_not_carry_is_told,
    callbacks_follow_the_address,
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

async fn tickets_that_are_merged_in_manage_are_told(engine: Engine) {
    for rules in [false, true] {
        let place = if rules { Place::rules(engine).await } else { Place::workflow(engine).await };
        let (into, open, closed) =
            (place.raised("Into").await, place.raised("Open").await, place.raised("Closed").await);
        place.annotate(open, "Seen").await;
        place.drain().await;
        for (child, status) in [(open, "Waiting Client Response"), (closed, ">Closed")] {
            let wanted = json!({"mergeTicketIds": [child], "status": {"name": status}});
            place.in_manage("POST", &format!("service/tickets/{into}/merge"), wanted).await;
        }
        // It was somebody who works there, not our API member.
        place
            .simulator
            .with(|world| [into, open, closed].map(|ticket| world.touch("tickets", ticket, "jdoe")));
        place.round().await;
        for child in [open, closed] {
            assert!(place.told(child).await.contains(&"ticket_merged".to_owned()), "rules mode: {rules}");
            assert_eq!(place.alert(child).await.ticket.unwrap().merged_into, Some(into));
        }
        assert_eq!(place.state(open).await, Open, "a merge closes nothing by itself, rules mode: {rules}");
        assert_eq!(place.state(closed).await, Closed, "its status does, rules mode: {rules}");
        assert_eq!(place.state(into).await, Open);
        // Nothing is told twice, and what people do still reaches the ticket.
        place.acknowledge(open).await;
        place.round().await;
        place.round().await;
        let told = place.told(open).await;
        assert_eq!(told.iter().filter(|told| *told == "ticket_merged").count(), 1, "{told:?}");
        assert_eq!(place.status(open), if rules { "In Progress" } else { "Acknowledged" });
        assert_eq!(place.alerts().await.len(), 3, "a merge makes no alert");
        // A copy is a ticket of its own.
        let copy = place.in_manage("POST", &format!("service/tickets/{into}/copy"), json!({})).await;
        place.round().await;
        assert_eq!(place.state(copy["id"].as_i64().unwrap()).await, Open, "rules mode: {rules}");
        place.end().await;
    }
}

async fn rules_edited_in_manage_count_without_a_restart(engine: Engine) {
    let place = Place::workflow(engine).await;
    let edit = |condition: &str| {
        place.simulator.with(|world| {
            let event = world.rows("events")[0]["id"].as_i64().unwrap();
            world.row_mut("events", event).unwrap()["eventCondition"] = json!(condition);
        });
    };
    let urgent = |ticket: i64| {
        place.simulator.with(|world| {
            let priority = world.reference("priorities", 1);
            world.row_mut("tickets", ticket).unwrap()["priority"] = priority;
        });
    };
    let waiting = place.ticket("Waits for us");
    place.set_status(waiting, "Waiting Client Response");
    place.round().await;
    assert!(place.alerts().await.is_empty());
    // Another status.
    edit("TandemRetrieved_c = false and status/name = \"Waiting Client Response\"");
    let new = place.ticket("Is new");
    place.round().await;
    assert_eq!(place.alerts().await.len(), 1);
    assert_eq!(place.state(waiting).await, Open);
    assert_eq!(place.custom(new, "TandemRetrieved_c"), json!(null), "the old status no longer alerts");
    // Another priority.
    edit("TandemRetrieved_c = false and priority/name like \"Priority 1*\"");
    let (normal, emergency) = (place.ticket("Normal"), place.ticket("Emergency"));
    urgent(emergency);
    place.round().await;
    assert_eq!(place.state(emergency).await, Open);
    assert_eq!(place.alerts().await.len(), 2, "tickets {new} and {normal} have another priority");
    // And back.
    edit("TandemRetrieved_c = false and status/name = \"New (not responded)\"");
    place.round().await;
    assert_eq!((place.state(new).await, place.state(normal).await), (Open, Open));
    place.end().await;
}

async fn rules_changed_in_tandem_count_at_the_next_poll(engine: Engine) {
    let place = Place::rules(engine).await;
    let waiting = place.ticket("Waits for us");
    place.set_status(waiting, "Waiting Client Response");
    place.round().await;
    assert!(place.alerts().await.is_empty());
    let connectors = place.services.connectors();
    let mut input = connectors.get(&place.admin, place.id).await.unwrap().input;
    input.rules[0].conditions =
        "status/name = \"Waiting Client Response\" and priority/name like \"Priority 3*\"".into();
    connectors.change(&place.admin, place.id, input).await.unwrap();
    let new = place.ticket("Is new");
    place.round().await;
    assert_eq!(place.alert(waiting).await.state, Open, "though it has not changed since");
    assert_eq!(place.alerts().await.len(), 1, "ticket {new} is not chosen any more");
    place.end().await;
}

async fn a_field_that_the_ticket_does_not_carry_is_told(engine: Engine) {
    let insists = |world: &mut sandbox::manage::World| world.quirks.fields_need_location = true;
    let place = Place::with(engine, insists, |_| {}).await;
    // What enabling made is everywhere.
    let ticket = place.raised("Everywhere").await;
    assert_eq!(place.custom(ticket, "TandemRetrieved_c"), json!(true));
    // Then somebody binds a field to another location.
    place.simulator.with(|world| {
        let rows = world.rows("userDefinedFields");
        let field =
            rows.iter().find(|row| row["caption"] == "TandemStatus_c").unwrap()["id"].as_i64().unwrap();
        let row = world.row_mut("userDefinedFields", field).unwrap();
        (row["addAllLocations"], row["locationIds"]) = (json!(false), json!([99]));
    });
    let other = place.raised("Without the field").await;
    place.acknowledge(other).await;
    place.drain().await;
    assert_eq!(place.state(other).await, domain::alert::AlertState::Acknowledged);
    let failed = place.write_backs(WriteBackState::Failed).await;
    assert!(failed[0].attempts[0].outcome.contains("give the field to the ticket's location"), "{failed:?}");
    place.end().await;
}

async fn callbacks_follow_the_address(engine: Engine) {
    let place = Place::workflow(engine).await;
    let refused = place.services.connectors().register_callback(&place.admin, place.id).await.unwrap_err();
    assert!(refused.to_string().contains("server.public_url"), "{refused}");
    let hooks = || place.simulator.with(|world| world.rows("callbacks"));
    for address in ["https://old.example.com", "https://new.example.com/"] {
        let (services, database) = place.reached_at(address).await;
        services.connectors().register_callback(&place.admin, place.id).await.unwrap();
        let health = services.connectors().health(&place.admin, place.id).await.unwrap().callbacks;
        assert_eq!(health.registered, health.address);
        assert_eq!(hooks().len(), 1, "the one before is taken back");
        assert!(
            hooks()[0]["url"]
                .as_str()
                .unwrap()
                .starts_with(&format!("{}/callbacks/", address.trim_end_matches('/')))
        );
        drop(services);
        database.close().await;
    }
    // Where no address is known any more, it is told where Manage still calls.
    let health = place.services.connectors().health(&place.admin, place.id).await.unwrap().callbacks;
    assert!(
        health.address.is_none()
            && health.registered.unwrap().starts_with("https://new.example.com/callbacks/")
    );
    place.services.connectors().withdraw_callback(&place.admin, place.id).await.unwrap();
    assert!(hooks().is_empty());
    place.end().await;
}
