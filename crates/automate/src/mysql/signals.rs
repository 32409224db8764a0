//! Signals: by what a script is known again although its body is not fetched.
//!
//! Scripts are by far the largest table; the others hold hundreds of short rows that are read anyway, because
//! references lead to them. A signal is a hash over all that a script is made of:
//!
//! - the reading itself: [`READER`], the place, the columns that are read;
//! - the server's digest of the row, over every one of these columns as it would be read;
//! - the folders above it, with their GUIDs and names;
//! - what each local id that its body names stands for now, also when it stands for nothing.
//!
//! These ids stand beside the hash, because they are known only from the body. No date and no counter is trusted:
//! moves and imports need not touch them (`automate-api.md` section 8).

use crate::canonical::Known;
use domain::content::{ContentHash, ContentType, Folder};
use services::ports::reader::Signal;
use std::collections::BTreeSet;

/// To be raised whenever the same row would read as something else than before: then every script is read anew. A
/// test says when (`tests/it/mysql/signals.rs`).
pub const READER: u32 = 1;

/// Local ids, by the type that they were looked up in.
type Asked = BTreeSet<(ContentType, i64)>;

/// What all signals of one reading have in common.
pub(super) fn mark(place: &str, columns: &[&str]) -> String {
    format!("{READER}\n{place}\n{}", columns.join(","))
}

/// The signal of a row; none where the server made no digest of it.
pub(super) fn of(mark: &str, digest: &str, path: &[Folder], asked: &Asked, known: &Known) -> Option<Signal> {
    if digest.is_empty() {
        return None;
    }
    let path = serde_json::to_string(path).ok()?;
    let mut all = format!("{mark}\n{digest}\n{path}");
    let mut ids = String::new();
    for (kind, id) in asked {
        let guid = known.stands_for(*kind, *id).map_or("nothing", |guid| guid.as_str());
        all.push_str(&format!("\n{kind}:{id} {guid}"));
        ids.push_str(&format!(" {kind}:{id}"));
    }
    Some(Signal(format!("{}{ids}", ContentHash::of(all.as_bytes()))))
}

/// Whether a signal that was kept is the row's signal still.
pub(super) fn holds(kept: &Signal, mark: &str, digest: &str, path: &[Folder], known: &Known) -> bool {
    let asked: Option<Asked> = kept.0.split(' ').skip(1).map(id).collect();
    asked.is_some_and(|asked| of(mark, digest, path, &asked, known).as_ref() == Some(kept))
}

fn id(text: &str) -> Option<(ContentType, i64)> {
    let (kind, id) = text.split_once(':')?;
    Some((kind.parse().ok()?, id.parse().ok()?))
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::content::Guid;
    use proptest::prelude::*;

    fn guid(number: u8) -> Guid {
        Guid::parse(&format!("88dfaf30-aea8-11e7-aeca-0050560000{number:02x}")).unwrap()
    }

    fn folder(name: &str) -> Vec<Folder> {
        vec![Folder { guid: Some(guid(9)), name: name.into() }]
    }

    fn known() -> Known {
        let mut known = Known::default();
        known.scripts.insert(7, guid(1));
        known.groups.insert(7, guid(2));
        known
    }

    fn asked() -> Asked {
        Asked::from([(ContentType::Scripts, 7), (ContentType::Groups, 7), (ContentType::Scripts, 8)])
    }

    #[test]
    fn it_holds_while_everything_is_the_same() {
        let signal = of("m", "digest", &folder("A"), &asked(), &known()).unwrap();
        assert!(holds(&signal, "m", "digest", &folder("A"), &known()));
        assert_eq!(of("m", "", &folder("A"), &asked(), &known()), None, "no digest, no signal");
    }

    #[test]
    fn whatever_differs_ends_it() {
        let signal = of("m", "digest", &folder("A"), &asked(), &known()).unwrap();
        assert!(!holds(&signal, "n", "digest", &folder("A"), &known()), "the reading");
        assert!(!holds(&signal, "m", "digesT", &folder("A"), &known()), "the row");
        assert!(!holds(&signal, "m", "", &folder("A"), &known()), "a row without digest");
        assert!(!holds(&signal, "m", "digest", &folder("B"), &known()), "the folder's name");
        let mut moved = folder("A");
        moved[0].guid = Some(guid(8));
        assert!(!holds(&signal, "m", "digest", &moved, &known()), "the folder's GUID");
        let mut other = known();
        other.scripts.insert(7, guid(3));
        assert!(!holds(&signal, "m", "digest", &folder("A"), &other), "another item behind an id");
        let mut found = known();
        found.scripts.insert(8, guid(4));
        assert!(!holds(&signal, "m", "digest", &folder("A"), &found), "an id that led nowhere");
        let mut gone = known();
        gone.groups.clear();
        assert!(!holds(&signal, "m", "digest", &folder("A"), &gone), "an id that leads nowhere now");
        let mut beside = known();
        beside.searches.insert(7, guid(5));
        assert!(holds(&signal, "m", "digest", &folder("A"), &beside), "what nobody asked about");
    }

    proptest! {
        #[test]
        fn a_signal_that_was_tampered_with_never_holds(at in 0usize..140, byte in b' '..b'~') {
            let signal = of("m", "digest", &folder("A"), &asked(), &known()).unwrap();
            let mut bytes = signal.0.clone().into_bytes();
            let at = at % bytes.len();
            bytes[at] = byte;
            let other = Signal(String::from_utf8(bytes).unwrap());
            prop_assert_eq!(holds(&other, "m", "digest", &folder("A"), &known()), other == signal);
        }

        #[test]
        fn whatever_stands_beside_the_hash_is_survived(text in ".*") {
            prop_assert!(!holds(&Signal(text), "m", "digest", &folder("A"), &known()));
        }
    }
}
