//! What stands on the server: rows, what they read as, and what GUIDs and paths stand for there.

use crate::{
    apply::{ApplyError, only_row},
    canonical::group,
    part::Part,
    rest::{
        groups,
        members::{self, member, number, text},
        paging::{self, Listing},
        rights::Rights,
        scripts,
        session::Session,
    },
};
use domain::content::{Canonical, ContentType, Folder, Guid, ItemKey};
use serde_json::Value;
use std::collections::BTreeMap;

/// The user class that restricted scripts are given to; who else may use them is decided here.
const ADMINISTRATORS: &str = "super admin";

/// Rows by id.
pub(super) type Rows = BTreeMap<i64, Value>;

/// What stands on the server.
#[derive(Default)]
pub(super) struct Here {
    /// How scripts are listed with their steps.
    listing: Vec<(&'static str, String)>,
    pub(super) folders: Rows,
    pub(super) groups: Rows,
    scripts: Rows,
    /// The ids of every GUID, whether the row can be read or not; several where rows share one.
    ids: BTreeMap<ItemKey, Vec<i64>>,
    /// What can be read.
    pub(super) contents: BTreeMap<ItemKey, Canonical>,
    /// Why a type cannot be written here.
    barred: BTreeMap<ContentType, String>,
}

impl Here {
    /// Reads everything. A type that the user may not see whole is barred: what is there would be made again.
    pub(super) async fn read(session: &mut Session, rights: &Rights) -> Result<Self, ApplyError> {
        let mut here = Self::default();
        for kind in [ContentType::Scripts, ContentType::Groups] {
            here.barred.extend(rights.missing(kind).map(|missing| (kind, missing)));
        }
        if !here.barred.contains_key(&ContentType::Groups) {
            here.groups = paging::rows(session, &groups::listing()).await?;
        }
        if !here.barred.contains_key(&ContentType::Scripts) {
            here.listing = scripts::listing(session).await?.query;
            here.folders = paging::rows(session, &scripts::folders()).await?;
            here.scripts = paging::rows(session, &here.all_scripts(None)).await?;
        }
        here.understand();
        Ok(here)
    }

    fn all_scripts(&self, only: Option<i64>) -> Listing<'static> {
        let only = only.map(|id| ("ids", id.to_string()));
        let query = self.listing.iter().cloned().chain(only).collect();
        Listing { path: "Scripts", id: "Id", condition: None, query }
    }

    /// What the rows read as and stand for.
    fn understand(&mut self) {
        for (kind, rows) in [(ContentType::Scripts, &self.scripts), (ContentType::Groups, &self.groups)] {
            for (id, row) in rows {
                if let Ok(guid) = Guid::parse(&text(row, "GUID")) {
                    self.ids.entry(ItemKey::new(kind, guid)).or_default().push(*id);
                }
            }
        }
        let scripts = scripts::part(&self.scripts, &self.folders, &self.group_guids());
        let groups = groups::part(&self.groups);
        [scripts, groups].into_iter().for_each(|part| self.keep(part));
    }

    fn keep(&mut self, part: Part) {
        let entry = |content: Canonical| (ItemKey::new(content.content_type, content.guid.clone()), content);
        self.contents.extend(part.items.into_iter().map(|item| entry(item.canonical)));
    }

    fn group_guids(&self) -> BTreeMap<i64, Guid> {
        let guid = |(id, row): (&i64, &Value)| Some((*id, Guid::parse(&text(row, "GUID")).ok()?));
        self.groups.iter().filter_map(guid).collect()
    }

    /// Reads one row anew; none when it is gone.
    pub(super) async fn look_again(
        &mut self,
        session: &mut Session,
        kind: ContentType,
        id: i64,
    ) -> Result<Option<Value>, ApplyError> {
        let row = match kind {
            ContentType::Scripts => paging::rows(session, &self.all_scripts(Some(id))).await?.remove(&id),
            _ => {
                let found = session.get(&format!("Groups/{id}"), &[]).await?;
                Some(found).filter(|row| number(row, "Id") == Some(id))
            }
        };
        self.take(kind, id, row.clone());
        Ok(row)
    }

    /// Takes a row in place of the one that is known under its id.
    fn take(&mut self, kind: ContentType, id: i64, row: Option<Value>) {
        let own = |key: &ItemKey, ids: &Vec<i64>| key.content_type == kind && ids.contains(&id);
        let before: Vec<ItemKey> =
            self.ids.iter().filter(|(key, ids)| own(key, ids)).map(|(key, _)| key.clone()).collect();
        for key in before {
            self.contents.remove(&key);
            self.ids.entry(key).and_modify(|ids| ids.retain(|known| *known != id));
        }
        self.ids.retain(|_, ids| !ids.is_empty());
        let rows = if kind == ContentType::Scripts { &mut self.scripts } else { &mut self.groups };
        let Some(row) = row else {
            rows.remove(&id);
            return;
        };
        if let Ok(guid) = Guid::parse(&text(&row, "GUID")) {
            self.ids.entry(ItemKey::new(kind, guid)).or_default().push(id);
        }
        rows.insert(id, row.clone());
        let part = match kind {
            ContentType::Scripts => scripts::part_of(id, &self.scripts, &self.folders, &self.group_guids()),
            _ => groups::part(&Rows::from([(id, row)])),
        };
        self.keep(part);
    }

