//! What stands for what on this side: GUIDs, names and paths to local ids. Nothing local is ever taken over from
//! another instance; a reference that leads nowhere here is refused, never written.

use super::{
    ApplyError,
    groups::{Group, parent_of},
    script,
    twins::only_row,
};
use crate::{canonical::Known, export::Row};
use domain::content::{Canonical, ContentType, Folder, Guid, ItemKey, Reference};
use std::collections::{BTreeMap, BTreeSet};

/// The user class that restricted content is given to; who else may use it is decided here.
const ADMINISTRATORS: &str = "super admin";

/// A folder of scripts.
#[derive(Debug, Clone)]
pub(super) struct ScriptFolder {
    /// Its local id.
    pub(super) id: i64,
    /// The folder above; 0 at the top.
    pub(super) parent: i64,
    /// Its GUID.
    pub(super) guid: Option<Guid>,
    /// Its name.
    pub(super) name: String,
}

/// Local ids of everything that content may refer to.
#[derive(Debug, Clone, Default)]
pub(super) struct Directory {
    /// Items; several ids where rows share a GUID.
    pub(super) items: BTreeMap<ItemKey, Vec<i64>>,
    /// Alert templates by name in lower case.
    pub(super) alert_templates: BTreeMap<String, Vec<i64>>,
    /// Script folders.
    pub(super) folders: Vec<ScriptFolder>,
    /// Groups.
    pub(super) groups: Vec<Group>,
    /// Ticket and report categories by name in lower case.
    pub(super) categories: BTreeMap<String, i64>,
    /// User classes by name in lower case.
    pub(super) classes: BTreeMap<String, i64>,
    /// The same the other way round, for the reader.
    pub(super) known: Known,
    /// Groups that went along with one above them that this run moved or renamed.
    pub(super) went_along: BTreeSet<i64>,
    /// What was noted since it was read, newest last.
    added: Vec<Added>,
}

/// Something that was noted.
#[derive(Debug, Clone)]
enum Added {
    Item(ItemKey, String, i64),
    Folder(i64),
    Category(String),
    FlatFolder(&'static str, i64),
    /// The groups as they were.
    Moved(Vec<Group>),
}

impl Directory {
    /// The row of an item, as [`only_row`] tells it.
    pub(super) fn row(&self, key: &ItemKey) -> Result<Option<i64>, ApplyError> {
        only_row(key, self.items.get(key).map(Vec::as_slice).unwrap_or_default())
    }

    /// The local id that a reference stands for; 0 when there is no reference.
    pub(super) fn id(&self, reference: &str) -> Result<i64, ApplyError> {
        if reference.is_empty() {
            return Ok(0);
        }
        if let Some(name) = reference.strip_prefix("alert-templates:name:") {
            return match self.alert_templates.get(&name.to_lowercase()).map(Vec::as_slice) {
                Some([id]) => Ok(*id),
                Some(_) => Err(ApplyError::Item(format!(
                    "several alert templates here are called {name}: rename all but one"
                ))),
                None => Err(ApplyError::Item(format!(
                    "waiting for the alert template {name}: sync it, or make one of that name"
                ))),
            };
        }
        let Some((kind, guid)) = reference.split_once(':') else { return Err(unknown(reference)) };
        let key = kind.parse::<ContentType>().ok().zip(Guid::parse(guid).ok());
        let Some((kind, guid)) = key else { return Err(unknown(reference)) };
        let key = ItemKey::new(kind, guid);
        let id = self.row(&key)?;
        id.ok_or_else(|| {
            ApplyError::Item(format!(
                "waiting for the {} {}: it is not here yet; sync it first",
                kind.singular(),
                key.guid
            ))
        })
    }

    /// A parameter with the local id in the place of a reference; anything else stays as it is.
    pub(super) fn translate(&self, text: &str) -> Result<String, ApplyError> {
        let refers = text
            .split_once(':')
            .is_some_and(|(kind, guid)| kind.parse::<ContentType>().is_ok() && Guid::parse(guid).is_ok());
        if refers { self.id(text).map(|id| id.to_string()) } else { Ok(text.to_owned()) }
    }

    /// The local id of the last folder of a path; 0 for no folder. Folders that are missing are made beforehand
    /// (`missing_folders`).
    pub(super) fn script_folder(&self, path: &[Folder]) -> Result<i64, ApplyError> {
        match self.walk(path) {
            (id, []) => Ok(id),
            (_, [missing, ..]) => Err(ApplyError::Item(format!("waiting for the folder {}", missing.name))),
        }
    }

