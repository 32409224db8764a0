//! Contents that nothing points at: marked, forgotten when the mark is old, and never while something points at them.

mod kept;
mod race;

use crate::world::{World, at, snapshot};
use domain::content::ContentHash;
use services::ports::store::{ContentReads as _, Lane, Store as _, Transaction, UnusedReads as _};

crate::contract!(
    unused_is_marked_and_forgotten_after_a_day,
    what_is_put_again_is_kept,
    what_is_about_to_be_used_is_kept
);

const DAY: i64 = 24 * 60 * 60;

fn hash(text: &str) -> ContentHash {
    snapshot(text).hash
}

impl World {
    async fn write(&self) -> Box<dyn Transaction> {
        self.database.begin(Lane::Both).await.unwrap()
    }

    async fn put(&self, texts: &[&str]) {
        let contents: Vec<_> = texts.iter().map(|text| (hash(text), text.as_bytes().to_vec())).collect();
        let mut tx = self.write().await;
        tx.put_blobs(&contents).await.unwrap();
        tx.commit().await.unwrap();
    }

    async fn mark(&self, text: &str, second: i64) -> u64 {
        let mut tx = self.write().await;
        let marked = tx.mark_unused(&[hash(text)], at(second)).await.unwrap();
        tx.commit().await.unwrap();
        marked
    }

    async fn forget(&self, text: &str, before: i64) -> u64 {
        let mut tx = self.write().await;
        let forgotten = tx.forget_unused(&[hash(text)], at(before)).await.unwrap();
        tx.commit().await.unwrap();
        forgotten
    }

    async fn is_kept(&self, text: &str) -> bool {
        self.database.blob(&hash(text)).await.unwrap().is_some()
    }

    async fn is_known(&self, text: &str) -> bool {
        !self.database.known_blobs(&[hash(text)]).await.unwrap().is_empty()
    }

    async fn is_found_unused(&self, text: &str) -> bool {
        self.database.unused_blobs(100).await.unwrap().contains(&hash(text))
    }

    /// A content that nothing points at, with an old mark.
    async fn put_and_mark(&self, text: &str) {
        self.put(&[text]).await;
        assert!(self.is_found_unused(text).await, "{text}");
        assert_eq!(self.mark(text, 0).await, 1, "{text}");
    }

    /// Something points at a marked content now: it is neither found, nor marked anew, nor forgotten.
    async fn assert_keeps(&self, text: &str) {
        assert_eq!(self.forget(text, 10 * DAY).await, 0, "{text}");
        assert!(
            self.is_kept(text).await && self.is_known(text).await,
            "{text} is kept, its mark is taken off"
        );
        assert_eq!(self.mark(text, 1).await, 0, "{text}");
        assert!(!self.is_found_unused(text).await, "{text}");
    }
}

async fn unused_is_marked_and_forgotten_after_a_day(world: World) {
    world.put(&["one", "two"]).await;
    let mut both = [hash("one"), hash("two")];
    both.sort();
    assert_eq!(world.database.unused_blobs(100).await.unwrap(), both);
    assert_eq!(world.database.unused_blobs(1).await.unwrap(), both[..1]);
    assert_eq!(world.forget("one", 10 * DAY).await, 0, "it was never marked");
    assert_eq!(world.mark("one", 5).await, 1);
    assert_eq!(world.mark("one", DAY).await, 0, "the first mark stands");
    assert_eq!(world.database.unused_blobs(100).await.unwrap(), [hash("two")]);
    assert!(world.is_kept("one").await && !world.is_known("one").await, "nobody may rely on it");
    let marked = |before: i64| {
        let database = world.database.clone();
        async move { database.marked_blobs(at(before), 100).await.unwrap() }
    };
    assert!(marked(5).await.is_empty());
    assert_eq!(marked(6).await, [hash("one")]);
    assert!(world.database.marked_blobs(at(6), 0).await.unwrap().is_empty());
    assert_eq!(world.forget("one", 5).await, 0, "not before");
    assert!(world.is_kept("one").await);
    assert_eq!(world.forget("one", 6).await, 1);
    assert!(!world.is_kept("one").await && world.is_kept("two").await);
    assert!(marked(6).await.is_empty());
}

async fn what_is_put_again_is_kept(world: World) {
    world.put_and_mark("one").await;
    world.put(&["one"]).await;
    assert!(world.is_known("one").await);
    assert!(world.database.marked_blobs(at(10 * DAY), 100).await.unwrap().is_empty());
    assert_eq!(world.forget("one", 10 * DAY).await, 0);
    assert!(world.is_kept("one").await);
    assert_eq!(world.mark("one", 7).await, 1, "its time begins anew");
    assert_eq!(world.forget("one", 7).await, 0);
    assert_eq!(world.forget("one", 8).await, 1);
}

async fn what_is_about_to_be_used_is_kept(world: World) {
    world.put_and_mark("one").await;
    world.put(&["two"]).await;
    let asked = ["one", "gone", "two"].map(hash);
    let mut tx = world.write().await;
    assert_eq!(tx.use_blobs(&asked).await.unwrap(), [hash("gone")]);
    assert!(tx.use_blobs(&[]).await.unwrap().is_empty());
    tx.commit().await.unwrap();
    assert!(world.is_known("one").await);
    assert_eq!(world.forget("one", 10 * DAY).await, 0);
    let many: Vec<_> = (0..1_200).map(|number| hash(&number.to_string())).chain([hash("one")]).collect();
    assert_eq!(world.write().await.use_blobs(&many).await.unwrap(), many[..1_200]);
}
