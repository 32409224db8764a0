//! The outbox: order, leases, fences.

use super::{alert, begin, insert, owed, ticket};
use crate::{
    contract,
    world::{World, at, id},
};
use domain::{
    alert::{AlertState, Carried},
    ids::{AlertId, ConnectorId, WriteBackId},
    page::PageRequest,
    write_back::{Attempt, Task, WriteBack, WriteBackState},
};
use services::ports::store::{
    AlertReads as _, WriteBackReads as _,
    write_backs::{AttemptEnd, WriteBackFilter, WriteBackLease},
};

contract!(
    write_backs_of_a_ticket_go_in_order,
    a_write_back_is_leased_once,
    a_fence_stops_who_slept,
    a_later_state_supersedes,
    what_was_given_up_can_be_replayed,
    what_waits_can_be_hurried,
    removing_a_connector_gives_up,
    lists_and_counts,
);

const ACKNOWLEDGED: Task = Task::State { state: AlertState::Acknowledged };

async fn owe(world: &World, write_backs: &[&WriteBack]) {
    let mut tx = begin(world).await;
    for write_back in write_backs {
        tx.insert_write_back(write_back).await.unwrap();
    }
    tx.commit().await.unwrap();
}

async fn lease(world: &World, connector: ConnectorId, now: i64) -> Vec<WriteBackLease> {
    world.database.lease_write_backs(connector, at(now), at(now + 60), 10).await.unwrap()
}

async fn end(world: &World, lease: &WriteBackLease, state: WriteBackState, next: Option<i64>) -> bool {
    let ok = state == WriteBackState::Done;
    let attempt = Attempt { at: at(30), outcome: "answered".into(), ok };
    let end = AttemptEnd { attempt, state, next_attempt_at: next.map(at), remarks: vec!["told".into()] };
    let mut tx = begin(world).await;
    let ended = tx.end_attempt(lease, &end).await.unwrap();
    tx.commit().await.unwrap();
    ended
}

async fn carried(world: &World, id: AlertId) -> Carried {
    world.database.alert(id).await.unwrap().unwrap().carried
}

async fn write_backs_of_a_ticket_go_in_order(world: World) {
    let connector = ConnectorId(id());
    let (one, two) = (alert("a", Some(ticket(connector, 1))), alert("b", Some(ticket(connector, 2))));
    insert(&world, &[&one, &two]).await;
    let first = owed(&one, Task::Retrieved);
    let (second, other) = (owed(&one, ACKNOWLEDGED), owed(&two, Task::Note { text: "hello".into() }));
    owe(&world, &[&first, &second, &other]).await;
    assert!(lease(&world, connector, 9).await.is_empty(), "none is due");
    assert!(lease(&world, ConnectorId(id()), 10).await.is_empty());
    let leases = lease(&world, connector, 10).await;
    assert_eq!(leases.iter().map(|lease| &lease.write_back).collect::<Vec<_>>(), [&first, &other]);
    assert!(lease(&world, connector, 20).await.is_empty(), "both are leased, and the second must wait");

    // The first is tried again later: what follows waits for it.
    assert!(end(&world, &leases[0], WriteBackState::Pending, Some(40)).await);
    assert!(lease(&world, connector, 39).await.is_empty());
    let again = lease(&world, connector, 40).await;
    assert_eq!(again[0].write_back.attempts.len(), 1);
    assert!(end(&world, &again[0], WriteBackState::Done, None).await);
    assert_eq!(carried(&world, one.id).await, Carried::Sending);
    let last = lease(&world, connector, 41).await;
    assert_eq!(last[0].write_back, second);
    assert!(end(&world, &last[0], WriteBackState::Done, None).await);
    assert_eq!(carried(&world, one.id).await, Carried::Confirmed);
    let mut tx = begin(&world).await;
    for (alert, since, written) in [(one.id, 30, true), (one.id, 31, false), (two.id, 0, false)] {
        assert_eq!(tx.has_written_since(alert, at(since)).await.unwrap(), written, "{since}");
    }
    drop(tx);
    let story = world.database.write_backs_of(one.id).await.unwrap();
    assert_eq!(story.iter().map(|known| known.id).collect::<Vec<_>>(), [first.id, second.id]);
    assert_eq!(story[0].attempts.len(), 2);
    assert_eq!((story[0].remarks.clone(), story[0].ended_at), (vec!["told".to_owned()], Some(at(30))));
}

