//! Data views (`dataviews`) and their folders, which are found and made by name. User classes are local.

use super::{
    ApplyError,
    columns::{Body, Columns},
    directory::Directory,
};
use crate::{canonical::data_view::TEXTS, export::Row};
use domain::content::Canonical;

/// The columns of a data view.
pub(super) fn columns(
    content: &Canonical,
    here: &Directory,
    row: Option<&Row>,
) -> Result<Columns, ApplyError> {
    let body = Body(content);
    body.only(&TEXTS.iter().map(|(member, _)| *member).collect::<Vec<_>>())?;
    let mut columns = Columns::default();
    columns.set("GUID", content.guid.as_str());
    columns.set("Name", content.name.as_str());
    columns.texts(&body, TEXTS);
    columns.set("FolderID", here.flat_folder("dataviewfolders", &content.placement)?);
    columns.set("UserClassName", here.class_name(body.flag("restricted"), row)?);
    Ok(columns)
}
