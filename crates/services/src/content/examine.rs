//! Examining new content: its secrets are found, and its text is kept for searches with the secrets hidden.
//!
//! It follows a reading rather than being part of it, in small units of work, so that a first reading of many
//! thousand items does not hold up everybody else. What was missed (a stop in between, new rules) is caught up
//! with by the next reading; an approval examines for itself what it is about.

use crate::{
    Core, Error, Result,
    ports::store::{Lane, content::ItemRecord},
};
use domain::{
    content::{
        Canonical, ContentHash, ItemKey,
        search::SearchText,
        secrets::{self, Mask, SecretFinding},
    },
    diff::outline,
};

/// Items of one unit of work.
const BATCH: u32 = 200;

/// What an examination found.
struct Examined {
    key: ItemKey,
    content: ContentHash,
    secrets: Vec<SecretFinding>,
    text: SearchText,
}

impl Core {
    /// Examines everything that was not examined yet.
    pub(crate) async fn examine(&self) -> Result<()> {
        loop {
            let keys = self.store.unexamined(BATCH).await?;
            let wanted = keys.len();
            if wanted == 0 || self.examine_items(&keys).await? == 0 {
                return Ok(());
            }
        }
    }

    /// Examines those of `keys` that were not examined yet; says how many were.
    pub(crate) async fn examine_items(&self, keys: &[ItemKey]) -> Result<usize> {
        let mut contents = Vec::new();
        for key in keys {
            let Some(record) = self.store.item(key).await? else { continue };
            if let Some(content) = unexamined(&record) {
                let bytes = self.store.blob(&content).await?;
                contents.push((key.clone(), content, bytes.unwrap_or_default()));
            }
        }
        if contents.is_empty() {
            return Ok(0);
        }
        let look =
            move || contents.into_iter().map(|(key, hash, bytes)| examine(key, hash, &bytes)).collect();
        let found: Vec<Examined> = tokio::task::spawn_blocking(look).await.map_err(Error::internal)?;
        let mut tx = self.store.begin(Lane::Content).await?;
        let mut count = 0;
        for found in found {
            let known = tx.items_for_change(std::slice::from_ref(&found.key)).await?.pop();
            // Somebody may have read something newer meanwhile; that is examined by whoever did.
            let Some(mut record) = known.filter(|record| record.newest() == Some(&found.content)) else {
                continue;
            };
            record.review.examine(found.content, found.secrets);
            tx.save_items(std::slice::from_ref(&record)).await?;
            tx.put_text(&found.key, &found.text).await?;
            count += 1;
        }
        tx.commit().await?;
        Ok(count)
    }
}

fn unexamined(record: &ItemRecord) -> Option<ContentHash> {
    let newest = record.newest()?;
    (!record.review.is_examined(Some(newest))).then(|| newest.clone())
}

fn examine(key: ItemKey, content: ContentHash, bytes: &[u8]) -> Examined {
    // Content that does not read is content without text; it cannot be shown either.
    let Ok(item) = Canonical::from_bytes(bytes) else {
        return Examined { key, content, secrets: Vec::new(), text: SearchText::default() };
    };
    let secrets = secrets::scan(&item);
    let text = SearchText::of(&outline(&Mask::default().hide(&item)));
    Examined { key, content, secrets, text }
}
