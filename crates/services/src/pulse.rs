//! The pulse: what everybody who watches Tandem is told when it changes, taken once for all of them.
//!
//! Alerts are told one by one in [`crate::alerts`]; here is the rest: production, jobs, connectors.

use crate::{Core, Result, Services};
use domain::{ids::ConnectorId, place::Place, schedule::Schedule};
use jiff::Timestamp;
use serde::Serialize;
use sha2::{Digest as _, Sha256};
use std::{collections::BTreeMap, sync::Arc};
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

impl Pulse {
    /// What is wrong with the connectors that are at work; health says much more, and much more often.
    pub fn troubles(&self) -> BTreeMap<ConnectorId, &str> {
        let wrong = |connector: &&ConnectorPulse| connector.enabled && connector.problem.is_some();
        let told = self.connectors.iter().filter(wrong);
        told.map(|connector| (connector.id, connector.problem.as_deref().unwrap_or_default())).collect()
    }

    /// The mark by which a reader's [`Place`] remembers the trouble they know of: the same in every process.
    pub fn trouble(&self) -> u32 {
        let mut sum = Sha256::new();
        for (connector, problem) in self.troubles() {
            sum.update(format!("{connector} {problem}\n"));
        }
        let [a, b, c, d, ..] = <[u8; 32]>::from(sum.finalize());
        u32::from_be_bytes([a, b, c, d])
    }
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

    /// How far a page has come that is asked for now: it shows at least as much.
    pub fn place(&self) -> Place {
        let alerts = *self.core.alert_changes.newest();
        let pulse = self.core.pulse.0.borrow();
        Place { alerts, content: pulse.revision, trouble: Some(pulse.trouble()) }
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn trouble_is_what_is_wrong_with_connectors_at_work() {
        let mut connector = ConnectorPulse {
            id: "01a212db-2150-75eb-8dac-0706a1a00aa9".parse().unwrap(),
            name: "Main".into(),
            enabled: true,
            last_poll_at: None,
            problem: None,
        };
        let told = |connector: &ConnectorPulse| {
            let pulse = Pulse { connectors: vec![connector.clone()], ..Pulse::default() };
            (pulse.troubles().into_values().map(str::to_owned).collect::<Vec<_>>(), pulse.trouble())
        };
        let (none, calm) = told(&connector);
        assert!(none.is_empty());
        connector.last_poll_at = Some(Timestamp::UNIX_EPOCH);
        assert_eq!(told(&connector), (none.clone(), calm), "a poll is no trouble");
        connector.problem = Some("Manage does not answer".into());
        let (one, mark) = told(&connector);
        assert_eq!(one, ["Manage does not answer"]);
        assert_ne!(mark, calm);
        connector.problem = Some("Manage refuses the keys".into());
        assert_ne!(told(&connector).1, mark, "another trouble has another mark");
        connector.enabled = false;
        assert_eq!(told(&connector), (none, calm), "nobody waits for what is switched off");
    }
}
