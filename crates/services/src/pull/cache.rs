//! What is kept in memory so that a poll that finds nothing new costs next to nothing.
//!
//! Everything hangs on the two epochs: what rings serve on the revision, bearers and the signing key on the access
//! epoch, manifests on both. When an epoch moves, what hung on it is forgotten. Every map is bounded: clients with
//! exceptions each have manifests of their own, so bodies are bounded by their bytes, and the tags that answer
//! polls are kept longer than bodies.

use super::{blobs::KeptBlobs, reading::Reading, seen::Seen, signing::Signer};
use crate::ports::store::{
    StoreResult,
    clients::Bearer,
    production::{Epochs, Published},
};
use domain::{
    content::{ContentHash, ContentType},
    ids::{ClientId, RingId},
    pull::Pointer,
};
use jiff::{SignedDuration, Timestamp};
use std::{
    collections::HashMap,
    hash::Hash,
    sync::{Arc, Mutex, MutexGuard, PoisonError, atomic::AtomicBool},
};
use tokio::time::Instant;

/// Entries that each map holds at most; a map that is full starts anew.
const MOST: usize = 4096;
/// Bytes of manifests kept at most.
const MOST_BYTES: usize = 48 * 1024 * 1024;

/// A manifest ready to be sent.
#[derive(Debug)]
pub struct ServedManifest {
    /// Names these bytes (without quotes).
    pub etag: Arc<str>,
    /// The revision that they describe.
    pub revision: i64,
    /// The JSON.
    pub body: Arc<[u8]>,
}

/// What is kept of a manifest.
#[derive(Debug, Clone)]
pub(super) struct KeptManifest {
    /// Its tag.
    pub(super) etag: Arc<str>,
    /// The manifest, unless its bytes had to make room.
    pub(super) served: Option<Arc<ServedManifest>>,
}

/// What a manifest depends on, apart from the epochs.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) struct Question {
    pub(super) ring: Option<RingId>,
    pub(super) types: Option<Vec<ContentType>>,
    /// The client, where it has exceptions.
    pub(super) exceptions_of: Option<ClientId>,
    pub(super) revision: i64,
    /// Where the delta begins; none for the whole.
    pub(super) since: Option<i64>,
}

impl Question {
    /// What a client asks of its ring at `revision`: one type, or all that it may read.
    pub(super) fn of(bearer: &Bearer, only: Option<ContentType>, revision: i64, since: Option<i64>) -> Self {
        let client = &bearer.client;
        let types = only.map(|kind| vec![kind]).or_else(|| client.content_types.clone());
        let revision = revision.max(client.scope_revision);
        Self {
            ring: bearer.ring,
            types,
            exceptions_of: (!client.exceptions.is_empty()).then_some(client.id),
            revision,
            since: since.filter(|since| (client.scope_revision..=revision).contains(since)),
        }
    }
}

/// What a ring serves, with its revision.
pub(crate) struct RingSlice {
    pub(crate) pointers: Vec<Pointer>,
    pub(crate) revision: i64,
}

/// The signing key: not looked for yet, or looked for (and perhaps not there).
type KnownSigner = Option<Option<Arc<Signer>>>;

#[derive(Default)]
struct State {
    /// None until they are read, and again after each own change; with the moment at which they were asked for.
    epochs: Option<(Epochs, Instant)>,
    /// Rises whenever `epochs` is forgotten, so that a read that began before does not count.
    ticket: u64,
    /// The epochs that the maps below belong to.
    kept_for: Epochs,
    bearers: HashMap<String, Arc<Bearer>>,
    rings: HashMap<Option<RingId>, Arc<RingSlice>>,
    signer: KnownSigner,
    manifests: HashMap<Question, KeptManifest>,
    manifest_bytes: usize,
    blobs: KeptBlobs,
    refused: HashMap<ClientId, Timestamp>,
}

/// What is kept in memory for receivers.
#[derive(Default)]
pub struct PullCache {
    state: Mutex<State>,
    /// Held while a manifest is built, so that many who ask at once do not all build it.
    pub(super) building: tokio::sync::Mutex<()>,
    /// When clients were seen.
    pub(super) seen: Seen,
    /// Shared by all who ask at once what counts as now.
    pub(super) reading: Arc<Reading<StoreResult<Epochs>>>,
    /// Whether the database is being asked although what is known still counts.
    pub(super) is_being_renewed: AtomicBool,
}

