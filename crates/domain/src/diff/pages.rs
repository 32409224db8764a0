//! Pages of long differences and outlines: a browser is never sent ten thousand rows at once.

use super::{DiffSection, Outline};
use crate::field::FieldError;

/// Rows of a page when the caller names no limit.
pub const DEFAULT_ROWS: u32 = 1_000;
/// The most rows that one page may hold.
pub const MAX_ROWS: u32 = 5_000;

/// Which rows are wanted: of all sections together, in reading order.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DiffPage {
    /// Rows before the first.
    pub offset: usize,
    /// The most rows.
    pub limit: usize,
}

impl DiffPage {
    /// Checks what a caller asked for. The cursor is the one that the page before gave out.
    pub fn new(limit: Option<u32>, cursor: Option<&str>) -> Result<Self, FieldError> {
        let limit = limit.unwrap_or(DEFAULT_ROWS);
        if limit == 0 || limit > MAX_ROWS {
            return Err(FieldError::new("limit", format!("must be between 1 and {MAX_ROWS}")));
        }
        let wrong = || FieldError::new("cursor", "is not one that a difference gave out: start without it");
        let offset = cursor.map(|text| text.parse::<u32>().map_err(|_| wrong())).transpose()?.unwrap_or(0);
        Ok(Self { offset: offset as usize, limit: limit as usize })
    }

    fn next(&self, total: usize) -> Option<String> {
        let end = self.offset.saturating_add(self.limit);
        (end < total).then(|| end.to_string())
    }

    /// The part of a list that begins after `before` rows.
    fn part<T>(&self, rows: Vec<T>, before: usize) -> Vec<T> {
        let skip = self.offset.saturating_sub(before);
        let end = self.offset.saturating_add(self.limit).saturating_sub(before);
        rows.into_iter().take(end).skip(skip).collect()
    }
}

/// One page of sections, the rows of all pages, and where the next one starts. The counts of a section stay
/// those of the whole.
pub fn cut(sections: Vec<DiffSection>, page: DiffPage) -> (Vec<DiffSection>, u64, Option<String>) {
    let mut total = 0;
    let mut kept = Vec::new();
    for section in sections {
        let rows = section.rows.len();
        let part = page.part(section.rows, total);
        total += rows;
        if !part.is_empty() {
            kept.push(DiffSection { rows: part, ..section });
        }
    }
    (kept, total as u64, page.next(total))
}

/// The same for an outline.
pub fn cut_outline(outline: Outline, page: DiffPage) -> (Outline, Option<String>) {
    let mut total = 0;
    let mut sections = Vec::new();
    for mut section in outline.sections {
        let rows = section.lines.len();
        section.lines = page.part(section.lines, total);
        total += rows;
        if !section.lines.is_empty() {
            sections.push(section);
        }
    }
    (Outline { sections }, page.next(total))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diff::{DiffRow, SectionKind};
    use proptest::prelude::*;

    fn sections(lengths: &[u32]) -> Vec<DiffSection> {
        let mut next = 0;
        let mut rows = |length: u32| {
            (0..length)
                .map(|_| {
                    next += 1;
                    DiffRow::Fold { count: next }
                })
                .collect::<Vec<_>>()
        };
        lengths
            .iter()
            .zip(0..)
            .map(|(length, number)| DiffSection {
                title: format!("{number}"),
                kind: SectionKind::Code,
                added: *length,
                removed: 0,
                rows: rows(*length),
            })
            .collect()
    }

    proptest! {
        #[test]
        fn pages_hold_every_row_once(lengths in prop::collection::vec(0..30u32, 0..6), limit in 1..20u32) {
            let all = sections(&lengths);
            let expected: Vec<DiffRow> = all.iter().flat_map(|section| section.rows.clone()).collect();
            let (mut seen, mut cursor) = (Vec::new(), None::<String>);
            loop {
                let page = DiffPage::new(Some(limit), cursor.as_deref()).unwrap();
                let (part, total, next) = cut(all.clone(), page);
                prop_assert_eq!(total as usize, expected.len());
                prop_assert!(part.iter().map(|section| section.rows.len()).sum::<usize>() <= limit as usize);
                seen.extend(part.into_iter().flat_map(|section| section.rows));
                cursor = next;
                if cursor.is_none() { break }
            }
            prop_assert_eq!(seen, expected);
        }
    }

    #[test]
    fn foreign_cursors_are_refused() {
        assert_eq!(DiffPage::new(None, Some("x")).unwrap_err().field, "cursor");
        assert_eq!(DiffPage::new(Some(0), None).unwrap_err().field, "limit");
    }
}
