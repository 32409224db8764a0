//! Searches (`sensorchecks`). Folders are found and made by name.

use super::{
    ApplyError,
    columns::{Body, Cell, Columns},
    directory::Directory,
    tree,
};
use domain::content::Canonical;

const MEMBERS: &[&str] = &["query_type", "tree", "sql", "read_only", "list_data"];

/// The columns of a search.
pub(super) fn columns(content: &Canonical, here: &Directory) -> Result<Columns, ApplyError> {
    let body = Body(content);
    body.only(MEMBERS)?;
    let mut columns = Columns::default();
    columns.set("GUID", content.guid.as_str());
    columns.set("Name", content.name.as_str());
    columns.set("FolderID", here.flat_folder("searchfolders", &content.placement)?);
    columns.numbers(&body, &[("query_type", "QueryType")]);
    columns.texts(&body, &[("sql", "SQL")]);
    columns.set("SearchXML", Cell::Text(tree::xml(body.get("tree"))));
    let list = if body.flag("read_only") {
        "READONLY".to_owned()
    } else {
        body.text("list_data").replace('\n', "\r\n")
    };
    columns.set("ListDATA", list);
    Ok(columns)
}