impl PullCache {
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Forgets the epochs: the next request reads them again. [`Core::serve_anew`](crate::Core) calls it after every own
    /// change.
    pub(super) fn recheck(&self) {
        let mut state = self.state();
        state.epochs = None;
        state.ticket += 1;
    }

    /// The epochs that were read, if they were asked for at `since` or later (ever, when none).
    pub(super) fn epochs(&self, since: Option<Instant>) -> Option<Epochs> {
        let known = self.state().epochs;
        known.filter(|(_, asked)| since.is_none_or(|since| *asked >= since)).map(|(epochs, _)| epochs)
    }

    pub(super) fn ticket(&self) -> u64 {
        self.state().ticket
    }

    /// Takes in epochs that were asked for at `ticket`, at this moment; a change since then makes them worthless.
    pub(super) fn learn_at(&self, ticket: u64, asked: Instant, epochs: Epochs) {
        let mut state = self.state();
        let newer = state.epochs.is_none_or(|(_, known)| asked >= known);
        if state.ticket == ticket && newer {
            state.epochs = Some((epochs, asked));
        }
    }

    /// Takes in epochs that were read just now by the watcher: only ever forward.
    pub(super) fn learn(&self, epochs: Epochs) {
        let mut state = self.state();
        if let Some((known, _)) = &mut state.epochs
            && (epochs.revision > known.revision || epochs.access > known.access)
        {
            *known = epochs;
        }
    }

    pub(super) fn bearer(&self, now: Epochs, token_hash: &str) -> Option<Arc<Bearer>> {
        self.state().at(now).bearers.get(token_hash).cloned()
    }

    pub(super) fn keep_bearer(&self, now: Epochs, token_hash: String, bearer: Arc<Bearer>) {
        let mut state = self.state();
        let state = state.at(now);
        bounded(&mut state.bearers, MOST).insert(token_hash, bearer);
    }

    pub(super) fn ring(&self, now: Epochs, ring: Option<RingId>) -> Option<Arc<RingSlice>> {
        self.state().at(now).rings.get(&ring).cloned()
    }

    pub(super) fn keep_ring(&self, now: Epochs, ring: Option<RingId>, slice: Arc<RingSlice>) {
        let mut state = self.state();
        let state = state.at(now);
        // A slice that is newer than `now` would answer for a moment that has not come yet.
        if slice.revision <= now.revision {
            bounded(&mut state.rings, MOST).insert(ring, slice);
        }
    }

    pub(super) fn signer(&self, now: Epochs) -> KnownSigner {
        self.state().at(now).signer.clone()
    }

    pub(super) fn keep_signer(&self, now: Epochs, signer: Option<Arc<Signer>>) {
        self.state().at(now).signer = Some(signer);
    }

    pub(super) fn manifest(&self, now: Epochs, question: &Question) -> Option<KeptManifest> {
        self.state().at(now).manifests.get(question).cloned()
    }

    pub(super) fn keep_manifest(&self, now: Epochs, question: Question, served: Arc<ServedManifest>) {
        let mut state = self.state();
        let state = state.at(now);
        let is_full = state.manifests.len() >= MOST;
        if is_full {
            state.manifests.clear();
        }
        if is_full || state.manifest_bytes + served.body.len() > MOST_BYTES {
            state.manifests.values_mut().for_each(|kept| kept.served = None);
            state.manifest_bytes = 0;
        }
        state.manifest_bytes += served.body.len();
        let kept = KeptManifest { etag: served.etag.clone(), served: Some(served) };
        state.manifests.insert(question, kept);
    }

    pub(super) fn content(&self, hash: &ContentHash) -> Option<Arc<[u8]>> {
        self.state().blobs.content(hash)
    }

    pub(super) fn keep_content(&self, hash: &ContentHash, content: Arc<[u8]>) {
        self.state().blobs.keep_content(hash, content);
    }

    pub(super) fn published(
        &self,
        now: Epochs,
        ring: Option<RingId>,
        hash: &ContentHash,
    ) -> Option<Arc<Published>> {
        self.state().at(now).blobs.published(ring, hash)
    }

