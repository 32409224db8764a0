//! API clients: adding, listing, deleting, new secrets, and the tokens that receivers sign in for.

use crate::{
    Core, Error, Result,
    accounts::Attempted,
    ports::store::{Lane, StoreError},
    tokens::sha256_hex,
    work::Line,
};
use domain::{
    account::{Actor, Permission},
    audit::{Outcome, action},
    client::{ApiClient, DEFAULT_RING, NewClient, check_name},
    content::ContentType,
    ids::ClientId,
    page::{Page, PageRequest},
    pull::{AccessToken, ReportedItem, TOKEN_SECONDS},
};
use jiff::SignedDuration;
use serde::{Deserialize, Serialize};

/// API clients as administrators see them.
pub struct Clients<'a> {
    pub(crate) core: &'a Core,
}

/// What to change about a client; none leaves it.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct ClientPatch {
    /// Its name.
    #[serde(default)]
    pub name: Option<String>,
    /// Its ring.
    #[serde(default)]
    pub ring: Option<String>,
    /// The types it may read; an empty list means all.
    #[serde(default)]
    pub content_types: Option<Vec<ContentType>>,
}

impl Clients<'_> {
    /// Clients by name.
    pub async fn list(&self, actor: &Actor, page: &PageRequest) -> Result<Page<ApiClient>> {
        self.core.require(actor, Permission::ManageClients).await?;
        Ok(self.core.store.clients(page).await?)
    }

    /// One client.
    pub async fn get(&self, actor: &Actor, id: ClientId) -> Result<ApiClient> {
        self.core.require(actor, Permission::ManageClients).await?;
        self.core.store.client(id).await?.ok_or(Error::NotFound("API client"))
    }

    /// What a client reported last.
    pub async fn report(&self, actor: &Actor, id: ClientId) -> Result<Vec<ReportedItem>> {
        self.get(actor, id).await?;
        Ok(self.core.store.client_report(id).await?)
    }

    /// A strong secret for someone who asks for one. Nothing is kept.
    pub fn generate_secret(&self) -> String {
        self.core.secret("tcs_")
    }

    /// Adds a client.
    pub async fn create(&self, actor: &Actor, new: NewClient) -> Result<ApiClient> {
        self.core.require(actor, Permission::ManageClients).await?;
        new.check()?;
        let client = ApiClient {
            id: ClientId(self.core.uuid()),
            name: new.name.trim().to_owned(),
            ring: ring(new.ring)?,
            content_types: new.content_types.filter(|types| !types.is_empty()),
            created_at: self.core.now(),
            last_seen_at: None,
            last_revision: None,
            reported_errors: 0,
        };
        let hash = self.core.passwords.hash(&new.secret).await?;
        let mut tx = self.core.store.begin(Lane::Accounts).await?;
        tx.insert_client(&client, &hash).await.map_err(name_taken)?;
        let line = Line::ok(action::CLIENT, format!("added the API client {}", client.name)).about(client.id);
        self.core.audit(&mut *tx, actor, line).await?;
        tx.commit().await?;
        Ok(client)
    }

    /// Changes name, ring or types.
    pub async fn update(&self, actor: &Actor, id: ClientId, patch: ClientPatch) -> Result<ApiClient> {
        let mut client = self.get(actor, id).await?;
        if let Some(name) = patch.name {
            check_name(&name)?;
            client.name = name.trim().to_owned();
        }
        if patch.ring.is_some() {
            client.ring = ring(patch.ring)?;
        }
        if let Some(types) = patch.content_types {
            client.content_types = Some(types).filter(|types| !types.is_empty());
        }
        let mut tx = self.core.store.begin(Lane::Accounts).await?;
        tx.update_client(&client).await.map_err(name_taken)?;
        tx.bump_access().await?;
        let line = Line::ok(action::CLIENT, format!("changed the API client {}", client.name)).about(id);
        self.core.audit(&mut *tx, actor, line).await?;
        tx.commit().await?;
        self.core.pull.recheck();
        Ok(client)
    }

    /// Gives a client a new secret, shown once. Tokens of the old one end.
    pub async fn rotate_secret(&self, actor: &Actor, id: ClientId) -> Result<String> {
        let client = self.get(actor, id).await?;
        let secret = self.generate_secret();
        let hash = self.core.passwords.hash(&secret).await?;
        let mut tx = self.core.store.begin(Lane::Accounts).await?;
        tx.set_client_secret(id, &hash).await?;
        tx.delete_client_tokens(id).await?;
        tx.bump_access().await?;
        let line = Line::ok(action::CLIENT, format!("gave {} a new secret", client.name)).about(id);
        self.core.audit(&mut *tx, actor, line).await?;
        tx.commit().await?;
        self.core.pull.recheck();
        Ok(secret)
    }

    /// Deletes a client: its very next request is refused.
    pub async fn delete(&self, actor: &Actor, id: ClientId) -> Result<()> {
        let client = self.get(actor, id).await?;
        let mut tx = self.core.store.begin(Lane::Accounts).await?;
        if !tx.delete_client(id).await? {
            return Err(Error::NotFound("API client"));
        }
        tx.bump_access().await?;
        let line = Line::ok(action::CLIENT, format!("deleted the API client {}", client.name)).about(id);
        self.core.audit(&mut *tx, actor, line).await?;
        tx.commit().await?;
        self.core.pull.recheck();
        Ok(())
    }

    /// Exchanges name and secret for an access token (RFC 6749 section 4.4). An unknown name and a wrong
    /// secret give the same answer in the same time.
    pub async fn token(&self, name: &str, secret: &str, address: Option<&str>) -> Result<AccessToken> {
        let folded = name.trim().to_lowercase();
        let attempted = Attempted::new("client", &folded, address);
        self.core.check_attempts(&attempted).await?;
        let found = self.core.store.client_by_name(&folded).await?;
        let kept = found.as_ref().map(|(_, hash)| hash.as_str());
        let right = secret.len() <= 1024 && self.core.passwords.verify(secret, kept).await?;
        self.core.settle_attempt(&attempted, right).await?;
        let Some(client) = found.map(|(client, _)| client).filter(|_| right) else {
            let line = Line::ok(action::CLIENT_TOKEN, "a receiver's sign-in failed").about(&folded);
            self.core.note(&Actor::system("token"), line.ended(Outcome::Refused)).await?;
            return Err(Error::Unauthenticated);
        };
        let token = self.core.secret("tdc_");
        let now = self.core.now();
        let lives = SignedDuration::from_secs(i64::try_from(TOKEN_SECONDS).unwrap_or(900));
        let mut tx = self.core.store.begin(Lane::Accounts).await?;
        tx.insert_client_token(&sha256_hex(&token), client.id, now + lives).await?;
        tx.touch_client(client.id, now, None).await?;
        tx.commit().await?;
        Ok(AccessToken { access_token: token, token_type: "Bearer".into(), expires_in: TOKEN_SECONDS })
    }
}

fn ring(ring: Option<String>) -> Result<String> {
    let ring = ring.map(|ring| ring.trim().to_owned()).filter(|ring| !ring.is_empty());
    let ring = ring.unwrap_or_else(|| DEFAULT_RING.to_owned());
    if ring.chars().count() > 50 || ring.chars().any(char::is_control) {
        return Err(Error::field("ring", "must have at most 50 characters"));
    }
    Ok(ring)
}

fn name_taken(error: StoreError) -> Error {
    match error {
        StoreError::Taken(_) => {
            Error::field("name", "belongs to another API client already: choose another name")
        }
        other => other.into(),
    }
}
