//! What an item says, and what changed in it.

use super::Content;
use crate::{Error, Result, ports::store::content::ItemRecord};
use domain::{
    account::{Actor, Permission},
    content::{Canonical, ContentHash, ItemKey},
    diff::{DiffSide, ItemDiff, Outline, compare, outline},
};

impl Content<'_> {
    /// The differences between two contents: versions by number, production and source when none is named.
    pub async fn diff(
        &self,
        actor: &Actor,
        key: &ItemKey,
        from: Option<u32>,
        to: Option<u32>,
    ) -> Result<ItemDiff> {
        self.core.require(actor, Permission::ViewContent).await?;
        let record = self.core.store.item(key).await?;
        let published =
            record.as_ref().and_then(|record| record.lifecycle.published().map(|it| it.hash.clone()));
        let candidate = record.as_ref().and_then(|record| record.lifecycle.candidate().hash().cloned());
        if record.is_none() && (from.is_none() || to.is_none()) {
            return Err(Error::NotFound("item"));
        }
        let old = self.side(key, from, "production", published).await?;
        let new = self.side(key, to, "source", candidate).await?;
        let change =
            record.filter(|_| from.is_none() && to.is_none()).and_then(|record| record.lifecycle.change());
        let (old_outline, new_outline) = (self.outline_of(&old).await?, self.outline_of(&new).await?);
        let sections =
            tokio::task::spawn_blocking(move || compare(old_outline.as_ref(), new_outline.as_ref()))
                .await
                .map_err(Error::internal)?;
        Ok(ItemDiff { from: old, to: new, change, sections })
    }

    async fn side(
        &self,
        key: &ItemKey,
        number: Option<u32>,
        label: &str,
        otherwise: Option<ContentHash>,
    ) -> Result<Option<DiffSide>> {
        let Some(number) = number else {
            return Ok(otherwise.map(|content_hash| DiffSide { label: label.to_owned(), content_hash }));
        };
        let version = self.core.store.version(key, number).await?.ok_or(Error::NotFound("version"))?;
        Ok(Some(DiffSide { label: format!("version {number}"), content_hash: version.snapshot.hash }))
    }

    async fn outline_of(&self, side: &Option<DiffSide>) -> Result<Option<Outline>> {
        match side {
            Some(side) => Ok(Some(outline(&self.canonical(&side.content_hash).await?))),
            None => Ok(None),
        }
    }

    async fn canonical(&self, hash: &ContentHash) -> Result<Canonical> {
        let bytes = self.core.store.blob(hash).await?;
        let bytes = bytes.ok_or_else(|| Error::internal(format!("no content is kept for {hash}")))?;
        Canonical::from_bytes(&bytes).map_err(Error::internal)
    }

    /// An item as sections of lines: a version, or what the source holds (production when it is gone).
    pub async fn outline(&self, actor: &Actor, key: &ItemKey, version: Option<u32>) -> Result<Outline> {
        self.core.require(actor, Permission::ViewContent).await?;
        let hash = self.hash_of(key, version).await?;
        Ok(outline(&self.canonical(&hash).await?))
    }

    /// The canonical form, indented for reading.
    pub async fn raw(&self, actor: &Actor, key: &ItemKey, version: Option<u32>) -> Result<String> {
        self.core.require(actor, Permission::ViewContent).await?;
        let hash = self.hash_of(key, version).await?;
        serde_json::to_string_pretty(&self.canonical(&hash).await?).map_err(Error::internal)
    }

    async fn hash_of(&self, key: &ItemKey, version: Option<u32>) -> Result<ContentHash> {
        if let Some(number) = version {
            let found = self.core.store.version(key, number).await?.ok_or(Error::NotFound("version"))?;
            return Ok(found.snapshot.hash);
        }
        let record = self.core.store.item(key).await?.ok_or(Error::NotFound("item"))?;
        newest(&record).ok_or(Error::NotFound("content"))
    }
}

fn newest(record: &ItemRecord) -> Option<ContentHash> {
    let published = || record.lifecycle.published().map(|snapshot| snapshot.hash.clone());
    record.lifecycle.candidate().hash().cloned().or_else(published)
}
