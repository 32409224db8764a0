//! Alert templates: a head (`alerttemplate`) with its rows (`alerttemplates`) in an order that does not depend on
//! their local ids. Contacts and users are local; negative contacts are the special ones that every instance has.

use super::{Builder, Known};
use crate::export::{Row, Wrong};
use domain::{
    content::{ContentType, Reference},
    receiving::contacts,
};
use serde_json::{Map, Value};
use services::ports::reader::ReadItem;

const NUMBERS: &[(&str, &str)] = &[
    ("days", "DayOfWeek"),
    ("actions", "AlertAction"),
    ("trump", "Trump"),
    ("warning_actions", "WarningAction"),
];

/// A template's head and the rows that belong to it.
pub fn read(head: &Row, rows: &[&Row], known: &Known) -> Result<ReadItem, Wrong> {
    let guid = head.guid("GUID")?;
    let mut item = Builder::new(head, "Name")?;
    item.set("comment", head.text("Comment"));
    let mut alerts: Vec<Value> = rows.iter().map(|row| alert(row, known, &mut item)).collect();
    alerts.sort_by_key(contacts::order);
    item.set("alerts", alerts);
    item.switches.insert("restricted".into(), head.limits("Permission").into());
    item.switches.insert("edit_restricted".into(), head.limits("EditPermission").into());
    Ok(item.finish(ContentType::AlertTemplates, guid, head, "AlertActionID"))
}

fn alert(row: &Row, known: &Known, item: &mut Builder) -> Value {
    let mut alert = Map::new();
    for (member, column) in NUMBERS {
        alert.insert((*member).to_owned(), row.number(column).into());
    }
    let script = row.id("ScriptID").and_then(|id| known.scripts.get(&id));
    let script = script.map(|guid| Reference::to(ContentType::Scripts, guid));
    let text = |reference: &Reference| reference.as_str().to_owned();
    for (member, value) in [
        ("start", row.text("TimeStart")),
        ("end", row.text("TimeEnd")),
        ("message", row.text("Message")),
        ("script", script.as_ref().map(text).unwrap_or_default()),
    ] {
        if !value.is_empty() {
            alert.insert(member.to_owned(), value.into());
        }
    }
    let contact = row.number("ContactID");
    if contact < 0 {
        alert.insert("contact".into(), contact.into());
    }
    item.needs.extend(script);
    Value::Object(alert)
}
