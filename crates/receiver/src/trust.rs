//! The server's signing key: pinned when the receiver is connected, checked before anything of a manifest is used.
//!
//! A new key counts only when the pinned one vouches for it, over as many steps as there were. A receiver that was
//! connected before the server signed pins the first key that it meets.
//!
//! Revisions of one server only rise, so a signed manifest whose revision lies below the newest that was seen is an
//! old one that somebody plays again, or comes from a server that was restored: [`Older`] says what to do with it.
//! A rollback of production has a higher revision like every other change.
//!
//! A delta counts only for the revision that it was asked for: one for another revision, played again, would skip what
//! lies between. Its signature says so from format 2 on; a server that signed in format 2 once is never believed in
//! format 1 again.

use crate::{ReceiverError, api::Api, files::write_atomically};
use aws_lc_rs::signature::{ED25519, UnparsedPublicKey};
use base64::{Engine as _, engine::general_purpose::STANDARD};
use domain::pull::{Manifest, ManifestSignature, SignedFormat, SigningKey, SigningKeys, fingerprint};
use serde::{Deserialize, Serialize};
use std::{
    fs,
    path::{Path, PathBuf},
};

/// The key that is trusted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PinnedKey {
    /// Its id.
    pub key_id: String,
    /// The public key in base64.
    pub public_key: String,
    /// The newest format that a manifest with a good signature had.
    #[serde(default)]
    pub format: SignedFormat,
}

impl PinnedKey {
    /// The key that signs now, as the server tells it; its fingerprint is computed here, not believed.
    pub(crate) fn current(keys: &SigningKeys) -> Result<Option<Self>, ReceiverError> {
        let Some(current) = &keys.current else { return Ok(None) };
        let key = keys.keys.iter().find(|key| key.key_id == *current);
        let key = key.ok_or_else(|| untrusted("names a key that the server does not tell"))?;
        let format = SignedFormat::default();
        let pinned = Self { key_id: key.key_id.clone(), public_key: key.public_key.clone(), format };
        if pinned.fingerprint()?[..16] != pinned.key_id {
            return Err(untrusted("belongs to a key whose id is not its own"));
        }
        Ok(Some(pinned))
    }

    /// What people compare.
    pub fn fingerprint(&self) -> Result<String, ReceiverError> {
        let bytes = STANDARD.decode(&self.public_key);
        Ok(fingerprint(&bytes.map_err(|_| untrusted("belongs to a key that cannot be read"))?))
    }

    fn vouches_for(&self, bytes: &[u8], signature: &str) -> bool {
        let (Ok(key), Ok(signature)) = (STANDARD.decode(&self.public_key), STANDARD.decode(signature)) else {
            return false;
        };
        UnparsedPublicKey::new(&ED25519, key).verify(bytes, &signature).is_ok()
    }

    /// The key at the end of a chain of announcements.
    fn follow(self, chain: &[&SigningKey]) -> Result<Self, ReceiverError> {
        let mut at = self;
        for key in chain {
            let word = key.announcement.as_ref().map(|word| word.signature.as_str()).unwrap_or_default();
            if !at.vouches_for(&key.announced_bytes(), word) {
                return Err(untrusted("belongs to a new key that the known one does not vouch for"));
            }
            let format = at.format;
            at = Self { key_id: key.key_id.clone(), public_key: key.public_key.clone(), format };
        }
        Ok(at)
    }
}

/// What to do with a signed manifest that is older than one that was seen.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) enum Older {
    /// Refuse it.
    #[default]
    Refuse,
    /// Use it for this once and write nothing down: a dry run.
    Show,
    /// Take it; from now on nothing older than it counts.
    Accept,
}

/// Where the pinned key and the newest revision stand.
#[derive(Debug, Clone)]
pub(crate) struct Trust {
    path: PathBuf,
    newest: PathBuf,
}

impl Trust {
    /// The trust that is kept in a receiver's state folder.
    pub(crate) fn in_folder(state: &Path) -> Self {
        Self { path: state.join("signing-key.json"), newest: state.join("newest-revision") }
    }

    /// The key that is trusted, if one is.
    pub(crate) fn pinned(&self) -> Result<Option<PinnedKey>, ReceiverError> {
        match fs::read(&self.path) {
            Ok(bytes) => serde_json::from_slice(&bytes).map(Some).map_err(|error| {
                ReceiverError::Damaged(format!("signing-key.json cannot be read ({error})"))
            }),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(ReceiverError::file(&self.path)(error)),
        }
    }