async fn a_write_back_is_leased_once(world: World) {
    let connector = ConnectorId(id());
    let alerts: Vec<_> = (0..20).map(|number| alert("a", Some(ticket(connector, number)))).collect();
    insert(&world, &alerts.iter().collect::<Vec<_>>()).await;
    let owed: Vec<_> = alerts.iter().map(|alert| owed(alert, ACKNOWLEDGED)).collect();
    owe(&world, &owed.iter().collect::<Vec<_>>()).await;
    let workers = (0..6).map(|_| {
        let database = world.database.clone();
        tokio::spawn(async move {
            let mut ids = Vec::new();
            for _ in 0..4 {
                let leases = database.lease_write_backs(connector, at(10), at(70), 3).await.unwrap();
                ids.extend(leases.into_iter().map(|lease| lease.write_back.id));
            }
            ids
        })
    });
    let mut ids = Vec::new();
    for worker in workers.collect::<Vec<_>>() {
        ids.extend(worker.await.unwrap());
    }
    // Two that choose the same rows at once may both come back with less; nobody comes back with another's.
    let leased = ids.len();
    ids.sort_unstable();
    ids.dedup();
    assert_eq!(ids.len(), leased, "none twice");
    ids.extend(
        world
            .database
            .lease_write_backs(connector, at(10), at(70), 20)
            .await
            .unwrap()
            .into_iter()
            .map(|lease| lease.write_back.id),
    );
    assert_eq!(ids.len(), 20, "none forgotten");
}

async fn a_fence_stops_who_slept(world: World) {
    let connector = ConnectorId(id());
    let one = alert("a", Some(ticket(connector, 1)));
    insert(&world, &[&one]).await;
    owe(&world, &[&owed(&one, ACKNOWLEDGED)]).await;
    let slept = lease(&world, connector, 10).await.remove(0);
    let prolong = |lease, now, until| world.database.prolong_write_back(lease, at(now), at(until));
    assert!(prolong(&slept, 11, 90).await.unwrap());
    assert!(lease(&world, connector, 89).await.is_empty(), "it is still at it");
    assert!(!prolong(&slept, 90, 999).await.unwrap(), "it has run out");
    let fresh = lease(&world, connector, 90).await.remove(0);
    assert!(!prolong(&slept, 91, 10).await.unwrap());
    assert!(lease(&world, connector, 91).await.is_empty(), "what is lost cannot be changed");
    assert!(fresh.fence > slept.fence);
    assert!(!end(&world, &slept, WriteBackState::Done, None).await);
    assert!(end(&world, &fresh, WriteBackState::Pending, None).await, "tried again at once");
    assert!(!end(&world, &fresh, WriteBackState::Done, None).await, "the lease was given back");
    assert_eq!(lease(&world, connector, 72).await.len(), 1);
}

async fn a_later_state_supersedes(world: World) {
    let connector = ConnectorId(id());
    let one = alert("a", Some(ticket(connector, 1)));
    insert(&world, &[&one]).await;
    let (state, note) = (owed(&one, ACKNOWLEDGED), owed(&one, Task::Note { text: "x".into() }));
    owe(&world, &[&state, &note]).await;
    let mut tx = begin(&world).await;
    assert_eq!(tx.supersede_states(one.id, at(11)).await.unwrap(), 1);
    assert_eq!(tx.supersede_states(one.id, at(11)).await.unwrap(), 0);
    let open = tx.open_write_backs(one.id).await.unwrap();
    assert_eq!(open.iter().map(|known| known.id).collect::<Vec<_>>(), [note.id]);
    tx.commit().await.unwrap();
    let known = world.database.write_back(state.id).await.unwrap().unwrap();
    assert_eq!((known.state, known.ended_at), (WriteBackState::Superseded, Some(at(11))));
    assert_eq!(carried(&world, one.id).await, Carried::Sending);

    // One that is being attempted stays: nobody knows whether Manage has it.
    let later = owed(&one, ACKNOWLEDGED);
    owe(&world, &[&later]).await;
    for lease in lease(&world, connector, 12).await {
        end(&world, &lease, WriteBackState::Done, None).await;
    }
    let held = lease(&world, connector, 13).await.remove(0);
    assert_eq!(held.write_back.id, later.id);
    let mut tx = begin(&world).await;
    assert_eq!(tx.supersede_states(one.id, at(14)).await.unwrap(), 0);
    tx.commit().await.unwrap();
    assert!(end(&world, &held, WriteBackState::Failed, None).await);
    assert_eq!(carried(&world, one.id).await, Carried::Failed);
    let mut tx = begin(&world).await;
    assert_eq!(tx.supersede_states(one.id, at(15)).await.unwrap(), 1, "what was given up is pointless, too");
    tx.commit().await.unwrap();
    assert_eq!(carried(&world, one.id).await, Carried::Confirmed, "the note arrived");
}

