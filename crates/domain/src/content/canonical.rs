//! The canonical form: an item's decoded, normalised content, and the hash that names it.
//!
//! Written out in `docs/content-format.md`. Two instances with different local ids give the same bytes:
//! bodies are decoded, line ends are LF, references are `type:guid` (or `name:` where there is no GUID),
//! lists stand in a stable order, runtime and local columns are left out.

use super::{ContentType, Guid};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use sha2::{Digest, Sha256};
use std::{fmt, fmt::Write as _, str::FromStr};

/// The version of the canonical form. It is part of the hashed bytes: a new form gives new hashes.
pub const FORMAT: u32 = 1;

/// The SHA-256 of a canonical form, as 64 lower-case hexadecimal digits.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct ContentHash(String);

/// Text that is not a content hash.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is not a content hash: expected 64 hexadecimal digits")]
pub struct InvalidHash(pub String);

impl ContentHash {
    /// The hash of `bytes`.
    pub fn of(bytes: &[u8]) -> Self {
        let mut text = String::with_capacity(64);
        for byte in Sha256::digest(bytes) {
            // Writing to a String cannot fail.
            let _ = write!(text, "{byte:02x}");
        }
        Self(text)
    }

    /// The 64 digits.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whatever in a text reads like a content hash, wherever it stands: rather too much than too little.
    pub fn named_in(text: &str) -> impl Iterator<Item = &str> {
        let runs = text.split(|c| !matches!(c, '0'..='9' | 'a'..='f'));
        runs.flat_map(|run| (64..=run.len()).map(move |end| &run[end - 64..end]))
    }

    /// The first digits, enough to tell two contents apart on a screen.
    pub fn short(&self) -> &str {
        &self.0[..10]
    }
}

impl fmt::Display for ContentHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl FromStr for ContentHash {
    type Err = InvalidHash;
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let good = text.len() == 64 && text.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f'));
        if good { Ok(Self(text.to_owned())) } else { Err(InvalidHash(text.chars().take(80).collect())) }
    }
}

impl TryFrom<String> for ContentHash {
    type Error = InvalidHash;
    fn try_from(text: String) -> Result<Self, Self::Error> {
        text.parse()
    }
}

impl From<ContentHash> for String {
    fn from(hash: ContentHash) -> Self {
        hash.0
    }
}

/// A folder on the way to an item, outermost first.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Folder {
    /// The folder's GUID, where the source has one.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub guid: Option<Guid>,
    /// The folder's name.
    pub name: String,
}

/// Something that an item needs: `scripts:GUID`, or `groups:name:Servers` where only a name is known.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Reference(String);

impl Reference {
    /// A reference to an item whose GUID is known.
    pub fn to(content_type: ContentType, guid: &Guid) -> Self {
        Self(format!("{content_type}:{guid}"))
    }

    /// A reference to something known only by name, for example a ticket category.
    pub fn named(kind: &str, name: &str) -> Self {
        Self(format!("{kind}:name:{name}"))
    }

    /// The text as it stands in bodies and manifests.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The item's key, where the reference holds one.
    pub fn key(&self) -> Option<super::ItemKey> {
        let (kind, guid) = self.0.split_once(':')?;
        Some(super::ItemKey::new(kind.parse().ok()?, Guid::parse(guid).ok()?))
    }
}

impl fmt::Display for Reference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// The three parts of an item that are compared apart, so that a move is told from an edit.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Facets {
    /// Name and body.
    pub body: ContentHash,
    /// Folder path.
    pub placement: ContentHash,
    /// Enabled, permissions.
    pub switches: ContentHash,
}

impl Facets {
    /// Whether the way from these to others is a move and nothing else.
    pub fn only_moved(&self, to: &Self) -> bool {
        self.body == to.body && self.switches == to.switches && self.placement != to.placement
    }
}

/// An item in canonical form.
///
/// `body` and `switches` are objects whose members depend on the type; they hold no floating-point numbers.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Canonical {
    /// The version of this form, [`FORMAT`].
    pub format: u32,
    /// The item's type.
    #[serde(rename = "type")]
    pub content_type: ContentType,
    /// The item's GUID.
    pub guid: Guid,
    /// The item's name.
    pub name: String,
    /// What the item does.
    pub body: Map<String, Value>,
    /// Where it stands, outermost folder first.
    pub placement: Vec<Folder>,
    /// Whether it is on, and whether its use is restricted.
    pub switches: Map<String, Value>,
    /// What it needs, sorted, each once.
    pub depends_on: Vec<Reference>,
}

impl Canonical {
    /// The bytes that are hashed, stored and served: JSON with sorted members and nothing between tokens.
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut out = String::new();
        // A struct of strings, maps and lists always serialises.
        write_sorted(&serde_json::to_value(self).unwrap_or_default(), &mut out);
        out.into_bytes()
    }

    /// Reads bytes that [`Self::to_bytes`] wrote.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, serde_json::Error> {
        serde_json::from_slice(bytes)
    }

    /// The hash of the whole.
    pub fn hash(&self) -> ContentHash {
        ContentHash::of(&self.to_bytes())
    }

    /// The hashes of the parts. What an item needs follows from its body, so it is no part of its own.
    pub fn facets(&self) -> Facets {
        let body = serde_json::json!({ "name": self.name, "body": self.body });
        let placement = serde_json::to_value(&self.placement).unwrap_or_default();
        Facets {
            body: hash_value(&body),
            placement: hash_value(&placement),
            switches: hash_value(&Value::Object(self.switches.clone())),
        }
    }

    /// The folder path as people read it, for example `ProVal / Maintenance`.
    pub fn path(&self) -> String {
        let names: Vec<&str> = self.placement.iter().map(|folder| folder.name.as_str()).collect();
        names.join(" / ")
    }
}

