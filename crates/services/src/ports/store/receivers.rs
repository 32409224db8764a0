//! Receivers as a whole: who is behind, who reports errors, who changed something locally.

use super::StoreResult;
use async_trait::async_trait;
use domain::{
    content::ContentType,
    fleet::{FleetFilter, FleetItem, ReceiverRow},
    page::{Page, PageRequest},
};

/// Reads of what receivers report.
#[async_trait]
pub trait ReceiverReads {
    /// Receivers by name.
    async fn receivers(
        &self,
        filter: Option<FleetFilter>,
        page: &PageRequest,
    ) -> StoreResult<Page<ReceiverRow>>;
    /// Items by type, GUID, version and state: how many receivers stand there.
    async fn fleet_items(
        &self,
        content_type: Option<ContentType>,
        page: &PageRequest,
    ) -> StoreResult<Page<FleetItem>>;
}
