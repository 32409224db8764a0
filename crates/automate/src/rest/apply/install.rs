//! One item: made, changed, or only written down because it stands there already.

use super::{RestApplier, group, here::Here, journal::Installed, members_of, refused, say, script, written};
use crate::{
    apply::{ApplyError, Done, How, Offer, line::Line, notes},
    rest::members::{member, plain},
};
use domain::{
    content::{Canonical, ContentType, ItemKey},
    receiving::{
        ColumnChange, Verb,
        local::{Merged, differences, merge},
    },
};
use reqwest::Method;
use serde_json::{Value, json};

impl RestApplier {
    /// Applies an item. Items that need each other cannot be applied over REST: a script is made with its steps, and
    /// the steps need the ids of those that they call.
    pub async fn install(&mut self, together: &[Offer], how: How) -> Result<Vec<Done>, ApplyError> {
        let [offer] = together else {
            return Err(ApplyError::Item(
                "calls scripts that call it back, and over REST steps are written only when a script is made: connect \
                 the database (--into mysql://…)"
                    .into(),
            ));
        };
        let kind = offer.content.content_type;
        if !matches!(kind, ContentType::Scripts | ContentType::Groups) {
            return Err(refused(kind));
        }
        if let Some(reason) = self.here.barred(kind) {
            return Err(ApplyError::Item(reason.to_owned()));
        }
        let mut done = Done::default();
        match self.here.row(&offer.key())? {
            None => self.bring(offer, &mut done, how).await?,
            Some(id) => self.update(offer, id, &mut done, how).await?,
        }
        Ok(vec![done])
    }

    /// Makes an item that is not here.
    async fn bring(&mut self, offer: &Offer, done: &mut Done, how: How) -> Result<(), ApplyError> {
        let key = offer.key();
        let offered = self.settled(&offer.content);
        let merged = merged(None, None, &offered, how)?;
        let (body, table, right) = match key.content_type {
            ContentType::Scripts => {
                let folder = self.folder(&merged.content.placement, done, how).await?;
                let flag =
                    |name: &str| merged.content.switches.get(name).and_then(Value::as_bool).unwrap_or(false);
                let uses = Here::classes(&mut self.session, flag("restricted")).await?;
                let edits = Here::classes(&mut self.session, flag("edit_restricted")).await?;
                let body = script::made(&merged.content, &self.here, folder, [uses, edits])?;
                (body, "Scripts", "Scripts: Update")
            }
            _ => (group::made(&merged.content, &self.here)?, "Groups", "Groups: Create"),
        };
        if let Some(id) = self.left_behind(&key, &merged.content) {
            return Err(ApplyError::Item(format!(
                "stands here already under another GUID (id {id}): the server does not keep the GUID that it is given,                  so that the item cannot be recognised. Delete that one, and connect the database (--into mysql://…)"
            )));
        }
        say(done, Verb::Insert, table, None, members_of(&body));
        done.notes.extend(notes(&offer.content, &merged.kept, true));
        if how.dry_run {
            self.next -= 1;
            let full: Vec<&str> =
                merged.content.placement.iter().map(|folder| folder.name.as_str()).collect();
            let full = [full, vec![merged.content.name.as_str()]].concat().join(".");
            self.here.pretend(&merged.content, self.next, json!({ "FullName": full }));
            return Ok(());
        }
        self.journal.intend(&key)?;
        let made = self.make(&key, &merged.content.name, &body, right).await;
        let made = match made {
            Err(ApplyError::Item(message)) => {
                // Surely not made.
                self.journal.remove(&key)?;
                return Err(ApplyError::Item(message));
            }
            made => made?,
        };
        self.here.look_again(&mut self.session, key.content_type, made.id).await?;
        match self.unlike(&key, &merged.content) {
            None => self.record(offer, made.id, false),
            Some(wrong) => {
                if made.answered || self.is_twin(&key, made.id, &merged.content) {
                    self.take_back(&key, made.id).await?;
                }
                self.journal.remove(&key)?;
                Err(ApplyError::Item(wrong))
            }
        }
    }

