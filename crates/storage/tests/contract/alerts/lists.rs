//! Lists: filters, order, pages, totals, and the indexes that they use.

use super::{alert, insert, person, take, ticket};
use crate::{
    contract,
    world::{World, id},
};
use domain::{
    alert::{AlertFilter, AlertState, Assignee, Step},
    ids::{ConnectorId, UserId},
    page::PageRequest,
};
use services::ports::store::{AlertReads as _, StoreError};

contract!(filters_narrow_lists_and_counts, pages_hold_under_insertion, foreign_cursors_are_refused);

async fn titles(world: &World, filter: AlertFilter) -> Vec<String> {
    let page = world.database.alerts(&filter, &PageRequest::default()).await.unwrap();
    assert_eq!(page.total, page.items.len() as u64, "{filter:?}");
    page.items.into_iter().map(|alert| alert.title).collect()
}

async fn filters_narrow_lists_and_counts(world: World) {
    let (connector, ada, grace) = (ConnectorId(id()), UserId(id()), UserId(id()));
    let mut taken = alert("Taken", Some(ticket(connector, 4711)));
    let mut given = alert("Given", Some(ticket(ConnectorId(id()), 4712)));
    given.category = "Network".into();
    given.assignee = Some(Assignee { user_id: ada, name: "Ada".into() });
    let mut ended = alert("Ended 100%", None);
    ended.category = "NETWORK".into();
    insert(&world, &[&taken, &given, &ended]).await;
    take(&world, &mut taken, Step::Acknowledge, &person(ada)).await;
    take(&world, &mut ended, Step::Close, &person(grace)).await;

    let all = AlertFilter::default;
    let text = |q: &str| AlertFilter { q: Some(q.into()), ..all() };
    let state = |state| AlertFilter { state: Some(state), ..all() };
    assert_eq!(titles(&world, all()).await, ["Ended 100%", "Given", "Taken"]);
    assert_eq!(titles(&world, state(AlertState::Open)).await, ["Given"]);
    assert_eq!(titles(&world, state(AlertState::Closed)).await, ["Ended 100%"]);
    let mine = AlertFilter { mine: Some(ada), ..all() };
    assert_eq!(titles(&world, mine.clone()).await, ["Given", "Taken"]);
    let mine_open = AlertFilter { state: Some(AlertState::Open), ..mine.clone() };
    assert_eq!(titles(&world, mine_open).await, ["Given"]);
    assert_eq!(titles(&world, AlertFilter { mine: Some(grace), ..all() }).await, ["Ended 100%"]);
    let network = AlertFilter { category: Some(" network ".into()), ..all() };
    assert_eq!(titles(&world, network.clone()).await, ["Ended 100%", "Given"]);
    assert_eq!(titles(&world, AlertFilter { connector: Some(connector), ..all() }).await, ["Taken"]);
    for (q, found) in [
        ("tak", vec!["Taken"]),
        ("471", vec!["Given", "Taken"]),
        ("WAYNE", vec!["Given", "Taken"]),
        ("0%", vec!["Ended 100%", "Given", "Taken"]),
        ("100%", vec!["Ended 100%"]),
        ("_", vec![]),
        (" ", vec!["Ended 100%", "Given", "Taken"]),
    ] {
        assert_eq!(titles(&world, text(q)).await, found, "{q}");
    }
    let narrow = AlertFilter { q: Some("giv".into()), mine: Some(ada), ..network.clone() };
    assert_eq!(titles(&world, narrow).await, ["Given"]);

    for (filter, wanted) in
        [(all(), (1, 1, 1)), (network, (1, 0, 1)), (mine, (1, 1, 0)), (text("4712"), (1, 0, 0))]
    {
        let filter = AlertFilter { state: Some(AlertState::Closed), ..filter };
        let counts = world.database.alert_counts(&filter).await.unwrap();
        assert_eq!((counts.open, counts.acknowledged, counts.closed), wanted, "{filter:?}");
    }
}

async fn pages_hold_under_insertion(world: World) {
    let alerts: Vec<_> = (0..7).map(|number| alert(&format!("{number}"), None)).collect();
    insert(&world, &alerts.iter().collect::<Vec<_>>()).await;
    let (mut seen, mut cursor) = (Vec::new(), None);
    loop {
        let page = PageRequest { limit: 3, cursor };
        let page = world.database.alerts(&AlertFilter::default(), &page).await.unwrap();
        seen.extend(page.items.into_iter().map(|alert| alert.title));
        cursor = page.next_cursor;
        if cursor.is_none() {
            break;
        }
        // News come on top and never shift what follows.
        insert(&world, &[&alert("new", None)]).await;
    }
    assert_eq!(seen, ["6", "5", "4", "3", "2", "1", "0"]);
}

async fn foreign_cursors_are_refused(world: World) {
    let page = PageRequest { limit: 3, cursor: Some("bm9uc2Vuc2U".into()) };
    let refused = world.database.alerts(&AlertFilter::default(), &page).await.unwrap_err();
    assert_eq!(refused, StoreError::BadCursor);
}
