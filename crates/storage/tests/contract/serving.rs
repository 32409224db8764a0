//! Rings and what they serve, clients' scopes and secrets, sync windows, signing keys, the fleet.

use crate::world::{self, World, at, id, key, snapshot};
use domain::{
    client::{ApiClient, Exception, ExceptionKind},
    content::ContentType,
    fleet::FleetFilter,
    ids::{ExceptionId, RingId},
    page::PageRequest,
    pull::{Announcement, ManifestItem, Pointer, ReportedItem, SigningKey, fingerprint},
    receiving::ReceiverState,
    ring::{Ring, RingRules, Stop},
    window::{Day, Opening, SyncWindows, Window, WindowKind},
};
use services::ports::store::{
    ClientReads as _, Lane, ProductionReads as _, ReceiverReads as _, RingReads as _, SigningReads as _,
    Store as _, StoreError, WindowReads as _,
};

crate::contract!(
    rings_are_ordered,
    rings_serve_their_own,
    scopes_and_old_secrets,
    windows_are_kept,
    signing_keys_are_kept,
    the_fleet_is_summed_up
);

fn ring(name: &str, position: u32) -> Ring {
    let rules = RingRules { automatic: true, soak_seconds: 60, max_errors: 2 };
    Ring { id: RingId(id()), name: name.into(), position, rules, stopped: None, accepted_errors: 0 }
}

fn client(name: &str, ring: &str) -> ApiClient {
    ApiClient { ring: ring.into(), ..world::client(name) }
}

fn served(version: u32) -> ManifestItem {
    let text = format!("content {version}");
    ManifestItem {
        content_type: ContentType::Scripts,
        guid: key(1).guid,
        name: "Reset".into(),
        version,
        content_hash: snapshot(&text).hash,
        path: "ProVal".into(),
        size: 9,
        depends_on: vec![],
    }
}

async fn add_ring(world: &World, ring: &Ring) {
    let mut tx = world.database.begin(Lane::Both).await.unwrap();
    tx.insert_ring(ring).await.unwrap();
    tx.commit().await.unwrap();
}

async fn add_client(world: &World, client: &ApiClient) {
    let mut tx = world.database.begin(Lane::Accounts).await.unwrap();
    tx.insert_client(client, "hash").await.unwrap();
    tx.commit().await.unwrap();
}

async fn rings_are_ordered(world: World) {
    let first = world.database.rings().await.unwrap();
    assert_eq!((first.len(), first[0].name.as_str(), first[0].position), (1, "everyone", 0));
    let mut pilot = ring("Pilot", 1);
    add_ring(&world, &pilot).await;
    add_client(&world, &client("Acme", "Pilot")).await;
    let mut tx = world.database.begin(Lane::Both).await.unwrap();
    assert!(matches!(tx.insert_ring(&ring("PILOT", 2)).await, Err(StoreError::Taken(_))));
    drop(tx);
    pilot.name = "Early".into();
    pilot.stopped = Some(Stop { at: at(1), errors: 3, reason: "errors".into() });
    pilot.accepted_errors = 3;
    let mut tx = world.database.begin(Lane::Both).await.unwrap();
    tx.rename_ring_of_clients("Pilot", "Early").await.unwrap();
    tx.update_ring(&pilot).await.unwrap();
    assert_eq!(tx.clients_in_ring("Early").await.unwrap(), 1);
    assert_eq!(tx.rings_for_change().await.unwrap()[1], pilot);
    tx.commit().await.unwrap();
    assert_eq!(world.database.client_names_in("Early").await.unwrap(), ["Acme"]);
    assert_eq!(world.database.rings().await.unwrap()[1], pilot);
    let facts = world.database.ring_facts().await.unwrap();
    assert_eq!((facts.len(), facts[0].clients, facts[0].errors), (1, 1, 0));
    let mut tx = world.database.begin(Lane::Both).await.unwrap();
    tx.delete_ring(pilot.id).await.unwrap();
    tx.commit().await.unwrap();
    assert_eq!(world.database.rings().await.unwrap().len(), 1);
}

