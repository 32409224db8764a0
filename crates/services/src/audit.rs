//! Reading the audit log.

use crate::{Core, Result, ports::store::audit::AuditFilter};
use domain::{
    account::{Actor, Permission},
    audit::AuditLine,
    page::{Page, PageRequest},
};

/// The audit log.
pub struct Audit<'a> {
    pub(crate) core: &'a Core,
}

impl Audit<'_> {
    /// Lines, newest first.
    pub async fn list(
        &self,
        actor: &Actor,
        filter: &AuditFilter,
        page: &PageRequest,
    ) -> Result<Page<AuditLine>> {
        self.core.require(actor, Permission::ViewAudit).await?;
        Ok(self.core.store.audit_lines(filter, page).await?)
    }
}
