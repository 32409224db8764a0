//! Readings and those who forget, all at once.

use super::hash;
use crate::world::{World, at, item};
use domain::ids::SourceId;
use services::ports::store::{ContentReads as _, Lane, Store as _, UnusedReads as _};
use std::time::Duration;
use storage::Database;

crate::contract!(nothing_in_use_is_lost_by_many_at_once);

/// What was just found may be old now.
async fn let_others() {
    tokio::time::sleep(Duration::from_millis(1)).await;
}

/// Takes a content in as a reading does: what is not known is put, what was lost since is put again.
async fn take_in(database: &Database, source: SourceId, number: u32, text: &str) {
    loop {
        if database.known_blobs(&[hash(text)]).await.unwrap().is_empty() {
            let mut tx = database.begin(Lane::Content).await.unwrap();
            tx.put_blobs(&[(hash(text), text.as_bytes().to_vec())]).await.unwrap();
            tx.commit().await.unwrap();
        }
        let_others().await;
        let mut tx = database.begin(Lane::Content).await.unwrap();
        if tx.use_blobs(&[hash(text)]).await.unwrap().is_empty() {
            tx.save_items(&[item(source, number, text)]).await.unwrap();
            return tx.commit().await.unwrap();
        }
    }
}

/// Marks and forgets without waiting a day; says how many were forgotten. What items point at is there afterwards.
async fn collect(database: &Database, source: SourceId) -> u64 {
    let unused = database.unused_blobs(100).await.unwrap();
    let_others().await;
    let mut tx = database.begin(Lane::Content).await.unwrap();
    tx.mark_unused(&unused, at(0)).await.unwrap();
    tx.commit().await.unwrap();
    let marked = database.marked_blobs(at(1), 100).await.unwrap();
    let_others().await;
    let mut tx = database.begin(Lane::Content).await.unwrap();
    let forgotten = tx.forget_unused(&marked, at(1)).await.unwrap();
    let items = tx.source_items(source).await.unwrap();
    let used: Vec<_> = items.iter().filter_map(|item| item.lifecycle.candidate().hash().cloned()).collect();
    assert_eq!(tx.use_blobs(&used).await.unwrap(), [], "lost while items point at it");
    tx.commit().await.unwrap();
    forgotten
}

/// Every content that an item points at is there, at any time.
async fn nothing_in_use_is_lost_by_many_at_once(world: World) {
    let source = world.source("Master").await;
    let readers = (1..4u32).map(|number| {
        let database = world.database.clone();
        tokio::spawn(async move {
            for round in 0..40 {
                let text = format!("content {}", (round + number) % 4);
                take_in(&database, source, number, &text).await;
                let_others().await;
                assert!(database.blob(&hash(&text)).await.unwrap().is_some(), "{text} is lost");
            }
        })
    });
    let collectors = (0..2).map(|_| {
        let database = world.database.clone();
        tokio::spawn(async move {
            let mut forgotten = 0;
            for _ in 0..80 {
                forgotten += collect(&database, source).await;
            }
            forgotten
        })
    });
    let (readers, collectors) = (readers.collect::<Vec<_>>(), collectors.collect::<Vec<_>>());
    for reader in readers {
        reader.await.unwrap();
    }
    let mut forgotten = 0;
    for collector in collectors {
        forgotten += collector.await.unwrap();
    }
    assert!(forgotten > 0, "something was forgotten all the while");
}
