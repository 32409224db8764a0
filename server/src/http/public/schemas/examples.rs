//! Examples of everything that the API takes and gives: each type full and with its optional members empty.

mod alerts;
mod connectors;
mod review;
mod serving;
mod sources;

use domain::{
    account::{Role, User},
    audit::{AuditLine, Outcome},
    content::{
        Approval, Change, ContentHash, ContentType, Guid, ItemKey, Reference, Status,
        view::{
            Dependencies, DependencyEdge, ItemDetail, ItemResult, ItemRow, Plan, PlanItem, SyncResult,
            TypeCounts, TypeSummary, Version,
        },
    },
    diff::{
        DiffLine, DiffRow, DiffSection, DiffSide, ItemDiff, LineOp, Mention, Outline, OutlineLine,
        OutlineSection, SectionKind, Span,
    },
    field::FieldError,
};
use jiff::Timestamp;
use serde::Serialize;
use serde_json::{Value, json};
use services::{content::RefreshResult, ports::store::accounts::ApiToken};

const ID: &str = "01935f6e-3c2a-7c3e-8f7a-2b1c9d0e4f5a";

fn at() -> Timestamp {
    Timestamp::UNIX_EPOCH
}

fn hash() -> ContentHash {
    ContentHash::of(b"example")
}

/// An id or GUID; the constant is one, so the fallback is never taken.
fn id<T: std::str::FromStr>() -> Vec<T> {
    ID.parse().into_iter().collect()
}

fn values<T: Serialize>(examples: Vec<T>) -> Vec<Value> {
    examples.into_iter().filter_map(|example| serde_json::to_value(example).ok()).collect()
}

/// Every example by schema name.
pub(super) fn all() -> Vec<(&'static str, Vec<Value>)> {
    let guid = || id::<Guid>().into_iter();
    let row = |full: bool| -> Vec<ItemRow> {
        guid().zip(id()).map(|(guid, source_id)| item_row(guid, source_id, full)).collect()
    };
    let mut examples = vec![
        ("Problem", problem()),
        ("Source", values(sources::sources())),
        ("SourceInput", sources::source_inputs()),
        ("SourceCheck", values(vec![sources::check()])),
        ("ScanReport", values(sources::reports())),
        ("ReleaseRequest", vec![json!({ "content_type": "scripts" })]),
        ("TypeSummary", values(vec![summary()])),
        ("ItemRow", values([row(true), row(false)].concat())),
        ("ItemDetail", values([row(true), row(false)].concat().into_iter().map(detail).collect())),
        ("Version", values(vec![version(Some("checked".into())), version(None)])),
        ("Dependencies", values(guid().map(|guid| dependencies(&guid)).collect())),
        ("ItemDiff", values(vec![diff(true), diff(false)])),
        ("Outline", values(vec![outline()])),
        (
            "Canonical",
            vec![
                json!({ "format": 1, "type": "scripts", "guid": ID, "name": "", "body": {}, "placement": [], "switches": {}, "depends_on": [] }),
            ],
        ),
        (
            "RefreshResult",
            values(vec![RefreshResult { summary: String::new(), ok: true, reports: sources::reports() }]),
        ),
        (
            "ReviewRequest",
            vec![
                json!({ "items": [{ "guid": ID, "candidate_hash": hash() }, { "guid": ID, "candidate_hash": null }], "note": "checked" }),
                json!({ "items": [{ "guid": ID }] }),
            ],
        ),
        (
            "RejectRequest",
            vec![
                json!({ "items": [{ "guid": ID, "candidate_hash": hash() }, { "guid": ID, "candidate_hash": null }], "note": "breaks printing" }),
                json!({ "items": [{ "guid": ID }], "note": "…" }),
            ],
        ),
        ("AcceptSecretsRequest", vec![json!({ "candidate_hash": hash(), "reason": "a test account" })]),
        ("DependencyTree", values(guid().map(|guid| review::tree(&guid)).collect())),
        ("SearchHit", values(guid().map(review::search_hit).collect())),
        ("Policy", values(vec![review::policy()])),
        ("PolicyRequest", vec![json!({ "required_approvals": 2, "author_barred": true })]),
        ("Aliases", vec![json!({ "aliases": ["ada@acme.local"] })]),
        ("ReviewResult", guid().map(|guid| json!({ "approved": 1, "results": results(guid) })).collect()),
        ("Plan", values(guid().map(plan).collect())),
        ("SyncRequest", vec![json!({ "plan_hash": hash() }), json!({})]),
        ("SyncResult", values(vec![SyncResult::default()])),
        ("RollbackRequest", vec![json!({ "version": 1, "reason": "broke printing" })]),
        ("User", values(id().into_iter().map(user).collect())),
        (
            "NewUser",
            vec![json!({ "email": "ada@example.com", "name": "Ada", "role": "approver", "password": "…" })],
        ),
        ("UserPatch", vec![json!({ "name": "Ada", "role": "viewer", "disabled": true }), json!({})]),
        ("ApiToken", values([token(true), token(false)].concat())),
        ("NewTokenRequest", vec![json!({ "name": "monitoring", "role": "viewer" })]),
        (
            "NewToken",
            values(token(true))
                .into_iter()
                .map(|mut token| {
                    token["token"] = json!("tdm_…");
                    token
                })
                .collect(),
        ),
        ("AuditLine", values([audit(true), audit(false)].concat())),
    ];
    examples.extend(alerts::all());
    examples.extend(serving::all());
    examples.extend(connectors::all());
    examples
}

