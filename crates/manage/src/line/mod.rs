//! The line to one instance: connections, budget and circuit breaker, shared by everything that talks to it.
//!
//! A call goes through the breaker, waits for the budget, is sent, judged, and repeated while that is safe and
//! worth it. Whoever needs more patience keeps the call in an outbox and reads [`ManageError::retry`].

mod connections;
mod send;
mod tally;

pub(crate) use send::{Answer, Call};

use crate::{
    breaker::{Breaker, BreakerState},
    budget::Budget,
    error::{ManageError, Repeat},
    instance::Instance,
    names::{Names, SystemNames},
    pace::{Pace, SystemPace, back_off},
};
use connections::Connections;
use domain::net::Networks;
use jiff::Timestamp;
use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};
use tally::Tally;

/// How long what is sent aside waits for the budget: whoever caused it waits for its answer.
const ASIDE: Duration = Duration::from_secs(2);

/// How patient a line is.
#[derive(Debug, Clone)]
pub struct Patience {
    /// Requests a minute.
    pub per_minute: u32,
    /// How often a call is sent at most.
    pub tries: u32,
    /// The wait before the second try, doubled each time.
    pub first_wait: Duration,
    /// The longest wait inside a call; what must wait longer goes back to the caller.
    pub longest_wait: Duration,
    /// Time for one whole answer.
    pub timeout: Duration,
    /// Private networks that may be connected to.
    pub allowed_networks: Networks,
}

impl Default for Patience {
    fn default() -> Self {
        Self {
            per_minute: 600,
            tries: 4,
            first_wait: Duration::from_millis(500),
            longest_wait: Duration::from_secs(30),
            timeout: Duration::from_secs(10),
            allowed_networks: Networks::default(),
        }
    }
}

/// How a line stands, for health pages and metrics.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LineState {
    /// The circuit breaker.
    pub breaker: BreakerState,
    /// How long the next request would wait for the budget.
    pub budget_wait: Duration,
    /// Requests of the last minute.
    pub requests_last_minute: u32,
    /// Requests that a minute may have.
    pub requests_allowed: u32,
    /// How long ago the instance last answered anything.
    pub answered_ago: Option<Duration>,
    /// How long it still wants to be left alone, because it said so.
    pub paused_for: Option<Duration>,
    /// How long ago the instance told its time, and which it was.
    pub server_time: Option<(Duration, Timestamp)>,
}

/// The line to one instance.
pub struct Line {
    patience: Patience,
    pace: Arc<dyn Pace>,
    budget: Mutex<Budget>,
    breaker: Mutex<Breaker>,
    tally: Mutex<Tally>,
    connections: Connections,
}

impl Line {
    /// A line with its own sense of time and its own resolver.
    pub fn new(patience: Patience, pace: Arc<dyn Pace>, names: Arc<dyn Names>) -> Self {
        Self {
            budget: Mutex::new(Budget::new(patience.per_minute)),
            breaker: Mutex::new(Breaker::default()),
            tally: Mutex::default(),
            connections: Connections::new(names, &patience),
            patience,
            pace,
        }
    }

    /// How it stands.
    pub fn state(&self) -> LineState {
        let now = self.pace.elapsed();
        let breaker = locked(&self.breaker).state(now);
        let budget = locked(&self.budget).clone();
        let tally = locked(&self.tally);
        LineState {
            breaker,
            budget_wait: budget.wait(now),
            requests_last_minute: tally.requests(now),
            requests_allowed: self.patience.per_minute,
            answered_ago: tally.answered_ago(now),
            paused_for: budget.paused_for(now),
            server_time: tally.server_time(now),
        }
    }

    /// Time since this process began, as everything that waits here sees it.
    pub(crate) fn elapsed(&self) -> Duration {
        self.pace.elapsed()
    }

    /// Sends a call until it is answered, or trying again is not worth it or not safe.
    pub(crate) async fn send(&self, call: &Call) -> Result<Answer, ManageError> {
        let mut attempt = 1;
        loop {
            let error = match self.once(call).await {
                Ok(answer) => return Ok(answer),
                Err(error) => error,
            };
            match self.wait_before_retry(&error, call.repeat, attempt) {
                Some(wait) => self.pace.sleep(wait).await,
                None => return Err(error),
            }
            attempt += 1;
        }
    }

