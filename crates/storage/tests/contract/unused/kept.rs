//! Each kind of reference, alone, keeps a content.

use super::{DAY, hash};
use crate::world::{World, at, client, id, item, key, snapshot};
use domain::{
    client::{Exception, ExceptionKind},
    content::{
        ContentType,
        lifecycle::Candidate,
        review::{GivenApproval, Rejection},
        view::Version,
    },
    ids::{ExceptionId, RingId},
    pull::{ManifestItem, Pointer, ReportedItem},
    receiving::ReceiverState,
    ring::{Ring, RingRules},
};
use services::ports::{
    reader::Signal,
    store::{UnusedReads as _, content::VersionRecord, sources::KeptSignal},
};

crate::contract!(
    versions_and_production_keep,
    rings_keep,
    items_keep,
    exceptions_and_signals_keep,
    reports_keep
);

fn served(number: u32, text: &str) -> ManifestItem {
    ManifestItem {
        content_type: ContentType::Scripts,
        guid: key(number).guid,
        name: "Reset".into(),
        version: 1,
        content_hash: hash(text),
        path: "ProVal".into(),
        size: 9,
        depends_on: vec![],
    }
}

fn version(text: &str) -> VersionRecord {
    let snapshot = snapshot(text);
    VersionRecord {
        key: key(1),
        version: Version {
            number: 1,
            content_hash: snapshot.hash.clone(),
            name: "Reset".into(),
            path: "ProVal".into(),
            size: 9,
            author: None,
            approved_by: "Ada".into(),
            approved_at: at(1),
            note: None,
            synced_at: at(2),
            synced_by: "schedule".into(),
            in_production: false,
        },
        snapshot,
        depends_on: vec![],
    }
}

async fn versions_and_production_keep(world: World) {
    world.put_and_mark("version").await;
    world.put_and_mark("production").await;
    world.put_and_mark("tombstone").await;
    let mut tx = world.write().await;
    tx.insert_version(&version("version")).await.unwrap();
    tx.publish(&served(2, "production"), 1).await.unwrap();
    tx.publish(&served(3, "tombstone"), 1).await.unwrap();
    tx.withdraw(&key(3), 2).await.unwrap();
    tx.commit().await.unwrap();
    for text in ["version", "production", "tombstone"] {
        world.assert_keeps(text).await;
    }
    let mut tx = world.write().await;
    tx.publish(&served(2, "other"), 3).await.unwrap();
    tx.commit().await.unwrap();
    assert!(world.is_found_unused("production").await, "nothing but production kept it");
}

async fn rings_keep(world: World) {
    let rules = RingRules { automatic: false, soak_seconds: 0, max_errors: 0 };
    let pilot = Ring {
        id: RingId(id()),
        name: "Pilot".into(),
        position: 1,
        rules,
        stopped: None,
        accepted_errors: 0,
    };
    for text in ["serves", "served once"] {
        world.put_and_mark(text).await;
    }
    let mut tx = world.write().await;
    tx.insert_ring(&pilot).await.unwrap();
    // As the ring's item alone: production moves on, and no version was made.
    tx.publish(&served(1, "serves"), 1).await.unwrap();
    tx.copy_pointers(None, pilot.id).await.unwrap();
    tx.publish(&served(1, "other"), 2).await.unwrap();
    // As what the ring ever served alone: its item moves on.
    for text in ["served once", "other"] {
        let pointer = Pointer { item: served(2, text), revision: 3, removed: false };
        tx.point(pilot.id, &pointer).await.unwrap();
    }
    tx.commit().await.unwrap();
    for text in ["serves", "served once"] {
        world.assert_keeps(text).await;
    }
    let mut tx = world.write().await;
    tx.clear_pointers(pilot.id).await.unwrap();
    tx.commit().await.unwrap();
    for text in ["serves", "served once"] {
        assert!(world.is_found_unused(text).await, "nothing but the ring kept {text}");
    }
}

