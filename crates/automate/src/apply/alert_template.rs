//! Alert templates (`alerttemplate` with its rows in `alerttemplates`). Contacts, users and permissions are local.

use super::{
    Applier, ApplyError, Done, How,
    columns::{Body, Columns},
    directory::Directory,
};
use crate::{canonical::alert_template::read, export::Row};
use domain::{
    content::Canonical,
    receiving::{Verb, contacts},
};
use serde_json::Value;

/// The table of the rows.
pub(super) const TIMES: &str = "alerttemplates";

/// The columns of an alert template's head.
pub(super) fn columns(
    content: &Canonical,
    here: &Directory,
    row: Option<&Row>,
) -> Result<Columns, ApplyError> {
    let body = Body(content);
    body.only(&["comment", "alerts"])?;
    let mut columns = Columns::default();
    columns.set("GUID", content.guid.as_str());
    columns.set("Name", content.name.as_str());
    columns.texts(&body, &[("comment", "Comment")]);
    columns.set("Permission", here.classes(body.flag("restricted"), row, "Permission")?);
    columns.set("EditPermission", here.classes(body.flag("edit_restricted"), row, "EditPermission")?);
    Ok(columns)
}

/// The columns of one row.
fn time(members: &Value, here: &Directory) -> Result<Columns, ApplyError> {
    let number = |member: &str| members.get(member).and_then(Value::as_i64).unwrap_or(0);
    let text = |member: &str| members.get(member).and_then(Value::as_str).unwrap_or_default();
    let mut columns = Columns::default();
    for (member, column) in [
        ("days", "DayOfWeek"),
        ("actions", "AlertAction"),
        ("trump", "Trump"),
        ("warning_actions", "WarningAction"),
    ] {
        columns.set(column, number(member));
    }
    for (member, column) in [("start", "TimeStart"), ("end", "TimeEnd")] {
        columns.set(column, if text(member).is_empty() { "00:00:00" } else { text(member) });
    }
    columns.set("Message", text("message").replace('\n', "\r\n"));
    columns.set("ScriptID", here.id(text("script"))?);
    Ok(columns)
}

/// Brings the rows to what is wanted: equal ones stay, the others are changed in place, made, or taken out. The
/// contact of a row that stays in its place is kept, unless it is a special one that is not wanted.
pub(super) async fn put_rows(
    applier: &mut Applier,
    content: &Canonical,
    id: i64,
    done: &mut Done,
    how: How,
) -> Result<(), ApplyError> {
    let mut wanted: Vec<Value> =
        content.body.get("alerts").and_then(Value::as_array).cloned().unwrap_or_default();
    let mut left: Vec<(i64, Value)> = Vec::new();
    let rows = rows(applier, id).await?;
    for (row, members) in rows.iter().map(|row| (row, alert(row, &applier.here))) {
        match wanted.iter().position(|one| *one == members) {
            Some(same) => drop(wanted.remove(same)),
            None => left.push((row.number("AlertID"), members)),
        }
    }
    left.sort_by_key(|(_, members)| contacts::order(members));
    let mut left = left.into_iter();
    for members in wanted {
        let mut columns = time(&members, &applier.here)?;
        let special = |members: &Value| members.get("contact").and_then(Value::as_i64);
        let contact = special(&members);
        match left.next() {
            Some((row, now)) => {
                let other = special(&now) != contact;
                let now = time(&now, &applier.here).unwrap_or_default();
                let mut changed = columns.beyond(&now);
                if other {
                    changed.set("ContactID", contact.unwrap_or(0));
                }
                applier.say(Verb::Update, TIMES, Some(row), &changed, Some(&now), done);
                if !how.dry_run && !changed.0.is_empty() {
                    applier.database.update(TIMES, "AlertID", row, &changed).await?;
                }
            }
            None => {
                columns.set("AlertActionID", id);
                columns.set("ContactID", contact.unwrap_or(0));
                applier.insert(TIMES, &columns, done, how).await?;
            }
        }
    }
    for (row, _) in left {
        applier.delete(TIMES, "AlertID", row, done, how).await?;
    }
    Ok(())
}

/// One row as it reads.
fn alert(row: &Row, here: &Directory) -> Value {
    let guid = ("GUID".to_owned(), "00000000-0000-0000-0000-000000000001".to_owned(), 0);
    let head = Row::new(0, [guid, ("Name".to_owned(), "-".to_owned(), 0)]);
    let read = read(&head, &[row], &here.known).ok();
    read.and_then(|read| read.canonical.body.get("alerts")?.get(0).cloned()).unwrap_or_default()
}

/// The rows of an alert template.
pub(super) async fn rows(applier: &mut Applier, id: i64) -> Result<Vec<Row>, ApplyError> {
    applier.database.rows(SELECT, &[id.into()]).await
}

/// Times as text, whatever the server's type for them.
pub(super) const SELECT: &str = "SELECT AlertID, AlertActionID, DayOfWeek, CAST(TimeStart AS CHAR) AS TimeStart, \
     CAST(TimeEnd AS CHAR) AS TimeEnd, AlertAction, ContactID, ScriptID, Message, Trump, WarningAction \
     FROM alerttemplates WHERE AlertActionID = ?";
