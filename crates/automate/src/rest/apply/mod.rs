//! Applying content to an Automate server over REST, as far as that goes (`docs/receiver.md`, "Over REST").
//!
//! - [`here`]: what stands on the server, and what GUIDs and paths stand for there
//! - [`script`], [`group`], [`folders`]: from the canonical form to what the interface takes
//! - [`create`]: making something once, and looking whether it was made when nobody answered
//! - [`journal`]: what was installed, in a file of the receiver: the interface keeps no table for it
//!
//! Scripts and groups can be written. The steps of a script only when it is made: the interface has no published way
//! to change them afterwards in the form in which it lists them. Everything else is refused item by item.

mod create;
mod folders;
mod group;
mod here;
mod install;
mod journal;
mod script;

use super::{Login, Patience, limits, look, rights::Rights, session::Session, trouble::Trouble};
use crate::apply::{ApplyError, Done, How, leave_behind, line::standing};
use domain::{
    content::{Canonical, ContentHash, ContentType, ItemKey},
    net::Networks,
    receiving::{ColumnChange, Effect, Standing, Verb, local::is_edited},
    source::CheckState,
};
use here::Here;
use journal::Journal;
use reqwest::Method;
use serde_json::Value;
use std::path::{Path, PathBuf};

/// The token's file.
const TOKEN: &str = "automate-token.json";

/// An Automate server that content is applied to over REST.
pub struct RestApplier {
    session: Session,
    rights: Rights,
    path: PathBuf,
    journal: Journal,
    here: Here,
    /// The id that the next row gets in a dry run.
    next: i64,
}

impl From<Trouble> for ApplyError {
    fn from(trouble: Trouble) -> Self {
        match trouble {
            Trouble::SignIn { field, message } => Self::Database(format!("{field} {message}")),
            other => Self::Database(format!("Automate does not answer as it should: {other}")),
        }
    }
}

impl RestApplier {
    /// Signs in, or goes on with the token of the run before: a code of the second factor counts once. Token and
    /// journal stand in the folder `state`; the journal is opened with the first [`Self::standing`]. Without a folder
    /// nothing is kept: that is for a look at the server before a receiver is connected.
    pub async fn connect(
        login: Login<'_>,
        networks: &Networks,
        patience: Patience,
        state: Option<&Path>,
    ) -> Result<Self, ApplyError> {
        let mut session = match state {
            Some(state) => Session::resume(login, networks, patience, &state.join(TOKEN)).await?,
            None => Session::open(login, networks, patience).await?,
        };
        let rights = Rights::of(&mut session).await;
        let path = state.unwrap_or(Path::new("")).join(journal::file_name(session.address()));
        Ok(Self { session, rights, path, journal: Journal::default(), here: Here::default(), next: -1 })
    }

    /// Keeps the token for the next run, after a look at the server that kept none.
    pub fn keep_token(&mut self, state: &Path) -> Result<(), ApplyError> {
        Ok(self.session.keep_in(&state.join(TOKEN))?)
    }

    /// Looks whether scripts or groups can be read at all; answers what is missing of the other.
    pub async fn probe(&mut self) -> Result<Vec<String>, ApplyError> {
        let mut missing = Vec::new();
        for kind in [ContentType::Scripts, ContentType::Groups] {
            let (state, message) = look(&mut self.session, &self.rights, kind).await;
            if state != CheckState::Good {
                missing.push(format!("{}: {message}", kind.label()));
            }
        }
        if missing.len() == 2 {
            return Err(ApplyError::Database(missing.join("; ")));
        }
        Ok(missing)
    }

    /// What stands here and what was installed, read anew.
    pub async fn standing(&mut self) -> Result<Vec<Standing>, ApplyError> {
        self.journal = Journal::open(&self.path)?;
        self.here = Here::read(&mut self.session, &self.rights).await?;
        let stands = |(key, content): (&ItemKey, &Canonical)| {
            self.stands(key.clone(), content.name.clone(), Some(self.found(key, content)))
        };
        let mut all: Vec<Standing> = self.here.contents.iter().map(stands).collect();
        let gone = self.journal.lines.iter().filter(|(key, _)| !self.here.contents.contains_key(*key));
        all.extend(gone.map(|(key, gone)| self.stands(key.clone(), gone.line.name.clone(), None)));
        Ok(all)
    }

    fn stands(&self, key: ItemKey, name: String, found: Option<ContentHash>) -> Standing {
        standing(self.journal.lines.get(&key).map(|installed| &installed.line), key, name, found)
    }

