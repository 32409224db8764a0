//! Leases of the connectors' work. They are short, and prolonged for as long as the work goes on: what a process
//! held when it died is free again within half a minute, and a long poll is not taken over by another process.
//!
//! A lease that is lost ends the work, wherever it is. The clock is asked each time before the work goes on: a process
//! that was stopped for a while finds out before it does anything.

use super::desk::locked;
use crate::{
    Core,
    ports::{
        Clock,
        psa::Hold,
        store::{StoreResult, connectors::PollLease, write_backs::WriteBackLease},
    },
};
use jiff::{SignedDuration, Timestamp};
use std::{
    future::poll_fn,
    pin::Pin,
    sync::{Arc, Mutex},
    task::Poll,
    time::Duration,
};
use tokio::time::{Instant, MissedTickBehavior, interval, interval_at};

/// How long a lease lasts that nobody prolongs.
pub(super) const HOLD: SignedDuration = SignedDuration::from_secs(30);
/// How often it is prolonged: twice in vain, and it still holds.
const BEAT: Duration = Duration::from_secs(10);
/// How much of it must be left for what must not be done twice: as long as a request to Manage may take.
const MARGIN: SignedDuration = SignedDuration::from_secs(10);

/// Work of a lease is large: on the heap, it is not copied from stack to stack on its way.
type Boxed<F> = Pin<Box<F>>;

impl Core {
    /// Does `work` and prolongs the lease of the poll meanwhile; none when it was lost.
    pub(super) async fn holding_poll<T>(
        &self,
        lease: &PollLease,
        work: Boxed<impl Future<Output = T>>,
    ) -> Option<T> {
        self.holding(lease.until, |_| work, |now| self.store.prolong_poll(lease, now, now + HOLD)).await
    }

    /// Does `work` and prolongs the lease of the write-back meanwhile; none when it was lost. The work asks its hold
    /// before whatever must not be done twice.
    pub(super) async fn holding_write_back<T, W: Future<Output = T>>(
        &self,
        lease: &WriteBackLease,
        work: impl FnOnce(Hold) -> Boxed<W>,
    ) -> Option<T> {
        self.holding(lease.until, work, |now| self.store.prolong_write_back(lease, now, now + HOLD)).await
    }

    async fn holding<T, W: Future<Output = T>, P: Future<Output = StoreResult<bool>>>(
        &self,
        until: Timestamp,
        work: impl FnOnce(Hold) -> Boxed<W>,
        prolong: impl Fn(Timestamp) -> P,
    ) -> Option<T> {
        let held = Held::new(&self.clock, until);
        let beat = || async {
            let now = self.now();
            held.prolonged(now, prolong(now).await)
        };
        while_held(BEAT, &held, work(held.hold()), beat).await
    }
}

/// A lease as far as our own clock can tell: nobody else can have it before its time is over.
#[derive(Clone)]
struct Held {
    clock: Arc<dyn Clock>,
    until: Arc<Mutex<Timestamp>>,
}

impl Held {
    fn new(clock: &Arc<dyn Clock>, until: Timestamp) -> Self {
        Self { clock: clock.clone(), until: Arc::new(Mutex::new(until)) }
    }

    fn lasts_for(&self, time: SignedDuration) -> bool {
        self.clock.now() + time < *locked(&self.until)
    }

    fn hold(&self) -> Hold {
        let held = self.clone();
        Hold::new(move || held.lasts_for(MARGIN))
    }

    /// Notes what came of prolonging at `asked`; says whether the lease is still ours.
    fn prolonged(&self, asked: Timestamp, done: StoreResult<bool>) -> bool {
        match done {
            Ok(true) => *locked(&self.until) = asked + HOLD,
            Ok(false) => return false,
            Err(error) => tracing::warn!(%error, "a lease could not be prolonged; the next beat tries again"),
        }
        true
    }

    /// Ends when the lease is over. Looks at the clock whenever anything goes on, and every so often.
    async fn over(&self, every: Duration) {
        let mut ticks = interval(every);
        ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
        poll_fn(|context| {
            while ticks.poll_tick(context).is_ready() {}
            if self.lasts_for(SignedDuration::ZERO) { Poll::Pending } else { Poll::Ready(()) }
        })
        .await;
    }
}

