//! One item, or the items of one circle, in one transaction with its line in the journal.

use super::{
    Applier, ApplyError, Done, Offer, columns::Columns, journal, kind, line::Line, remote_monitor, rows,
    script, search,
};
use domain::{
    content::{Canonical, ContentType, ItemKey},
    receiving::{
        Verb,
        local::{Kept, difference, merge},
    },
};
use serde_json::Value;
use std::collections::BTreeSet;

/// How items are applied.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct How {
    /// Only say what would be done.
    pub dry_run: bool,
    /// Give up local exclusions that do not fit.
    pub force: bool,
}

impl Applier {
    /// Applies items together: all of them or none.
    pub async fn install(&mut self, together: &[Offer], how: How) -> Result<Vec<Done>, ApplyError> {
        let mark = self.here.mark();
        self.begin(how).await?;
        let done = self.all(together, how).await;
        self.end(how, done.is_ok()).await?;
        match done {
            Ok(done) => {
                let (done, lines): (Vec<Done>, Vec<Option<(ItemKey, Line)>>) = done.into_iter().unzip();
                self.journal.extend(lines.into_iter().flatten());
                Ok(done)
            }
            Err(error) => {
                self.here.undo(mark);
                Err(error)
            }
        }
    }

    /// Removes an item and its line in the journal.
    pub async fn remove(&mut self, key: &ItemKey, how: How) -> Result<Done, ApplyError> {
        self.begin(how).await?;
        let done = self.take_out(key, how).await;
        self.end(how, done.is_ok()).await?;
        if done.is_ok() && !how.dry_run {
            self.here.forget(key);
            self.journal.remove(key);
        }
        done
    }

    /// A dry run cannot change anything, even by mistake.
    async fn begin(&mut self, how: How) -> Result<(), ApplyError> {
        self.database.say(if how.dry_run { "START TRANSACTION READ ONLY" } else { "START TRANSACTION" }).await
    }

    async fn end(&mut self, how: How, done: bool) -> Result<(), ApplyError> {
        let word = if done && !how.dry_run { "COMMIT" } else { "ROLLBACK" };
        let ended = self.database.say(word).await;
        // Whether a commit that was not answered counts is found out by the next run, which reads the journal.
        ended.map_err(|error| ApplyError::Database(error.to_string()))
    }

    async fn all(
        &mut self,
        together: &[Offer],
        how: How,
    ) -> Result<Vec<(Done, Option<(ItemKey, Line)>)>, ApplyError> {
        let mut effects = vec![Done::default(); together.len()];
        let mut shells = BTreeSet::new();
        if together.len() > 1 {
            // What needs each other exists as a shell first, so that every body finds the ids that it needs.
            for (offer, done) in together.iter().zip(&mut effects) {
                if self.here.row(&offer.key())?.is_none() {
                    self.shell(offer, done, how).await?;
                    shells.insert(offer.key());
                }
            }
        }
        let mut all = Vec::new();
        for (offer, mut done) in together.iter().zip(effects) {
            let line = self.put(offer, shells.contains(&offer.key()), &mut done, how).await?;
            all.push((done, line));
        }
        Ok(all)
    }

    /// A row with a GUID and a name, and nothing else yet.
    async fn shell(&mut self, offer: &Offer, done: &mut Done, how: How) -> Result<(), ApplyError> {
        let place = kind::place(offer.content.content_type);
        let mut columns = kind::first(&offer.content)?;
        columns.set(place.guid, offer.content.guid.as_str());
        columns.set(place.name, offer.content.name.as_str());
        let id = self.insert(place.table, &columns, done, how).await?;
        self.here.learn(&offer.content, id);
        Ok(())
    }

    async fn put(
        &mut self,
        offer: &Offer,
        shell: bool,
        done: &mut Done,
        how: How,
    ) -> Result<Option<(ItemKey, Line)>, ApplyError> {
        let key = offer.key();
        let id = self.here.row(&key)?;
        let row = match id.filter(|id| *id > 0) {
            Some(id) => Some(self.locked(&key, id, how).await?),
            None => None,
        };
        let here = match (&row, id) {
            (Some(row), Some(id)) if !shell => Some(self.read_back(&key, id, row).await?),
            _ => None,
        };
        let mut installed = journal::content(&mut self.database, &key).await?;
        let mut offered = offer.content.clone();
        installed.iter_mut().chain([&mut offered]).for_each(|content| self.here.settle(content));
        if let (Some(installed), Some(here), false) = (&installed, &here, how.force) {
            self.refuse_late_edits(&key, installed, here, &offered)?;
        }
        let mut merged = merge(installed.as_ref(), here.as_ref(), &offered, how.force)
            .map_err(|lost| ApplyError::Item(lost.to_string()))?;
        if key.content_type == ContentType::RemoteMonitors && here.is_none() {
            remote_monitor::silence(&mut merged, &self.here);
        }
        self.make_room(&merged.content, done, how).await?;
        let wanted = kind::columns(&merged.content, &self.here, row.as_ref())?;
        let before = done.effects.len();
        let id = match (id, &here) {
            (None, _) => {
                let id = self
                    .insert(
                        kind::place(key.content_type).table,
                        &self.first(&merged.content, wanted)?,
                        done,
                        how,
                    )
                    .await?;
                self.here.learn(&merged.content, id);
                id
            }
            (Some(id), here) => {
                // What stands here may refer to things that are gone; then every column is written.
                let now = here.as_ref().and_then(|here| kind::columns(here, &self.here, row.as_ref()).ok());
                self.update(&merged.content, id, row.as_ref(), &wanted, now.as_ref(), done, how).await?;
                id
            }
        };
        rows::put(self, &merged.content, id, done, how).await?;
        done.notes.extend(notes(&offer.content, &merged.kept, here.is_none()));
        done.notes.extend(merged.lost.iter().map(ToString::to_string));
        if how.dry_run {
            return Ok(None);
        }
        let untouched = here.is_some() && done.effects.len() == before;
        self.record(offer, &merged.content, id, untouched).await.map(Some)
    }

