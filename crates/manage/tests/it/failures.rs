//! Passing failures, throttling, outages: what is tried again, how long is waited, when Manage is left alone.

use crate::world::{Setting, patience, setting, settings};
use manage::{
    BreakerState, Lines, Manage, ManageError, Patience, Query, Reference, Retry, SystemNames,
    model::TicketChange,
};
use rstest::rstest;
use sandbox::manage::{Fault, FaultKind};
use std::{sync::Arc, time::Duration};

#[rstest]
#[case(FaultKind::Status { status: 500 })]
#[case(FaultKind::Status { status: 503 })]
#[case(FaultKind::BadGateway)]
#[case(FaultKind::HtmlSuccess)]
#[case(FaultKind::DropBefore)]
#[case(FaultKind::DropAfter)]
#[case(FaultKind::CutAnswer)]
#[tokio::test]
async fn a_passing_failure_of_a_read_is_not_seen(#[case] kind: FaultKind) {
    let world = setting(|_| {}).await;
    world.fault(Fault::on("service/tickets/1", kind).times(2));
    assert_eq!(world.manage.ticket(1).await.unwrap().id, 1);
    assert_eq!(world.simulator.requests("tickets/1").len(), 3);
    let waits = world.pace.waits();
    assert_eq!(waits.len(), 2);
    assert!(waits[1] > waits[0], "each wait is longer: {waits:?}");
}

#[tokio::test]
async fn a_change_is_repeated_because_it_is_the_same_twice() {
    let world = setting(|_| {}).await;
    world.fault(Fault::on("tickets/1", FaultKind::DropAfter).method("PATCH").times(1));
    let change =
        TicketChange { status: Some(Reference::Name("Acknowledged".into())), ..TicketChange::default() };
    let changed = world.manage.change_ticket(1, &change).await.unwrap();
    assert_eq!(changed.ticket.status.unwrap().name, "Acknowledged");
    assert_eq!(world.asked("PATCH", "tickets/1"), 2);
}

#[tokio::test]
async fn a_failure_that_stays_is_given_back_after_four_tries() {
    let world = setting(|_| {}).await;
    world.manage.check_keys().await.unwrap();
    world.fault(Fault::on("tickets/1", FaultKind::Status { status: 500 }));
    let error = world.manage.ticket(1).await.unwrap_err();
    assert!(matches!(error, ManageError::Failed(_)), "{error}");
    assert_eq!(error.retry(), Retry::Later);
    assert_eq!(world.simulator.requests("tickets/1").len(), 4);
}

/// Another client of the same instance, with another patience.
fn with_timeout(world: &Setting, timeout: Duration) -> Manage {
    let patience = Patience { timeout, ..patience() };
    let lines = Lines::with(patience, world.pace.clone(), Arc::new(SystemNames));
    Manage::new(settings(&world.simulator.url()), lines.to(world.manage.instance())).unwrap()
}

#[tokio::test]
async fn a_server_that_never_answers_ends_in_time() {
    let world = setting(|_| {}).await;
    world.manage.check_keys().await.unwrap();
    let manage = with_timeout(&world, Duration::from_millis(80));
    world.fault(Fault::on("tickets/1", FaultKind::Stall));
    assert_eq!(manage.ticket(1).await.unwrap_err(), ManageError::NoAnswer);
}

#[tokio::test]
async fn retry_after_is_obeyed_by_everyone_on_the_line() {
    let world = setting(|_| {}).await;
    world.manage.check_keys().await.unwrap();
    world.fault(Fault::on("tickets/1", FaultKind::Throttle { seconds: 25 }).times(1));
    let other = world.with_settings(|_| {});
    world.manage.ticket(1).await.unwrap();
    let waited: Duration = world.pace.waits().iter().sum();
    assert!(waited >= Duration::from_secs(25) && waited < Duration::from_secs(27), "{waited:?}");
    world.fault(Fault::on("tickets/2", FaultKind::Throttle { seconds: 600 }).times(1));
    let error = other.ticket(2).await.unwrap_err();
    assert_eq!(error.retry(), Retry::After(Duration::from_secs(600)), "too long to wait inside a call");
    assert!(world.line.state().budget_wait >= Duration::from_secs(599));
    assert!(
        matches!(world.manage.ticket(3).await, Err(ManageError::Throttled { after: Some(_) })),
        "the pause is everyone's"
    );
}

