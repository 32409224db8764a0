//! Examples of sources and their readings.

use super::{at, id};
use domain::{
    content::ContentType,
    secret::Secret,
    source::{
        CheckLine, CheckState, Connection, Drop, ScanCounts, ScanIssue, ScanOutcome, ScanReport, Source,
        SourceCheck, SourceInput,
    },
};
use serde_json::{Value, json};
use std::collections::BTreeMap;

/// What is sent: here, and nowhere else, secrets stand in plain.
pub(super) fn source_inputs() -> Vec<Value> {
    let common = json!({ "name": "Master", "content_types": ["scripts"], "folders": ["ProVal"] });
    let with = |members: Value| {
        let mut input = common.clone();
        members.as_object().into_iter().flatten().for_each(|(name, value)| input[name] = value.clone());
        input
    };
    vec![
        with(json!({ "kind": "folder", "path": "/srv/automate" })),
        with(json!({
            "kind": "automate_rest", "url": "https://automate.example.com", "username": "tandem", "password": "…",
            "client_id": "01935f6e-3c2a-7c3e-8f7a-2b1c9d0e4f5a", "passcode": "…",
        })),
        with(json!({ "kind": "automate_mysql", "url": "mysql://tandem:…@db.example.com:3306/labtech" })),
        json!({ "name": "Master", "kind": "folder" }),
    ]
}

fn connections() -> Vec<Connection> {
    let (password, passcode) = (Secret::Kept, Secret::Missing);
    vec![
        Connection::Folder { path: "/srv/automate".into() },
        Connection::AutomateRest {
            url: "https://automate.example.com".into(),
            username: "tandem".into(),
            password,
            client_id: "01935f6e-3c2a-7c3e-8f7a-2b1c9d0e4f5a".into(),
            passcode,
        },
        Connection::mysql("mysql://tandem@db.example.com:3306/labtech"),
    ]
}

fn input(connection: Connection) -> SourceInput {
    SourceInput {
        name: "Master".into(),
        connection,
        content_types: vec![ContentType::Scripts],
        folders: vec!["ProVal".into()],
    }
}

pub(super) fn check() -> SourceCheck {
    let line = CheckLine { what: "Scripts".into(), state: CheckState::Good, message: String::new() };
    SourceCheck { summary: "12 export files".into(), lines: vec![line] }
}

pub(super) fn reports() -> Vec<ScanReport> {
    let issue = |line| ScanIssue { place: "a.xml".into(), line, message: String::new(), hides_content: true };
    let report = |scan| ScanReport {
        id: scan,
        started_at: at(),
        finished_at: at(),
        outcome: ScanOutcome::Complete,
        counts: BTreeMap::from([(ContentType::Scripts, ScanCounts::default())]),
        issues: vec![issue(Some(1)), issue(None)],
        summary: String::new(),
    };
    id().into_iter().map(report).collect()
}

pub(super) fn sources() -> Vec<Source> {
    let held = BTreeMap::from([(ContentType::Scripts, Drop { before: 50, after: 0, at: at() })]);
    let source = |last_scan: Option<ScanReport>| {
        let held = held.clone();
        id().into_iter().flat_map(move |id| {
            let (last_scan, held) = (last_scan.clone(), held.clone());
            connections().into_iter().map(move |connection| Source {
                id,
                input: input(connection),
                created_at: at(),
                last_scan: last_scan.clone(),
                held: held.clone(),
            })
        })
    };
    source(reports().pop()).chain(source(None)).collect()
}
