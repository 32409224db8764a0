//! Searching the text of all content: which scripts contain this address.

use super::Content;
use crate::Result;
use domain::{
    account::{Actor, Permission},
    content::{
        ContentType,
        search::{SearchHit, check_query},
    },
    page::{Page, PageRequest},
};

impl Content<'_> {
    /// Items whose newest content contains `typed`, with the first lines that do. Hidden secrets are not found.
    pub async fn search(
        &self,
        actor: &Actor,
        typed: &str,
        content_type: Option<ContentType>,
        page: &PageRequest,
    ) -> Result<Page<SearchHit>> {
        self.core.require(actor, Permission::ViewContent).await?;
        let query = check_query(typed)?;
        let found = self.core.store.search_texts(query, content_type, page).await?;
        Ok(found.map(|(row, text)| SearchHit {
            content_type: row.content_type,
            guid: row.guid,
            name: row.name,
            path: row.path,
            status: row.status,
            lines: text.lines(query),
        }))
    }
}
