//! Items, versions, production, sources.

use crate::world::{World, at, id, item, key, snapshot};
use domain::{
    content::{
        Approval, ContentType, Reference, Status,
        lifecycle::Candidate,
        review::GivenApproval,
        view::{ItemFilter, ItemSort, Version},
    },
    ids::ScanId,
    page::PageRequest,
    pull::{ManifestItem, Scope},
    source::{Drop, ScanOutcome, ScanReport},
};
use services::ports::{
    reader::Signal,
    store::{
        ContentReads as _, Lane, ProductionReads as _, SourceReads as _, Store as _, StoreError,
        content::VersionRecord, sources::KeptSignal,
    },
};
use std::collections::BTreeMap;

crate::contract!(
    items_round_trip,
    pages_hold_each_row_once,
    searching_is_plain,
    versions_and_contents,
    production_tells_deltas,
    sources_are_kept,
    signals_are_kept
);

async fn items_round_trip(world: World) {
    let source = world.source("Master").await;
    let mut record = item(source, 1, "Reset spooler");
    record.depends_on =
        vec![Reference::to(ContentType::Scripts, &key(2).guid), Reference::named("groups", "Servers")];
    world.save(std::slice::from_ref(&record)).await;
    assert_eq!(world.database.item(&record.key).await.unwrap().unwrap(), record);
    record.lifecycle.approve(Some(&snapshot("Reset spooler").hash)).unwrap();
    record.approved_by = Some("Ada".into());
    record.approved_at = Some(at(7));
    record.review.approvals.push(GivenApproval {
        reviewer: "user:1".into(),
        by: "Ada".into(),
        at: at(7),
        note: Some("looks right".into()),
        content_hash: Some(snapshot("Reset spooler").hash),
    });
    record.depends_on.pop();
    world.save(&[record.clone(), item(source, 2, "Other")]).await;
    assert_eq!(world.database.item(&record.key).await.unwrap().unwrap(), record);
    assert_eq!(world.database.approved_items(ContentType::Scripts).await.unwrap(), [record.clone()]);
    assert_eq!(world.database.used_by(&record.depends_on[0]).await.unwrap().len(), 1);
    assert!(world.database.used_by(&Reference::named("groups", "Servers")).await.unwrap().is_empty());
    let counts = world.database.type_counts().await.unwrap();
    assert_eq!((counts[0].1.total, counts[0].1.change_approved, counts[0].1.needs_approval), (2, 1, 1));

    let mut tx = world.database.begin(Lane::Content).await.unwrap();
    assert_eq!(tx.source_items(source).await.unwrap().len(), 2);
    assert_eq!(tx.items_for_change(&[key(1), key(9)]).await.unwrap().len(), 1);
    assert_eq!(tx.approved_items_for_change(ContentType::Scripts).await.unwrap().len(), 1);
    tx.touch_items(source, at(50)).await.unwrap();
    tx.delete_items(&[key(2)]).await.unwrap();
    tx.commit().await.unwrap();
    assert_eq!(world.database.item(&key(1)).await.unwrap().unwrap().last_seen_at, at(50));
    assert_eq!(world.database.items_by_key(&[key(1), key(2)]).await.unwrap().len(), 1);
}