    /// The folder that is reached, and the folders of a path that are not here.
    pub(super) fn walk<'a>(&self, path: &'a [Folder]) -> (i64, &'a [Folder]) {
        // A folder that was moved here is found by its GUID, wherever it stands.
        let by_guid = |folder: &Folder| {
            let same = |known: &&ScriptFolder| folder.guid.is_some() && known.guid == folder.guid;
            self.folders.iter().find(same).map(|known| known.id)
        };
        let by_name = |parent: i64, folder: &Folder| {
            let same = |known: &&ScriptFolder| {
                let other = known.guid.is_some() && folder.guid.is_some();
                known.parent == parent && !other && known.name.eq_ignore_ascii_case(&folder.name)
            };
            self.folders.iter().find(same).map(|known| known.id)
        };
        let mut at = 0;
        for (depth, folder) in path.iter().enumerate() {
            match by_guid(folder).or_else(|| by_name(at, folder)) {
                Some(id) => at = id,
                None => return (at, &path[depth..]),
            }
        }
        (at, &[])
    }

    /// A comma list of references by local id; `0` for none.
    pub(super) fn list(&self, references: &[&str]) -> Result<String, ApplyError> {
        let ids = references.iter().map(|one| self.translate(one)).collect::<Result<Vec<_>, _>>()?;
        Ok(if ids.is_empty() { "0".into() } else { format!("{},", ids.join(",")) })
    }

    /// The user class that alone may see a restricted data view; what stands in the row where that fits.
    pub(super) fn class_name(&self, restricted: bool, row: Option<&Row>) -> Result<String, ApplyError> {
        if let Some(row) = row.filter(|row| row.text("UserClassName").is_empty() != restricted) {
            return Ok(row.raw("UserClassName").to_owned());
        }
        self.classes(restricted, None, "")
            .map(|_| if restricted { "Super Admin".into() } else { String::new() })
    }

    /// The local id of a folder that is found by its name alone; 0 for none.
    pub(super) fn flat_folder(&self, table: &str, path: &[Folder]) -> Result<i64, ApplyError> {
        let Some(folder) = path.last() else { return Ok(0) };
        let folders =
            if table == "searchfolders" { &self.known.search_folders } else { &self.known.view_folders };
        let mut known = folders.iter();
        let found = known.find(|(_, name)| name.to_lowercase() == folder.name.to_lowercase());
        let missing = || ApplyError::Item(format!("waiting for the folder {}", folder.name));
        found.map(|(id, _)| *id).ok_or_else(missing)
    }

    /// Writes references by name as they read here, where what they name has a GUID, and so the place of a group; what
    /// does not travel stays behind.
    pub(super) fn settle(&self, content: &mut Canonical) {
        script::leave_behind(content);
        self.settle_place(content);
        let reference =
            content.body.get("alert_template").and_then(|value| value.as_str()).unwrap_or_default();
        let guid = self.id(reference).ok().and_then(|id| self.known.alert_templates.get(&id));
        let here = guid.map(|guid| Reference::to(ContentType::AlertTemplates, guid));
        if let Some(here) = here {
            content.body.insert("alert_template".into(), here.as_str().into());
        }
    }

    /// The local id of a category; 0 for none.
    pub(super) fn category(&self, reference: &str) -> Result<i64, ApplyError> {
        let Some(name) = category_name(reference) else { return Ok(0) };
        let found = self.categories.get(&name.to_lowercase()).copied();
        found.ok_or_else(|| ApplyError::Item(format!("waiting for the category {name}")))
    }

    /// The list of user classes: what stands in the row where that fits, else everybody or the administrators.
    pub(super) fn classes(
        &self,
        restricted: bool,
        row: Option<&Row>,
        column: &str,
    ) -> Result<String, ApplyError> {
        if let Some(row) = row.filter(|row| row.limits(column) == restricted) {
            return Ok(row.raw(column).to_owned());
        }
        if !restricted {
            return Ok("0,".into());
        }
        let class = self.classes.get(ADMINISTRATORS);
        class.map(|id| format!("{id},")).ok_or_else(|| {
            ApplyError::Item(
                "is restricted on the master, and there is no user class `Super Admin` here to restrict it to".into(),
            )
        })
    }

