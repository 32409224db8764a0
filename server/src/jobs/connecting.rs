//! Connectors at work: each polls by its own interval, drains its write-backs and reads details, and none waits for
//! another. What is owed is begun at once, and looked for by the clock besides.

use domain::ids::ConnectorId;
use services::Services;
use std::{collections::HashSet, time::Duration};
use tokio::{
    task::JoinSet,
    time::{MissedTickBehavior, interval},
};
use tokio_util::sync::CancellationToken;

/// How often what is due is looked for.
const TICK: Duration = Duration::from_millis(500);
/// How long work that is under way may take after a stop was asked for.
const GRACE: Duration = Duration::from_secs(8);

/// What is done for a connector; each kind at most once at a time in this process.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum Work {
    Poll,
    WriteBack,
    Details,
}

const ALL: [Work; 3] = [Work::Poll, Work::WriteBack, Work::Details];

/// Runs until `stop`.
pub(super) async fn run(services: Services, stop: CancellationToken) {
    let mut ticks = interval(TICK);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let mut busy = HashSet::new();
    let connectors = services.connectors();
    let mut tasks = JoinSet::new();
    loop {
        let wanted: &[Work] = tokio::select! {
            () = stop.cancelled() => break,
            _ = ticks.tick() => &ALL,
            () = connectors.owed() => &[Work::WriteBack, Work::Details],
        };
        while let Some(ended) = tasks.try_join_next() {
            forget(&mut busy, ended);
        }
        begin(&services, wanted, &mut busy, &mut tasks, &stop).await;
    }
    let finish = async { while tasks.join_next().await.is_some() {} };
    if tokio::time::timeout(GRACE, finish).await.is_err() {
        // Their leases end by themselves, and what they did is found before it is done again.
        tracing::info!("stopping although Manage still answers");
    }
}

type Ended = Result<(ConnectorId, Work), tokio::task::JoinError>;

fn forget(busy: &mut HashSet<(ConnectorId, Work)>, ended: Ended) {
    match ended {
        Ok(done) => drop(busy.remove(&done)),
        Err(error) => {
            tracing::error!(%error, "the work of a connector stopped");
            // Which one it was is not told: all may begin again, and leases keep them apart.
            busy.clear();
        }
    }
}

async fn begin(
    services: &Services,
    wanted: &[Work],
    busy: &mut HashSet<(ConnectorId, Work)>,
    tasks: &mut JoinSet<(ConnectorId, Work)>,
    stop: &CancellationToken,
) {
    let connectors = match services.enabled_connectors().await {
        Ok(connectors) => connectors,
        Err(error) => {
            tracing::warn!(%error, "connectors cannot be read; the next tick tries again");
            return;
        }
    };
    for id in connectors {
        for work in wanted.iter().filter(|work| busy.insert((id, **work))) {
            let (services, stop, work) = (services.clone(), stop.clone(), *work);
            tasks.spawn(async move {
                match work {
                    Work::Poll => poll(&services, id).await,
                    Work::WriteBack => write_back(&services, id).await,
                    Work::Details => details(&services, id, &stop).await,
                }
                (id, work)
            });
        }
    }
}

async fn poll(services: &Services, id: ConnectorId) {
    match services.connectors().poll_due(id).await {
        Ok(None) => {}
        Ok(Some(done)) => {
            let outcome = if done.is_ok() { "ok" } else { "failed" };
            metrics::counter!("tandem_connector_polls_total", "outcome" => outcome).increment(1);
            match done {
                Ok(summary) => tracing::debug!(connector = %id, summary, "polled"),
                Err(error) => {
                    tracing::warn!(connector = %id, %error, "a poll failed; the next one tries again")
                }
            }
        }
        Err(error) => tracing::warn!(connector = %id, %error, "a poll could not be begun or ended"),
    }
}

async fn write_back(services: &Services, id: ConnectorId) {
    match services.connectors().write_back(id).await {
        Ok(0) => {}
        Ok(attempts) => {
            metrics::counter!("tandem_write_back_attempts_total").increment(attempts as u64);
        }
        Err(error) => tracing::warn!(connector = %id, %error, "write-backs could not be attempted"),
    }
}

async fn details(services: &Services, id: ConnectorId, stop: &CancellationToken) {
    while !stop.is_cancelled() {
        match services.connectors().read_details(id).await {
            Ok(true) => {}
            Ok(false) => return,
            Err(error) => {
                tracing::warn!(connector = %id, %error, "details of a ticket could not be kept");
                return;
            }
        }
    }
}
