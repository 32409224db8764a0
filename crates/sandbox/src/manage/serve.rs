//! The simulator over HTTP. Connections are served by hand, so that one can be dropped without an answer.

use super::{
    answer::{Answer, Body as Sent, refusal, throttled, unauthorized},
    api::{self, Credentials},
    callbacks, control, faults,
    faults::Kind,
    world::{Request, World},
};
use axum::{
    Router,
    body::{Body, Bytes, to_bytes},
    extract::State,
    http::{HeaderMap, HeaderValue, StatusCode, header},
    response::{IntoResponse as _, Response},
};
use base64::{Engine as _, prelude::BASE64_STANDARD};
use hyper_util::rt::TokioIo;
use jiff::{Timestamp, fmt::rfc2822::DateTimePrinter};
use serde_json::Value;
use std::{
    io,
    sync::{Arc, Mutex, PoisonError},
};
use tokio::net::TcpListener;
use tower::ServiceExt as _;

/// Everything that a request may bring.
const LARGEST: usize = 4 * 1024 * 1024;

/// Marks an answer that is never sent: the connection is dropped instead.
#[derive(Clone)]
struct Dropped;

/// The state, shared with the tests.
pub(super) type Shared = Arc<Mutex<World>>;

/// Serves until the task is stopped.
pub(super) async fn serve(listener: TcpListener, world: Shared) {
    let router = Router::new().merge(control::routes()).fallback(api).with_state(world);
    loop {
        let Ok((stream, _)) = listener.accept().await else { continue };
        let router = router.clone();
        tokio::spawn(async move {
            let service =
                hyper::service::service_fn(move |request: hyper::Request<hyper::body::Incoming>| {
                    let router = router.clone();
                    async move {
                        let answer =
                            router.oneshot(request.map(Body::new)).await.map_err(io::Error::other)?;
                        if answer.extensions().get::<Dropped>().is_some() {
                            return Err(io::Error::from(io::ErrorKind::ConnectionReset));
                        }
                        Ok(answer)
                    }
                });
            // A dropped connection ends here with its own error.
            drop(
                hyper::server::conn::http1::Builder::new()
                    .serve_connection(TokioIo::new(stream), service)
                    .await,
            );
        });
    }
}

async fn api(State(world): State<Shared>, request: axum::extract::Request) -> Response {
    let (parts, body) = request.into_parts();
    let body = to_bytes(body, LARGEST).await.unwrap_or_default();
    let query = parts.uri.query().unwrap_or_default();
    let request = {
        let world = lock(&world);
        Request {
            method: parts.method.to_string(),
            path: parts.uri.path().to_owned(),
            query: control::pairs(query),
            forward_only: parts.headers.get("pagination-type").is_some_and(|mode| mode == "forward-only"),
            signed: parts.headers.contains_key(header::AUTHORIZATION),
            body: serde_json::from_slice(&body).unwrap_or(Value::Null),
            status: 0,
            at: world.clock.now(),
        }
    };
    let fault = faults::strike(&mut lock(&world).faults, &request.method, &request.path);
    let (before, after) = fault.as_ref().map(Kind::delays).unwrap_or_default();
    tokio::time::sleep(before).await;
    if fault == Some(Kind::Stall) {
        lock(&world).log.push(request);
        return std::future::pending().await;
    }
    let (answer, now) = {
        let mut world = lock(&world);
        let answer = respond(&mut world, request, &credentials(&parts.headers), fault.as_ref());
        (answer, world.clock.now())
    };
    tokio::spawn(callbacks::deliver(world));
    tokio::time::sleep(after).await;
    match fault {
        Some(Kind::DropBefore | Kind::DropAfter) => (axum::Extension(Dropped), ()).into_response(),
        Some(Kind::CutAnswer) => cut(answer),
        _ => http(answer, now),
    }
}

fn respond(
    world: &mut World,
    mut request: Request,
    credentials: &Credentials,
    fault: Option<&Kind>,
) -> Answer {
    let answer = match fault {
        Some(kind) if !kind.is_done() => planned(kind),
        _ => api::answer(world, &request, credentials),
    };
    let never_sent = matches!(fault, Some(Kind::DropBefore | Kind::DropAfter));
    request.status = if never_sent { 0 } else { answer.status };
    world.log.push(request);
    answer
}

/// The answer of a fault that does nothing.
fn planned(kind: &Kind) -> Answer {
    match kind {
        Kind::Status { status: 401 } => unauthorized(),
        Kind::Status { status } => refusal(*status, "ConnectWiseApi", "An error occurred."),
        Kind::BadGateway => Answer::html(502, "Bad Gateway"),
        Kind::HtmlSuccess => Answer::html(200, "Down for maintenance"),
        Kind::Throttle { seconds } => throttled(*seconds),
        Kind::Redirect { to } => Answer::text(302, "").with("location", to.clone()),
        Kind::Slow { .. }
        | Kind::Late { .. }
        | Kind::Stall
        | Kind::DropBefore
        | Kind::DropAfter
        | Kind::CutAnswer => Answer::text(500, ""),
    }
}

/// `now` is the time of the instance, which need not be ours.
fn http(answer: Answer, now: Timestamp) -> Response {
    let (kind, body) = match answer.body {
        Sent::Json(body) => ("application/json; charset=utf-8", body.to_string()),
        Sent::Text(text) => ("text/plain", text),
        Sent::Html(page) => ("text/html", page),
        Sent::Empty => ("", String::new()),
    };
    let status = StatusCode::from_u16(answer.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let mut response = (status, body).into_response();
    let headers = response.headers_mut();
    headers.remove(header::CONTENT_TYPE);
    let date = DateTimePrinter::new().timestamp_to_rfc9110_string(&now).unwrap_or_default();
    let all = [("content-type", kind.to_owned()), ("cache-control", "no-cache".into()), ("date", date)]
        .into_iter()
        .chain(answer.headers);
    for (name, value) in all {
        if let Ok(value) = HeaderValue::from_str(&value)
            && !(name == "content-type" && value.is_empty())
        {
            headers.insert(name, value);
        }
    }
    response
}

/// The first half of the body, then an error.
fn cut(answer: Answer) -> Response {
    let body = match answer.body {
        Sent::Json(body) => body.to_string(),
        Sent::Text(text) | Sent::Html(text) => text,
        Sent::Empty => String::new(),
    };
    let half = Bytes::from(body.get(..body.len() / 2).unwrap_or_default().to_owned());
    let parts = [Ok(half), Err(io::Error::from(io::ErrorKind::ConnectionReset))];
    let mut response = Response::new(Body::from_stream(futures::stream::iter(parts)));
    *response.status_mut() = StatusCode::from_u16(answer.status).unwrap_or(StatusCode::OK);
    response
}

fn credentials(headers: &HeaderMap) -> Credentials {
    let text = headers.get(header::AUTHORIZATION).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let decoded = text.strip_prefix("Basic ").and_then(|code| BASE64_STANDARD.decode(code).ok());
    let decoded = decoded.and_then(|bytes| String::from_utf8(bytes).ok());
    let basic = decoded
        .and_then(|pair| pair.split_once(':').map(|(user, password)| (user.to_owned(), password.to_owned())));
    let client_id = headers.get("clientid").and_then(|id| id.to_str().ok()).map(str::to_owned);
    Credentials { basic, client_id }
}

/// The state; a test that panics elsewhere leaves it readable.
pub(super) fn lock(world: &Mutex<World>) -> std::sync::MutexGuard<'_, World> {
    world.lock().unwrap_or_else(PoisonError::into_inner)
}
