//! Searching the text of all content.

use super::ApiError;
use domain::{
    content::{ContentType, search::SearchHit},
    page::Page,
};
use leptos::server;

/// Items that contain a text, with the first lines that do.
#[server(SearchContent)]
pub async fn search(
    query: String,
    kind: Option<ContentType>,
    cursor: Option<String>,
) -> Result<Page<SearchHit>, ApiError> {
    use super::context::{refuse, signed_in};
    let (services, actor) = signed_in()?;
    let page = domain::page::PageRequest { cursor, ..Default::default() };
    services.content().search(&actor, &query, kind, &page).await.map_err(refuse)
}
