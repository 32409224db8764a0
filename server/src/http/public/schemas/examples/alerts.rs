//! Examples of alerts, categories and write-backs.

use super::{ID, at, id, values};
use crate::http::public::v1::alerts::{AlertView, DetailView};
use domain::{
    account::Actor,
    alert::{
        Alert, AlertCounts, AlertDetail, AlertState, Assignee, BulkResult, Carried, Deed, Event, Severity,
        TimelineEntry,
        category::{Category, CategoryInput},
    },
    ids::{AlertId, CategoryId, ConnectorId, UserId, WriteBackId},
    ticket::{
        Company, Configuration, Contact, Document, Note, Task as TicketTask, Ticket, TicketChange,
        TicketDetails, TimeEntry,
    },
    write_back::{Attempt, Task, WriteBack, WriteBackState},
};
use serde_json::{Value, json};

fn some(full: bool, text: &str) -> Option<String> {
    full.then(|| text.to_owned())
}

pub(super) fn ticket(connector: ConnectorId, full: bool) -> Ticket {
    Ticket {
        connector_id: connector,
        id: 48_213,
        url: "https://na.myconnectwise.net/v4_6_release/services/system_io/Service/fv_sr100_request.rails?service_recid=48213".into(),
        summary: "Disk full on SRV-DC01".into(),
        board: some(full, "Help Desk"),
        status: some(full, "New (not responded)"),
        priority: some(full, "Priority 1 - Emergency"),
        kind: some(full, "Server"),
        company: some(full, "Wayne Enterprises"),
        contact: some(full, "Lucius Fox"),
        owner: some(full, "Ada Lovelace"),
        resources: vec!["alovelace".into()],
        closed: false,
        merged_into: full.then_some(48_214),
        updated_at: full.then(at),
        updated_by: some(full, "alovelace"),
        missing_since: full.then(at),
    }
}

fn details(full: bool) -> TicketDetails {
    if !full {
        return TicketDetails::default();
    }
    let text = || Some(String::new());
    TicketDetails {
        notes: vec![Note {
            id: 1,
            text: String::new(),
            public: true,
            resolution: false,
            author: text(),
            created_at: Some(at()),
        }],
        tasks: vec![TicketTask { text: String::new(), resolution: text(), done: true, member: text() }],
        time_entries: vec![TimeEntry {
            member: text(),
            work_type: text(),
            started_at: Some(at()),
            hours: 0.5,
            text: String::new(),
        }],
        configurations: vec![Configuration {
            name: String::new(),
            kind: text(),
            status: text(),
            site: text(),
            ip_address: text(),
            operating_system: text(),
            serial_number: text(),
            last_login: text(),
        }],
        company: Some(Company {
            name: String::new(),
            status: text(),
            address: text(),
            phone: text(),
            website: text(),
        }),
        contact: Some(Contact { name: String::new(), title: text(), email: text(), phone: text() }),
        documents: vec![Document { title: String::new(), file_name: text(), size: 1 }],
        unread: vec![String::new()],
        read_at: Some(at()),
    }
}

fn actor(connector: ConnectorId) -> Actor {
    Actor::Connector { id: connector, name: "Manage".into() }
}

fn write_back(id: WriteBackId, alert: AlertId, connector: ConnectorId, full: bool) -> WriteBack {
    WriteBack {
        id,
        alert_id: alert,
        connector_id: connector,
        ticket_id: 48_213,
        task: if full { Task::Note { text: String::new() } } else { Task::Retrieved },
        by: if full { actor(connector) } else { Actor::system("") },
        state: WriteBackState::Pending,
        created_at: at(),
        next_attempt_at: full.then(at),
        ended_at: full.then(at),
        attempts: vec![Attempt { at: at(), outcome: String::new(), ok: true }],
        remarks: vec![String::new()],
    }
}

