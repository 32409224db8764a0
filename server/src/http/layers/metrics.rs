//! Counts and times requests by route, never by path: paths hold ids.

use axum::http::{Method, StatusCode};
use metrics::{Counter, Histogram};
use std::{
    collections::HashMap,
    sync::{LazyLock, PoisonError, RwLock},
    time::Duration,
};

/// The series of a method and status, by route. Looking a series up by its labels costs more than a whole poll that
/// finds nothing new; there are as many series as routes and their answers.
type Series = HashMap<(&'static str, StatusCode), HashMap<String, (Counter, Histogram)>>;

static SERIES: LazyLock<RwLock<Series>> = LazyLock::new(RwLock::default);

/// Counts an answer; without a route it is one of those to paths that nobody knows.
pub fn count(method: &Method, route: Option<&str>, status: StatusCode, took: Duration) {
    let (counter, histogram) = series(known(method), status, route.unwrap_or("other"));
    counter.increment(1);
    histogram.record(took.as_secs_f64());
}

/// Methods that nobody knows are the caller's invention and must not fill the memory: they are one.
fn known(method: &Method) -> &'static str {
    METHODS.into_iter().find(|known| *known == method.as_str()).unwrap_or("other")
}

fn series(method: &'static str, status: StatusCode, route: &str) -> (Counter, Histogram) {
    let key = (method, status);
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
    let mut known = SERIES.write().unwrap_or_else(PoisonError::into_inner);
    known.entry(key).or_default().insert(route.to_owned(), made.clone());
    made
}

const METHODS: [&str; 7] = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn invented_methods_are_counted_as_one() {
        assert_eq!(known(&Method::PATCH), "PATCH");
        for invented in ["AAAA1", "AAAA2", "get", "TRACE"] {
            assert_eq!(known(&invented.parse().unwrap()), "other");
        }
    }
}
