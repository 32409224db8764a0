//! Sealing secrets before they are kept, and opening them to be used.
//!
//! A sealed text carries the id of its key, so that keys can be changed while Tandem runs, and opens only at
//! the place that it was sealed for.

use domain::secret::SecretPlace;

/// Seals and opens secrets.
pub trait Vault: Send + Sync + 'static {
    /// Seals a secret for a place under the current key.
    fn seal(&self, place: &SecretPlace, secret: &str) -> Result<String, VaultError>;

    /// Opens what was sealed for this place.
    fn open(&self, place: &SecretPlace, sealed: &str) -> Result<String, VaultError>;

    /// Whether a sealed text was sealed under the current key.
    fn is_current(&self, sealed: &str) -> bool;

    /// Makes a new current key and keeps the old ones for opening. False where keys are configured by hand: then
    /// the first of them is the current one already.
    fn renew(&self) -> Result<bool, VaultError>;

    /// Forgets keys that nothing is sealed under any more, except the one before the current: another process
    /// may just be using it.
    fn retire(&self) -> Result<(), VaultError>;
}

/// Why a secret cannot be sealed or opened.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum VaultError {
    /// No key is configured.
    #[error(
        "no key for secrets is configured: write 32 random bytes in base64 into a file of mode 0600 and name it in \
         security.key_file, or set TANDEM__SECURITY__KEY"
    )]
    NoKey,
    /// The text was sealed under a key that is not configured.
    #[error(
        "the secret was sealed under the key {0}, which is not configured: bring that key back, or type the secret again"
    )]
    UnknownKey(String),
    /// The text was changed, or belongs somewhere else.
    #[error("the secret was changed in the database or belongs to another record: type it again")]
    Tampered,
    /// The file of the keys cannot be read or written.
    #[error("the key file {file} {message}")]
    File {
        /// Its path.
        file: String,
        /// What is wrong, continuing the path.
        message: String,
    },
}
