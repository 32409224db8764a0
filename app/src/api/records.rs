//! The audit log.

use super::ApiError;
use domain::{audit::AuditLine, page::Page};
use leptos::server;

/// Lines of the audit log, newest first.
#[server]
pub async fn activity(query: Option<String>, cursor: Option<String>) -> Result<Page<AuditLine>, ApiError> {
    use super::context::{refuse, signed_in};
    let (services, actor) = signed_in()?;
    let filter = ::services::ports::store::audit::AuditFilter { query, ..Default::default() };
    let page = domain::page::PageRequest { cursor, ..Default::default() };
    services.audit().list(&actor, &filter, &page).await.map_err(refuse)
}