    /// What of an item does not stand here as it was meant, as a sentence.
    fn unlike(&self, key: &ItemKey, meant: &Canonical) -> Option<String> {
        let Some(found) = self.here.contents.get(key) else {
            return Some(
                "the server does not keep the GUID that it is given, so that the item could not be recognised later: \
                 it was taken back. Connect the database (--into mysql://…)"
                    .into(),
            );
        };
        let wrong = differences(meant, found);
        (!wrong.is_empty()).then(|| {
            format!(
                "the server does not hold {} as it was written, so that it was taken back",
                quoted(&wrong)
            )
        })
    }

    /// Whether a row without the item's GUID is what was sent all the same.
    fn is_twin(&self, key: &ItemKey, id: i64, meant: &Canonical) -> bool {
        let mut rows = self.here.contents.iter();
        let twin = rows.find(|(other, _)| {
            other.content_type == key.content_type && self.here.row(other).is_ok_and(|row| row == Some(id))
        });
        twin.is_some_and(|(_, found)| differences(meant, found).is_empty())
    }

    /// What a run that was killed has made under a GUID of the server's own.
    fn left_behind(&self, key: &ItemKey, meant: &Canonical) -> Option<i64> {
        let same = |(other, found): &(&ItemKey, &Canonical)| {
            other.content_type == key.content_type && differences(meant, found).is_empty()
        };
        let (twin, _) = self.here.contents.iter().find(same).filter(|_| self.journal.intended(key))?;
        self.here.row(twin).ok().flatten()
    }

    async fn take_back(&mut self, key: &ItemKey, id: i64) -> Result<(), ApplyError> {
        if key.content_type == ContentType::Scripts {
            self.delete_script(id).await?;
        } else {
            let done = self.session.insist(Method::DELETE, &format!("v1/Groups/{id}"), &[], None).await;
            done.map_err(|trouble| written(trouble, "Groups: Delete"))?;
        }
        self.here.gone(key.content_type, id);
        Ok(())
    }

    /// Changes an item that is here, in place.
    async fn update(&mut self, offer: &Offer, id: i64, done: &mut Done, how: How) -> Result<(), ApplyError> {
        let key = offer.key();
        // Somebody may have changed it since everything was read; what a dry run pretends to have made has no row.
        if id > 0 && self.here.look_again(&mut self.session, key.content_type, id).await?.is_none() {
            return Err(ApplyError::Item("was removed here while this sync ran: sync it again".into()));
        }
        let here = self.readable(&key, id)?;
        let installed = self.journal.lines.get(&key).map(|installed| self.settled(&installed.content));
        let offered = self.settled(&offer.content);
        if let (Some(known), Some(installed), false) = (self.journal.lines.get(&key), &installed, how.force) {
            let mut now = here.clone();
            // A group goes along with one above it that this run moved or renamed: that is no edit.
            if key.content_type == ContentType::Groups {
                now.placement.clone_from(&installed.placement);
            }
            known.line.refuse_late_edits(installed, &now, &offered)?;
        }
        let merged = merged(installed.as_ref(), Some(&here), &offered, how)?;
        done.notes.extend(notes(&offer.content, &merged.kept, false));
        let wrong = differences(&merged.content, &here);
        if wrong.is_empty() {
            return if how.dry_run { Ok(()) } else { self.record(offer, id, !self.journal.intended(&key)) };
        }
        match key.content_type {
            ContentType::Scripts => self.update_script(&merged.content, &here, &wrong, id, done, how).await?,
            _ => self.update_group(&merged.content, &wrong, id, done, how).await?,
        }
        if how.dry_run {
            return Ok(());
        }
        self.here.look_again(&mut self.session, key.content_type, id).await?;
        match self.here.contents.get(&key).map(|found| differences(&merged.content, found)) {
            Some(wrong) if wrong.is_empty() => self.record(offer, id, false),
            Some(wrong) => Err(ApplyError::Item(format!(
                "the server does not hold {} as it was written: look at it in Automate",
                quoted(&wrong)
            ))),
            None => Err(ApplyError::Item(format!("cannot be read any more after it was changed (id {id})"))),
        }
    }

