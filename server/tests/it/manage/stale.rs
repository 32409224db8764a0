//! What comes too late or too early: readings that were overtaken, tickets that ended before they were seen, clocks that
//! are set back, pauses that outlast patience.

use super::{Place, by_rules};
use crate::{on_both_engines, world::Engine};
use domain::{
    alert::AlertState::{Acknowledged, Closed, Open},
    connector::{ConnectorInput, Detail},
    write_back::WriteBackState,
};
use jiff::SignedDuration;
use sandbox::manage::{Fault, FaultKind};
use std::time::Duration;

on_both_engines!(
    a_reading_that_was_overtaken_reopens_nothing,
    tickets_that_ended_before_they_were_seen_raise_nothing,
    what_is_forgotten_is_not_raised_again,
    a_clock_that_is_set_back_stops_nothing,
    a_long_pause_costs_nothing_afterwards
);

async fn a_reading_that_was_overtaken_reopens_nothing(engine: Engine) {
    let place = Place::rules(engine).await;
    let ticket = place.raised("Raced").await;
    place.pass(5);
    // What the poll reads of the ticket arrives late.
    place.simulator.with(|world| world.touch("tickets", ticket, "customer"));
    place.fault(Fault::on("service/tickets", FaultKind::Late { milliseconds: 2_000 }).times(1));
    let begun = place.asked("GET", "service/tickets");
    let meanwhile = async {
        while place.asked("GET", "service/tickets") == begun {
            tokio::task::yield_now().await;
        }
        place.pass(5);
        place.close(ticket).await;
        place.drain().await;
        assert_eq!(place.status(ticket), "Resolved");
    };
    let (polled, ()) = tokio::join!(place.poll(), meanwhile);
    polled.unwrap();
    assert_eq!(place.state(ticket).await, Closed);
    let closed_by = |told: &[String]| told.iter().filter(|told| *told == "closed").count();
    place.round().await;
    let told = place.told(ticket).await;
    assert!(!told.contains(&"reopened".to_owned()) && closed_by(&told) == 1, "{told:?}");
    // What people do in Manage afterwards is heard.
    place.set_status(ticket, "New (not responded)");
    place.round().await;
    assert_eq!(place.state(ticket).await, Open);
    place.end().await;
}

/// A rule that says nothing about statuses.
fn by_board(input: &mut ConnectorInput) {
    by_rules(input);
    "board/name = \"Service Desk\"".clone_into(&mut input.rules[0].conditions);
}

async fn tickets_that_ended_before_they_were_seen_raise_nothing(engine: Engine) {
    let place = Place::with(engine, |_| {}, by_board).await;
    assert!(place.alerts().await.is_empty(), "those of the first six that are closed were read at first");
    let (ended, open) = (place.ticket("Ended"), place.ticket("Open"));
    place.set_status(ended, ">Closed");
    place.round().await;
    let alerts = place.alerts().await;
    assert_eq!(alerts.iter().map(|alert| alert.title.as_str()).collect::<Vec<_>>(), ["Open"]);
    let tried = place.services.connectors().dry_run_kept(&place.admin, place.id).await.unwrap();
    let chosen = |id| tried.tickets.iter().find(|ticket| ticket.id == id).unwrap().chosen_by.is_some();
    assert_eq!((chosen(ended), chosen(open)), (false, true), "a trial says the same");
    // It is opened again: now somebody has to be told.
    place.set_status(ended, "New (not responded)");
    place.round().await;
    assert_eq!(place.state(ended).await, Open);
    place.end().await;
}

async fn what_is_forgotten_is_not_raised_again(engine: Engine) {
    let change = |input: &mut ConnectorInput| {
        by_board(input);
        input.status_mapping.closed_to_cw = false;
    };
    let place = Place::with(engine, |_| {}, change).await;
    let (kept, ended) = (place.raised("Open in Manage").await, place.raised("Ended").await);
    let gone = place.raised("Deleted in Manage").await;
    place.simulator.with(|world| world.remove("tickets", gone)).unwrap();
    place.round().await;
    for ticket in [kept, ended, gone] {
        place.close(ticket).await;
    }
    place.set_status(ended, ">Closed");
    place.round().await;
    place.pass(731 * 86_400);
    assert_eq!(place.services.alerts().forget_old().await.unwrap(), 2);
    place.round().await;
    let alerts = place.alerts().await;
    assert_eq!(alerts.iter().map(|alert| alert.title.as_str()).collect::<Vec<_>>(), ["Open in Manage"]);
    assert_eq!(place.state(kept).await, Closed);
    place.services.connectors().remove(&place.admin, place.id, true).await.unwrap();
    assert_eq!(place.services.alerts().forget_old().await.unwrap(), 1, "no rule chooses it any more");
    place.end().await;
}

async fn a_clock_that_is_set_back_stops_nothing(engine: Engine) {
    for back in [Duration::from_secs(5 * 60), Duration::from_secs(2 * 3_600)] {
        let place = Place::rules(engine).await;
        let ticket = place.raised("Before").await;
        place.fault(Fault::on("", FaultKind::DropBefore));
        place.acknowledge(ticket).await;
        place.drain().await;
        assert_eq!(place.write_backs(WriteBackState::Pending).await.len(), 1);
        place.mend();
        place.hours.set_back(back);
        let other = place.ticket("After");
        place.round().await;
        assert_eq!(place.state(other).await, Open, "{back:?}");
        assert_eq!(place.state(ticket).await, Acknowledged);
        assert_eq!(place.status(ticket), "In Progress", "what was owed has arrived");
        // Only once: the next poll is due in its time again.
        assert!(place.services.connectors().poll_due(place.id).await.unwrap().is_none());
        place.end().await;
    }
}

async fn a_long_pause_costs_nothing_afterwards(engine: Engine) {
    let change = |input: &mut ConnectorInput| {
        by_rules(input);
        input.additional_details = vec![Detail::Notes, Detail::Tasks];
    };
    let place = Place::with(engine, |_| {}, change).await;
    for number in 0..40 {
        place.ticket(&format!("Ticket {number}"));
    }
    place.pass(31);
    place.services.connectors().poll_due(place.id).await.unwrap().unwrap().unwrap();
    // Manage asks for ten minutes of rest while the details are still to be read.
    place.fault(Fault::on("", FaultKind::Throttle { seconds: 600 }).times(1));
    assert!(!place.services.connectors().read_details(place.id).await.unwrap(), "they wait");
    for _ in 0..80 {
        place.services.connectors().read_details(place.id).await.unwrap();
    }
    place.pass(601);
    let before = place.services.now();
    place.round().await;
    let alerts = place.alerts().await;
    assert_eq!(alerts.len(), 40);
    for alert in &alerts {
        let detail = place.services.alerts().get(&place.admin, alert.id).await.unwrap();
        assert_eq!(detail.details.unread, Vec::<String>::new());
        assert!(detail.details.read_at.is_some());
    }
    let took = place.services.now().duration_since(before);
    assert!(
        took < SignedDuration::from_secs(31 + 15),
        "nothing stands still for what was never sent: {took:?}"
    );
    place.end().await;
}
