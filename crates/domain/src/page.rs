//! Lists come in pages: at most [`MAX_LIMIT`] rows and an opaque cursor to the next ones.

use crate::field::FieldError;
use serde::{Deserialize, Serialize};

/// Rows of a page when the caller names no limit.
pub const DEFAULT_LIMIT: u32 = 50;
/// The most rows that one page may hold.
pub const MAX_LIMIT: u32 = 500;

/// One page of a list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Page<T> {
    /// The rows.
    pub items: Vec<T>,
    /// Where the next page starts; none on the last page.
    pub next_cursor: Option<String>,
    /// Rows on all pages together, under the same filter.
    pub total: u64,
}

impl<T> Page<T> {
    /// The same page with every row turned into something else.
    pub fn map<U>(self, turn: impl FnMut(T) -> U) -> Page<U> {
        Page {
            items: self.items.into_iter().map(turn).collect(),
            next_cursor: self.next_cursor,
            total: self.total,
        }
    }
}

/// Which page is wanted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PageRequest {
    /// Rows wanted, 1 to [`MAX_LIMIT`].
    pub limit: u32,
    /// `next_cursor` of the page before.
    pub cursor: Option<String>,
}

impl Default for PageRequest {
    fn default() -> Self {
        Self { limit: DEFAULT_LIMIT, cursor: None }
    }
}

impl PageRequest {
    /// Checks what a caller asked for.
    pub fn new(limit: Option<u32>, cursor: Option<String>) -> Result<Self, FieldError> {
        let limit = limit.unwrap_or(DEFAULT_LIMIT);
        if limit == 0 || limit > MAX_LIMIT {
            return Err(FieldError::new("limit", format!("must be between 1 and {MAX_LIMIT}")));
        }
        Ok(Self { limit, cursor })
    }
}
