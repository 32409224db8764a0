//! An Automate database as a receiver's target.

use async_trait::async_trait;
use automate::apply::{Applier, ApplyError, Done, How, Offer};
use domain::{
    content::{Canonical, ItemKey},
    receiving::Standing,
};
use receiver::{
    ReceiverError,
    target::{Applied, Delivery, Mode, Offered, Target},
};

/// The target.
pub(super) struct AutomateTarget(pub(super) Applier);

pub(super) fn refused(error: ApplyError) -> ReceiverError {
    match error {
        ApplyError::Item(message) => ReceiverError::Item(message),
        ApplyError::Database(message) => ReceiverError::Target(message),
    }
}

pub(super) fn how(mode: Mode) -> How {
    How { dry_run: mode.dry_run, force: mode.force }
}

pub(super) fn applied(done: Done) -> Applied {
    Applied { effects: done.effects, notes: done.notes }
}

pub(super) fn offer(delivery: &Delivery) -> Offer {
    Offer {
        content: delivery.content.clone(),
        version: delivery.item.version,
        content_hash: delivery.item.content_hash.clone(),
    }
}

#[async_trait]
impl Target for AutomateTarget {
    async fn standing(&mut self, _: &Offered) -> Result<Vec<Standing>, ReceiverError> {
        self.0.standing().await.map_err(refused)
    }

    async fn resembles(&mut self, content: &Canonical) -> Result<bool, ReceiverError> {
        self.0.resembles(content).await.map_err(refused)
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
        self.0.contents(key).await.map_err(refused)
    }

    async fn set_mass_sync(&mut self, key: &ItemKey, mass_sync: bool) -> Result<(), ReceiverError> {
        self.0.set_mass_sync(key, mass_sync).await.map_err(refused)
    }
}
