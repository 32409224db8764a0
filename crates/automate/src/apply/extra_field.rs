//! Extra data fields (`extrafield`). Permissions and all values are local.

use super::{
    ApplyError,
    columns::{Body, Columns},
};
use crate::canonical::extra_field::FLAGS;
use domain::content::Canonical;

const MEMBERS: &[&str] = &[
    "form",
    "field_type",
    "section",
    "sort",
    "options",
    "tooltip",
    "fill_rest",
    "no_break",
    "uneditable",
    "collapsed",
    "is_password",
    "is_encrypted",
    "is_hidden",
    "is_restricted",
];

/// The columns of an extra field.
pub(super) fn columns(content: &Canonical) -> Result<Columns, ApplyError> {
    let body = Body(content);
    body.only(MEMBERS)?;
    let mut columns = Columns::default();
    columns.set("LtGuid", content.guid.as_str());
    columns.set("Name", content.name.as_str());
    columns.numbers(&body, &[("form", "Form"), ("field_type", "FType"), ("sort", "Sort")]);
    columns.texts(&body, &[("section", "Section")]);
    columns.set("Fill", fill(&body));
    columns.flags(&body, FLAGS);
    Ok(columns)
}

/// `option~option|tooltip|rest`.
fn fill(body: &Body<'_>) -> String {
    let parts = [
        body.texts_of("options").join("~"),
        body.text("tooltip").to_owned(),
        body.text("fill_rest").to_owned(),
    ];
    let last = parts.iter().rposition(|part| !part.is_empty()).map_or(0, |last| last + 1);
    parts[..last].join("|")
}