async fn rings_serve_their_own(world: World) {
    let (pilot, wide) = (ring("Pilot", 1), ring("Wide", 2));
    add_ring(&world, &pilot).await;
    add_ring(&world, &wide).await;
    let mut tx = world.database.begin(Lane::Content).await.unwrap();
    let first = tx.next_revision(at(1)).await.unwrap();
    tx.publish(&served(1), first).await.unwrap();
    tx.copy_pointers(None, pilot.id).await.unwrap();
    let second = tx.next_revision(at(2)).await.unwrap();
    tx.publish(&served(2), second).await.unwrap();
    tx.commit().await.unwrap();
    let pointers = |ring: Option<RingId>| {
        let database = world.database.clone();
        async move { database.pointers(ring).await.unwrap() }
    };
    let pointer = |version, revision, removed| Pointer { item: served(version), revision, removed };
    assert_eq!(pointers(None).await, [pointer(2, second, false)]);
    assert_eq!(pointers(Some(pilot.id)).await, [pointer(1, first, false)], "copied with its revision");
    assert!(pointers(Some(wide.id)).await.is_empty());
    let mut tx = world.database.begin(Lane::Content).await.unwrap();
    let third = tx.next_revision(at(3)).await.unwrap();
    tx.point(pilot.id, &pointer(2, third, false)).await.unwrap();
    tx.point(pilot.id, &pointer(2, third, true)).await.unwrap();
    tx.copy_pointers(Some(pilot.id), wide.id).await.unwrap();
    assert_eq!(tx.pointers_for_change(Some(wide.id)).await.unwrap(), [pointer(2, third, true)]);
    tx.commit().await.unwrap();
    let young = world.database.revisions_after(at(1)).await.unwrap();
    assert_eq!(young, [(second, at(2)), (third, at(3))]);
    // No version was made here, so nothing was published as content; the rings know what they served.
    let seen = world.database.published(&served(2).content_hash, Some(wide.id)).await.unwrap();
    assert!(seen.keys.is_empty() && seen.in_ring);
    let seen = world.database.published(&snapshot("never").hash, Some(wide.id)).await.unwrap();
    assert!(!seen.in_ring);
    let mut tx = world.database.begin(Lane::Content).await.unwrap();
    tx.clear_pointers(wide.id).await.unwrap();
    tx.commit().await.unwrap();
    assert!(pointers(Some(wide.id)).await.is_empty());
    assert!(!world.database.published(&served(2).content_hash, Some(wide.id)).await.unwrap().in_ring);
}