fn problem() -> Vec<Value> {
    let bare = json!({ "type": "about:blank", "title": "Not Found", "status": 404, "detail": "…" });
    let mut full = bare.clone();
    full["errors"] = json!([FieldError::new("name", "…")]);
    full["reference"] = json!("1f-0001");
    vec![full, bare]
}

fn summary() -> TypeSummary {
    TypeSummary { content_type: ContentType::Scripts, label: "Scripts".into(), counts: TypeCounts::default() }
}

fn item_row(guid: Guid, source_id: domain::ids::SourceId, full: bool) -> ItemRow {
    ItemRow {
        content_type: ContentType::Scripts,
        guid,
        local_id: full.then_some(641),
        name: "Reset print spooler".into(),
        version: full.then_some(7),
        path: "ProVal / Printing".into(),
        status: Status::Changed,
        approval: Approval::NeedsApproval,
        change: full.then_some(Change::Changed),
        held: false,
        updated_at: full.then(at),
        updated_by: full.then(|| "ada".into()),
        candidate_hash: full.then(hash),
        published_hash: full.then(hash),
        source_id,
        approvals_given: 1,
        approvals_required: 2,
        rejected: false,
        secrets: false,
    }
}

fn detail(row: ItemRow) -> ItemDetail {
    let full = row.local_id.is_some();
    ItemDetail {
        row,
        source_name: "Master".into(),
        first_seen_at: at(),
        last_seen_at: at(),
        approved_by: full.then(|| "Ada".into()),
        approved_at: full.then(at),
        depends_on: vec![Reference::named("groups", "Servers")],
        approvals: vec![review::approval(true), review::approval(false)],
        rejection: full.then(review::rejection),
        secret_findings: vec![review::finding()],
        accepted_secrets: full.then(review::accepted),
    }
}

fn version(note: Option<String>) -> Version {
    Version {
        number: 1,
        content_hash: hash(),
        name: String::new(),
        path: String::new(),
        size: 1,
        author: note.clone(),
        approved_by: String::new(),
        approved_at: at(),
        note,
        synced_at: at(),
        synced_by: String::new(),
        in_production: true,
    }
}