/// Rows that are there throughout come exactly once, in every order, while others are inserted.
async fn pages_hold_each_row_once(world: World) {
    let source = world.source("Master").await;
    let names = ["ÄPFEL", "apple", "Banana", "banana", "cherry", "Date", "elder", "Fig", "grape"];
    let mut items: Vec<_> = names.iter().zip(1..).map(|(name, number)| item(source, number, name)).collect();
    for record in items.iter_mut().step_by(2) {
        record.version = Some(3);
    }
    items[3].lifecycle.observe(Candidate::Deleted);
    world.save(&items).await;
    let mut extra = 100;
    for sort in [ItemSort::Name, ItemSort::LocalId, ItemSort::Version, ItemSort::Status, ItemSort::Approval] {
        for descending in [false, true] {
            let filter = ItemFilter { sort, descending, ..ItemFilter::default() };
            let (mut seen, mut cursor) = (Vec::new(), None);
            loop {
                let page = PageRequest { limit: 2, cursor };
                let page = world.database.items(ContentType::Scripts, &filter, &page).await.unwrap();
                seen.extend(page.items.iter().map(|row| row.guid.clone()));
                // Few enough that a list which rows are inserted into still ends.
                if seen.len() < 12 {
                    extra += 1;
                    world.save(&[item(source, extra, &format!("inserted {extra}"))]).await;
                }
                cursor = page.next_cursor;
                if cursor.is_none() || seen.len() > 4_000 {
                    break;
                }
            }
            for record in &items {
                let count = seen.iter().filter(|guid| **guid == record.key.guid).count();
                assert_eq!(count, 1, "{} by {sort:?}, descending {descending}", record.name);
            }
        }
    }
    let cursor = world
        .database
        .items(ContentType::Scripts, &ItemFilter::default(), &PageRequest { limit: 1, cursor: None })
        .await
        .unwrap()
        .next_cursor;
    let other = ItemFilter { sort: ItemSort::Version, ..ItemFilter::default() };
    let wrong = world.database.items(ContentType::Scripts, &other, &PageRequest { limit: 1, cursor }).await;
    assert_eq!(wrong, Err(StoreError::BadCursor), "a cursor of another order");
}

async fn searching_is_plain(world: World) {
    let source = world.source("Master").await;
    world
        .save(&[
            item(source, 1, "100% ÜBER_all"),
            item(source, 2, "1000 over all"),
            item(source, 4, "it's; DROP TABLE items"),
        ])
        .await;
    let found = |query: &str| {
        let (database, filter) =
            (world.database.clone(), ItemFilter { query: Some(query.into()), ..ItemFilter::default() });
        async move { database.items(ContentType::Scripts, &filter, &PageRequest::default()).await.unwrap().total }
    };
    assert_eq!(found("100%").await, 1);
    assert_eq!(found("über_").await, 1);
    assert_eq!(found("r_a").await, 1);
    assert_eq!(found("'; drop").await, 0);
    assert_eq!(found("'s; drop table").await, 1);
    assert_eq!(found("proval / disks").await, 3);
    assert_eq!(found("00000002-0000").await, 1);
    let status = ItemFilter {
        status: Some(Status::Changed),
        approval: Some(Approval::NeedsApproval),
        source: Some(source),
        ..ItemFilter::default()
    };
    assert_eq!(
        world.database.items(ContentType::Scripts, &status, &PageRequest::default()).await.unwrap().total,
        3
    );
}

fn version(number: u32, text: &str) -> VersionRecord {
    let snapshot = snapshot(text);
    VersionRecord {
        key: key(1),
        version: Version {
            number,
            content_hash: snapshot.hash.clone(),
            name: "Reset".into(),
            path: "ProVal".into(),
            size: text.len() as u64,
            author: Some("grace".into()),
            approved_by: "Ada".into(),
            approved_at: at(1),
            note: None,
            synced_at: at(2),
            synced_by: "schedule".into(),
            in_production: false,
        },
        snapshot,
        depends_on: vec![Reference::named("groups", "Servers")],
    }
}

fn served(number: u32, text: &str) -> ManifestItem {
    ManifestItem {
        content_type: ContentType::Scripts,
        guid: key(1).guid,
        name: "Reset".into(),
        version: number,
        content_hash: snapshot(text).hash,
        path: "ProVal".into(),
        size: text.len() as u64,
        depends_on: vec![],
    }
}

