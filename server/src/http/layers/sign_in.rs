//! Who is signed in, for the screens: reads the session cookie once, and sends everybody else to sign in.

use super::address::ClientAddress;
use crate::http::{
    public::{input::read_body, problem::Problem},
    state::AppState,
};
use app::api::identity::{CookiePolicy, RequestIdentity};
use axum::{
    body::Body,
    extract::{Request, State},
    http::{HeaderMap, Method, StatusCode, header},
    middleware::Next,
    response::{IntoResponse as _, Redirect, Response},
};

/// Pages that need no sign-in.
const OPEN: &[&str] = &["/sign-in", "/set-up"];
/// The largest form that is read of somebody who is not signed in, in bytes: anybody may send one.
const UNSIGNED_LIMIT: usize = 16 * 1024;

/// Notes who is signed in, and guards the pages.
pub async fn layer(State(state): State<AppState>, mut request: Request, next: Next) -> Response {
    let policy = CookiePolicy::new(state.settings.is_https());
    let token = cookie(request.headers(), policy.name);
    let session = match token {
        Some(token) => state.services.accounts().session(&token).await,
        None => Ok(None),
    };
    let session = match session {
        Ok(session) => session,
        Err(error) => return (StatusCode::SERVICE_UNAVAILABLE, error.to_string()).into_response(),
    };
    let path = request.uri().path().to_owned();
    let is_page = matches!(*request.method(), Method::GET | Method::HEAD) && !path.starts_with("/rpc/");
    if is_page && session.is_none() && !OPEN.contains(&path.as_str()) {
        let wanted = request.uri().path_and_query().map_or("/", |wanted| wanted.as_str()).to_owned();
        return to_the_door(&state, &wanted).await;
    }
    if session.is_none() {
        request = match read_whole(request).await {
            Ok(request) => request,
            Err(problem) => return problem.into_response(),
        };
    }
    let agent = request.headers().get(header::USER_AGENT).and_then(|value| value.to_str().ok());
    let device = agent.map(str::to_owned);
    let identity = RequestIdentity {
        session,
        device,
        address: ClientAddress::of(request.headers(), request.extensions(), &state.settings).0,
        policy,
    };
    request.extensions_mut().insert(identity);
    let mut answer = next.run(request).await;
    answer
        .headers_mut()
        .entry(header::CACHE_CONTROL)
        .or_insert(axum::http::HeaderValue::from_static("no-store"));
    answer
}

/// Reads the little that somebody unknown may send before anything is done with it.
async fn read_whole(request: Request) -> Result<Request, Problem> {
    let (parts, body) = request.into_parts();
    let bytes = read_body(&parts, body, UNSIGNED_LIMIT).await?;
    Ok(Request::from_parts(parts, Body::from(bytes)))
}

async fn to_the_door(state: &AppState, wanted: &str) -> Response {
    if state.services.accounts().needs_setup().await.unwrap_or(false) {
        return Redirect::to("/set-up").into_response();
    }
    Redirect::to(&format!("/sign-in?next={}", app::encode(wanted))).into_response()
}

/// A cookie by name (RFC 6265 section 4.2.1).
pub(crate) fn cookie(headers: &HeaderMap, name: &str) -> Option<String> {
    let lines = headers.get_all(header::COOKIE).iter().filter_map(|value| value.to_str().ok());
    lines
        .flat_map(|line| line.split(';'))
        .filter_map(|pair| pair.trim().split_once('='))
        .find(|(found, _)| *found == name)
        .map(|(_, value)| value.to_owned())
}
