//! API clients: adding, listing, deleting, new secrets, and the tokens that receivers sign in for.
//! [`exceptions`] is about items that are served to one client differently, [`choosing`] about finding those.

mod choosing;
mod exceptions;

use crate::{
    Core, Error, Result,
    accounts::{Attempted, end_attempt},
    once::Once,
    ports::store::{Lane, StoreError, Transaction, clients::SignIn},
    tokens::sha256_hex,
    work::Line,
};
use domain::{
    account::{Actor, Permission},
    audit::{Outcome, action},
    client::{ApiClient, MAX_OVERLAP_SECONDS, NewClient, check_name},
    content::ContentType,
    ids::ClientId,
    page::{Page, PageRequest},
    pull::{AccessToken, ReportedItem, TOKEN_SECONDS},
};
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

/// API clients as administrators see them.
pub struct Clients<'a> {
    pub(crate) core: &'a Core,
    pub(crate) once: Once,
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
        if let Some(id) = self.once.done()? {
            return self.get(actor, id).await;
        }
        new.check()?;
        let client = ApiClient {
            id: ClientId(self.core.uuid()),
            name: new.name.trim().to_owned(),
            ring: String::new(),
            content_types: new.content_types.filter(|types| !types.is_empty()),
            created_at: self.core.now(),
            last_seen_at: None,
            last_revision: None,
            reported_errors: 0,
            receiver_version: None,
            old_secret_until: None,
            scope_revision: 0,
            exceptions: Vec::new(),
        };
        let hash = self.core.passwords.hash(&new.secret).await?;
        let mut tx = self.core.store.begin(Lane::Both).await?;
        let client = ApiClient { ring: ring(&mut *tx, new.ring).await?, ..client };
        tx.insert_client(&client, &hash).await.map_err(name_taken)?;
        let line = Line::ok(action::CLIENT, format!("added the API client {}", client.name)).about(client.id);
        self.core.audit(&mut *tx, actor, line).await?;
        self.once.keep(&mut *tx, client.id).await?;
        tx.commit().await?;
        Ok(client)
    }

    /// Changes name, ring or types. A new ring or other types make a new scope: the next answer is the whole.
    pub async fn update(&self, actor: &Actor, id: ClientId, patch: ClientPatch) -> Result<ApiClient> {
        self.core.require(actor, Permission::ManageClients).await?;
        let mut tx = self.core.store.begin(Lane::Both).await?;
        let before = tx.client_for_change(id).await?.ok_or(Error::NotFound("API client"))?;
        let mut client = before.clone();
        if let Some(name) = patch.name {
            check_name(&name)?;
            client.name = name.trim().to_owned();
        }
        if patch.ring.is_some() {
            client.ring = ring(&mut *tx, patch.ring).await?;
        }
        if let Some(types) = patch.content_types {
            client.content_types = Some(types).filter(|types| !types.is_empty());
        }
        if client.ring != before.ring || client.content_types != before.content_types {
            client.scope_revision = tx.next_revision(self.core.now()).await?;
            tx.save_client_scope(&client).await?;
        }
        tx.update_client(&client).await.map_err(name_taken)?;
        tx.bump_access().await?;
        let line = Line::ok(action::CLIENT, format!("changed the API client {}", client.name)).about(id);
        self.core.audit(&mut *tx, actor, line).await?;
        self.core.serve_anew(tx).await?;
        Ok(client)
    }

    /// Gives a client a new secret, shown once. The old one works for `overlap_seconds` more; without an overlap
    /// it and its tokens end at once.
    pub async fn rotate_secret(&self, actor: &Actor, id: ClientId, overlap_seconds: u64) -> Result<String> {
        let client = self.get(actor, id).await?;
        self.once.refuse_secret()?;
        if overlap_seconds > MAX_OVERLAP_SECONDS {
            let message = format!("must be at most {MAX_OVERLAP_SECONDS} (30 days)");
            return Err(Error::field("overlap_seconds", message));
        }
        let secret = self.generate_secret();
        let hash = self.core.passwords.hash(&secret).await?;
        let until = self.core.now() + seconds_long(overlap_seconds);
        let overlap = (overlap_seconds > 0).then_some(until);
        let mut tx = self.core.store.begin(Lane::Accounts).await?;
        tx.set_client_secret(id, &hash, overlap).await?;
        match overlap {
            Some(until) => tx.cap_client_tokens(id, until).await?,
            None => tx.delete_client_tokens(id).await?,
        }
        tx.bump_access().await?;
        let told = overlap.map_or_else(
            || format!("gave {} a new secret", client.name),
            |until| format!("gave {} a new secret; the old one works until {until}", client.name),
        );
        self.core.audit(&mut *tx, actor, Line::ok(action::CLIENT, told).about(id)).await?;
        self.once.keep(&mut *tx, id).await?;
        self.core.serve_anew(tx).await?;
        Ok(secret)
    }

    /// Ends the secret before the current one at once, with every token: a receiver that has the new secret
    /// signs in again by itself.
    pub async fn end_old_secret(&self, actor: &Actor, id: ClientId) -> Result<ApiClient> {
        self.core.require(actor, Permission::ManageClients).await?;
        let mut tx = self.core.store.begin(Lane::Accounts).await?;
        let mut client = tx.client_for_change(id).await?.ok_or(Error::NotFound("API client"))?;
        if !tx.end_old_secret(id).await? {
            return Err(Error::NotFound("old secret"));
        }
        tx.delete_client_tokens(id).await?;
        tx.bump_access().await?;
        let line = Line::ok(action::CLIENT, format!("ended the old secret of {}", client.name)).about(id);
        self.core.audit(&mut *tx, actor, line).await?;
        self.core.serve_anew(tx).await?;
        client.old_secret_until = None;
        Ok(client)
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
        self.core.serve_anew(tx).await?;
        Ok(())
    }

    /// Exchanges name and secret for an access token (RFC 6749 section 4.4). An unknown name and a wrong
    /// secret give the same answer in the same time. `program` is what the receiver says it is.
    pub async fn token(
        &self,
        name: &str,
        secret: &str,
        address: Option<&str>,
        program: Option<&str>,
    ) -> Result<AccessToken> {
        // Nobody can be called so: nothing of it is kept.
        check_name(name).map_err(|_| Error::Unauthenticated)?;
        let folded = name.trim().to_lowercase();
        let attempted = Attempted::client(&folded, address);
        let _turn = self.core.begin_attempt(&attempted).await?;
        let found = self.core.store.client_by_name(&folded).await?;
        let now = self.core.now();
        let ends = self.token_end(secret, found.as_ref(), now).await?;
        let (Some(client), Some(ends)) = (found.map(|found| found.client), ends) else {
            let line = Line::ok(action::CLIENT_TOKEN, "a receiver's sign-in failed").about(&folded);
            let line = line.ended(Outcome::Refused);
            self.core.fail_attempt(&attempted, &Actor::system("token"), line).await?;
            return Err(Error::Unauthenticated);
        };
        let token = self.core.secret("tdc_");
        let mut tx = self.core.store.begin(Lane::Accounts).await?;
        end_attempt(&mut *tx, &attempted).await?;
        tx.insert_client_token(&sha256_hex(&token), client.id, ends).await?;
        tx.touch_clients(&[(client.id, now, None)]).await?;
        if let Some(program) = program.map(receiver_program).filter(|known| *known != client.receiver_version)
        {
            tx.note_receiver(client.id, program.as_deref().unwrap_or_default()).await?;
        }
        tx.commit().await?;
        let expires_in = u64::try_from(ends.duration_since(now).as_secs()).unwrap_or_default();
        Ok(AccessToken { access_token: token, token_type: "Bearer".into(), expires_in })
    }

    /// When a token for this secret ends: never later than the secret itself. None for a wrong secret.
    async fn token_end(
        &self,
        secret: &str,
        found: Option<&SignIn>,
        now: Timestamp,
    ) -> Result<Option<Timestamp>> {
        if secret.len() > 1024 {
            return Ok(None);
        }
        let ends = now + seconds_long(TOKEN_SECONDS);
        if self.core.passwords.verify(secret, found.map(|found| found.secret_hash.as_str())).await? {
            return Ok(found.map(|_| ends));
        }
        let old = found.and_then(|found| found.old.as_ref()).filter(|(_, until)| *until > now);
        match old {
            Some((hash, until)) if self.core.passwords.verify(secret, Some(hash)).await? => {
                Ok(Some(ends.min(*until)))
            }
            _ => Ok(None),
        }
    }
}

