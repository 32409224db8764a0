//! A look at a document before it is parsed: how deep it is, and whether it declares a document type.
//!
//! The scan knows comments, CDATA, instructions and quoted attributes, because script text inside them is full of
//! angle brackets. Where a document is not well-formed it may be wrong; the parser then refuses the document.

use crate::export::Wrong;

/// Attributes of one element; the parser compares each with all others.
const MOST_ATTRIBUTES: usize = 256;
/// Attributes of a document; exports hold three.
const MOST_ATTRIBUTES_TOGETHER: usize = 1_000_000;
/// Name spaces of a document: each element that declares one gets a copy of all that it inherits.
const MOST_NAMESPACES: usize = 1_000;

/// Refuses document types, and nesting beyond `deepest`.
pub(super) fn inspect(text: &str, deepest: usize) -> Result<(), Wrong> {
    let bytes = text.as_bytes();
    let refuse = |at: usize, message: String| Err(Wrong::at(line(bytes, at), message));
    let (mut at, mut depth, mut attributes, mut namespaces) = (0, 0usize, 0, 0);
    while let Some(start) = find(bytes, at, b"<") {
        let rest = &bytes[start..];
        if rest.starts_with(b"<!--") {
            at = after(bytes, start + 4, b"-->");
        } else if rest.starts_with(b"<![CDATA[") {
            at = after(bytes, start + 9, b"]]>");
        } else if rest.starts_with(b"<?") {
            at = after(bytes, start + 2, b"?>");
        } else if rest.starts_with(b"<!") {
            return refuse(start, "declares a document type (DTD) or entities, which are refused".into());
        } else if rest.starts_with(b"</") {
            depth = depth.saturating_sub(1);
            at = after(bytes, start + 2, b">");
        } else {
            let tag = tag(bytes, start + 1);
            if tag.attributes > MOST_ATTRIBUTES {
                return refuse(start, format!("has an element with more than {MOST_ATTRIBUTES} attributes"));
            }
            attributes += tag.attributes;
            namespaces += if tag.attributes == 0 { 0 } else { count(&bytes[start..tag.end], b"xmlns") };
            if attributes > MOST_ATTRIBUTES_TOGETHER || namespaces > MOST_NAMESPACES {
                return refuse(start, "has more attributes or name spaces than any export".into());
            }
            depth += usize::from(!tag.empty);
            if depth > deepest {
                return refuse(start, format!("is nested more than {deepest} elements deep"));
            }
            at = tag.end;
        }
    }
    Ok(())
}

struct Tag {
    end: usize,
    empty: bool,
    attributes: usize,
}

/// The opening tag whose name begins at `start`.
fn tag(bytes: &[u8], start: usize) -> Tag {
    let (mut quote, mut attributes) = (None, 0);
    for (offset, byte) in bytes[start..].iter().enumerate() {
        match (quote, byte) {
            (Some(open), byte) if open == *byte => quote = None,
            (Some(_), _) => {}
            (None, b'\'' | b'"') => quote = Some(*byte),
            (None, b'=') => attributes += 1,
            (None, b'>') => {
                let end = start + offset;
                return Tag { end: end + 1, empty: bytes[end - 1] == b'/', attributes };
            }
            (None, _) => {}
        }
    }
    Tag { end: bytes.len(), empty: true, attributes }
}

fn find(bytes: &[u8], from: usize, what: &[u8]) -> Option<usize> {
    bytes.get(from..)?.windows(what.len()).position(|window| window == what).map(|at| from + at)
}

fn count(bytes: &[u8], what: &[u8]) -> usize {
    bytes.windows(what.len()).filter(|window| *window == what).count()
}

fn after(bytes: &[u8], from: usize, what: &[u8]) -> usize {
    find(bytes, from, what).map_or(bytes.len(), |at| at + what.len())
}

fn line(bytes: &[u8], at: usize) -> u32 {
    let ends = bytes[..at].iter().filter(|byte| **byte == b'\n').count();
    u32::try_from(ends + 1).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line_of(text: &str) -> Option<u32> {
        inspect(text, 4).err().map(|wrong| wrong.line)
    }

    #[test]
    fn depth_counts_elements_only() {
        assert_eq!(line_of("<a><b><c><d>x</d></c></b></a>"), None);
        assert_eq!(line_of("<a><b>\n<c><d>\n<e>x</e></d></c></b></a>"), Some(3));
        assert_eq!(
            line_of("<a><!-- <b><c><d><e><f> --><![CDATA[<b><c><d><e>]]><?x <b><c><d><e>?></a>"),
            None
        );
        assert_eq!(line_of("<a x='<<<<<<>' y=\"'\"><b/><b/><b/><b/><b/><b/></a>"), None);
    }

    #[test]
    fn text_that_looks_like_an_empty_element_hides_no_depth() {
        assert_eq!(line_of(&"<a>/>".repeat(10)), Some(1));
        assert_eq!(line_of(&"<a x='/>'>".repeat(10)), Some(1));
    }

    #[test]
    fn document_types_are_refused_by_line() {
        assert_eq!(line_of("<?xml version='1.0'?>\n\n<!DOCTYPE a [<!ENTITY x 'y'>]><a/>"), Some(3));
    }

    #[test]
    fn attributes_are_limited() {
        let many: String = (0..300).map(|number| format!(" a{number}='1'")).collect();
        assert_eq!(line_of(&format!("<a{many}/>")), Some(1));
        let spaces: String = (0..1_001).map(|number| format!("<b xmlns:n{number}='u'/>")).collect();
        assert_eq!(line_of(&format!("<a>{spaces}</a>")), Some(1));
    }
}
