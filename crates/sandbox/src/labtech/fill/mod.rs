//! A believable library of all nine types. The order of the tables is that of `everything`; what one table needs
//! to know of another stands in [`Ids`].

mod checks;
mod local;
mod rules;
mod scripts;

use super::Shape;
use crate::exports::{Column, Script, guid_of};
use crate::library::{Contents, contents};
use sqlx::MySqlPool;
use std::collections::BTreeMap;

/// When everything was saved last.
const SAVED: &str = "2026-10-12 14:06:48";
/// Who saved it.
const EDITOR: &str = "m.weber@ops";

/// The local id of everything that something else points at.
struct Ids {
    shift: i64,
    scripts: BTreeMap<String, i64>,
    fields: BTreeMap<String, i64>,
    searches: BTreeMap<String, i64>,
    groups: BTreeMap<String, i64>,
    templates: BTreeMap<&'static str, i64>,
    categories: BTreeMap<&'static str, i64>,
    search_folders: BTreeMap<&'static str, i64>,
    view_folders: BTreeMap<&'static str, i64>,
}

impl Ids {
    fn of(contents: &Contents, scripts: &[Script], shift: i64) -> Self {
        Self {
            shift,
            scripts: numbered(scripts.iter().map(|script| script.guid.clone()), shift),
            fields: numbered(contents.fields.iter().map(|field| field.guid.clone()), shift),
            searches: numbered(contents.searches.iter().map(|search| search.guid.clone()), shift),
            groups: numbered(contents.groups.iter().map(|group| group.name.clone()), shift),
            templates: numbered(rules::TEMPLATES.iter().map(|template| template.name), shift),
            categories: numbered(local::CATEGORIES.iter().copied(), shift),
            search_folders: numbered(local::SEARCH_FOLDERS.iter().copied(), shift),
            view_folders: numbered(local::VIEW_FOLDERS.iter().copied(), shift),
        }
    }

    fn script(&self, name: &str) -> i64 {
        self.scripts.get(&guid_of(name)).copied().unwrap_or(0)
    }

    fn search(&self, name: &str) -> i64 {
        self.searches.get(&guid_of(&format!("search {name}"))).copied().unwrap_or(0)
    }
}

fn numbered<K: Ord>(keys: impl Iterator<Item = K>, shift: i64) -> BTreeMap<K, i64> {
    keys.zip(1 + shift..).collect()
}

/// A number by name, as a column holds it; 0 points nowhere.
fn id_in<K: Ord + std::borrow::Borrow<str>>(ids: &BTreeMap<K, i64>, name: &str) -> String {
    ids.get(name).copied().unwrap_or(0).to_string()
}

/// A column.
fn column(name: &'static str, value: impl Into<String>) -> Column {
    (name, value.into())
}

/// Fills every table.
pub(super) async fn everything(pool: &MySqlPool, shape: Shape) -> Result<(), sqlx::Error> {
    let contents = contents();
    let scripts = scripts::all(&contents, shape);
    let ids = Ids::of(&contents, &scripts, shape.shift);
    local::fill(pool, &ids).await?;
    scripts::fill(pool, scripts, &ids).await?;
    checks::fill(pool, &contents, &ids).await?;
    rules::fill(pool, &contents, &ids).await
}
