//! The search for texts: whatever way it goes, it finds what reading every alert would find.

use super::{alert, begin, insert, person, take, ticket};
use crate::{
    contract,
    world::{World, id},
};
use domain::{
    alert::{Alert, AlertFilter, AlertState, MOST_COUNTED, Step},
    ids::{ConnectorId, UserId},
    page::PageRequest,
};
use jiff::Timestamp;
use services::ports::store::{AlertReads as _, alerts::AlertRecord};

contract!(
    every_text_is_found_as_by_reading,
    filters_and_pages_hold_with_a_text,
    changed_and_forgotten_texts_leave_the_index,
    what_many_alerts_have_is_quick_and_counted_up_to_a_limit
);

const TITLES: [&str; 12] = [
    "Disk 50% full on SRV-01",
    "Disk 500 full on srv-02",
    "a_b under_score",
    "axb under score",
    "He said \"down\" it's \"\"so\"\"",
    "Überlauf in der Küche",
    "überlauf in der kuche",
    "ÄÖÜ äöü ß ẞ",
    "back\\slash \\% and \\_",
    "日本語のアラート",
    "AND OR NOT NEAR(* ^ : -)",
    "zq",
];

const TEXTS: [&str; 32] = [
    "%",
    "0%",
    "50%",
    "_",
    "a_b",
    "r_s",
    "\"",
    "\"down\"",
    "\"\"so\"\"",
    "it's",
    "'",
    "üb",
    "übe",
    "ÜBERLAUF",
    "Küche",
    "kuche",
    "äöü",
    "ß",
    "öü ",
    "\\",
    "\\%",
    "\\s",
    "日本",
    "日本語",
    "AND OR",
    "NEAR(*",
    "^ : -",
    "zq",
    "SRV-0",
    "wayne enter",
    "wayne\u{20}50",
    "nowhere at all",
];

async fn page(world: &World, filter: &AlertFilter, page: &PageRequest) -> (Vec<Alert>, u64, Option<String>) {
    let page = world.database.alerts(filter, page).await.unwrap();
    (page.items, page.total, page.next_cursor)
}

fn with(q: &str) -> AlertFilter {
    AlertFilter { q: Some(q.into()), ..AlertFilter::default() }
}

/// What the search looks through, by the rule and not by the table.
fn text_of(alert: &AlertRecord) -> String {
    let ticket = alert.ticket.as_ref();
    let company = ticket.and_then(|ticket| ticket.company.clone()).unwrap_or_default();
    let number = ticket.map(|ticket| ticket.id.to_string()).unwrap_or_default();
    format!("{}\n{company}\n{number}", alert.title).to_lowercase()
}

async fn every_text_is_found_as_by_reading(world: World) {
    let connector = ConnectorId(id());
    let made: Vec<AlertRecord> = (1_i64..)
        .zip(TITLES)
        .map(|(number, title)| alert(title, (number % 3 == 0).then(|| ticket(connector, 4_700 + number))))
        .collect();
    insert(&world, &made.iter().collect::<Vec<_>>()).await;
    for text in TEXTS.into_iter().chain(["47", "470", "4712"]) {
        let folded = text.trim().to_lowercase();
        let mut wanted: Vec<_> =
            made.iter().filter(|alert| text_of(alert).contains(&folded)).map(|alert| alert.id).collect();
        wanted.sort();
        wanted.reverse();
        let (found, total, _) = page(&world, &with(text), &PageRequest::default()).await;
        assert_eq!(found.iter().map(|alert| alert.id).collect::<Vec<_>>(), wanted, "{text}");
        assert_eq!(total, wanted.len() as u64, "{text}");
        let counts = world.database.alert_counts(&with(text)).await.unwrap();
        assert_eq!((counts.open, counts.closed), (total, 0), "{text}");
    }
    assert!(found_titles(&world, "nowhere at all").await.is_empty());
    assert_eq!(found_titles(&world, "ÜBERLAUF").await.len(), 2);
}

async fn found_titles(world: &World, q: &str) -> Vec<String> {
    page(world, &with(q), &PageRequest::default()).await.0.into_iter().map(|alert| alert.title).collect()
}

