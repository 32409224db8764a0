//! The text of an item as a search looks through it, line by line, secrets hidden.

use super::{ContentType, Guid, Status};
use crate::{diff::Outline, field::FieldError};
use serde::{Deserialize, Serialize};

/// The fewest characters of a search: with fewer, everything would be found.
pub const LEAST_QUERY: usize = 3;
/// The most characters of a search.
pub const MOST_QUERY: usize = 200;
/// The most lines that are shown of one item.
const MOST_LINES: usize = 3;
/// The most characters that are shown of one line.
const MOST_SHOWN: usize = 240;
/// Stands between a line's place and its text.
const BETWEEN: char = '\u{1f}';

/// The lines of an item: as they are shown, and as they are compared.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct SearchText {
    /// `place`, a separator, the text; one line each.
    pub shown: String,
    /// The text alone, in lower case; line by line the same.
    pub folded: String,
}

impl SearchText {
    /// The lines of an outline. It must be one of content whose secrets are hidden.
    pub fn of(outline: &Outline) -> Self {
        let mut text = Self::default();
        for section in &outline.sections {
            let mut number = None;
            for line in &section.lines {
                number = line.number.or(number);
                let place = match number {
                    Some(number) => format!("{} {number}", section.title),
                    None => section.title.clone(),
                };
                let plain = line.text.replace(['\n', '\r', BETWEEN], " ");
                text.shown.push_str(&format!("{place}{BETWEEN}{plain}\n"));
                text.folded.push_str(&plain.to_lowercase());
                text.folded.push('\n');
            }
        }
        text
    }

    /// The first lines that contain `query`.
    pub fn lines(&self, query: &str) -> Vec<MatchedLine> {
        let query = query.to_lowercase();
        let shown = self.shown.lines().zip(self.folded.lines());
        shown
            .filter(|(_, folded)| folded.contains(&query))
            .filter_map(|(line, _)| line.split_once(BETWEEN))
            .take(MOST_LINES)
            .map(|(place, text)| MatchedLine { place: place.to_owned(), text: cut(text, &query) })
            .collect()
    }
}

/// What people typed, without blanks around it.
pub fn check_query(typed: &str) -> Result<&str, FieldError> {
    let query = typed.trim();
    let length = query.chars().count();
    if !(LEAST_QUERY..=MOST_QUERY).contains(&length) || query.contains(['\n', '\r', '\0']) {
        let message = format!("must have {LEAST_QUERY} to {MOST_QUERY} characters, all on one line");
        return Err(FieldError::new("q", message));
    }
    Ok(query)
}

/// How near a name is to what was searched for: called so, begins so, holds it, or not at all.
pub fn nearness(name: &str, query: &str) -> u8 {
    let (name, query) = (name.to_lowercase(), query.trim().to_lowercase());
    match name.find(&query) {
        Some(0) if name.len() == query.len() => 0,
        Some(0) => 1,
        Some(_) => 2,
        None => 3,
    }
}

/// The part of a long line around what was found.
fn cut(text: &str, query: &str) -> String {
    let length = text.chars().count();
    if length <= MOST_SHOWN {
        return text.to_owned();
    }
    let folded = text.to_lowercase();
    let at = folded.find(query).map_or(0, |at| folded[..at].chars().count());
    let start = at.saturating_sub(MOST_SHOWN / 3).min(length - MOST_SHOWN);
    let part: String = text.chars().skip(start).take(MOST_SHOWN).collect();
    let before = if start > 0 { "…" } else { "" };
    let after = if start + MOST_SHOWN < length { "…" } else { "" };
    format!("{before}{part}{after}")
}

/// A line in which a search found something.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MatchedLine {
    /// Where it stands, for example `Then 3`.
    pub place: String,
    /// The line, secrets hidden, cut around what was found when it is long.
    pub text: String,
}

/// An item in which a search found something.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SearchHit {
    /// The type.
    #[serde(rename = "type")]
    pub content_type: ContentType,
    /// The GUID.
    pub guid: Guid,
    /// The name.
    pub name: String,
    /// The folder path.
    pub path: String,
    /// How the source differs from production.
    pub status: Status,
    /// The first lines that match.
    pub lines: Vec<MatchedLine>,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diff::{OutlineLine, OutlineSection, SectionKind};

    fn text(lines: &[(Option<u32>, &str)]) -> SearchText {
        let lines = lines
            .iter()
            .map(|(number, text)| OutlineLine {
                number: *number,
                indent: 0,
                text: (*text).to_owned(),
                about: None,
            })
            .collect();
        let section = OutlineSection { title: "Then".into(), kind: SectionKind::Steps, lines };
        SearchText::of(&Outline { sections: vec![section] })
    }

    #[test]
    fn lines_are_found_without_regard_to_case_and_say_where_they_stand() {
        let text = text(&[(Some(1), "Shell"), (None, "Command: ÜBERTRAGEN https://Example.com/a")]);
        let found = text.lines("übertragen https://EXAMPLE");
        assert_eq!(found.len(), 1);
        assert_eq!(found[0].place, "Then 1");
        assert!(text.lines("then 1").is_empty(), "the place is no content");
    }

    #[test]
    fn long_lines_are_cut_around_what_was_found() {
        let long = format!("{}needle{}", "a ".repeat(400), "b ".repeat(400));
        let found = text(&[(None, &long)]).lines("NEEDLE");
        assert!(found[0].text.contains("needle") && found[0].text.chars().count() <= MOST_SHOWN + 2);
    }

    #[test]
    fn names_that_are_meant_most_likely_come_first() {
        let mut names = ["Printers", "Reset print spooler", "Print", "Disk"];
        names.sort_by_key(|name| nearness(name, " PRINT"));
        assert_eq!(names, ["Print", "Printers", "Reset print spooler", "Disk"]);
    }

    #[test]
    fn too_short_and_too_long_are_refused() {
        for wrong in ["", "ab", " a ", &"x".repeat(201), "one\ntwo"] {
            assert_eq!(check_query(wrong).unwrap_err().field, "q");
        }
        assert_eq!(check_query(" url "), Ok("url"));
    }
}
