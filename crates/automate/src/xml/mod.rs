//! XML from strangers: limits first, then `roxmltree`.
//!
//! Document types are refused, so there are no entities to expand and no other files to fetch. Depth, attributes
//! and nodes are limited, so that a hostile document costs an error and not the stack or the memory.

mod guard;
mod lines;

pub(crate) use lines::Lines;

use crate::export::Wrong;
use roxmltree::{Document, Error, Node, ParsingOptions};

/// Limits for one kind of document.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Limits {
    /// How deep elements may be nested.
    pub(crate) depth: usize,
    /// How many nodes (elements, texts) there may be.
    pub(crate) nodes: u32,
}

impl Limits {
    /// An export file; real ones stay below a depth of 20.
    pub(crate) const FILE: Self = Self { depth: 256, nodes: 2_000_000 };
    /// A script's body: rows of columns.
    pub(crate) const BODY: Self = Self { depth: 32, nodes: 1_000_000 };
    /// A search's tree. Its depth ends up as depth of JSON, which readers limit to 128.
    pub(crate) const TREE: Self = Self { depth: 100, nodes: 50_000 };
}

/// Parses a document within its limits. Lines are counted from the start of `text`.
pub(crate) fn parse(text: &str, limits: Limits) -> Result<Document<'_>, Wrong> {
    guard::inspect(text, limits.depth)?;
    let options = ParsingOptions { nodes_limit: limits.nodes, ..ParsingOptions::default() };
    Document::parse_with_options(text, options).map_err(|error| {
        Wrong::at(line_of(&error, text), format!("is not well-formed XML ({error}): export it again"))
    })
}

/// Where an error is; a document that stops too early is wrong at its end, which `roxmltree` does not say.
fn line_of(error: &Error, text: &str) -> u32 {
    match error {
        Error::UnclosedRootNode | Error::UnexpectedEndOfStream | Error::NoRootNode => {
            u32::try_from(text.trim_end().lines().count().max(1)).unwrap_or(u32::MAX)
        }
        other => other.pos().row,
    }
}

/// All text directly below an element, also when comments stand in between.
pub(crate) fn text_of(node: Node<'_, '_>) -> String {
    node.children().filter(Node::is_text).filter_map(|text| text.text()).collect()
}

/// The children with a name.
pub(crate) fn children<'a, 'i>(node: Node<'a, 'i>, name: &'static str) -> impl Iterator<Item = Node<'a, 'i>> {
    node.children().filter(move |child| child.has_tag_name(name))
}
