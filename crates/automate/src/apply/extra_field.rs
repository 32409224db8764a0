//! Extra data fields (`extrafield`) and their default values (`extrafielddata`). Permissions and everybody's own values
//! are local.

use super::{
    Applier, ApplyError, Done, How,
    columns::{Body, Cell, Columns},
};
use crate::canonical::extra_field::FLAGS;
use domain::{content::Canonical, receiving::Verb};

/// The table of the values.
const VALUES: &str = "extrafielddata";
/// The default value of a field; every other row of it belongs to a computer, a location or a client.
pub(super) const SELECT: &str =
    "SELECT ExtraFieldID, ID, Value FROM extrafielddata WHERE ExtraFieldID = ? AND ID = 0";
const UPDATE: &str = "UPDATE extrafielddata SET Value = ? WHERE ExtraFieldID = ? AND ID = 0";
const DELETE: &str = "DELETE FROM extrafielddata WHERE ExtraFieldID = ? AND ID = 0";

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
    "default_value",
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

/// Brings the default value to what is wanted. That of a password or an encrypted field is nobody's business.
pub(super) async fn put_default(
    applier: &mut Applier,
    content: &Canonical,
    id: i64,
    done: &mut Done,
    how: How,
) -> Result<(), ApplyError> {
    let body = Body(content);
    if body.flag("is_password") || body.flag("is_encrypted") {
        return Ok(());
    }
    let wanted = body.text("default_value");
    let row = applier.database.rows(SELECT, &[id.into()]).await?.pop();
    let mut columns = Columns::default();
    columns.texts(&body, &[("default_value", "Value")]);
    match row {
        Some(row) if row.text("Value") == wanted => Ok(()),
        Some(_) if wanted.is_empty() => remove_default(applier, id, done, how).await,
        Some(row) => {
            let mut now = Columns::default();
            now.set("Value", row.raw("Value"));
            applier.say(Verb::Update, VALUES, Some(id), &columns, Some(&now), done);
            write(applier, UPDATE, [columns.0.remove(0).1, id.into()], how).await
        }
        None if wanted.is_empty() => Ok(()),
        None => {
            columns.set("ExtraFieldID", id);
            columns.set("ID", 0);
            applier.insert(VALUES, &columns, done, how).await.map(|_| ())
        }
    }
}

/// Takes the default value of a field away.
pub(super) async fn remove_default(
    applier: &mut Applier,
    id: i64,
    done: &mut Done,
    how: How,
) -> Result<(), ApplyError> {
    if applier.database.rows(SELECT, &[id.into()]).await?.is_empty() {
        return Ok(());
    }
    applier.say(Verb::Delete, VALUES, Some(id), &Columns::default(), None, done);
    write(applier, DELETE, [id.into()], how).await
}

async fn write<const N: usize>(
    applier: &mut Applier,
    statement: &str,
    values: [Cell; N],
    how: How,
) -> Result<(), ApplyError> {
    if !how.dry_run {
        applier.database.execute(statement, &values).await?;
    }
    Ok(())
}
