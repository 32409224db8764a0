//! The audit log: lines are only ever added.

use super::StoreResult;
use async_trait::async_trait;
use domain::{
    account::Actor,
    audit::{AuditLine, Outcome},
    content::{ContentType, view::LastCommand},
    ids::AuditId,
    page::{Page, PageRequest},
};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// A line to be added.
#[derive(Debug, Clone)]
pub struct AuditEntry {
    /// Which line.
    pub id: AuditId,
    /// When.
    pub at: Timestamp,
    /// Who.
    pub actor: Actor,
    /// What: a name of `domain::audit::action`.
    pub action: &'static str,
    /// To which type.
    pub content_type: Option<ContentType>,
    /// To what.
    pub subject: Option<String>,
    /// How it ended.
    pub outcome: Outcome,
    /// One sentence for people.
    pub summary: String,
}

/// Which lines are wanted.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct AuditFilter {
    /// Only this type.
    pub content_type: Option<ContentType>,
    /// Only actions that begin with this, for example `content.`.
    pub action: Option<String>,
    /// Only lines whose actor, subject or summary contains this, without regard to case.
    pub query: Option<String>,
}

/// Reads of the audit log.
#[async_trait]
pub trait AuditReads {
    /// Lines, newest first.
    async fn audit_lines(&self, filter: &AuditFilter, page: &PageRequest) -> StoreResult<Page<AuditLine>>;
    /// The newest `content.*` line of a type.
    async fn last_command(&self, content_type: ContentType) -> StoreResult<Option<LastCommand>>;
}

/// Writes of the audit log.
#[async_trait]
pub trait AuditWrites {
    /// Adds lines.
    async fn audit_all(&mut self, entries: &[AuditEntry]) -> StoreResult<()>;
    /// Adds a line.
    async fn audit(&mut self, entry: &AuditEntry) -> StoreResult<()> {
        self.audit_all(std::slice::from_ref(entry)).await
    }
}
