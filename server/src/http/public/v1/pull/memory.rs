//! Manifests that are answered from memory, before a request comes to a route (`http::polls`).

use super::{Choice, FRESH, VARY, accepted, describe, matching, quoted};
use crate::http::{layers::headers, state::AppState};
use axum::{
    body::Body,
    extract::Query,
    http::{HeaderMap, HeaderValue, StatusCode, Uri, header},
    response::Response,
};
use services::pull::{ManifestAnswer, ServedManifest};

/// What receivers ask for all the time.
pub const POLLED: &str = "/api/v1/pull/manifest";

/// What answers from memory.
pub struct Memory {
    app: AppState,
    /// The headers of every answer, but for those that tell of what it holds.
    headers: HeaderMap,
}

impl Memory {
    /// Answers with what `app` reaches.
    pub fn new(app: AppState) -> Self {
        let mut headers = HeaderMap::with_capacity(16);
        // Room for the tag: a header that takes another's place is cheaper than one more.
        headers.insert(header::ETAG, HeaderValue::from_static("\"\""));
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static(FRESH));
        headers.insert(header::VARY, HeaderValue::from_static(VARY));
        headers::complete(&mut headers, &app.settings);
        Self { app, headers }
    }

    /// What the route answers to the bearer of `token`; none where memory alone cannot tell.
    pub fn answer(&self, token: &str, uri: &Uri, asked: &HeaderMap) -> Option<Response> {
        let choice = match uri.query() {
            Some(_) => Query::<Choice>::try_from_uri(uri).ok()?.0,
            None => Choice::default(),
        };
        let kind = choice.r#type.map(|text| text.parse()).transpose().ok()?;
        let is_known = |etag: &str| matching(asked, etag).is_some();
        match self.app.services.pull().from_memory(token, kind, choice.since, is_known)? {
            ManifestAnswer::Unchanged(etag) => Some(self.unchanged(&matching(asked, &etag)?)),
            ManifestAnswer::Manifest(served) => self.whole(&served, asked),
        }
    }

    fn unchanged(&self, tag: &str) -> Response {
        let mut answer = Response::new(Body::empty());
        *answer.status_mut() = StatusCode::NOT_MODIFIED;
        *answer.headers_mut() = self.headers.clone();
        describe(answer.headers_mut(), tag, None);
        answer
    }

    fn whole(&self, served: &ServedManifest, asked: &HeaderMap) -> Option<Response> {
        let (encoding, bytes) = self.app.encodings.ready(&served.etag, accepted(asked), &served.body)?;
        self.app.files.keep(&bytes);
        let mut answer = Response::new(Body::from(bytes));
        *answer.headers_mut() = self.headers.clone();
        describe(answer.headers_mut(), &quoted(&served.etag, encoding), Some(encoding));
        Some(answer)
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
