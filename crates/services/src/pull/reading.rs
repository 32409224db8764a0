//! One reading for all who ask at once.
//!
//! Where others write to the same database, every request must learn what counts as now. A reading answers everyone
//! who asked before it began; so while one is under way, all who come meanwhile wait for the next, and share it.

use std::sync::atomic::{AtomicU64, Ordering};
use tokio::sync::Mutex;

/// Shared readings of a small value.
#[derive(Default)]
pub(super) struct Reading<T = crate::ports::store::production::Epochs> {
    begun: AtomicU64,
    /// The number of the newest reading that ended well, and what it found.
    ended: Mutex<Option<(u64, T)>>,
}

impl<T: Copy> Reading<T> {
    /// What a reading finds that begins after this was called.
    pub(super) async fn share<E, F>(&self, read: impl FnOnce() -> F) -> Result<T, E>
    where
        F: Future<Output = Result<T, E>>,
    {
        let before = self.begun.load(Ordering::Acquire);
        let mut ended = self.ended.lock().await;
        if let Some((number, found)) = *ended
            && number > before
        {
            return Ok(found);
        }
        let number = self.begun.fetch_add(1, Ordering::AcqRel) + 1;
        let found = read().await?;
        *ended = Some((number, found));
        Ok(found)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::{convert::Infallible, sync::Arc};
    use tokio::sync::Notify;

    #[tokio::test]
    async fn those_who_ask_during_a_reading_share_the_next_one() {
        let (reading, reads) = (Arc::new(Reading::<u64>::default()), Arc::new(AtomicU64::new(0)));
        let (entered, go_on) = (Arc::new(Notify::new()), Arc::new(Notify::new()));
        let ask = |waits: bool| {
            let (reading, reads) = (reading.clone(), reads.clone());
            let (entered, go_on) = (entered.clone(), go_on.clone());
            tokio::spawn(async move {
                let read = || async {
                    let found = reads.fetch_add(1, Ordering::SeqCst) + 1;
                    if waits {
                        entered.notify_one();
                        go_on.notified().await;
                    }
                    Ok::<_, Infallible>(found)
                };
                reading.share(read).await.unwrap()
            })
        };
        let first = ask(true);
        entered.notified().await;
        let others: Vec<_> = (0..50).map(|_| ask(false)).collect();
        while Arc::strong_count(&reading) < 52 {
            tokio::task::yield_now().await;
        }
        // Everyone has been polled once and waits by now.
        for _ in 0..100 {
            tokio::task::yield_now().await;
        }
        go_on.notify_one();
        assert_eq!(first.await.unwrap(), 1);
        for other in others {
            assert_eq!(other.await.unwrap(), 2, "a reading that began before does not count, one is enough");
        }
        assert_eq!(ask(false).await.unwrap(), 3, "who asks later reads anew");
    }

    #[tokio::test]
    async fn a_reading_that_failed_answers_nobody_else() {
        let reading = Reading::<u64>::default();
        assert_eq!(reading.share(|| async { Err::<u64, _>("away") }).await, Err("away"));
        assert_eq!(reading.share(|| async { Ok::<_, &str>(7) }).await, Ok(7));
    }
}
