//! A simulated Manage, and a client whose time stands still unless it waits.

use async_trait::async_trait;
use domain::net::Networks;
use manage::{Line, Manage, ManageError, Pace, Patience, Settings, SystemNames};
use sandbox::manage::{Fault, Manage as Simulator, World};
use std::{
    sync::{Arc, Mutex},
    time::Duration,
};

/// Waiting takes no time; it is written down.
#[derive(Default)]
pub(crate) struct Steps {
    waits: Mutex<Vec<Duration>>,
    now: Mutex<Duration>,
}

impl Steps {
    /// How long was waited, wait by wait.
    pub(crate) fn waits(&self) -> Vec<Duration> {
        self.waits.lock().unwrap().clone()
    }

    /// Lets time pass.
    pub(crate) fn pass(&self, time: Duration) {
        *self.now.lock().unwrap() += time;
    }
}

#[async_trait]
impl Pace for Steps {
    fn elapsed(&self) -> Duration {
        *self.now.lock().unwrap()
    }

    async fn sleep(&self, time: Duration) {
        self.waits.lock().unwrap().push(time);
        self.pass(time);
    }

    fn random(&self) -> u64 {
        7
    }
}

pub(crate) struct Setting {
    pub(crate) simulator: Simulator,
    pub(crate) manage: Manage,
    pub(crate) pace: Arc<Steps>,
    pub(crate) line: Arc<Line>,
}

/// A seeded instance, changed by `prepare`, and a client of it.
pub(crate) async fn setting(prepare: impl FnOnce(&mut World)) -> Setting {
    let mut world = World::seeded();
    prepare(&mut world);
    let simulator = Simulator::start(world).await.unwrap();
    let pace = Arc::new(Steps::default());
    let line = Arc::new(Line::new(patience(), pace.clone(), Arc::new(SystemNames)));
    let manage = Manage::new(settings(&simulator.url()), line.clone()).unwrap();
    Setting { simulator, manage, pace, line }
}

pub(crate) fn patience() -> Patience {
    Patience {
        timeout: Duration::from_millis(1_500),
        allowed_networks: Networks::parse(["127.0.0.0/8"]).unwrap(),
        ..Patience::default()
    }
}

pub(crate) fn settings(url: &str) -> Settings {
    Settings {
        instance_uri: url.to_owned(),
        company_id: "acme".into(),
        public_key: "publicKey".into(),
        private_key: "privateKey".to_owned().into(),
        client_id: "01935f6e-3c2a-7c3e-8f7a-2b1c9d0e4f5a".into(),
    }
}

impl Setting {
    /// Another client on the same line.
    pub(crate) fn with_settings(&self, change: impl FnOnce(&mut Settings)) -> Manage {
        let mut changed = settings(&self.simulator.url());
        change(&mut changed);
        Manage::new(changed, self.line.clone()).unwrap()
    }

    pub(crate) fn fault(&self, fault: Fault) {
        self.simulator.with(|world| world.faults.push(fault));
    }

    /// How often a path was asked with a method.
    pub(crate) fn asked(&self, method: &str, part: &str) -> usize {
        self.simulator.requests(part).iter().filter(|request| request.method == method).count()
    }
}

/// The field that a setting error names.
pub(crate) fn field(error: &ManageError) -> &str {
    match error {
        ManageError::Setting { field, .. } => field,
        other => panic!("no setting: {other}"),
    }
}
