//! Finding the item that an exception is to be about: by name, so that nobody has to know a GUID.

use super::Clients;
use crate::{Error, Result};
use domain::{
    account::{Actor, Permission},
    content::{
        ContentType, ItemKey,
        search::nearness,
        view::{ItemFilter, ItemRow},
    },
    ids::ClientId,
    page::{MAX_LIMIT, Page, PageRequest},
    pull::ReportedItem,
};
use std::collections::BTreeMap;

/// Items that one search shows: who sees more types more of the name.
const MOST_FOUND: usize = 20;
/// The most characters of what is searched for.
const MOST_QUERY: usize = 200;

impl Clients<'_> {
    /// Items of every type whose name, folder or GUID contains a text, those first that are meant most likely.
    pub async fn find_items(&self, actor: &Actor, text: &str) -> Result<Page<ItemRow>> {
        self.core.require(actor, Permission::ManageClients).await?;
        let text = text.trim();
        if text.is_empty() || text.chars().count() > MOST_QUERY {
            return Err(Error::field("q", format!("must have 1 to {MOST_QUERY} characters")));
        }
        let filter = ItemFilter { query: Some(text.to_owned()), ..ItemFilter::default() };
        let all = PageRequest { limit: MAX_LIMIT, cursor: None };
        let mut found = Page { items: Vec::new(), next_cursor: None, total: 0 };
        for content_type in ContentType::ALL {
            let page = self.core.store.items(content_type, &filter, &all).await?;
            found.total += page.total;
            found.items.extend(page.items);
        }
        found.items.sort_by_cached_key(|row| {
            (nearness(&row.name, text), row.name.to_lowercase(), row.content_type, row.guid.clone())
        });
        found.items.truncate(MOST_FOUND);
        Ok(found)
    }

    /// The item that was chosen, if it is known here.
    pub async fn chosen_item(&self, actor: &Actor, key: &ItemKey) -> Result<Option<ItemRow>> {
        self.core.require(actor, Permission::ManageClients).await?;
        Ok(self.core.store.item(key).await?.map(|record| record.row()))
    }

    /// What a client reported last, with the name that production gives each item, or gave it.
    pub async fn report_by_name(
        &self,
        actor: &Actor,
        id: ClientId,
    ) -> Result<Vec<(ReportedItem, Option<String>)>> {
        let report = self.report(actor, id).await?;
        if report.is_empty() {
            return Ok(Vec::new());
        }
        let served = self.core.ring_slice(None).await?;
        let names: BTreeMap<ItemKey, &str> =
            served.pointers.iter().map(|pointer| (pointer.item.key(), pointer.item.name.as_str())).collect();
        let named = |item: ReportedItem| {
            let name = names.get(&ItemKey::new(item.content_type, item.guid.clone()));
            let name = name.map(|name| (*name).to_owned());
            (item, name)
        };
        Ok(report.into_iter().map(named).collect())
    }
}
