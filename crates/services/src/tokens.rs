//! Secrets that Tandem makes: 256 random bits as text, of which only the SHA-256 is kept.

use crate::Core;
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use jiff::Timestamp;
use sha2::{Digest, Sha256};
use uuid::Uuid;

impl Core {
    /// A new secret, with a prefix that tells what it is for.
    pub(crate) fn secret(&self, prefix: &str) -> String {
        let mut bytes = [0u8; 32];
        self.random.fill(&mut bytes);
        format!("{prefix}{}", URL_SAFE_NO_PAD.encode(bytes))
    }

    /// A new UUID v7 (RFC 9562 section 5.7) from the clock and the random numbers.
    pub(crate) fn uuid(&self) -> Uuid {
        let mut random = [0u8; 10];
        self.random.fill(&mut random);
        let millis = u64::try_from(self.now().as_millisecond()).unwrap_or_default();
        uuid::Builder::from_unix_timestamp_millis(millis, &random).into_uuid()
    }

    pub(crate) fn now(&self) -> Timestamp {
        self.clock.now()
    }
}

/// SHA-256 of a text, hexadecimal. Enough for secrets of 256 random bits; what people type gets argon2.
pub(crate) fn sha256_hex(text: &str) -> String {
    let nibbles = Sha256::digest(text.as_bytes()).into_iter().flat_map(|byte| [byte >> 4, byte & 15]);
    // Every poll of a receiver comes through here: a formatter for each byte would cost more than the hash.
    let mut hex = String::with_capacity(64);
    hex.extend(nibbles.filter_map(|nibble| char::from_digit(nibble.into(), 16)));
    hex
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_has_the_hash_that_everybody_knows() {
        let known = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
        assert_eq!(sha256_hex("abc"), known, "FIPS 180-2, appendix B.1");
    }
}