    /// Sends once what a stranger can have us ask. It counts against the budget, but what comes of it says nothing
    /// about the instance: else strangers could have it left alone, for everybody.
    pub(crate) async fn send_aside(&self, call: &Call) -> Result<Answer, ManageError> {
        let now = self.pace.elapsed();
        match locked(&self.breaker).state(now) {
            BreakerState::Closed { .. } => {}
            BreakerState::Open { retry_in } => return Err(ManageError::LeftAlone { after: retry_in }),
            BreakerState::Trying => return Err(ManageError::LeftAlone { after: Duration::ZERO }),
        }
        let wait = self.turn(now, ASIDE)?;
        if !wait.is_zero() {
            self.pace.sleep(wait).await;
        }
        locked(&self.tally).sent(self.pace.elapsed());
        send::send(&self.connections, call, self.pace.elapsed()).await
    }

    /// How long to wait before the call is sent again; none when it is not to be.
    fn wait_before_retry(&self, error: &ManageError, repeat: Repeat, attempt: u32) -> Option<Duration> {
        use crate::error::Retry;
        // What was certainly not done may be sent again, whatever it is.
        let undone = matches!(error, ManageError::Unreachable(_) | ManageError::Throttled { .. });
        if attempt >= self.patience.tries || (repeat == Repeat::Never && !undone) {
            return None;
        }
        let wait = match error.retry() {
            // The budget holds the line's pause; a little jitter keeps callers from returning together.
            Retry::After(after) => {
                after
                    + back_off(
                        self.patience.first_wait,
                        after.max(self.patience.first_wait),
                        1,
                        self.pace.random(),
                    )
            }
            Retry::Later => {
                back_off(self.patience.first_wait, self.patience.longest_wait, attempt, self.pace.random())
            }
            Retry::Never | Retry::LookFirst => return None,
        };
        let worth = !matches!(error, ManageError::LeftAlone { .. })
            && wait <= self.patience.longest_wait.saturating_mul(2);
        worth.then_some(wait)
    }

    /// How long until a call may be sent; refused where that is longer than it can wait.
    fn turn(&self, now: Duration, longest: Duration) -> Result<Duration, ManageError> {
        let turn = locked(&self.budget).take_within(now, longest);
        turn.map_err(|wait| ManageError::Throttled { after: Some(wait) })
    }

    async fn once(&self, call: &Call) -> Result<Answer, ManageError> {
        locked(&self.breaker).admit(self.pace.elapsed()).map_err(|after| ManageError::LeftAlone { after })?;
        let wait = self.turn(self.pace.elapsed(), self.patience.longest_wait.saturating_mul(2))?;
        if !wait.is_zero() {
            self.pace.sleep(wait).await;
        }
        locked(&self.tally).sent(self.pace.elapsed());
        let outcome = send::send(&self.connections, call, self.pace.elapsed()).await;
        self.note(&outcome);
        outcome
    }

    fn note(&self, outcome: &Result<Answer, ManageError>) {
        let now = self.pace.elapsed();
        // Nothing was asked.
        if matches!(outcome, Err(ManageError::NotOurs)) {
            return;
        }
        match outcome {
            Ok(answer) => locked(&self.tally).answered(now, Some(&answer.headers)),
            Err(error) if !error.is_outage() => locked(&self.tally).answered(now, None),
            Err(_) => {}
        }
        match outcome {
            Err(error) if error.is_outage() => locked(&self.breaker).failed(now),
            Err(ManageError::Throttled { after }) => {
                locked(&self.budget).pause(now, after.unwrap_or(Duration::from_secs(30)));
                locked(&self.breaker).answered();
            }
            _ => locked(&self.breaker).answered(),
        }
    }
}

/// The lines of all instances, so that two connectors to one instance share its budget.
pub struct Lines {
    patience: Patience,
    pace: Arc<dyn Pace>,
    names: Arc<dyn Names>,
    lines: Mutex<HashMap<String, Arc<Line>>>,
}

impl Lines {
    /// Lines on the machine's own time and resolver.
    pub fn new(patience: Patience) -> Self {
        Self::with(patience, Arc::new(SystemPace::default()), Arc::new(SystemNames))
    }

    /// Lines with the given time and resolver.
    pub fn with(patience: Patience, pace: Arc<dyn Pace>, names: Arc<dyn Names>) -> Self {
        Self { patience, pace, names, lines: Mutex::default() }
    }

    /// The line to an instance, made when it is first asked for.
    pub fn to(&self, instance: &Instance) -> Arc<Line> {
        let made = || Arc::new(Line::new(self.patience.clone(), self.pace.clone(), self.names.clone()));
        locked(&self.lines).entry(instance.key()).or_insert_with(made).clone()
    }
}

/// The state behind a lock; every writer leaves it whole, so a panic elsewhere does not spoil it.
pub(crate) fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
