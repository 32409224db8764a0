//! One receiver at work.

use super::{
    Action, ItemStatus, Outcome, Run, Selection, SyncRequest, SyncResult, ThreeWay, all_due, order, rows,
};
use crate::{
    Home, ReceiverError, Taken,
    api::Api,
    known,
    target::{Applied, Delivery, Mode, Offered, Target},
    trust::Older,
};
use domain::{
    content::{Canonical, ContentType, Guid, ItemKey, secrets::Mask},
    pull::{Report, ReportedItem},
    receiving::Standing,
};
use std::collections::{BTreeMap, BTreeSet};

/// A receiver at work; other processes wait until it is dropped.
pub struct Session {
    home: Home,
    api: Api,
    target: Box<dyn Target>,
    accepts_older: bool,
    _taken: Taken,
}

impl Session {
    pub(crate) fn new(home: Home, target: Box<dyn Target>, taken: Taken) -> Result<Self, ReceiverError> {
        Ok(Self { api: home.api()?, home, target, accepts_older: false, _taken: taken })
    }

    /// Takes what the server offers even when its revision lies below one that was seen, because the server was
    /// restored from a backup.
    pub fn accept_older(&mut self) {
        self.accepts_older = true;
    }

    /// Every item that is offered or installed, with its state.
    pub async fn status(&mut self, only: Option<ContentType>) -> Result<Vec<ItemStatus>, ReceiverError> {
        let offered = known::offered(&self.home, &self.api, Older::Refuse).await?;
        let rows = self.rows(&offered).await?;
        Ok(rows.into_iter().filter(|row| only.is_none_or(|only| row.content_type == only)).collect())
    }

    /// [`Self::run`], for who needs no results of a run that was ended early.
    pub async fn sync(&mut self, request: &SyncRequest) -> Result<Vec<SyncResult>, ReceiverError> {
        self.run(request).await?.whole()
    }

    /// Takes over what is due. One item's failure does not stop the others; what is here is reported at the end. When
    /// the server or the target is lost on the way, what was done until then is told all the same.
    pub async fn run(&mut self, request: &SyncRequest) -> Result<Run, ReceiverError> {
        let older = match (self.accepts_older, request.dry_run) {
            (false, _) => Older::Refuse,
            (true, true) => Older::Show,
            (true, false) => Older::Accept,
        };
        let offered = known::offered(&self.home, &self.api, older).await?;
        let rows = self.rows(&offered).await?;
        if let Selection::One(guid) = &request.selection
            && rows.iter().all(|row| row.guid != *guid)
        {
            let message = format!("{guid} is neither offered nor installed");
            return Err(ReceiverError::Setting { field: "guid", message });
        }
        let due = all_due(&rows, request, &offered);
        let names: BTreeMap<ItemKey, String> = rows.into_iter().map(|row| (row.key(), row.name)).collect();
        let mode = Mode { dry_run: request.dry_run, force: request.force };
        let circles = order::by_need(due.keys(), &offered);
        let mut run = self.take_over(circles, &Plan { offered: &offered, due, names }, mode).await;
        if !request.dry_run && run.ended_by.is_none() {
            run.ended_by = self.report(&offered, &run.results).await.err();
        }
        Ok(run)
    }

    /// Applies circles one after the other, until something ends the run.
    async fn take_over(&mut self, circles: Vec<Vec<ItemKey>>, plan: &Plan<'_>, mode: Mode) -> Run {
        let mut run = Run::default();
        for circle in circles {
            match self.apply(&circle, &plan.due, plan.offered, mode).await {
                Ok(done) => {
                    run.results.extend(circle.iter().zip(done).map(|(key, done)| plan.result(key, done)))
                }
                Err(error) => {
                    run.ended_by = Some(error);
                    break;
                }
            }
        }
        run
    }

    /// Applies a circle; what ends the whole run is an error, what concerns only these items an answer for each.
    async fn apply(
        &mut self,
        circle: &[ItemKey],
        due: &BTreeMap<ItemKey, Action>,
        offered: &Offered,
        mode: Mode,
    ) -> Result<Vec<Result<Applied, String>>, ReceiverError> {
        let done = match circle {
            [key] if due.get(key) == Some(&Action::Remove) => {
                self.target.remove(key, mode).await.map(|applied| vec![applied])
            }
            _ => self.deliver(circle, offered, mode).await,
        };
        match done {
            Ok(applied) => Ok(applied.into_iter().map(Ok).collect()),
            Err(error) if error.ends_the_run() => Err(error),
            Err(error) => Ok(circle.iter().map(|_| Err(error.to_string())).collect()),
        }
    }

