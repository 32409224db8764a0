//! Secrets at rest: XChaCha20-Poly1305 with a random nonce for each sealing.
//!
//! A sealed text is `v1.KEY.BYTES`: the id of its key, then nonce and ciphertext in base64. Table, id and column
//! are authenticated with it, so that a sealed text that is copied to another record does not open.
//! Where the keys come from is in [`keys`].

mod keys;

pub use keys::Keys;

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use chacha20poly1305::{
    KeyInit as _, XChaCha20Poly1305, XNonce,
    aead::{Aead as _, Payload},
};
use domain::secret::SecretPlace;
use keys::Key;
use services::ports::{Random, Vault, vault::VaultError};
use std::sync::Arc;

/// The form of a sealed text.
const FORM: &str = "v1";
/// Bytes of a nonce: long enough to be random.
const NONCE: usize = 24;

/// Seals and opens with the keys that are configured.
pub struct SealedVault {
    keys: Keys,
    random: Arc<dyn Random>,
}

impl SealedVault {
    /// With these keys.
    pub fn new(keys: Keys, random: Arc<dyn Random>) -> Self {
        Self { keys, random }
    }
}

impl Vault for SealedVault {
    fn seal(&self, place: &SecretPlace, secret: &str) -> Result<String, VaultError> {
        let key = self.keys.current()?;
        let mut nonce = [0u8; NONCE];
        self.random.fill(&mut nonce);
        let about = about(place);
        let payload = Payload { msg: secret.as_bytes(), aad: &about };
        // Only a text of many gigabytes cannot be sealed.
        let sealed = cipher(&key).encrypt(&XNonce::from(nonce), payload).map_err(|_| VaultError::Tampered)?;
        let bytes = [nonce.as_slice(), &sealed].concat();
        Ok(format!("{FORM}.{}.{}", key.id, URL_SAFE_NO_PAD.encode(bytes)))
    }

    fn open(&self, place: &SecretPlace, sealed: &str) -> Result<String, VaultError> {
        let (id, bytes) = parts(sealed).ok_or(VaultError::Tampered)?;
        let key = self.keys.by_id(id)?;
        let bytes = URL_SAFE_NO_PAD.decode(bytes).map_err(|_| VaultError::Tampered)?;
        let (nonce, sealed) = bytes.split_first_chunk::<NONCE>().ok_or(VaultError::Tampered)?;
        let about = about(place);
        let payload = Payload { msg: sealed, aad: &about };
        let plain = cipher(&key).decrypt(&XNonce::from(*nonce), payload).map_err(|_| VaultError::Tampered)?;
        String::from_utf8(plain).map_err(|_| VaultError::Tampered)
    }

    fn is_current(&self, sealed: &str) -> bool {
        let current = self.keys.current();
        parts(sealed).is_some_and(|(id, _)| current.is_ok_and(|key| key.id == id))
    }

    fn renew(&self) -> Result<bool, VaultError> {
        self.keys.renew(&*self.random)
    }

    fn retire(&self) -> Result<(), VaultError> {
        self.keys.retire()
    }
}

fn cipher(key: &Key) -> XChaCha20Poly1305 {
    XChaCha20Poly1305::new((&*key.bytes).into())
}

fn parts(sealed: &str) -> Option<(&str, &str)> {
    sealed.strip_prefix(FORM)?.strip_prefix('.')?.split_once('.')
}

/// What is authenticated along: the lengths keep `ab`, `c` apart from `a`, `bc`.
fn about(place: &SecretPlace) -> Vec<u8> {
    let mut bytes = Vec::new();
    for part in [&place.table, &place.id, &place.column] {
        bytes.extend_from_slice(&(part.len() as u64).to_be_bytes());
        bytes.extend_from_slice(part.as_bytes());
    }
    bytes
}

#[cfg(test)]
mod tests;
