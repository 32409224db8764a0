//! One alert and its ticket.

use super::{alert, begin, insert, person, take, ticket};
use crate::{
    contract,
    world::{World, at, id},
};
use domain::{
    alert::{AlertState, Assignee, Event, Step, TimelineEntry},
    ids::{AlertId, ConnectorId, UserId},
};
use services::ports::store::{AlertReads as _, alerts::AlertRecord};

contract!(
    an_alert_comes_back_as_it_went_in,
    a_ticket_has_one_alert,
    every_change_has_a_revision_of_its_own,
    timelines_stay_bounded,
    what_was_closed_long_ago_is_forgotten,
);

async fn read(world: &World, id: AlertId) -> AlertRecord {
    world.database.alert(id).await.unwrap().unwrap()
}

async fn an_alert_comes_back_as_it_went_in(world: World) {
    let mut kept = alert("Disk full", Some(ticket(ConnectorId(id()), 7)));
    insert(&world, &[&kept]).await;
    kept.revision = 1;
    assert_eq!(read(&world, kept.id).await, kept);
    let by = person(UserId(id()));
    kept.assignee = Some(Assignee { user_id: UserId(id()), name: "Grace".into() });
    kept.text = "other".into();
    kept.agreed = AlertState::Closed;
    take(&world, &mut kept, Step::Acknowledge, &by).await;
    take(&world, &mut kept, Step::Close, &by).await;
    kept.revision = 3;
    assert_eq!(read(&world, kept.id).await, kept);
    let mut tx = begin(&world).await;
    assert_eq!(tx.alert(kept.id).await.unwrap().unwrap(), kept);
    assert!(tx.alert(AlertId(id())).await.unwrap().is_none());
    let told: Vec<Event> =
        world.database.timeline(kept.id).await.unwrap().into_iter().map(|entry| entry.event).collect();
    assert_eq!(told, [Event::Acknowledged, Event::Closed]);
}

async fn a_ticket_has_one_alert(world: World) {
    let connector = ConnectorId(id());
    let first = alert("a", Some(ticket(connector, 7)));
    let manual = (alert("b", None), alert("c", None));
    insert(&world, &[&first, &manual.0, &manual.1, &alert("d", Some(ticket(ConnectorId(id()), 7)))]).await;
    let mut tx = begin(&world).await;
    assert!(!tx.insert_alert(&alert("again", Some(ticket(connector, 7)))).await.unwrap());
    assert_eq!(tx.alert_of_ticket(connector, 7).await.unwrap().unwrap().id, first.id);
    assert!(tx.alert_of_ticket(connector, 8).await.unwrap().is_none());
    tx.commit().await.unwrap();

    let mut second = alert("e", Some(ticket(connector, 9)));
    insert(&world, &[&second]).await;
    take(&world, &mut second, Step::Close, &person(UserId(id()))).await;
    let many: Vec<i64> = (0..1200).collect();
    let found = world.database.alerts_of_tickets(connector, &many).await.unwrap();
    assert_eq!(found, [(7, first.id, AlertState::Open), (9, second.id, AlertState::Closed)]);
    let live = |behind, most| world.database.live_tickets(connector, behind, most);
    assert_eq!(live(0, 10).await.unwrap(), [7]);
    for number in [12, 3, 8] {
        insert(&world, &[&alert(&format!("live {number}"), Some(ticket(connector, number)))]).await;
    }
    assert_eq!(live(0, 10).await.unwrap(), [3, 7, 8, 12], "in order, without the closed one");
    assert_eq!(live(3, 2).await.unwrap(), [7, 8], "behind a number, no more than wanted");
    assert!(live(12, 10).await.unwrap().is_empty());
}

async fn every_change_has_a_revision_of_its_own(world: World) {
    assert_eq!(world.database.alerts_revision().await.unwrap(), 0);
    let (mut one, two) = (alert("a", None), alert("b", None));
    insert(&world, &[&one, &two]).await;
    take(&world, &mut one, Step::Acknowledge, &person(UserId(id()))).await;
    assert_eq!(world.database.alerts_revision().await.unwrap(), 3);
    let changed = |since, most| {
        let database = world.database.clone();
        async move { database.alerts_changed_since(since, most).await.unwrap() }
    };
    assert_eq!(changed(0, 10).await, [(two.id, 2), (one.id, 3)]);
    assert_eq!(changed(0, 1).await, [(two.id, 2)]);
    assert_eq!(changed(3, 10).await, []);
}

async fn timelines_stay_bounded(world: World) {
    let kept = alert("a", None);
    insert(&world, &[&kept]).await;
    let by = person(UserId(id()));
    let mut tx = begin(&world).await;
    for number in 0..1010 {
        let event = Event::Annotated { text: number.to_string() };
        tx.tell(kept.id, &TimelineEntry { at: at(number), by: by.clone(), event }).await.unwrap();
    }
    tx.commit().await.unwrap();
    let told = world.database.timeline(kept.id).await.unwrap();
    assert_eq!(told.len(), 1001);
    assert_eq!((told[0].at, told[1].at, told[1000].at), (at(0), at(10), at(1009)));
}

async fn what_was_closed_long_ago_is_forgotten(world: World) {
    let by = person(UserId(id()));
    let (mut old, mut recent, open) = (alert("old", None), alert("recent", None), alert("open", None));
    insert(&world, &[&old, &recent, &open]).await;
    take(&world, &mut old, Step::Close, &by).await;
    let mut tx = begin(&world).await;
    recent.course.take(Step::Close, &by, at(90)).unwrap();
    tx.update_alert(&recent).await.unwrap();
    tx.commit().await.unwrap();

    let mut tx = begin(&world).await;
    assert_eq!(tx.forget_alerts(at(20), 10).await.unwrap(), 0);
    assert_eq!(tx.forget_alerts(at(50), 10).await.unwrap(), 1);
    tx.commit().await.unwrap();
    assert!(world.database.alert(old.id).await.unwrap().is_none());
    assert!(world.database.timeline(old.id).await.unwrap().is_empty());
    let counts = world.database.alert_counts(&Default::default()).await.unwrap();
    assert_eq!((counts.open, counts.closed), (1, 1));
}
