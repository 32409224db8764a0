//! Production as a tree of files that a Git repository can hold: one folder per type, folders as in Automate,
//! for each item a readable text and its content as JSON.

use super::{Canonical, ContentType, ItemKey};
use crate::diff::Outline;
use serde_json::Value;
use std::{collections::BTreeSet, fmt::Write as _};

/// The most characters of one part of a path that come from a name.
const MOST_NAME: usize = 80;
/// The most bytes of it: file systems count those, and most end at 255 for name, GUID and ending together.
const MOST_BYTES: usize = 160;
/// Names that Windows keeps for itself, whatever their ending.
const RESERVED: [&str; 22] = [
    "con", "prn", "aux", "nul", "com1", "com2", "com3", "com4", "com5", "com6", "com7", "com8", "com9",
    "lpt1", "lpt2", "lpt3", "lpt4", "lpt5", "lpt6", "lpt7", "lpt8", "lpt9",
];

/// Gives every item a place of its own.
#[derive(Debug, Default)]
pub struct Layout {
    taken: BTreeSet<String>,
}

impl Layout {
    /// Where an item's files stand, without their endings: `scripts/ProVal/Printing/Reset spooler.88dfaf30`.
    /// Called in the same order for the same items, it gives the same places.
    pub fn place(&mut self, key: &ItemKey, item: &Canonical) -> String {
        let mut parts = vec![key.content_type.as_str().to_owned()];
        parts.extend(item.placement.iter().map(|folder| file_name(&folder.name)));
        let name = file_name(&item.name);
        let short: String = key.guid.as_str().chars().take(8).collect();
        let folder = parts.join("/");
        let place = format!("{folder}/{name}.{short}");
        // File systems that do not tell case apart must not lose an item.
        if self.taken.insert(place.to_lowercase()) {
            return place;
        }
        let place = format!("{folder}/{name}.{}", key.guid);
        self.taken.insert(place.to_lowercase());
        place
    }
}

/// A name as a part of a path on every system.
pub fn file_name(name: &str) -> String {
    let plain = |c: char| {
        let bad = c.is_control() || matches!(c, '/' | '\\' | ':' | '*' | '?' | '"' | '<' | '>' | '|');
        if bad { '_' } else { c }
    };
    let edge = |c: char| c == '.' || c.is_whitespace();
    let name: String = name.trim_matches(edge).chars().map(plain).collect();
    // Cutting may have left a blank or a dot at the end.
    let name = cut(&name).trim_matches(edge);
    let stem = name.split('.').next().unwrap_or_default().to_lowercase();
    match name {
        "" => "_".to_owned(),
        name if RESERVED.contains(&stem.as_str()) || name.eq_ignore_ascii_case(".git") => {
            cut(&format!("_{name}")).trim_end_matches(edge).to_owned()
        }
        name => name.to_owned(),
    }
}

/// The beginning of a name that is short enough, whole characters only.
fn cut(name: &str) -> &str {
    let ends = name.char_indices().map(|(at, c)| at + c.len_utf8());
    let end = ends.take(MOST_NAME).take_while(|end| *end <= MOST_BYTES).last().unwrap_or(0);
    &name[..end]
}

/// Whether a path of an earlier export is one that a layout could have made: below a type's folder, and going
/// nowhere else.
pub fn is_own_path(path: &str) -> bool {
    let mut parts = path.split('/');
    let kind = parts.next().is_some_and(|first| first.parse::<ContentType>().is_ok());
    let rest: Vec<&str> = parts.collect();
    let ours = rest.last().is_some_and(|name| name.ends_with(".json") || name.ends_with(".txt"));
    kind && ours
        && rest
            .iter()
            .all(|part| file_name(part) == *part || rest.last() == Some(part) && !part.contains('\\'))
        && !rest.iter().any(|part| part.is_empty() || part.starts_with('.'))
}

/// The content, indented for people and for Git, members in the order of the canonical form.
pub fn json(item: &Canonical) -> String {
    let value: Value = serde_json::from_slice(&item.to_bytes()).unwrap_or_default();
    // A value of strings, maps and lists always serialises.
    let mut text = serde_json::to_string_pretty(&value).unwrap_or_default();
    text.push('\n');
    text
}

