//! Groups on this side: which stand below which, and what follows when one moves.

use super::{ApplyError, columns::Columns, directory::Directory, rows::derived};
use domain::content::{Canonical, ContentType, Folder, ItemKey};

/// A group.
#[derive(Debug, Clone)]
pub(super) struct Group {
    /// Its local id.
    pub(super) id: i64,
    /// The groups above by name, and its own.
    pub(super) path: Vec<String>,
    /// `,1,2,`: the ids above it.
    pub(super) parents: String,
    /// How many are above it.
    pub(super) depth: i64,
}

impl Directory {
    /// The group at the end of a path: by its GUID, wherever it stands here and whatever it is called, then by names;
    /// none at the top.
    pub(super) fn parent_group(&self, path: &[Folder]) -> Result<Option<&Group>, ApplyError> {
        let Some(last) = path.last() else { return Ok(None) };
        let guid = last.guid.clone().map(|guid| ItemKey::new(ContentType::Groups, guid));
        let id = guid.and_then(|key| self.row(&key).ok().flatten());
        let by_guid = id.and_then(|id| self.groups.iter().find(|group| group.id == id));
        let full = path.iter().map(|folder| folder.name.as_str()).collect::<Vec<_>>().join(".");
        let folded = full.to_lowercase();
        let by_name =
            |same: &dyn Fn(String) -> bool| self.groups.iter().find(|group| same(group.path.join(".")));
        let found = by_guid
            .or_else(|| by_name(&|path| path == full))
            .or_else(|| by_name(&|path| path.to_lowercase() == folded));
        found.map(Some).ok_or_else(|| {
            ApplyError::Item(format!(
                "waiting for the group {full}: it is not here yet; sync it first, or make it"
            ))
        })
    }

    /// Writes the place of a group as it reads here, where what it stands below is here.
    pub(super) fn settle_place(&self, content: &mut Canonical) {
        if content.content_type != ContentType::Groups {
            return;
        }
        if let Ok(Some(parent)) = self.parent_group(&content.placement) {
            let mut place = self.known.groups_above(parent.id).unwrap_or_default();
            let name = parent.path.last().cloned().unwrap_or_default();
            place.push(Folder { guid: self.known.groups.get(&parent.id).cloned(), name });
            content.placement = place;
        }
    }

    /// Takes the groups for what they were, because a move was undone.
    pub(super) fn move_back(&mut self, groups: Vec<Group>) {
        for group in &groups {
            self.known.group_parents.insert(group.id, parent_of(&group.parents));
            self.known.group_names.insert(group.id, group.path.last().cloned().unwrap_or_default());
        }
        self.groups = groups;
    }

    /// Whether a group went along with one above it that this run moved or renamed.
    pub(super) fn went_along(&self, key: &ItemKey) -> bool {
        let ids = self.items.get(key).map(Vec::as_slice).unwrap_or_default();
        key.content_type == ContentType::Groups && ids.iter().any(|id| self.went_along.contains(id))
    }

    pub(super) fn group_at(&self, content: &Canonical, id: i64) -> Result<Group, ApplyError> {
        let parent = self.parent_group(&content.placement)?;
        let mut path = parent.map(|parent| parent.path.clone()).unwrap_or_default();
        path.push(content.name.clone());
        Ok(Group {
            id,
            path,
            parents: parent.map_or_else(|| ",".into(), |parent| format!("{}{},", parent.parents, parent.id)),
            depth: parent.map_or(0, |parent| parent.depth + 1),
        })
    }

    /// Moves a group to where its content says it stands; answers each group below it with the derived columns as
    /// they were and as they follow.
    pub(super) fn move_group(
        &mut self,
        content: &Canonical,
        id: i64,
    ) -> Result<Vec<(i64, Columns, Columns)>, ApplyError> {
        let new = self.group_at(content, id)?;
        let Some(old) = self.groups.iter().find(|group| group.id == id).cloned() else {
            return Ok(Vec::new());
        };
        if new.parents.contains(&format!(",{id},")) {
            return Err(ApplyError::Item("would stand below itself".into()));
        }
        self.before_moving();
        self.known.group_parents.insert(id, parent_of(&new.parents));
        self.known.group_names.insert(id, content.name.clone());
        let (from, to) = (format!("{}{id},", old.parents), format!("{}{id},", new.parents));
        let mut moved = Vec::new();
        for group in &mut self.groups {
            if group.id == id {
                *group = new.clone();
            } else if let Some(rest) = group.parents.strip_prefix(&from).map(str::to_owned) {
                let was = derived(&group.path, &group.parents, group.depth);
                let below = group.path.get(old.path.len()..).unwrap_or_default().to_vec();
                group.path = new.path.iter().cloned().chain(below).collect();
                group.parents = format!("{to}{rest}");
                group.depth += new.depth - old.depth;
                self.went_along.insert(group.id);
                moved.push((group.id, was, derived(&group.path, &group.parents, group.depth)));
            }
        }
        Ok(moved)
    }
}

/// The last id of `,1,2,`; 0 at the top.
pub(super) fn parent_of(parents: &str) -> i64 {
    parents.trim_end_matches(',').rsplit(',').next().and_then(|id| id.parse().ok()).unwrap_or(0)
}
