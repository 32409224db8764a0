//! What a poll that finds nothing new is answered from memory, before it comes to a route (`http::polls`).

use super::{Choice, FRESH, VARY, matching};
use crate::http::state::AppState;
use axum::{
    extract::Query,
    http::{HeaderMap, HeaderValue, Uri, header},
};

/// What receivers ask for all the time.
pub const POLLED: &str = "/api/v1/pull/manifest";

/// The tag that the caller has, quoted, where memory alone can tell that it is current.
pub fn unchanged(app: &AppState, token: &str, uri: &Uri, headers: &HeaderMap) -> Option<String> {
    let choice = match uri.query() {
        Some(_) => Query::<Choice>::try_from_uri(uri).ok()?.0,
        None => Choice::default(),
    };
    let kind = choice.r#type.map(|text| text.parse()).transpose().ok()?;
    let is_known = |etag: &str| matching(headers, etag).is_some();
    let etag = app.services.pull().unchanged(token, kind, choice.since, is_known)?;
    matching(headers, &etag)
}

/// The headers of the route's own answer, with room for the tag.
pub fn not_modified() -> HeaderMap {
    let mut headers = HeaderMap::new();
    headers.insert(header::ETAG, HeaderValue::from_static("\"\""));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static(FRESH));
    headers.insert(header::VARY, HeaderValue::from_static(VARY));
    headers
}

/// Puts the quoted tag in.
pub fn tag(headers: &mut HeaderMap, tag: &str) {
    if let Ok(tag) = HeaderValue::from_str(tag) {
        headers.insert(header::ETAG, tag);
    }
}

#[cfg(test)]
mod tests {
    use super::POLLED;
    use crate::http::public::{PREFIX, v1::pull::endpoints};

    #[test]
    fn what_receivers_poll_is_a_route() {
        let all = endpoints();
        let mut routes = all.iter().map(|endpoint| (endpoint.method, format!("{PREFIX}{}", endpoint.path)));
        assert!(routes.any(|route| route == ("GET", POLLED.to_owned())));
    }
}
