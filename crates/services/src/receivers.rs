//! Receivers as a whole: who is behind, who reports errors, who changed something locally.

use crate::{Core, Result};
use domain::{
    account::{Actor, Permission},
    content::ContentType,
    fleet::{FleetFilter, FleetItem, ReceiverRow},
    page::{Page, PageRequest},
};

/// Receivers as a whole.
pub struct Receivers<'a> {
    pub(crate) core: &'a Core,
}

impl Receivers<'_> {
    /// Receivers by name.
    pub async fn list(
        &self,
        actor: &Actor,
        filter: Option<FleetFilter>,
        page: &PageRequest,
    ) -> Result<Page<ReceiverRow>> {
        self.core.require(actor, Permission::ViewContent).await?;
        Ok(self.core.store.receivers(filter, page).await?)
    }

    /// Items by version and state: how many receivers stand there.
    pub async fn items(
        &self,
        actor: &Actor,
        content_type: Option<ContentType>,
        page: &PageRequest,
    ) -> Result<Page<FleetItem>> {
        self.core.require(actor, Permission::ViewContent).await?;
        Ok(self.core.store.fleet_items(content_type, page).await?)
    }
}