    async fn deliver(
        &mut self,
        circle: &[ItemKey],
        offered: &Offered,
        mode: Mode,
    ) -> Result<Vec<Applied>, ReceiverError> {
        let mut deliveries = Vec::new();
        for item in circle.iter().filter_map(|key| offered.get(key)) {
            let bytes = self.api.content(item).await?;
            let content = Canonical::from_bytes(&bytes)
                .map_err(|error| ReceiverError::Damaged(format!("{} cannot be read ({error})", item.name)))?;
            deliveries.push(Delivery { item: item.clone(), content, bytes });
        }
        let mut masks = Vec::new();
        for delivery in &deliveries {
            let mut mask = Mask::default();
            mask.hide(&delivery.content);
            // Before anything is written: what is told names the old values, which are gone afterwards.
            let known = match self.hide_here(&delivery.item.key(), &mut mask).await {
                // What cannot be read any more may be overwritten all the same.
                Err(ReceiverError::Item(_)) => false,
                done => done.map(|()| true)?,
            };
            masks.push((mask, known));
        }
        let mut applied = self.target.install(&deliveries, mode).await?;
        for (applied, (mask, known)) in applied.iter_mut().zip(&masks) {
            cover(applied, mask);
            if !known {
                forget_old(applied);
            }
        }
        Ok(applied)
    }

    /// Learns the secrets of what stands here of an item, and of what was installed.
    async fn hide_here(&mut self, key: &ItemKey, mask: &mut Mask) -> Result<(), ReceiverError> {
        let (installed, here) = self.target.contents(key).await?;
        for item in installed.iter().chain(&here) {
            mask.hide(item);
        }
        Ok(())
    }

    /// What was installed here of a type, by GUID and name. What stood here before and was only recognised is
    /// not ours to remove.
    pub async fn installed(
        &mut self,
        content_type: ContentType,
    ) -> Result<Vec<(Guid, String)>, ReceiverError> {
        let standing = self.target.standing(&Offered::new()).await?;
        let ours = |here: &Standing| {
            here.key.content_type == content_type
                && here.installed.as_ref().is_some_and(|installed| !installed.recognised)
        };
        Ok(standing.into_iter().filter(ours).map(|here| (here.key.guid, here.name)).collect())
    }

    /// Removes everything of a type that was installed here, and nothing else. What cannot be removed does not stop
    /// the others.
    pub async fn remove(&mut self, content_type: ContentType) -> Result<Run, ReceiverError> {
        let installed = self.installed(content_type).await?.into_iter();
        let names: BTreeMap<ItemKey, String> =
            installed.map(|(guid, name)| (ItemKey::new(content_type, guid), name)).collect();
        let due = names.keys().map(|key| (key.clone(), Action::Remove)).collect();
        let circles = names.keys().map(|key| vec![key.clone()]).collect();
        let plan = Plan { offered: &Offered::new(), due, names };
        Ok(self.take_over(circles, &plan, Mode::default()).await)
    }

    /// Leaves an item out of mass syncs, or takes it in again.
    pub async fn exclude(&mut self, guid: &Guid, excluded: bool) -> Result<(), ReceiverError> {
        self.home.set_excluded(guid.as_str(), excluded)?;
        for here in self.target.standing(&Offered::new()).await? {
            if here.key.guid == *guid {
                self.target.set_mass_sync(&here.key, !excluded).await?;
            }
        }
        Ok(())
    }

    /// What was installed of an item, what stands here and what is offered.
    pub async fn three_way(&mut self, guid: &Guid) -> Result<ThreeWay, ReceiverError> {
        let offered = known::offered(&self.home, &self.api, Older::Refuse).await?;
        let standing = self.standing(&offered).await?;
        let unknown = || {
            let message = format!("{guid} is neither offered nor installed");
            ReceiverError::Setting { field: "guid", message }
        };
        let key = offered.keys().chain(standing.keys()).find(|key| key.guid == *guid).ok_or_else(unknown)?;
        let (installed, here) = self.target.contents(key).await?;
        let offer = match offered.get(key) {
            Some(item) => Some(self.content(item).await?),
            None => None,
        };
        let version = standing.get(key).and_then(|here| here.installed.clone());
        // A target that keeps no copy: the offer is what was installed, if it has the same hash.
        let same = version
            .as_ref()
            .zip(offered.get(key))
            .is_some_and(|(v, item)| v.content_hash == item.content_hash);
        Ok(ThreeWay {
            installed: installed.or_else(|| offer.clone().filter(|_| same)),
            installed_version: version.map(|version| version.version),
            here,
            offered_version: offered.get(key).map(|item| item.version),
            offered: offer,
        })
    }

