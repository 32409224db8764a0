//! Which tickets alert, and what they say.

use super::{place, with_rules};
use domain::{alert::AlertState, connector::BoardStatus};
use jiff::Timestamp;
use sandbox::manage::{Fault, FaultKind};
use serde_json::json;
use services::ports::{
    Psa as _,
    psa::{Ask, Polled, PsaError},
};

fn ids(polled: &Polled) -> Vec<i64> {
    polled.found.iter().map(|found| found.ticket.id).collect()
}

#[tokio::test]
async fn the_trigger_events_choose_and_what_is_marked_is_not_chosen_again() {
    let mut place = place(|_| {}).await;
    place.set_up().await;
    place.simulator.with(|world| world.set_status(2, "In Progress", "jdoe"));
    let polled = place.psa.poll(&place.link, &Ask::Triggered).await.unwrap();
    assert_eq!(ids(&polled), [1, 3, 4, 5, 6]);
    assert!(polled.found[0].reason.contains("New ticket"), "{}", polled.found[0].reason);
    place.psa.mark_retrieved(&place.link, 1).await.unwrap();
    assert!(place.psa.mark_retrieved(&place.link, 1).await.unwrap().written.is_empty(), "once is enough");
    assert_eq!(ids(&place.psa.poll(&place.link, &Ask::Triggered).await.unwrap()), [3, 4, 5, 6]);
}

#[tokio::test]
async fn a_rule_edited_in_manage_counts_at_once_and_a_broken_event_hides_nothing() {
    let mut place = place(|_| {}).await;
    place.set_up().await;
    place.simulator.with(|world| {
        world.row_mut("events", 1).unwrap()["eventCondition"] = json!("priority/name like \"Priority 1*\"");
        world.row_mut("events", 2).unwrap()["eventCondition"] = json!("nonsense ((");
        let urgent = world.reference("priorities", 1);
        world.row_mut("tickets", 4).unwrap()["priority"] = urgent;
    });
    let polled = place.psa.poll(&place.link, &Ask::Triggered).await.unwrap();
    assert_eq!(ids(&polled), [4]);
    assert!(polled.warnings[0].contains("Reopened"), "{:?}", polled.warnings);
}

#[tokio::test]
async fn the_update_events_say_what_happened_until_it_is_known() {
    let mut place = place(|_| {}).await;
    place.set_up().await;
    for ticket in [1, 2, 3] {
        place.psa.mark_retrieved(&place.link, ticket).await.unwrap();
    }
    place.simulator.with(|world| {
        world.set_status(1, "In Progress", "jdoe");
        world.set_status(2, ">Closed", "jdoe");
    });
    let since = Some(Timestamp::UNIX_EPOCH);
    let says = |polled: &Polled| -> Vec<_> {
        polled.found.iter().map(|found| (found.ticket.id, found.says)).collect()
    };
    let polled = place.psa.poll(&place.link, &Ask::Changed { since }).await.unwrap();
    assert_eq!(
        says(&polled)[..3],
        [(1, Some(AlertState::Acknowledged)), (2, Some(AlertState::Closed)), (3, None)]
    );
    assert!(polled.found[2].ours && !polled.found[0].ours);
    place.psa.mark_known(&place.link, 1, AlertState::Acknowledged).await.unwrap();
    place.psa.mark_known(&place.link, 2, AlertState::Closed).await.unwrap();
    let polled = place.psa.poll(&place.link, &Ask::Changed { since }).await.unwrap();
    assert!(polled.found.iter().all(|found| found.says.is_none()));
    // Long after the watermark, the events still tell.
    place.simulator.with(|world| world.set_status(3, "Resolved", "jdoe"));
    let future = Some("2030-01-01T00:00:00Z".parse().unwrap());
    let polled = place.psa.poll(&place.link, &Ask::Changed { since: future }).await.unwrap();
    assert_eq!(says(&polled), [(3, Some(AlertState::Closed))]);
}

#[tokio::test]
async fn the_first_rule_that_fits_counts_and_the_board_says() {
    let mut place = with_rules(&["summary contains \"VPN\"", "status/name = \"New (not responded)\""]).await;
    place.link.input.board_status_mapping = vec![BoardStatus {
        board: "Service Desk".into(),
        acknowledged_status: Some("In Progress".into()),
        closed_status: Some("Resolved".into()),
    }];
    place.simulator.with(|world| world.set_status(4, "In Progress", "jdoe"));
    let polled = place.psa.poll(&place.link, &Ask::Chosen { since: None }).await.unwrap();
    let vpn = polled.found.iter().find(|found| found.ticket.id == 4).unwrap();
    assert_eq!((vpn.category.as_str(), vpn.says), ("C0", Some(AlertState::Acknowledged)));
    assert_eq!(polled.found.len(), 6);
    assert_eq!(polled.found[0].category, "C1");
    assert_eq!(place.writes(), 0, "rules mode writes nothing");
    let future = Some("2030-01-01T00:00:00Z".parse().unwrap());
    assert!(ids(&place.psa.poll(&place.link, &Ask::Chosen { since: future }).await.unwrap()).is_empty());
}

