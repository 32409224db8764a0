//! What receivers ask for: who they are, the manifest, contents by hash, and their reports.
//!
//! Answers are made from what a ring serves, kept in memory as long as its revision stands: scope, exceptions and
//! deltas are pure (`domain::pull::serve`), and every manifest is signed once, when it is built.

mod blobs;
mod cache;
mod epochs;
mod memory;
mod reading;
mod seen;
mod signing;

pub use cache::{PullCache, ServedManifest};

use crate::{
    Core, Error, Result,
    once::Once,
    ports::store::{
        Lane,
        clients::Bearer,
        production::{Epochs, Published},
    },
    tokens::sha256_hex,
    work::Line,
};
use cache::Question;
pub(crate) use cache::RingSlice;
use domain::{
    account::Actor,
    audit::{Outcome, action},
    client::ApiClient,
    content::{ContentHash, ContentType, ItemKey},
    field::Findings,
    ids::RingId,
    pull::{Report, Scope, revision_of, serve},
};
use jiff::SignedDuration;
use std::sync::Arc;

/// The most items that a report may hold.
const MAX_REPORTED: usize = 100_000;
/// How often refusals of one client are written down.
const REFUSAL: SignedDuration = SignedDuration::from_secs(60);

/// What receivers ask for.
pub struct Pull<'a> {
    pub(crate) core: &'a Core,
    pub(crate) once: Once,
}

/// A receiver that was let in, and what counted as now when it was: all of one request is answered as of then.
pub struct Admitted {
    /// Who asks.
    pub bearer: Arc<Bearer>,
    epochs: Epochs,
}

/// The answer to a question about the manifest.
pub enum ManifestAnswer {
    /// What the caller has is current; its tag.
    Unchanged(Arc<str>),
    /// The manifest.
    Manifest(Arc<ServedManifest>),
}

