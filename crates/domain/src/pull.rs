//! What the pull API says to a receiver (`design.md` section 6): manifests, blobs by hash, reports.

mod serving;
mod signature;

pub use serving::{Pointer, Scope, revision_of, serve};
pub use signature::{Announcement, ManifestSignature, SignedFormat, SigningKey, SigningKeys, fingerprint};

use crate::{
    content::{ContentHash, ContentType, Guid, ItemKey, Reference},
    receiving::ReceiverState,
};
use serde::{Deserialize, Serialize};

/// The answer of `POST /token` (RFC 6749 section 5.1).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AccessToken {
    /// The token for `Authorization: Bearer`.
    pub access_token: String,
    /// Always `Bearer`.
    pub token_type: String,
    /// Seconds until it ends.
    pub expires_in: u64,
}

/// Seconds that an access token lives.
pub const TOKEN_SECONDS: u64 = 15 * 60;

/// One item that production serves.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ManifestItem {
    /// The type.
    #[serde(rename = "type")]
    pub content_type: ContentType,
    /// The GUID.
    pub guid: Guid,
    /// The name.
    pub name: String,
    /// The version's number.
    pub version: u32,
    /// Where its content is: `/pull/blobs/{content_hash}`.
    pub content_hash: ContentHash,
    /// The folder path.
    pub path: String,
    /// Bytes of the content.
    pub size: u64,
    /// What it needs.
    pub depends_on: Vec<Reference>,
}

impl ManifestItem {
    /// The item's key.
    pub fn key(&self) -> ItemKey {
        ItemKey::new(self.content_type, self.guid.clone())
    }
}

/// An item that production no longer serves.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Removed {
    /// The type.
    #[serde(rename = "type")]
    pub content_type: ContentType,
    /// The GUID.
    pub guid: Guid,
    /// The name it had.
    pub name: String,
    /// The revision that removed it.
    pub revision: i64,
}

/// What production serves, whole or since a revision.
///
/// A full manifest (`full: true`) lists everything, and every tombstone. A delta lists only what changed
/// after `since`. Deltas taken one after another give the full manifest.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Manifest {
    /// The production revision that it describes.
    pub revision: i64,
    /// Whether it is the whole; a server that cannot answer a delta answers the whole.
    pub full: bool,
    /// Items served.
    pub items: Vec<ManifestItem>,
    /// Items no longer served.
    pub removed: Vec<Removed>,
    /// The revision that a delta begins after; none for the whole, and from servers before format 2.
    #[serde(default)]
    pub since: Option<i64>,
    /// A signature over the rest ([`Manifest::signed_bytes`]) in format 1, for receivers that know no other:
    /// `KEY_ID:BASE64`. None where no key can be kept.
    pub signature: Option<String>,
    /// The same in format 2, which covers `since` as well. None from servers before it.
    #[serde(default)]
    pub signature_2: Option<String>,
}

/// What a receiver says it has of one item.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReportedItem {
    /// The type.
    #[serde(rename = "type")]
    pub content_type: ContentType,
    /// The GUID.
    pub guid: Guid,
    /// Its state on the receiver.
    pub state: ReceiverState,
    /// The version it has.
    #[serde(default)]
    pub version: Option<u32>,
    /// The content it has.
    #[serde(default)]
    pub content_hash: Option<ContentHash>,
    /// What went wrong, if something did.
    #[serde(default)]
    pub error: Option<String>,
}

/// What a receiver has.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Report {
    /// The revision that it last pulled.
    pub revision: i64,
    /// Its items.
    pub items: Vec<ReportedItem>,
}