    pub(super) fn keep_published(
        &self,
        now: Epochs,
        ring: Option<RingId>,
        hash: &ContentHash,
        found: Arc<Published>,
    ) {
        self.state().at(now).blobs.keep_published(ring, hash, found);
    }

    /// Whether a refusal of this client is worth writing down: one that asks again and again must not fill the
    /// audit log.
    pub(super) fn is_new_refusal(&self, id: ClientId, now: Timestamp, every: SignedDuration) -> bool {
        let mut state = self.state();
        let new = state.refused.get(&id).is_none_or(|at| now.duration_since(*at) > every);
        if new {
            bounded(&mut state.refused, MOST).insert(id, now);
        }
        new
    }
}

impl State {
    /// The state as of `now`: what belongs to other epochs is forgotten.
    fn at(&mut self, now: Epochs) -> &mut Self {
        if now == self.kept_for {
            return self;
        }
        if now.revision != self.kept_for.revision {
            self.rings.clear();
        }
        if now.access != self.kept_for.access {
            self.bearers.clear();
            self.rings.clear();
            self.signer = None;
        }
        self.manifests.clear();
        self.manifest_bytes = 0;
        self.blobs.forget_published();
        self.kept_for = now;
        self
    }
}

pub(super) fn bounded<K: Eq + Hash, V>(map: &mut HashMap<K, V>, most: usize) -> &mut HashMap<K, V> {
    if map.len() >= most {
        map.clear();
    }
    map
}

#[cfg(test)]
mod tests {
    use super::*;

    fn question(since: i64) -> Question {
        Question { ring: None, types: None, exceptions_of: None, revision: 1, since: Some(since) }
    }

    #[test]
    fn bodies_are_bounded_by_their_bytes_and_tags_outlive_them() {
        let (cache, now) = (PullCache::default(), Epochs { revision: 1, access: 1 });
        let body: Arc<[u8]> = vec![0; 16 * 1024 * 1024].into();
        for since in 0..8 {
            let served =
                ServedManifest { etag: format!("r1-{since}").into(), revision: 1, body: body.clone() };
            cache.keep_manifest(now, question(since), Arc::new(served));
        }
        assert!(cache.state().manifest_bytes <= MOST_BYTES);
        let first = cache.manifest(now, &question(0)).unwrap();
        assert!(first.served.is_none());
        assert_eq!(&*first.etag, "r1-0");
        assert!(cache.manifest(now, &question(7)).unwrap().served.is_some());
        assert!(cache.manifest(Epochs { revision: 1, access: 2 }, &question(0)).is_none());
    }

    #[test]
    fn what_counts_is_lent_from_when_it_was_asked_for_until_something_changes() {
        let (cache, begun) = (PullCache::default(), Instant::now());
        let [one, two] = [1, 2].map(|revision| Epochs { revision, access: 1 });
        let at = |milliseconds| begun + std::time::Duration::from_millis(milliseconds);
        let ticket = cache.ticket();
        cache.learn_at(ticket, at(3), one);
        assert_eq!(cache.epochs(Some(at(3))), Some(one));
        assert_eq!(cache.epochs(Some(at(4))), None);
        assert_eq!(cache.epochs(None), Some(one));
        // Who asked earlier and is answered later makes nothing older.
        cache.learn_at(ticket, at(2), two);
        assert_eq!(cache.epochs(Some(at(3))), Some(one));
        cache.recheck();
        assert_eq!(cache.epochs(None), None);
        cache.learn_at(ticket, at(9), one);
        assert_eq!(cache.epochs(None), None, "asked for before the change");
    }

    #[test]
    fn a_poller_cannot_fill_the_audit_log() {
        let cache = PullCache::default();
        let id: ClientId = "01935f6e-3c2a-7c3e-8f7a-2b1c9d0e4f5a".parse().unwrap();
        let at = |second| Timestamp::from_second(second).unwrap();
        let every = SignedDuration::from_secs(60);
        let written = (0..600).filter(|second| cache.is_new_refusal(id, at(*second), every)).count();
        assert_eq!(written, 10);
    }
}
