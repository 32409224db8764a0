//! From an export's row to the canonical form, one file per content type (`docs/content-format.md`).
//!
//! What is local to an instance (numeric ids, user classes, contacts, categories, run-time state) is left out
//! or replaced by a reference, so that two instances give the same hash for the same content.

pub mod extra_field;
pub mod group;
pub mod internal_monitor;
mod message;
pub mod remote_monitor;
pub mod script;
pub mod search;
mod tree;

use crate::export::{Row, Wrong};
use domain::content::{Canonical, ContentType, Folder, Guid, Reference, canonical::FORMAT};
use serde_json::{Map, Value};
use services::ports::reader::ReadItem;
use std::collections::{BTreeMap, BTreeSet};

/// What the local ids of one export file stand for.
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
}

impl Known {
    /// The folders on the way to a script folder, outermost first.
    fn path(&self, folder: i64) -> Vec<Folder> {
        let mut path = Vec::new();
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
}

/// Collects the parts of an item.
struct Builder {
    name: String,
    body: Map<String, Value>,
    switches: Map<String, Value>,
    placement: Vec<Folder>,
    needs: BTreeSet<Reference>,
}

impl Builder {
    fn new(name: String) -> Self {
        Self { name, body: Map::new(), switches: Map::new(), placement: Vec::new(), needs: BTreeSet::new() }
    }

    /// A member of the body; empty texts and lists are left out, so that a missing column equals an empty one.
    fn set(&mut self, name: &str, value: impl Into<Value>) {
        let value = value.into();
        let empty = match &value {
            Value::Null => true,
            Value::String(text) => text.is_empty(),
            Value::Array(items) => items.is_empty(),
            Value::Object(members) => members.is_empty(),
            Value::Bool(_) | Value::Number(_) => false,
        };
        if !empty {
            self.body.insert(name.to_owned(), value);
        }
    }

    /// A reference to another item, if its GUID is known.
    fn refer(&mut self, name: &str, kind: ContentType, guid: Option<&Guid>) {
        if let Some(guid) = guid {
            let reference = Reference::to(kind, guid);
            self.set(name, reference.as_str());
            self.needs.insert(reference);
        }
    }

    fn finish(self, content_type: ContentType, guid: Guid, row: &Row, id: &str) -> Result<ReadItem, Wrong> {
        if self.name.is_empty() {
            return Err(Wrong::at(row.line, "has no name and was not read"));
        }
        // An item does not need itself (a script may call itself).
        let own = Reference::to(content_type, &guid);
        Ok(ReadItem {
            canonical: Canonical {
                format: FORMAT,
                content_type,
                guid,
                name: self.name,
                body: self.body,
                placement: self.placement,
                switches: self.switches,
                depends_on: self.needs.into_iter().filter(|needed| *needed != own).collect(),
            },
            local_id: row.id(id),
            updated_at: ["UpdateDate", "Last_Date"].iter().find_map(|column| row.time(column)),
            updated_by: ["UpdatedBy", "Last_User"]
                .iter()
                .map(|column| row.text(column))
                .find(|who| !who.is_empty()),
        })
    }
}
