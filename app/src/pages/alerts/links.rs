//! The state of the inbox lives in its address: tab, whose, category, search, page.

use crate::{api::alerts::Wanted, text::encode};
use domain::alert::AlertState;
use leptos_router::params::ParamsMap;

impl Wanted {
    /// Reads the query; what it does not understand is left out.
    pub fn read(query: &ParamsMap) -> Self {
        let text =
            |name: &str| query.get(name).map(|text| text.trim().to_owned()).filter(|text| !text.is_empty());
        Self {
            state: text("state").and_then(|word| AlertState::parse(&word)),
            mine: text("mine").is_some_and(|word| word == "yes"),
            category: text("category"),
            q: text("q"),
            cursor: text("cursor"),
        }
    }

    /// The tab that is open.
    pub fn tab(&self) -> AlertState {
        self.state.unwrap_or(AlertState::Open)
    }

    /// Whether anything but the tab is chosen.
    pub fn is_filtered(&self) -> bool {
        self.mine || self.category.is_some() || self.q.is_some()
    }

    /// The address of this state.
    pub fn href(&self) -> String {
        let mut pairs = Vec::new();
        pairs.extend(
            self.state
                .filter(|state| *state != AlertState::Open)
                .map(|state| ("state", state.as_str().to_owned())),
        );
        if self.mine {
            pairs.push(("mine", "yes".to_owned()));
        }
        pairs.extend(self.category.clone().map(|name| ("category", name)));
        pairs.extend(self.q.clone().map(|text| ("q", text)));
        pairs.extend(self.cursor.clone().map(|cursor| ("cursor", cursor)));
        let query: Vec<String> =
            pairs.into_iter().map(|(name, value)| format!("{name}={}", encode(&value))).collect();
        let mark = if query.is_empty() { "" } else { "?" };
        format!("/alerts{mark}{}", query.join("&"))
    }

    /// The same from its first page, with something else chosen.
    pub fn with(&self, change: impl FnOnce(&mut Self)) -> Self {
        let mut wanted = Self { cursor: None, ..self.clone() };
        change(&mut wanted);
        wanted
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_address_holds_the_whole_state() {
        let wanted = Wanted { cursor: Some("c".into()), ..Wanted::default() };
        assert_eq!(wanted.href(), "/alerts?cursor=c");
        let wanted = wanted.with(|wanted| {
            wanted.state = Some(AlertState::Closed);
            wanted.mine = true;
            wanted.q = Some("a&b".into());
        });
        assert_eq!(wanted.href(), "/alerts?state=closed&mine=yes&q=a%26b");
        assert_eq!(wanted.with(|wanted| *wanted = Wanted::default()).href(), "/alerts");
    }
}
