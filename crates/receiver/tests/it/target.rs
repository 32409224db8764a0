//! A target in memory that writes down what it was asked, and fails where a test says so.

use async_trait::async_trait;
use domain::{
    content::{Canonical, ItemKey},
    receiving::{ColumnChange, Effect, InstalledVersion, Standing, Verb},
};
use receiver::{
    ReceiverError, Target,
    target::{Applied, Delivery, Mode, Offered},
};
use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, MutexGuard},
};

/// What stands on the shelf and what happened.
#[derive(Default)]
pub(crate) struct Contents {
    /// The content that stands here.
    pub(crate) here: BTreeMap<ItemKey, Canonical>,
    /// What was installed, and whether mass syncs take it.
    pub(crate) installed: BTreeMap<ItemKey, (InstalledVersion, bool)>,
    /// The names that were installed together, in order; `-` before one that was removed.
    pub(crate) done: Vec<Vec<String>>,
    /// The modes that were asked for.
    pub(crate) modes: Vec<Mode>,
    /// Names that cannot be applied.
    pub(crate) refuses: Vec<String>,
    /// A name at which the target is lost.
    pub(crate) breaks_at: Option<String>,
    /// Whether what stands here under a GUID counts as the same but for local settings.
    pub(crate) resembles: bool,
}

/// The shelf; every session of a test has the same.
#[derive(Clone, Default)]
pub(crate) struct Shelf(Arc<Mutex<Contents>>);

impl Shelf {
    pub(crate) fn look(&self) -> MutexGuard<'_, Contents> {
        self.0.lock().unwrap()
    }

    /// Puts content here by hand.
    pub(crate) fn bring(&self, content: &Canonical) {
        self.look().here.insert(crate::key(content), content.clone());
    }

    /// The names that were installed or removed since this was asked last.
    pub(crate) fn done(&self) -> Vec<Vec<String>> {
        std::mem::take(&mut self.look().done)
    }
}

/// What is done to a row, as a database tells it: with the whole old and new value.
fn applied(verb: Verb, old: Option<&Canonical>, new: Option<&Canonical>) -> Applied {
    let text = |content: &Canonical| String::from_utf8(content.to_bytes()).unwrap();
    let change = new.map(|new| ColumnChange { column: "content".into(), old: old.map(text), new: text(new) });
    let changes = change.into_iter().collect();
    Applied { effects: vec![Effect { verb, table: "shelf".into(), local_id: None, changes }], notes: vec![] }
}

#[async_trait]
impl Target for Shelf {
    async fn standing(&mut self, _: &Offered) -> Result<Vec<Standing>, ReceiverError> {
        let contents = self.look();
        let keys = contents.here.keys().chain(contents.installed.keys());
        let keys: std::collections::BTreeSet<&ItemKey> = keys.collect();
        let standing = keys.into_iter().map(|key| {
            let installed = contents.installed.get(key);
            let here = contents.here.get(key);
            Standing {
                key: key.clone(),
                name: here.map_or_else(|| "gone".to_owned(), |here| here.name.clone()),
                installed: installed.map(|(version, _)| version.clone()),
                found: here.map(Canonical::hash),
                mass_sync: installed.is_none_or(|(_, mass)| *mass),
            }
        });
        Ok(standing.collect())
    }

    async fn resembles(&mut self, _: &Canonical) -> Result<bool, ReceiverError> {
        Ok(self.look().resembles)
    }

    async fn install(&mut self, together: &[Delivery], mode: Mode) -> Result<Vec<Applied>, ReceiverError> {
        let mut contents = self.look();
        contents.modes.push(mode);
        for delivery in together {
            let name = &delivery.item.name;
            if contents.breaks_at.as_ref() == Some(name) {
                return Err(ReceiverError::Target(format!("the shelf fell down at {name}")));
            }
            if contents.refuses.contains(name) {
                return Err(ReceiverError::Item(format!("{name} does not fit")));
            }
        }
        contents.done.push(together.iter().map(|delivery| delivery.item.name.clone()).collect());
        let told = |delivery: &Delivery| {
            applied(Verb::Insert, contents.here.get(&delivery.item.key()), Some(&delivery.content))
        };
        let told = together.iter().map(told).collect();
        for delivery in together.iter().filter(|_| !mode.dry_run) {
            let key = delivery.item.key();
            let recognised = contents.here.get(&key).is_some_and(|here| *here == delivery.content);
            let content_hash = delivery.item.content_hash.clone();
            let version = InstalledVersion { version: delivery.item.version, content_hash, recognised };
            contents.installed.insert(key.clone(), (version, true));
            contents.here.insert(key, delivery.content.clone());
        }
        Ok(told)
    }

    async fn remove(&mut self, key: &ItemKey, mode: Mode) -> Result<Applied, ReceiverError> {
        let mut contents = self.look();
        let name = contents.here.get(key).map_or_else(|| "gone".to_owned(), |here| here.name.clone());
        if contents.refuses.contains(&name) {
            return Err(ReceiverError::Item(format!("{name} cannot be removed")));
        }
        contents.done.push(vec![format!("-{name}")]);
        if !mode.dry_run {
            contents.here.remove(key);
            contents.installed.remove(key);
        }
        Ok(applied(Verb::Delete, None, None))
    }

    async fn contents(
        &mut self,
        key: &ItemKey,
    ) -> Result<(Option<Canonical>, Option<Canonical>), ReceiverError> {
        Ok((None, self.look().here.get(key).cloned()))
    }

    async fn set_mass_sync(&mut self, key: &ItemKey, mass_sync: bool) -> Result<(), ReceiverError> {
        if let Some((_, mass)) = self.look().installed.get_mut(key) {
            *mass = mass_sync;
        }
        Ok(())
    }
}
