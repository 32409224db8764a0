//! Examples of what belongs to serving: keys, rings, windows, exceptions, receivers.

use super::{ID, at, hash, id, values};
use domain::{
    client::{ApiClient, Exception, ExceptionKind},
    content::{Change, ContentType, Guid, ItemKey, Reference},
    fleet::{FleetItem, ReceiverRow},
    ids::{ClientId, ExceptionId, RingId},
    pull::{
        AccessToken, Announcement, Manifest, ManifestItem, Removed, ReportedItem, SigningKey, SigningKeys,
    },
    receiving::ReceiverState,
    ring::{Ring, RingPlan, RingPlanItem, RingRules, RingView, Stop},
    schedule::Schedule,
};
use serde_json::{Value, json};

fn item(guid: &Guid) -> ManifestItem {
    ManifestItem {
        content_type: ContentType::Scripts,
        guid: guid.clone(),
        name: String::new(),
        version: 1,
        content_hash: hash(),
        path: String::new(),
        size: 1,
        depends_on: vec![Reference::to(ContentType::Scripts, guid)],
    }
}

fn exceptions(guid: &Guid) -> Vec<Exception> {
    let exception = |id: ExceptionId, full: bool| Exception {
        id,
        content_type: ContentType::Scripts,
        guid: guid.clone(),
        name: "Reset print spooler".into(),
        kind: ExceptionKind::Pin,
        served: full.then(|| item(guid)),
        reason: "broke printing".into(),
        made_by: "Ada".into(),
        made_at: at(),
        expires_at: full.then(at),
    };
    id().into_iter().flat_map(|id| [exception(id, true), exception(id, false)]).collect()
}

fn keys() -> Vec<SigningKeys> {
    let key = |full: bool| SigningKey {
        key_id: "5d2c1f0a9b8e7d6c".into(),
        public_key: "…".into(),
        fingerprint: hash().to_string(),
        created_at: at(),
        announcement: full.then(|| Announcement { by: "0a1b2c3d4e5f6071".into(), signature: "…".into() }),
    };
    let keys = vec![key(true), key(false)];
    vec![
        SigningKeys { current: Some("5d2c1f0a9b8e7d6c".into()), keys: keys.clone() },
        SigningKeys { current: None, keys },
    ]
}

fn rules() -> RingRules {
    RingRules { automatic: true, soak_seconds: 86_400, max_errors: 0 }
}

fn rings() -> Vec<Ring> {
    let stop = || Stop { at: at(), errors: 3, reason: String::new() };
    let ring = |id: RingId, full: bool| Ring {
        id,
        name: "everyone".into(),
        position: 1,
        rules: rules(),
        stopped: full.then(stop),
        accepted_errors: 0,
    };
    id().into_iter().flat_map(|id| [ring(id, true), ring(id, false)]).collect()
}

fn ring_views() -> Vec<RingView> {
    let view = |ring| RingView { ring, revision: 12, items: 180, clients: 4, errors: 0, waiting: 2 };
    rings().into_iter().map(view).collect()
}

fn ring_plans(guid: &Guid) -> Vec<RingPlan> {
    let line = |full: bool| RingPlanItem {
        key: ItemKey::new(ContentType::Scripts, guid.clone()),
        name: String::new(),
        change: Change::Changed,
        from_version: full.then_some(1),
        to_version: full.then_some(2),
        ripe: full,
    };
    let plan = |full: bool| RingPlan {
        ring: "everyone".into(),
        from: "pilot".into(),
        plan_hash: hash().to_string(),
        items: vec![line(true), line(false)],
        receivers: vec!["Acme".into()],
        errors: 0,
        reason_needed: full.then(String::new),
    };
    vec![plan(true), plan(false)]
}

fn windows() -> Value {
    json!({ "time_zone": "Europe/Amsterdam", "windows": [{ "kind": "allow", "days": ["mon", "tue"], "from": "22:00", "to": "06:00" }] })
}

fn window_views() -> Vec<Value> {
    let view = |full: bool| {
        let mut view = windows();
        view["open"] = json!(!full);
        view["changes_at"] = if full { json!(at()) } else { Value::Null };
        view["changes_at_local"] = if full { json!("Monday 22:00") } else { Value::Null };
        view["opening"] =
            if full { json!({ "until": at(), "reason": "urgent fix", "by": "Ada" }) } else { Value::Null };
        view
    };
    vec![view(true), view(false)]
}

fn receivers() -> Vec<ReceiverRow> {
    let row = |id: ClientId, full: bool| ReceiverRow {
        id,
        name: "Acme".into(),
        ring: "everyone".into(),
        ring_revision: 12,
        last_revision: full.then_some(12),
        last_seen_at: full.then(at),
        reported_at: full.then(at),
        receiver_version: full.then(|| "tandem-receiver/0.1.0".into()),
        up_to_date: 180,
        behind: 0,
        locally_changed: 1,
        deprecated: 0,
        errors: 0,
    };
    id().into_iter().flat_map(|id| [row(id, true), row(id, false)]).collect()
}

fn fleet(guid: &Guid) -> Vec<FleetItem> {
    let item = |full: bool| FleetItem {
        content_type: ContentType::Scripts,
        guid: guid.clone(),
        name: full.then(|| "Reset print spooler".into()),
        version: full.then_some(3),
        state: ReceiverState::UpToDate,
        receivers: 4,
        errors: 0,
        oldest_report_at: at(),
    };
    vec![item(true), item(false)]
}

