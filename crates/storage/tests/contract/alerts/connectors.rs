//! Connectors: names, polls, logs, members.

use super::{alert, begin, owed, ticket};
use crate::{
    contract,
    world::{World, at, id},
};
use domain::{
    connector::{Connector, ConnectorInput, LogLine, MadeInManage},
    ids::{ConnectorId, UserId},
    secret::Secret,
    write_back::Task,
};
use services::ports::store::{
    ConnectorReads as _, StoreError, WriteBackReads as _,
    connectors::{Calls, Standing},
};

contract!(
    connectors_are_kept_by_name,
    a_poll_is_claimed_once,
    a_poll_that_goes_on_holds_its_lease,
    a_hurried_poll_survives_the_one_under_way,
    callbacks_are_counted_while_a_poll_is_under_way,
    what_callbacks_told_of_is_taken_once,
    leases_of_the_dead_are_ended,
    logs_stay_bounded,
    members_are_chosen_by_hand,
);

fn connector(name: &str) -> Connector {
    let input = ConnectorInput { name: name.into(), private_key: Secret::Kept, ..ConnectorInput::default() };
    let made = MadeInManage::default();
    Connector { id: ConnectorId(id()), input, enabled: false, created_at: at(0), made }
}

async fn insert(world: &World, connector: &Connector) {
    let mut tx = begin(world).await;
    tx.insert_connector(connector).await.unwrap();
    tx.commit().await.unwrap();
}

async fn switch(world: &World, id: ConnectorId, enabled: bool, next: i64) {
    let mut tx = begin(world).await;
    assert!(tx.switch_connector(id, enabled, at(next)).await.unwrap());
    tx.commit().await.unwrap();
}

async fn connectors_are_kept_by_name(world: World) {
    let (mut one, other) = (connector("Main"), connector("Branch"));
    insert(&world, &one).await;
    insert(&world, &other).await;
    let mut tx = begin(&world).await;
    let renamed = ConnectorInput { name: "BRANCH".into(), ..one.input.clone() };
    assert!(matches!(tx.update_connector(one.id, &renamed).await, Err(StoreError::Taken(_))));
    drop(tx);
    one.input.poll_interval_seconds = 60;
    one.made.workflows.push((3, "Tandem - Trigger Alerts".into()));
    let mut tx = begin(&world).await;
    assert!(tx.update_connector(one.id, &one.input).await.unwrap());
    tx.keep_made(one.id, &one.made).await.unwrap();
    assert_eq!(tx.connector(one.id).await.unwrap().as_ref(), Some(&one));
    tx.commit().await.unwrap();
    assert_eq!(world.database.connectors().await.unwrap(), [other.clone(), one.clone()]);
    let mut tx = begin(&world).await;
    assert!(tx.delete_connector(other.id, at(5)).await.unwrap());
    assert!(!tx.delete_connector(other.id, at(5)).await.unwrap());
    assert!(!tx.update_connector(other.id, &other.input).await.unwrap());
    assert!(!tx.switch_connector(other.id, true, at(5)).await.unwrap());
    tx.insert_connector(&connector("branch")).await.unwrap();
    tx.commit().await.unwrap();
    assert!(world.database.connector(other.id).await.unwrap().is_none());
    assert!(world.database.standing(other.id).await.unwrap().is_none());
    assert_eq!(world.database.connector(one.id).await.unwrap(), Some(one));
}