    /// The content that stands here; the installed one, where only what belongs to the receiver differs.
    fn found(&self, key: &ItemKey, content: &Canonical) -> ContentHash {
        let hash = content.hash();
        let Some(installed) = self.journal.lines.get(key) else { return hash };
        let same =
            hash == installed.line.found_hash || !is_edited(&self.settled(&installed.content), content);
        if same { installed.line.content_hash.clone() } else { hash }
    }

    /// Whether what stands here of an item is this content, but for what belongs to the receiver.
    pub fn resembles(&self, content: &Canonical) -> bool {
        let key = ItemKey::new(content.content_type, content.guid.clone());
        self.here.contents.get(&key).is_some_and(|here| !is_edited(&self.settled(content), here))
    }

    /// A content without what does not travel, and with its place as that reads here.
    fn settled(&self, content: &Canonical) -> Canonical {
        let mut content = content.clone();
        leave_behind(&mut content);
        self.here.settle(&mut content);
        content
    }

    /// The content that was installed, and the content that stands here.
    pub fn contents(&self, key: &ItemKey) -> (Option<Canonical>, Option<Canonical>) {
        let installed = self.journal.lines.get(key).map(|installed| installed.content.clone());
        (installed, self.here.contents.get(key).cloned())
    }

    /// Says whether mass syncs take an item that was installed.
    pub fn set_mass_sync(&mut self, key: &ItemKey, mass_sync: bool) -> Result<(), ApplyError> {
        self.journal.set_mass_sync(key, mass_sync)
    }

    /// Removes a script and its line in the journal. What hangs on a group cannot be seen over REST, so groups are
    /// never removed.
    pub async fn remove(&mut self, key: &ItemKey, how: How) -> Result<Done, ApplyError> {
        let mut done = Done::default();
        if let Some(id) = self.here.row(key)? {
            if key.content_type != ContentType::Scripts {
                return Err(ApplyError::Item(
                    "cannot be removed over REST: remove it in Automate. The interface could delete the group, but does \
                     not tell which remote monitors stand on it and would go with it"
                        .into(),
                ));
            }
            say(&mut done, Verb::Delete, "Scripts", Some(id), Vec::new());
            if !how.dry_run {
                self.delete_script(id).await?;
            }
        }
        if !how.dry_run {
            self.journal.remove(key)?;
            self.here.forget(key);
        }
        Ok(done)
    }

    async fn delete_script(&mut self, id: i64) -> Result<(), ApplyError> {
        match self.session.insist(Method::DELETE, &format!("v2/Scripts/{id}"), &[], None).await {
            // Gone is gone, also when the answer to the first attempt was lost.
            Ok(_) | Err(Trouble::Missing) => Ok(()),
            Err(trouble) => Err(written(trouble, "Scripts: Delete")),
        }
    }
}

/// Why a change was not made: it concerns one item, unless the server is out of reach.
fn written(trouble: Trouble, right: &str) -> ApplyError {
    match trouble {
        Trouble::Forbidden => ApplyError::Item(format!(
            "the user may not write this (403): tick {right} in a user class of this user"
        )),
        Trouble::Rejected { .. } | Trouble::Odd(_) => ApplyError::Item(trouble.to_string()),
        Trouble::Missing => ApplyError::Item("this server does not know that resource (404)".into()),
        other => other.into(),
    }
}

/// Why a type cannot be applied over REST.
fn refused(kind: ContentType) -> ApplyError {
    let kinds = kind.label().to_lowercase();
    ApplyError::Item(match limits::cannot(kind) {
        Some(_) => format!(
            "Automate's REST interface has no way to write {kinds}: connect the database (--into mysql://…), or keep \
             this type out of the API client"
        ),
        None => {
            format!("Automate's REST interface only reads {kinds}: connect the database (--into mysql://…)")
        }
    })
}

/// Writes down what is done; ids below 0 stand for rows that a dry run would make.
fn say(done: &mut Done, verb: Verb, table: &str, id: Option<i64>, changes: Vec<ColumnChange>) {
    let local_id = id.filter(|id| *id > 0);
    done.effects.push(Effect { verb, table: table.to_owned(), local_id, changes });
}

/// The members of something new, for people.
fn members_of(body: &Value) -> Vec<ColumnChange> {
    let members = body.as_object().into_iter().flatten();
    let shown = |value: &Value| value.as_str().map_or_else(|| value.to_string(), str::to_owned);
    members.map(|(name, value)| ColumnChange { column: name.clone(), old: None, new: shown(value) }).collect()
}
