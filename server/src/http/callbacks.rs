//! `POST /callbacks/manage/{connector}`: what Manage sends when a ticket changed. Anybody may post here, so nothing
//! is believed that is not signed, nothing long is read, and only so many are looked at at once. Who sends slowly holds up
//! nobody: a callback gets its turn when it is there, and one that does not come in time is not waited for.

use super::{
    public::{input::read_body, problem::Problem},
    state::AppState,
};
use axum::{
    Router,
    body::Bytes,
    extract::{Path, Request, State},
    http::StatusCode,
    routing::post,
};
use domain::{account::Actor, ids::ConnectorId};
use services::Error;
use std::time::Duration;
use tokio::{sync::Semaphore, time::timeout};

/// The largest callback that is read, in bytes.
const LARGEST: usize = 256 * 1024;
/// Callbacks that are read at once, so that their bodies take 16 MiB at most.
static READ_AT_ONCE: Semaphore = Semaphore::const_new(64);
/// Callbacks that are looked at at once; those beyond are asked to come again, which Manage does.
static AT_ONCE: Semaphore = Semaphore::const_new(8);
/// Manage waits five seconds for an answer, and sends a callback in one piece.
const PATIENCE: Duration = Duration::from_secs(4);
const SIGNATURE: &str = "x-content-signature";

/// The router.
pub fn router() -> Router<AppState> {
    Router::new().route("/callbacks/manage/{connector}", post(take))
}

async fn take(
    State(app): State<AppState>,
    Path(connector): Path<String>,
    request: Request,
) -> Result<StatusCode, Problem> {
    let outcome = heard(&app, &connector, request).await;
    let told = if outcome.is_ok() { "believed" } else { "refused" };
    metrics::counter!("tandem_callbacks_total", "outcome" => told).increment(1);
    outcome.map(|()| StatusCode::NO_CONTENT)
}

async fn heard(app: &AppState, connector: &str, request: Request) -> Result<(), Problem> {
    let unknown = || Problem::new(404, "There is no such connector.");
    let id: ConnectorId = connector.parse().map_err(|_| unknown())?;
    let connectors = app.services.connectors();
    // Nothing is read of who does not even know the address of a connector.
    connectors.get(&Actor::system("callbacks"), id).await.map_err(|error| match error {
        Error::NotFound(_) => unknown(),
        other => other.into(),
    })?;
    let late = |_| Problem::new(408, "The callback did not come in time: send it again.");
    let (raw, signature) = timeout(PATIENCE, read(request)).await.map_err(late)??;
    let _turn = AT_ONCE.try_acquire().map_err(|_| busy())?;
    match timeout(PATIENCE, connectors.called_back(id, &raw, &signature)).await {
        Ok(Ok(())) => Ok(()),
        // Why exactly it is not believed is nobody's business outside.
        Ok(Err(Error::NotFound(_))) => Err(unknown()),
        // Its key could not be read now; sent again, it can perhaps.
        Ok(Err(Error::Unavailable(_))) => Err(busy()),
        Ok(Err(error)) => {
            tracing::info!(connector = %id, %error, "a callback is not believed");
            Err(Problem::new(403, "The callback is not signed by the instance of this connector."))
        }
        Err(_) => Err(busy()),
    }
}

/// The body of a callback, and its signature.
async fn read(request: Request) -> Result<(Bytes, String), Problem> {
    let _turn = READ_AT_ONCE.try_acquire().map_err(|_| busy())?;
    let (parts, body) = request.into_parts();
    let raw = read_body(&parts, body, LARGEST).await?;
    let signature = parts.headers.get(SIGNATURE).and_then(|value| value.to_str().ok());
    Ok((raw, signature.unwrap_or_default().to_owned()))
}

fn busy() -> Problem {
    Problem::new(429, "Too many callbacks at once: send it again.")
}
