//! The fault table: whatever Manage does, no alert is lost, none comes twice, none is closed by it; what is wrong is
//! told with the remedy, and all goes on by itself afterwards.

use super::Place;
use crate::{on_both_engines, world::Engine};
use domain::{
    alert::AlertState::{Acknowledged, Closed, Open},
    connector::OwnerAssignment,
    write_back::WriteBackState,
};
use sandbox::manage::{Fault, FaultKind};

on_both_engines!(
    whatever_a_poll_meets_loses_and_repeats_nothing,
    whatever_a_write_back_meets_it_arrives_once,
    a_dropped_connection_after_a_note_adds_no_second_one,
    a_revoked_key_is_told_and_everything_stays,
    one_missing_right_fails_only_what_needs_it,
    an_upgrade_in_mid_run_is_followed,
    rows_that_shift_between_pages_hide_nothing,
);

/// A fault, what the problem says, and whether the poll fails (else it gets through by itself).
fn table() -> Vec<(&'static str, FaultKind, &'static str)> {
    vec![
        ("throttled for long", FaultKind::Throttle { seconds: 600 }, "asked too often"),
        ("500", FaultKind::Status { status: 500 }, "Manage failed"),
        ("503", FaultKind::Status { status: 503 }, "Manage failed"),
        ("a gateway's page", FaultKind::BadGateway, "Manage failed"),
        ("a page instead of JSON", FaultKind::HtmlSuccess, "cannot be read"),
        ("a redirect", FaultKind::Redirect { to: "http://127.0.0.1:1/".into() }, "instance_uri"),
        ("403", FaultKind::Status { status: 403 }, "right"),
        ("404", FaultKind::Status { status: 404 }, "instance_uri"),
        ("dropped", FaultKind::DropBefore, "did not answer"),
        ("cut off", FaultKind::CutAnswer, "did not answer"),
    ]
}

async fn whatever_a_poll_meets_loses_and_repeats_nothing(engine: Engine) {
    let place = Place::workflow(engine).await;
    let before = place.raised("Before").await;
    let mut tickets = vec![before];
    for (name, kind, told) in table() {
        let ticket = place.ticket(name);
        // In the middle of a poll, and from its beginning.
        for skip in [3, 0] {
            place.fault(Fault::on("apis/3.0", kind.clone()).after(skip));
            let problem = place.poll().await.unwrap_err();
            assert!(
                place.problem().await.is_some_and(|problem| problem.contains(told)),
                "{name}: {problem:?}"
            );
            assert_eq!(place.state(before).await, Open, "{name}");
            place.mend();
            // Whoever was asked to wait, waits; the breaker rests at most half a minute.
            place.pass(700);
        }
        place.round().await;
        tickets.push(ticket);
        for ticket in &tickets {
            assert_eq!(place.state(*ticket).await, Open, "{name}");
        }
        assert_eq!(place.problem().await, None, "{name}");
    }
    let log = place.services.connectors().log(&place.admin, place.id).await.unwrap();
    assert!(log.iter().filter(|line| line.message == "all is well again").count() >= table().len());
    place.end().await;
}

async fn whatever_a_write_back_meets_it_arrives_once(engine: Engine) {
    let place = Place::rules(engine).await;
    let kinds = [
        FaultKind::Throttle { seconds: 90 },
        FaultKind::Status { status: 500 },
        FaultKind::BadGateway,
        FaultKind::HtmlSuccess,
        FaultKind::DropBefore,
        FaultKind::DropAfter,
        FaultKind::CutAnswer,
    ];
    for kind in kinds {
        let ticket = place.raised(&format!("{kind:?}")).await;
        let done = place.asked("PATCH", &format!("tickets/{ticket}"));
        place.acknowledge(ticket).await;
        // Longer than the line itself is patient.
        place.fault(Fault::on("tickets", kind.clone()).method("PATCH").times(2));
        place.drain().await;
        assert_eq!(place.state(ticket).await, Acknowledged, "{kind:?}: the alert stays usable");
        for _ in 0..6 {
            place.pass(120);
            place.drain().await;
        }
        assert_eq!(place.status(ticket), "In Progress", "{kind:?}");
        assert!(place.write_backs(WriteBackState::Pending).await.is_empty(), "{kind:?}");
        assert!(place.write_backs(WriteBackState::Failed).await.is_empty(), "{kind:?}");
        assert!(place.asked("PATCH", &format!("tickets/{ticket}")) - done <= 4, "{kind:?}: no storm");
        place.mend();
    }
    place.end().await;
}

async fn a_dropped_connection_after_a_note_adds_no_second_one(engine: Engine) {
    let place = Place::rules(engine).await;
    let ticket = place.raised("Noted").await;
    for (number, kind) in
        [FaultKind::DropAfter, FaultKind::CutAnswer, FaultKind::DropBefore].into_iter().enumerate()
    {
        let text = format!("Note {number}");
        place.fault(Fault::on("notes", kind.clone()).method("POST").times(1));
        // Nor can it be looked for at once.
        place.fault(Fault::on("notes", FaultKind::DropBefore).method("GET").after(1).times(2));
        place.annotate(ticket, &text).await;
        for _ in 0..5 {
            place.drain().await;
            place.pass(60);
        }
        assert_eq!(place.notes(ticket, &text).len(), 1, "{kind:?}");
        assert!(place.write_backs(WriteBackState::Pending).await.is_empty(), "{kind:?}");
        place.mend();
    }
    place.end().await;
}

