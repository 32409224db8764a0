//! Production, item by item, as files for a Git repository.

use super::Content;
use crate::{Error, Result};
use domain::{
    account::{Actor, Permission},
    content::{
        ContentHash, ContentType, Guid, ItemKey,
        export::{Layout, json, text},
        secrets::Mask,
    },
    diff::outline,
    pull::ManifestItem,
};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// One item of an export, as its manifest tells it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ExportedItem {
    /// The type.
    #[serde(rename = "type")]
    pub content_type: ContentType,
    /// The GUID.
    pub guid: Guid,
    /// The name.
    pub name: String,
    /// The version that production serves.
    pub version: u32,
    /// The hash of its content, secrets included.
    pub content_hash: ContentHash,
    /// Where its files stand, without their endings.
    pub file: String,
    /// Who made the change, as the source says.
    pub author: Option<String>,
    /// Who approved it.
    pub approved_by: String,
    /// When.
    pub approved_at: Timestamp,
    /// What they noted.
    pub note: Option<String>,
    /// Who or what synced it.
    pub synced_by: String,
    /// When.
    pub synced_at: Timestamp,
    /// Whether secrets in its files are hidden.
    pub secrets_hidden: bool,
}

/// An exported item with the texts of its files.
#[derive(Debug, Clone)]
pub struct ExportFiles {
    /// Its line of the manifest.
    pub item: ExportedItem,
    /// The content, indented.
    pub json: String,
    /// The content as people read it.
    pub text: String,
}

impl Content<'_> {
    /// What production serves now, in the order in which it is exported.
    pub async fn export_list(&self, actor: &Actor) -> Result<Vec<ManifestItem>> {
        self.core.require(actor, Permission::ViewContent).await?;
        let pointers = self.core.store.pointers(None).await?;
        Ok(pointers.into_iter().filter(|pointer| !pointer.removed).map(|pointer| pointer.item).collect())
    }

    /// One item with the texts of its files. Secrets are hidden unless somebody who may set policies asks.
    pub async fn export_item(
        &self,
        actor: &Actor,
        served: &ManifestItem,
        layout: &mut Layout,
        with_secrets: bool,
    ) -> Result<ExportFiles> {
        let right = if with_secrets { Permission::ManagePolicies } else { Permission::ViewContent };
        self.core.require(actor, right).await?;
        let key = ItemKey::new(served.content_type, served.guid.clone());
        let record =
            self.core.store.version(&key, served.version).await?.ok_or(Error::NotFound("version"))?;
        let content = self.canonical(&served.content_hash).await?;
        let hidden = Mask::default().hide(&content);
        let secrets_hidden = !with_secrets && hidden != content;
        let shown = if with_secrets { content } else { hidden };
        let version = record.version;
        let item = ExportedItem {
            content_type: key.content_type,
            file: layout.place(&key, &shown),
            guid: key.guid,
            name: served.name.clone(),
            version: served.version,
            content_hash: served.content_hash.clone(),
            author: version.author,
            approved_by: version.approved_by,
            approved_at: version.approved_at,
            note: version.note,
            synced_by: version.synced_by,
            synced_at: version.synced_at,
            secrets_hidden,
        };
        Ok(ExportFiles { item, json: json(&shown), text: text(&outline(&shown)) })
    }
}
