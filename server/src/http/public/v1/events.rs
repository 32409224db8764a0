//! `/events`: server-sent events for whoever shows alerts, content, jobs and health as they change.
//!
//! An event says *that* something changed; what it is now is read from the resource. Every event carries an `id`
//! ([`Place`]) from which a broken stream goes on (`Last-Event-ID`); a page says in its address (`after`) from where
//! it wants to hear, so that nothing falls between its rendering and its first event. A stream ends when its caller may no longer read, when
//! nobody reads it, and when Tandem stops. A `beat` comes every few seconds with the time at which Manage was last
//! asked well, so that a page (`app/src/live/changes.rs`) notices when it hears nothing.

use crate::http::{
    layers::sign_in::cookie,
    public::{
        caller::bearer,
        endpoint::{Endpoint, Parameter, parameter},
        input::Params,
        problem::Problem,
    },
    state::AppState,
};
use app::api::identity::CookiePolicy;
use axum::{
    extract::{FromRequestParts, State},
    http::{HeaderName, HeaderValue, header::HeaderMap, request::Parts},
    response::{
        IntoResponse as _, Response,
        sse::{Event, KeepAlive, Sse},
    },
    routing::get,
};
use domain::{
    account::{Actor, Permission},
    place::{NoPlace, Place},
    schedule::Schedule,
};
use futures::stream;
use serde::{Deserialize, Serialize};
use serde_json::json;
use services::{Error, alerts::AlertNews, pulse::Pulse};
use std::{convert::Infallible, sync::Arc, time::Duration};
use tokio::{
    sync::{OwnedSemaphorePermit, mpsc},
    time::{MissedTickBehavior, interval, sleep},
};

/// The most streams at once.
pub const MOST_STREAMS: usize = 1_000;
/// How many events may wait for a slow reader; what changes meanwhile is told together afterwards.
const WAITING: usize = 8;
/// The least time between two events about alerts.
const GAP: Duration = Duration::from_millis(100);
/// How often a silent stream says that it is alive.
const ALIVE: Duration = Duration::from_secs(15);
/// How often a beat comes.
const BEAT: Duration = Duration::from_secs(5);
/// How often it is asked whether the caller may still read.
const ASK_AGAIN: Duration = Duration::from_secs(15);

const QUERY: &[Parameter] =
    &[parameter("after", "The `id` of the last event that is known: what changed after it is told at once.")];

/// The endpoints.
pub fn endpoints() -> Vec<Endpoint> {
    vec![Endpoint::new(
        "GET",
        "/events",
        "Server-sent events: `alerts`, `content`, `jobs`, `health`, `trouble` when a connector gets into trouble or out of it, and a `beat` every 5 seconds, for a personal token or a signed-in browser.",
        get(events),
    )
    .query(QUERY)]
}

/// Who watches: by a personal token, or as a signed-in browser, which cannot send one with an `EventSource`.
enum Watcher {
    Token(String),
    Session(String),
}

impl FromRequestParts<AppState> for Watcher {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &AppState) -> Result<Self, Problem> {
        let session = || cookie(&parts.headers, CookiePolicy::new(state.settings.is_https()).name);
        let token = bearer(&parts.headers).map(|token| Self::Token(token.to_owned()));
        token.or_else(|| session().map(Self::Session)).ok_or_else(Problem::unauthenticated)
    }
}

impl Watcher {
    /// Who it is, as long as that counts.
    async fn actor(&self, state: &AppState) -> Result<Option<Actor>, Error> {
        let accounts = state.services.accounts();
        Ok(match self {
            Self::Token(token) => accounts.bearer(token).await?,
            Self::Session(token) => accounts.session(token).await?.map(|session| session.actor()),
        })
    }
}

/// Where a reader says that they stand: a stream that goes on says it in a header, a page in the address.
fn resumed(headers: &HeaderMap, after: Option<&str>) -> Result<Option<Place>, Problem> {
    // A browser sends the header by itself, of an event that came later than the address was made.
    if let Some(place) = headers.get("last-event-id").and_then(|id| id.to_str().ok()?.parse().ok()) {
        return Ok(Some(place));
    }
    after
        .map(str::parse)
        .transpose()
        .map_err(|error: NoPlace| Problem::field(400, "after", error.to_string()))
}

/// From where on.
#[derive(Deserialize)]
struct After {
    after: Option<String>,
}

async fn events(
    State(state): State<AppState>,
    headers: HeaderMap,
    watcher: Watcher,
    Params(After { after }): Params<After>,
) -> Result<Response, Problem> {
    let actor = watcher.actor(&state).await?.ok_or_else(Problem::unauthenticated)?;
    if !actor.may(Permission::ViewAlerts) || !actor.may(Permission::ViewContent) {
        return Err(Error::Forbidden(Permission::ViewAlerts).into());
    }
    let resumed = resumed(&headers, after.as_deref())?;
    let too_many = |_| Error::Unavailable("Too many pages are watching: try again later.".into());
    let permit = state.streams.clone().try_acquire_owned().map_err(too_many)?;
    let (sender, receiver) = mpsc::channel(WAITING);
    let told = Teller { state, watcher, actor, sender, known: Arc::default(), place: Place::default() };
    tokio::spawn(told.run(resumed, permit));
    let events = stream::unfold(receiver, |mut receiver| async {
        receiver.recv().await.map(|event| (Ok::<_, Infallible>(event), receiver))
    });
    let mut answer = Sse::new(events).keep_alive(KeepAlive::new().interval(ALIVE)).into_response();
    // Proxies must pass every event on at once.
    let unbuffered = (HeaderName::from_static("x-accel-buffering"), HeaderValue::from_static("no"));
    answer.headers_mut().insert(unbuffered.0, unbuffered.1);
    Ok(answer)
}

