//! What stands in the database, in the reader's own words.

use super::{
    ApplyError, alert_template,
    database::Database,
    directory::{Directory, Group, ScriptFolder},
    kind::place,
};
use crate::{
    canonical::{self, Attached, Known},
    export::{Row, Wrong},
};
use domain::content::{Canonical, ContentType, Guid, ItemKey};
use std::collections::BTreeMap;

/// One item by its row.
pub(super) async fn one(
    database: &mut Database,
    content_type: ContentType,
    id: i64,
    row: &Row,
    here: &Directory,
) -> Result<Canonical, ApplyError> {
    let times = match content_type {
        ContentType::AlertTemplates => database.rows(alert_template::SELECT, &[id.into()]).await?,
        _ => Vec::new(),
    };
    here.known.allowance.refill();
    item(content_type, row, &times, &here.known).map_err(|wrong| ApplyError::Item(wrong.message))
}

fn item(content_type: ContentType, row: &Row, times: &[Row], known: &Known) -> Result<Canonical, Wrong> {
    let nothing = Attached::default();
    let read = match content_type {
        ContentType::Scripts => canonical::script::read(row, &nothing, known),
        ContentType::InternalMonitors => canonical::internal_monitor::read_known(row, &[], known),
        ContentType::RemoteMonitors => canonical::remote_monitor::read(row, &nothing, known),
        ContentType::Groups => canonical::group::read(row, &nothing, known),
        ContentType::Searches => canonical::search::read(row, &nothing, known),
        ContentType::ExtraFields => canonical::extra_field::read(row, &nothing, known),
        ContentType::DataViews => canonical::data_view::read(row, &nothing, known),
        ContentType::Roles => canonical::role::read(row, &nothing, known),
        ContentType::AlertTemplates => {
            canonical::alert_template::read(row, &times.iter().collect::<Vec<_>>(), known)
        }
    };
    read.map(|read| read.canonical)
}

/// Everything that can be read.
pub(super) async fn everything(database: &mut Database) -> Result<(Vec<Canonical>, Directory), ApplyError> {
    let mut here = Directory::default();
    here.known.whole = true;
    let mut all = Vec::new();
    for kind in ContentType::ALL {
        let place = place(kind);
        let rows =
            database.rows(&format!("SELECT * FROM `{}` WHERE {}", place.table, place.only), &[]).await?;
        for row in &rows {
            let (Ok(guid), Some(id)) = (row.guid(place.guid), row.id(place.id)) else { continue };
            here.note(ItemKey::new(kind, guid), id);
            learn(&mut here, kind, id, row);
        }
        all.push((kind, rows));
    }
    for row in database.rows("SELECT FolderID, ParentID, Name, GUID FROM scriptfolders", &[]).await? {
        let guid = Guid::parse(row.raw("GUID")).ok();
        let (id, parent, name) = (row.number("FolderID"), row.number("ParentID"), row.text("Name"));
        here.known.folders.insert(id, (parent, guid.clone(), name.clone()));
        here.folders.push(ScriptFolder { id, parent, guid, name });
    }
    names(database, &mut here).await?;
    let mut times: BTreeMap<i64, Vec<Row>> = BTreeMap::new();
    for row in database.rows(&alert_template::SELECT.replace("AlertActionID = ?", "1 = 1"), &[]).await? {
        times.entry(row.number("AlertActionID")).or_default().push(row);
    }
    let mut items = Vec::new();
    for (kind, rows) in &all {
        for row in rows {
            here.known.allowance.refill();
            let times = times.get(&row.number("AlertActionID")).map(Vec::as_slice).unwrap_or_default();
            items.extend(item(*kind, row, times, &here.known).ok());
        }
    }
    Ok((items, here))
}

/// What others refer to a row by.
fn learn(here: &mut Directory, kind: ContentType, id: i64, row: &Row) {
    match kind {
        ContentType::Groups => {
            let above = canonical::group::placement(row).into_iter().map(|folder| folder.name);
            let parents = Some(row.text("Parents")).filter(|parents| !parents.is_empty());
            here.groups.push(Group {
                id,
                path: above.chain([row.text("Name")]).collect(),
                parents: parents.unwrap_or_else(|| ",".into()),
                depth: row.number("depth"),
            });
            here.known.group_names.insert(id, row.text("Name"));
            here.known.group_parents.insert(id, row.number("ParentID"));
        }
        ContentType::AlertTemplates => {
            let name = row.text("Name");
            here.alert_templates.entry(name.to_lowercase()).or_default().push(id);
            here.known.alert_templates.extend(row.guid("GUID").ok().map(|guid| (id, guid)));
        }
        _ => {}
    }
}

/// What is found by name alone.
async fn names(database: &mut Database, here: &mut Directory) -> Result<(), ApplyError> {
    for row in database.rows("SELECT FolderID, Name FROM dataviewfolders", &[]).await? {
        here.known.view_folders.insert(row.number("FolderID"), row.text("Name"));
    }
    for row in database.rows("SELECT FolderID, Name FROM searchfolders", &[]).await? {
        here.known.search_folders.insert(row.number("FolderID"), row.text("Name"));
    }
    for row in database.rows("SELECT ID, CategoryName FROM infocategory", &[]).await? {
        here.categories.insert(row.text("CategoryName").to_lowercase(), row.number("ID"));
        here.known.categories.insert(row.number("ID"), row.text("CategoryName"));
    }
    // Only restricted content needs the classes, and their columns are not the same everywhere.
    for row in database.rows("SELECT * FROM userclasses", &[]).await.unwrap_or_default() {
        let id = ["ClassID", "UserClassID", "ID"].iter().find_map(|column| row.id(column));
        here.classes.extend(id.map(|id| (row.text("Name").to_lowercase(), id)));
    }
    Ok(())
}