fn hash_value(value: &Value) -> ContentHash {
    let mut out = String::new();
    write_sorted(value, &mut out);
    ContentHash::of(out.as_bytes())
}

/// Writes JSON with members sorted by name, whatever order the map in memory keeps.
fn write_sorted(value: &Value, out: &mut String) {
    match value {
        Value::Object(members) => {
            let mut sorted: Vec<_> = members.iter().collect();
            sorted.sort_by_key(|(name, _)| *name);
            write_list('{', '}', sorted, out, |(name, member), out| {
                write_scalar(&Value::String(name.clone()), out);
                out.push(':');
                write_sorted(member, out);
            });
        }
        Value::Array(items) => write_list('[', ']', items.iter().collect(), out, write_sorted),
        scalar => write_scalar(scalar, out),
    }
}

fn write_list<T>(open: char, close: char, items: Vec<T>, out: &mut String, write: impl Fn(T, &mut String)) {
    out.push(open);
    for (index, item) in items.into_iter().enumerate() {
        if index > 0 {
            out.push(',');
        }
        write(item, out);
    }
    out.push(close);
}

fn write_scalar(value: &Value, out: &mut String) {
    let _ = write!(out, "{value}");
}

/// Text as it is kept in a canonical form: LF line ends, no byte order mark, no blanks at the end.
pub fn clean_text(text: &str) -> String {
    text.trim_start_matches('\u{feff}').replace("\r\n", "\n").replace('\r', "\n").trim_end().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use serde_json::json;

    fn item(body: Value, placement: Vec<Folder>) -> Canonical {
        Canonical {
            format: FORMAT,
            content_type: ContentType::Scripts,
            guid: Guid::parse("88dfaf30-aea8-11e7-aeca-005056a37e1b").unwrap(),
            name: "Reset".into(),
            body: body.as_object().cloned().unwrap_or_default(),
            placement,
            switches: Map::new(),
            depends_on: vec![],
        }
    }

    #[test]
    fn member_order_does_not_matter() {
        let one = item(json!({"a": 1, "b": {"c": [1, 2], "d": null}}), vec![]);
        let two = item(json!({"b": {"d": null, "c": [1, 2]}, "a": 1}), vec![]);
        assert_eq!(one.to_bytes(), two.to_bytes());
    }

    #[test]
    fn a_move_touches_only_the_placement() {
        let one = item(json!({"a": 1}), vec![]);
        let two = item(json!({"a": 1}), vec![Folder { guid: None, name: "Maintenance".into() }]);
        assert_ne!(one.hash(), two.hash());
        assert_eq!(one.facets().body, two.facets().body);
        assert_ne!(one.facets().placement, two.facets().placement);
        assert!(one.facets().only_moved(&two.facets()) && !one.facets().only_moved(&one.facets()));
        let edited = item(json!({"a": 2}), two.placement.clone());
        assert!(!one.facets().only_moved(&edited.facets()));
    }

    #[test]
    fn hashes_are_found_wherever_they_stand() {
        let (one, two) = (ContentHash::of(b"one"), ContentHash::of(b"two"));
        let text = format!(r#"{{"candidate":{{"Present":{{"hash":"{one}"}}}},"ä":["{two}","abc"]}}"#);
        assert_eq!(ContentHash::named_in(&text).collect::<Vec<_>>(), [one.as_str(), two.as_str()]);
        assert!(ContentHash::named_in(&format!("0{one}")).any(|found| found == one.as_str()));
        assert_eq!(ContentHash::named_in(&one.as_str()[1..]).count(), 0);
    }

    #[test]
    fn references_give_their_key_back() {
        let guid = Guid::parse("88dfaf30-aea8-11e7-aeca-005056a37e1b").unwrap();
        let reference = Reference::to(ContentType::Groups, &guid);
        assert_eq!(reference.key().unwrap().guid, guid);
        assert!(Reference::named("groups", "Servers").key().is_none());
    }

    fn any_json() -> impl Strategy<Value = Value> {
        let leaf = prop_oneof![
            Just(Value::Null),
            any::<bool>().prop_map(Value::from),
            any::<i64>().prop_map(Value::from),
            ".*".prop_map(Value::from)
        ];
        leaf.prop_recursive(3, 24, 4, |inner| {
            prop_oneof![
                proptest::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
                proptest::collection::btree_map(".{0,6}", inner, 0..4)
                    .prop_map(|map| Value::Object(map.into_iter().collect())),
            ]
        })
    }

    proptest! {
        #[test]
        fn reading_and_writing_again_changes_nothing(value in any_json()) {
            let before = item(json!({ "value": value }), vec![]);
            let bytes = before.to_bytes();
            let after = Canonical::from_bytes(&bytes).unwrap();
            prop_assert_eq!(after.to_bytes(), bytes);
        }

        #[test]
        fn cleaning_twice_is_cleaning_once(text in ".*") {
            let once = clean_text(&text);
            prop_assert_eq!(clean_text(&once), once);
        }

        #[test]
        fn line_ends_do_not_matter(lines in proptest::collection::vec("[a-z ]{0,8}", 0..6)) {
            prop_assert_eq!(clean_text(&lines.join("\r\n")), clean_text(&lines.join("\n")));
        }
    }
}
