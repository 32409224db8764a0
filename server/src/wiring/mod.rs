//! The only place where adapters meet ports.

mod automate_rest_target;
mod automate_target;

use crate::{
    config::Config,
    http::{
        assets,
        public::v1::{events::MOST_STREAMS, pull::Encodings},
        state::{AppState, HttpSettings, Reached},
    },
};
use automate::{apply::Applier, mysql::Login};
use automate_rest_target::AutomateRestTarget;
use automate_target::AutomateTarget;
use domain::net::Networks;
use leptos::config::LeptosOptions;
use manage::{Lines, Patience};
use receiver::{AutomateServer, Home, Session, Target, folder::FolderTarget};
use services::{
    Services,
    system::{SystemClock, SystemRandom},
};
use std::{path::Path, sync::Arc};
use storage::Database;
use tokio::sync::Semaphore;
use tokio_util::sync::CancellationToken;
use vault::{Keys, SealedVault};

/// Opens the database and brings the use cases together.
pub async fn services(config: &Config) -> anyhow::Result<(Services, Database)> {
    let database = Database::connect(&config.database.url).await?;
    let networks = config.allowed_networks()?;
    // Handed to all connectors, so that several to one instance share its budget.
    let lines = Lines::new(Patience { allowed_networks: networks.clone(), ..Patience::default() });
    let services = Services::new(
        Arc::new(database.clone()),
        Arc::new(SystemClock),
        Arc::new(SystemRandom),
        Arc::new(automate::Reader::new(networks.clone())),
        Arc::new(SealedVault::new(keys(config, &database)?, Arc::new(SystemRandom))),
        Arc::new(manage::Adapter::new(lines, networks, Arc::new(SystemClock))),
        config.settings(),
    );
    Ok((services, database))
}

/// A receiver at work, with the target that it was connected with. The home is taken before anything is signed in
/// with: what a target keeps there belongs to one process at a time.
pub async fn receiver(home: &Home) -> anyhow::Result<Session> {
    let settings = home.settings();
    let taken = home.take()?;
    let target: Box<dyn Target> = match (&settings.automate, &settings.database) {
        (Some(server), _) => {
            let (password, passcode) = home.automate_secrets()?;
            let state = home.state();
            Box::new(AutomateRestTarget::connect(server, &password, passcode.as_deref(), Some(&state)).await?)
        }
        (None, Some(url)) => Box::new(AutomateTarget(applier(url, &home.database_password()?).await?)),
        (None, None) => Box::new(FolderTarget::open(home.folder(), &home.state())?),
    };
    Ok(home.work_on(taken, target)?)
}

/// An Automate server whose user was accepted, before a receiver is connected with it.
pub struct PreparedAutomate {
    target: AutomateRestTarget,
    /// What cannot be read there.
    pub missing: Vec<String>,
}

impl PreparedAutomate {
    /// Hands the token on to the first run: a code of the second factor counts once.
    pub fn keep_token(mut self, home: &Home) -> anyhow::Result<()> {
        let _taken = home.take()?;
        Ok(self.target.keep_token(&home.state())?)
    }
}

/// Looks whether content can be applied to an Automate server over REST.
pub async fn prepare_automate(
    server: &AutomateServer,
    password: &str,
    passcode: Option<&str>,
) -> anyhow::Result<PreparedAutomate> {
    // Nothing is written before both sides were accepted: no journal, no token.
    let mut target = AutomateRestTarget::connect(server, password, passcode, None).await?;
    let missing = target.probe().await?;
    Ok(PreparedAutomate { target, missing })
}

/// Looks whether content can be applied to a database, and makes the receiver's table in it.
pub async fn prepare(url: &str, password: &str) -> anyhow::Result<()> {
    applier(url, password).await?;
    Ok(())
}

/// A receiver's database stands in the networks around the receiver.
async fn applier(url: &str, password: &str) -> anyhow::Result<Applier> {
    let password = Some(password).filter(|password| !password.is_empty());
    Ok(Applier::connect(Login { url, password }, &Networks::private()).await?)
}

/// The keys for secrets: configured, in a file, or in a file beside the database.
fn keys(config: &Config, database: &Database) -> anyhow::Result<Keys> {
    let security = &config.security;
    Ok(match (security.key.given(), security.key_file.trim(), database.file()) {
        (Some(text), _, _) => Keys::configured(text)?,
        (None, "", Some(file)) => Keys::file_or_new(&file.with_file_name("tandem.key"), &SystemRandom)?,
        (None, "", None) => Keys::none(),
        (None, named, _) => Keys::file(Path::new(named))?,
    })
}

/// The state of the router.
pub fn state(config: &Config, services: Services, stop: CancellationToken) -> AppState {
    if !assets::are_built() {
        tracing::warn!(
            "the browser files are not built: run `cargo xtask build`; pages work without them, as forms"
        );
    }
    let leptos = LeptosOptions::builder().output_name("tandem").build();
    let settings = HttpSettings {
        public_url: config.public_url(),
        trusted_proxies: config.server.trusted_proxies,
        open_metrics: config.server.open_metrics,
    };
    AppState::new(Reached {
        services,
        leptos,
        assets: assets::names(),
        settings,
        encodings: Encodings::default(),
        files: Arc::default(),
        streams: Arc::new(Semaphore::new(MOST_STREAMS)),
        stop,
    })
}
