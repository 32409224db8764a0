//! What is kept in memory so that a poll that finds nothing new costs next to nothing.
//!
//! Everything hangs on the two epochs: manifests on the revision, bearers on the access epoch. When an epoch
//! moves, what hung on it is forgotten. Every map is bounded.

use crate::ports::store::production::Epochs;
use domain::{client::ApiClient, content::ContentType, ids::ClientId};
use jiff::{SignedDuration, Timestamp};
use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

/// Entries that each map holds at most; a map that is full starts anew.
const MOST: usize = 4096;
/// Manifests kept at most.
const MOST_MANIFESTS: usize = 128;

/// A manifest ready to be sent.
#[derive(Debug)]
pub struct ServedManifest {
    /// Names these bytes (without quotes).
    pub etag: String,
    /// The revision that they describe.
    pub revision: i64,
    /// The JSON.
    pub body: Arc<[u8]>,
}

type Scope = (Option<Vec<ContentType>>, Option<i64>);

#[derive(Default)]
struct State {
    /// None until they are read, and again after each own change.
    epochs: Option<Epochs>,
    /// Rises whenever `epochs` is forgotten, so that a read that began before does not count.
    ticket: u64,
    /// The epochs that the maps below belong to.
    kept_for: Epochs,
    bearers: HashMap<String, (ApiClient, Timestamp)>,
    manifests: HashMap<Scope, Arc<ServedManifest>>,
    seen: HashMap<ClientId, (i64, Timestamp)>,
}

/// What is kept in memory for receivers.
#[derive(Default)]
pub struct PullCache {
    state: Mutex<State>,
}

impl PullCache {
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Forgets the epochs: the next request reads them again. Called after every own change.
    pub(crate) fn recheck(&self) {
        let mut state = self.state();
        state.epochs = None;
        state.ticket += 1;
    }

    pub(super) fn epochs(&self) -> Option<Epochs> {
        self.state().epochs
    }

    pub(super) fn ticket(&self) -> u64 {
        self.state().ticket
    }

    /// Takes in epochs whose read began at `ticket`; a change since then makes them worthless.
    pub(super) fn learn_at(&self, ticket: u64, epochs: Epochs) {
        let mut state = self.state();
        if state.ticket == ticket {
            state.epochs = Some(epochs);
        }
    }

    /// Takes in epochs that were read just now by the watcher: only ever forward.
    pub(super) fn learn(&self, epochs: Epochs) {
        let mut state = self.state();
        if state.epochs.is_some_and(|known| epochs.revision > known.revision || epochs.access > known.access)
        {
            state.epochs = Some(epochs);
        }
    }

    pub(super) fn bearer(&self, now: Epochs, token_hash: &str) -> Option<(ApiClient, Timestamp)> {
        self.state().at(now).bearers.get(token_hash).cloned()
    }

    pub(super) fn keep_bearer(&self, now: Epochs, token_hash: String, bearer: (ApiClient, Timestamp)) {
        let mut state = self.state();
        let state = state.at(now);
        bounded(&mut state.bearers, MOST).insert(token_hash, bearer);
    }

    pub(super) fn manifest(
        &self,
        now: Epochs,
        types: &Option<Vec<ContentType>>,
        since: Option<i64>,
    ) -> Option<Arc<ServedManifest>> {
        self.state().at(now).manifests.get(&(types.clone(), since)).cloned()
    }

    pub(super) fn keep_manifest(
        &self,
        now: Epochs,
        types: Option<Vec<ContentType>>,
        since: Option<i64>,
        served: Arc<ServedManifest>,
    ) {
        let mut state = self.state();
        let state = state.at(now);
        // A manifest of another revision belongs to a moment that has passed or not yet come.
        if served.revision == state.kept_for.revision {
            bounded(&mut state.manifests, MOST_MANIFESTS).insert((types, since), served);
        }
    }

    /// Whether a pull is worth writing down.
    pub(super) fn is_news(&self, id: ClientId, revision: i64, now: Timestamp, every: SignedDuration) -> bool {
        let mut state = self.state();
        let news = state
            .seen
            .get(&id)
            .is_none_or(|(known, at)| *known != revision || now.duration_since(*at) > every);
        if news {
            bounded(&mut state.seen, MOST).insert(id, (revision, now));
        }
        news
    }
}

impl State {
    /// The state as of `now`: what belongs to other epochs is forgotten.
    fn at(&mut self, now: Epochs) -> &mut Self {
        if now.revision != self.kept_for.revision {
            self.manifests.clear();
        }
        if now.access != self.kept_for.access {
            self.bearers.clear();
        }
        self.kept_for = now;
        self
    }
}

fn bounded<K, V>(map: &mut HashMap<K, V>, most: usize) -> &mut HashMap<K, V> {
    if map.len() >= most {
        map.clear();
    }
    map
}