async fn items_keep(world: World) {
    let source = world.source("Master").await;
    let texts = ["candidate", "published", "approval", "rejection", "examined"];
    for text in texts {
        world.put_and_mark(text).await;
    }
    let plain = item(source, 1, "candidate");
    let mut published = item(source, 2, "published");
    published.lifecycle.approve(Some(&hash("published"))).unwrap();
    published.lifecycle.sync();
    published.lifecycle.observe(Candidate::Deleted);
    let (mut approval, mut rejection, mut examined) =
        (item(source, 4, "other"), item(source, 5, "other"), item(source, 600, "other"));
    approval.review.approvals.push(GivenApproval {
        reviewer: "user:1".into(),
        by: "Ada".into(),
        at: at(1),
        note: None,
        content_hash: Some(hash("approval")),
    });
    let content_hash = Some(hash("rejection"));
    rejection.review.rejection =
        Some(Rejection { by: "Ada".into(), at: at(1), note: "no".into(), content_hash });
    examined.review.examined = Some(hash("examined"));
    // More items than are looked through at once.
    let others = (1_000..2_100).map(|number| item(source, number, "another"));
    let all: Vec<_> = [plain, published, approval, rejection, examined].into_iter().chain(others).collect();
    world.save(&all).await;
    for text in texts {
        world.assert_keeps(text).await;
    }
    let mut tx = world.write().await;
    tx.delete_items(&[1, 2, 4, 5, 600].map(key)).await.unwrap();
    tx.commit().await.unwrap();
    assert_eq!(
        world.database.unused_blobs(100).await.unwrap().len(),
        texts.len(),
        "nothing but items kept them"
    );
}

async fn exceptions_and_signals_keep(world: World) {
    let source = world.source("Master").await;
    world.put_and_mark("pinned").await;
    world.put_and_mark("signal").await;
    let mut acme = client("Acme");
    acme.exceptions = vec![Exception {
        id: ExceptionId(id()),
        content_type: ContentType::Scripts,
        guid: key(1).guid,
        name: "Reset".into(),
        kind: ExceptionKind::Pin,
        served: Some(served(1, "pinned")),
        reason: "printing".into(),
        made_by: "Ada".into(),
        made_at: at(1),
        expires_at: None,
    }];
    let kept = KeptSignal {
        key: key(1),
        hash: hash("signal"),
        path: String::new(),
        signal: Signal("scripts:1".into()),
    };
    let mut tx = world.write().await;
    tx.insert_client(&acme, "hash").await.unwrap();
    tx.save_client_scope(&acme).await.unwrap();
    tx.keep_signals(source, &[kept]).await.unwrap();
    tx.commit().await.unwrap();
    world.assert_keeps("pinned").await;
    world.assert_keeps("signal").await;
    acme.exceptions.clear();
    let mut tx = world.write().await;
    tx.save_client_scope(&acme).await.unwrap();
    tx.forget_all_signals(source).await.unwrap();
    tx.commit().await.unwrap();
    assert!(world.is_found_unused("pinned").await && world.is_found_unused("signal").await);
}

async fn reports_keep(world: World) {
    world.put_and_mark("marked").await;
    world.put(&["fresh"]).await;
    let acme = client("Acme");
    let reported = |number: u32, text: &str| ReportedItem {
        content_type: ContentType::Scripts,
        guid: key(number).guid,
        state: ReceiverState::LocallyChanged,
        version: Some(1),
        content_hash: Some(hash(text)),
        error: None,
    };
    let mut tx = world.write().await;
    tx.insert_client(&acme, "hash").await.unwrap();
    tx.replace_client_report(acme.id, &[reported(1, "marked"), reported(2, "fresh")], at(1)).await.unwrap();
    tx.commit().await.unwrap();
    assert!(world.database.marked_blobs(at(DAY), 100).await.unwrap().is_empty());
    assert!(world.database.unused_blobs(100).await.unwrap().is_empty());
    let mut tx = world.write().await;
    tx.replace_client_report(acme.id, &[], at(2)).await.unwrap();
    tx.commit().await.unwrap();
    assert_eq!(world.database.marked_blobs(at(DAY), 100).await.unwrap(), [hash("marked")]);
    assert_eq!(world.database.unused_blobs(100).await.unwrap(), [hash("fresh")]);
}
