//! Many tickets: each once, and quickly.

use super::{Place, by_rules};
use crate::{on_both_engines, world::Engine};
use domain::{
    alert::AlertFilter,
    connector::{ConnectorInput, Detail},
    page::PageRequest,
};
use std::time::{Duration, Instant};

on_both_engines!(
    five_hundred_tickets_in_one_poll,
    ten_thousand_open_tickets_slow_nothing,
    what_hangs_on_tickets_is_read_only_where_it_is_wanted
);

async fn total(place: &Place) -> u64 {
    let page = PageRequest::new(Some(1), None).unwrap();
    place.services.alerts().list(&place.admin, &AlertFilter::default(), &page).await.unwrap().total
}

async fn five_hundred_tickets_in_one_poll(engine: Engine) {
    let place = Place::rules(engine).await;
    let tickets: Vec<i64> = (0..500).map(|number| place.ticket(&format!("Ticket {number}"))).collect();
    place.pass(31);
    place.services.connectors().poll_due(place.id).await.unwrap().unwrap().unwrap();
    assert_eq!(total(&place).await, 500);
    for _ in 0..3 {
        place.poll().await.unwrap();
    }
    assert_eq!(total(&place).await, 500, "each once");
    let alerts = place.alerts().await;
    let mut known: Vec<i64> = alerts.iter().filter_map(|alert| Some(alert.ticket.as_ref()?.id)).collect();
    known.sort_unstable();
    assert_eq!(known, tickets);
    assert!(alerts.iter().all(|alert| alert.ticket.as_ref().is_some_and(|ticket| ticket.company.is_some())));
    place.end().await;
}

async fn what_hangs_on_tickets_is_read_only_where_it_is_wanted(engine: Engine) {
    for wanted in [vec![], vec![Detail::Notes]] {
        let change = |input: &mut ConnectorInput| {
            by_rules(input);
            input.additional_details.clone_from(&wanted);
        };
        let place = Place::with(engine, |_| {}, change).await;
        place.ticket("Seen again and again");
        for poll in 0..3 {
            place.pass(31);
            let connectors = place.services.connectors();
            connectors.poll_due(place.id).await.unwrap().unwrap().unwrap();
            let first = poll == 0 && !wanted.is_empty();
            assert_eq!(connectors.read_details(place.id).await.unwrap(), first, "{wanted:?}, poll {poll}");
        }
        place.end().await;
    }
}

async fn ten_thousand_open_tickets_slow_nothing(engine: Engine) {
    let place = Place::rules(engine).await;
    place.simulator.with(|world| {
        for number in 0..10_000 {
            world.new_ticket(&format!("Ticket {number}"));
        }
    });
    place.pass(31);
    place.services.connectors().poll_due(place.id).await.unwrap().unwrap().unwrap();
    assert_eq!(total(&place).await, 10_000);
    // The overlap is over, and the sweep is not due yet.
    for _ in 0..2 {
        place.pass(45);
        place.services.connectors().poll_due(place.id).await.unwrap().unwrap().unwrap();
    }
    let before = place.simulator.requests("").len();
    place.pass(31);
    let began = Instant::now();
    let told = place.services.connectors().poll_due(place.id).await.unwrap().unwrap().unwrap();
    assert_eq!(told, "nothing new");
    let took = began.elapsed();
    assert!(took < Duration::from_secs(5), "{took:?}");
    let asked = place.simulator.requests("").len() - before;
    assert!(asked <= 3, "{asked} requests for nothing new");
    place.end().await;
}