async fn a_revoked_key_is_told_and_everything_stays(engine: Engine) {
    let place = Place::workflow(engine).await;
    let ticket = place.raised("Before").await;
    place.simulator.with(|world| world.revoked = true);
    let missed = place.ticket("While it was revoked");
    assert!(place.poll().await.is_err());
    let problem = place.problem().await.unwrap();
    assert!(problem.contains("does not accept the keys"), "{problem}");
    place.acknowledge(ticket).await;
    place.drain().await;
    assert_eq!(place.state(ticket).await, Acknowledged);
    let failed = place.write_backs(WriteBackState::Failed).await;
    assert!(failed[0].attempts[0].outcome.contains("keys"), "{failed:?}");
    assert!(place.told(ticket).await.contains(&"write_back_failed".to_owned()));

    place.simulator.with(|world| world.revoked = false);
    place.round().await;
    assert_eq!(place.state(missed).await, Open);
    place.services.alerts().replay(&place.jane, failed[0].id).await.unwrap();
    place.drain().await;
    assert_eq!(place.status(ticket), "Acknowledged", "replayed by hand");
    place.end().await;
}

async fn one_missing_right_fails_only_what_needs_it(engine: Engine) {
    let change = |input: &mut domain::connector::ConnectorInput| {
        super::by_rules(input);
        input.board_status_mapping[0].closed_status = Some(">Closed".into());
        input.owner_assignment = OwnerAssignment::Never;
    };
    let place = Place::with(engine, |_| {}, change).await;
    place.simulator.with(|world| world.set_right("Close Service Tickets", "editLevel", "None"));
    let ticket = place.raised("May not be closed").await;
    place.acknowledge(ticket).await;
    place.drain().await;
    assert_eq!(place.status(ticket), "In Progress");
    place.close(ticket).await;
    place.drain().await;
    assert_eq!((place.state(ticket).await, place.status(ticket).as_str()), (Closed, "In Progress"));
    let failed = place.write_backs(WriteBackState::Failed).await;
    assert!(failed[0].attempts[0].outcome.contains("permission test"), "{failed:?}");
    place.round().await;
    assert_eq!(place.state(ticket).await, Closed, "the ticket's old status is no news");
    place.simulator.with(|world| world.set_right("Close Service Tickets", "editLevel", "All"));
    place.services.alerts().replay(&place.jane, failed[0].id).await.unwrap();
    place.drain().await;
    assert_eq!(place.status(ticket), ">Closed");
    place.end().await;
}

async fn an_upgrade_in_mid_run_is_followed(engine: Engine) {
    let place = Place::workflow(engine).await;
    let ticket = place.raised("Before the upgrade").await;
    place.simulator.with(|world| {
        world.after_page.push_back(Box::new(|world| world.codebase = "v2026_4/".into()));
    });
    let during = place.ticket("During it");
    place.round().await;
    assert_eq!(place.state(during).await, Open);
    place.acknowledge(ticket).await;
    place.drain().await;
    assert_eq!(place.status(ticket), "Acknowledged");
    assert_eq!(place.problem().await, None);
    assert!(place.simulator.requests("v2026_4").len() > 3);
    place.end().await;
}

async fn rows_that_shift_between_pages_hide_nothing(engine: Engine) {
    let place = Place::rules(engine).await;
    let tickets: Vec<i64> = (0..1_200).map(|number| place.ticket(&format!("Ticket {number}"))).collect();
    let (first, late) = (tickets[0], *tickets.last().unwrap() + 1);
    place.simulator.with(move |world| {
        // After the first page an early row goes and a new one comes.
        world.after_page.push_back(Box::new(move |world| {
            world.remove("tickets", first);
            world.new_ticket("Came in between");
        }));
    });
    place.poll().await.unwrap();
    place.round().await;
    let page = domain::page::PageRequest::new(Some(1), None).unwrap();
    let filter = domain::alert::AlertFilter::default();
    let all = place.services.alerts().list(&place.admin, &filter, &page).await.unwrap().total;
    assert!(all == 1_200 || all == 1_201, "{all}");
    let known = |ticket: i64| {
        let (services, admin) = (place.services.clone(), place.admin.clone());
        async move {
            let filter = domain::alert::AlertFilter { q: Some(ticket.to_string()), ..Default::default() };
            let page = domain::page::PageRequest::new(Some(500), None).unwrap();
            let found = services.alerts().list(&admin, &filter, &page).await.unwrap().items;
            found.iter().filter(|alert| alert.ticket.as_ref().is_some_and(|known| known.id == ticket)).count()
        }
    };
    for ticket in [tickets[1], tickets[600], tickets[999], tickets[1_000], tickets[1_199], late] {
        assert_eq!(known(ticket).await, 1, "ticket {ticket}");
    }
    place.end().await;
}
