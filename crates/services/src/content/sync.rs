//! Publishing what was approved: one transaction, one new revision, or nothing at all.

use super::{Content, plan::next_number};
use crate::{
    Error, Result,
    ports::store::{
        Lane, Transaction,
        content::{ItemRecord, VersionRecord},
    },
    work::Line,
};
use domain::{
    account::{Actor, Permission},
    audit::action,
    content::{
        ContentType,
        lifecycle::{Publication, Snapshot},
        view::{SyncResult, Version},
    },
    pull::ManifestItem,
};

impl Content<'_> {
    /// Publishes approved changes and removals of one type. With the hash of a plan it does exactly that plan,
    /// or refuses with the plan as it is now.
    pub async fn sync(
        &self,
        actor: &Actor,
        content_type: ContentType,
        plan_hash: Option<String>,
    ) -> Result<SyncResult> {
        self.core.require(actor, Permission::ApproveContent).await?;
        self.core.require_open(actor).await?;
        let mut tx = self.core.store.begin(Lane::Content).await?;
        let items = tx.approved_items_for_change(content_type).await?;
        if let Some(hash) = plan_hash {
            let plan = self.plan_in(&mut *tx, content_type, &items).await?;
            if plan.plan_hash != hash {
                return Err(Error::PlanChanged(Box::new(plan)));
            }
        }
        let result = self.publish_all(&mut *tx, actor, items).await?;
        let quiet = result.added + result.changed + result.removed == 0;
        if !quiet || !matches!(actor, Actor::System { .. }) {
            let summary = tell_sync(&result, &content_type.label().to_lowercase());
            self.core.audit(&mut *tx, actor, Line::ok(action::SYNC, summary).on(content_type)).await?;
        }
        self.core.serve_anew(tx).await?;
        Ok(result)
    }

    /// Publishes every type: the job that wakes by the clock.
    pub(crate) async fn sync_all(&self, actor: &Actor) -> Result<SyncResult> {
        let mut total = SyncResult::default();
        for content_type in ContentType::ALL {
            let done = self.sync(actor, content_type, None).await?;
            total.added += done.added;
            total.changed += done.changed;
            total.removed += done.removed;
            total.revision = done.revision;
        }
        Ok(total)
    }

    async fn publish_all(
        &self,
        tx: &mut dyn Transaction,
        actor: &Actor,
        items: Vec<ItemRecord>,
    ) -> Result<SyncResult> {
        let mut result = SyncResult { revision: tx.revision().await?, ..SyncResult::default() };
        let pending: Vec<ItemRecord> =
            items.into_iter().filter(|item| item.lifecycle.pending().is_some()).collect();
        if pending.is_empty() {
            return Ok(result);
        }
        result.revision = tx.next_revision(self.core.now()).await?;
        let (mut keep, mut forget) = (Vec::new(), Vec::new());
        for mut item in pending {
            let was_published = item.lifecycle.published().is_some();
            match item.lifecycle.sync() {
                Some(Publication::Publish(snapshot)) => {
                    if was_published {
                        result.changed += 1
                    } else {
                        result.added += 1
                    }
                    let number = self.publish_version(tx, actor, &item, snapshot, result.revision).await?;
                    item.version = Some(number);
                }
                Some(Publication::Remove) => {
                    result.removed += 1;
                    tx.withdraw(&item.key, result.revision).await?;
                    item.version = None;
                }
                None => continue,
            }
            item.follow_review();
            if item.lifecycle.is_void() { forget.push(item.key) } else { keep.push(item) }
        }
        tx.save_items(&keep).await?;
        tx.delete_items(&forget).await?;
        Ok(result)
    }

    /// Points production at the version with this content, making it if the item never had it.
    async fn publish_version(
        &self,
        tx: &mut dyn Transaction,
        actor: &Actor,
        item: &ItemRecord,
        snapshot: Snapshot,
        revision: i64,
    ) -> Result<u32> {
        let number = next_number(tx, &item.key, &snapshot.hash).await?;
        let size = self.blob_size(&snapshot).await?;
        if tx.version_of_content(&item.key, &snapshot.hash).await?.is_none() {
            tx.insert_version(&self.version(actor, item, &snapshot, number, size)).await?;
        }
        let served = ManifestItem {
            content_type: item.key.content_type,
            guid: item.key.guid.clone(),
            name: item.name.clone(),
            version: number,
            content_hash: snapshot.hash,
            path: item.path.clone(),
            size,
            depends_on: item.depends_on.clone(),
        };
        tx.publish(&served, revision).await?;
        Ok(number)
    }

    /// Contents are written before they can be approved and never change, so reading beside the unit of work
    /// is safe.
    async fn blob_size(&self, snapshot: &Snapshot) -> Result<u64> {
        let bytes = self.core.store.blob(&snapshot.hash).await?;
        let bytes =
            bytes.ok_or_else(|| Error::internal(format!("no content is kept for {}", snapshot.hash)))?;
        Ok(bytes.len() as u64)
    }

    fn version(
        &self,
        actor: &Actor,
        item: &ItemRecord,
        snapshot: &Snapshot,
        number: u32,
        size: u64,
    ) -> VersionRecord {
        let now = self.core.now();
        VersionRecord {
            key: item.key.clone(),
            version: Version {
                number,
                content_hash: snapshot.hash.clone(),
                name: item.name.clone(),
                path: item.path.clone(),
                size,
                author: item.updated_by.clone(),
                approved_by: item.approved_by.clone().unwrap_or_default(),
                approved_at: item.approved_at.unwrap_or(now),
                note: item.approval_note.clone(),
                synced_at: now,
                synced_by: actor.name().to_owned(),
                in_production: true,
            },
            snapshot: snapshot.clone(),
            depends_on: item.depends_on.clone(),
        }
    }
}

/// `synced scripts: 4 added, 1 changed, 2 removed`.
pub(crate) fn tell_sync(result: &SyncResult, what: &str) -> String {
    let parts = [(result.added, "added"), (result.changed, "changed"), (result.removed, "removed")];
    let told: Vec<String> =
        parts.iter().filter(|(count, _)| *count > 0).map(|(count, word)| format!("{count} {word}")).collect();
    if told.is_empty() {
        format!("synced {what}: nothing was waiting")
    } else {
        format!("synced {what}: {}", told.join(", "))
    }
}
