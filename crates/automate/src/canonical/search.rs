//! Searches (`sensorchecks`).

use super::{Builder, Known, tree};
use crate::export::{Row, Wrong};
use domain::content::ContentType;
use services::ports::reader::ReadItem;

/// A search's row.
pub fn read(row: &Row, _: &Known) -> Result<ReadItem, Wrong> {
    let guid = row.guid("GUID")?;
    let mut item = Builder::new(row.text("Name"));
    item.set("query_type", row.number("QueryType"));
    let nodes = tree::read(row.raw("SearchXML"), row.line, &mut item.needs)?;
    item.set("tree", nodes);
    item.set("sql", row.text("SQL"));
    let list = row.text("ListDATA");
    let read_only = list.eq_ignore_ascii_case("READONLY");
    item.set("list", if read_only { String::new() } else { list });
    item.switches.insert("read_only".into(), read_only.into());
    item.finish(ContentType::Searches, guid, row, "SensID")
}
