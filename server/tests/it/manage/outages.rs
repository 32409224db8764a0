//! Long outages, strange clocks, slow answers, and two processes at the same connector.

use super::Place;
use crate::{on_both_engines, world::Engine};
use domain::{
    alert::AlertState::{Acknowledged, Closed, Open},
    write_back::WriteBackState,
};
use jiff::SignedDuration;
use sandbox::manage::{Fault, FaultKind};

on_both_engines!(
    an_hour_without_manage,
    a_clock_that_is_ten_minutes_off,
    a_slow_answer_is_waited_for_or_told
);

async fn an_hour_without_manage(engine: Engine) {
    let place = Place::rules(engine).await;
    let tickets: Vec<i64> = (0..6).map(|number| place.ticket(&format!("Ticket {number}"))).collect();
    place.round().await;
    place.fault(Fault::on("", FaultKind::DropBefore));
    for ticket in &tickets {
        place.acknowledge(*ticket).await;
        place.annotate(*ticket, "first").await;
        place.annotate(*ticket, "second").await;
    }
    place.close(tickets[0]).await;
    for minute in 0..60 {
        place.pass(29);
        assert!(place.poll().await.is_err(), "minute {minute}");
        place.drain().await;
    }
    assert_eq!(place.state(tickets[1]).await, Acknowledged, "alerts stay usable");
    assert_eq!(place.state(tickets[0]).await, Closed);
    let waiting = place.write_backs(WriteBackState::Pending).await;
    assert!(waiting.len() >= 18, "{}", waiting.len());
    assert!(place.write_backs(WriteBackState::Failed).await.is_empty(), "an outage is nobody's fault");
    let health = place.services.connectors().health(&place.admin, place.id).await.unwrap();
    assert!(health.problem.is_some() && health.problem_since.is_some());
    let silence = place.services.now().duration_since(health.last_answer_at.unwrap());
    assert!(silence.as_secs() > 3_500, "{silence:?}");
    assert!(health.oldest_write_back_at.is_some());
    let late = place.ticket("While it was away");

    place.mend();
    place.pass(31);
    place.poll().await.unwrap();
    // The first good poll makes everything due: nothing waits for its long wait.
    place.drain().await;
    assert_eq!(place.state(late).await, Open);
    assert!(place.write_backs(WriteBackState::Pending).await.is_empty(), "it drained within a minute");
    assert_eq!(place.status(tickets[0]), "Resolved");
    for ticket in &tickets {
        let (first, second) = (place.notes(*ticket, "first"), place.notes(*ticket, "second"));
        assert_eq!((first.len(), second.len()), (1, 1));
        assert!(first[0]["id"].as_i64() < second[0]["id"].as_i64(), "in order");
    }
    for ticket in &tickets[1..] {
        assert_eq!(place.status(*ticket), "In Progress");
        assert_eq!(place.state(*ticket).await, Acknowledged);
    }
    place.end().await;
}

async fn a_clock_that_is_ten_minutes_off(engine: Engine) {
    for minutes in [-10, 10] {
        let shift = move |world: &mut sandbox::manage::World| {
            world.clock.shift(SignedDuration::from_mins(minutes));
            for ticket in 1..=6 {
                world.touch("tickets", ticket, "jdoe");
            }
        };
        let place = Place::with(engine, shift, super::by_rules).await;
        let ticket = place.raised("Off").await;
        place.set_status(ticket, "In Progress");
        place.round().await;
        assert_eq!(place.state(ticket).await, Acknowledged, "{minutes} minutes");
        place.acknowledge_another().await;
        // Somebody sets it right while we look.
        place.simulator.with(|world| world.clock.shift(SignedDuration::from_mins(-minutes)));
        place.set_status(ticket, ">Closed");
        let new = place.ticket("After that");
        for _ in 0..22 {
            place.round().await;
        }
        assert_eq!(place.state(ticket).await, Closed, "{minutes} minutes");
        assert_eq!(place.state(new).await, Open, "{minutes} minutes");
        place.end().await;
    }
}

impl Place {
    /// One of ours on the way, so that both directions are seen.
    async fn acknowledge_another(&self) {
        let ticket = self.raised("Ours").await;
        self.acknowledge(ticket).await;
        self.drain().await;
        self.round().await;
        assert_eq!((self.state(ticket).await, self.status(ticket).as_str()), (Acknowledged, "In Progress"));
    }
}

