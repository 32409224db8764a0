//! What keeps pages fresh: server-sent events for a signed-in browser (`app/src/live/changes.rs` listens).
//!
//! `change` says that alerts changed, nothing more: the page then asks for itself as its viewer may see it. `beat`
//! comes every few seconds with the time at which Manage last answered, so that a page notices when it hears nothing.
//! Programs use `GET /api/v1/events` instead.

use super::state::AppState;
use app::api::identity::RequestIdentity;
use axum::{
    Extension, Router,
    extract::State,
    http::StatusCode,
    response::{
        IntoResponse as _, Response,
        sse::{Event, Sse},
    },
    routing::get,
};
use domain::account::{Actor, Permission};
use futures::{Stream, stream};
use services::Services;
use std::{convert::Infallible, time::Duration};
use tokio::{
    sync::watch,
    time::{Instant, Interval, MissedTickBehavior, interval},
};
use tokio_util::sync::CancellationToken;

/// How often a beat comes.
const BEAT: Duration = Duration::from_secs(5);
/// The least time between two changes that are told: a poll that brings 500 alerts is one.
const GATHER: Duration = Duration::from_millis(250);
/// How long one stream lives; the browser opens the next by itself, which asks again who is signed in.
const LIFE: Duration = Duration::from_secs(300);

/// The route.
pub fn router() -> Router<AppState> {
    Router::new().route("/live", get(live))
}

async fn live(State(state): State<AppState>, Extension(identity): Extension<RequestIdentity>) -> Response {
    let actor = identity.session.map(|session| session.actor());
    let Some(actor) = actor.filter(|actor| actor.may(Permission::ViewAlerts)) else {
        return StatusCode::FORBIDDEN.into_response();
    };
    let mut beat = interval(BEAT);
    beat.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let changes = state.services.alerts().changes();
    let line = Line {
        services: state.services,
        actor,
        changes,
        beat,
        stop: state.stop,
        until: Instant::now() + LIFE,
    };
    Sse::new(events(line)).into_response()
}

/// One browser that listens.
struct Line {
    services: Services,
    actor: Actor,
    changes: watch::Receiver<i64>,
    beat: Interval,
    stop: CancellationToken,
    until: Instant,
}

fn events(line: Line) -> impl Stream<Item = Result<Event, Infallible>> {
    stream::unfold(line, |mut line| async move {
        let event = tokio::select! {
            () = line.stop.cancelled() => return None,
            () = tokio::time::sleep_until(line.until) => return None,
            changed = line.changes.changed() => {
                changed.ok()?;
                tokio::time::sleep(GATHER).await;
                line.changes.mark_unchanged();
                Event::default().event("change").data("alerts")
            }
            _ = line.beat.tick() => Event::default().event("beat").data(last_answer(&line).await),
        };
        Some((Ok(event), line))
    })
}

/// When Manage last answered; empty when that is not known.
async fn last_answer(line: &Line) -> String {
    match app::api::manage_line(&line.services, &line.actor).await {
        Ok(known) => known.last_answer_at.map_or_else(String::new, |at| at.to_string()),
        Err(error) => {
            tracing::debug!(%error, "when Manage last answered is not known");
            String::new()
        }
    }
}
