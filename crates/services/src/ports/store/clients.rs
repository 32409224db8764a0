//! API clients, their access tokens, and what they report.

use super::StoreResult;
use async_trait::async_trait;
use domain::{
    client::ApiClient,
    ids::{ClientId, RingId},
    page::{Page, PageRequest},
    pull::ReportedItem,
};
use jiff::Timestamp;

/// A client with what its secrets are checked against.
#[derive(Debug, Clone)]
pub struct SignIn {
    /// The client.
    pub client: ApiClient,
    /// The hash of the secret (PHC string).
    pub secret_hash: String,
    /// The hash of the secret before, and until when it works.
    pub old: Option<(String, Timestamp)>,
}

/// Who bears an access token.
#[derive(Debug, Clone)]
pub struct Bearer {
    /// The client.
    pub client: ApiClient,
    /// The ring that it reads; none for the first.
    pub ring: Option<RingId>,
    /// When the token ends.
    pub expires_at: Timestamp,
}

impl Bearer {
    /// Whether the token has ended.
    pub fn has_ended(&self, now: Timestamp) -> bool {
        self.expires_at <= now
    }

    /// Whether an exception has ended that is still in the client's list.
    pub fn outlived_an_exception(&self, now: Timestamp) -> bool {
        self.client.exceptions.iter().any(|exception| exception.has_ended(now))
    }
}

/// Reads of API clients.
#[async_trait]
pub trait ClientReads {
    /// A client.
    async fn client(&self, id: ClientId) -> StoreResult<Option<ApiClient>>;
    /// A client with its secrets, by lower-case name.
    async fn client_by_name(&self, folded: &str) -> StoreResult<Option<SignIn>>;
    /// Clients by name without regard to case.
    async fn clients(&self, page: &PageRequest) -> StoreResult<Page<ApiClient>>;
    /// The names of all clients, at most 1,000.
    async fn client_names(&self) -> StoreResult<Vec<String>>;
    /// The names of the clients that read a ring, at most 1,000.
    async fn client_names_in(&self, ring: &str) -> StoreResult<Vec<String>>;
    /// Who holds the access token with this hash.
    async fn client_by_token(&self, token_hash: &str) -> StoreResult<Option<Bearer>>;
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
    /// A client, to be changed.
    async fn client_for_change(&mut self, id: ClientId) -> StoreResult<Option<ApiClient>>;
    /// Keeps the scope revision and the exceptions of a client.
    async fn save_client_scope(&mut self, client: &ApiClient) -> StoreResult<()>;
    /// Gives all clients of a ring a new scope revision.
    async fn restart_scopes(&mut self, ring: &str, revision: i64) -> StoreResult<()>;
    /// Changes the secret hash; the one before works until `old_until`, or ends now when none.
    async fn set_client_secret(
        &mut self,
        id: ClientId,
        secret_hash: &str,
        old_until: Option<Timestamp>,
    ) -> StoreResult<()>;
    /// Ends the secret before the current one; says whether there was one.
    async fn end_old_secret(&mut self, id: ClientId) -> StoreResult<bool>;
    /// Lets all access tokens of a client end at `until` at the latest.
    async fn cap_client_tokens(&mut self, id: ClientId, until: Timestamp) -> StoreResult<()>;
    /// Notes the program that a client signed in with.
    async fn note_receiver(&mut self, id: ClientId, version: &str) -> StoreResult<()>;
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
    /// Notes when clients were last seen, each with the revision that it pulled, if it did; one that is gone is left out.
    async fn touch_clients(&mut self, seen: &[(ClientId, Timestamp, Option<i64>)]) -> StoreResult<()>;
    /// Replaces what a client reported.
    async fn replace_client_report(
        &mut self,
        id: ClientId,
        items: &[ReportedItem],
        at: Timestamp,
    ) -> StoreResult<()>;
}