    /// Reads anew which rows of a type there are; answers those that were not known.
    pub(super) async fn news(
        &mut self,
        session: &mut Session,
        kind: ContentType,
    ) -> Result<Vec<(i64, Value)>, ApplyError> {
        let listing = match kind {
            ContentType::Scripts => self.all_scripts(None),
            _ => groups::listing(),
        };
        let rows = paging::rows(session, &listing).await?;
        let known = if kind == ContentType::Scripts { &self.scripts } else { &self.groups };
        Ok(rows.into_iter().filter(|(id, _)| !known.contains_key(id)).collect())
    }

    /// Why a type cannot be written here.
    pub(super) fn barred(&self, kind: ContentType) -> Option<&str> {
        self.barred.get(&kind).map(String::as_str)
    }

    /// The row of an item, as [`only_row`] tells it.
    pub(super) fn row(&self, key: &ItemKey) -> Result<Option<i64>, ApplyError> {
        only_row(key, self.ids.get(key).map(Vec::as_slice).unwrap_or_default())
    }

    /// The local id that a reference stands for.
    pub(super) fn id(&self, reference: &str) -> Result<i64, ApplyError> {
        let parts = reference
            .split_once(':')
            .and_then(|(kind, guid)| Some((kind.parse::<ContentType>().ok()?, Guid::parse(guid).ok()?)));
        let Some((kind, guid)) = parts else {
            return Err(ApplyError::Item(format!(
                "refers to `{reference}`, which means something only on the instance that it was read from"
            )));
        };
        if !matches!(kind, ContentType::Scripts | ContentType::Groups) {
            return Err(ApplyError::Item(format!(
                "uses the {} {guid}, whose local number Automate's REST interface does not tell: connect the database \
                 (--into mysql://…)",
                kind.singular()
            )));
        }
        let key = ItemKey::new(kind, guid);
        self.row(&key)?.ok_or_else(|| {
            let (kind, guid) = (kind.singular(), &key.guid);
            ApplyError::Item(format!("waiting for the {kind} {guid}: it is not here yet; sync it first"))
        })
    }

    /// Notes a row that a dry run would make.
    pub(super) fn pretend(&mut self, content: &Canonical, id: i64, row: Value) {
        let kind = content.content_type;
        self.ids.insert(ItemKey::new(kind, content.guid.clone()), vec![id]);
        if kind == ContentType::Groups {
            self.groups.insert(id, row);
        }
    }

    /// Forgets a row that was taken back.
    pub(super) fn gone(&mut self, kind: ContentType, id: i64) {
        self.take(kind, id, None);
    }

    /// Forgets an item that was removed.
    pub(super) fn forget(&mut self, key: &ItemKey) {
        for id in self.ids.remove(key).unwrap_or_default() {
            self.scripts.remove(&id);
        }
        self.contents.remove(key);
    }

    /// The local id of the group at the end of a path: by its GUID, whatever it is called here, then by names; 0 at the
    /// top.
    pub(super) fn parent_group(&self, path: &[Folder]) -> Result<i64, ApplyError> {
        let Some(last) = path.last() else { return Ok(0) };
        let key = last.guid.clone().map(|guid| ItemKey::new(ContentType::Groups, guid));
        if let Some(id) = key.and_then(|key| self.row(&key).ok().flatten()) {
            return Ok(id);
        }
        let full = path.iter().map(|folder| folder.name.as_str()).collect::<Vec<_>>().join(".");
        let folded = full.to_lowercase();
        let by_name =
            |same: &dyn Fn(String) -> bool| self.groups.iter().find(|(_, row)| same(text(row, "FullName")));
        let found = by_name(&|name| name == full).or_else(|| by_name(&|name| name.to_lowercase() == folded));
        found.map(|(id, _)| *id).ok_or_else(|| {
            ApplyError::Item(format!(
                "waiting for the group {full}: it is not here yet; sync it first, or make it"
            ))
        })
    }

    /// Writes the place of a group as it reads here, where what it stands below is here.
    pub(super) fn settle(&self, content: &mut Canonical) {
        if content.content_type != ContentType::Groups {
            return;
        }
        let parent = self.parent_group(&content.placement).ok().and_then(|id| self.groups.get(&id));
        if let Some(parent) = parent {
            let guid = content.placement.pop().and_then(|folder| folder.guid);
            content.placement = group::named(&text(parent, "FullName"));
            if let Some(last) = content.placement.last_mut() {
                last.guid = guid;
            }
        }
    }

    /// The user classes of a script: the administrators, or everybody.
    pub(super) async fn classes(session: &mut Session, restricted: bool) -> Result<Vec<i64>, ApplyError> {
        if !restricted {
            return Ok(vec![0]);
        }
        let classes = Listing { path: "UserClasses", id: "Id", condition: None, query: vec![] };
        let rows = paging::rows(session, &classes).await?;
        let found = rows.iter().find(|(_, row)| text(row, "Name").to_lowercase() == ADMINISTRATORS);
        found.map(|(id, _)| vec![*id]).ok_or_else(|| {
            ApplyError::Item(
                "is restricted on the master, and there is no user class `Super Admin` here to restrict it to".into(),
            )
        })
    }
}

/// The id of a row, and 0 where there is none.
pub(super) fn id_of(row: &Value) -> i64 {
    number(row, "Id").unwrap_or(0)
}

/// The id of the folder that a row names.
pub(super) fn parent_of(row: &Value) -> i64 {
    members::plain(member(row, "ParentId")).trim().parse().unwrap_or(0)
}