async fn what_was_given_up_can_be_replayed(world: World) {
    let connector = ConnectorId(id());
    let one = alert("a", Some(ticket(connector, 1)));
    insert(&world, &[&one]).await;
    let state = owed(&one, ACKNOWLEDGED);
    owe(&world, &[&state]).await;
    let held = lease(&world, connector, 10).await.remove(0);
    assert!(end(&world, &held, WriteBackState::Failed, None).await);
    assert!(lease(&world, connector, 99).await.is_empty());
    let before = world.database.alerts_revision().await.unwrap();
    let mut tx = begin(&world).await;
    assert!(tx.replay_write_back(state.id, at(50)).await.unwrap());
    assert!(!tx.replay_write_back(state.id, at(50)).await.unwrap());
    assert!(!tx.replay_write_back(WriteBackId(id()), at(50)).await.unwrap());
    tx.commit().await.unwrap();
    assert!(world.database.alerts_revision().await.unwrap() > before, "pages hear of it");
    assert_eq!(carried(&world, one.id).await, Carried::Sending);
    assert_eq!(lease(&world, connector, 50).await[0].write_back.ended_at, None);
}

async fn what_waits_can_be_hurried(world: World) {
    let connector = ConnectorId(id());
    let one = alert("a", Some(ticket(connector, 1)));
    insert(&world, &[&one]).await;
    owe(&world, &[&owed(&one, ACKNOWLEDGED)]).await;
    let held = lease(&world, connector, 10).await.remove(0);
    assert!(end(&world, &held, WriteBackState::Pending, Some(900)).await);
    let mut tx = begin(&world).await;
    assert_eq!(tx.hurry_write_backs(connector, at(40)).await.unwrap(), 1);
    assert_eq!(tx.hurry_write_backs(connector, at(50)).await.unwrap(), 0, "never later");
    assert_eq!(tx.hurry_write_backs(ConnectorId(id()), at(30)).await.unwrap(), 0);
    tx.commit().await.unwrap();
    assert_eq!(lease(&world, connector, 40).await.len(), 1);
}

async fn removing_a_connector_gives_up(world: World) {
    let connector = ConnectorId(id());
    let one = alert("a", Some(ticket(connector, 1)));
    insert(&world, &[&one]).await;
    owe(&world, &[&owed(&one, ACKNOWLEDGED), &owed(&one, Task::Note { text: "x".into() })]).await;
    let held = lease(&world, connector, 10).await.remove(0);
    let mut tx = begin(&world).await;
    assert_eq!(tx.drop_write_backs(connector, at(12)).await.unwrap(), 2);
    tx.commit().await.unwrap();
    assert!(!end(&world, &held, WriteBackState::Done, None).await);
    assert_eq!(carried(&world, one.id).await, Carried::Failed);
}

async fn lists_and_counts(world: World) {
    let (connector, other) = (ConnectorId(id()), ConnectorId(id()));
    let (one, two) = (alert("a", Some(ticket(connector, 1))), alert("b", Some(ticket(other, 1))));
    insert(&world, &[&one, &two]).await;
    let all: Vec<_> = [&one, &one, &two].into_iter().map(|alert| owed(alert, Task::Retrieved)).collect();
    owe(&world, &all.iter().collect::<Vec<_>>()).await;
    let held = lease(&world, connector, 10).await.remove(0);
    end(&world, &held, WriteBackState::Failed, None).await;
    assert_eq!(world.database.write_back_counts(connector).await.unwrap(), (1, Some(at(10)), 1));
    assert_eq!(world.database.write_back_counts(ConnectorId(id())).await.unwrap(), (0, None, 0));

    let ids = |filter: WriteBackFilter, limit| {
        let database = world.database.clone();
        async move {
            let page = PageRequest { limit, cursor: None };
            let first = database.write_backs(&filter, &page).await.unwrap();
            let mut ids: Vec<_> = first.items.iter().map(|known| known.id).collect();
            if first.next_cursor.is_some() {
                let page = PageRequest { limit, cursor: first.next_cursor };
                let second = database.write_backs(&filter, &page).await.unwrap();
                ids.extend(second.items.iter().map(|known| known.id));
            }
            assert_eq!(ids.len() as u64, first.total);
            ids
        }
    };
    assert_eq!(ids(WriteBackFilter::default(), 2).await, [all[2].id, all[1].id, all[0].id]);
    let failed = WriteBackFilter { state: Some(WriteBackState::Failed), connector: Some(connector) };
    assert_eq!(ids(failed, 50).await, [all[0].id]);
    assert_eq!(ids(WriteBackFilter { state: None, connector: Some(other) }, 50).await, [all[2].id]);
}