/// All go on side by side: a beat that waits for the database never keeps the work from going on, and the other way
/// round. Whether the lease is lost is asked before the work is.
async fn while_held<T, B: Future<Output = bool>>(
    every: Duration,
    held: &Held,
    work: impl Future<Output = T>,
    beat: impl Fn() -> B,
) -> Option<T> {
    tokio::select! {
        biased;
        () = held.over(every) => None,
        () = beats(every, beat) => None,
        done = work => Some(done),
    }
}

/// Ends when a beat says that the lease is another's.
async fn beats<B: Future<Output = bool>>(every: Duration, beat: impl Fn() -> B) {
    let mut ticks = interval_at(Instant::now() + every, every);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        ticks.tick().await;
        if !beat().await {
            return;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ports::store::StoreError;
    use std::cell::Cell;
    use tokio::sync::Semaphore;

    const SOON: Duration = Duration::from_millis(1);

    /// A clock that stands still unless it is moved.
    struct Still(Mutex<Timestamp>);

    impl Clock for Still {
        fn now(&self) -> Timestamp {
            *locked(&self.0)
        }
    }

    impl Still {
        fn pass(&self, seconds: i64) {
            *locked(&self.0) += SignedDuration::from_secs(seconds);
        }
    }

    fn held() -> (Arc<Still>, Held) {
        let still = Arc::new(Still(Mutex::new(Timestamp::UNIX_EPOCH)));
        let clock: Arc<dyn Clock> = still.clone();
        (still, Held::new(&clock, Timestamp::UNIX_EPOCH + HOLD))
    }

    #[tokio::test]
    async fn a_lease_is_prolonged_again_and_again_until_the_work_is_done() {
        let (clock, held) = held();
        let (seen, beats) = (Semaphore::new(0), Cell::new(0));
        let beat = async || {
            seen.add_permits(1);
            clock.pass(14);
            beats.set(beats.get() + 1);
            // That one cannot be prolonged once is no reason to stop.
            let done = if beats.get() == 1 { Err(StoreError::Driver("away".into())) } else { Ok(true) };
            held.prolonged(clock.now(), done)
        };
        // The work ends only after it has seen four beats: the lease was never longer than two.
        let work = async { seen.acquire_many(4).await.map(drop).is_ok() };
        assert_eq!(while_held(SOON, &held, work, beat).await, Some(true));
    }

    #[tokio::test]
    async fn a_beat_that_hangs_keeps_no_work_from_going_on() {
        let hangs = Semaphore::new(0);
        let beat = async || {
            hangs.add_permits(1);
            std::future::pending::<bool>().await
        };
        let work = async {
            let begun = hangs.acquire().await.map(drop).is_ok();
            tokio::task::yield_now().await;
            begun
        };
        assert_eq!(while_held(SOON, &held().1, work, beat).await, Some(true));
    }

    #[tokio::test]
    async fn work_that_is_done_at_once_needs_no_beat() {
        let beat = || poll_fn::<bool, _>(|_| panic!("nothing is to be prolonged"));
        assert_eq!(while_held(BEAT, &held().1, async { "done" }, beat).await, Some("done"));
    }

    #[tokio::test]
    async fn a_lease_that_another_has_ends_the_work() {
        let (clock, held) = held();
        let beat = async || held.prolonged(clock.now(), Ok(false));
        assert_eq!(while_held(SOON, &held, std::future::pending::<()>(), beat).await, None);
    }

    #[tokio::test]
    async fn whoever_was_stopped_for_long_does_not_go_on() {
        let (clock, held) = held();
        let hold = held.hold();
        let beat = std::future::pending::<bool>;
        let work = async {
            assert!(hold.lasts());
            clock.pass(19);
            assert!(hold.lasts());
            clock.pass(1);
            assert!(!hold.lasts(), "what is sent now may arrive after it is over");
            // Work goes on once, and the next time its lease is over.
            tokio::task::yield_now().await;
            clock.pass(10);
            tokio::task::yield_now().await;
            panic!("it went on");
        };
        assert_eq!(while_held(BEAT, &held, work, beat).await, None::<()>);
    }

    #[tokio::test]
    async fn a_lease_that_nobody_could_prolong_is_over_while_all_hangs() {
        let (clock, held) = held();
        let beat = async || {
            clock.pass(30);
            std::future::pending::<bool>().await
        };
        assert_eq!(while_held(SOON, &held, std::future::pending::<()>(), beat).await, None);
    }
}
