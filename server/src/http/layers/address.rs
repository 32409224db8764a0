//! Where a request comes from: the connection's own address, or what trusted proxies say.

use crate::http::state::{AppState, HttpSettings};
use axum::{
    extract::{ConnectInfo, FromRequestParts},
    http::{Extensions, HeaderMap, request::Parts},
};
use std::{convert::Infallible, net::SocketAddr};

/// The caller's address; none when it is not known.
#[derive(Debug, Clone)]
pub struct ClientAddress(pub Option<String>);

impl ClientAddress {
    /// Looked for when it is asked for: few requests need it.
    pub fn of(headers: &HeaderMap, extensions: &Extensions, settings: &HttpSettings) -> Self {
        let peer = || extensions.get::<ConnectInfo<SocketAddr>>().map(|info| info.0.ip().to_string());
        Self(forwarded(headers, settings.trusted_proxies).or_else(peer))
    }
}

impl FromRequestParts<AppState> for ClientAddress {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, state: &AppState) -> Result<Self, Infallible> {
        Ok(Self::of(&parts.headers, &parts.extensions, &state.settings))
    }
}

/// The entry that the outermost trusted proxy added, counted from the right: everything left of it can be
/// made up by the caller.
fn forwarded(headers: &HeaderMap, proxies: usize) -> Option<String> {
    if proxies == 0 {
        return None;
    }
    let lines = headers.get_all("x-forwarded-for").iter().filter_map(|value| value.to_str().ok());
    let entries: Vec<&str> = lines.flat_map(|line| line.split(',')).map(str::trim).collect();
    let entry = entries.len().checked_sub(proxies).and_then(|at| entries.get(at))?;
    Some((*entry).to_owned()).filter(|entry| !entry.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_trusted_hops_count() {
        let mut headers = HeaderMap::new();
        headers.insert("x-forwarded-for", "6.6.6.6, 1.2.3.4, 10.0.0.1".parse().unwrap());
        assert_eq!(forwarded(&headers, 0), None);
        assert_eq!(forwarded(&headers, 2).as_deref(), Some("1.2.3.4"));
        assert_eq!(forwarded(&headers, 9), None);
    }
}
