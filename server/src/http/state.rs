//! What every handler can reach.

use app::Assets;
use axum::extract::FromRef;
use leptos::config::LeptosOptions;
use services::Services;
use std::sync::Arc;
use tokio::sync::Semaphore;
use tokio_util::sync::CancellationToken;

/// The state of the router. Cheap to clone.
#[derive(Clone, FromRef)]
pub struct AppState {
    /// The use cases.
    pub services: Services,
    /// What server rendering needs.
    pub leptos: LeptosOptions,
    /// The names of the built browser files.
    pub assets: Assets,
    /// Settings of the HTTP layer.
    pub settings: Arc<HttpSettings>,
    /// Compressed answers of the pull API.
    pub encodings: Arc<crate::http::public::v1::pull::Encodings>,
    /// Permits for streams of events.
    pub streams: Arc<Semaphore>,
    /// Ends what would go on for ever.
    pub stop: CancellationToken,
}

/// Settings of the HTTP layer.
#[derive(Debug, Clone, Default)]
pub struct HttpSettings {
    /// The address that people type, for example `https://tandem.example.com`; none when it is not known.
    pub public_url: Option<String>,
    /// Proxies in front of Tandem whose `X-Forwarded-For` entries count, from the right.
    pub trusted_proxies: usize,
    /// Whether `/metrics` is readable without a token from other machines.
    pub open_metrics: bool,
}

impl HttpSettings {
    /// Whether people reach Tandem over HTTPS, so that cookies are marked Secure.
    pub fn is_https(&self) -> bool {
        self.public_url.as_deref().is_some_and(|url| url.starts_with("https://"))
    }
}