async fn a_slow_answer_is_waited_for_or_told(engine: Engine) {
    let place = Place::rules(engine).await;
    let ticket = place.ticket("Slow");
    place.fault(Fault::on("service/tickets", FaultKind::Slow { milliseconds: 300 }).times(1));
    place.round().await;
    assert_eq!(place.state(ticket).await, Open);
    place.mend();
    // Longer than the patience of the line, twice.
    place.fault(Fault::on("service/tickets", FaultKind::Slow { milliseconds: 4_000 }).times(2));
    let other = place.ticket("Too slow");
    let error = place.poll().await.unwrap_err().to_string();
    assert!(error.contains("did not answer in time"), "{error}");
    place.mend();
    place.round().await;
    assert_eq!(place.state(other).await, Open);
    place.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn two_replicas_share_one_connector() {
    let place = Place::workflow(Engine::Postgres).await;
    let (second, database) = place.replica().await;
    let (first, other) = (place.services.connectors(), second.connectors());
    let mut tickets = Vec::new();
    for round in 0..10 {
        tickets.extend((0..10).map(|number| place.ticket(&format!("Ticket {round}.{number}"))));
        place.pass(31);
        let (one, two) = tokio::join!(first.poll_due(place.id), other.poll_due(place.id));
        let ran = [one.unwrap(), two.unwrap()];
        assert_eq!(ran.iter().flatten().count(), 1, "one of them polls");
        assert!(ran.into_iter().flatten().all(|done| done.is_ok()));
        let acknowledged = tickets[round * 10];
        place.acknowledge(acknowledged).await;
        place.annotate(acknowledged, "Taken").await;
        let both = tokio::join!(first.write_back(place.id), other.write_back(place.id));
        both.0.unwrap();
        both.1.unwrap();
    }
    place.drain().await;
    assert_eq!(place.alerts().await.len(), tickets.len());
    for (number, ticket) in tickets.iter().enumerate() {
        place.alert(*ticket).await;
        let taken = number % 10 == 0;
        assert_eq!(place.notes(*ticket, "Taken").len(), usize::from(taken));
        assert_eq!(place.status(*ticket), if taken { "Acknowledged" } else { "New (not responded)" });
        assert_eq!(place.custom(*ticket, "TandemRetrieved_c"), true);
    }
    // One that slept past its lease keeps nothing.
    let late = place.ticket("Late");
    place.pass(31);
    let slow = Fault::on("events", FaultKind::Slow { milliseconds: 1_200 }).times(1);
    place.fault(slow);
    let sleeping = first.poll_due(place.id);
    let waking = async {
        tokio::time::sleep(std::time::Duration::from_millis(400)).await;
        place.pass(120);
        other.poll_due(place.id).await
    };
    let (slept, woke) = tokio::join!(sleeping, waking);
    assert!(woke.unwrap().unwrap().is_ok());
    assert!(slept.unwrap().unwrap().unwrap().contains("another process"));
    assert_eq!(place.state(late).await, Open);
    drop(second);
    database.close().await;
    place.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_process_that_paused_before_its_note_leaves_it_to_the_next() {
    let place = Place::rules(Engine::Postgres).await;
    let (second, database) = place.replica().await;
    let (first, other) = (place.services.connectors(), second.connectors());
    let ticket = place.raised("Noted").await;
    place.annotate(ticket, "Once").await;
    // It sees that the note is not there, and hears so only when its lease is over.
    place.fault(Fault::on("notes", FaultKind::Late { milliseconds: 1_200 }).method("GET").times(1));
    let asked = place.asked("GET", "notes");
    let has_asked = async {
        while place.asked("GET", "notes") == asked {
            tokio::task::yield_now().await;
        }
    };
    let mut paused = Box::pin(first.write_back(place.id));
    tokio::select! {
        _ = &mut paused => panic!("it waits for no answer"),
        () = has_asked => {}
    }
    // While it stands still: otherwise it could take up the work again itself, which is as good.
    place.pass(40);
    assert_eq!(Box::pin(other.write_back(place.id)).await.unwrap(), 1);
    paused.await.unwrap();
    assert_eq!(place.notes(ticket, "Once").len(), 1);
    assert!(place.write_backs(WriteBackState::Pending).await.is_empty());
    drop(second);
    database.close().await;
    place.end().await;
}