async fn versions_and_contents(world: World) {
    let mut tx = world.database.begin(Lane::Content).await.unwrap();
    tx.put_blobs(&[(snapshot("one").hash, b"one".to_vec()), (snapshot("two").hash, b"two".to_vec())])
        .await
        .unwrap();
    tx.put_blobs(&[(snapshot("one").hash, b"one".to_vec()), (snapshot("secret").hash, b"secret".to_vec())])
        .await
        .unwrap();
    assert_eq!(world.database.known_blobs(&[snapshot("one").hash]).await.unwrap(), [], "nothing is kept yet");
    assert_eq!(tx.latest_version(&key(1)).await.unwrap(), 0);
    tx.insert_version(&version(1, "one")).await.unwrap();
    tx.insert_version(&version(2, "two")).await.unwrap();
    assert_eq!(tx.latest_version(&key(1)).await.unwrap(), 2);
    assert_eq!(tx.version_of_content(&key(1), &snapshot("one").hash).await.unwrap(), Some(1));
    assert_eq!(tx.version_of_content(&key(1), &snapshot("none").hash).await.unwrap(), None);
    tx.publish(&served(2, "two"), 1).await.unwrap();
    tx.commit().await.unwrap();
    let asked = ["two", "none", "one"].map(|name| snapshot(name).hash);
    // More than a statement has room for.
    let asked: Vec<_> =
        asked.into_iter().chain((0..70_000).map(|number| snapshot(&number.to_string()).hash)).collect();
    let mut known = world.database.known_blobs(&asked).await.unwrap();
    known.sort();
    let mut kept = [snapshot("one").hash, snapshot("two").hash];
    kept.sort();
    assert_eq!(known, kept);
    assert!(world.database.known_blobs(&[]).await.unwrap().is_empty());
    let mut tx = world.database.begin(Lane::Content).await.unwrap();
    assert!(
        matches!(tx.insert_version(&version(2, "one")).await, Err(StoreError::Taken(_))),
        "versions are immutable"
    );
    drop(tx);
    let versions = world.database.versions(&key(1)).await.unwrap();
    assert_eq!(
        versions.iter().map(|version| (version.number, version.in_production)).collect::<Vec<_>>(),
        [(2, true), (1, false)]
    );
    assert_eq!(world.database.version(&key(1), 1).await.unwrap().unwrap(), version(1, "one"));
    assert!(world.database.version(&key(1), 3).await.unwrap().is_none());
    assert_eq!(world.database.blob(&snapshot("one").hash).await.unwrap().unwrap(), b"one");
    let published = |text: &str| {
        let (database, hash) = (world.database.clone(), snapshot(text).hash);
        async move { database.published(&hash, None).await.unwrap() }
    };
    let one = published("one").await;
    assert_eq!((one.keys, one.in_ring), (vec![key(1)], true));
    let secret = published("secret").await;
    assert!(secret.keys.is_empty() && !secret.in_ring, "what nobody approved is never served");
}

async fn production_tells_deltas(world: World) {
    let before = world.database.epochs().await.unwrap();
    let mut tx = world.database.begin(Lane::Content).await.unwrap();
    let first = tx.next_revision(at(1)).await.unwrap();
    tx.publish(&served(1, "one"), first).await.unwrap();
    tx.commit().await.unwrap();
    let mut tx = world.database.begin(Lane::Content).await.unwrap();
    let second = tx.next_revision(at(1)).await.unwrap();
    tx.withdraw(&key(1), second).await.unwrap();
    assert_eq!(tx.revision().await.unwrap(), second);
    tx.commit().await.unwrap();
    assert_eq!(world.database.epochs().await.unwrap().revision, before.revision + 2);
    let served_since = |since: i64| {
        let database = world.database.clone();
        async move {
            let pointers = database.pointers(None).await.unwrap();
            domain::pull::serve(&pointers, &Scope::default(), &[], (since > 0).then_some(since))
        }
    };
    let whole = served_since(0).await;
    assert_eq!((whole.items.len(), whole.removed.len(), whole.revision), (0, 1, second));
    assert_eq!(served_since(first).await.removed[0].revision, second);
    assert!(served_since(second).await.removed.is_empty());
    assert!(world.database.in_production(&[key(1)]).await.unwrap().is_empty());
    let mut tx = world.database.begin(Lane::Content).await.unwrap();
    let third = tx.next_revision(at(3)).await.unwrap();
    tx.publish(&served(1, "one"), third).await.unwrap();
    assert_eq!(tx.pointers_for_change(None).await.unwrap()[0].revision, third);
    tx.commit().await.unwrap();
    assert_eq!(world.database.revisions_after(at(1)).await.unwrap(), [(third, at(3))]);
    assert_eq!(world.database.in_production(&[key(1), key(2)]).await.unwrap(), [key(1)]);
    assert!(served_since(0).await.removed.is_empty(), "publishing again clears the tombstone");
}

