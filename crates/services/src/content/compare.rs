//! What an item says, and what changed in it. Whatever is shown has its secrets hidden.

use super::Content;
use crate::{Error, Result};
use domain::{
    account::{Actor, Permission},
    content::{Canonical, ContentHash, ItemKey, Reference, secrets::Mask},
    diff::{DiffPage, DiffSide, ItemDiff, Names, Outline, compare, cut, cut_outline, in_words, outline_with},
};
use std::collections::BTreeSet;

impl Content<'_> {
    /// The differences between two contents: versions by number, production and source when none is named.
    pub async fn diff(
        &self,
        actor: &Actor,
        key: &ItemKey,
        from: Option<u32>,
        to: Option<u32>,
        page: DiffPage,
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
        let (before, after) = (self.content_of(&old).await?, self.content_of(&new).await?);
        let names = self.names(before.iter().chain(&after)).await?;
        let differences = move || differences(before.as_ref(), after.as_ref(), &names, page);
        let mut diff = tokio::task::spawn_blocking(differences).await.map_err(Error::internal)?;
        (diff.from, diff.to, diff.change) = (old, new, change);
        Ok(diff)
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

    async fn content_of(&self, side: &Option<DiffSide>) -> Result<Option<Canonical>> {
        match side {
            Some(side) => Ok(Some(self.canonical(&side.content_hash).await?)),
            None => Ok(None),
        }
    }

    /// Content as it is, secrets included: never to be shown.
    pub(super) async fn canonical(&self, hash: &ContentHash) -> Result<Canonical> {
        let bytes = self.core.store.blob(hash).await?;
        let bytes = bytes.ok_or_else(|| Error::internal(format!("no content is kept for {hash}")))?;
        Canonical::from_bytes(&bytes).map_err(Error::internal)
    }

    /// An item as sections of lines: a version, or what the source holds (production when it is gone).
    pub async fn outline(&self, actor: &Actor, key: &ItemKey, version: Option<u32>) -> Result<Outline> {
        let item = self.shown(actor, key, version).await?;
        Ok(outline_with(&item, &self.names([&item]).await?))
    }

    /// One page of it, and where the next one starts.
    pub async fn outline_page(
        &self,
        actor: &Actor,
        key: &ItemKey,
        page: DiffPage,
    ) -> Result<(Outline, Option<String>)> {
        Ok(cut_outline(self.outline(actor, key, None).await?, page))
    }

    /// The canonical form, indented for reading.
    pub async fn raw(&self, actor: &Actor, key: &ItemKey, version: Option<u32>) -> Result<String> {
        serde_json::to_string_pretty(&self.shown(actor, key, version).await?).map_err(Error::internal)
    }

    /// What the items are called that these point at; one may point at itself, which it does not need.
    async fn names(&self, items: impl IntoIterator<Item = &Canonical>) -> Result<Names> {
        let mut keys = BTreeSet::new();
        for item in items {
            keys.insert(ItemKey::new(item.content_type, item.guid.clone()));
            keys.extend(item.depends_on.iter().filter_map(Reference::key));
        }
        let keys: Vec<ItemKey> = keys.into_iter().collect();
        let known = self.core.store.items_by_key(&keys).await?;
        Ok(Names::found(known.into_iter().map(|row| (ItemKey::new(row.content_type, row.guid), row.name))))
    }

    async fn shown(&self, actor: &Actor, key: &ItemKey, version: Option<u32>) -> Result<Canonical> {
        self.core.require(actor, Permission::ViewContent).await?;
        let content = self.canonical(&self.hash_of(key, version).await?).await?;
        let hide = move || Mask::default().hide(&content);
        tokio::task::spawn_blocking(hide).await.map_err(Error::internal)
    }

    async fn hash_of(&self, key: &ItemKey, version: Option<u32>) -> Result<ContentHash> {
        if let Some(number) = version {
            let found = self.core.store.version(key, number).await?.ok_or(Error::NotFound("version"))?;
            return Ok(found.snapshot.hash);
        }
        let record = self.core.store.item(key).await?.ok_or(Error::NotFound("item"))?;
        record.newest().cloned().ok_or(Error::NotFound("content"))
    }
}

/// Both sides under one mask, so that a changed secret shows as a change without being shown.
fn differences(old: Option<&Canonical>, new: Option<&Canonical>, names: &Names, page: DiffPage) -> ItemDiff {
    let mut mask = Mask::default();
    let (old, new) = (old.map(|item| mask.hide(item)), new.map(|item| mask.hide(item)));
    let words = in_words(old.as_ref(), new.as_ref());
    let outline = |item: &Canonical| outline_with(item, names);
    let sections = compare(old.as_ref().map(outline).as_ref(), new.as_ref().map(outline).as_ref());
    let (sections, total_rows, next_cursor) = cut(sections, page);
    ItemDiff { from: None, to: None, change: None, words, sections, total_rows, next_cursor }
}
