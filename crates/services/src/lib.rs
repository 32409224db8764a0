//! The use cases: every order of steps, and the only place where a right is asked for.
//!
//! Screens, the HTTP API, jobs and the command line call the same methods of [`Services`], with the actor as
//! a parameter. A use case asks for the right, opens a unit of work, decides through the pure rules of
//! `domain`, writes state and audit line together, commits. A new use case is a method on the handle of its
//! area ([`accounts`], [`alerts`], [`content`], [`clients`], [`sources`], [`pull`],
//! [`rings`], [`windows`], [`receivers`], [`schedules`], [`secrets`], [`audit`]).

pub mod accounts;
pub mod alerts;
pub mod audit;
pub mod clients;
pub mod connectors;
pub mod content;
pub mod error;
pub mod lasting;
pub mod once;
pub mod passwords;
pub mod ports;
pub mod pull;
pub mod pulse;
pub mod receivers;
pub mod rings;
pub mod schedules;
pub mod secrets;
pub mod settings;
pub mod sources;
pub mod system;
mod tokens;
pub mod windows;
mod work;

pub use error::Error;
pub use settings::Settings;

use once::Once;
use passwords::Passwords;
use ports::{Clock, Psa, Random, SourceReader, Store, Vault};
use std::sync::Arc;

/// The answer of every use case.
pub type Result<T> = std::result::Result<T, Error>;

/// Everything that Tandem can do. Cheap to clone.
#[derive(Clone)]
pub struct Services {
    core: Arc<Core>,
}

/// What the areas share.
pub(crate) struct Core {
    pub(crate) store: Arc<dyn Store>,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) random: Arc<dyn Random>,
    pub(crate) reader: Arc<dyn SourceReader>,
    pub(crate) vault: Arc<dyn Vault>,
    pub(crate) psa: Arc<dyn Psa>,
    pub(crate) passwords: Passwords,
    pub(crate) settings: Settings,
    pub(crate) setup: accounts::SetupGate,
    pub(crate) known_tokens: accounts::KnownTokens,
    pub(crate) pull: Arc<pull::PullCache>,
    pub(crate) scans: sources::ScanGate,
    pub(crate) alert_changes: alerts::AlertChanges,
    pub(crate) intake: alerts::Intake,
    pub(crate) desk: connectors::Desk,
    pub(crate) pulse: pulse::LastPulse,
}

impl Services {
    /// Brings the use cases and what they need together; `server/src/wiring.rs` is the only caller.
    pub fn new(
        store: Arc<dyn Store>,
        clock: Arc<dyn Clock>,
        random: Arc<dyn Random>,
        reader: Arc<dyn SourceReader>,
        vault: Arc<dyn Vault>,
        psa: Arc<dyn Psa>,
        settings: Settings,
    ) -> Self {
        let core = Core {
            passwords: Passwords::new(random.clone()),
            setup: accounts::SetupGate::default(),
            known_tokens: accounts::KnownTokens::default(),
            pull: Arc::default(),
            scans: sources::ScanGate::default(),
            alert_changes: alerts::AlertChanges::default(),
            intake: alerts::Intake::default(),
            desk: connectors::Desk::default(),
            pulse: pulse::LastPulse::default(),
            store,
            clock,
            random,
            reader,
            vault,
            psa,
            settings,
        };
        Self { core: Arc::new(core) }
    }

    /// People, sessions and personal tokens.
    pub fn accounts(&self) -> accounts::Accounts<'_> {
        accounts::Accounts { core: &self.core, once: Once::default() }
    }

    /// Alerts.
    pub fn alerts(&self) -> alerts::Alerts<'_> {
        alerts::Alerts { core: &self.core, once: Once::default() }
    }

    /// The audit log.
    pub fn audit(&self) -> audit::Audit<'_> {
        audit::Audit { core: &self.core }
    }

    /// API clients as administrators see them.
    pub fn clients(&self) -> clients::Clients<'_> {
        clients::Clients { core: &self.core, once: Once::default() }
    }

    /// Items, their review and their publication.
    pub fn content(&self) -> content::Content<'_> {
        content::Content { core: &self.core }
    }

    /// Connections to ConnectWise Manage.
    pub fn connectors(&self) -> connectors::Connectors<'_> {
        connectors::Connectors { core: &self.core, once: Once::default() }
    }

    /// What receivers ask for.
    pub fn pull(&self) -> pull::Pull<'_> {
        pull::Pull { core: &self.core, once: Once::default() }
    }

    /// Jobs that wake by the clock.
    pub fn schedules(&self) -> schedules::Schedules<'_> {
        schedules::Schedules { core: &self.core }
    }

    /// Receivers as a whole.
    pub fn receivers(&self) -> receivers::Receivers<'_> {
        receivers::Receivers { core: &self.core }
    }

    /// Rings, the ordered stages of production.
    pub fn rings(&self) -> rings::Rings<'_> {
        rings::Rings { core: &self.core, once: Once::default() }
    }

    /// When content may be published.
    pub fn windows(&self) -> windows::Windows<'_> {
        windows::Windows { core: &self.core }
    }

    /// The keys that secrets are sealed under.
    pub fn secrets(&self) -> secrets::Secrets<'_> {
        secrets::Secrets { core: &self.core }
    }

    /// Sources and their readings.
    pub fn sources(&self) -> sources::Sources<'_> {
        sources::Sources { core: &self.core, once: Once::default() }
    }

    /// Whether the database answers: the readiness of the whole.
    pub async fn ready(&self) -> Result<()> {
        Ok(self.core.store.ping().await?)
    }

    /// Whether other servers may work on the same database, as they may on PostgreSQL.
    pub fn may_have_replicas(&self) -> bool {
        self.core.store.is_shared()
    }

    /// Answers kept under an `Idempotency-Key`, for the HTTP layer.
    pub fn kept_answers(&self) -> &dyn ports::store::IdempotencyStore {
        &*self.core.store
    }

    /// What time it is.
    pub fn now(&self) -> jiff::Timestamp {
        self.core.clock.now()
    }
}
