//! What is signed: one canonical text of a manifest, and of the key that follows another. The cryptography
//! itself (Ed25519, RFC 8032) belongs to whoever signs and whoever checks.

use super::{Manifest, ManifestItem};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use std::fmt::Write as _;

/// The first line of an announced key.
const KEY: &str = "tandem key 1";

/// The form of the text that is signed; its number stands in the first line.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default, Serialize, Deserialize)]
pub enum SignedFormat {
    /// Without the revision that a delta begins after, so that a delta for another one fits as well.
    #[default]
    #[serde(rename = "1")]
    One,
    /// With it.
    #[serde(rename = "2")]
    Two,
}

impl Manifest {
    /// The bytes that a signature covers (docs/content-format.md, "Signature"): revision, items, removed, and from
    /// format 2 on what a delta begins after.
    pub fn signed_bytes(&self, format: SignedFormat) -> Vec<u8> {
        let mut text = String::with_capacity(128 + 320 * self.items.len());
        let (revision, since) = (self.revision.to_string(), self.since.unwrap_or(0).to_string());
        let mut head = vec!["revision", &revision, if self.full { "full" } else { "delta" }];
        match format {
            SignedFormat::One => line(&mut text, &["tandem manifest 1"]),
            SignedFormat::Two => {
                line(&mut text, &["tandem manifest 2"]);
                head.extend(["since", &since].into_iter().filter(|_| !self.full));
            }
        }
        line(&mut text, &head);
        for item in &self.items {
            item_lines(&mut text, item);
        }
        for gone in &self.removed {
            let revision = gone.revision.to_string();
            let parts =
                ["removed", gone.content_type.as_str(), gone.guid.as_str(), &revision, &quoted(&gone.name)];
            line(&mut text, &parts);
        }
        text.into_bytes()
    }
}

fn item_lines(text: &mut String, item: &ManifestItem) {
    let (version, size) = (item.version.to_string(), item.size.to_string());
    line(
        text,
        &[
            "item",
            item.content_type.as_str(),
            item.guid.as_str(),
            &version,
            item.content_hash.as_str(),
            &size,
            &quoted(&item.name),
            &quoted(&item.path),
        ],
    );
    for needed in &item.depends_on {
        line(text, &["needs", &quoted(&needed.to_string())]);
    }
}

fn line(text: &mut String, parts: &[&str]) {
    for (index, part) in parts.iter().enumerate() {
        if index > 0 {
            text.push(' ');
        }
        text.push_str(part);
    }
    text.push('\n');
}

/// Free text as a JSON string, so that nothing in it can look like another line.
fn quoted(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}

/// The signature of a manifest: which key, and the signature in base64.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ManifestSignature {
    /// The key's id.
    pub key_id: String,
    /// 64 bytes in base64.
    pub signature: String,
}

impl ManifestSignature {
    /// As the manifest carries it.
    pub fn parse(text: &str) -> Option<Self> {
        let (key_id, signature) = text.split_once(':')?;
        Some(Self { key_id: key_id.to_owned(), signature: signature.to_owned() })
    }
}

/// The old key's word for a new one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Announcement {
    /// The id of the key that was current before.
    pub by: String,
    /// Its signature over [`SigningKey::announced_bytes`], in base64.
    pub signature: String,
}

/// A public key that manifests are or were signed with.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SigningKey {
    /// Its id: the first 16 digits of the fingerprint.
    pub key_id: String,
    /// The Ed25519 public key, 32 bytes in base64.
    pub public_key: String,
    /// SHA-256 of the 32 bytes, hexadecimal; what people compare.
    pub fingerprint: String,
    /// When it was made.
    pub created_at: Timestamp,
    /// How the key before vouches for it; none for the first.
    pub announcement: Option<Announcement>,
}

impl SigningKey {
    /// The bytes that the key before signs to announce this one.
    pub fn announced_bytes(&self) -> Vec<u8> {
        format!("{KEY}\n{} {}\n", self.key_id, self.public_key).into_bytes()
    }
}

/// The answer of `GET /pull/keys`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SigningKeys {
    /// The id of the key that signs now; none where manifests are not signed.
    pub current: Option<String>,
    /// Every key there ever was, oldest first.
    pub keys: Vec<SigningKey>,
}

impl SigningKeys {
    /// The keys that lead from `pinned` to `wanted`, each announced by the one before it; none when no such
    /// chain is there. Whether the announcements are genuine is for the caller to check, in this order.
    pub fn chain(&self, pinned: &str, wanted: &str) -> Option<Vec<&SigningKey>> {
        let mut chain = Vec::new();
        let mut at = pinned;
        while at != wanted {
            let follows = |key: &&SigningKey| key.announcement.as_ref().is_some_and(|word| word.by == at);
            let next = self.keys.iter().find(follows)?;
            if chain.len() > self.keys.len() {
                return None;
            }
            chain.push(next);
            at = &next.key_id;
        }
        Some(chain)
    }
}

