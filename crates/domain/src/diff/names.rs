//! What other items are called: references are read out as names.

use crate::content::{ContentType, Guid, ItemKey, Reference};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

/// Where a line names another item that is known here.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Mention {
    /// The item.
    #[serde(flatten)]
    pub item: ItemKey,
    /// Characters of the line before the name.
    pub start: usize,
    /// Characters of the line up to the end of the name.
    pub end: usize,
}

/// A text that may name another item.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Told {
    pub(super) text: String,
    pub(super) about: Option<Mention>,
}

impl Told {
    pub(super) fn plain(text: impl Into<String>) -> Self {
        Self { text: text.into(), about: None }
    }

    /// The same with a text in front.
    pub(super) fn after(mut self, before: &str) -> Self {
        let more = before.chars().count();
        if let Some(about) = &mut self.about {
            about.start += more;
            about.end += more;
        }
        self.text.insert_str(0, before);
        self
    }

    /// The same with a text behind.
    pub(super) fn before(mut self, after: &str) -> Self {
        self.text.push_str(after);
        self
    }
}

/// The names of the items that an outline points at.
///
/// Without a look-up (the default) a reference keeps its GUID; after one, what is not among the names is not known
/// here, and is said to be so.
#[derive(Debug, Clone, Default)]
pub struct Names {
    looked_up: bool,
    known: BTreeMap<ItemKey, String>,
    /// Names that several items of one type have: these say their GUID as well, or a change from one to the other
    /// would read as none.
    shared: BTreeSet<(ContentType, String)>,
}

impl Names {
    /// The names that a look-up found.
    pub fn found(known: impl IntoIterator<Item = (ItemKey, String)>) -> Self {
        let known: BTreeMap<ItemKey, String> = known.into_iter().collect();
        let (mut seen, mut shared) = (BTreeSet::new(), BTreeSet::new());
        for (key, name) in &known {
            let named = (key.content_type, name.clone());
            if !seen.insert(named.clone()) {
                shared.insert(named);
            }
        }
        Self { looked_up: true, known, shared }
    }

    /// A reference as people read it; none where the text is no reference. `label` stands in front of it: it need not
    /// be told again that a script is a script.
    pub(super) fn tell(&self, label: &str, text: &str) -> Option<Told> {
        Some(match Pointer::read(text)? {
            Pointer::Item(key) => self.item(label, &key),
            Pointer::Named(kind, name) => Told::plain(with_kind(label, kind, name)),
            Pointer::Local(kind, id) => Told::plain(format!("{kind} number {id} of the source")),
        })
    }

    /// An item by its name.
    pub(super) fn item(&self, label: &str, key: &ItemKey) -> Told {
        let (kind, guid) = (key.content_type.singular(), &key.guid);
        let Some(name) = self.known.get(key) else {
            return Told::plain(match (self.looked_up, label.eq_ignore_ascii_case(kind)) {
                (true, true) => format!("not known here ({guid})"),
                (true, false) => format!("{kind} not known here ({guid})"),
                (false, true) => guid.to_string(),
                (false, false) => format!("{kind} {guid}"),
            });
        };
        let about = Mention { item: key.clone(), start: 0, end: name.chars().count() };
        let text = if self.shared.contains(&(key.content_type, name.clone())) {
            format!("{name} ({kind} {guid})")
        } else {
            with_kind(label, kind, name)
        };
        Told { text, about: Some(about) }
    }
}

/// A reference in words, where the name of what it points at is not known.
pub fn unnamed(reference: &Reference) -> String {
    let told = Names::default().tell("", reference.as_str());
    told.map_or_else(|| reference.to_string(), |told| told.text)
}

fn with_kind(label: &str, kind: &str, name: &str) -> String {
    // A "Ticket category" is a category.
    let same = label.to_lowercase().ends_with(kind);
    if same { name.to_owned() } else { format!("{name} ({kind})") }
}

/// What stands in a canonical form in the place of a local id (`docs/content-format.md`).
enum Pointer<'a> {
    Item(ItemKey),
    Named(&'static str, &'a str),
    Local(&'static str, &'a str),
}

impl<'a> Pointer<'a> {
    fn read(text: &'a str) -> Option<Self> {
        let (kind, rest) = text.split_once(':')?;
        let content_type: Option<ContentType> = kind.parse().ok();
        let singular = match content_type {
            Some(known) => known.singular(),
            None if kind == "categories" => "category",
            None => return None,
        };
        if let Some(name) = rest.strip_prefix("name:") {
            return Some(Self::Named(singular, name));
        }
        if let Some(id) = rest.strip_prefix("local:") {
            let number = !id.is_empty() && id.bytes().all(|b| b.is_ascii_digit());
            return number.then_some(Self::Local(singular, id));
        }
        Some(Self::Item(ItemKey::new(content_type?, Guid::parse(rest).ok()?)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ONE: &str = "88dfaf30-aea8-11e7-aeca-005056a37e1b";
    const TWO: &str = "99dfaf30-aea8-11e7-aeca-005056a37e1b";

    fn key(content_type: ContentType, guid: &str) -> ItemKey {
        ItemKey::new(content_type, Guid::parse(guid).unwrap())
    }

    fn told(names: &Names, label: &str, text: &str) -> String {
        names.tell(label, text).map_or_else(|| "no reference".into(), |told| told.text)
    }

    #[test]
    fn items_are_told_by_name_and_type() {
        let names = Names::found([(key(ContentType::Groups, ONE), "Servers".to_owned())]);
        assert_eq!(told(&names, "Group", &format!("groups:{ONE}")), "Servers");
        assert_eq!(told(&names, "Targets", &format!("groups:{ONE}")), "Servers (group)");
        assert_eq!(
            told(&names, "Auto join", &format!("searches:{ONE}")),
            format!("search not known here ({ONE})")
        );
        let about = names.tell("Targets", &format!("groups:{ONE}")).unwrap().after("– ").about.unwrap();
        assert_eq!((about.start, about.end), (2, 9));
    }

    #[test]
    fn nothing_is_said_to_be_unknown_where_nobody_looked() {
        let names = Names::default();
        assert_eq!(told(&names, "Group", &format!("groups:{ONE}")), ONE);
        assert_eq!(told(&names, "Auto join", &format!("searches:{ONE}")), format!("search {ONE}"));
        assert_eq!(unnamed(&Reference::named("alert-templates", "Mail us")), "Mail us (alert template)");
    }

    #[test]
    fn two_items_of_one_name_are_told_apart() {
        let named = |guid| (key(ContentType::Groups, guid), "Servers".to_owned());
        let names = Names::found([named(ONE), named(TWO)]);
        assert_eq!(told(&names, "Group", &format!("groups:{ONE}")), format!("Servers (group {ONE})"));
        assert_eq!(told(&names, "Group", &format!("groups:{TWO}")), format!("Servers (group {TWO})"));
    }

    #[test]
    fn names_and_local_numbers_are_references_too() {
        let names = Names::found([]);
        assert_eq!(told(&names, "Alert template", "alert-templates:name:Mail us"), "Mail us");
        assert_eq!(told(&names, "Ticket category", "categories:name:Security"), "Security");
        assert_eq!(told(&names, "Needs", "groups:name:A"), "A (group)");
        assert_eq!(told(&names, "Auto join", "searches:local:7"), "search number 7 of the source");
        for text in
            ["", "groups", "groups:", "groups:local:", "groups:local:x", "http://x", "a:name:b", "groups:5"]
        {
            assert_eq!(told(&names, "Notes", text), "no reference", "{text}");
        }
    }
}
