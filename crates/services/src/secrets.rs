//! Secrets at rest: sealed before they reach the store, opened for the moment of use, sealed anew when the key
//! changes.
//!
//! A record that has a secret keeps a [`Secret`] in its fields (which is stored as whether there is one) and
//! calls [`Core::keep_secret`] in the unit of work that writes the record.

use crate::{
    Core, Error, Result,
    ports::{
        store::{Lane, Transaction},
        vault::VaultError,
    },
    work::Line,
};
use domain::{
    account::{Actor, Permission},
    audit::action,
    secret::{Secret, SecretPlace},
};

/// The keys that secrets are sealed under.
pub struct Secrets<'a> {
    pub(crate) core: &'a Core,
}

/// What a change of the key did.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rotation {
    /// Whether a new key was made; false where the keys are configured by hand.
    pub renewed: bool,
    /// Secrets that were sealed anew.
    pub resealed: usize,
}

impl Secrets<'_> {
    /// Makes a new key, where Tandem keeps it itself, and seals every secret under it. Safe while Tandem runs and
    /// safe to repeat: old keys stay for opening until nothing needs them.
    pub async fn rotate(&self, actor: &Actor) -> Result<Rotation> {
        let core = self.core;
        core.require(actor, Permission::ManageSources).await?;
        let renewed = core.vault.renew()?;
        let mut resealed = 0;
        for (place, sealed) in core.store.all_sealed().await? {
            if core.vault.is_current(&sealed) {
                continue;
            }
            let anew = core.vault.seal(&place, &core.vault.open(&place, &sealed)?)?;
            let mut tx = core.store.begin(Lane::Accounts).await?;
            // One that somebody just replaced is sealed under the new key already, or found by the next run.
            resealed += usize::from(tx.replace_sealed(&place, &sealed, &anew).await?);
            tx.commit().await?;
        }
        core.vault.retire()?;
        let line = Line::ok(action::KEY, format!("changed the key for secrets; {resealed} were sealed anew"));
        core.note(actor, line).await?;
        Ok(Rotation { renewed, resealed })
    }
}

impl Core {
    /// Brings what is kept for a place in line with a record's field: a secret that was typed is sealed, one that
    /// is missing is forgotten, one that is kept stays.
    pub(crate) async fn keep_secret(
        &self,
        tx: &mut dyn Transaction,
        place: &SecretPlace,
        secret: &Secret,
    ) -> Result<()> {
        match secret {
            Secret::Given(text) => Ok(tx.keep_sealed(place, &self.vault.seal(place, text)?).await?),
            Secret::Missing => Ok(tx.forget_sealed(place).await?),
            Secret::Kept => Ok(()),
        }
    }

    /// Opens what is kept for a place, for use at once.
    pub(crate) async fn open_secret(&self, place: &SecretPlace) -> Result<Secret> {
        match self.store.sealed(place).await? {
            Some(sealed) => Ok(Secret::Given(self.vault.open(place, &sealed)?)),
            None => Ok(Secret::Missing),
        }
    }
}

impl From<VaultError> for Error {
    fn from(error: VaultError) -> Self {
        Self::Unavailable(format!("Nothing was changed: {error}."))
    }
}
