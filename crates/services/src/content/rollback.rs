//! Going back to an earlier version: production's pointer moves, and the item is held there until lifted.

use super::Content;
use crate::{Error, Result, ports::store::Lane, work::Line};
use domain::{
    account::{Actor, Permission},
    audit::action,
    content::{ItemKey, view::ItemRow},
    pull::ManifestItem,
};

impl Content<'_> {
    /// Points production at an earlier version, with a reason.
    pub async fn rollback(&self, actor: &Actor, key: &ItemKey, number: u32, reason: &str) -> Result<ItemRow> {
        self.core.require(actor, Permission::ApproveContent).await?;
        let reason = reason.trim();
        if reason.is_empty() || reason.chars().count() > 1_000 {
            return Err(Error::field("reason", "must say why, in 1 to 1000 characters"));
        }
        let version = self.core.store.version(key, number).await?.ok_or(Error::NotFound("version"))?;
        let mut tx = self.core.store.begin(Lane::Content).await?;
        let mut item =
            tx.items_for_change(std::slice::from_ref(key)).await?.pop().ok_or(Error::NotFound("item"))?;
        if item.version == Some(number) && item.lifecycle.published().is_some() {
            return Err(Error::field("version", format!("production serves version {number} already")));
        }
        let revision = tx.next_revision(self.core.now()).await?;
        let served = ManifestItem {
            content_type: key.content_type,
            guid: key.guid.clone(),
            name: version.version.name,
            version: number,
            content_hash: version.snapshot.hash.clone(),
            path: version.version.path,
            size: version.version.size,
            depends_on: version.depends_on,
        };
        tx.publish(&served, revision).await?;
        item.lifecycle.roll_back(version.snapshot);
        item.version = Some(number);
        item.follow_review();
        tx.save_items(std::slice::from_ref(&item)).await?;
        let summary = format!("rolled {} back to version {number}: {reason}", item.name);
        let line = Line::ok(action::ROLLBACK, summary).on(key.content_type).about(&key.guid);
        self.core.audit(&mut *tx, actor, line).await?;
        self.core.serve_anew(tx).await?;
        self.with_policy(item.row()).await
    }

    /// Lifts the hold of a rollback, so that the source's content can be approved again.
    pub async fn lift(&self, actor: &Actor, key: &ItemKey) -> Result<ItemRow> {
        self.core.require(actor, Permission::ApproveContent).await?;
        let mut tx = self.core.store.begin(Lane::Content).await?;
        let mut item =
            tx.items_for_change(std::slice::from_ref(key)).await?.pop().ok_or(Error::NotFound("item"))?;
        if !item.lifecycle.lift() {
            return Err(Error::Conflict("no rollback holds this item".into()));
        }
        tx.save_items(std::slice::from_ref(&item)).await?;
        let line = Line::ok(action::LIFT, format!("lifted the hold on {}", item.name));
        self.core.audit(&mut *tx, actor, line.on(key.content_type).about(&key.guid)).await?;
        tx.commit().await?;
        self.with_policy(item.row()).await
    }
}
