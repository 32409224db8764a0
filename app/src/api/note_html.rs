//! Notes of tickets as safe HTML. Anybody who can write into a ticket can write a note, so nothing of its markup is
//! trusted: Markdown becomes HTML, and what is left of that passes a list of harmless elements. Images are left out,
//! because they would tell their host who reads the note.

use ammonia::Builder;
use pulldown_cmark::{Event, Options, Parser, html::push_html};
use std::collections::HashSet;

/// The longest note that is rendered, in bytes; a longer one is cut there.
const LONGEST: usize = 64 * 1024;
/// What may stand in a note.
const ELEMENTS: [&str; 27] = [
    "a",
    "b",
    "blockquote",
    "br",
    "code",
    "del",
    "div",
    "em",
    "h1",
    "h2",
    "h3",
    "h4",
    "hr",
    "i",
    "li",
    "ol",
    "p",
    "pre",
    "span",
    "strong",
    "table",
    "tbody",
    "td",
    "th",
    "thead",
    "tr",
    "ul",
];

/// The note as HTML.
pub(super) fn render(text: &str) -> String {
    let clean: String = text.chars().filter(|c| !c.is_control() || matches!(c, '\n' | '\t')).collect();
    let cut = clean.floor_char_boundary(LONGEST.min(clean.len()));
    let markdown = clean.get(..cut).unwrap_or_default();
    let mut html = String::with_capacity(markdown.len() * 2);
    let parser = Parser::new_ext(markdown, Options::ENABLE_TABLES | Options::ENABLE_STRIKETHROUGH);
    // Manage shows every line of a note as a line of its own.
    let events = parser.map(|event| if event == Event::SoftBreak { Event::HardBreak } else { event });
    push_html(&mut html, events);
    Builder::new()
        .tags(HashSet::from(ELEMENTS))
        .generic_attributes(HashSet::new())
        .url_schemes(HashSet::from(["http", "https", "mailto", "tel"]))
        .link_rel(Some("noopener noreferrer nofollow"))
        .clean(&html)
        .to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn markdown_is_shown_as_meant() {
        let html = render("**Down** since 7:40\nsee [the log](https://example.com/log)\n\n- one\n- two");
        assert!(html.contains("<strong>Down</strong> since 7:40<br"), "{html}");
        assert!(
            html.contains("<a href=\"https://example.com/log\" rel=\"noopener noreferrer nofollow\">"),
            "{html}"
        );
        assert!(html.contains("<li>one</li>"), "{html}");
    }

    #[test]
    fn nothing_in_a_note_runs_or_leads_anywhere_else() {
        for attack in [
            "<script>alert(1)</script>",
            "<img src=x onerror=alert(1)>",
            "![x](https://evil.example/pixel.png)",
            "[x](javascript:alert(1))",
            "<a href=\"javascript:alert(1)\" onclick=\"alert(1)\" style=\"position:fixed\">x</a>",
            "<svg/onload=alert(1)>",
            "<iframe src=https://evil.example></iframe>",
            "<form action=/rpc/app/api/alerts/step><button name=act value=close>x</button></form>",
            "<style>*{display:none}</style>",
            "</textarea><script>alert(1)</script>",
            "<p id=page class=banner>x</p>",
        ] {
            let html = render(attack).to_lowercase();
            for mark in [
                "<script",
                "<img",
                "<svg",
                "<iframe",
                "<form",
                "<button",
                "<style",
                "href=\"javascript",
                " on",
                " style=",
                " id=",
                " class=",
            ] {
                assert!(!html.contains(mark), "{attack} became {html}");
            }
        }
    }

    #[test]
    fn control_characters_and_endless_notes_are_cut() {
        assert_eq!(render("a\u{0}\u{1b}[31mb"), "<p>a[31mb</p>\n");
        assert!(render(&"é".repeat(100_000)).len() < 70_000);
    }
}
