//! One client for each set of keys, kept while the process lives: it knows the codebase, the keys of callbacks and
//! what was read lately.

use super::words::{settings_refused, trouble};
use crate::{
    breaker::BreakerState,
    client::Manage,
    instance::Instance,
    line::{Lines, locked},
    model::{self, Workflow, WorkflowEvent},
    settings::Settings,
};
use domain::secret::Secret;
use jiff::{SignedDuration, Timestamp};
use services::ports::{
    Clock,
    psa::{LineHealth, Link, PsaError},
};
use sha2::{Digest as _, Sha256};
use std::{
    collections::HashMap,
    sync::{Arc, Mutex},
};

/// How long a rule's events, a company or a contact are used before they are read again.
const FRESH: SignedDuration = SignedDuration::from_secs(60);
/// The most clients, and the most tickets whose references are remembered; then all are forgotten.
const MOST_CLIENTS: usize = 200;
const MOST_TICKETS: usize = 20_000;

/// A workflow rule with its events.
#[derive(Debug, Clone)]
pub(super) struct Rule {
    pub(super) workflow: Workflow,
    pub(super) events: Vec<WorkflowEvent>,
}

/// What is remembered for a while.
pub(super) struct Remembered<K, V>(Mutex<HashMap<K, (Timestamp, V)>>);

impl<K, V> Default for Remembered<K, V> {
    fn default() -> Self {
        Self(Mutex::default())
    }
}

impl<K: std::hash::Hash + Eq, V: Clone> Remembered<K, V> {
    pub(super) fn get(&self, key: &K, now: Timestamp) -> Option<V> {
        let fresh = |at: &Timestamp| now.duration_since(*at).abs() < FRESH;
        locked(&self.0).get(key).filter(|(at, _)| fresh(at)).map(|(_, value)| value.clone())
    }

    pub(super) fn keep(&self, key: K, now: Timestamp, value: V) {
        let mut kept = locked(&self.0);
        if kept.len() >= MOST_TICKETS {
            kept.clear();
        }
        kept.insert(key, (now, value));
    }

    pub(super) fn forget(&self) {
        locked(&self.0).clear();
    }
}

/// The ids of a ticket's company and contact.
type References = (Option<i64>, Option<i64>);

/// A client and what it remembers.
pub(super) struct Client {
    pub(super) manage: Manage,
    pub(super) rules: Remembered<String, Option<Rule>>,
    pub(super) companies: Remembered<i64, model::Company>,
    pub(super) contacts: Remembered<i64, model::Contact>,
    /// The company and the contact of tickets that were read.
    references: Mutex<HashMap<i64, References>>,
    clock: Arc<dyn Clock>,
}

impl Client {
    pub(super) fn now(&self) -> Timestamp {
        self.clock.now()
    }

    /// The client for what is created under the lease of this work.
    pub(super) fn under(&self, link: &Link) -> Manage {
        self.manage.under(&link.hold)
    }

    /// Forgets what may have changed by our own hand.
    pub(super) fn forget(&self) {
        self.rules.forget();
    }

    /// Remembers whom a ticket refers to.
    pub(super) fn note(&self, ticket: &model::Ticket) {
        let id = |named: &Option<model::Named>| named.as_ref().map(|named| named.id);
        let mut references = locked(&self.references);
        if references.len() >= MOST_TICKETS {
            references.clear();
        }
        references.insert(ticket.id, (id(&ticket.company), id(&ticket.contact)));
    }

    /// The ids of a ticket's company and contact; the ticket is read when it is not known.
    pub(super) async fn references(&self, ticket: i64) -> Result<References, PsaError> {
        let known = locked(&self.references).get(&ticket).copied();
        if let Some(known) = known {
            return Ok(known);
        }
        let read = self.manage.ticket(ticket).await.map_err(|error| trouble(error, Some(ticket)))?;
        self.note(&read);
        Ok(locked(&self.references).get(&ticket).copied().unwrap_or_default())
    }

    pub(super) fn health(&self, now: Timestamp) -> LineHealth {
        let state = self.manage.state();
        let ago = |time: std::time::Duration| SignedDuration::try_from(time).ok().map(|time| now - time);
        let ahead = state.server_time.and_then(|(passed, told)| Some(told.duration_since(ago(passed)?)));
        let later = |time: std::time::Duration| SignedDuration::try_from(time).ok().map(|time| now + time);
        LineHealth {
            last_answer_at: state.answered_ago.and_then(ago),
            requests_last_minute: state.requests_last_minute,
            requests_allowed: state.requests_allowed,
            breaker: match state.breaker {
                BreakerState::Closed { .. } => "closed",
                BreakerState::Open { .. } => "open",
                BreakerState::Trying => "half_open",
            },
            throttled_until: state.paused_for.and_then(later),
            clock_ahead_seconds: ahead.map(|ahead| ahead.as_secs()),
        }
    }
}

/// Clients by a fingerprint of what they sign in with.
pub(super) struct Clients {
    lines: Lines,
    clock: Arc<dyn Clock>,
    kept: Mutex<HashMap<[u8; 32], Arc<Client>>>,
}

impl Clients {
    pub(super) fn new(lines: Lines, clock: Arc<dyn Clock>) -> Self {
        Self { lines, clock, kept: Mutex::default() }
    }

    /// The client of a connector.
    pub(super) fn of(&self, link: &Link) -> Result<Arc<Client>, PsaError> {
        let input = &link.input;
        let Secret::Given(key) = &input.private_key else {
            return Err(PsaError::Person {
                field: Some("private_key".into()),
                message: "the private key is missing: type it again".into(),
            });
        };
        let settings = Settings {
            instance_uri: input.instance_uri.clone(),
            company_id: input.company_id.clone(),
            public_key: input.public_key.clone(),
            private_key: key.clone().into(),
            client_id: input.client_id.clone(),
        };
        let mut kept = locked(&self.kept);
        let print = fingerprint(link, key);
        if let Some(client) = kept.get(&print) {
            return Ok(client.clone());
        }
        let instance =
            Instance::parse(&settings.instance_uri).map_err(|wrong| settings_refused(vec![wrong]))?;
        let manage = Manage::new(settings, self.lines.to(&instance)).map_err(settings_refused)?;
        let client = Arc::new(Client {
            manage,
            rules: Remembered::default(),
            companies: Remembered::default(),
            contacts: Remembered::default(),
            references: Mutex::default(),
            clock: self.clock.clone(),
        });
        if kept.len() >= MOST_CLIENTS {
            kept.clear();
        }
        kept.insert(print, client.clone());
        Ok(client)
    }
}

fn fingerprint(link: &Link, key: &str) -> [u8; 32] {
    let input = &link.input;
    let mut hash = Sha256::new();
    for part in [&input.instance_uri, &input.company_id, &input.public_key, &input.client_id, key] {
        hash.update(part.len().to_be_bytes());
        hash.update(part.as_bytes());
    }
    hash.finalize().into()
}
