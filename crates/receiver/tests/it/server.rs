//! A pull API in memory: it signs, it serves deltas as the real one does, and it can be made to lie.

use aws_lc_rs::signature::{Ed25519KeyPair, KeyPair as _};
use axum::{
    Json, Router,
    extract::{Path, Query, State},
    http::{HeaderMap, StatusCode, header},
    response::{IntoResponse as _, Response},
    routing::{get, post},
};
use base64::{Engine as _, engine::general_purpose::STANDARD};
use domain::{
    content::Canonical,
    pull::{
        Announcement, Manifest, ManifestItem, Pointer, Report, Scope, SignedFormat, SigningKey, SigningKeys,
        fingerprint, serve,
    },
};
use jiff::Timestamp;
use serde::Deserialize;
use serde_json::{Value, json};
use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, MutexGuard},
};

/// The secret of every client.
pub(crate) const SECRET: &str = "correct horse battery";

/// What the server has and how it behaves.
#[derive(Default)]
pub(crate) struct World {
    pointers: Vec<Pointer>,
    revision: i64,
    blobs: BTreeMap<String, Vec<u8>>,
    pairs: Vec<Ed25519KeyPair>,
    keys: Vec<SigningKey>,
    token: u32,
    /// Every request, as `METHOD path?query`.
    pub(crate) requests: Vec<String>,
    /// What receivers reported.
    pub(crate) reports: Vec<Report>,
    /// A manifest that is served in place of the true one, byte for byte.
    pub(crate) replayed: Option<Value>,
    /// Whether manifests are signed as servers before format 2 do it.
    pub(crate) format_1: bool,
    /// Whether manifests carry no signature.
    pub(crate) unsigned: bool,
    /// Whether every manifest is changed after it was signed.
    pub(crate) tampered: bool,
    /// Hashes whose blobs hold something else.
    pub(crate) swapped: BTreeMap<String, Vec<u8>>,
    /// Requests that are answered with 503 from now on.
    pub(crate) failing: u32,
    /// How many contents are still served before every request is answered with 503.
    pub(crate) dies_after: Option<u32>,
    /// Hashes whose blobs are not found.
    pub(crate) missing: Vec<String>,
    /// Whether reports are answered with 503.
    pub(crate) deaf: bool,
    /// Whether the client was deleted.
    pub(crate) client_gone: bool,
}

type Shared = Arc<Mutex<World>>;

/// The server; it runs until the test's runtime ends.
pub(crate) struct Server {
    pub(crate) url: String,
    world: Shared,
}

impl Server {
    pub(crate) async fn start() -> Self {
        let world = Shared::default();
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let router = Router::new()
            .route("/api/v1/token", post(token))
            .route("/api/v1/pull/keys", get(keys))
            .route("/api/v1/pull/manifest", get(manifest))
            .route("/api/v1/pull/blobs/{hash}", get(blob))
            .route("/api/v1/pull/report", post(report))
            .with_state(world.clone());
        tokio::spawn(async move { axum::serve(listener, router).await });
        let server = Self { url, world };
        server.rotate();
        server
    }

    pub(crate) fn world(&self) -> MutexGuard<'_, World> {
        self.world.lock().unwrap()
    }

    /// Publishes these, in one revision; items that are served and not among them stay.
    pub(crate) fn publish(&self, items: &[Canonical]) {
        let mut world = self.world();
        world.revision += 1;
        for content in items {
            world.serve(content);
        }
    }

    /// Serves an item no longer.
    pub(crate) fn withdraw(&self, content: &Canonical) {
        let mut world = self.world();
        world.revision += 1;
        let revision = world.revision;
        let pointer = world.pointers.iter_mut().find(|pointer| pointer.item.guid == content.guid).unwrap();
        (pointer.removed, pointer.revision) = (true, revision);
    }

    /// Makes a new key, for which the one before vouches.
    pub(crate) fn rotate(&self) {
        let mut world = self.world();
        let pair = Ed25519KeyPair::generate().unwrap();
        let public = pair.public_key().as_ref();
        let print = fingerprint(public);
        let mut key = SigningKey {
            key_id: print[..16].to_owned(),
            public_key: STANDARD.encode(public),
            fingerprint: print,
            created_at: Timestamp::UNIX_EPOCH,
            announcement: None,
        };
        if let (Some(before), Some(old)) = (world.pairs.last(), world.keys.last()) {
            let signature = STANDARD.encode(before.sign(&key.announced_bytes()));
            key.announcement = Some(Announcement { by: old.key_id.clone(), signature });
        }
        world.pairs.push(pair);
        world.keys.push(key);
    }

    /// Sets the server up anew: the same content, another key that nobody vouches for.
    pub(crate) fn set_up_anew(&self) {
        let mut world = self.world();
        world.pairs.clear();
        world.keys.clear();
        drop(world);
        self.rotate();
    }

    /// The manifest as it is served now to somebody who knows nothing.
    pub(crate) fn whole(&self) -> Value {
        json!(self.world().signed(None))
    }

    /// What is served now to somebody who knows the revision `since`.
    pub(crate) fn delta(&self, since: i64) -> Value {
        json!(self.world().signed(Some(since)))
    }

    pub(crate) fn blob_requests(&self) -> usize {
        self.world().requests.iter().filter(|request| request.contains("/blobs/")).count()
    }
}

