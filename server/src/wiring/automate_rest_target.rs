//! An Automate server as a receiver's target, over its REST interface.

use super::automate_target::{applied, how, offer, refused};
use async_trait::async_trait;
use automate::{
    apply::Offer,
    rest::{Login, Patience, apply::RestApplier},
};
use domain::{
    content::{Canonical, ItemKey},
    net::Networks,
    receiving::Standing,
};
use receiver::{
    AutomateServer, ReceiverError,
    target::{Applied, Delivery, Mode, Offered, Target},
};
use std::path::Path;

/// The target.
pub(super) struct AutomateRestTarget(RestApplier);

impl AutomateRestTarget {
    /// Signs in; the receiver's server stands in the networks around the receiver.
    pub(super) async fn connect(
        server: &AutomateServer,
        password: &str,
        passcode: Option<&str>,
        state: Option<&Path>,
    ) -> Result<Self, ReceiverError> {
        let AutomateServer { url, username, client_id } = server;
        let login = Login { url, username, password, client_id, passcode };
        let applier = RestApplier::connect(login, &Networks::private(), Patience::default(), state).await;
        applier.map(Self).map_err(refused)
    }

    /// Keeps the token for the next run.
    pub(super) fn keep_token(&mut self, state: &Path) -> Result<(), ReceiverError> {
        self.0.keep_token(state).map_err(refused)
    }

    /// Looks whether anything can be read; answers what cannot.
    pub(super) async fn probe(&mut self) -> Result<Vec<String>, ReceiverError> {
        self.0.probe().await.map_err(refused)
    }
}

#[async_trait]
impl Target for AutomateRestTarget {
    async fn standing(&mut self, _: &Offered) -> Result<Vec<Standing>, ReceiverError> {
        self.0.standing().await.map_err(refused)
    }

    async fn resembles(&mut self, content: &Canonical) -> Result<bool, ReceiverError> {
        Ok(self.0.resembles(content))
    }

    async fn install(&mut self, together: &[Delivery], mode: Mode) -> Result<Vec<Applied>, ReceiverError> {
        let offers: Vec<Offer> = together.iter().map(offer).collect();
        let done = self.0.install(&offers, how(mode)).await.map_err(refused)?;
        Ok(done.into_iter().map(applied).collect())
    }

    async fn remove(&mut self, key: &ItemKey, mode: Mode) -> Result<Applied, ReceiverError> {
        self.0.remove(key, how(mode)).await.map(applied).map_err(refused)
    }

    async fn contents(
        &mut self,
        key: &ItemKey,
    ) -> Result<(Option<Canonical>, Option<Canonical>), ReceiverError> {
        Ok(self.0.contents(key))
    }

    async fn set_mass_sync(&mut self, key: &ItemKey, mass_sync: bool) -> Result<(), ReceiverError> {
        self.0.set_mass_sync(key, mass_sync).map_err(refused)
    }
}
