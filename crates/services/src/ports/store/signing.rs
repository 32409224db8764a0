//! The public keys that manifests are signed with. The private ones are sealed, in [`super::secrets`].

use super::StoreResult;
use async_trait::async_trait;
use domain::pull::SigningKey;

/// Reads of signing keys.
#[async_trait]
pub trait SigningReads {
    /// Every key, oldest first; the newest signs.
    async fn signing_keys(&self) -> StoreResult<Vec<SigningKey>>;
}

/// Writes of signing keys.
#[async_trait]
pub trait SigningWrites {
    /// As [`SigningReads::signing_keys`].
    async fn signing_keys_for_change(&mut self) -> StoreResult<Vec<SigningKey>>;
    /// Adds a key, which is the newest from then on.
    async fn insert_signing_key(&mut self, key: &SigningKey, ordinal: i64) -> StoreResult<()>;
}
