//! What changed, as a person would read it.
//!
//! [`outline()`] turns an item into headed sections of lines; [`compare()`] puts two outlines side by side;
//! [`in_words()`] says in sentences what happened to name, folder and switches; [`cut()`] makes pages of what is long.
//! A new content type needs an outline of its own only where the general one (members as lines) is hard to read; what
//! its members and codes are called stands in `codes`, and [`Names`] calls what it points at by name.

mod codes;
mod compare;
mod fields;
mod names;
mod outline;
mod pages;
mod steps;
mod tree;
mod words;

pub use compare::compare;
pub use names::{Mention, Names, unnamed};
pub use outline::{GENERAL, Outline, OutlineLine, OutlineSection, outline, outline_with};
pub use pages::{DEFAULT_ROWS, DiffPage, MAX_ROWS, cut, cut_outline};
pub use words::in_words;

use crate::content::{Change, ContentHash, ItemKey};
use serde::{Deserialize, Serialize};

/// The differences between two contents of one item.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ItemDiff {
    /// The old side; none when there is none.
    pub from: Option<DiffSide>,
    /// The new side; none when the item is gone.
    pub to: Option<DiffSide>,
    /// What kind of change waits, when this compares production with the source.
    pub change: Option<Change>,
    /// What happened to its name, folder and switches, in sentences.
    pub words: Vec<String>,
    /// The differences, one section after another. Sections without a difference are left out.
    pub sections: Vec<DiffSection>,
    /// Rows on all pages together.
    pub total_rows: u64,
    /// Where the next page of rows starts; none on the last.
    pub next_cursor: Option<String>,
}

/// One side of a comparison.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DiffSide {
    /// `version 3`, `production` or `source`.
    pub label: String,
    /// Its content.
    pub content_hash: ContentHash,
}

/// One headed part of a comparison.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DiffSection {
    /// The heading, for example `Then` or `SQL`.
    pub title: String,
    /// How its lines read.
    pub kind: SectionKind,
    /// Lines added.
    pub added: u32,
    /// Lines removed.
    pub removed: u32,
    /// The lines, unchanged runs folded.
    pub rows: Vec<DiffRow>,
}

/// How the lines of a section read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SectionKind {
    /// `name: value` lines.
    Fields,
    /// Numbered script steps with their parameters below them.
    Steps,
    /// Program text.
    Code,
    /// A tree, by indentation.
    Tree,
}

/// One row of a comparison.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "row", rename_all = "snake_case")]
pub enum DiffRow {
    /// Unchanged lines left out.
    Fold {
        /// How many.
        count: u32,
    },
    /// A line.
    Line(DiffLine),
}

/// One line of a comparison.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DiffLine {
    /// Which side it stands on.
    pub op: LineOp,
    /// Its number on the old side (of the step or code line), where it has one.
    pub old_number: Option<u32>,
    /// Its number on the new side.
    pub new_number: Option<u32>,
    /// How deep it is indented.
    pub indent: u8,
    /// Its text; emphasised spans are what differs within the line.
    pub spans: Vec<Span>,
}

/// Which side a line stands on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LineOp {
    /// Both.
    Same,
    /// The new one.
    Added,
    /// The old one.
    Removed,
}

/// A piece of a line.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Span {
    /// The text.
    pub text: String,
    /// Whether it differs from the line on the other side.
    pub emphasis: bool,
    /// The other item that it names.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub item: Option<ItemKey>,
}
