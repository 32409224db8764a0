//! Leases of the connectors' work. They are short, and prolonged for as long as the work goes on: what a process
//! held when it died is free again within half a minute, and a long poll is not taken over by another process.

use crate::{
    Core,
    ports::store::{connectors::PollLease, write_backs::WriteBackLease},
};
use jiff::{SignedDuration, Timestamp};
use std::{convert::Infallible, pin::Pin, time::Duration};
use tokio::time::{Instant, MissedTickBehavior, interval_at};

/// How long a lease lasts that nobody prolongs.
pub(super) const HOLD: SignedDuration = SignedDuration::from_secs(30);
/// How often it is prolonged: twice in vain, and it still holds.
const BEAT: Duration = Duration::from_secs(10);

/// Work of a lease is large: on the heap, it is not copied from stack to stack on its way.
type Boxed<F> = Pin<Box<F>>;

impl Core {
    /// Does `work` and prolongs the lease of the poll meanwhile.
    pub(super) async fn holding_poll<T>(&self, lease: &PollLease, work: Boxed<impl Future<Output = T>>) -> T {
        while_beating(BEAT, work, || self.store.prolong_poll(lease, self.until())).await
    }

    /// Does `work` and prolongs the lease of the write-back meanwhile.
    pub(super) async fn holding_write_back<T>(
        &self,
        lease: &WriteBackLease,
        work: Boxed<impl Future<Output = T>>,
    ) -> T {
        while_beating(BEAT, work, || self.store.prolong_write_back(lease, self.until())).await
    }

    fn until(&self) -> Timestamp {
        self.now() + HOLD
    }
}

/// Both go on side by side: a beat that waits for the database never keeps the work from going on, and the other way
/// round. A lease that is lost is found out where the work is recorded.
async fn while_beating<T, E: std::fmt::Display, B: Future<Output = Result<(), E>>>(
    every: Duration,
    work: impl Future<Output = T>,
    beat: impl Fn() -> B,
) -> T {
    tokio::select! {
        done = work => done,
        never = beats(every, beat) => match never {},
    }
}

async fn beats<E: std::fmt::Display, B: Future<Output = Result<(), E>>>(
    every: Duration,
    beat: impl Fn() -> B,
) -> Infallible {
    let mut ticks = interval_at(Instant::now() + every, every);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        ticks.tick().await;
        if let Err(error) = beat().await {
            tracing::warn!(%error, "a lease could not be prolonged; the next beat tries again");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use tokio::sync::Semaphore;

    const SOON: Duration = Duration::from_millis(1);

    #[tokio::test]
    async fn a_lease_is_prolonged_again_and_again_until_the_work_is_done() {
        let seen = Semaphore::new(0);
        let beat = async || {
            seen.add_permits(1);
            // That one cannot be prolonged once is no reason to stop.
            if seen.available_permits() == 1 { Err("the database is away") } else { Ok(()) }
        };
        // The work ends only after it has seen three beats.
        let work = async { seen.acquire_many(3).await.map(drop).is_ok() };
        assert!(while_beating(SOON, work, beat).await);
    }

    #[tokio::test]
    async fn a_beat_that_hangs_keeps_no_work_from_going_on() {
        let hangs = Semaphore::new(0);
        let beat = async || {
            hangs.add_permits(1);
            std::future::pending::<Result<(), Infallible>>().await
        };
        let work = async {
            let begun = hangs.acquire().await.map(drop).is_ok();
            tokio::task::yield_now().await;
            begun
        };
        assert!(while_beating(SOON, work, beat).await);
    }

    #[tokio::test]
    async fn work_that_is_done_at_once_needs_no_beat() {
        let beat =
            || std::future::poll_fn::<Result<(), Infallible>, _>(|_| panic!("nothing is to be prolonged"));
        assert_eq!(while_beating(BEAT, async { "done" }, beat).await, "done");
    }
}
