//! What moves by itself: the schedule, the watch on production and alerts, connectors, tidying up.

mod connecting;

use crate::http::operations;
use jiff::SignedDuration;
use services::Services;
use std::time::Duration;
use tokio::time::{MissedTickBehavior, interval};
use tokio_util::sync::CancellationToken;

/// How often the schedule is looked at.
const TICK: Duration = Duration::from_secs(1);
/// How often other processes' changes of production and alerts are looked for, where there may be replicas. Where there
/// are none only the command line changes anything, and [`TICK`] will do.
const WATCH: Duration = Duration::from_millis(250);
/// How often measured times are summed up.
const FIGURES: Duration = Duration::from_secs(10);
/// How often what has ended is forgotten.
const TIDY: Duration = Duration::from_secs(600);

/// Runs until `stop`; returns when the last run has ended.
pub async fn run(services: Services, owner: String, stop: CancellationToken) {
    let schedule = every(TICK, stop.clone(), || due(&services, &owner));
    let seen = every(TICK, stop.clone(), || keep_seen(&services));
    let watching = if services.may_have_replicas() { WATCH } else { TICK };
    let watch = every(watching, stop.clone(), || async {
        if let Err(error) = services.pull().watch().await {
            tracing::debug!(%error, "production cannot be watched");
        }
        if let Err(error) = services.alerts().watch().await {
            tracing::debug!(%error, "alerts cannot be watched");
        }
    });
    let connecting = connecting::run(services.clone(), stop.clone());
    let figures = every(FIGURES, stop.clone(), || async { operations::sum_up() });
    let tidy = every(TIDY, stop, || tidy(&services));
    tokio::join!(schedule, seen, watch, connecting, figures, tidy);
    keep_seen(&services).await;
}

async fn keep_seen(services: &Services) {
    if let Err(error) = services.pull().keep_seen().await {
        tracing::debug!(%error, "when clients were seen is not written down; the next second tries again");
    }
}

async fn every<F: Future<Output = ()>>(period: Duration, stop: CancellationToken, work: impl Fn() -> F) {
    let mut ticks = interval(period);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        tokio::select! {
            () = stop.cancelled() => return,
            _ = ticks.tick() => work().await,
        }
    }
}

async fn due(services: &Services, owner: &str) {
    if let Err(error) = services.take_pulse().await {
        tracing::debug!(%error, "the pulse cannot be taken");
    }
    match services.run_due(owner).await {
        Ok(ran) => {
            for job in ran {
                metrics::counter!("tandem_job_runs_total", "job" => job.clone()).increment(1);
                tracing::info!(job, "job ran");
            }
        }
        Err(error) => tracing::warn!(%error, "the schedule cannot be looked at; the next tick tries again"),
    }
}

async fn tidy(services: &Services) {
    let day_ago = services.now() - SignedDuration::from_hours(24);
    let keys = services.kept_answers().forget_keys(day_ago).await;
    if let Err(error) = keys.map_err(services::Error::from).and(services.accounts().forget_ended().await) {
        tracing::warn!(%error, "tidying up failed; the next time tries again");
    }
    match services.alerts().forget_old().await {
        Ok(0) => {}
        Ok(number) => tracing::info!(number, "alerts that were closed long ago are forgotten"),
        Err(error) => tracing::warn!(%error, "old alerts are not forgotten; the next time tries again"),
    }
}