impl Pull<'_> {
    /// Which client bears this token; refused once the token has ended or the client was deleted.
    pub async fn client(&self, token: &str) -> Result<Admitted> {
        let hash = sha256_hex(token);
        let now = self.core.now();
        let mut admitted = self.admit(&hash).await?;
        if admitted.bearer.outlived_an_exception(now) {
            self.core.end_exceptions(admitted.bearer.client.id).await?;
            admitted = self.admit(&hash).await?;
        }
        if admitted.bearer.has_ended(now) { Err(Error::Unauthenticated) } else { Ok(admitted) }
    }

    async fn admit(&self, hash: &str) -> Result<Admitted> {
        let epochs = self.core.epochs().await?;
        if let Some(bearer) = self.core.pull.bearer(epochs, hash) {
            return Ok(Admitted { bearer, epochs });
        }
        let found = self.core.store.client_by_token(hash).await?.ok_or(Error::Unauthenticated)?;
        let bearer = Arc::new(found);
        self.core.pull.keep_bearer(epochs, hash.to_owned(), bearer.clone());
        Ok(Admitted { bearer, epochs })
    }

    /// The manifest of what the client may see: whole, or what changed after `since`. `is_known` tells whether
    /// the caller has what a tag names: then nothing needs to be made.
    pub async fn manifest(
        &self,
        admitted: &Admitted,
        only: Option<ContentType>,
        since: Option<i64>,
        is_known: impl Fn(&str) -> bool,
    ) -> Result<ManifestAnswer> {
        let Admitted { bearer, epochs } = admitted;
        let (client, epochs) = (&bearer.client, *epochs);
        if let Some(kind) = only.filter(|kind| !client.reads(*kind)) {
            return Err(self.outside(client, Some(kind), kind.as_str()).await?);
        }
        if since.is_some_and(|since| since < 0) {
            return Err(Error::field("since", "must be a revision that a manifest named, 0 or more"));
        }
        let slice = self.core.ring_at(epochs, bearer.ring).await?;
        let question = Question::of(bearer, only, slice.revision, since);
        self.core.pull.seen.note(client.id, question.revision, self.core.now());
        if let Some(kept) = self.core.pull.manifest(epochs, &question).filter(|kept| is_known(&kept.etag)) {
            return Ok(ManifestAnswer::Unchanged(kept.etag));
        }
        let served = self.served(epochs, question, client, &slice).await?;
        Ok(match is_known(&served.etag) {
            true => ManifestAnswer::Unchanged(served.etag.clone()),
            false => ManifestAnswer::Manifest(served),
        })
    }

    async fn served(
        &self,
        epochs: Epochs,
        question: Question,
        client: &ApiClient,
        slice: &RingSlice,
    ) -> Result<Arc<ServedManifest>> {
        let known = || self.core.pull.manifest(epochs, &question)?.served;
        if let Some(served) = known() {
            return Ok(served);
        }
        let _building = self.core.pull.building.lock().await;
        if let Some(served) = known() {
            return Ok(served);
        }
        let scope = Scope { types: question.types.clone(), since: client.scope_revision };
        let mut manifest = serve(&slice.pointers, &scope, &client.exceptions, question.since);
        if let Some(signer) = self.signer(epochs).await? {
            signer.sign(&mut manifest);
        }
        let body = serde_json::to_vec(&manifest).map_err(Error::internal)?;
        let etag = format!("r{}-{}", manifest.revision, &ContentHash::of(&body).as_str()[..16]).into();
        let served = Arc::new(ServedManifest { etag, revision: manifest.revision, body: body.into() });
        self.core.pull.keep_manifest(epochs, question, served.clone());
        Ok(served)
    }

    /// Canonical content by its hash: only what was published, of types that the client may see, and what its
    /// ring served or an exception of the client names.
    pub async fn blob(&self, admitted: &Admitted, hash: &ContentHash) -> Result<Arc<[u8]>> {
        let bearer = &admitted.bearer;
        let published = self.published(admitted.epochs, bearer.ring, hash).await?;
        if published.keys.is_empty() {
            return Err(Error::NotFound("published content"));
        }
        let visible = |key: &ItemKey| may_see(&bearer.client, key, hash, published.in_ring);
        if !published.keys.iter().any(visible) {
            let what = published.keys.first().map(ToString::to_string).unwrap_or_default();
            return Err(self.outside(&bearer.client, None, &format!("the content {hash} of {what}")).await?);
        }
        if let Some(known) = self.core.pull.content(hash) {
            return Ok(known);
        }
        let found = self.core.store.blob(hash).await?.ok_or(Error::NotFound("published content"))?;
        let content: Arc<[u8]> = found.into();
        self.core.pull.keep_content(hash, content.clone());
        Ok(content)
    }

    /// Where a content was published, seen from a ring. That nobody published it is not kept: anybody may make up
    /// hashes.
    async fn published(
        &self,
        epochs: Epochs,
        ring: Option<RingId>,
        hash: &ContentHash,
    ) -> Result<Arc<Published>> {
        if let Some(known) = self.core.pull.published(epochs, ring, hash) {
            return Ok(known);
        }
        let found = Arc::new(self.core.store.published(hash, ring).await?);
        if !found.keys.is_empty() {
            self.core.pull.keep_published(epochs, ring, hash, found.clone());
        }
        Ok(found)
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
        tx.touch_clients(&[(client.id, now, Some(report.revision))]).await?;
        Ok(tx.commit().await?)
    }

    /// Looks whether another process changed production or clients; a job calls it now and then.
    pub async fn watch(&self) -> Result<()> {
        let epochs = self.core.store.epochs().await?;
        self.core.pull.learn(epochs);
        Ok(())
    }

    /// A refusal of what lies outside a client's scope, written down now and then.
    async fn outside(&self, client: &ApiClient, kind: Option<ContentType>, what: &str) -> Result<Error> {
        if self.core.pull.is_new_refusal(client.id, self.core.now(), REFUSAL) {
            let actor = Actor::Client { id: client.id, name: client.name.clone() };
            let summary = format!("asked for {what}, outside its scope");
            let mut line = Line::ok(action::OUTSIDE_SCOPE, summary).about(client.id).ended(Outcome::Refused);
            if let Some(kind) = kind {
                line = line.on(kind);
            }
            self.core.note(&actor, line).await?;
        }
        Ok(Error::OutsideScope)
    }
}

fn may_see(client: &ApiClient, key: &ItemKey, hash: &ContentHash, in_ring: bool) -> bool {
    let exception = client.exceptions.iter().find(|exception| exception.key() == *key);
    let served = match exception {
        Some(exception) => exception.served.as_ref().is_some_and(|item| item.content_hash == *hash),
        None => in_ring,
    };
    client.reads(key.content_type) && served
}

impl Core {
    /// What a ring serves (the first when none), from memory while it stands.
    pub(crate) async fn ring_slice(&self, ring: Option<RingId>) -> Result<Arc<RingSlice>> {
        let epochs = self.epochs().await?;
        self.ring_at(epochs, ring).await
    }

    async fn ring_at(&self, epochs: Epochs, ring: Option<RingId>) -> Result<Arc<RingSlice>> {
        if let Some(known) = self.pull.ring(epochs, ring) {
            return Ok(known);
        }
        let pointers = self.store.pointers(ring).await?;
        let slice = Arc::new(RingSlice { revision: revision_of(&pointers), pointers });
        self.pull.keep_ring(epochs, ring, slice.clone());
        Ok(slice)
    }
}