/// The fingerprint of a public key.
pub fn fingerprint(public_key: &[u8]) -> String {
    use sha2::{Digest as _, Sha256};
    let mut hex = String::with_capacity(64);
    for byte in Sha256::digest(public_key) {
        // Writing to a String cannot fail.
        let _ = write!(hex, "{byte:02x}");
    }
    hex
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        content::{ContentHash, ContentType, Guid, Reference},
        pull::Removed,
    };

    fn empty() -> Manifest {
        let (items, removed) = (Vec::new(), Vec::new());
        Manifest { revision: 0, full: true, items, removed, since: None, signature: None, signature_2: None }
    }

    fn manifest(name: &str) -> Manifest {
        let guid = Guid::parse("88dfaf30-aea8-11e7-aeca-005056a37e1b").unwrap();
        let item = ManifestItem {
            content_type: ContentType::Scripts,
            guid: guid.clone(),
            name: name.into(),
            version: 2,
            content_hash: ContentHash::of(b"x"),
            path: "ProVal".into(),
            size: 1,
            depends_on: vec![Reference::named("groups", "Servers")],
        };
        let gone = Removed { content_type: ContentType::Scripts, guid, name: "Old".into(), revision: 3 };
        Manifest { revision: 4, full: true, items: vec![item], removed: vec![gone], ..empty() }
    }

    /// The example in docs/content-format.md.
    #[test]
    fn the_signed_text_is_what_the_documentation_says() {
        let documented = include_str!("../../../../docs/content-format.md");
        let whole = manifest("Reset \"spooler\"");
        let delta = Manifest { full: false, since: Some(2), ..whole.clone() };
        for signed in [whole.signed_bytes(SignedFormat::One), delta.signed_bytes(SignedFormat::Two)] {
            let text = String::from_utf8(signed).unwrap();
            assert!(documented.contains(&text), "docs/content-format.md does not hold\n{text}");
        }
    }

    #[test]
    fn no_name_can_pose_as_another_line() {
        for format in [SignedFormat::One, SignedFormat::Two] {
            let signed = manifest("a\nremoved scripts x 1 \"y\"").signed_bytes(format);
            assert_eq!(String::from_utf8(signed).unwrap().lines().count(), 5);
        }
    }

    #[test]
    fn every_member_counts() {
        let whole = manifest("a");
        let mut others = vec![
            Manifest { revision: 5, ..whole.clone() },
            Manifest { full: false, ..whole.clone() },
            Manifest { removed: vec![], ..whole.clone() },
        ];
        for change in [
            (|item: &mut ManifestItem| item.version = 9) as fn(&mut ManifestItem),
            |item| item.size = 9,
            |item| item.path = "Other".into(),
            |item| item.depends_on.clear(),
            |item| item.content_hash = ContentHash::of(b"y"),
        ] {
            let mut other = whole.clone();
            change(&mut other.items[0]);
            others.push(other);
        }
        for format in [SignedFormat::One, SignedFormat::Two] {
            for other in &others {
                assert_ne!(other.signed_bytes(format), whole.signed_bytes(format));
            }
        }
    }

    #[test]
    fn a_delta_is_signed_for_one_beginning() {
        let after = |since| Manifest { full: false, since: Some(since), ..manifest("a") };
        assert_ne!(after(1).signed_bytes(SignedFormat::Two), after(2).signed_bytes(SignedFormat::Two));
        assert_eq!(after(1).signed_bytes(SignedFormat::One), after(2).signed_bytes(SignedFormat::One));
    }

    #[test]
    fn chains_lead_from_key_to_key_and_end() {
        let key = |id: &str, by: Option<&str>| SigningKey {
            key_id: id.into(),
            public_key: String::new(),
            fingerprint: String::new(),
            created_at: Timestamp::UNIX_EPOCH,
            announcement: by.map(|by| Announcement { by: by.into(), signature: String::new() }),
        };
        let keys = SigningKeys {
            current: Some("c".into()),
            keys: vec![key("a", None), key("b", Some("a")), key("c", Some("b"))],
        };
        let chain = keys.chain("a", "c").unwrap();
        assert_eq!(chain.iter().map(|key| key.key_id.as_str()).collect::<Vec<_>>(), ["b", "c"]);
        assert!(keys.chain("c", "c").unwrap().is_empty());
        assert!(keys.chain("x", "c").is_none());
        let circle = SigningKeys { current: None, keys: vec![key("a", Some("b")), key("b", Some("a"))] };
        assert!(circle.chain("a", "z").is_none());
    }
}