/// The content as people read it.
pub fn text(outline: &Outline) -> String {
    let mut out = String::new();
    for section in &outline.sections {
        // Writing to a String cannot fail.
        let _ = writeln!(out, "## {}\n", section.title);
        for line in &section.lines {
            let number = line.number.map(|number| format!("{number}. ")).unwrap_or_default();
            let _ = writeln!(out, "{}{number}{}", "    ".repeat(line.indent.into()), line.text);
        }
        out.push('\n');
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::content::{Folder, Guid, canonical::FORMAT};
    use proptest::prelude::*;
    use serde_json::Map;

    fn item(guid: &str, name: &str, folder: &str) -> (ItemKey, Canonical) {
        let guid = Guid::parse(guid).unwrap();
        let canonical = Canonical {
            format: FORMAT,
            content_type: ContentType::Scripts,
            guid: guid.clone(),
            name: name.into(),
            body: Map::new(),
            placement: vec![Folder { guid: None, name: folder.into() }],
            switches: Map::new(),
            depends_on: vec![],
        };
        (ItemKey::new(ContentType::Scripts, guid), canonical)
    }

    #[test]
    fn equal_names_do_not_meet() {
        let mut layout = Layout::default();
        let (one, two) = (
            item("88dfaf30-aea8-11e7-aeca-005056a37e1b", "Reset", "Printing"),
            item("88dfaf30-aea8-11e7-aeca-005056a37e1c", "RESET", "printing"),
        );
        assert_eq!(layout.place(&one.0, &one.1), "scripts/Printing/Reset.88dfaf30");
        assert_eq!(
            layout.place(&two.0, &two.1),
            "scripts/printing/RESET.88dfaf30-aea8-11e7-aeca-005056a37e1c"
        );
    }

    #[test]
    fn names_cannot_lead_elsewhere() {
        for (name, file) in [
            ("..", "_"),
            ("../../etc/passwd", "_.._etc_passwd"),
            ("C:\\x", "C__x"),
            ("con", "_con"),
            ("NUL.txt", "_NUL.txt"),
            ("a/b", "a_b"),
            (" dots. ", "dots"),
            ("", "_"),
        ] {
            assert_eq!(file_name(name), file);
        }
        for path in [
            "../x.json",
            "scripts/../../x.json",
            "scripts//x.json",
            "/etc/x.json",
            "scripts/x.sh",
            "scripts",
            ".git/x.txt",
            "scripts/.git/x.txt",
        ] {
            assert!(!is_own_path(path), "{path}");
        }
    }

    #[test]
    fn long_names_are_cut_to_what_file_systems_take() {
        let folder = std::env::temp_dir();
        for letter in ["a", "ж", "日", "𠀀"] {
            let long = letter.repeat(200);
            let (key, item) = item("88dfaf30-aea8-11e7-aeca-005056a37e1b", &long, &long);
            let mut layout = Layout::default();
            for place in [layout.place(&key, &item), layout.place(&key, &item)] {
                assert!(is_own_path(&format!("{place}.json")), "{place}");
                for part in format!("{place}.json.part").split('/') {
                    // Whether the system takes such a name, nothing is made.
                    let asked = std::fs::exists(folder.join(part));
                    assert!(asked.is_ok(), "{asked:?} {part}");
                }
            }
            let stays = letter.repeat(40);
            assert_eq!(file_name(&stays), stays);
        }
        let reserved = format!("con.{}", "日".repeat(80));
        assert_eq!(file_name(&file_name(&reserved)), file_name(&reserved));
    }

    proptest! {
        #[test]
        fn every_place_is_one_that_an_export_may_clear(name in "\\PC{0,100}", folder in "\\PC{0,100}") {
            let (key, item) = item("88dfaf30-aea8-11e7-aeca-005056a37e1b", &name, &folder);
            let place = Layout::default().place(&key, &item);
            prop_assert!(is_own_path(&format!("{place}.json")), "{}", place);
            prop_assert!(is_own_path(&format!("{place}.txt")), "{}", place);
            prop_assert!(place.split('/').all(|part| part != ".." && !part.is_empty()));
        }
    }
}
