//! The folder behind the session's trait.

use super::{hash, journal::Journal, place, sweep};
use crate::{
    ReceiverError,
    target::{Applied, Delivery, Mode, Offered, Target},
};
use async_trait::async_trait;
use domain::{
    content::{Canonical, ItemKey},
    receiving::{ColumnChange, Effect, InstalledVersion, Standing, Verb, local::CHANGED_MEANWHILE},
};
use std::{
    fs,
    path::{Path, PathBuf},
};

/// A folder of canonical forms.
pub struct FolderTarget {
    root: PathBuf,
    journal: Journal,
}

impl FolderTarget {
    /// Opens a folder and finishes what a kill interrupted; `state` is where the journal stands.
    pub fn open(root: &Path, state: &Path) -> Result<Self, ReceiverError> {
        sweep(root)?;
        Ok(Self { root: root.to_owned(), journal: Journal::open(root, state)? })
    }

    fn effect(&self, verb: Verb, place: &Path, old: Option<String>, new: Option<String>) -> Effect {
        let table = self.root.join(place).display().to_string();
        let change = new.map(|new| ColumnChange { column: "sha256".into(), old, new });
        Effect { verb, table: format!("file {table}"), local_id: None, changes: change.into_iter().collect() }
    }

    /// Refuses to overwrite a file that somebody has edited since the states were looked at.
    fn refuse_late_edits(&self, delivery: &Delivery) -> Result<(), ReceiverError> {
        let Some(installed) = self.journal.get(&delivery.item.key()) else { return Ok(()) };
        let offered = &delivery.item.content_hash;
        match hash(&self.root, &installed.place)? {
            Some(found) if found != installed.content_hash && found != *offered => {
                Err(ReceiverError::Item(CHANGED_MEANWHILE.into()))
            }
            _ => Ok(()),
        }
    }

    fn install_one(&mut self, delivery: &Delivery, mode: Mode) -> Result<Applied, ReceiverError> {
        let place = place(&delivery.item);
        let old = hash(&self.root, &place)?.map(|hash| hash.to_string());
        let verb = if old.is_some() { Verb::Update } else { Verb::Insert };
        let effect = self.effect(verb, &place, old, Some(delivery.item.content_hash.to_string()));
        if !mode.dry_run {
            self.journal.install(&delivery.item, &delivery.bytes)?;
        }
        Ok(Applied { effects: vec![effect], notes: Vec::new() })
    }
}

#[async_trait]
impl Target for FolderTarget {
    async fn standing(&mut self, offered: &Offered) -> Result<Vec<Standing>, ReceiverError> {
        let mut standing = Vec::new();
        for installed in self.journal.iter() {
            standing.push(Standing {
                key: installed.key.clone(),
                name: installed.name.clone(),
                installed: Some(InstalledVersion {
                    version: installed.version,
                    content_hash: installed.content_hash.clone(),
                    recognised: false,
                }),
                found: hash(&self.root, &installed.place)?,
                mass_sync: true,
            });
        }
        for item in offered.values().filter(|item| self.journal.get(&item.key()).is_none()) {
            let found = hash(&self.root, &place(item))?;
            let (key, name) = (item.key(), item.name.clone());
            standing.extend(found.map(|found| Standing {
                key,
                name,
                installed: None,
                found: Some(found),
                mass_sync: true,
            }));
        }
        Ok(standing)
    }

    async fn resembles(&mut self, _: &Canonical) -> Result<bool, ReceiverError> {
        // Nothing in a file belongs to the receiver: another hash is another content.
        Ok(false)
    }

    async fn install(&mut self, together: &[Delivery], mode: Mode) -> Result<Vec<Applied>, ReceiverError> {
        if !mode.force {
            together.iter().try_for_each(|delivery| self.refuse_late_edits(delivery))?;
        }
        together.iter().map(|delivery| self.install_one(delivery, mode)).collect()
    }

    async fn remove(&mut self, key: &ItemKey, mode: Mode) -> Result<Applied, ReceiverError> {
        let Some(installed) = self.journal.get(key) else { return Ok(Applied::default()) };
        let effect = self.effect(Verb::Delete, &installed.place, None, None);
        if !mode.dry_run {
            self.journal.remove(key)?;
        }
        Ok(Applied { effects: vec![effect], notes: Vec::new() })
    }

    async fn contents(
        &mut self,
        key: &ItemKey,
    ) -> Result<(Option<Canonical>, Option<Canonical>), ReceiverError> {
        let Some(installed) = self.journal.get(key) else { return Ok((None, None)) };
        let path = self.root.join(&installed.place);
        let Ok(bytes) = fs::read(&path) else { return Ok((None, None)) };
        let here = Canonical::from_bytes(&bytes).map_err(|error| {
            ReceiverError::Item(format!("{} is no canonical form any more ({error})", path.display()))
        })?;
        // What was installed is the server's to give, by its hash.
        Ok((None, Some(here)))
    }

    async fn set_mass_sync(&mut self, _: &ItemKey, _: bool) -> Result<(), ReceiverError> {
        Ok(())
    }
}
