//! Signing manifests: Ed25519 (RFC 8032), with a key pair that is made at the first start and can be changed. The
//! private key is sealed like every secret; the old one vouches for the new one and is then forgotten.

use super::Pull;
use crate::{
    Core, Error, Result,
    ports::{
        store::{Lane, Transaction, production::Epochs},
        vault::VaultError,
    },
    work::Line,
};
use aws_lc_rs::signature::{Ed25519KeyPair, KeyPair as _};
use base64::{Engine as _, engine::general_purpose::STANDARD};
use domain::{
    account::{Actor, Permission},
    audit::action,
    pull::{Announcement, Manifest, SignedFormat, SigningKey, SigningKeys, fingerprint},
    secret::{Secret, SecretPlace},
};
use std::sync::Arc;

/// The key that signs now.
pub(crate) struct Signer {
    key_id: String,
    pair: Ed25519KeyPair,
}

impl Signer {
    fn new(seed: &[u8]) -> Result<Self> {
        let pair = Ed25519KeyPair::from_seed_unchecked(seed).map_err(Error::internal)?;
        let key_id = fingerprint(pair.public_key().as_ref())[..16].to_owned();
        Ok(Self { key_id, pair })
    }

    fn signature(&self, bytes: &[u8]) -> String {
        STANDARD.encode(self.pair.sign(bytes).as_ref())
    }

    /// Signs a manifest in both formats: receivers from before format 2 look for the first only.
    pub(super) fn sign(&self, manifest: &mut Manifest) {
        let sign = |format| format!("{}:{}", self.key_id, self.signature(&manifest.signed_bytes(format)));
        let signatures = (Some(sign(SignedFormat::One)), Some(sign(SignedFormat::Two)));
        (manifest.signature, manifest.signature_2) = signatures;
    }
}

fn place(key_id: &str) -> SecretPlace {
    SecretPlace::new("signing_keys", key_id, "private_key")
}

impl Pull<'_> {
    /// The public keys, for receivers and for people.
    pub async fn keys(&self) -> Result<SigningKeys> {
        let keys = self.core.store.signing_keys().await?;
        Ok(SigningKeys { current: keys.last().map(|key| key.key_id.clone()), keys })
    }

    /// Makes the first key, if there is none. Called at the start; false where no key can be kept, and manifests
    /// are not signed.
    pub async fn ensure_key(&self) -> Result<bool> {
        if !self.core.store.signing_keys().await?.is_empty() {
            return Ok(true);
        }
        let mut tx = self.core.store.begin(Lane::Accounts).await?;
        // Another replica may have made it meanwhile.
        if !tx.signing_keys_for_change().await?.is_empty() {
            return Ok(true);
        }
        match self.core.vault.seal(&place("probe"), "probe") {
            Err(VaultError::NoKey) => return Ok(false),
            other => other.map(drop)?,
        }
        let key = self.new_key(&mut *tx, None, 1).await?;
        let line = Line::ok(action::SIGNING, format!("made the signing key {}", key.key_id));
        self.core.audit(&mut *tx, &Actor::system("start"), line.about(&key.key_id)).await?;
        tx.bump_access().await?;
        self.core.serve_anew(tx).await?;
        Ok(true)
    }

    /// Makes a new key, announced by the old one, so that receivers follow.
    pub async fn rotate_key(&self, actor: &Actor) -> Result<SigningKeys> {
        self.core.require(actor, Permission::ManageClients).await?;
        if self.once.done::<String>()?.is_some() {
            return self.keys().await;
        }
        let mut tx = self.core.store.begin(Lane::Accounts).await?;
        let keys = tx.signing_keys_for_change().await?;
        let old = match keys.last() {
            Some(key) => Some(self.core.open_signer(&key.key_id).await?),
            None => None,
        };
        let ordinal = i64::try_from(keys.len()).unwrap_or(i64::MAX - 1) + 1;
        let key = self.new_key(&mut *tx, old.as_ref(), ordinal).await?;
        if let Some(old) = old {
            tx.forget_sealed(&place(&old.key_id)).await?;
        }
        tx.bump_access().await?;
        let line = Line::ok(action::SIGNING, format!("changed the signing key to {}", key.key_id));
        self.core.audit(&mut *tx, actor, line.about(&key.key_id)).await?;
        self.once.keep(&mut *tx, &key.key_id).await?;
        self.core.serve_anew(tx).await?;
        self.keys().await
    }

    async fn new_key(
        &self,
        tx: &mut dyn Transaction,
        old: Option<&Signer>,
        ordinal: i64,
    ) -> Result<SigningKey> {
        let mut seed = [0u8; 32];
        self.core.random.fill(&mut seed);
        let signer = Signer::new(&seed)?;
        let public_key = signer.pair.public_key().as_ref();
        let mut key = SigningKey {
            key_id: signer.key_id.clone(),
            public_key: STANDARD.encode(public_key),
            fingerprint: fingerprint(public_key),
            created_at: self.core.now(),
            announcement: None,
        };
        key.announcement = old.map(|old| Announcement {
            by: old.key_id.clone(),
            signature: old.signature(&key.announced_bytes()),
        });
        tx.insert_signing_key(&key, ordinal).await?;
        self.core.keep_secret(tx, &place(&key.key_id), &Secret::Given(STANDARD.encode(seed))).await?;
        Ok(key)
    }

    /// The key that signs now; none where no key can be kept.
    pub(super) async fn signer(&self, now: Epochs) -> Result<Option<Arc<Signer>>> {
        if let Some(known) = self.core.pull.signer(now) {
            return Ok(known);
        }
        let signer = match self.core.store.signing_keys().await?.last() {
            Some(key) => Some(Arc::new(self.core.open_signer(&key.key_id).await?)),
            None => None,
        };
        self.core.pull.keep_signer(now, signer.clone());
        Ok(signer)
    }
}

impl Core {
    async fn open_signer(&self, key_id: &str) -> Result<Signer> {
        let Secret::Given(text) = self.open_secret(&place(key_id)).await? else {
            return Err(Error::internal(format!("the private key of the signing key {key_id} is missing")));
        };
        Signer::new(&STANDARD.decode(text).map_err(Error::internal)?)
    }
}
