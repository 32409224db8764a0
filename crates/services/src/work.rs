//! What every use case does: ask for the right, and write a line about it.

use crate::{
    Core, Error, Result,
    ports::store::{Lane, Transaction, audit::AuditEntry},
};
use domain::{
    account::{Actor, Permission},
    audit::Outcome,
    content::ContentType,
    ids::AuditId,
};

/// What an audit line tells, apart from who and when.
pub(crate) struct Line {
    pub(crate) action: &'static str,
    pub(crate) content_type: Option<ContentType>,
    pub(crate) subject: Option<String>,
    pub(crate) outcome: Outcome,
    pub(crate) summary: String,
}

impl Line {
    pub(crate) fn ok(action: &'static str, summary: impl Into<String>) -> Self {
        Self { action, content_type: None, subject: None, outcome: Outcome::Ok, summary: summary.into() }
    }

    pub(crate) fn on(mut self, content_type: ContentType) -> Self {
        self.content_type = Some(content_type);
        self
    }

    pub(crate) fn about(mut self, subject: impl ToString) -> Self {
        self.subject = Some(subject.to_string());
        self
    }

    pub(crate) fn ended(mut self, outcome: Outcome) -> Self {
        self.outcome = outcome;
        self
    }
}

impl Core {
    /// Asks for a right. A refusal is written down: someone tried.
    pub(crate) async fn require(&self, actor: &Actor, permission: Permission) -> Result<()> {
        if actor.may(permission) {
            return Ok(());
        }
        let summary = format!("was refused {permission:?}");
        self.note(actor, Line::ok("access.denied", summary).ended(Outcome::Refused)).await?;
        Err(Error::Forbidden(permission))
    }

    /// Writes a line in the unit of work that it tells of.
    pub(crate) async fn audit(&self, tx: &mut dyn Transaction, actor: &Actor, line: Line) -> Result<()> {
        Ok(tx.audit(&self.entry(actor, line)).await?)
    }

    /// A line as the audit log keeps it, for a unit of work that writes many.
    pub(crate) fn entry(&self, actor: &Actor, line: Line) -> AuditEntry {
        AuditEntry {
            id: AuditId(self.uuid()),
            at: self.now(),
            actor: actor.clone(),
            action: line.action,
            content_type: line.content_type,
            subject: line.subject,
            outcome: line.outcome,
            summary: line.summary,
        }
    }

    /// Writes a line about something that changed nothing else (a refusal, a failed attempt).
    pub(crate) async fn note(&self, actor: &Actor, line: Line) -> Result<()> {
        let mut tx = self.store.begin(Lane::Accounts).await?;
        self.audit(&mut *tx, actor, line).await?;
        Ok(tx.commit().await?)
    }
}