async fn scopes_and_old_secrets(world: World) {
    let pilot = ring("Pilot", 1);
    add_ring(&world, &pilot).await;
    let mut acme = client("Acme", "Pilot");
    add_client(&world, &acme).await;
    acme.scope_revision = 7;
    acme.exceptions = vec![Exception {
        id: ExceptionId(id()),
        content_type: ContentType::Scripts,
        guid: key(1).guid,
        name: "Reset".into(),
        kind: ExceptionKind::Pin,
        served: Some(served(1)),
        reason: "printing".into(),
        made_by: "Ada".into(),
        made_at: at(1),
        expires_at: Some(at(9)),
    }];
    let mut tx = world.database.begin(Lane::Both).await.unwrap();
    tx.save_client_scope(&acme).await.unwrap();
    tx.note_receiver(acme.id, "tandem-receiver/0.1.0").await.unwrap();
    tx.set_client_secret(acme.id, "new", Some(at(50))).await.unwrap();
    tx.insert_client_token("long", acme.id, at(900)).await.unwrap();
    tx.insert_client_token("short", acme.id, at(10)).await.unwrap();
    tx.cap_client_tokens(acme.id, at(50)).await.unwrap();
    tx.commit().await.unwrap();
    acme.receiver_version = Some("tandem-receiver/0.1.0".into());
    acme.old_secret_until = Some(at(50));
    assert_eq!(world.database.client(acme.id).await.unwrap().unwrap(), acme);
    let sign_in = world.database.client_by_name("acme").await.unwrap().unwrap();
    assert_eq!((sign_in.secret_hash.as_str(), sign_in.old), ("new", Some(("hash".into(), at(50)))));
    let bearer = world.database.client_by_token("long").await.unwrap().unwrap();
    assert_eq!((bearer.ring, bearer.expires_at), (Some(pilot.id), at(50)));
    assert_eq!(world.database.client_by_token("short").await.unwrap().unwrap().expires_at, at(10));
    let mut tx = world.database.begin(Lane::Both).await.unwrap();
    assert!(tx.end_old_secret(acme.id).await.unwrap());
    assert!(!tx.end_old_secret(acme.id).await.unwrap());
    tx.restart_scopes("Pilot", 12).await.unwrap();
    let found = tx.client_for_change(acme.id).await.unwrap().unwrap();
    assert_eq!((found.scope_revision, found.exceptions.len(), found.old_secret_until), (12, 1, None));
    tx.set_client_secret(acme.id, "newest", Some(at(60))).await.unwrap();
    tx.set_client_secret(acme.id, "last", None).await.unwrap();
    tx.commit().await.unwrap();
    let sign_in = world.database.client_by_name("acme").await.unwrap().unwrap();
    assert_eq!((sign_in.secret_hash.as_str(), sign_in.old), ("last", None), "no overlap ends the old one");
}

async fn windows_are_kept(world: World) {
    assert_eq!(world.database.sync_windows().await.unwrap(), (SyncWindows::default(), None));
    let windows = SyncWindows {
        time_zone: "Europe/Amsterdam".into(),
        windows: vec![Window {
            kind: WindowKind::Deny,
            days: vec![Day::Fri],
            from: "12:00".parse().unwrap(),
            to: "23:00".parse().unwrap(),
        }],
    };
    let opening = Opening { until: at(5), reason: "urgent".into(), by: "Ada".into() };
    let mut tx = world.database.begin(Lane::Content).await.unwrap();
    tx.keep_windows(&windows).await.unwrap();
    tx.keep_opening(Some(&opening)).await.unwrap();
    tx.commit().await.unwrap();
    assert_eq!(world.database.sync_windows().await.unwrap(), (windows.clone(), Some(opening)));
    let mut tx = world.database.begin(Lane::Content).await.unwrap();
    tx.keep_opening(None).await.unwrap();
    tx.commit().await.unwrap();
    assert_eq!(world.database.sync_windows().await.unwrap(), (windows, None));
}

async fn signing_keys_are_kept(world: World) {
    let key = |number: u8, by: Option<&str>| SigningKey {
        key_id: format!("key{number}"),
        public_key: "AAEC".into(),
        fingerprint: fingerprint(&[0, 1, 2]),
        created_at: at(i64::from(number)),
        announcement: by.map(|by| Announcement { by: by.into(), signature: "AA==".into() }),
    };
    let (first, second) = (key(2, None), key(1, Some("key2")));
    let mut tx = world.database.begin(Lane::Accounts).await.unwrap();
    tx.insert_signing_key(&first, 1).await.unwrap();
    tx.insert_signing_key(&second, 2).await.unwrap();
    assert_eq!(tx.signing_keys_for_change().await.unwrap().len(), 2);
    tx.commit().await.unwrap();
    assert_eq!(world.database.signing_keys().await.unwrap(), [first, second], "in the order they were made");
}

