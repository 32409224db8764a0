//! Sealed secrets, by the place that they belong to. The store never sees a plain one.

use super::StoreResult;
use async_trait::async_trait;
use domain::secret::SecretPlace;

/// Reads of sealed secrets.
#[async_trait]
pub trait SecretReads {
    /// The sealed secret of a place.
    async fn sealed(&self, place: &SecretPlace) -> StoreResult<Option<String>>;
    /// All of them, to be sealed anew.
    async fn all_sealed(&self) -> StoreResult<Vec<(SecretPlace, String)>>;
}

/// Writes of sealed secrets.
#[async_trait]
pub trait SecretWrites {
    /// Keeps a sealed secret in place of the one before.
    async fn keep_sealed(&mut self, place: &SecretPlace, sealed: &str) -> StoreResult<()>;
    /// Replaces a sealed secret if it is still `before`; false when it changed meanwhile.
    async fn replace_sealed(&mut self, place: &SecretPlace, before: &str, sealed: &str) -> StoreResult<bool>;
    /// Forgets the secret of a place.
    async fn forget_sealed(&mut self, place: &SecretPlace) -> StoreResult<()>;
}