    async fn content(&self, item: &domain::pull::ManifestItem) -> Result<Canonical, ReceiverError> {
        let bytes = self.api.content(item).await?;
        Canonical::from_bytes(&bytes)
            .map_err(|error| ReceiverError::Damaged(format!("{} cannot be read ({error})", item.name)))
    }

    /// What stands here; items that somebody else brought and that are the same as offered are recognised.
    async fn standing(&mut self, offered: &Offered) -> Result<BTreeMap<ItemKey, Standing>, ReceiverError> {
        let mut standing = BTreeMap::new();
        for mut here in self.target.standing(offered).await? {
            if here.installed.is_none()
                && let Some(item) = offered.get(&here.key)
                && here.found.as_ref().is_some_and(|found| *found != item.content_hash)
            {
                let content = self.content(item).await?;
                if self.target.resembles(&content).await? {
                    here.found = Some(item.content_hash.clone());
                }
            }
            standing.insert(here.key.clone(), here);
        }
        Ok(standing)
    }

    async fn rows(&mut self, offered: &Offered) -> Result<Vec<ItemStatus>, ReceiverError> {
        let standing = self.standing(offered).await?;
        Ok(rows(offered, &standing, &self.home.settings().excluded))
    }

    async fn report(&mut self, offered: &Offered, results: &[SyncResult]) -> Result<(), ReceiverError> {
        let standing = self.standing(offered).await?;
        let errors: BTreeMap<ItemKey, &str> = results
            .iter()
            .filter_map(|result| match &result.outcome {
                Outcome::Failed { message } => Some((result.key(), message.as_str())),
                Outcome::Done => None,
            })
            .collect();
        let installed = |key: &ItemKey| standing.get(key).and_then(|here| here.installed.as_ref());
        let items = rows(offered, &standing, &BTreeSet::new()).into_iter().map(|row| ReportedItem {
            content_type: row.content_type,
            content_hash: installed(&row.key()).map(|installed| installed.content_hash.clone()),
            error: errors.get(&row.key()).map(|message| (*message).to_owned()),
            guid: row.guid,
            state: row.state,
            version: row.installed_version,
        });
        self.api.report(&Report { revision: known::revision(&self.home), items: items.collect() }).await
    }
}

/// What a run does.
struct Plan<'a> {
    offered: &'a Offered,
    due: BTreeMap<ItemKey, Action>,
    names: BTreeMap<ItemKey, String>,
}

impl Plan<'_> {
    fn result(&self, key: &ItemKey, done: Result<Applied, String>) -> SyncResult {
        let (outcome, applied) = match done {
            Ok(applied) => (Outcome::Done, applied),
            Err(message) => (Outcome::Failed { message }, Applied::default()),
        };
        SyncResult {
            content_type: key.content_type,
            guid: key.guid.clone(),
            name: self.names.get(key).cloned().unwrap_or_default(),
            action: self.due.get(key).copied().unwrap_or(Action::Install),
            outcome,
            effects: applied.effects,
            notes: applied.notes,
        }
    }
}

/// Takes out the old values, where nobody knows what is secret in them.
fn forget_old(applied: &mut Applied) {
    for change in applied.effects.iter_mut().flat_map(|effect| &mut effect.changes) {
        change.old = change.old.take().map(|_| "(cannot be read)".into());
    }
}

/// Hides what looks like a secret in what is told of an item: a terminal and its log are looked over easily.
fn cover(applied: &mut Applied, mask: &Mask) {
    for change in applied.effects.iter_mut().flat_map(|effect| &mut effect.changes) {
        change.new = mask.cover(&change.new);
        change.old = change.old.as_deref().map(|old| mask.cover(old));
    }
    applied.notes.iter_mut().for_each(|note| *note = mask.cover(note));
}
