//! What a list is narrowed down by.

use crate::conditions::Expr;
use std::fmt::Write as _;

/// The most rows that a page may have.
pub(crate) const LARGEST_PAGE: usize = 1_000;

/// Filters, order and fields of a list. Conditions that a person typed are sent as typed; those of ours are built
/// with [`crate::conditions`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Query {
    pub(crate) conditions: Option<String>,
    pub(crate) child: Option<String>,
    pub(crate) custom: Option<String>,
    pub(crate) fields: Option<&'static str>,
    pub(crate) other: Vec<(&'static str, String)>,
    pub(crate) page: usize,
    pub(crate) most: usize,
}

impl Default for Query {
    fn default() -> Self {
        Self {
            conditions: None,
            child: None,
            custom: None,
            fields: None,
            other: Vec::new(),
            page: LARGEST_PAGE,
            most: 10_000,
        }
    }
}

impl Query {
    /// Everything, up to 10,000 rows.
    pub fn new() -> Self {
        Self::default()
    }

    /// Only what fits a condition of ours.
    pub fn matching(expr: Expr) -> Self {
        Self { conditions: Some(expr.to_string()), ..Self::default() }
    }

    /// Only what fits `conditions` as a person typed them.
    #[must_use]
    pub fn conditions(mut self, text: &str) -> Self {
        self.conditions = typed(text);
        self
    }

    /// Only what has a child that fits.
    #[must_use]
    pub fn child_conditions(mut self, text: &str) -> Self {
        self.child = typed(text);
        self
    }

    /// Only what has a custom field that fits.
    #[must_use]
    pub fn custom_field_conditions(mut self, text: &str) -> Self {
        self.custom = typed(text);
        self
    }

    /// Rows of a page; at most 1,000.
    #[must_use]
    pub fn page_size(mut self, rows: usize) -> Self {
        self.page = rows.clamp(1, LARGEST_PAGE);
        self
    }

    /// The most rows that are read; what is more is not asked for.
    #[must_use]
    pub fn most(mut self, rows: usize) -> Self {
        self.most = rows;
        self
    }

    pub(crate) fn with(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.other.push((name, value.into()));
        self
    }

    pub(crate) fn only(mut self, fields: &'static str) -> Self {
        self.fields = Some(fields);
        self
    }

    /// The conditions with one more that must hold as well.
    pub(crate) fn also(&self, expr: &Expr) -> Self {
        let both = match &self.conditions {
            Some(conditions) => format!("({conditions}) and {expr}"),
            None => expr.to_string(),
        };
        Self { conditions: Some(both), ..self.clone() }
    }

    /// The pairs of the URL; the conditions stand on every page, because a page without them lists everything.
    pub(crate) fn pairs(&self) -> Vec<(&'static str, String)> {
        let mut pairs = self.filters();
        pairs.push(("pageSize", self.page.min(self.most.max(1)).to_string()));
        pairs
    }

    /// The pairs without paging.
    pub(crate) fn filters(&self) -> Vec<(&'static str, String)> {
        let texts = [
            ("conditions", &self.conditions),
            ("childConditions", &self.child),
            ("customFieldConditions", &self.custom),
        ];
        let mut pairs: Vec<_> =
            texts.into_iter().filter_map(|(name, text)| Some((name, text.clone()?))).collect();
        pairs.extend(self.fields.map(|fields| ("fields", fields.to_owned())));
        pairs.extend(self.other.iter().cloned());
        pairs
    }
}

fn typed(text: &str) -> Option<String> {
    let text = text.trim();
    (!text.is_empty()).then(|| text.to_owned())
}

/// Percent-encodes everything but the unreserved characters: Manage reads `+` as a blank and trips over `*`.
pub(crate) fn encoded(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_' | b'~') {
            out.push(char::from(byte));
        } else {
            let _infallible = write!(out, "%{byte:02X}");
        }
    }
    out
}

/// A path with its pairs.
pub(crate) fn address(path: &str, pairs: &[(&'static str, String)]) -> String {
    let joined: Vec<String> =
        pairs.iter().map(|(name, value)| format!("{name}={}", encoded(value))).collect();
    if joined.is_empty() { path.to_owned() } else { format!("{path}?{}", joined.join("&")) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::conditions::field;

    #[test]
    fn everything_dangerous_is_encoded() {
        assert_eq!(encoded("a+b & \"c\" like 'd%*'"), "a%2Bb%20%26%20%22c%22%20like%20%27d%25%2A%27");
        assert_eq!(encoded("ä"), "%C3%A4");
    }

    #[test]
    fn another_condition_never_loosens_what_was_typed() {
        let query = Query::new().conditions("a = 1 or b = 2").also(&field("id").after(7));
        assert_eq!(query.conditions.as_deref(), Some("(a = 1 or b = 2) and id > 7"));
    }
}
