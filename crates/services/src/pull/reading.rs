//! One reading for all who ask at once.
//!
//! Where others write to the same database, every request must learn what counts as now. A reading answers everyone
//! who asked before it began; so while one is under way, all who come meanwhile wait for the next, and share it. They
//! are all told at once: handing a lock from one to the next costs more than the reading itself.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use tokio::sync::oneshot;

/// Shared readings of a small value; a failure is shared too, since whoever waited would have failed alike.
pub(super) struct Reading<T> {
    asked: Mutex<Asked<T>>,
}

struct Asked<T> {
    /// Whether a task reads for those who ask.
    is_read: bool,
    /// Those who asked since the newest reading began.
    waiting: Vec<oneshot::Sender<T>>,
}

impl<T> Default for Reading<T> {
    fn default() -> Self {
        Self { asked: Mutex::new(Asked { is_read: false, waiting: Vec::new() }) }
    }
}

impl<T: Clone + Send + 'static> Reading<T> {
    /// What a reading finds that begins after this was called. It is read in a task of its own: a caller that hangs
    /// up takes nothing away from the others.
    pub(super) async fn share<R, F>(self: &Arc<Self>, read: R) -> T
    where
        R: Fn() -> F + Clone + Send + Sync + 'static,
        F: Future<Output = T> + Send + 'static,
    {
        let (tell, told) = oneshot::channel();
        if self.ask(tell) {
            let (reading, read) = (self.clone(), read.clone());
            tokio::spawn(async move { reading.answer(read).await });
        }
        match told.await {
            Ok(found) => found,
            // Whoever read for all is gone.
            Err(_) => read().await,
        }
    }

    /// Joins those who wait; says whether nobody reads for them yet.
    fn ask(&self, tell: oneshot::Sender<T>) -> bool {
        let mut asked = self.asked();
        asked.waiting.push(tell);
        !std::mem::replace(&mut asked.is_read, true)
    }

    /// Reads until nobody waits any more.
    async fn answer<F: Future<Output = T>>(&self, read: impl Fn() -> F) {
        let _leaving = Leaving(self);
        while let Some(waiting) = self.begin() {
            let found = read().await;
            for tell in waiting {
                // A caller that has hung up needs no answer.
                let _ = tell.send(found.clone());
            }
        }
    }

    /// Those whom a reading answers that begins now.
    fn begin(&self) -> Option<Vec<oneshot::Sender<T>>> {
        let mut asked = self.asked();
        let waiting = std::mem::take(&mut asked.waiting);
        asked.is_read = !waiting.is_empty();
        asked.is_read.then_some(waiting)
    }
}

impl<T> Reading<T> {
    fn asked(&self) -> MutexGuard<'_, Asked<T>> {
        self.asked.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Where a reading falls, those who wait are let go, and the next who asks begins anew.
struct Leaving<'a, T>(&'a Reading<T>);

impl<T> Drop for Leaving<'_, T> {
    fn drop(&mut self) {
        if std::thread::panicking() {
            *self.0.asked() = Asked { is_read: false, waiting: Vec::new() };
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::atomic::{AtomicU64, Ordering};
    use tokio::sync::Notify;

    #[tokio::test]
    async fn those_who_ask_during_a_reading_share_the_next_one() {
        let (reading, reads) = (Arc::new(Reading::<u64>::default()), Arc::new(AtomicU64::new(0)));
        let (entered, go_on) = (Arc::new(Notify::new()), Arc::new(Notify::new()));
        let read = {
            let (reads, entered, go_on) = (reads.clone(), entered.clone(), go_on.clone());
            move || {
                let (reads, entered, go_on) = (reads.clone(), entered.clone(), go_on.clone());
                async move {
                    let found = reads.fetch_add(1, Ordering::SeqCst) + 1;
                    if found == 1 {
                        entered.notify_one();
                        go_on.notified().await;
                    }
                    found
                }
            }
        };
        let ask = || {
            let (reading, read) = (reading.clone(), read.clone());
            tokio::spawn(async move { reading.share(read).await })
        };
        let first = ask();
        entered.notified().await;
        let others: Vec<_> = (0..50).map(|_| ask()).collect();
        // One that hangs up takes nothing away from the others.
        let gone = ask();
        while reading.asked().waiting.len() < 51 {
            tokio::task::yield_now().await;
        }
        gone.abort();
        go_on.notify_one();
        assert_eq!(first.await.unwrap(), 1);
        for other in others {
            assert_eq!(other.await.unwrap(), 2, "a reading that began before does not count, one is enough");
        }
        assert_eq!(ask().await.unwrap(), 3, "who asks later reads anew");
    }

    #[tokio::test]
    async fn the_first_who_hangs_up_leaves_the_reading_to_the_others() {
        let reading = Arc::new(Reading::<u64>::default());
        let (entered, go_on) = (Arc::new(Notify::new()), Arc::new(Notify::new()));
        let read = {
            let (entered, go_on) = (entered.clone(), go_on.clone());
            move || {
                let (entered, go_on) = (entered.clone(), go_on.clone());
                async move {
                    entered.notify_one();
                    go_on.notified().await;
                    7
                }
            }
        };
        let ask = || {
            let (reading, read) = (reading.clone(), read.clone());
            tokio::spawn(async move { reading.share(read).await })
        };
        let first = ask();
        entered.notified().await;
        let second = ask();
        while reading.asked().waiting.is_empty() {
            tokio::task::yield_now().await;
        }
        first.abort();
        go_on.notify_one();
        entered.notified().await;
        go_on.notify_one();
        assert_eq!(second.await.unwrap(), 7);
    }

    #[tokio::test]
    async fn a_reading_that_failed_answers_nobody_who_comes_later() {
        let reading = Arc::new(Reading::<Result<u64, &str>>::default());
        assert_eq!(reading.share(|| async { Err("away") }).await, Err("away"));
        assert_eq!(reading.share(|| async { Ok(7) }).await, Ok(7));
    }

    #[tokio::test]
    async fn a_reading_that_falls_holds_up_nobody() {
        let (reading, reads) = (Arc::new(Reading::<u64>::default()), Arc::new(AtomicU64::new(0)));
        let read = move || {
            let number = reads.fetch_add(1, Ordering::SeqCst);
            async move {
                assert!(number > 0, "the first reading falls");
                number
            }
        };
        assert_eq!(reading.share(read.clone()).await, 1, "read by the caller itself");
        assert_eq!(reading.share(read).await, 2);
    }
}
