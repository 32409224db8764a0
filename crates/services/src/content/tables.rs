//! Tables, rows, histories and dependencies: everything that only reads.

use super::Content;
use crate::{Error, Result};
use domain::{
    account::{Actor, Permission},
    content::{
        ContentType, ItemKey,
        view::{ItemDetail, ItemFilter, ItemRow, LastCommand, TypeCounts, TypeSummary, Version},
    },
    page::{Page, PageRequest},
    source::{ScanOutcome, ScanReport},
};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// What a refresh of one type read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RefreshResult {
    /// One sentence.
    pub summary: String,
    /// Whether every source was read without a hold or a failure.
    pub ok: bool,
    /// The readings, by source.
    pub reports: Vec<ScanReport>,
}

impl Content<'_> {
    /// Every type with its counts, in the order of the drop-down.
    pub async fn types(&self, actor: &Actor) -> Result<Vec<TypeSummary>> {
        self.core.require(actor, Permission::ViewContent).await?;
        let counts: BTreeMap<ContentType, TypeCounts> =
            self.core.store.type_counts().await?.into_iter().collect();
        let summary = |content_type: ContentType| TypeSummary {
            content_type,
            label: content_type.label().to_owned(),
            counts: counts.get(&content_type).cloned().unwrap_or_default(),
        };
        Ok(ContentType::ALL.into_iter().map(summary).collect())
    }

    /// Rows of a type.
    pub async fn items(
        &self,
        actor: &Actor,
        content_type: ContentType,
        filter: &ItemFilter,
        page: &PageRequest,
    ) -> Result<Page<ItemRow>> {
        self.core.require(actor, Permission::ViewContent).await?;
        let mut found = self.core.store.items(content_type, filter, page).await?;
        let policy = self.core.policies().await?.remove(&content_type);
        if let Some(policy) = policy {
            found.items.iter_mut().for_each(|row| row.approvals_required = policy.required_approvals);
        }
        Ok(found)
    }

    /// A row with how many must approve it.
    pub(super) async fn with_policy(&self, mut row: ItemRow) -> Result<ItemRow> {
        let policy = self.core.policies().await?.remove(&row.content_type);
        row.approvals_required = policy.map_or(1, |policy| policy.required_approvals);
        Ok(row)
    }

    /// One item with everything around it.
    pub async fn item(&self, actor: &Actor, key: &ItemKey) -> Result<ItemDetail> {
        self.core.require(actor, Permission::ViewContent).await?;
        let record = self.core.store.item(key).await?.ok_or(Error::NotFound("item"))?;
        let source = self.core.store.source(record.source_id).await?;
        let (secret_findings, accepted_secrets) = record.review.shown_secrets();
        Ok(ItemDetail {
            row: self.with_policy(record.row()).await?,
            source_name: source.map_or_else(|| "(removed source)".into(), |source| source.input.name),
            first_seen_at: record.first_seen_at,
            last_seen_at: record.last_seen_at,
            approved_by: record.approved_by,
            approved_at: record.approved_at,
            depends_on: record.depends_on,
            approvals: record.review.approvals,
            rejection: record.review.rejection,
            secret_findings,
            accepted_secrets,
        })
    }

    /// Versions of an item, newest first. Those of an item that is gone stay readable.
    pub async fn versions(&self, actor: &Actor, key: &ItemKey) -> Result<Vec<Version>> {
        self.core.require(actor, Permission::ViewContent).await?;
        let versions = self.core.store.versions(key).await?;
        if versions.is_empty() && self.core.store.item(key).await?.is_none() {
            return Err(Error::NotFound("item"));
        }
        Ok(versions)
    }

    /// The most recent command on a type.
    pub async fn last_command(
        &self,
        actor: &Actor,
        content_type: ContentType,
    ) -> Result<Option<LastCommand>> {
        self.core.require(actor, Permission::ViewContent).await?;
        Ok(self.core.store.last_command(content_type).await?)
    }

    /// Reads the newest changes of one type from every source that has it.
    pub async fn refresh(&self, actor: &Actor, content_type: ContentType) -> Result<RefreshResult> {
        self.core.require(actor, Permission::ApproveContent).await?;
        let mut reports = Vec::new();
        let mut told = Vec::new();
        for source in self.core.store.sources().await? {
            let types = &source.input.content_types;
            if types.is_empty() || types.contains(&content_type) {
                let report = self.core.scan_source(actor, source.id, Some(content_type), None).await?;
                told.push(format!("{}: {}", source.input.name, report.summary));
                reports.push(report);
            }
        }
        let ok =
            reports.iter().all(|report| !matches!(report.outcome, ScanOutcome::Held | ScanOutcome::Failed));
        let summary =
            if told.is_empty() { "No source offers this type yet.".to_owned() } else { told.join("; ") };
        Ok(RefreshResult { summary, ok, reports })
    }
}
