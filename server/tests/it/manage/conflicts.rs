//! Both sides change the same alert within a second: recorded, shown, and resolved by the setting.

use super::{Place, by_rules};
use crate::{on_both_engines, world::Engine};
use domain::{
    alert::AlertState::{Acknowledged, Closed},
    connector::{ConnectorInput, Mode, Winner},
    write_back::WriteBackState,
};

on_both_engines!(the_setting_decides, a_change_that_was_heard_in_time_is_not_written_over);

fn change(mode: Mode, winner: Winner) -> impl FnOnce(&mut ConnectorInput) {
    move |input| {
        if mode == Mode::Rules {
            by_rules(input);
        }
        input.conflict_winner = winner;
    }
}

async fn the_setting_decides(engine: Engine) {
    for mode in [Mode::Workflow, Mode::Rules] {
        for winner in [Winner::Manage, Winner::Tandem] {
            let place = Place::with(engine, |_| {}, change(mode, winner)).await;
            let ticket = place.raised("Contested").await;
            place.acknowledge(ticket).await;
            place.set_status(ticket, ">Closed");
            place.poll().await.unwrap();
            let (state, status) = match (winner, mode) {
                (Winner::Manage, _) => (Closed, ">Closed"),
                (Winner::Tandem, Mode::Workflow) => (Acknowledged, "Acknowledged"),
                // An acknowledgement never opens a closed ticket; the alert stays with the person.
                (Winner::Tandem, Mode::Rules) => (Acknowledged, ">Closed"),
            };
            assert_eq!(place.state(ticket).await, state, "{mode:?} {winner:?}");
            let told = place.told(ticket).await;
            assert_eq!(told.iter().filter(|told| *told == "conflict").count(), 1, "{told:?}");
            place.drain().await;
            place.round().await;
            place.round().await;
            assert_eq!(place.state(ticket).await, state, "{mode:?} {winner:?}: it stays");
            assert_eq!(place.status(ticket), status, "{mode:?} {winner:?}");
            let again = place.told(ticket).await;
            assert_eq!(again.iter().filter(|told| *told == "conflict").count(), 1, "told once: {again:?}");
            assert!(place.write_backs(WriteBackState::Pending).await.is_empty());
            place.end().await;
        }
    }
}

async fn a_change_that_was_heard_in_time_is_not_written_over(engine: Engine) {
    let place = Place::workflow(engine).await;
    let ticket = place.raised("Raced").await;
    place.acknowledge(ticket).await;
    place.set_status(ticket, ">Closed");
    // No poll in between: the attempt itself looks first.
    place.drain().await;
    assert_eq!((place.state(ticket).await, place.status(ticket).as_str()), (Closed, ">Closed"));
    let pointless = place.write_backs(WriteBackState::Superseded).await;
    assert_eq!(pointless.len(), 1, "{pointless:?}");
    place.end().await;
}