    fn refuse_late_edits(
        &self,
        key: &ItemKey,
        installed: &Canonical,
        here: &Canonical,
        offered: &Canonical,
    ) -> Result<(), ApplyError> {
        let Some(line) = self.journal.get(key) else { return Ok(()) };
        let mut here = here.clone();
        // A group below one that this run moved or renamed went along.
        if self.here.went_along(key) {
            here.placement.clone_from(&installed.placement);
        }
        line.refuse_late_edits(installed, &here, offered)
    }

    fn first(&self, content: &Canonical, wanted: Columns) -> Result<Columns, ApplyError> {
        let mut columns = wanted;
        columns.0.extend(kind::first(content)?.0);
        columns.0.extend(kind::stamps(content, &self.here, None)?.0);
        Ok(columns)
    }

    /// Writes the columns that differ, and with them the marks of a change.
    #[expect(clippy::too_many_arguments, reason = "the row, as it is, as it shall be, and where to say so")]
    async fn update(
        &mut self,
        content: &Canonical,
        id: i64,
        row: Option<&crate::export::Row>,
        wanted: &Columns,
        now: Option<&Columns>,
        done: &mut Done,
        how: How,
    ) -> Result<(), ApplyError> {
        let nothing = Columns::default();
        let now = now.unwrap_or(&nothing);
        let mut changed = wanted.beyond(now);
        if changed.0.is_empty() {
            return Ok(());
        }
        for (name, cell) in kind::stamps(content, &self.here, row)?.0 {
            changed.0.retain(|(column, _)| *column != name);
            changed.set(name, cell);
        }
        let place = kind::place(content.content_type);
        let columns = self.schema.known(place.table, &changed)?;
        self.say(Verb::Update, place.table, Some(id), &columns, Some(now), done);
        if !how.dry_run {
            self.database.update(place.table, place.id, id, &columns).await?;
        }
        if content.content_type == ContentType::Groups {
            rows::move_below(self, content, id, done, how).await?;
        }
        Ok(())
    }

    /// Reads back what was written, refuses what is not as it was meant, and writes the journal's line.
    async fn record(
        &mut self,
        offer: &Offer,
        meant: &Canonical,
        id: i64,
        untouched: bool,
    ) -> Result<(ItemKey, Line), ApplyError> {
        let key = offer.key();
        let row = self.locked(&key, id, How::default()).await?;
        let found = self.read_back(&key, id, &row).await?;
        if let Some(member) = difference(meant, &found) {
            return Err(ApplyError::Item(format!(
                "the database does not hold `{member}` as it was written, so that nothing was changed: is the column long enough, and does it hold every character?"
            )));
        }
        let known = self.journal.get(&key);
        let line = Line::of(offer, id, found.hash(), untouched, known);
        journal::write(&mut self.database, &key, &line, &offer.content).await?;
        Ok((key, line))
    }

    async fn take_out(&mut self, key: &ItemKey, how: How) -> Result<Done, ApplyError> {
        let mut done = Done::default();
        if let Some(id) = self.here.row(key)? {
            rows::remove(self, key, id, &mut done, how).await?;
            let place = kind::place(key.content_type);
            self.delete(place.table, place.id, id, &mut done, how).await?;
        }
        if !how.dry_run {
            journal::remove(&mut self.database, key).await?;
        }
        Ok(done)
    }
}

/// What a person should know.
pub(crate) fn notes(content: &Canonical, kept: &[Kept], new: bool) -> Vec<String> {
    let shown = |value: &Value| match value {
        Value::Null => "nothing".to_owned(),
        other => other.to_string(),
    };
    let sentence = |kept: &Kept| {
        let (local, offered) = (shown(&kept.local), shown(&kept.offered));
        if new {
            format!("arrives with {} {local} instead of {offered}: set it here", kept.member)
        } else {
            format!("keeps {} {local} (offered: {offered})", kept.member)
        }
    };
    let mut notes: Vec<String> = kept.iter().map(sentence).collect();
    match content.content_type {
        ContentType::Scripts => notes.extend(script::notes(&content.body)),
        ContentType::Searches => notes.extend(search::note(&content.depends_on)),
        ContentType::RemoteMonitors if new => {
            notes.push("alerts nobody until an alert template is chosen for it here".into());
        }
        ContentType::ExtraFields | ContentType::DataViews if new => {
            notes.push("is seen once the system cache is reloaded (Ctrl+R in the Control Center)".into());
        }
        _ => {}
    }
    notes
}
