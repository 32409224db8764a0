//! Connections to checked addresses only.

use super::{Patience, locked};
use crate::{error::ManageError, names::Names};
use domain::net::Networks;
use reqwest::{Client, Url, redirect::Policy};
use std::{
    collections::HashMap,
    net::{IpAddr, SocketAddr},
    sync::{Arc, Mutex},
    time::Duration,
};

/// How long a name's checked addresses are used before the name is resolved, and checked, again.
const FRESH: Duration = Duration::from_secs(300);

/// HTTP clients by host, each pinned to the addresses that were checked.
pub(super) struct Connections {
    names: Arc<dyn Names>,
    allowed: Networks,
    timeout: Duration,
    kept: Mutex<HashMap<String, (Client, Duration)>>,
}

impl Connections {
    pub(super) fn new(names: Arc<dyn Names>, patience: &Patience) -> Self {
        Self {
            names,
            allowed: patience.allowed_networks.clone(),
            timeout: patience.timeout,
            kept: Mutex::default(),
        }
    }

    /// A client for the host of `url`.
    pub(super) async fn client(&self, url: &Url, now: Duration) -> Result<Client, ManageError> {
        let host = url.host_str().unwrap_or_default().to_owned();
        if let Some((client, made)) = locked(&self.kept).get(&host)
            && now.saturating_sub(*made) < FRESH
        {
            return Ok(client.clone());
        }
        let addresses = self.checked(&host, url.port_or_known_default().unwrap_or_default()).await?;
        let client = Client::builder()
            .redirect(Policy::none())
            .no_proxy()
            .connect_timeout(self.timeout)
            .timeout(self.timeout)
            .user_agent(concat!("Tandem/", env!("CARGO_PKG_VERSION")))
            .resolve_to_addrs(&host, &addresses)
            .build()
            .map_err(|error| {
                tracing::error!(%error, "the HTTP client cannot be built");
                ManageError::Unreachable(host.clone())
            })?;
        locked(&self.kept).insert(host, (client.clone(), now));
        Ok(client)
    }

    /// Forgets the addresses after a failed connection, so that a move is followed at once.
    pub(super) fn forget(&self, url: &Url) {
        locked(&self.kept).remove(url.host_str().unwrap_or_default());
    }

    /// Every address of the host; an error unless all of them may be connected to.
    async fn checked(&self, host: &str, port: u16) -> Result<Vec<SocketAddr>, ManageError> {
        let unreachable = || ManageError::Unreachable(host.to_owned());
        let found = match host.trim_matches(['[', ']']).parse::<IpAddr>() {
            Ok(address) => vec![SocketAddr::new(address, port)],
            Err(_) => self.names.addresses(host, port).await.map_err(|error| {
                tracing::info!(host, %error, "the name of a Manage instance cannot be resolved");
                unreachable()
            })?,
        };
        let refused = found.iter().find(|address| !self.allowed.permit(address.ip()));
        if let Some(refused) = refused {
            tracing::warn!(host, address = %refused.ip(), "this address is not on the internet and not in allowed_networks");
        }
        if found.is_empty() || refused.is_some() { Err(unreachable()) } else { Ok(found) }
    }
}