fn dependencies(guid: &Guid) -> Dependencies {
    let edge = |full: bool| DependencyEdge {
        reference: Reference::to(ContentType::Scripts, guid),
        name: full.then(|| "Reset".into()),
        status: full.then_some(Status::Unchanged),
        in_production: full,
    };
    Dependencies { uses: vec![edge(true), edge(false)], used_by: vec![edge(true), edge(false)] }
}

fn diff(full: bool) -> ItemDiff {
    let side = || DiffSide { label: "production".into(), content_hash: hash() };
    let line = |number: Option<u32>| {
        DiffRow::Line(DiffLine {
            op: LineOp::Added,
            old_number: number,
            new_number: number,
            indent: 0,
            spans: named().map(|item| Span { text: String::new(), emphasis: false, item }).collect(),
        })
    };
    ItemDiff {
        from: full.then(side),
        to: full.then(side),
        change: full.then_some(Change::Changed),
        words: vec!["now disabled".into()],
        total_rows: 3,
        next_cursor: full.then(|| "1000".into()),
        sections: vec![DiffSection {
            title: "Then".into(),
            kind: SectionKind::Steps,
            added: 1,
            removed: 0,
            rows: vec![DiffRow::Fold { count: 3 }, line(Some(1)), line(None)],
        }],
    }
}

/// An item that a line names, and none.
fn named() -> impl Iterator<Item = Option<ItemKey>> {
    let item = id::<Guid>().into_iter().map(|guid| Some(ItemKey::new(ContentType::Scripts, guid)));
    item.chain([None])
}

fn outline() -> Outline {
    let mention = |item: ItemKey| Mention { item, start: 8, end: 13 };
    let line = |(number, item): (Option<u32>, Option<ItemKey>)| OutlineLine {
        number,
        indent: 0,
        text: "Script: Reset".into(),
        about: item.map(mention),
    };
    let lines = [Some(1), None].into_iter().zip(named()).map(line).collect();
    let section = OutlineSection { title: "Then".into(), kind: SectionKind::Steps, lines };
    Outline { sections: vec![section] }
}

fn results(guid: Guid) -> Vec<ItemResult> {
    let done =
        ItemResult { guid: guid.clone(), ok: true, message: None, approval: Some(Approval::ChangeApproved) };
    vec![done, ItemResult { guid, ok: false, message: Some(String::new()), approval: None }]
}

fn plan(guid: Guid) -> Plan {
    let line = |full: bool| PlanItem {
        guid: guid.clone(),
        name: String::new(),
        change: Change::Changed,
        content_hash: full.then(hash),
        version: full.then_some(2),
        warnings: vec![String::new()],
        holders: vec!["Acme".into()],
    };
    Plan {
        content_type: ContentType::Scripts,
        plan_hash: hash().to_string(),
        adds: vec![line(true)],
        changes: vec![line(true)],
        removals: vec![line(false)],
        receivers: vec!["Acme".into()],
    }
}

fn user(id: domain::ids::UserId) -> User {
    User {
        id,
        email: "ada@example.com".into(),
        name: "Ada".into(),
        role: Role::Admin,
        disabled: false,
        created_at: at(),
    }
}

fn token(full: bool) -> Vec<ApiToken> {
    let token = |(token, user): (_, domain::ids::UserId)| ApiToken {
        id: token,
        name: "monitoring".into(),
        role: Role::Viewer,
        user_id: full.then_some(user),
        created_at: at(),
        last_used_at: full.then(at),
    };
    id().into_iter().zip(id()).map(token).collect()
}

fn audit(full: bool) -> Vec<AuditLine> {
    let line = |id| AuditLine {
        id,
        at: at(),
        actor_kind: "user".into(),
        actor_name: "Ada".into(),
        action: "content.approve".into(),
        content_type: full.then_some(ContentType::Scripts),
        subject: full.then(String::new),
        outcome: Outcome::Ok,
        summary: String::new(),
    };
    id().into_iter().map(line).collect()
}
