//! Everything that the simulated Manage keeps.

use super::{
    answer::{Answer, forbidden},
    clock::Clock,
    dialect::{Conditions, Dialect},
    faults::Fault,
};
use jiff::Timestamp;
use serde_json::{Map, Value, json};
use std::{
    collections::{BTreeMap, BTreeSet, VecDeque},
    time::Duration,
};

/// Rows by id.
#[derive(Debug, Clone, Default)]
pub(super) struct Table {
    pub(super) rows: BTreeMap<i64, Value>,
    next: i64,
}

/// How this instance differs from others, where the facts leave it open.
pub struct Quirks {
    /// Whether it is in the cloud: wrong codebases are answered by the gateway.
    pub cloud: bool,
    /// Whether the calls of 2026.11 are there.
    pub newest: bool,
    /// Whether a path into a reference (`status/id`) is answered 200 without effect.
    pub false_success: bool,
    /// Whether every PATCH of a ticket is answered 200 without effect on status and owner.
    pub ignores_status: bool,
    /// Whether custom fields are taken only as `{id, value}`.
    pub pairs_only: bool,
    /// Whether an owner must be assigned before.
    pub owner_must_be_assigned: bool,
    /// Tables that know neither `pageId` nor forward-only.
    pub without_page_id: BTreeSet<&'static str>,
    /// The column of `…/test` that holds the ticket's number.
    pub id_column: &'static str,
    /// Whether `_info` is left out altogether.
    pub without_info: bool,
    /// Waits before a refused callback is sent again.
    pub callback_waits: [Duration; 2],
    /// How often each callback is sent: Manage promises nothing.
    pub callback_copies: usize,
    /// How many callbacks are held until they are sent together, the newest first; 1 sends each at once.
    pub callback_batch: usize,
    /// What wrong keys are answered with: 401, or 403 or 404 as some instances do.
    pub bad_keys: u16,
    /// What a missing client id is answered with: 401 or 403.
    pub missing_client_id: u16,
    /// Whether a custom field that names no location is shown nowhere.
    pub fields_need_location: bool,
    /// The language of workflow events.
    pub dialect: Box<dyn Dialect>,
}

impl Default for Quirks {
    fn default() -> Self {
        Self {
            cloud: true,
            newest: false,
            false_success: true,
            ignores_status: false,
            pairs_only: false,
            owner_must_be_assigned: false,
            without_page_id: BTreeSet::new(),
            id_column: "SR_Service_RecID",
            without_info: false,
            callback_waits: [Duration::from_secs(2), Duration::from_secs(4)],
            callback_copies: 1,
            callback_batch: 1,
            bad_keys: 401,
            missing_client_id: 401,
            fields_need_location: false,
            dialect: Box::new(Conditions),
        }
    }
}

/// A request as it came in.
#[derive(Debug, Clone, PartialEq)]
pub struct Request {
    /// The method.
    pub method: String,
    /// The path as sent.
    pub path: String,
    /// The query, decoded.
    pub query: Vec<(String, String)>,
    /// Whether it asked for forward-only paging.
    pub forward_only: bool,
    /// Whether it carried keys.
    pub signed: bool,
    /// The body, if it was JSON.
    pub body: Value,
    /// The status that it was answered with; 0 when it never was.
    pub status: u16,
    /// When.
    pub at: Timestamp,
}

impl Request {
    /// A parameter of the query.
    pub fn parameter(&self, name: &str) -> Option<&str> {
        self.query.iter().find(|(key, _)| key.eq_ignore_ascii_case(name)).map(|(_, value)| value.as_str())
    }
}

/// A callback that is to be delivered.
#[derive(Debug, Clone)]
pub(super) struct Outgoing {
    pub(super) callback: i64,
    pub(super) url: String,
    pub(super) body: Vec<u8>,
    pub(super) signature: String,
}

type Hook = Box<dyn FnOnce(&mut World) + Send>;

/// The state of the instance.
pub struct World {
    /// Its time.
    pub clock: Clock,
    /// The company that people log in to.
    pub company: String,
    /// Its current codebase, such as `v2025_1/`.
    pub codebase: String,
    /// The keys that are accepted.
    pub keys: (String, String),
    /// The client id that is accepted; none means any.
    pub client_id: Option<String>,
    /// Whether the keys were revoked.
    pub revoked: bool,
    /// Requests a minute before 429; none means no limit.
    pub limit: Option<usize>,
    /// What goes wrong.
    pub faults: Vec<Fault>,
    /// How this instance differs from others.
    pub quirks: Quirks,
    /// What happens after the next pages of a list, one each.
    pub after_page: VecDeque<Hook>,
    /// Every request.
    pub log: Vec<Request>,
    /// The pod that tickets' custom fields belong to.
    pub ticket_pod: i64,
    pub(super) origin: String,
    pub(super) signing: (String, String),
    pub(super) recent: VecDeque<Timestamp>,
    pub(super) outgoing: Vec<Outgoing>,
    tables: BTreeMap<&'static str, Table>,
}