    /// Trusts this server from now on, and only this: its key, or none until it signs. What another one said counts
    /// no more.
    pub(crate) fn begin(&self, key: Option<&PinnedKey>) -> Result<(), ReceiverError> {
        remove(&self.newest)?;
        key.map_or_else(|| remove(&self.path), |key| self.pin(key))
    }

    /// The newest revision that was seen with a good signature.
    fn newest(&self) -> Result<Option<i64>, ReceiverError> {
        match fs::read_to_string(&self.newest) {
            Ok(text) => text.trim().parse().map(Some).map_err(|_| {
                let path = self.newest.display();
                ReceiverError::Damaged(format!(
                    "{path} holds no number: connect again with `tandem receiver init`"
                ))
            }),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(ReceiverError::file(&self.newest)(error)),
        }
    }

    /// Refuses a revision that lies below the newest; `known` is what a receiver from before this was written down
    /// has.
    fn check_age(&self, offered: i64, known: Option<i64>, older: Older) -> Result<(), ReceiverError> {
        let newest = self.newest()?.max(known);
        match newest.filter(|newest| offered < *newest) {
            Some(newest) if older == Older::Refuse => return Err(ReceiverError::Older { offered, newest }),
            None if newest == Some(offered) && self.newest.exists() => return Ok(()),
            _ => {}
        }
        if older == Older::Show {
            return Ok(());
        }
        write_atomically(&self.newest, offered.to_string().as_bytes(), 0o600)
    }

    /// Trusts a key from now on.
    fn pin(&self, key: &PinnedKey) -> Result<(), ReceiverError> {
        let text =
            serde_json::to_vec_pretty(key).map_err(|error| ReceiverError::Damaged(error.to_string()))?;
        write_atomically(&self.path, &text, 0o600)
    }

    /// Refuses a manifest that the trusted key did not sign, that is older than one that was seen, or that is no
    /// answer to the question: `known` is the revision that a delta was asked for after.
    pub(crate) async fn check(
        &self,
        api: &Api,
        manifest: &Manifest,
        known: Option<i64>,
        older: Older,
    ) -> Result<(), ReceiverError> {
        let pinned = self.pinned()?;
        let (format, signature) = match &manifest.signature_2 {
            Some(signature) => (SignedFormat::Two, Some(signature)),
            None => (SignedFormat::One, manifest.signature.as_ref()),
        };
        check_beginning(manifest, format, known)?;
        let Some(signature) = signature else {
            return match pinned {
                Some(_) => Err(untrusted("is missing, although the server's key is known here")),
                None => Ok(()),
            };
        };
        let signature =
            ManifestSignature::parse(signature).ok_or_else(|| untrusted("is not a signature at all"))?;
        let key = match pinned.clone() {
            Some(pinned) if pinned.key_id == signature.key_id => pinned,
            Some(pinned) => self.successor(api, pinned, &signature.key_id).await?,
            None => PinnedKey::current(&api.keys().await?)?
                .filter(|key| key.key_id == signature.key_id)
                .ok_or_else(|| untrusted("belongs to a key that the server does not tell"))?,
        };
        if key.format > format && older == Older::Refuse {
            return Err(untrusted(
                "is in an older format than this server signed in before: if its program was rolled back on purpose, --accept-older takes it",
            ));
        }
        if !key.vouches_for(&manifest.signed_bytes(format), &signature.signature) {
            return Err(untrusted("does not fit its content"));
        }
        self.check_age(manifest.revision, known, older)?;
        let key = PinnedKey { format, ..key };
        if pinned.as_ref() == Some(&key) { Ok(()) } else { self.pin(&key) }
    }

    async fn successor(
        &self,
        api: &Api,
        pinned: PinnedKey,
        wanted: &str,
    ) -> Result<PinnedKey, ReceiverError> {
        let keys = api.keys().await?;
        match keys.chain(&pinned.key_id, wanted) {
            Some(chain) => pinned.follow(&chain),
            None => Err(untrusted("belongs to a key that the known one does not lead to")),
        }
    }
}

/// Refuses a delta that begins after another revision than the one that was asked for.
fn check_beginning(
    manifest: &Manifest,
    format: SignedFormat,
    asked: Option<i64>,
) -> Result<(), ReceiverError> {
    let fits = match format {
        _ if manifest.full => true,
        SignedFormat::One => asked.is_some(),
        SignedFormat::Two => asked.is_some() && manifest.since == asked,
    };
    if fits {
        Ok(())
    } else {
        Err(untrusted("stands under an answer to another question than this receiver asked"))
    }
}