    fn readable(&self, key: &ItemKey, id: i64) -> Result<Canonical, ApplyError> {
        self.here.contents.get(key).cloned().ok_or_else(|| {
            ApplyError::Item(format!(
                "stands here (id {id}) and cannot be read over REST: look at it in Automate"
            ))
        })
    }

    async fn update_script(
        &mut self,
        content: &Canonical,
        here: &Canonical,
        wrong: &[String],
        id: i64,
        done: &mut Done,
        how: How,
    ) -> Result<(), ApplyError> {
        let stuck: Vec<String> =
            wrong.iter().filter(|name| !script::CHANGEABLE.contains(&name.as_str())).cloned().collect();
        if !stuck.is_empty() {
            return Err(ApplyError::Item(format!(
                "cannot be changed in {}: Automate's REST interface takes these only when a script is made. Connect the \
                 database (--into mysql://…), or delete the script here and sync it again, which takes its schedules \
                 along",
                quoted(&stuck)
            )));
        }
        let folder = self.folder(&content.placement, done, how).await?;
        let changes = wrong.iter().map(|name| ColumnChange {
            column: name.clone(),
            old: Some(told(here, name)),
            new: told(content, name),
        });
        say(done, Verb::Update, "Scripts", Some(id), changes.collect());
        if how.dry_run {
            return Ok(());
        }
        let (path, steps) = (format!("v2/Scripts/{id}"), [("includeSteps", "true".to_owned())]);
        let given = self.session.insist(Method::GET, &path, &steps, None).await;
        let given = given.map_err(|trouble| written(trouble, "Scripts: Read"))?;
        let body = script::changed(&given, content, folder)?;
        let done = self.session.insist(Method::PUT, &path, &steps, Some(body)).await;
        done.map(|_| ()).map_err(|trouble| written(trouble, "Scripts: Update"))
    }

    async fn update_group(
        &mut self,
        content: &Canonical,
        wrong: &[String],
        id: i64,
        done: &mut Done,
        how: How,
    ) -> Result<(), ApplyError> {
        let changes = group::changes(content, wrong, &self.here)?;
        let row = self.here.groups.get(&id).cloned().unwrap_or_default();
        let shown = changes.iter().map(|(name, value)| ColumnChange {
            column: (*name).to_owned(),
            old: Some(plain(member(&row, name))),
            new: plain(value),
        });
        say(done, Verb::Update, "Groups", Some(id), shown.collect());
        if how.dry_run {
            return Ok(());
        }
        let operations: Vec<Value> = changes
            .into_iter()
            .map(|(name, value)| json!({ "Op": "replace", "Path": name, "Value": value }))
            .collect();
        let path = format!("v1/Groups/{id}");
        let done = self.session.insist(Method::PATCH, &path, &[], Some(operations.into())).await;
        done.map(|_| ()).map_err(|trouble| written(trouble, "Groups: Update"))
    }

    /// Writes down what stands here now.
    fn record(&mut self, offer: &Offer, id: i64, untouched: bool) -> Result<(), ApplyError> {
        let key = offer.key();
        let known = self.journal.lines.get(&key).map(|installed| &installed.line);
        let found = self.here.contents.get(&key).map_or_else(|| offer.content_hash.clone(), Canonical::hash);
        let line = Line::of(offer, id, found, untouched, known);
        self.journal.install(&key, Installed { line, content: offer.content.clone() })
    }
}

fn merged(
    installed: Option<&Canonical>,
    here: Option<&Canonical>,
    offered: &Canonical,
    how: How,
) -> Result<Merged, ApplyError> {
    merge(installed, here, offered, how.force).map_err(|lost| ApplyError::Item(lost.to_string()))
}

/// A member of a script as people read it.
fn told(content: &Canonical, name: &str) -> String {
    match name {
        "name" => content.name.clone(),
        "placement" => {
            content.placement.iter().map(|folder| folder.name.as_str()).collect::<Vec<_>>().join(" / ")
        }
        other => content.body.get(other).map(plain).unwrap_or_default(),
    }
}

fn quoted(members: &[String]) -> String {
    members.iter().map(|member| format!("`{member}`")).collect::<Vec<_>>().join(", ")
}