fn seconds_long(seconds: u64) -> SignedDuration {
    SignedDuration::from_secs(i64::try_from(seconds).unwrap_or(900))
}

/// What a receiver says of itself, fit to be shown; only what looks like a product name (RFC 9110 section 10.1.5).
fn receiver_program(agent: &str) -> Option<String> {
    let first = agent.split_whitespace().next()?;
    let plain = |c: char| c.is_ascii_alphanumeric() || "/.-_+".contains(c);
    (first.len() <= 60 && first.chars().all(plain)).then(|| first.to_owned())
}

/// The ring of this name, or the last one when none is named.
async fn ring(tx: &mut dyn Transaction, named: Option<String>) -> Result<String> {
    let rings = tx.rings_for_change().await?;
    let wanted = named.map(|name| name.trim().to_lowercase()).filter(|name| !name.is_empty());
    let found = match &wanted {
        Some(wanted) => rings.iter().find(|ring| ring.name.to_lowercase() == *wanted),
        None => rings.last(),
    };
    found.map(|ring| ring.name.clone()).ok_or_else(|| {
        let names: Vec<&str> = rings.iter().map(|ring| ring.name.as_str()).collect();
        Error::field("ring", format!("is not a ring: use one of {}", names.join(", ")))
    })
}

fn name_taken(error: StoreError) -> Error {
    match error {
        StoreError::Taken(_) => {
            Error::field("name", "belongs to another API client already: choose another name")
        }
        other => other.into(),
    }
}