fn remove(path: &Path) -> Result<(), ReceiverError> {
    match fs::remove_file(path) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => Err(ReceiverError::file(path)(error)),
        _ => Ok(()),
    }
}

fn untrusted(why: &str) -> ReceiverError {
    ReceiverError::Untrusted(why.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;
    use aws_lc_rs::signature::{Ed25519KeyPair, KeyPair as _};
    use domain::pull::Announcement;
    use jiff::Timestamp;

    fn pair(seed: u8) -> (Ed25519KeyPair, PinnedKey) {
        let pair = Ed25519KeyPair::from_seed_unchecked(&[seed; 32]).unwrap();
        let public = pair.public_key().as_ref();
        let (key_id, public_key) = (fingerprint(public)[..16].into(), STANDARD.encode(public));
        (pair, PinnedKey { key_id, public_key, format: SignedFormat::One })
    }

    fn announced(key: &PinnedKey, by: &(Ed25519KeyPair, PinnedKey)) -> SigningKey {
        let mut announced = SigningKey {
            key_id: key.key_id.clone(),
            public_key: key.public_key.clone(),
            fingerprint: key.fingerprint().unwrap(),
            created_at: Timestamp::UNIX_EPOCH,
            announcement: None,
        };
        let signature = STANDARD.encode(by.0.sign(&announced.announced_bytes()));
        announced.announcement = Some(Announcement { by: by.1.key_id.clone(), signature });
        announced
    }

    #[test]
    fn new_keys_are_followed_only_when_the_old_one_vouches() {
        let (first, second, third) = (pair(1), pair(2), pair(3));
        let (to_second, to_third) = (announced(&second.1, &first), announced(&third.1, &second));
        assert_eq!(first.1.clone().follow(&[&to_second, &to_third]).unwrap(), third.1);
        let mut forged = announced(&third.1, &third);
        forged.announcement.as_mut().unwrap().by = first.1.key_id.clone();
        assert!(first.1.clone().follow(&[&forged]).is_err());
        let mut swapped = to_second;
        swapped.public_key = third.1.public_key.clone();
        assert!(first.1.follow(&[&swapped]).is_err());
    }

    #[test]
    fn revisions_below_the_newest_are_refused_until_they_are_accepted() {
        let folder = tempfile::tempdir().unwrap();
        let trust = Trust::in_folder(folder.path());
        let check = |offered, older| trust.check_age(offered, None, older);
        for revision in [3, 3, 8] {
            check(revision, Older::Refuse).unwrap();
        }
        let refused = check(7, Older::Refuse).unwrap_err().to_string();
        assert!(refused.contains("revision 7") && refused.contains("revision 8"), "{refused}");
        assert!(refused.contains("--accept-older"), "{refused}");
        check(7, Older::Show).unwrap();
        assert!(check(7, Older::Refuse).is_err(), "showing it is no consent");
        check(7, Older::Accept).unwrap();
        check(7, Older::Refuse).unwrap();
        assert!(check(6, Older::Refuse).is_err());
        fs::write(&trust.newest, "eight").unwrap();
        assert!(check(9, Older::Refuse).unwrap_err().to_string().contains("tandem receiver init"));
        trust.begin(None).unwrap();
        // A receiver from before this was written down knows its last revision from elsewhere.
        assert!(trust.check_age(4, Some(5), Older::Refuse).is_err());
        check(1, Older::Refuse).unwrap();
    }

    #[test]
    fn a_key_must_carry_its_own_id() {
        let (_, key) = pair(1);
        let mut told = announced(&key, &pair(2));
        told.key_id = "0000000000000000".into();
        let keys = SigningKeys { current: Some(told.key_id.clone()), keys: vec![told] };
        assert!(PinnedKey::current(&keys).is_err());
        assert_eq!(PinnedKey::current(&SigningKeys { current: None, keys: vec![] }).unwrap(), None);
    }

    #[test]
    fn rubbish_vouches_for_nothing() {
        let (pair, key) = pair(1);
        let signature = STANDARD.encode(pair.sign(b"x"));
        assert!(key.vouches_for(b"x", &signature));
        assert!(!key.vouches_for(b"y", &signature));
        assert!(!key.vouches_for(b"x", "rubbish") && !key.vouches_for(b"x", ""));
    }
}