#[tokio::test]
async fn the_simulators_own_limit_is_met_with_patience() {
    let world = setting(|world| world.limit = Some(5)).await;
    for _ in 0..5 {
        world.manage.ticket(1).await.unwrap();
    }
    let error = world.manage.ticket(1).await.unwrap_err();
    assert!(matches!(error.retry(), Retry::After(after) if after == Duration::from_secs(30)), "{error}");
    world.simulator.with(|world| world.clock.shift(jiff::SignedDuration::from_secs(61)));
    world.pace.pass(Duration::from_secs(61));
    world.manage.ticket(1).await.unwrap();
}

#[tokio::test]
async fn two_connectors_to_one_instance_share_its_budget() {
    let world = setting(|_| {}).await;
    let lines =
        Lines::with(Patience { per_minute: 60, ..patience() }, world.pace.clone(), Arc::new(SystemNames));
    let client = || Manage::new(settings(&world.simulator.url()), lines.to(world.manage.instance())).unwrap();
    let (one, two) = (client(), client());
    for _ in 0..15 {
        one.ticket(1).await.unwrap();
        two.ticket(1).await.unwrap();
    }
    let waited: Duration = world.pace.waits().iter().sum();
    // 32 requests (two look-ups among them) at 60 a minute, ten of them at once.
    assert!(waited >= Duration::from_secs(22), "{waited:?}");
}

#[tokio::test]
async fn an_outage_opens_the_breaker_and_its_end_closes_it() {
    let world = setting(|_| {}).await;
    world.manage.check_keys().await.unwrap();
    assert_eq!(world.manage.state().breaker, BreakerState::Closed { failures: 0 });
    world.fault(Fault::on("apis/3.0", FaultKind::BadGateway));
    let mut last = world.manage.ticket(1).await.unwrap_err();
    for _ in 0..3 {
        last = world.manage.ticket(1).await.unwrap_err();
    }
    assert!(matches!(last, ManageError::LeftAlone { .. }), "{last}");
    assert!(matches!(last.retry(), Retry::After(_)));
    assert!(matches!(world.manage.state().breaker, BreakerState::Open { .. }));
    let asked = world.simulator.requests("tickets/1").len();
    assert!(world.manage.ticket(1).await.is_err());
    assert_eq!(world.simulator.requests("tickets/1").len(), asked, "nothing is sent while it rests");

    world.simulator.with(|world| world.faults.clear());
    world.pace.pass(Duration::from_secs(30));
    assert_eq!(world.manage.ticket(1).await.unwrap().id, 1, "recovered within a minute");
    assert_eq!(world.manage.state().breaker, BreakerState::Closed { failures: 0 });
}

#[tokio::test]
async fn refusals_are_answers_and_do_not_open_the_breaker() {
    let world = setting(|_| {}).await;
    for _ in 0..12 {
        assert!(world.manage.ticket(404_404).await.is_err());
        assert!(world.manage.tickets(&Query::new().conditions("nonsense = 1")).await.is_err());
    }
    assert_eq!(world.manage.state().breaker, BreakerState::Closed { failures: 0 });
}

#[tokio::test]
async fn no_storm_while_manage_is_down() {
    let world = setting(|_| {}).await;
    world.manage.check_keys().await.unwrap();
    world.fault(Fault::on("apis/3.0", FaultKind::Status { status: 500 }));
    let before = world.simulator.requests("").len();
    // Ten minutes of a caller that comes back every second.
    for _ in 0..600 {
        drop(world.manage.ticket(1).await);
        world.pace.pass(Duration::from_secs(1));
    }
    let asked = world.simulator.requests("").len() - before;
    assert!(asked <= 60, "{asked} attempts in ten minutes");
}

#[tokio::test]
async fn an_answer_without_end_is_cut_off() {
    let world = setting(|world| {
        for id in 1..=6 {
            world.row_mut("tickets", id).unwrap()["summary"] = "x".repeat(2_000_000).into();
        }
    })
    .await;
    // Twelve megabytes take their time on a machine that is busy.
    let manage = with_timeout(&world, Duration::from_secs(30));
    let error = manage.tickets(&Query::new()).await.unwrap_err();
    assert!(matches!(error, ManageError::TooLong(_)), "{error}");
}

#[tokio::test]
async fn a_clock_that_differs_changes_nothing() {
    let world = setting(|world| world.clock.shift(jiff::SignedDuration::from_hours(-30_000))).await;
    let change =
        TicketChange { status: Some(Reference::Name("Acknowledged".into())), ..TicketChange::default() };
    let changed = world.manage.change_ticket(1, &change).await.unwrap().ticket;
    assert!(changed.mark.updated_at.unwrap() < "2024-01-01T00:00:00Z".parse().unwrap());
}
