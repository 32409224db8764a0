//! What every handler can reach.

use crate::http::{public::v1::pull::Encodings, sendfile::Files};
use app::Assets;
use axum::extract::FromRef;
use leptos::config::LeptosOptions;
use services::Services;
use std::{ops::Deref, sync::Arc};
use tokio::sync::Semaphore;
use tokio_util::sync::CancellationToken;

/// The state of the router. Cheap to clone, which happens many times in a request.
#[derive(Clone)]
pub struct AppState(Arc<Reached>);

impl AppState {
    /// Shares what handlers reach.
    pub fn new(reached: Reached) -> Self {
        Self(Arc::new(reached))
    }
}

impl Deref for AppState {
    type Target = Reached;

    fn deref(&self) -> &Reached {
        &self.0
    }
}

impl FromRef<AppState> for LeptosOptions {
    fn from_ref(state: &AppState) -> Self {
        state.leptos.clone()
    }
}

/// What handlers reach.
pub struct Reached {
    /// The use cases.
    pub services: Services,
    /// What server rendering needs.
    pub leptos: LeptosOptions,
    /// The names of the built browser files.
    pub assets: Assets,
    /// Settings of the HTTP layer.
    pub settings: HttpSettings,
    /// Compressed answers of the pull API.
    pub encodings: Encodings,
    /// Large answers of the pull API, for the kernel to send.
    pub files: Arc<Files>,
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