fn alert(id: AlertId, connector: ConnectorId, user: UserId, full: bool) -> Alert {
    let deed = || full.then(|| Deed { at: at(), by: actor(connector) });
    Alert {
        id,
        state: AlertState::Closed,
        title: "Disk full on SRV-DC01".into(),
        category: "Servers".into(),
        severity: Severity::Critical,
        created_at: at(),
        opened_at: at(),
        acknowledged: deed(),
        closed: deed(),
        assignee: full.then(|| Assignee { user_id: user, name: "Ada".into() }),
        ticket: full.then(|| ticket(connector, true)),
        carried: Carried::Confirmed,
        revision: 7,
    }
}

fn ids() -> impl Iterator<Item = (AlertId, ConnectorId, UserId, WriteBackId)> {
    let pairs = id().into_iter().zip(id()).zip(id()).zip(id());
    pairs.map(|(((alert, connector), user), write_back)| (alert, connector, user, write_back))
}

fn views() -> Vec<AlertView> {
    let view = |full| ids().map(move |(id, connector, user, _)| alert(id, connector, user, full).into());
    view(true).chain(view(false)).collect()
}

fn detail(full: bool) -> Vec<DetailView> {
    let one = |(id, connector, user, owed)| {
        let mut timeline =
            vec![TimelineEntry { at: at(), by: Actor::system(""), event: Event::Acknowledged }];
        if full {
            let changes =
                vec![TicketChange { field: "status".into(), from: some(true, ""), to: some(true, "") }];
            timeline.push(TimelineEntry {
                at: at(),
                by: actor(connector),
                event: Event::TicketChanged { changes },
            });
        }
        let detail = AlertDetail {
            alert: alert(id, connector, user, full),
            text: String::new(),
            details: details(full),
            write_backs: vec![write_back(owed, id, connector, full)],
            timeline,
        };
        detail.into()
    };
    ids().map(one).collect()
}

fn category_input(full: bool) -> CategoryInput {
    let list = || vec![String::new()];
    CategoryInput {
        name: "Servers".into(),
        colour: "red".into(),
        icon: "server".into(),
        severity: full.then_some(Severity::High),
        boards: list(),
        types: list(),
        priorities: list(),
        companies: list(),
    }
}

fn categories(full: bool) -> impl Iterator<Item = Category> {
    id::<CategoryId>().into_iter().map(move |id| Category { id, position: 0, input: category_input(full) })
}

fn results() -> Vec<BulkResult> {
    id().into_iter().map(|id| BulkResult { id, ok: true, message: "acknowledged".into() }).collect()
}

fn write_backs() -> Vec<WriteBack> {
    let one = |full| ids().map(move |(alert, connector, _, id)| write_back(id, alert, connector, full));
    one(true).chain(one(false)).collect()
}

pub(super) fn all() -> Vec<(&'static str, Vec<Value>)> {
    vec![
        ("Alert", values(views())),
        ("AlertDetail", values([detail(true), detail(false)].into_iter().flatten().collect())),
        ("AlertCounts", values(vec![AlertCounts::default()])),
        (
            "Assignee",
            values(id().into_iter().map(|user_id| Assignee { user_id, name: "Ada".into() }).collect()),
        ),
        (
            "Raise",
            vec![
                json!({ "title": "Backup failed", "text": "Job 12", "category": "Backup", "severity": "high" }),
                json!({ "title": "Backup failed" }),
            ],
        ),
        ("AnnotateRequest", vec![json!({ "text": "On my way" })]),
        ("AssignRequest", vec![json!({ "user_id": ID })]),
        (
            "BulkRequest",
            vec![
                json!({ "ids": [ID], "action": "annotate", "text": "On my way" }),
                json!({ "ids": [ID], "action": "assign", "user_id": ID }),
                json!({ "ids": [ID], "action": "acknowledge" }),
            ],
        ),
        ("BulkAnswer", vec![json!({ "done": 1, "results": results() })]),
        ("Category", values(categories(true).chain(categories(false)).collect())),
        (
            "CategoryInput",
            vec![json!(category_input(true)), json!(category_input(false)), json!({ "name": "Servers" })],
        ),
        ("MoveRequest", vec![json!({ "position": 0 })]),
        ("WriteBack", values(write_backs())),
    ]
}