async fn a_poll_is_claimed_once(world: World) {
    let one = connector("Main");
    insert(&world, &one).await;
    let claim = |now| {
        let database = world.database.clone();
        async move { database.claim_poll(one.id, at(now), at(now + 60)).await.unwrap() }
    };
    assert!(claim(100).await.is_none(), "it is switched off");
    switch(&world, one.id, true, 10).await;
    assert!(claim(9).await.is_none(), "it is not due");
    let slept = claim(10).await.unwrap();
    assert!(claim(11).await.is_none(), "it is leased");
    let fresh = claim(70).await.unwrap();
    let standing = Standing { watermark: Some(at(7)), problem: Some("x".into()), ..Standing::default() };
    let mut tx = begin(&world).await;
    assert!(!tx.holds_poll(&slept).await.unwrap());
    assert!(!tx.end_poll(&slept, &Standing::default(), at(99)).await.unwrap());
    assert!(tx.holds_poll(&fresh).await.unwrap());
    assert!(tx.end_poll(&fresh, &standing, at(100)).await.unwrap());
    assert!(!tx.holds_poll(&fresh).await.unwrap(), "given back");
    tx.commit().await.unwrap();
    assert_eq!(world.database.standing(one.id).await.unwrap(), Some((standing.clone(), at(100))));
    assert_eq!(claim(100).await.unwrap().standing, standing);

    // Switched off in the middle: what the poll found is not kept.
    let held = world.database.claim_poll(one.id, at(200), at(260)).await.unwrap().unwrap();
    switch(&world, one.id, false, 0).await;
    let mut tx = begin(&world).await;
    assert!(!tx.holds_poll(&held).await.unwrap());
}

async fn a_poll_that_goes_on_holds_its_lease(world: World) {
    let one = connector("Main");
    insert(&world, &one).await;
    switch(&world, one.id, true, 10).await;
    let claim = |now| {
        let database = world.database.clone();
        async move { database.claim_poll(one.id, at(now), at(now + 30)).await.unwrap() }
    };
    let held = claim(10).await.unwrap();
    assert_eq!(held.until, at(40));
    let prolong = |lease, now, until| world.database.prolong_poll(lease, at(now), at(until));
    assert!(prolong(&held, 39, 60).await.unwrap());
    assert!(claim(59).await.is_none());
    assert!(!prolong(&held, 60, 999).await.unwrap(), "it has run out");
    let next = claim(60).await.unwrap();
    // Whoever has lost it holds nothing, and keeps nobody out.
    assert!(!prolong(&held, 61, 999).await.unwrap());
    assert!(claim(89).await.is_none());
    assert!(claim(90).await.is_some());
    assert!(!prolong(&next, 91, 999).await.unwrap());
    let mut tx = begin(&world).await;
    assert!(!tx.holds_poll(&next).await.unwrap());
}

async fn a_hurried_poll_survives_the_one_under_way(world: World) {
    let one = connector("Main");
    insert(&world, &one).await;
    switch(&world, one.id, true, 10).await;
    let next = || async { world.database.standing(one.id).await.unwrap().unwrap().1 };
    let hurry = |when| {
        let world = &world;
        async move {
            let mut tx = begin(world).await;
            tx.hurry_poll(one.id, at(when)).await.unwrap();
            tx.commit().await.unwrap();
        }
    };
    hurry(5).await;
    assert_eq!(next().await, at(5));
    hurry(8).await;
    assert_eq!(next().await, at(5), "never later");
    for (hurried, due) in [(Some(12), at(12)), (None, at(40))] {
        let lease = world.database.claim_poll(one.id, at(12), at(72)).await.unwrap().unwrap();
        if let Some(when) = hurried {
            hurry(when).await;
        }
        let mut tx = begin(&world).await;
        assert!(tx.end_poll(&lease, &Standing::default(), at(40)).await.unwrap());
        tx.commit().await.unwrap();
        assert_eq!(next().await, due);
    }
}

async fn callbacks_are_counted_while_a_poll_is_under_way(world: World) {
    let (one, other) = (connector("Main"), connector("Branch"));
    insert(&world, &one).await;
    insert(&world, &other).await;
    switch(&world, one.id, true, 10).await;
    assert_eq!(world.database.calls(one.id).await.unwrap(), Calls::default());
    let lease = world.database.claim_poll(one.id, at(10), at(70)).await.unwrap().unwrap();
    let mut tx = begin(&world).await;
    tx.believe_call(one.id, at(11)).await.unwrap();
    tx.believe_call(one.id, at(12)).await.unwrap();
    tx.refuse_calls(one.id, 3, at(13), "first").await.unwrap();
    tx.refuse_calls(one.id, 4, at(14), "second").await.unwrap();
    tx.commit().await.unwrap();
    let mut tx = begin(&world).await;
    assert!(tx.end_poll(&lease, &Standing::default(), at(40)).await.unwrap());
    tx.commit().await.unwrap();
    let calls = Calls {
        last_at: Some(at(12)),
        believed: 2,
        refused: 7,
        refused_at: Some(at(14)),
        refusal: Some("second".into()),
    };
    assert_eq!(world.database.calls(one.id).await.unwrap(), calls);
    assert_eq!(world.database.calls(other.id).await.unwrap(), Calls::default());
}