/// Tells one reader.
struct Teller {
    state: AppState,
    watcher: Watcher,
    actor: Actor,
    sender: mpsc::Sender<Event>,
    known: Arc<Pulse>,
    place: Place,
}

/// Nobody hears any more.
struct Gone;

impl Teller {
    /// Tells until nobody hears, the caller may no longer read, or Tandem stops.
    async fn run(mut self, resumed: Option<Place>, _permit: OwnedSemaphorePermit) {
        let stop = self.state.stop.clone();
        let stopped = stop.cancelled();
        tokio::select! {
            () = stopped => {}
            _ = self.tell(resumed) => {}
        }
    }

    async fn tell(&mut self, resumed: Option<Place>) -> Result<(), Gone> {
        let (mut alerts, mut pulse) = (self.state.services.alerts().changes(), self.state.services.pulse());
        let calm = Some(Pulse::default().trouble());
        let fresh = || Place { alerts: *alerts.borrow_and_update(), content: 0, trouble: calm };
        self.place = resumed.unwrap_or_else(fresh);
        self.hello().await?;
        if resumed.is_some() {
            let newest = *alerts.borrow_and_update();
            self.alerts(newest).await?;
        }
        let first = pulse.borrow_and_update().clone();
        self.pulse(first).await?;
        let mut ask_again = interval(ASK_AGAIN);
        let mut beat = interval(BEAT);
        for regular in [&mut ask_again, &mut beat] {
            regular.set_missed_tick_behavior(MissedTickBehavior::Delay);
        }
        loop {
            let hearing = self.sender.clone();
            tokio::select! {
                () = hearing.closed() => return Err(Gone),
                changed = alerts.changed() => {
                    changed.map_err(|_| Gone)?;
                    let newest = *alerts.borrow_and_update();
                    self.alerts(newest).await?;
                    sleep(GAP).await;
                }
                changed = pulse.changed() => {
                    changed.map_err(|_| Gone)?;
                    let newest = pulse.borrow_and_update().clone();
                    self.pulse(newest).await?;
                }
                _ = beat.tick() => self.beat().await?,
                _ = ask_again.tick() => self.may_still_read().await?,
            }
        }
    }

    /// The first event: where the reader stands, and how soon it should come back after a break.
    async fn hello(&self) -> Result<(), Gone> {
        let event = Event::default().retry(Duration::from_secs(2)).comment("tandem");
        self.sender.send(event).await.map_err(|_| Gone)
    }

    /// When the enabled connector that was silent longest was last asked well; null when that is not known.
    async fn beat(&self) -> Result<(), Gone> {
        let enabled = self.known.connectors.iter().filter(|connector| connector.enabled);
        let asked: Option<Vec<_>> = enabled.map(|connector| connector.last_poll_at).collect();
        self.send("beat", &asked.unwrap_or_default().into_iter().min()).await
    }

    async fn may_still_read(&self) -> Result<(), Gone> {
        match self.watcher.actor(&self.state).await {
            Ok(Some(actor)) if actor.may(Permission::ViewAlerts) => Ok(()),
            // The database does not answer right now: that takes no right away.
            Err(Error::Unavailable(_)) => Ok(()),
            _ => Err(Gone),
        }
    }

    async fn alerts(&mut self, newest: i64) -> Result<(), Gone> {
        let since = self.place.alerts;
        if since == newest {
            return Ok(());
        }
        let news = match self.state.services.alerts().news(&self.actor, since).await {
            // What is newer than the newest belongs to another database.
            Ok(news) => news.filter(|_| since < newest),
            Err(_) => return Err(Gone),
        };
        let newest = news.iter().flatten().map(|news| news.revision).fold(newest, i64::max);
        self.place.alerts = newest;
        let all = news.is_none();
        let changed: Vec<AlertNews> = news.unwrap_or_default();
        self.send("alerts", &json!({ "revision": newest, "all": all, "changed": changed })).await
    }

    async fn pulse(&mut self, newest: Arc<Pulse>) -> Result<(), Gone> {
        let before = std::mem::replace(&mut self.known, newest.clone());
        if newest.revision != self.place.content && newest.revision != before.revision {
            self.place.content = newest.revision;
            self.send("content", &json!({ "revision": newest.revision })).await?;
        }
        if newest.jobs != before.jobs {
            let jobs: &[Schedule] = &newest.jobs;
            self.send("jobs", &json!({ "jobs": jobs })).await?;
        }
        // There are always jobs: without them, no pulse was taken yet. A reader who had a break, in which trouble may
        // have begun or ended, is told how it stands.
        let trouble = Some(newest.trouble());
        if self.place.trouble != trouble && !newest.jobs.is_empty() {
            self.place.trouble = trouble;
            self.send("trouble", &json!({ "connectors": newest.troubles() })).await?;
        }
        if newest.connectors != before.connectors || before.jobs.is_empty() {
            self.send("health", &json!({ "connectors": newest.connectors })).await?;
        }
        Ok(())
    }

    async fn send<T: Serialize>(&self, name: &str, data: &T) -> Result<(), Gone> {
        let event =
            Event::default().event(name).id(self.place.to_string()).json_data(data).map_err(|_| Gone)?;
        self.sender.send(event).await.map_err(|_| Gone)
    }
}