    /// Notes an item's row.
    pub(super) fn note(&mut self, key: ItemKey, id: i64) {
        match key.content_type {
            ContentType::Scripts => self.known.scripts.insert(id, key.guid.clone()),
            ContentType::Searches => self.known.searches.insert(id, key.guid.clone()),
            ContentType::Groups => self.known.groups.insert(id, key.guid.clone()),
            ContentType::ExtraFields => self.known.extra_fields.insert(id, key.guid.clone()),
            _ => None,
        };
        self.items.entry(key).or_default().push(id);
    }

    /// Notes an item's row that was made; what others may refer to it by is known from then on.
    pub(super) fn learn(&mut self, content: &Canonical, id: i64) {
        let key = ItemKey::new(content.content_type, content.guid.clone());
        self.note(key.clone(), id);
        match content.content_type {
            ContentType::AlertTemplates => {
                self.alert_templates.entry(content.name.to_lowercase()).or_default().push(id);
                self.known.alert_templates.insert(id, content.guid.clone());
            }
            ContentType::Groups => {
                // The columns were made from the same path before.
                if let Ok(group) = self.group_at(content, id) {
                    self.known.group_names.insert(id, content.name.clone());
                    self.known.group_parents.insert(id, parent_of(&group.parents));
                    self.groups.push(group);
                }
            }
            _ => {}
        }
        self.added.push(Added::Item(key, content.name.to_lowercase(), id));
    }

    /// Forgets a row that was removed.
    pub(super) fn forget(&mut self, key: &ItemKey) {
        for id in self.items.remove(key).unwrap_or_default() {
            if key.content_type == ContentType::Groups {
                self.groups.retain(|group| group.id != id);
            }
        }
    }

    /// Notes a script folder that was made.
    pub(super) fn add_folder(&mut self, folder: &Folder, id: i64, parent: i64) {
        self.known.folders.insert(id, (parent, folder.guid.clone(), folder.name.clone()));
        self.folders.push(ScriptFolder { id, parent, guid: folder.guid.clone(), name: folder.name.clone() });
        self.added.push(Added::Folder(id));
    }

    /// Notes a folder that is found by its name and was made.
    pub(super) fn add_flat_folder(&mut self, table: &'static str, name: &str, id: i64) {
        self.flat_folders(table).insert(id, name.to_owned());
        self.added.push(Added::FlatFolder(table, id));
    }

    /// Notes the groups as they are, before some of them move.
    pub(super) fn before_moving(&mut self) {
        self.added.push(Added::Moved(self.groups.clone()));
    }

    fn flat_folders(&mut self, table: &str) -> &mut BTreeMap<i64, String> {
        if table == "searchfolders" { &mut self.known.search_folders } else { &mut self.known.view_folders }
    }

    /// Notes a category that was made.
    pub(super) fn add_category(&mut self, name: &str, id: i64) {
        self.categories.insert(name.to_lowercase(), id);
        self.known.categories.insert(id, name.to_owned());
        self.added.push(Added::Category(name.to_lowercase()));
    }

    /// How much is noted, to come back to with [`Self::undo`].
    pub(super) fn mark(&self) -> usize {
        self.added.len()
    }

    /// Forgets what was noted since, because it was undone in the database.
    pub(super) fn undo(&mut self, mark: usize) {
        while self.added.len() > mark {
            match self.added.pop() {
                Some(Added::Item(key, name, id)) => {
                    let forget = |ids: &mut Vec<i64>| ids.retain(|known| *known != id);
                    self.items.entry(key.clone()).and_modify(forget);
                    if key.content_type == ContentType::AlertTemplates {
                        self.alert_templates.entry(name).and_modify(forget);
                    }
                    self.groups.retain(|group| key.content_type != ContentType::Groups || group.id != id);
                    self.items.retain(|_, ids| !ids.is_empty());
                    self.alert_templates.retain(|_, ids| !ids.is_empty());
                }
                Some(Added::Folder(id)) => self.folders.retain(|folder| folder.id != id),
                Some(Added::Category(name)) => {
                    self.categories.remove(&name);
                }
                Some(Added::FlatFolder(table, id)) => {
                    self.flat_folders(table).remove(&id);
                }
                Some(Added::Moved(groups)) => self.move_back(groups),
                None => return,
            }
        }
    }
}

/// The name in a reference to a category, which has no GUID anywhere.
pub(super) fn category_name(reference: &str) -> Option<&str> {
    reference.split_once(":name:").map(|(_, name)| name).filter(|name| !name.is_empty())
}

fn unknown(reference: &str) -> ApplyError {
    ApplyError::Item(format!(
        "refers to `{reference}`, which means something only on the instance that it was exported from: export it again together with what it uses"
    ))
}
