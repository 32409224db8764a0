//! The manifest that is known, kept in the home, so that a poll asks only for what changed.

use crate::{Home, ReceiverError, api::Api, files::write_atomically, target::Offered, trust::Older};
use domain::{content::ItemKey, pull::ManifestItem};
use serde::{Deserialize, Serialize};
use std::fs;

/// The manifest as it is kept.
#[derive(Default, Serialize, Deserialize)]
struct Kept {
    revision: Option<i64>,
    etag: Option<String>,
    items: Vec<ManifestItem>,
}

fn read(home: &Home) -> Kept {
    let bytes = fs::read(home.state().join("manifest.json"));
    // A manifest that cannot be read is fetched whole.
    bytes.ok().and_then(|bytes| serde_json::from_slice(&bytes).ok()).unwrap_or_default()
}

/// The revision that is known; 0 before the first.
pub(crate) fn revision(home: &Home) -> i64 {
    read(home).revision.unwrap_or(0)
}

/// Forgets it: what another server said is no base for what this one says.
pub(crate) fn forget(home: &Home) -> Result<(), ReceiverError> {
    let path = home.state().join("manifest.json");
    match fs::remove_file(&path) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => Err(ReceiverError::file(path)(error)),
        _ => Ok(()),
    }
}

/// What the server offers now: what is known, brought up to date by a delta. An older manifest that is accepted is
/// asked for whole, because what is known is no base for it; one that is only shown is not kept.
pub(crate) async fn offered(home: &Home, api: &Api, older: Older) -> Result<Offered, ReceiverError> {
    let known = if older == Older::Refuse { read(home) } else { Kept::default() };
    let mut items: Offered = known.items.into_iter().map(|item| (item.key(), item)).collect();
    let Some(fetched) = api.manifest(known.revision, known.etag.as_deref(), older).await? else {
        return Ok(items);
    };
    if fetched.manifest.full {
        items.clear();
    }
    for removed in &fetched.manifest.removed {
        items.remove(&ItemKey::new(removed.content_type, removed.guid.clone()));
    }
    items.extend(fetched.manifest.items.into_iter().map(|item| (item.key(), item)));
    if older == Older::Show {
        return Ok(items);
    }
    // A tag names the answer to one question; the next question is about another revision.
    let etag = fetched.etag.filter(|_| known.revision == Some(fetched.manifest.revision));
    let kept =
        Kept { revision: Some(fetched.manifest.revision), etag, items: items.values().cloned().collect() };
    let text = serde_json::to_vec(&kept).map_err(|error| ReceiverError::Damaged(error.to_string()))?;
    write_atomically(&home.state().join("manifest.json"), &text, 0o644)?;
    Ok(items)
}