/// The identifier of the API member, which `_info.updatedBy` shows.
pub const API_MEMBER: &str = "tandem";

impl World {
    /// An instance without any records.
    pub fn empty() -> Self {
        Self {
            clock: Clock::default(),
            company: "acme".into(),
            codebase: "v2025_1/".into(),
            keys: ("publicKey".into(), "privateKey".into()),
            client_id: None,
            revoked: false,
            limit: None,
            faults: Vec::new(),
            quirks: Quirks::default(),
            after_page: VecDeque::new(),
            log: Vec::new(),
            ticket_pod: 9,
            origin: String::new(),
            signing: ("key-1".into(), "signing-secret-1".into()),
            recent: VecDeque::new(),
            outgoing: Vec::new(),
            tables: BTreeMap::new(),
        }
    }

    /// The rows of a table.
    pub fn rows(&self, table: &str) -> Vec<Value> {
        self.all(table).cloned().collect()
    }

    pub(super) fn all(&self, table: &str) -> impl Iterator<Item = &Value> {
        self.tables.get(table).into_iter().flat_map(|table| table.rows.values())
    }

    /// One row.
    pub fn row(&self, table: &str, id: i64) -> Option<&Value> {
        self.tables.get(table)?.rows.get(&id)
    }

    /// One row, to change it behind everyone's back.
    pub fn row_mut(&mut self, table: &'static str, id: i64) -> Option<&mut Value> {
        self.tables.get_mut(table)?.rows.get_mut(&id)
    }

    /// Adds a row and gives it the next id.
    pub fn add(&mut self, table: &'static str, mut row: Value) -> i64 {
        let stamp = self.clock.stamp();
        let table = self.tables.entry(table).or_default();
        let id = row["id"].as_i64().unwrap_or(table.next + 1);
        table.next = table.next.max(id);
        row["id"] = json!(id);
        if row.get("_info").is_none() {
            row["_info"] =
                json!({"lastUpdated": stamp, "updatedBy": "jdoe", "dateEntered": stamp, "enteredBy": "jdoe"});
        }
        table.rows.insert(id, row);
        id
    }

    /// Takes a row away.
    pub fn remove(&mut self, table: &'static str, id: i64) -> Option<Value> {
        self.tables.get_mut(table)?.rows.remove(&id)
    }

    /// Takes every row away that fits.
    pub(super) fn remove_where(&mut self, table: &'static str, fits: impl Fn(&Value) -> bool) {
        if let Some(table) = self.tables.get_mut(table) {
            table.rows.retain(|_, row| !fits(row));
        }
    }

    /// Marks a row as changed by `who`, now.
    pub fn touch(&mut self, table: &'static str, id: i64, who: &str) {
        let stamp = self.clock.stamp();
        if let Some(row) = self.row_mut(table, id) {
            row["_info"]["lastUpdated"] = json!(stamp);
            row["_info"]["updatedBy"] = json!(who);
        }
    }

    /// A reference to a row, as other rows hold it.
    pub fn reference(&self, table: &str, id: i64) -> Value {
        let Some(row) = self.row(table, id) else { return Value::Null };
        let mut reference = Map::from_iter([("id".to_owned(), json!(id))]);
        for key in ["name", "identifier", "level"] {
            if let Some(value) = row.get(key) {
                reference.insert(key.to_owned(), value.clone());
            }
        }
        if table == "members" || table == "contacts" {
            let part = |key: &str| row[key].as_str().unwrap_or_default();
            reference
                .insert("name".into(), json!(format!("{} {}", part("firstName"), part("lastName")).trim()));
        }
        Value::Object(reference)
    }

    /// Sets one level (`addLevel`, `editLevel`, `deleteLevel`, `inquireLevel`) of a right of the API member's role.
    pub fn set_right(&mut self, right: &str, level: &str, value: &str) {
        let Some(table) = self.tables.get_mut("roleSettings") else { return };
        for row in table.rows.values_mut().filter(|row| row["moduleFunctionName"] == right) {
            row[level] = json!(value);
        }
    }

    /// Refuses when the role lacks a right. Rights that the role does not list are free.
    pub(super) fn need(&self, right: &str, level: &str) -> Result<(), Answer> {
        let rows = self.tables.get("roleSettings").map(|table| &table.rows);
        let row = rows.and_then(|rows| rows.values().find(|row| row["moduleFunctionName"] == right));
        let lacking = row.is_some_and(|row| row[level] != "All");
        if lacking { Err(forbidden(right)) } else { Ok(()) }
    }

    /// Gives callbacks a new signing key; old signatures no longer hold.
    pub fn rotate_signing_key(&mut self) {
        let number = self
            .signing
            .0
            .rsplit('-')
            .next()
            .and_then(|number| number.parse::<u32>().ok())
            .unwrap_or_default()
            + 1;
        self.signing = (format!("key-{number}"), format!("signing-secret-{number}"));
    }
}