async fn sources_are_kept(world: World) {
    let source = world.source("Master").await;
    let mut tx = world.database.begin(Lane::Content).await.unwrap();
    let report = ScanReport {
        id: ScanId(id()),
        started_at: at(1),
        finished_at: at(2),
        outcome: ScanOutcome::Held,
        counts: BTreeMap::new(),
        issues: vec![],
        summary: "held".into(),
    };
    let held = BTreeMap::from([(ContentType::Scripts, Drop { before: 5, after: 0, at: at(2) })]);
    tx.record_scan(source, &report, &held).await.unwrap();
    let mut input = tx.source(source).await.unwrap().unwrap().input;
    input.name = "Renamed".into();
    assert!(tx.update_source(source, &input).await.unwrap());
    tx.commit().await.unwrap();
    let found = world.database.source(source).await.unwrap().unwrap();
    assert_eq!((found.input.name.as_str(), found.last_scan, found.held), ("Renamed", Some(report), held));
    let other = world.source("Other").await;
    let mut tx = world.database.begin(Lane::Content).await.unwrap();
    assert!(matches!(tx.update_source(other, &input).await, Err(StoreError::Taken(_))));
    drop(tx);
    let mut tx = world.database.begin(Lane::Content).await.unwrap();
    assert!(tx.delete_source(source, at(9)).await.unwrap());
    assert!(!tx.delete_source(source, at(9)).await.unwrap());
    tx.commit().await.unwrap();
    assert_eq!(world.database.sources().await.unwrap().len(), 1);
    world.source("Renamed").await;
}

async fn signals_are_kept(world: World) {
    let (one, two) = (world.source("Master").await, world.source("Other").await);
    let kept = |number: u32, text: &str| KeptSignal {
        key: key(number),
        hash: snapshot(text).hash,
        path: "ProVal / Disks".into(),
        signal: Signal(format!("{text} scripts:{number}")),
    };
    let mut tx = world.database.begin(Lane::Content).await.unwrap();
    tx.keep_signals(one, &[kept(1, "a"), kept(2, "b")]).await.unwrap();
    tx.keep_signals(two, &[kept(1, "c")]).await.unwrap();
    tx.commit().await.unwrap();
    let mut tx = world.database.begin(Lane::Content).await.unwrap();
    tx.keep_signals(one, &[kept(2, "d"), kept(3, "e")]).await.unwrap();
    tx.forget_signals(one, &[key(1), key(9)]).await.unwrap();
    tx.commit().await.unwrap();
    let mut found = world.database.signals(one).await.unwrap();
    found.sort_by_key(|kept| kept.key.clone());
    assert_eq!(found, [kept(2, "d"), kept(3, "e")]);
    assert_eq!(world.database.signals(two).await.unwrap(), [kept(1, "c")], "each source has its own");
    let mut tx = world.database.begin(Lane::Content).await.unwrap();
    tx.forget_all_signals(one).await.unwrap();
    tx.commit().await.unwrap();
    assert!(world.database.signals(one).await.unwrap().is_empty());
    assert_eq!(world.database.signals(two).await.unwrap().len(), 1);
}
