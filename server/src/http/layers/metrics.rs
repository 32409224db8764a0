//! Counts and times requests by route, never by path: paths hold ids.

use axum::{
    extract::{MatchedPath, Request},
    http::{Method, StatusCode},
    middleware::Next,
    response::Response,
};
use metrics::{Counter, Histogram};
use std::{
    collections::HashMap,
    sync::{LazyLock, PoisonError, RwLock},
    time::Instant,
};

/// The series of a method and status, by route. Looking a series up by its labels costs more than a whole poll that
/// finds nothing new; there are as many series as routes and their answers.
type Series = HashMap<(Method, StatusCode), HashMap<String, (Counter, Histogram)>>;

static SERIES: LazyLock<RwLock<Series>> = LazyLock::new(RwLock::default);

/// Measures a request.
pub async fn layer(request: Request, next: Next) -> Response {
    let method = request.method().clone();
    let route = request.extensions().get::<MatchedPath>().cloned();
    let begun = Instant::now();
    let answer = next.run(request).await;
    let (counter, histogram) =
        series(&method, answer.status(), route.as_ref().map_or("other", MatchedPath::as_str));
    counter.increment(1);
    histogram.record(begun.elapsed().as_secs_f64());
    answer
}

fn series(method: &Method, status: StatusCode, route: &str) -> (Counter, Histogram) {
    let key = (method.clone(), status);
    let known = SERIES.read().unwrap_or_else(PoisonError::into_inner);
    if let Some(found) = known.get(&key).and_then(|routes| routes.get(route)) {
        return found.clone();
    }
    drop(known);
    let labels = [
        ("method", method.to_string()),
        ("route", route.to_owned()),
        ("status", status.as_u16().to_string()),
    ];
    let made = (
        metrics::counter!("tandem_http_requests_total", &labels),
        metrics::histogram!("tandem_http_request_seconds", &labels[..2]),
    );
    // Methods that nobody knows are the caller's invention and must not fill the memory.
    if STANDARD.contains(method) {
        let mut known = SERIES.write().unwrap_or_else(PoisonError::into_inner);
        known.entry(key).or_default().insert(route.to_owned(), made.clone());
    }
    made
}

const STANDARD: [Method; 7] =
    [Method::GET, Method::HEAD, Method::POST, Method::PUT, Method::PATCH, Method::DELETE, Method::OPTIONS];
