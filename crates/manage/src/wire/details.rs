//! What a ticket's additional details are made of.

use super::parts::{Reference, flag, moment, named, text};
use crate::model::{Company, Configuration, Contact, Document, TimeEntry};
use jiff::Timestamp;
use serde::Deserialize;

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct WireTimeEntry {
    id: i64,
    member: Option<Reference>,
    work_type: Option<Reference>,
    #[serde(default, deserialize_with = "moment")]
    time_start: Option<Timestamp>,
    #[serde(default, deserialize_with = "moment")]
    time_end: Option<Timestamp>,
    actual_hours: Option<f64>,
    #[serde(default, deserialize_with = "text")]
    notes: Option<String>,
}

impl From<WireTimeEntry> for TimeEntry {
    fn from(wire: WireTimeEntry) -> Self {
        Self {
            id: wire.id,
            member: named(wire.member),
            work_type: named(wire.work_type).map(|kind| kind.name),
            started_at: wire.time_start,
            ended_at: wire.time_end,
            hours: wire.actual_hours.unwrap_or_default(),
            text: wire.notes.unwrap_or_default(),
        }
    }
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct WireConfiguration {
    id: i64,
    #[serde(default, deserialize_with = "text")]
    name: Option<String>,
    #[serde(rename = "type")]
    kind: Option<Reference>,
    status: Option<Reference>,
    site: Option<Reference>,
    #[serde(default, deserialize_with = "text")]
    serial_number: Option<String>,
    #[serde(default, deserialize_with = "text")]
    model_number: Option<String>,
    #[serde(default, deserialize_with = "text")]
    ip_address: Option<String>,
    #[serde(default, deserialize_with = "text")]
    os_type: Option<String>,
    #[serde(default, deserialize_with = "text")]
    last_login_name: Option<String>,
}

impl From<WireConfiguration> for Configuration {
    fn from(wire: WireConfiguration) -> Self {
        Self {
            id: wire.id,
            name: wire.name.unwrap_or_default(),
            kind: named(wire.kind).map(|kind| kind.name),
            status: named(wire.status).map(|status| status.name),
            site: named(wire.site).map(|site| site.name),
            serial_number: wire.serial_number,
            model: wire.model_number,
            ip_address: wire.ip_address,
            operating_system: wire.os_type,
            last_login: wire.last_login_name,
        }
    }
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct WireCompany {
    id: i64,
    #[serde(default, deserialize_with = "text")]
    identifier: Option<String>,
    #[serde(default, deserialize_with = "text")]
    name: Option<String>,
    status: Option<Reference>,
    #[serde(default, deserialize_with = "text")]
    address_line1: Option<String>,
    #[serde(default, deserialize_with = "text")]
    city: Option<String>,
    #[serde(default, deserialize_with = "text")]
    zip: Option<String>,
    #[serde(default, deserialize_with = "text")]
    phone_number: Option<String>,
    #[serde(default, deserialize_with = "text")]
    website: Option<String>,
}

impl From<WireCompany> for Company {
    fn from(wire: WireCompany) -> Self {
        Self {
            id: wire.id,
            identifier: wire.identifier.unwrap_or_default(),
            name: wire.name.unwrap_or_default(),
            status: named(wire.status).map(|status| status.name),
            street: wire.address_line1,
            city: wire.city,
            postal_code: wire.zip,
            phone: wire.phone_number,
            website: wire.website,
        }
    }
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct WireContact {
    id: i64,
    #[serde(default, deserialize_with = "text")]
    first_name: Option<String>,
    #[serde(default, deserialize_with = "text")]
    last_name: Option<String>,
    #[serde(default, deserialize_with = "text")]
    title: Option<String>,
    #[serde(default, deserialize_with = "flag")]
    inactive_flag: bool,
    company: Option<Reference>,
    communication_items: Option<Vec<WireCommunication>>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct WireCommunication {
    #[serde(default, deserialize_with = "text")]
    value: Option<String>,
    communication_type: Option<String>,
    #[serde(default, deserialize_with = "flag")]
    default_flag: bool,
}

impl From<WireContact> for Contact {
    fn from(wire: WireContact) -> Self {
        let mut items = wire.communication_items.unwrap_or_default();
        items.sort_by_key(|item| !item.default_flag);
        let first = |kind: &str| {
            let of_kind = items.iter().filter(|item| item.communication_type.as_deref() == Some(kind));
            of_kind.filter_map(|item| item.value.clone()).next()
        };
        let names: Vec<String> = [wire.first_name, wire.last_name].into_iter().flatten().collect();
        Self {
            id: wire.id,
            name: names.join(" "),
            title: wire.title,
            email: first("Email"),
            phone: first("Phone"),
            company: named(wire.company),
            inactive: wire.inactive_flag,
        }
    }
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct WireDocument {
    id: i64,
    #[serde(default, deserialize_with = "text")]
    title: Option<String>,
    #[serde(default, deserialize_with = "text")]
    file_name: Option<String>,
    size: Option<u64>,
    #[serde(default, deserialize_with = "flag")]
    link_flag: bool,
    #[serde(default, deserialize_with = "flag")]
    image_flag: bool,
    #[serde(default, deserialize_with = "text")]
    owner: Option<String>,
}

impl From<WireDocument> for Document {
    fn from(wire: WireDocument) -> Self {
        // A name is shown, never used as a path; the separators go all the same.
        let file_name = wire.file_name.map(|name| name.replace(['/', '\\'], "_"));
        Self {
            id: wire.id,
            title: wire.title.or_else(|| file_name.clone()).unwrap_or_default(),
            file_name,
            size: wire.size.unwrap_or_default(),
            is_link: wire.link_flag,
            is_image: wire.image_flag,
            owner: wire.owner,
        }
    }
}
