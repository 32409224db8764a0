//! The pulse: what everybody who watches Tandem is told when it changes, taken once for all of them.
//!
//! Alerts are told one by one in [`crate::alerts`]; here is the rest: production, jobs, connectors.

use crate::{Core, Result, Services};
use domain::{ids::ConnectorId, schedule::Schedule};
use jiff::Timestamp;
use serde::Serialize;
use std::sync::Arc;
use tokio::sync::watch;

/// How Tandem stands.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Pulse {
    /// The revision of production.
    pub revision: i64,
    /// Jobs with their last and next run.
    pub jobs: Vec<Schedule>,
    /// Connectors by name.
    pub connectors: Vec<ConnectorPulse>,
}

/// How a connector stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ConnectorPulse {
    /// Which.
    pub id: ConnectorId,
    /// Its name.
    pub name: String,
    /// Whether it polls and writes back.
    pub enabled: bool,
    /// When a poll last ended well.
    pub last_poll_at: Option<Timestamp>,
    /// What is wrong now, in plain words.
    pub problem: Option<String>,
}

/// The newest pulse.
#[derive(Default)]
pub(crate) struct LastPulse(watch::Sender<Arc<Pulse>>);

impl Services {
    /// The pulse as it changes.
    pub fn pulse(&self) -> watch::Receiver<Arc<Pulse>> {
        self.core.pulse.0.subscribe()
    }

    /// Takes the pulse, if anybody watches; a job calls it every second.
    pub async fn take_pulse(&self) -> Result<()> {
        if self.core.pulse.0.receiver_count() == 0 {
            return Ok(());
        }
        let pulse = self.core.felt().await?;
        self.core.pulse.0.send_if_modified(|known| {
            let changed = **known != pulse;
            if changed {
                *known = Arc::new(pulse);
            }
            changed
        });
        Ok(())
    }
}

impl Core {
    async fn felt(&self) -> Result<Pulse> {
        let mut connectors = Vec::new();
        for connector in self.store.connectors().await? {
            let standing = self.store.standing(connector.id).await?.map(|(standing, _)| standing);
            let standing = standing.unwrap_or_default();
            connectors.push(ConnectorPulse {
                id: connector.id,
                name: connector.input.name,
                enabled: connector.enabled,
                last_poll_at: standing.last_poll_at,
                problem: standing.problem,
            });
        }
        let (revision, jobs) = (self.store.epochs().await?.revision, self.store.schedules(self.now()).await?);
        Ok(Pulse { revision, jobs, connectors })
    }
}
