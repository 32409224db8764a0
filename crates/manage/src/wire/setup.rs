//! Members, boards, statuses, priorities, custom field definitions, assignments, callbacks, roles.

use super::parts::{Reference, clean, flag, named, text};
use crate::model::{ApiMember, Assignment, Board, Callback, CustomField, Member, Priority, Status, System};
use serde::Deserialize;

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct WireSystem {
    #[serde(default, deserialize_with = "text")]
    version: Option<String>,
    is_cloud: Option<bool>,
    #[serde(default, deserialize_with = "text")]
    server_time_zone: Option<String>,
    max_work_flow_records_allowed: Option<u32>,
}

impl From<WireSystem> for System {
    fn from(wire: WireSystem) -> Self {
        let version = wire.version.unwrap_or_default();
        let mut numbers =
            version.trim_start_matches(['v', 'V']).split('.').map(|part| part.parse().unwrap_or_default());
        let (major, minor) = (numbers.next().unwrap_or_default(), numbers.next().unwrap_or_default());
        Self {
            release: (major, minor),
            version,
            is_cloud: wire.is_cloud.unwrap_or_default(),
            time_zone: wire.server_time_zone,
            workflow_limit: wire.max_work_flow_records_allowed,
        }
    }
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct WireMember {
    id: i64,
    #[serde(default, deserialize_with = "text")]
    identifier: Option<String>,
    #[serde(default, deserialize_with = "text")]
    first_name: Option<String>,
    #[serde(default, deserialize_with = "text")]
    last_name: Option<String>,
    #[serde(default, deserialize_with = "text")]
    office_email: Option<String>,
    #[serde(default, deserialize_with = "flag")]
    inactive_flag: bool,
}

impl From<WireMember> for Member {
    fn from(wire: WireMember) -> Self {
        let names: Vec<String> = [wire.first_name, wire.last_name].into_iter().flatten().collect();
        let identifier = wire.identifier.unwrap_or_default();
        let name = if names.is_empty() { identifier.clone() } else { names.join(" ") };
        Self { id: wire.id, name, identifier, office_email: wire.office_email, inactive: wire.inactive_flag }
    }
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct WireBoard {
    id: i64,
    name: String,
    #[serde(default, deserialize_with = "flag")]
    inactive_flag: bool,
    #[serde(default, deserialize_with = "flag")]
    project_flag: bool,
}

impl From<WireBoard> for Board {
    fn from(wire: WireBoard) -> Self {
        Self {
            id: wire.id,
            name: clean(&wire.name),
            inactive: wire.inactive_flag,
            is_project: wire.project_flag,
        }
    }
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct WireStatus {
    id: i64,
    name: String,
    sort_order: Option<i64>,
    #[serde(default, deserialize_with = "flag")]
    inactive: bool,
    #[serde(default, deserialize_with = "flag")]
    closed_status: bool,
    #[serde(default, deserialize_with = "flag")]
    default_flag: bool,
}

impl From<WireStatus> for Status {
    fn from(wire: WireStatus) -> Self {
        Self {
            id: wire.id,
            name: clean(&wire.name),
            order: wire.sort_order.unwrap_or_default(),
            inactive: wire.inactive,
            closes: wire.closed_status,
            is_default: wire.default_flag,
        }
    }
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct WirePriority {
    id: i64,
    name: String,
    sort_order: Option<i64>,
    level: Option<String>,
    #[serde(default, deserialize_with = "flag")]
    default_flag: bool,
}

impl From<WirePriority> for Priority {
    fn from(wire: WirePriority) -> Self {
        Self {
            id: wire.id,
            name: clean(&wire.name),
            order: wire.sort_order.unwrap_or_default(),
            level: wire.level,
            is_default: wire.default_flag,
        }
    }
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct WireCustomField {
    id: i64,
    pod_id: Option<i64>,
    #[serde(default, deserialize_with = "text")]
    caption: Option<String>,
    #[serde(default, deserialize_with = "text")]
    field_type_identifier: Option<String>,
    #[serde(default, deserialize_with = "flag")]
    display_on_screen_flag: bool,
    #[serde(default, deserialize_with = "text")]
    screen_description: Option<String>,
    #[serde(default, deserialize_with = "text")]
    pod_description: Option<String>,
}

impl From<WireCustomField> for CustomField {
    fn from(wire: WireCustomField) -> Self {
        Self {
            id: wire.id,
            pod: wire.pod_id.unwrap_or_default(),
            caption: wire.caption.unwrap_or_default(),
            kind: wire.field_type_identifier.unwrap_or_default(),
            is_shown: wire.display_on_screen_flag,
            screen: wire.screen_description.or(wire.pod_description),
        }
    }
}

#[derive(Debug, Deserialize)]
pub(crate) struct WirePod {
    #[serde(rename = "podID", alias = "podId")]
    pub(crate) pod: Option<serde_json::Value>,
    #[serde(default, rename = "podDescription", deserialize_with = "text")]
    pub(crate) description: Option<String>,
    #[serde(default, rename = "screenDescription", deserialize_with = "text")]
    pub(crate) screen: Option<String>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct WireScheduleEntry {
    id: i64,
    member: Option<Reference>,
    #[serde(default, deserialize_with = "flag")]
    done_flag: bool,
    #[serde(default, deserialize_with = "flag")]
    owner_flag: bool,
}

impl From<WireScheduleEntry> for Assignment {
    fn from(wire: WireScheduleEntry) -> Self {
        Self { id: wire.id, member: named(wire.member), done: wire.done_flag, is_owner: wire.owner_flag }
    }
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct WireCallback {
    id: i64,
    #[serde(default, deserialize_with = "text")]
    description: Option<String>,
    url: String,
    #[serde(rename = "type")]
    kind: String,
    level: String,
    object_id: i64,
    #[serde(default, deserialize_with = "flag")]
    inactive_flag: bool,
}

impl From<WireCallback> for Callback {
    fn from(wire: WireCallback) -> Self {
        Self {
            id: wire.id,
            description: wire.description.unwrap_or_default(),
            url: wire.url,
            kind: wire.kind,
            level: wire.level,
            object: wire.object_id,
            inactive: wire.inactive_flag,
        }
    }
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct WireApiMember {
    #[serde(default, deserialize_with = "text")]
    identifier: Option<String>,
    pub(crate) security_role: Option<Reference>,
    default_location: Option<Reference>,
    default_department: Option<Reference>,
    service_default_board: Option<Reference>,
}

impl From<WireApiMember> for ApiMember {
    fn from(wire: WireApiMember) -> Self {
        let name = |reference| named(reference).map(|named| named.name);
        Self {
            identifier: wire.identifier.unwrap_or_default(),
            location: name(wire.default_location),
            department: name(wire.default_department),
            default_board: name(wire.service_default_board),
        }
    }
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct WireRight {
    pub(crate) module_function_name: Option<String>,
    pub(crate) add_level: Option<String>,
    pub(crate) edit_level: Option<String>,
    pub(crate) delete_level: Option<String>,
    pub(crate) inquire_level: Option<String>,
}
