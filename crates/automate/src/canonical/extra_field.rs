//! Extra data field definitions (`extrafield`); values belong to the receiver.

use super::{Builder, Known};
use crate::export::{Row, Wrong};
use domain::content::ContentType;
use services::ports::reader::ReadItem;

/// An extra field's row.
pub fn read(row: &Row, _: &Known) -> Result<ReadItem, Wrong> {
    let guid = row.guid("LtGuid")?;
    let mut item = Builder::new(row.text("Name"));
    item.set("form", row.number("Form"));
    item.set("field_type", row.number("FType"));
    item.set("section", row.text("Section"));
    item.set("sort", row.number("Sort"));
    let fill = row.text("Fill");
    let (options, tooltip) = fill.split_once('|').unwrap_or((&fill, ""));
    item.set("options", options.split('~').filter(|option| !option.is_empty()).collect::<Vec<_>>());
    item.set("tooltip", tooltip.trim_end_matches('|'));
    for (member, column) in [
        ("no_break", "NoBreak"),
        ("not_editable", "UnEditable"),
        ("collapsed", "Collapsed"),
        ("is_password", "IsPassword"),
        ("is_encrypted", "IsEncrypted"),
    ] {
        item.set(member, row.flag(column));
    }
    item.switches.insert("hidden".into(), row.flag("IsHidden").into());
    item.switches.insert("restricted".into(), row.flag("IsRestricted").into());
    item.finish(ContentType::ExtraFields, guid, row, "ID")
}