async fn what_callbacks_told_of_is_taken_once(world: World) {
    let (one, other) = (connector("Main"), connector("Branch"));
    insert(&world, &one).await;
    insert(&world, &other).await;
    let mut tx = begin(&world).await;
    for (id, ticket, when) in [(one.id, 7, 10), (one.id, 7, 30), (one.id, 8, 20), (other.id, 7, 10)] {
        tx.hear_of(id, ticket, at(when)).await.unwrap();
    }
    tx.forget_told(one.id, at(20)).await.unwrap();
    tx.commit().await.unwrap();
    let mut tx = begin(&world).await;
    assert!(tx.take_told(one.id, &[]).await.unwrap().is_empty());
    assert_eq!(tx.take_told(one.id, &[7, 8, 9]).await.unwrap(), [7], "the newest time counts");
    drop(tx);
    let mut tx = begin(&world).await;
    assert_eq!(tx.take_told(one.id, &[7]).await.unwrap(), [7], "what was rolled back was not taken");
    assert!(tx.take_told(one.id, &[7]).await.unwrap().is_empty());
    assert_eq!(tx.take_told(other.id, &[7]).await.unwrap(), [7]);
}

async fn leases_of_the_dead_are_ended(world: World) {
    let one = connector("Main");
    insert(&world, &one).await;
    switch(&world, one.id, true, 10).await;
    let kept = alert("a", Some(ticket(one.id, 1)));
    super::insert(&world, &[&kept]).await;
    let mut tx = begin(&world).await;
    tx.insert_write_back(&owed(&kept, Task::Retrieved)).await.unwrap();
    tx.commit().await.unwrap();
    let lease = || async {
        let poll = world.database.claim_poll(one.id, at(10), at(999)).await.unwrap();
        let attempts = world.database.lease_write_backs(one.id, at(10), at(999), 9).await.unwrap();
        (poll, attempts)
    };
    let (dead, owed) = lease().await;
    assert_eq!((dead.is_some(), owed.len()), (true, 1));
    let (none, nothing) = lease().await;
    assert_eq!((none.is_some(), nothing.len()), (false, 0));
    world.database.end_leases().await.unwrap();
    let mut tx = begin(&world).await;
    assert!(!tx.holds_poll(&dead.unwrap()).await.unwrap());
    drop(tx);
    let (fresh, again) = lease().await;
    assert_eq!((fresh.is_some(), again.len()), (true, 1));
}

async fn logs_stay_bounded(world: World) {
    let one = connector("Main");
    insert(&world, &one).await;
    let line = |number: i64| LogLine { at: at(number), level: "info".into(), message: number.to_string() };
    let mut tx = begin(&world).await;
    for number in 0..510 {
        tx.log_connector(one.id, &line(number)).await.unwrap();
    }
    tx.commit().await.unwrap();
    assert_eq!(world.database.connector_log(one.id, 2).await.unwrap(), [line(509), line(508)]);
    let all = world.database.connector_log(one.id, 1000).await.unwrap();
    assert_eq!((all.len(), &all[499]), (500, &line(10)));
}

async fn members_are_chosen_by_hand(world: World) {
    let (one, ada, grace) = (connector("Main"), UserId(id()), UserId(id()));
    insert(&world, &one).await;
    let mut tx = begin(&world).await;
    for (user, member) in
        [(ada, Some("alovelace")), (grace, Some("x")), (grace, Some("ghopper")), (ada, None)]
    {
        tx.choose_member(one.id, user, member).await.unwrap();
    }
    tx.commit().await.unwrap();
    assert_eq!(world.database.member_choices(one.id).await.unwrap(), [(grace, "ghopper".to_owned())]);
}