async fn filters_and_pages_hold_with_a_text(world: World) {
    let (connector, ada) = (ConnectorId(id()), UserId(id()));
    let mut made: Vec<AlertRecord> =
        (0..9).map(|number| alert(&format!("Printer {number}"), Some(ticket(connector, number)))).collect();
    insert(&world, &made.iter().collect::<Vec<_>>()).await;
    insert(&world, &[&alert("Plotter", Some(ticket(connector, 100)))]).await;
    for number in [2, 5, 7] {
        take(&world, &mut made[number], Step::Close, &person(ada)).await;
    }
    let titles = |alerts: Vec<Alert>| alerts.into_iter().map(|alert| alert.title).collect::<Vec<_>>();
    for filter in [
        AlertFilter { mine: Some(ada), ..with("printer") },
        AlertFilter { state: Some(AlertState::Closed), connector: Some(connector), ..with("PRINTER") },
    ] {
        let (found, total, _) = page(&world, &filter, &PageRequest::default()).await;
        assert_eq!(
            (titles(found), total),
            (vec!["Printer 7".into(), "Printer 5".into(), "Printer 2".into()], 3)
        );
        let counts = world.database.alert_counts(&filter).await.unwrap();
        assert_eq!(counts.closed, 3);
    }
    let (mut seen, mut cursor) = (Vec::new(), None);
    loop {
        let asked = PageRequest { limit: 2, cursor };
        let (found, total, next) = page(&world, &with("printer"), &asked).await;
        assert_eq!(total, 9 + seen.len() as u64 / 2);
        seen.extend(titles(found));
        cursor = next;
        if cursor.is_none() {
            break;
        }
        // News come on top and never shift what follows.
        insert(&world, &[&alert("Printer, new", None)]).await;
    }
    let wanted: Vec<String> = (0..9).rev().map(|number| format!("Printer {number}")).collect();
    assert_eq!(seen, wanted);
}

async fn changed_and_forgotten_texts_leave_the_index(world: World) {
    let connector = ConnectorId(id());
    let mut told = alert("Fan stopped", Some(ticket(connector, 1)));
    let (same, mut gone) = (alert("Fan stopped", Some(ticket(connector, 1))), alert("Fan gone", None));
    insert(&world, &[&told, &gone]).await;
    let mut tx = begin(&world).await;
    assert_eq!(tx.insert_alerts(&[same]).await.unwrap(), [None], "its ticket has an alert already");
    tx.commit().await.unwrap();
    assert_eq!(found_titles(&world, "fan").await, ["Fan gone", "Fan stopped"]);

    told.title = "Pump stopped".into();
    let mut tx = begin(&world).await;
    tx.update_alert(&told).await.unwrap();
    tx.commit().await.unwrap();
    let mut tx = begin(&world).await;
    tx.update_alert(&AlertRecord { title: "Never kept".into(), ..told.clone() }).await.unwrap();
    drop(tx);
    assert_eq!(found_titles(&world, "fan").await, ["Fan gone"]);
    assert_eq!(found_titles(&world, "pump").await, ["Pump stopped"]);
    assert!(found_titles(&world, "never kept").await.is_empty());

    take(&world, &mut gone, Step::Close, &person(UserId(id()))).await;
    let mut tx = begin(&world).await;
    assert_eq!(tx.forget_alerts(Timestamp::MAX, 10).await.unwrap(), 1);
    tx.commit().await.unwrap();
    assert!(found_titles(&world, "fan").await.is_empty());
    // The number of what is gone is not given again: its words would come back with it.
    insert(&world, &[&alert("Valve", None)]).await;
    assert!(found_titles(&world, "fan").await.is_empty());
    assert_eq!(found_titles(&world, "valve").await, ["Valve"]);
}

async fn what_many_alerts_have_is_quick_and_counted_up_to_a_limit(world: World) {
    let made: Vec<AlertRecord> =
        (0..6_000).map(|number| alert(&format!("Disk number {number} is full"), None)).collect();
    let mut tx = begin(&world).await;
    for some in made.chunks(500) {
        assert!(tx.insert_alerts(some).await.unwrap().iter().all(Option::is_some));
    }
    tx.commit().await.unwrap();
    let started = std::time::Instant::now();
    for _ in 0..10 {
        let (found, total, next) = page(&world, &with("NUMBER"), &PageRequest::default()).await;
        assert_eq!((found[0].id, total), (made[5_999].id, MOST_COUNTED));
        assert!(next.is_some());
        assert_eq!(found_titles(&world, "number 4321 ").await, ["Disk number 4321 is full"]);
        let (_, total, _) = page(&world, &with("ber 43"), &PageRequest::default()).await;
        assert_eq!(total, 111, "43, 430 to 439, 4300 to 4399");
    }
    // Reading everything takes far longer; the bound leaves room for a busy machine.
    assert!(started.elapsed().as_secs() < 10, "{:?}", started.elapsed());
    let counts = world.database.alert_counts(&with("is full")).await.unwrap();
    assert_eq!((counts.open, counts.acknowledged), (MOST_COUNTED, 0));
}