/// Every example of this room by schema name.
pub(super) fn all() -> Vec<(&'static str, Vec<Value>)> {
    let guid = || id::<Guid>().into_iter();
    vec![
        ("ApiClient", values([client(true), client(false)].concat())),
        ("NewClient", vec![json!({ "name": "Acme", "secret": "…", "secret_confirmation": "…", "ring": "pilot", "content_types": ["scripts"] }), json!({ "name": "Acme", "secret": "…", "secret_confirmation": "…" })]),
        ("ClientPatch", vec![json!({ "name": "Acme", "ring": "pilot", "content_types": ["scripts"] }), json!({})]),
        ("NewSecret", vec![json!({ "secret": "tcs_…", "old_secret_until": at() }), json!({ "secret": "tcs_…", "old_secret_until": null })]),
        ("RotateRequest", vec![json!({ "overlap_seconds": 3600 }), json!({})]),
        ("TokenRequest", vec![json!({ "grant_type": "client_credentials", "client_id": "Acme", "client_secret": "…" }), json!({ "grant_type": "client_credentials" })]),
        ("AccessToken", values(vec![AccessToken { access_token: "tdc_…".into(), token_type: "Bearer".into(), expires_in: 900 }])),
        ("Manifest", values(guid().flat_map(|guid| [manifest(guid.clone(), true), manifest(guid, false)]).collect())),
        ("Exception", values(guid().flat_map(|guid| exceptions(&guid)).collect())),
        ("NewException", vec![json!({ "type": "scripts", "guid": ID, "kind": "pin", "version": 3, "reason": "broke printing", "expires_at": at() }), json!({ "type": "scripts", "guid": ID, "kind": "keep_out", "reason": "…" })]),
        ("SigningKeys", values(keys())),
        ("Ring", values(rings())),
        ("RingView", values(ring_views())),
        ("RingInput", vec![json!({ "name": "pilot", "position": 0, "rules": rules() }), json!({ "name": "pilot" })]),
        ("RingUpdate", vec![json!({ "name": "pilot", "rules": rules() }), json!({ "name": "pilot" })]),
        ("RingOrder", vec![json!({ "rings": [ID] })]),
        ("RingPlan", values(guid().flat_map(|guid| ring_plans(&guid)).collect())),
        ("PromoteRequest", vec![json!({ "plan_hash": hash(), "reason": "…" }), json!({})]),
        ("PromotionResult", values(vec![domain::ring::PromotionResult::default()])),
        ("ReasonRequest", vec![json!({ "reason": "the error is known and harmless" })]),
        ("SyncWindows", vec![windows(), json!({ "time_zone": "UTC" })]),
        ("WindowsView", window_views()),
        ("OpenRequest", vec![json!({ "seconds": 3600, "reason": "urgent fix" })]),
        ("ReceiverRow", values(receivers())),
        ("FleetItem", values(guid().flat_map(|guid| fleet(&guid)).collect())),
        ("Report", values(guid().map(|guid| json!({ "revision": 1, "items": [reported(&guid, true), reported(&guid, false)] })).collect())),
        ("ReportedItem", values(guid().flat_map(|guid| [reported(&guid, true), reported(&guid, false)]).collect())),
        ("Schedule", values(vec![schedule(true), schedule(false)])),
    ]
}

fn client(full: bool) -> Vec<ApiClient> {
    let excepted: Vec<_> = id::<Guid>().iter().flat_map(exceptions).collect();
    let client = |id| ApiClient {
        id,
        name: "Acme".into(),
        ring: "everyone".into(),
        content_types: full.then(|| vec![ContentType::Scripts]),
        created_at: at(),
        last_seen_at: full.then(at),
        last_revision: full.then_some(12),
        reported_errors: 0,
        receiver_version: full.then(|| "tandem-receiver/0.1.0".into()),
        old_secret_until: full.then(at),
        scope_revision: 0,
        exceptions: excepted.clone(),
    };
    id().into_iter().map(client).collect()
}

fn manifest(guid: Guid, full: bool) -> Manifest {
    let item = ManifestItem {
        content_type: ContentType::Scripts,
        guid: guid.clone(),
        name: String::new(),
        version: 1,
        content_hash: hash(),
        path: String::new(),
        size: 1,
        depends_on: vec![Reference::to(ContentType::Scripts, &guid)],
    };
    let removed = Removed { content_type: ContentType::Scripts, guid, name: String::new(), revision: 2 };
    Manifest {
        revision: 2,
        full,
        items: vec![item],
        removed: vec![removed],
        since: (!full).then_some(1),
        signature: Some("5d2c…:…".into()),
        signature_2: Some("5d2c…:…".into()),
    }
}

fn reported(guid: &Guid, full: bool) -> ReportedItem {
    ReportedItem {
        content_type: ContentType::Scripts,
        guid: guid.clone(),
        state: ReceiverState::UpToDate,
        version: full.then_some(1),
        content_hash: full.then(hash),
        error: full.then(String::new),
    }
}

fn schedule(full: bool) -> Schedule {
    Schedule {
        name: domain::schedule::CONTENT_SYNC.into(),
        every_seconds: 420,
        last_run_at: full.then(at),
        last_finished_at: full.then(at),
        last_ok: full.then_some(true),
        last_summary: full.then(String::new),
        next_run_at: at(),
        running: false,
    }
}
