//! Searches (`sensorchecks`). The folder is a local id whose name only the database holds.

use super::{Attached, Builder, Known, flat, tree};
use crate::export::{Row, Wrong};
use domain::content::ContentType;
use services::ports::reader::ReadItem;

/// A search's row.
pub fn read(row: &Row, _: &Attached, known: &Known) -> Result<ReadItem, Wrong> {
    let guid = row.guid("GUID")?;
    let mut item = Builder::new(row, "Name")?;
    item.placement = flat(&known.search_folders, row);
    item.set("query_type", row.number("QueryType"));
    let nodes = tree::read(row.raw("SearchXML"), row.line_of("SearchXML"), &mut item.needs)?;
    item.set("tree", nodes);
    item.set("sql", row.text("SQL"));
    let list = row.text("ListDATA");
    let read_only = list.trim().eq_ignore_ascii_case("READONLY");
    item.set("read_only", read_only);
    item.set("list_data", if read_only { String::new() } else { list });
    Ok(item.finish(ContentType::Searches, guid, row, "SensID"))
}
