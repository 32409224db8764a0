//! Where a request comes from: the connection's own address, or what trusted proxies say.

use axum::{
    extract::{ConnectInfo, Request, State},
    http::HeaderMap,
    middleware::Next,
    response::Response,
};
use std::{net::SocketAddr, sync::Arc};

use crate::http::state::HttpSettings;

/// The caller's address; none when it is not known.
#[derive(Debug, Clone)]
pub struct ClientAddress(pub Option<String>);

/// Notes the caller's address in the request.
pub async fn layer(State(settings): State<Arc<HttpSettings>>, mut request: Request, next: Next) -> Response {
    let peer = request.extensions().get::<ConnectInfo<SocketAddr>>().map(|info| info.0.ip().to_string());
    let address = forwarded(request.headers(), settings.trusted_proxies).or(peer);
    request.extensions_mut().insert(ClientAddress(address));
    next.run(request).await
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