async fn the_fleet_is_summed_up(world: World) {
    let pilot = ring("Pilot", 1);
    add_ring(&world, &pilot).await;
    let (good, behind, edited) =
        (client("Good", "everyone"), client("Behind", "Pilot"), client("Edited", "everyone"));
    for client in [&good, &behind, &edited] {
        add_client(&world, client).await;
    }
    let reported = |number: u32, state, error: Option<&str>| ReportedItem {
        content_type: key(number).content_type,
        guid: key(number).guid,
        state,
        version: (state != ReceiverState::NotInstalled).then_some(1),
        content_hash: None,
        error: error.map(str::to_owned),
    };
    let mut tx = world.database.begin(Lane::Both).await.unwrap();
    let revision = tx.next_revision(at(1)).await.unwrap();
    tx.publish(&served(1), revision).await.unwrap();
    tx.copy_pointers(None, pilot.id).await.unwrap();
    for client in [&good, &behind, &edited] {
        tx.touch_clients(&[(client.id, at(2), Some(revision))]).await.unwrap();
    }
    tx.replace_client_report(good.id, &[reported(1, ReceiverState::UpToDate, None)], at(2)).await.unwrap();
    let items = [
        reported(1, ReceiverState::NotInstalled, Some("full")),
        reported(2, ReceiverState::Deprecated, None),
    ];
    tx.replace_client_report(behind.id, &items, at(3)).await.unwrap();
    tx.replace_client_report(edited.id, &[reported(1, ReceiverState::LocallyChanged, None)], at(4))
        .await
        .unwrap();
    tx.commit().await.unwrap();
    let names = |filter: Option<FleetFilter>| {
        let database = world.database.clone();
        async move {
            let page = database.receivers(filter, &PageRequest::default()).await.unwrap();
            assert_eq!(page.total, page.items.len() as u64);
            page.items.into_iter().map(|row| row.name).collect::<Vec<_>>()
        }
    };
    assert_eq!(names(None).await, ["Behind", "Edited", "Good"]);
    assert_eq!(names(Some(FleetFilter::Behind)).await, ["Behind"]);
    assert_eq!(names(Some(FleetFilter::Errors)).await, ["Behind"]);
    assert_eq!(names(Some(FleetFilter::Changed)).await, ["Edited"]);
    let page = PageRequest { limit: 1, cursor: None };
    let first = world.database.receivers(None, &page).await.unwrap();
    let row = &first.items[0];
    assert_eq!((row.behind, row.deprecated, row.errors, row.reported_at), (1, 1, 1, Some(at(3))));
    assert_eq!((row.ring_revision, row.last_revision, row.is_behind()), (revision, Some(revision), true));
    let next = PageRequest { limit: 1, cursor: first.next_cursor };
    assert_eq!(world.database.receivers(None, &next).await.unwrap().items[0].name, "Edited");
    let facts = world.database.ring_facts().await.unwrap();
    assert_eq!(facts.iter().map(|facts| (facts.clients, facts.errors)).collect::<Vec<_>>(), [(1, 1), (2, 0)]);
    let mut items = Vec::new();
    let mut cursor = None;
    loop {
        let page = PageRequest { limit: 1, cursor };
        let page = world.database.fleet_items(Some(ContentType::Scripts), &page).await.unwrap();
        assert_eq!(page.total, 4);
        items.extend(page.items);
        cursor = page.next_cursor;
        if cursor.is_none() {
            break;
        }
    }
    let told: Vec<_> =
        items.iter().map(|item| (item.state, item.version, item.receivers, item.errors)).collect();
    assert_eq!(
        told,
        [
            (ReceiverState::NotInstalled, None, 1, 1),
            (ReceiverState::LocallyChanged, Some(1), 1, 0),
            (ReceiverState::UpToDate, Some(1), 1, 0),
            (ReceiverState::Deprecated, Some(1), 1, 0),
        ]
    );
    let none = world.database.fleet_items(Some(ContentType::Groups), &PageRequest::default()).await.unwrap();
    assert!(none.items.is_empty());
}