#[tokio::test]
async fn children_and_custom_fields_choose_too() {
    let mut place = with_rules(&[""]).await;
    place.link.input.rules[0].custom_field_conditions = "caption = \"Room\" and value = \"12\"".into();
    place
        .simulator
        .with(|world| world.row_mut("tickets", 5).unwrap()["customFields"][0]["value"] = json!("12"));
    assert_eq!(ids(&place.psa.poll(&place.link, &Ask::Chosen { since: None }).await.unwrap()), [5]);
}

#[tokio::test]
async fn wrong_conditions_are_refused_by_field_before_anything_is_sent() {
    let mut place = with_rules(&["status/name = ", "board/name = \"x\""]).await;
    place.link.input.rules[1].child_conditions = "types/name in (\"a\")".into();
    let wrong: Vec<String> =
        place.psa.check(&place.link.input).into_iter().map(|wrong| wrong.field).collect();
    assert_eq!(wrong, ["rules[0].conditions", "rules[1].child_conditions"]);
    place.link.input.instance_uri = "https://10.0.0.5".into();
    let wrong = place.psa.check(&place.link.input);
    assert_eq!(wrong[0].field, "instance_uri");
    assert!(wrong[0].message.contains("allowed_networks"));
}

#[tokio::test]
async fn a_rule_that_only_manage_refuses_is_told_and_the_others_go_on() {
    let place = with_rules(&["nothing = 1", "id = 3"]).await;
    let polled = place.psa.poll(&place.link, &Ask::Chosen { since: None }).await.unwrap();
    assert_eq!(ids(&polled), [3]);
    assert!(polled.warnings[0].starts_with("Manage does not understand the conditions of rule 1"));
}

#[tokio::test]
async fn a_list_that_breaks_off_is_an_error_not_a_short_list() {
    let place = with_rules(&["id > 0"]).await;
    place.simulator.with(|world| {
        world.faults.push(Fault::on("service/tickets", FaultKind::Status { status: 401 }));
    });
    let error = place.psa.poll(&place.link, &Ask::Chosen { since: None }).await.unwrap_err();
    assert!(
        matches!(&error, PsaError::Person { field: Some(field), .. } if field == "private_key"),
        "{error}"
    );
}

#[tokio::test]
async fn a_dry_run_sees_the_newest_tickets_and_what_would_choose_them() {
    let place = with_rules(&["summary contains \"Printer\""]).await;
    let newest = place.psa.newest(&place.link, 3).await.unwrap();
    let seen: Vec<_> = newest.iter().map(|(ticket, by)| (ticket.id, by.is_some())).collect();
    assert_eq!(seen, [(6, false), (5, true), (4, false)]);
}

#[tokio::test]
async fn what_hangs_on_a_ticket_is_read_and_a_missing_right_hides_only_its_part() {
    use domain::connector::Detail;
    let place = with_rules(&["id = 1"]).await;
    let ticket = place.psa.tickets(&place.link, &[1]).await.unwrap().remove(0).ticket;
    place.simulator.with(|world| world.set_right("Time Entry", "inquireLevel", "None"));
    let all = [
        Detail::Notes,
        Detail::Tasks,
        Detail::TimeEntries,
        Detail::Configurations,
        Detail::Company,
        Detail::Contact,
        Detail::Documents,
    ];
    let details = place.psa.details(&place.link, &ticket, &all).await;
    assert_eq!((details.notes.len(), details.tasks.len(), details.documents.len()), (1, 2, 1));
    assert_eq!(details.company.unwrap().name, "Bright Dental Group");
    assert_eq!(details.contact.unwrap().email.as_deref(), Some("casey@customer.example"));
    assert_eq!(details.configurations[0].name, "EX01");
    assert!(details.unread[0].starts_with("time entries:"), "{:?}", details.unread);
    let none = place.psa.details(&place.link, &ticket, &[]).await;
    assert!(none.notes.is_empty() && none.company.is_none() && none.unread.is_empty());
}
