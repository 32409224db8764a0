//! What stands in the database, read as a source is read.

use super::{
    ApplyError, alert_template,
    database::Database,
    directory::{Directory, ScriptFolder},
    extra_field,
    groups::Group,
    kind::place,
    unreachable,
};
use crate::{
    export::Row,
    mysql::{
        assemble,
        library::{self, Library},
    },
};
use domain::content::{Canonical, ContentType, Guid, ItemKey};
use services::ports::reader::KnownSignals;
use std::collections::BTreeMap;

/// One item by its row.
pub(super) async fn one(
    database: &mut Database,
    content_type: ContentType,
    id: i64,
    row: &Row,
    here: &Directory,
) -> Result<Canonical, ApplyError> {
    let below = match content_type {
        ContentType::AlertTemplates => database.rows(alert_template::SELECT, &[id.into()]).await?,
        ContentType::ExtraFields => database.rows(extra_field::SELECT, &[id.into()]).await?,
        _ => Vec::new(),
    };
    let read = assemble::item(content_type, row, &below.iter().collect::<Vec<_>>(), &here.known);
    read.map(|read| read.canonical).map_err(|wrong| ApplyError::Item(wrong.message))
}

/// Everything that can be read.
pub(super) async fn everything(database: &mut Database) -> Result<(Vec<Canonical>, Directory), ApplyError> {
    let connection = database.connection();
    let library = Library::read(connection, &ContentType::ALL).await.map_err(unreachable)?;
    // A type that cannot be read would look as if nothing of it stood here.
    if library.types.len() < ContentType::ALL.len() {
        let why = library.issues.iter().find(|issue| issue.hides_content);
        let why = why.map(|issue| format!("{} {}", issue.place, issue.message)).unwrap_or_default();
        return Err(ApplyError::Database(why));
    }
    let (known, mut items) = (KnownSignals::default(), BTreeMap::new());
    library::contents(connection, &library, &known, "", &mut items).await.map_err(unreachable)?;
    let mut here = directory(&library);
    groups(database, &mut here).await?;
    classes(database, &mut here).await;
    Ok((items.into_values().map(|item| item.canonical).collect(), here))
}

/// What stands for what.
fn directory(library: &Library) -> Directory {
    let mut here = Directory::default();
    here.known = library.known.clone();
    for kind in ContentType::ALL {
        let place = place(kind);
        for row in library.rows_of(kind) {
            let (Ok(guid), Some(id)) = (row.guid(place.guid), row.id(place.id)) else { continue };
            here.note(ItemKey::new(kind, guid), id);
        }
    }
    for row in library.rows_of(ContentType::AlertTemplates) {
        let ids = here.alert_templates.entry(row.text("Name").to_lowercase()).or_default();
        ids.extend(row.id("AlertActionID"));
    }
    here.folders = library.script_folders().iter().map(folder).collect();
    let categories = here.known.categories.iter();
    here.categories = categories.map(|(id, name)| (name.to_lowercase(), *id)).collect();
    here
}

fn folder(row: &Row) -> ScriptFolder {
    ScriptFolder {
        id: row.number("FolderID"),
        parent: row.number("ParentID"),
        guid: Guid::parse(row.raw("GUID")).ok(),
        name: row.text("Name"),
    }
}

/// What Automate derives from a group's place, and only whoever moves groups needs.
async fn groups(database: &mut Database, here: &mut Directory) -> Result<(), ApplyError> {
    let sql = "SELECT GroupID, Name, Parents, depth FROM mastergroups";
    for row in database.rows(sql, &[]).await? {
        // Not from the full name: a name may hold the dots that part it.
        let above = here.known.groups_above(row.number("GroupID")).unwrap_or_default();
        let above = above.into_iter().map(|folder| folder.name);
        let parents = Some(row.text("Parents")).filter(|parents| !parents.is_empty());
        here.groups.push(Group {
            id: row.number("GroupID"),
            path: above.chain([row.text("Name")]).collect(),
            parents: parents.unwrap_or_else(|| ",".into()),
            depth: row.number("depth"),
        });
    }
    Ok(())
}

/// Only restricted content needs the user classes, and their columns are not the same everywhere.
async fn classes(database: &mut Database, here: &mut Directory) {
    for row in database.rows("SELECT * FROM userclasses", &[]).await.unwrap_or_default() {
        let id = ["ClassID", "UserClassID", "ID"].iter().find_map(|column| row.id(column));
        here.classes.extend(id.map(|id| (row.text("Name").to_lowercase(), id)));
    }
}