impl World {
    fn serve(&mut self, content: &Canonical) {
        let (bytes, hash) = (content.to_bytes(), content.hash());
        self.blobs.insert(hash.to_string(), bytes.clone());
        let known = self.pointers.iter().position(|pointer| pointer.item.guid == content.guid);
        let version = known.map_or(1, |at| self.pointers[at].item.version + 1);
        let item = ManifestItem {
            content_type: content.content_type,
            guid: content.guid.clone(),
            name: content.name.clone(),
            version,
            content_hash: hash,
            path: String::new(),
            size: bytes.len() as u64,
            depends_on: content.depends_on.clone(),
        };
        let pointer = Pointer { item, revision: self.revision, removed: false };
        match known {
            Some(at) => self.pointers[at] = pointer,
            None => self.pointers.push(pointer),
        }
    }

    fn signed(&self, since: Option<i64>) -> Manifest {
        let mut manifest = serve(&self.pointers, &Scope::default(), &[], since);
        if !self.unsigned {
            let (pair, key) = (self.pairs.last().unwrap(), self.keys.last().unwrap());
            let sign = |format| {
                let signature = STANDARD.encode(pair.sign(&manifest.signed_bytes(format)));
                Some(format!("{}:{signature}", key.key_id))
            };
            let (first, second) = (sign(SignedFormat::One), sign(SignedFormat::Two));
            (manifest.signature, manifest.signature_2) = (first, second.filter(|_| !self.format_1));
            manifest.since = manifest.since.filter(|_| !self.format_1);
        }
        if self.tampered {
            manifest.items.iter_mut().for_each(|item| item.version += 1);
        }
        manifest
    }

    fn admits(&self, headers: &HeaderMap) -> bool {
        let bearer = headers.get(header::AUTHORIZATION).and_then(|value| value.to_str().ok());
        !self.client_gone && bearer == Some(format!("Bearer t{}", self.token).as_str())
    }
}

async fn token(State(world): State<Shared>, headers: HeaderMap) -> Response {
    let mut world = world.lock().unwrap();
    world.requests.push("POST token".into());
    let expected = format!("Basic {}", STANDARD.encode(format!("Acme:{SECRET}")));
    let sent = headers.get(header::AUTHORIZATION).and_then(|value| value.to_str().ok());
    if world.client_gone || sent != Some(expected.as_str()) {
        return StatusCode::UNAUTHORIZED.into_response();
    }
    world.token += 1;
    let token = format!("t{}", world.token);
    Json(json!({ "access_token": token, "token_type": "Bearer", "expires_in": 900 })).into_response()
}

async fn keys(State(world): State<Shared>) -> Response {
    let world = world.lock().unwrap();
    let current = world.keys.last().map(|key| key.key_id.clone());
    Json(SigningKeys { current, keys: world.keys.clone() }).into_response()
}

#[derive(Deserialize)]
struct Since {
    since: Option<i64>,
}

async fn manifest(State(world): State<Shared>, Query(query): Query<Since>, headers: HeaderMap) -> Response {
    let mut world = world.lock().unwrap();
    let since = query.since.map(|since| format!("?since={since}")).unwrap_or_default();
    world.requests.push(format!("GET manifest{since}"));
    if world.failing > 0 {
        world.failing -= 1;
        return away();
    }
    if !world.admits(&headers) {
        return StatusCode::UNAUTHORIZED.into_response();
    }
    if let Some(replayed) = &world.replayed {
        return Json(replayed).into_response();
    }
    let manifest = world.signed(query.since);
    let etag = format!("\"r{}-{:?}\"", manifest.revision, query.since);
    if headers.get(header::IF_NONE_MATCH).is_some_and(|known| known.as_bytes() == etag.as_bytes()) {
        return StatusCode::NOT_MODIFIED.into_response();
    }
    ([(header::ETAG, etag)], Json(manifest)).into_response()
}

async fn blob(State(world): State<Shared>, Path(hash): Path<String>, headers: HeaderMap) -> Response {
    let mut world = world.lock().unwrap();
    world.requests.push(format!("GET /blobs/{hash}"));
    if !world.admits(&headers) {
        return StatusCode::UNAUTHORIZED.into_response();
    }
    match &mut world.dies_after {
        Some(0) => return away(),
        Some(left) => *left -= 1,
        None => {}
    }
    if world.missing.contains(&hash) {
        return StatusCode::NOT_FOUND.into_response();
    }
    match world.swapped.get(&hash).or_else(|| world.blobs.get(&hash)) {
        Some(bytes) => bytes.clone().into_response(),
        None => StatusCode::NOT_FOUND.into_response(),
    }
}

async fn report(State(world): State<Shared>, headers: HeaderMap, Json(report): Json<Report>) -> Response {
    let mut world = world.lock().unwrap();
    world.requests.push("POST report".into());
    if world.deaf || world.dies_after == Some(0) {
        return away();
    }
    if !world.admits(&headers) {
        return StatusCode::UNAUTHORIZED.into_response();
    }
    world.reports.push(report);
    StatusCode::NO_CONTENT.into_response()
}

/// An answer of a server that is in trouble, to be asked again at once.
fn away() -> Response {
    (StatusCode::SERVICE_UNAVAILABLE, [(header::RETRY_AFTER, "0")]).into_response()
}
