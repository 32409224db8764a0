//! API clients, their access tokens, and what they report.

use super::StoreResult;
use async_trait::async_trait;
use domain::{
    client::ApiClient,
    ids::ClientId,
    page::{Page, PageRequest},
    pull::ReportedItem,
};
use jiff::Timestamp;

/// Reads of API clients.
#[async_trait]
pub trait ClientReads {
    /// A client.
    async fn client(&self, id: ClientId) -> StoreResult<Option<ApiClient>>;
    /// A client and its secret hash (PHC string), by lower-case name.
    async fn client_by_name(&self, folded: &str) -> StoreResult<Option<(ApiClient, String)>>;
    /// Clients by name without regard to case.
    async fn clients(&self, page: &PageRequest) -> StoreResult<Page<ApiClient>>;
    /// The names of all clients, at most 1,000.
    async fn client_names(&self) -> StoreResult<Vec<String>>;
    /// The client that holds the access token with this hash, and when the token ends.
    async fn client_by_token(&self, token_hash: &str) -> StoreResult<Option<(ApiClient, Timestamp)>>;
    /// What a client reported last.
    async fn client_report(&self, id: ClientId) -> StoreResult<Vec<ReportedItem>>;
}

/// Writes of API clients.
#[async_trait]
pub trait ClientWrites {
    /// Adds a client; `Taken` when the name is.
    async fn insert_client(&mut self, client: &ApiClient, secret_hash: &str) -> StoreResult<()>;
    /// Changes name, ring and content types; `Taken` when the name is.
    async fn update_client(&mut self, client: &ApiClient) -> StoreResult<()>;
    /// Changes the secret hash.
    async fn set_client_secret(&mut self, id: ClientId, secret_hash: &str) -> StoreResult<()>;
    /// Deletes a client with its tokens and reports; says whether there was one.
    async fn delete_client(&mut self, id: ClientId) -> StoreResult<bool>;
    /// Adds an access token.
    async fn insert_client_token(
        &mut self,
        token_hash: &str,
        id: ClientId,
        expires_at: Timestamp,
    ) -> StoreResult<()>;
    /// Ends all access tokens of a client.
    async fn delete_client_tokens(&mut self, id: ClientId) -> StoreResult<()>;
    /// Forgets access tokens that ended before `now`.
    async fn delete_expired_client_tokens(&mut self, now: Timestamp) -> StoreResult<u64>;
    /// Notes when a client was last seen, and the revision that it pulled, if it did.
    async fn touch_client(&mut self, id: ClientId, at: Timestamp, revision: Option<i64>) -> StoreResult<()>;
    /// Replaces what a client reported.
    async fn replace_client_report(
        &mut self,
        id: ClientId,
        items: &[ReportedItem],
        at: Timestamp,
    ) -> StoreResult<()>;
}
