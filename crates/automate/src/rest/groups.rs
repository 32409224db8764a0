//! Groups (`/v1/Groups`), without their members.

use super::{
    Firsts, Part,
    members::{below, flag, list, member, text},
    paging::{self, Listing, Stopped},
    rows,
    session::Session,
    trouble::Trouble,
};
use crate::{
    canonical::{Attached, Known, group},
    export::Row,
};
use domain::{content::ContentType, source::ScanIssue};
use serde_json::Value;
use services::ports::reader::{ItemSink, ReadItem};
use std::collections::BTreeMap;

/// Options that the other forms hold as bits of a number whose meaning nobody has documented.
pub(super) const OPTIONS: &[(&str, &str)] = &[
    ("NetworkDevicesLimitToSearch", "network_limit_to_search"),
    ("ContactsLimitToSearch", "contact_limit_to_search"),
    ("ContactsJoinComputers", "contact_join_computers"),
];

/// Whether groups can be read.
pub(super) async fn probe(session: &mut Session) -> Result<(), Trouble> {
    paging::first(session, &listing()).await.map(|_| ())
}

/// Hands all groups over.
pub(super) async fn read(session: &mut Session, sink: &mut dyn ItemSink) -> Result<Vec<ScanIssue>, Stopped> {
    rows::hand_over(session, ContentType::Groups, &listing(), read_rows, sink).await
}

/// What the rows read as.
pub(super) fn part(rows: &BTreeMap<i64, Value>) -> Part {
    let mut part = read_rows(rows);
    Firsts::of(ContentType::Groups).keep(&mut part);
    part
}

fn read_rows(rows: &BTreeMap<i64, Value>) -> Part {
    rows::part(ContentType::Groups, rows.iter(), one)
}

/// Where groups are listed.
pub(super) fn listing() -> Listing<'static> {
    // Thousands of computers are no part of a group's definition.
    Listing {
        path: "Groups",
        id: "Id",
        condition: None,
        query: vec![("excludefields", "Computers,NetworkDevices,Contacts".into())],
    }
}

fn one(row: &Value) -> Result<ReadItem, String> {
    let item = group::read(&columns(row), &Attached::default(), &Known::default());
    let mut item = item.map_err(|wrong| wrong.message)?;
    for (name, option) in OPTIONS.iter().filter(|(name, _)| flag(row, name)) {
        item.canonical.body.insert((*option).to_owned(), flag(row, name).into());
    }
    Ok(item)
}

fn columns(row: &Value) -> Row {
    let search = |name: &str| text(member(row, name), "Id");
    let classes: Vec<String> = list(member(row, "ComputerPermissions"))
        .iter()
        .map(|permission| text(below(permission, &["UserClass"]), "Id"))
        .collect();
    let columns = [
        ("GroupID", text(row, "Id")),
        ("GUID", text(row, "GUID")),
        ("Name", text(row, "Name")),
        ("FullName", text(row, "FullName")),
        ("Notes", text(row, "Comments")),
        ("GroupType", text(row, "TypeId")),
        ("Priority", text(row, "TemplatePriority")),
        ("LimitToParent", text(row, "ComputersLimitToSearch")),
        ("AutoJoinScript", search("ComputersAutoJoinSearch")),
        ("NetworkJoin", search("NetworkDevicesAutoJoinSearch")),
        ("ContactJoin", search("ContactsAutoJoinSearch")),
        ("Permissions", classes.join(",")),
    ];
    Row::new(0, columns.map(|(name, value)| (name.to_owned(), value, 0)))
}
