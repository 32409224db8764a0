//! What stands around every request: its span in the log, its time limit, a net for what falls, the security headers
//! and the figures. One layer, because each of its own would cost a poll of the pull API more than its answer does.

use super::{headers, metrics};
use crate::http::state::AppState;
use axum::{
    body::Body,
    extract::{MatchedPath, Request},
    http::{Method, StatusCode},
    response::{IntoResponse as _, Response},
};
use futures::{FutureExt as _, future::BoxFuture};
use std::{
    convert::Infallible,
    panic::AssertUnwindSafe,
    task::{Context, Poll},
    time::{Duration, Instant},
};
use tokio::time::timeout;
use tower::{Layer, Service};
use tracing::{Instrument as _, Span};

/// How long a request may take.
const TIMEOUT: Duration = Duration::from_secs(60);
/// What receivers ask for all the time.
const POLL: &str = "/api/v1/pull/";

/// Puts [`Around`] around every route.
#[derive(Clone)]
pub struct AroundLayer(pub AppState);

impl<S> Layer<S> for AroundLayer {
    type Service = Around<S>;

    fn layer(&self, inner: S) -> Around<S> {
        Around { inner, state: self.0.clone() }
    }
}

/// A route with everything that stands around it.
#[derive(Clone)]
pub struct Around<S> {
    inner: S,
    state: AppState,
}

impl<S> Service<Request> for Around<S>
where
    S: Service<Request, Response = Response, Error = Infallible>,
    S::Future: Send + 'static,
{
    type Response = Response;
    type Error = Infallible;
    type Future = BoxFuture<'static, Result<Response, Infallible>>;

    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        self.inner.poll_ready(context)
    }

    fn call(&mut self, request: Request) -> Self::Future {
        let begun = Instant::now();
        let (span, method) = (span(&request), request.method().clone());
        let route = request.extensions().get::<MatchedPath>().cloned();
        let (state, working) = (self.state.clone(), self.inner.call(request));
        let work = async move {
            let mut answer = answer(working, TIMEOUT).await;
            headers::complete(answer.headers_mut(), &state.settings);
            let took = begun.elapsed();
            told(&method, route.as_ref().map(MatchedPath::as_str), answer.status(), took);
            Ok(answer)
        };
        if span.is_disabled() { Box::pin(work) } else { Box::pin(work.instrument(span)) }
    }
}

/// The answer in time; what falls is caught here, so that it ends one request and not the connection.
async fn answer(working: impl Future<Output = Result<Response, Infallible>>, patience: Duration) -> Response {
    match timeout(patience, AssertUnwindSafe(working).catch_unwind()).await {
        Ok(Ok(Ok(answer))) => answer,
        Ok(Ok(Err(never))) => match never {},
        Ok(Err(cause)) => {
            let text = cause.downcast_ref::<String>().map(String::as_str);
            let text = text.or_else(|| cause.downcast_ref::<&str>().copied()).unwrap_or("no reason given");
            tracing::error!(text, "a request fell");
            (StatusCode::INTERNAL_SERVER_ERROR, "Tandem failed to answer; the log says why.\n")
                .into_response()
        }
        Err(_) => (StatusCode::SERVICE_UNAVAILABLE, Body::empty()).into_response(),
    }
}

/// Counts an answer, and tells of it in the log.
pub fn told(method: &Method, route: Option<&str>, status: StatusCode, took: Duration) {
    metrics::count(method, route, status, took);
    let milliseconds = took.as_millis();
    if status.is_server_error() {
        // Not every request has a span that names it.
        tracing::error!(%method, route, status = status.as_u16(), milliseconds, "a request failed");
    } else {
        tracing::debug!(status = status.as_u16(), milliseconds, "answered");
    }
}

/// Method and path, never the query: it may hold what people searched for. What receivers ask for writes no line that
/// would need one, unless it fails.
fn span(request: &Request) -> Span {
    if request.uri().path().starts_with(POLL) {
        return Span::none();
    }
    tracing::info_span!("request", method = %request.method(), path = request.uri().path())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn what_falls_is_an_answer() {
        let falls = async { panic!("on purpose") };
        assert_eq!(answer(falls, TIMEOUT).await.status(), StatusCode::INTERNAL_SERVER_ERROR);
    }

    #[tokio::test]
    async fn what_takes_too_long_is_an_answer() {
        assert_eq!(
            answer(std::future::pending(), Duration::ZERO).await.status(),
            StatusCode::SERVICE_UNAVAILABLE
        );
    }
}
