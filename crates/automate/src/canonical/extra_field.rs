//! Extra data field definitions (`extrafield`) with their default values, where the source tells them (a database
//! does, an export does not). Everybody's own values and permissions belong to the receiver.

use super::{Attached, Builder, Known};
use crate::export::{Row, Wrong};
use domain::content::ContentType;
use services::ports::reader::ReadItem;

/// Members and the columns that hold them, for reading and for applying.
pub(crate) const FLAGS: &[(&str, &str)] = &[
    ("no_break", "NoBreak"),
    ("uneditable", "UnEditable"),
    ("collapsed", "Collapsed"),
    ("is_password", "IsPassword"),
    ("is_encrypted", "IsEncrypted"),
    ("is_hidden", "IsHidden"),
    ("is_restricted", "IsRestricted"),
];

/// An extra field's row in an export.
pub fn read(row: &Row, _: &Attached, _: &Known) -> Result<ReadItem, Wrong> {
    read_with(row, &[])
}

/// An extra field's row with the row that holds its default value.
pub fn read_with(row: &Row, defaults: &[&Row]) -> Result<ReadItem, Wrong> {
    let guid = row.guid("LtGuid")?;
    let mut item = Builder::new(row, "Name")?;
    item.numbers(row, &[("form", "Form"), ("field_type", "FType"), ("sort", "Sort")]);
    item.set("section", row.text("Section"));
    fill(&row.text("Fill"), &mut item);
    item.flags(row, FLAGS);
    if let Some(default) = defaults.first().filter(|_| !is_secret(row)) {
        item.set("default_value", default.text("Value"));
    }
    Ok(item.finish(ContentType::ExtraFields, guid, row, "ID"))
}

/// Whether the values of a field are secrets: then its default is none of anybody's business either, and where it is
/// encrypted, it means nothing on another instance.
pub(crate) fn is_secret(row: &Row) -> bool {
    row.flag("IsPassword") || row.flag("IsEncrypted")
}

/// `option~option|tooltip|…`: the options in their order, the tooltip, and the rest, which nobody has documented.
fn fill(text: &str, item: &mut Builder) {
    let mut parts = text.splitn(3, '|');
    let options = parts.next().unwrap_or_default();
    item.set("options", options.split('~').filter(|option| !option.is_empty()).collect::<Vec<_>>());
    item.set("tooltip", parts.next().unwrap_or_default());
    item.set("fill_rest", parts.next().unwrap_or_default());
}
