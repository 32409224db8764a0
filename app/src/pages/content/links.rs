//! The state of a table lives in its address: filters, search, order, page.

use crate::text::encode;
use domain::content::{
    Approval, ContentType, Status,
    view::{ItemFilter, ItemSort},
};
use leptos_router::params::ParamsMap;

/// What the address says.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct TableState {
    /// Filter and order.
    pub filter: ItemFilter,
    /// The page.
    pub cursor: Option<String>,
}

impl TableState {
    /// Reads the query; what it does not understand is left out.
    pub fn read(query: &ParamsMap) -> Self {
        let text = |name: &str| query.get(name).filter(|text| !text.is_empty());
        let filter = ItemFilter {
            status: text("status").and_then(|word| Status::parse(&word)),
            approval: text("approval").and_then(|word| Approval::parse(&word)),
            query: text("q"),
            source: None,
            sort: text("sort").and_then(|word| ItemSort::parse(&word).ok()).unwrap_or_default(),
            descending: text("order").is_some_and(|order| order == "down"),
        };
        Self { filter, cursor: text("cursor") }
    }

    /// The address of this state.
    pub fn href(&self, kind: ContentType) -> String {
        let filter = &self.filter;
        let mut pairs = Vec::new();
        pairs.extend(filter.status.map(|status| ("status", status.as_str().to_owned())));
        pairs.extend(filter.approval.map(|approval| ("approval", approval.as_str().to_owned())));
        pairs.extend(filter.query.clone().map(|text| ("q", text)));
        if filter.sort != ItemSort::default() {
            pairs.push(("sort", filter.sort.as_str().to_owned()));
        }
        if filter.descending {
            pairs.push(("order", "down".to_owned()));
        }
        pairs.extend(self.cursor.clone().map(|cursor| ("cursor", cursor)));
        let query: Vec<String> =
            pairs.into_iter().map(|(name, value)| format!("{name}={}", encode(&value))).collect();
        let mark = if query.is_empty() { "" } else { "?" };
        format!("/content/{kind}{mark}{}", query.join("&"))
    }

    /// The same table, from its first page, with another filter.
    pub fn with(&self, change: impl FnOnce(&mut ItemFilter)) -> Self {
        let mut filter = self.filter.clone();
        change(&mut filter);
        Self { filter, cursor: None }
    }

    /// The same table in another order; the same order again turns it round.
    pub fn sorted(&self, sort: ItemSort) -> Self {
        self.with(|filter| {
            filter.descending = filter.sort == sort && !filter.descending;
            filter.sort = sort;
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_address_holds_the_whole_state() {
        let state = TableState::default().with(|filter| {
            filter.status = Some(Status::MovedOrDeleted);
            filter.query = Some("a&b".into());
        });
        let state = state.sorted(ItemSort::Version);
        assert_eq!(
            state.href(ContentType::Scripts),
            "/content/scripts?status=Moved%20or%20Deleted&q=a%26b&sort=version"
        );
        assert!(state.sorted(ItemSort::Version).filter.descending);
    }
}
