//! What the local ids of an instance stand for.

use crate::export::body::Allowance;
use domain::content::{ContentType, Folder, Guid};
use std::{
    collections::{BTreeMap, BTreeSet},
    sync::{Mutex, PoisonError},
};

/// What the local ids of one export file, or of a whole database, stand for.
#[derive(Debug, Clone, Default)]
pub struct Known {
    /// Script folders: parent, GUID, name.
    pub folders: BTreeMap<i64, (i64, Option<Guid>, String)>,
    /// Scripts.
    pub scripts: BTreeMap<i64, Guid>,
    /// Searches.
    pub searches: BTreeMap<i64, Guid>,
    /// Groups.
    pub groups: BTreeMap<i64, Guid>,
    /// Names of groups.
    pub group_names: BTreeMap<i64, String>,
    /// Extra data fields.
    pub extra_fields: BTreeMap<i64, Guid>,
    /// The group above each group; only a database says so of every group.
    pub group_parents: BTreeMap<i64, i64>,
    /// Alert templates.
    pub alert_templates: BTreeMap<i64, Guid>,
    /// Names of ticket and report categories.
    pub categories: BTreeMap<i64, String>,
    /// Names of the folders that searches stand in.
    pub search_folders: BTreeMap<i64, String>,
    /// Names of the folders that data views stand in.
    pub view_folders: BTreeMap<i64, String>,
    /// Whether this is all there is: what is not here does not exist on the instance.
    pub whole: bool,
    /// How much the script bodies of the file may unpack to.
    pub allowance: Allowance,
    /// Which local ids the item at hand asked about.
    pub asked: Asked,
}

impl Known {
    /// The folders on the way to a script folder, outermost first.
    pub(crate) fn path(&self, folder: i64) -> Vec<Folder> {
        let mut path: Vec<Folder> = Vec::new();
        let mut seen = BTreeSet::new();
        let mut next = folder;
        // Folders that point at each other exist; each is visited once.
        while let Some((parent, guid, name)) = self.folders.get(&next).filter(|_| seen.insert(next)) {
            path.push(Folder { guid: guid.clone(), name: name.clone() });
            next = *parent;
        }
        path.reverse();
        path
    }

    /// The groups above a group as a database knows them, outermost first, with GUIDs; groups that point at each other
    /// are visited once. None where nothing is known of the group's parent.
    pub(crate) fn groups_above(&self, group: i64) -> Option<Vec<Folder>> {
        let mut next = *self.group_parents.get(&group)?;
        let mut path = Vec::new();
        let mut seen = BTreeSet::from([group]);
        while let Some(name) = self.group_names.get(&next).filter(|_| seen.insert(next)) {
            path.push(Folder { guid: self.groups.get(&next).cloned(), name: name.clone() });
            next = self.group_parents.get(&next).copied().unwrap_or(0);
        }
        path.reverse();
        Some(path)
    }

    /// The item that a local id stands for. That it was asked is noted: another answer would make another item.
    pub(super) fn item(&self, kind: ContentType, id: i64) -> Option<&Guid> {
        self.asked.note(kind, id);
        self.stands_for(kind, id)
    }

    /// The same without a note.
    pub(crate) fn stands_for(&self, kind: ContentType, id: i64) -> Option<&Guid> {
        match kind {
            ContentType::Scripts => self.scripts.get(&id),
            ContentType::Searches => self.searches.get(&id),
            ContentType::ExtraFields => self.extra_fields.get(&id),
            ContentType::Groups => self.groups.get(&id),
            ContentType::AlertTemplates => self.alert_templates.get(&id),
            _ => None,
        }
    }
}

/// Local ids that an item asked about while it was read; one item is read at a time.
#[derive(Debug, Default)]
pub struct Asked(Mutex<BTreeSet<(ContentType, i64)>>);

impl Asked {
    fn note(&self, kind: ContentType, id: i64) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).insert((kind, id));
    }

    /// Hands them over, and starts anew for the next item.
    pub(crate) fn take(&self) -> BTreeSet<(ContentType, i64)> {
        std::mem::take(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl Clone for Asked {
    fn clone(&self) -> Self {
        Self::default()
    }
}
