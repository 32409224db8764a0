//! Approval policies, the names by which sources know people, what was examined, and the texts of a search.

use super::{StoreResult, content::ItemRecord};
use async_trait::async_trait;
use domain::{
    content::{ContentType, ItemKey, review::Policy, search::SearchText, view::ItemRow},
    ids::{TokenId, UserId},
    page::{Page, PageRequest},
};

/// Reads about reviews.
#[async_trait]
pub trait ReviewReads {
    /// The policies that somebody set; types without one are open.
    async fn policies(&self) -> StoreResult<Vec<Policy>>;
    /// Further names of a person at the sources.
    async fn aliases(&self, user: UserId) -> StoreResult<Vec<String>>;
    /// Everybody's.
    async fn all_aliases(&self) -> StoreResult<Vec<(UserId, String)>>;
    /// The person to whom a personal token belongs; none for one that the command line made.
    async fn token_owner(&self, token: TokenId) -> StoreResult<Option<UserId>>;
    /// Items whose newest content was not examined by the rules of today, at most `limit`.
    async fn unexamined(&self, limit: u32) -> StoreResult<Vec<ItemKey>>;
    /// Items whose text contains `query`, by type and name; of one type, or all.
    async fn search_texts(
        &self,
        query: &str,
        content_type: Option<ContentType>,
        page: &PageRequest,
    ) -> StoreResult<Page<(ItemRow, SearchText)>>;
    /// The API clients that may read a type, by name, at most 1,000.
    async fn readers_of(&self, content_type: ContentType) -> StoreResult<Vec<String>>;
    /// The API clients that last reported to have an item, by name.
    async fn holders(&self, key: &ItemKey) -> StoreResult<Vec<String>>;
}

/// Writes about reviews.
#[async_trait]
pub trait ReviewWrites {
    /// The policy of a type, if somebody set one.
    async fn policy(&mut self, content_type: ContentType) -> StoreResult<Option<Policy>>;
    /// Sets it.
    async fn save_policy(&mut self, policy: &Policy) -> StoreResult<()>;
    /// Items of a type that wait for review or for a sync.
    async fn waiting_items_for_change(&mut self, content_type: ContentType) -> StoreResult<Vec<ItemRecord>>;
    /// Replaces a person's further names.
    async fn set_aliases(&mut self, user: UserId, aliases: &[String]) -> StoreResult<()>;
    /// Keeps the text of an item that is there.
    async fn put_text(&mut self, key: &ItemKey, text: &SearchText) -> StoreResult<()>;
}
