//! From an export's row to the canonical form, one file per content type (`docs/content-format.md`).
//!
//! What is local to an instance (numeric ids, user classes, contacts, categories, run-time state) is left out
//! or replaced by a reference, so that two instances give the same hash for the same content.

pub mod alert_template;
pub mod data_view;
pub mod extra_field;
pub mod group;
pub mod internal_monitor;
mod known;
mod message;
pub mod remote_monitor;
pub mod role;
pub mod script;
pub mod search;
mod tree;

pub use known::{Asked, Known};

use crate::export::{Row, Wrong};
use domain::content::{Canonical, ContentType, Folder, Guid, Reference, canonical::FORMAT};
use serde_json::{Map, Value};
use services::ports::reader::ReadItem;
use std::collections::{BTreeMap, BTreeSet};

/// The names of what a script brings along.
#[derive(Debug, Clone, Default)]
pub struct Attached {
    /// Files of the server's share.
    pub files: BTreeSet<String>,
    /// Tools.
    pub tools: BTreeSet<String>,
}

/// A folder without a GUID, as the path of an item.
fn flat(folders: &BTreeMap<i64, String>, row: &Row) -> Vec<Folder> {
    let name = row.id("FolderID").and_then(|id| folders.get(&id));
    name.map(|name| Folder { guid: None, name: name.clone() }).into_iter().collect()
}

/// The GUIDs that a comma list of local ids stands for, sorted, each once.
fn listed<'a>(text: &str, guids: &'a BTreeMap<i64, Guid>) -> BTreeSet<&'a Guid> {
    text.split(',').filter_map(|id| guids.get(&id.trim().parse().ok()?)).collect()
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
    /// An item with the name that stands in `column`.
    fn new(row: &Row, column: &str) -> Result<Self, Wrong> {
        Ok(Self {
            name: row.name(column)?,
            body: Map::new(),
            switches: Map::new(),
            placement: Vec::new(),
            needs: BTreeSet::new(),
        })
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

    /// A search that fills something: by GUID where the file holds the search. A local id alone names it only on
    /// the instance that wrote the file, and is nothing that a receiver could fetch.
    fn search(&mut self, name: &str, row: &Row, column: &str, known: &Known) {
        let Some(id) = row.id(column) else { return };
        match known.searches.get(&id) {
            Some(guid) => self.refer(name, ContentType::Searches, Some(guid)),
            None if known.whole => {}
            None => self.set(name, format!("searches:local:{id}")),
        }
    }

    /// A ticket or report category: its name is all that another instance could find it by.
    fn category(&mut self, name: &str, row: &Row, column: &str, known: &Known) {
        if let Some(category) = row.id(column).and_then(|id| known.categories.get(&id)) {
            self.set(name, Reference::named("categories", category).as_str());
        }
    }

    /// An alert template by its local id.
    fn alert_template(&mut self, row: &Row, known: &Known) {
        let guid = row.id("AlertAction").and_then(|id| known.alert_templates.get(&id));
        self.refer("alert_template", ContentType::AlertTemplates, guid);
    }

    /// Numbers by member and column.
    fn numbers(&mut self, row: &Row, members: &[(&str, &str)]) {
        members.iter().for_each(|(member, column)| self.set(member, row.number(column)));
    }

    /// Texts by member and column.
    fn texts(&mut self, row: &Row, members: &[(&str, &str)]) {
        members.iter().for_each(|(member, column)| self.set(member, row.text(column)));
    }

    /// Flags by member and column.
    fn flags(&mut self, row: &Row, members: &[(&str, &str)]) {
        members.iter().for_each(|(member, column)| self.set(member, row.flag(column)));
    }

    fn finish(self, content_type: ContentType, guid: Guid, row: &Row, id: &str) -> ReadItem {
        // An item does not need itself (a script may call itself).
        let own = Reference::to(content_type, &guid);
        ReadItem {
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
            updated_by: ["UpdatedBy", "Last_User"].iter().find_map(|column| editor(&row.text(column))),
            signal: None,
        }
    }
}

/// The tree of a search, for those who write one and want to see what it reads as.
#[cfg(test)]
pub(crate) fn tree_of(xml: &str) -> Vec<Value> {
    tree::read(xml, 1, &mut BTreeSet::new()).unwrap_or_default()
}

/// Who saved an item; nobody's name is longer than 200 characters.
fn editor(text: &str) -> Option<String> {
    let name: String = text.trim().chars().filter(|c| !c.is_control()).take(200).collect();
    Some(name).filter(|name| !name.is_empty())
}
