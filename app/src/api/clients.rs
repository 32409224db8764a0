//! API clients.

use super::ApiError;
use domain::{client::ApiClient, page::Page};
use jiff::Timestamp;
use leptos::server;
use serde::{Deserialize, Serialize};

/// The screen of the API clients.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Clients {
    /// The clients.
    pub page: Page<ApiClient>,
    /// The server's time.
    pub now: Timestamp,
}

/// API clients by name.
#[server(LoadClients)]
pub async fn clients(cursor: Option<String>) -> Result<Clients, ApiError> {
    use super::context::{refuse, signed_in};
    let (services, actor) = signed_in()?;
    let page = domain::page::PageRequest { cursor, ..Default::default() };
    Ok(Clients { page: services.clients().list(&actor, &page).await.map_err(refuse)?, now: services.now() })
}

/// Adds a client; says its name.
#[server]
pub async fn add_client(
    name: String,
    secret: String,
    secret_confirmation: String,
) -> Result<String, ApiError> {
    use super::context::{refuse, signed_in};
    let (services, actor) = signed_in()?;
    let new =
        domain::client::NewClient { name, secret, secret_confirmation, ring: None, content_types: None };
    Ok(services.clients().create(&actor, new).await.map_err(refuse)?.name)
}

/// A strong secret for a form that is being filled in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Generated {
    /// The secret.
    pub secret: String,
    /// The name that was typed so far.
    pub name: String,
}

/// A strong secret. Nothing is kept.
#[server]
pub async fn generate_secret(#[server(default)] name: String) -> Result<Generated, ApiError> {
    use super::context::signed_in;
    let (services, _) = signed_in()?;
    // It comes back in a cookie; a name that is longer than one may be is no name.
    let name = name.chars().take(200).collect();
    Ok(Generated { secret: services.clients().generate_secret(), name })
}

/// Gives a client a new secret, shown once; the old one works for so many hours more.
#[server]
pub async fn rotate_secret(id: String, overlap_hours: Option<u64>) -> Result<String, ApiError> {
    use super::context::{refuse, signed_in};
    let (services, actor) = signed_in()?;
    let id = id.parse().map_err(|_| ApiError::NotFound("API client".into()))?;
    let seconds = overlap_hours.unwrap_or(0).saturating_mul(3600);
    services.clients().rotate_secret(&actor, id, seconds).await.map_err(refuse)
}

/// Ends the old secret of a client at once.
#[server]
pub async fn end_old_secret(id: String) -> Result<String, ApiError> {
    use super::context::{refuse, signed_in};
    let (services, actor) = signed_in()?;
    let id = id.parse().map_err(|_| ApiError::NotFound("API client".into()))?;
    Ok(services.clients().end_old_secret(&actor, id).await.map_err(refuse)?.name)
}

/// Deletes a client whose name was typed to confirm.
#[server]
pub async fn delete_client(id: String, confirm: String) -> Result<(), ApiError> {
    use super::context::{refuse, signed_in};
    let (services, actor) = signed_in()?;
    let id = id.parse().map_err(|_| ApiError::NotFound("API client".into()))?;
    let client = services.clients().get(&actor, id).await.map_err(refuse)?;
    if client.name != confirm.trim() {
        return Err(ApiError::Conflict(format!(
            "Not deleted: type the name {} exactly to confirm.",
            client.name
        )));
    }
    services.clients().delete(&actor, id).await.map_err(refuse)
}
