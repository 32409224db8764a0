//! A running Tandem: started, serving, stopped without losing anything.

use crate::{
    config::Config,
    http::{
        connections::{self, Bounded},
        polls::Polls,
        router::router,
    },
    jobs, wiring,
};
use anyhow::Context as _;
use axum_server::Handle;
use services::Services;
use std::{net::SocketAddr, time::Duration};
use storage::Database;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;
use tower::util::MapResponse;

/// How long open requests may take after a stop was asked for.
const GRACE: Duration = Duration::from_secs(10);
/// How long a caller may take to send its headers, and how long a connection may lie idle: receivers that ask every
/// ten seconds keep theirs.
const HEADERS: Duration = Duration::from_secs(30);

/// A Tandem that serves.
pub struct Running {
    /// Where, for example `http://127.0.0.1:8080`.
    pub url: String,
    /// Its use cases.
    pub services: Services,
    database: Database,
    handle: Handle<SocketAddr>,
    stop: CancellationToken,
    tasks: Vec<JoinHandle<()>>,
}

/// Starts everything; returns when requests are answered.
pub async fn start(config: &Config) -> anyhow::Result<Running> {
    let (services, database) = wiring::services(config).await?;
    services.schedules().ensure().await?;
    services.begin_connecting().await?;
    if !services.pull().ensure_key().await? {
        tracing::warn!(
            "manifests are not signed, because no key for secrets is configured (security.key_file)"
        );
    }
    if let Some(code) = services.accounts().setup_code().await? {
        tracing::info!(code, "nobody can sign in yet: open the set-up screen and type this code");
    }
    let listen = &config.server.listen;
    let listener =
        std::net::TcpListener::bind(listen).with_context(|| format!("cannot listen on {listen}"))?;
    listener.set_nonblocking(true)?;
    let address = listener.local_addr()?;
    let (handle, stop) = (Handle::new(), CancellationToken::new());
    let state = wiring::state(config, services.clone(), stop.clone());
    let server = connections::server(listener, HEADERS, state.files.clone())?.handle(handle.clone());
    let polls = Polls::new(state.clone());
    let routes = router(state).into_make_service_with_connect_info::<SocketAddr>();
    let app = Bounded::new(MapResponse::new(routes, move |routes| polls.before(routes)), connections::most());
    let serving = tokio::spawn(async move {
        if let Err(error) = server.serve(app).await {
            tracing::error!(%error, "the server stopped");
        }
    });
    let owner = format!("{}-{}", std::process::id(), address.port());
    let working = tokio::spawn(jobs::run(services.clone(), owner, stop.clone()));
    Ok(Running {
        url: format!("http://{address}"),
        services,
        database,
        handle,
        stop,
        tasks: vec![serving, working],
    })
}

impl Running {
    /// Stops: no new requests, open ones and running jobs end, the database is closed.
    pub async fn stop(self) {
        self.stop.cancel();
        self.handle.graceful_shutdown(Some(GRACE));
        for task in self.tasks {
            // A task that panicked has said so in the log.
            let _ = task.await;
        }
        self.database.close().await;
    }

    /// Waits for the signal to stop, then stops.
    pub async fn until_signal(self) -> anyhow::Result<()> {
        use tokio::signal::unix::{SignalKind, signal};
        let mut terminate = signal(SignalKind::terminate())?;
        tokio::select! {
            _ = tokio::signal::ctrl_c() => {}
            _ = terminate.recv() => {}
        }
        tracing::info!("stopping");
        self.stop().await;
        Ok(())
    }
}
