//! Names and their addresses. Which addresses may be called stands in `domain::net`.

use async_trait::async_trait;
use std::{io, net::SocketAddr};

/// Turns names into addresses; a parameter, so that tests can play a lying name server.
#[async_trait]
pub trait Names: Send + Sync + 'static {
    /// Every address of `host`.
    async fn addresses(&self, host: &str, port: u16) -> io::Result<Vec<SocketAddr>>;
}

/// The machine's own resolver.
#[derive(Debug, Clone, Copy, Default)]
pub struct SystemNames;

#[async_trait]
impl Names for SystemNames {
    async fn addresses(&self, host: &str, port: u16) -> io::Result<Vec<SocketAddr>> {
        tokio::net::lookup_host((host, port)).await.map(Iterator::collect)
    }
}
