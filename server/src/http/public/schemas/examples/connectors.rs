//! Examples of connectors and what they answer.

use super::{at, id, values};
use domain::{
    connector::{
        BoardStatus, CallbackHealth, ConnectionTest, Connector, ConnectorHealth, ConnectorInput, DryRun,
        DryRunTicket, LogLine, MadeInManage, MemberMatch, Mode, Need, Preview, RightCheck, RightState, Rule,
        SetupReport,
    },
    secret::Secret,
};
use serde_json::{Value, json};

/// Every example by schema name.
pub(super) fn all() -> Vec<(&'static str, Vec<Value>)> {
    vec![
        ("Connector", values(id().into_iter().map(connector).collect())),
        ("ConnectorInput", inputs()),
        ("SetupReport", values(vec![report()])),
        ("ConnectionTest", values(vec![test(true), test(false)])),
        ("DryRun", values(vec![dry_run()])),
        ("Preview", values(vec![preview()])),
        ("PreviewRequest", vec![json!({ "state": "acknowledged" })]),
        ("PollResult", vec![json!({ "summary": "2 alerts raised" })]),
        ("MemberChoice", vec![json!({ "member": "jdoe" }), json!({ "member": null }), json!({})]),
        ("ConnectorHealth", values(vec![health(true), health(false)])),
        ("LogLine", values(vec![LogLine { at: at(), level: "info".into(), message: "all is well".into() }])),
        ("MemberMatch", values(id().into_iter().flat_map(matches).collect())),
    ]
}

fn input() -> ConnectorInput {
    let board = |status: Option<&str>| BoardStatus {
        board: "Service Desk".into(),
        acknowledged_status: status.map(str::to_owned),
        closed_status: status.map(str::to_owned),
    };
    ConnectorInput {
        name: "Acme".into(),
        mode: Mode::Rules,
        private_key: Secret::Kept,
        rules: vec![Rule { conditions: "status/name = \"New\"".into(), ..Rule::default() }],
        board_status_mapping: vec![board(Some("In Progress")), board(None)],
        ..ConnectorInput::default()
    }
}

/// What is sent: here, and nowhere else, the key stands in plain; only what differs from the defaults is needed.
fn inputs() -> Vec<Value> {
    let mut full = serde_json::to_value(input()).unwrap_or_default();
    if let Some(members) = full.as_object_mut() {
        members.remove("has_private_key");
        members.insert("private_key".into(), json!("…"));
    }
    vec![full, json!({})]
}

fn connector(id: domain::ids::ConnectorId) -> Connector {
    let made = vec![(7, "TandemStatus_c".to_owned())];
    let made = MadeInManage { custom_fields: made.clone(), workflows: made.clone(), callbacks: made };
    Connector { id, input: input(), enabled: true, created_at: at(), made }
}

fn report() -> SetupReport {
    let need = Need { what: "custom field TandemStatus_c".into(), made: true };
    SetupReport { needs: vec![need], warnings: vec![String::new()] }
}

fn test(full: bool) -> ConnectionTest {
    let text = || full.then(|| "…".to_owned());
    ConnectionTest {
        ok: full,
        message: String::new(),
        field: text(),
        version: text(),
        is_cloud: full.then_some(true),
        member: text(),
        location: text(),
        department: text(),
        default_board: text(),
        rights: vec![RightCheck { right: String::new(), state: RightState::Granted, message: String::new() }],
        boards: vec![("Service Desk".into(), vec!["New".into()])],
    }
}

fn dry_run() -> DryRun {
    let ticket = |text: Option<String>| DryRunTicket {
        id: 1,
        summary: String::new(),
        board: text.clone(),
        status: text.clone(),
        chosen_by: text.clone(),
        category: text,
    };
    let tickets = vec![ticket(Some("…".into())), ticket(None)];
    DryRun { mode: Mode::Rules, looked_at: 2, would_alert: 1, tickets }
}

fn preview() -> Preview {
    Preview { ticket_id: 1, writes: vec![String::new()], impossible: vec![String::new()] }
}

fn health(full: bool) -> ConnectorHealth {
    let time = full.then(at);
    ConnectorHealth {
        last_answer_at: time,
        last_poll_at: time,
        next_poll_at: time,
        last_poll_ms: full.then_some(120),
        problem: full.then(String::new),
        problem_since: time,
        throttled_until: time,
        oldest_write_back_at: time,
        clock_ahead_seconds: full.then_some(600),
        skipped_actions: vec![String::new()],
        breaker: "closed".into(),
        callbacks: callbacks(full),
        ..ConnectorHealth::default()
    }
}

fn callbacks(full: bool) -> CallbackHealth {
    let text = || full.then(|| "…".to_owned());
    CallbackHealth {
        address: text(),
        registered: text(),
        last_at: full.then(at),
        last_refused_at: full.then(at),
        last_refusal: text(),
        ..CallbackHealth::default()
    }
}

fn matches(user_id: domain::ids::UserId) -> Vec<MemberMatch> {
    let one = |member| MemberMatch {
        user_id,
        name: "Ada".into(),
        email: "ada@example.com".into(),
        member,
        by_hand: false,
    };
    vec![one(Some(("ada".into(), "Ada Lovelace".into()))), one(None)]
}
