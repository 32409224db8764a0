//! `Idempotency-Key`: the same key with the same request gives the same answer for a day, and is done once.
//!
//! It acts for callers who are signed in now, and answers are kept for them alone: whoever is not is told so by the
//! endpoint, and neither reads what was kept nor has anything written.
//!
//! What came of a request is written down with what it does ([`services::once`]): a use case that would do harm if it
//! were done twice takes the key along ([`Keyed`]). Should the process die before the answer is kept, asking again
//! tells of what was done.
//!
//! Answers that carry a secret are not kept: asking again says that it was done and that the secret is gone.

use super::{
    PREFIX,
    caller::{Caller, Receiver},
    endpoint::Access,
    input::{REPORT_LIMIT, read_body},
    problem::Problem,
};
use crate::http::state::AppState;
use axum::{
    body::{Body, Bytes},
    extract::{FromRequestParts, Request, State},
    http::{HeaderValue, Method, StatusCode, header, request::Parts, response},
    middleware::Next,
    response::{IntoResponse as _, Response},
};
use domain::content::ContentHash;
use services::{
    Error,
    once::{Once, SECRET_IS_GONE},
    ports::store::idempotency::{Claim, ClaimedKey, KeptAnswer, KeyedRequest},
};
use std::convert::Infallible;

const HEADER: &str = "idempotency-key";
/// A claim older than this of which nothing came belongs to a process that died.
const STALE_SECONDS: i64 = 120;
/// The largest answer that is kept.
const MOST_KEPT: usize = 4 * 1024 * 1024;

/// Wraps every POST that names a key.
pub async fn layer(
    State((state, access)): State<(AppState, Access)>,
    request: Request,
    next: Next,
) -> Response {
    let key = request.headers().get(HEADER).cloned().filter(|_| request.method() == Method::POST);
    let Some(key) = key else { return next.run(request).await };
    let (mut parts, body) = request.into_parts();
    let caller = match caller(&state, access, &mut parts).await {
        Ok(caller) => caller,
        Err(problem) => return problem.into_response(),
    };
    let request = Request::from_parts(parts, body);
    let Some(caller) = caller else { return next.run(request).await };
    // Its own task: a caller that hangs up does not lose what was done under the key.
    let work = tokio::spawn(async move { once(state, caller, key, request, next).await });
    match work.await {
        Ok(Ok(answer)) => answer,
        Ok(Err(problem)) => problem.into_response(),
        Err(error) => Problem::from(Error::internal(error)).into_response(),
    }
}

/// Who calls, as they are signed in now: keys of different callers never meet. None where nobody needs to be.
async fn caller(state: &AppState, access: Access, parts: &mut Parts) -> Result<Option<String>, Problem> {
    match access {
        Access::Personal => {
            let Caller(actor) = Caller::from_request_parts(parts, state).await?;
            Ok(Some(format!("{}:{}", actor.kind(), actor.id().unwrap_or_default())))
        }
        // Its access tokens come and go; the client stays.
        Access::Client => {
            let Receiver(admitted) = Receiver::from_request_parts(parts, state).await?;
            Ok(Some(format!("client:{}", admitted.bearer.client.id)))
        }
        Access::Open | Access::Public => Ok(None),
    }
}

async fn once(
    state: AppState,
    caller: String,
    key: HeaderValue,
    request: Request,
    next: Next,
) -> Result<Response, Problem> {
    let key = key.to_str().ok().filter(|key| (1..=255).contains(&key.len()));
    let key =
        key.ok_or_else(|| Problem::field(422, "Idempotency-Key", "must be 1 to 255 visible characters"))?;
    let (parts, body) = request.into_parts();
    let bytes = read_body(&parts, body, REPORT_LIMIT).await?;
    let path = parts.uri.path();
    let keyed = KeyedRequest {
        actor: caller,
        key: key.to_owned(),
        route: format!("{} {}", parts.method, path.strip_prefix(PREFIX).unwrap_or(path)),
        body_hash: ContentHash::of(&bytes).to_string(),
    };
    let (claimed, effect) = match claim(&state, &keyed).await? {
        Claim::Fresh(claimed) => (claimed, None),
        Claim::Effected(claimed, effect) => (claimed, Some(effect)),
        Claim::Done(answer) => return Ok(replay(answer)),
        Claim::Busy => {
            return Err(Problem::new(409, "A request with this Idempotency-Key is being done right now."));
        }
        Claim::Mismatch => {
            return Err(Problem::field(
                422,
                "Idempotency-Key",
                "was used for another request: choose a new one",
            ));
        }
    };
    let secret = path.ends_with("/rotate-secret") || path.ends_with("/tokens");
    let mut request = Request::from_parts(parts, Body::from(bytes));
    request.extensions_mut().insert(Once::under(claimed.clone(), effect));
    let answer = next.run(request).await;
    keep(&state, &claimed, answer, secret).await
}

async fn claim(state: &AppState, keyed: &KeyedRequest) -> Result<Claim, Problem> {
    let now = state.services.now();
    let stale = now - jiff::SignedDuration::from_secs(STALE_SECONDS);
    Ok(state.services.kept_answers().claim_key(keyed, now, stale).await.map_err(Error::from)?)
}

/// The key that a request came under, for use cases that must not be repeated.
pub struct Keyed(pub Once);

impl<S: Send + Sync> FromRequestParts<S> for Keyed {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Infallible> {
        Ok(Self(parts.extensions.get().cloned().unwrap_or_default()))
    }
}

fn replay(answer: KeptAnswer) -> Response {
    let status = StatusCode::from_u16(answer.status).unwrap_or(StatusCode::OK);
    let headers =
        [(header::CONTENT_TYPE.as_str(), answer.content_type.as_str()), ("idempotency-replayed", "true")];
    let mut response = (status, headers, answer.body).into_response();
    if let Some(location) = answer.location.and_then(|location| HeaderValue::from_str(&location).ok()) {
        response.headers_mut().insert(header::LOCATION, location);
    }
    response
}

/// Keeps final answers; after a passing failure the key may be used again.
async fn keep(
    state: &AppState,
    claimed: &ClaimedKey,
    answer: Response,
    secret: bool,
) -> Result<Response, Problem> {
    let status = answer.status();
    let kept = state.services.kept_answers();
    if status.is_server_error() || matches!(status.as_u16(), 401 | 403 | 429) {
        kept.release_key(claimed).await.map_err(Error::from)?;
        return Ok(answer);
    }
    let (parts, bytes) = whole(answer).await?;
    let to_keep = if secret && status.is_success() {
        let (parts, bytes) = whole(Problem::new(409, SECRET_IS_GONE).into_response()).await?;
        kept_answer(&parts, &bytes)
    } else {
        kept_answer(&parts, &bytes)
    };
    kept.keep_answer(claimed, &to_keep).await.map_err(Error::from)?;
    Ok(Response::from_parts(parts, Body::from(bytes)))
}

/// An answer with all of its body.
async fn whole(answer: Response) -> Result<(response::Parts, Bytes), Problem> {
    let (parts, body) = answer.into_parts();
    let bytes = axum::body::to_bytes(body, MOST_KEPT).await.map_err(Error::internal)?;
    Ok((parts, bytes))
}

fn kept_answer(parts: &response::Parts, body: &Bytes) -> KeptAnswer {
    let text = |name| parts.headers.get(name).and_then(|value| value.to_str().ok()).map(str::to_owned);
    KeptAnswer {
        status: parts.status.as_u16(),
        content_type: text(header::CONTENT_TYPE).unwrap_or_default(),
        location: text(header::LOCATION),
        body: body.to_vec(),
    }
}
