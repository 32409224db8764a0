//! What receivers ask for: who they are, the manifest, contents by hash, and their reports.

mod cache;

pub use cache::{PullCache, ServedManifest};

use crate::{
    Core, Error, Result,
    ports::store::{Lane, production::Epochs},
    tokens::sha256_hex,
};
use domain::{
    account::Actor,
    audit::{Outcome, action},
    client::ApiClient,
    content::{ContentHash, ContentType},
    field::Findings,
    pull::{Manifest, Report},
};
use jiff::SignedDuration;
use std::sync::Arc;

/// The most items that a report may hold.
const MAX_REPORTED: usize = 100_000;

/// What receivers ask for.
pub struct Pull<'a> {
    pub(crate) core: &'a Core,
}

impl Pull<'_> {
    /// Which client bears this token; refused once the token has ended or the client was deleted.
    pub async fn client(&self, token: &str) -> Result<ApiClient> {
        let epochs = self.epochs().await?;
        let hash = sha256_hex(token);
        let now = self.core.now();
        let known = self.core.pull.bearer(epochs, &hash);
        let (client, expires_at) = match known {
            Some(known) => known,
            None => {
                let found = self.core.store.client_by_token(&hash).await?.ok_or(Error::Unauthenticated)?;
                self.core.pull.keep_bearer(epochs, hash, found.clone());
                found
            }
        };
        if expires_at <= now { Err(Error::Unauthenticated) } else { Ok(client) }
    }

    /// The manifest of what the client may see: whole, or what changed after `since`.
    pub async fn manifest(
        &self,
        client: &ApiClient,
        only: Option<ContentType>,
        since: Option<i64>,
    ) -> Result<Arc<ServedManifest>> {
        let types = self.scope(client, only).await?;
        if since.is_some_and(|since| since < 0) {
            return Err(Error::field("since", "must be a revision that a manifest named, 0 or more"));
        }
        let epochs = self.epochs().await?;
        // A revision that production has not reached yet comes from another database: answer the whole.
        let since = since.filter(|since| *since <= epochs.revision);
        let served = match self.core.pull.manifest(epochs, &types, since) {
            Some(served) => served,
            None => self.build(types, since, epochs).await?,
        };
        self.note_pull(client, served.revision).await?;
        Ok(served)
    }

    async fn build(
        &self,
        types: Option<Vec<ContentType>>,
        since: Option<i64>,
        epochs: Epochs,
    ) -> Result<Arc<ServedManifest>> {
        let slice = self.core.store.production(types.as_deref(), since).await?;
        let manifest = Manifest {
            revision: slice.revision,
            full: since.is_none(),
            items: slice.items,
            removed: slice.removed,
            signature: None,
        };
        let body = serde_json::to_vec(&manifest).map_err(Error::internal)?;
        let etag = format!("r{}-{}", manifest.revision, &ContentHash::of(&body).as_str()[..16]);
        let served = Arc::new(ServedManifest { etag, revision: manifest.revision, body: body.into() });
        self.core.pull.keep_manifest(epochs, types, since, served.clone());
        Ok(served)
    }

    /// Canonical content by its hash: only what some published version has, and only of types that the client
    /// may see.
    pub async fn blob(&self, client: &ApiClient, hash: &ContentHash) -> Result<Vec<u8>> {
        let found = self.core.store.published_blob(hash, client.content_types.as_deref()).await?;
        found.ok_or(Error::NotFound("published content"))
    }

    /// Takes in what a receiver has.
    pub async fn report(&self, client: &ApiClient, report: Report) -> Result<()> {
        let mut findings = Findings::default();
        findings.check(report.items.len() > MAX_REPORTED, "items", "must be at most 100000");
        findings.check(report.revision < 0, "revision", "must be 0 or more");
        findings.finish()?;
        let now = self.core.now();
        let mut tx = self.core.store.begin(Lane::Accounts).await?;
        tx.replace_client_report(client.id, &report.items, now).await?;
        tx.touch_client(client.id, now, Some(report.revision)).await?;
        Ok(tx.commit().await?)
    }

    /// Looks whether another process changed production or clients; a job calls it a few times a second.
    pub async fn watch(&self) -> Result<()> {
        let epochs = self.core.store.epochs().await?;
        self.core.pull.learn(epochs);
        Ok(())
    }

    /// What counts as now. A database that others write to is asked every time; one that only this process
    /// writes to is asked again after each of its own changes.
    async fn epochs(&self) -> Result<Epochs> {
        if let Some(known) = self.core.pull.epochs().filter(|_| !self.core.store.is_shared()) {
            return Ok(known);
        }
        let ticket = self.core.pull.ticket();
        let epochs = self.core.store.epochs().await?;
        self.core.pull.learn_at(ticket, epochs);
        Ok(epochs)
    }

    /// The types to answer with: what was asked for, within what the client may see.
    async fn scope(&self, client: &ApiClient, only: Option<ContentType>) -> Result<Option<Vec<ContentType>>> {
        match (only, &client.content_types) {
            (None, allowed) => Ok(allowed.clone()),
            (Some(kind), Some(allowed)) if !allowed.contains(&kind) => {
                let actor = Actor::Client { id: client.id, name: client.name.clone() };
                let line = crate::work::Line::ok(
                    action::CLIENT_TOKEN,
                    format!("asked for {kind}, outside its scope"),
                );
                self.core.note(&actor, line.on(kind).ended(Outcome::Refused)).await?;
                Err(Error::OutsideScope)
            }
            (Some(kind), _) => Ok(Some(vec![kind])),
        }
    }

    /// Notes that the client pulled: at once when it has a new revision, else at most once a minute.
    async fn note_pull(&self, client: &ApiClient, revision: i64) -> Result<()> {
        let now = self.core.now();
        if !self.core.pull.is_news(client.id, revision, now, SignedDuration::from_secs(60)) {
            return Ok(());
        }
        let mut tx = self.core.store.begin(Lane::Accounts).await?;
        tx.touch_client(client.id, now, Some(revision)).await?;
        Ok(tx.commit().await?)
    }
}
