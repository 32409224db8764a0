//! The only place where adapters meet ports.

use crate::{
    config::Config,
    http::{
        assets,
        public::v1::pull::Encodings,
        state::{AppState, HttpSettings},
    },
};
use leptos::config::LeptosOptions;
use services::{
    Services,
    system::{SystemClock, SystemRandom},
};
use std::sync::Arc;
use storage::Database;

/// Opens the database and brings the use cases together.
pub async fn services(config: &Config) -> anyhow::Result<(Services, Database)> {
    let database = Database::connect(&config.database.url).await?;
    let services = Services::new(
        Arc::new(database.clone()),
        Arc::new(SystemClock),
        Arc::new(SystemRandom),
        Arc::new(automate::Reader),
        config.settings(),
    );
    Ok((services, database))
}

/// The state of the router.
pub fn state(config: &Config, services: Services) -> AppState {
    if !assets::are_built() {
        tracing::warn!(
            "the browser files are not built: run `cargo xtask build`; pages work without them, as forms"
        );
    }
    let leptos = LeptosOptions::builder().output_name("tandem").build();
    let public_url = Some(config.server.public_url.clone()).filter(|url| !url.is_empty());
    let settings = HttpSettings {
        public_url,
        trusted_proxies: config.server.trusted_proxies,
        open_metrics: config.server.open_metrics,
    };
    AppState {
        services,
        leptos,
        assets: assets::names(),
        settings: Arc::new(settings),
        encodings: Arc::new(Encodings::default()),
    }
}
