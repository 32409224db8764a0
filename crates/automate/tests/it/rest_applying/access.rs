//! Who may write: rights, tokens that end, the second factor.

use super::{Place, of, published, put, simple};
use automate::apply::ApplyError;
use domain::content::ContentType;
use sandbox::automate_rest::PASSWORD;

#[tokio::test]
async fn a_missing_right_is_named_and_nothing_is_made() {
    let (place, items) = (Place::empty().await, published());
    let (script, group) = (simple(&items), of(&items, ContentType::Groups)[0]);
    for (right, content, says) in
        [("ScriptEdit", &script, "Scripts: Update"), ("GroupsCreate", group, "Groups: Create")]
    {
        place.server.faults(|faults| faults.rights.retain(|held| held != right));
        let refused = put(&mut place.run().await, content).await.unwrap_err();
        assert!(refused.contains("403") && refused.contains(says), "{refused}");
    }
    assert!(place.server.rows("scripts").is_empty() && place.server.rows("groups").is_empty());
    // What cannot be seen may be there already: it is not made a second time.
    place.server.faults(|faults| faults.rights.retain(|held| held != "ScriptRead"));
    let refused = put(&mut place.run().await, &script).await.unwrap_err();
    assert!(refused.contains("ScriptRead"), "{refused}");
}

#[tokio::test]
async fn tokens_are_renewed_and_replaced_on_the_way() {
    let items = published();
    let script = simple(&items);
    for after in 0..12 {
        let place = Place::empty().await;
        let mut applier = place.run().await;
        place.server.faults(|faults| faults.sign_out_after = Some(after));
        put(&mut applier, &script).await.unwrap_or_else(|error| panic!("{after}: {error}"));
        assert_eq!(place.server.rows("scripts").len(), 1, "{after}");
    }
}

#[tokio::test]
async fn the_second_factor_is_answered_and_wrong_sign_ins_name_the_field() {
    let mut place = Place::empty().await;
    place.server.faults(|faults| faults.second_factor = Some("GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ".into()));
    let refused = place.connect().await.err().unwrap();
    assert!(matches!(&refused, ApplyError::Database(text) if text.starts_with("passcode ")), "{refused}");
    place.passcode = Some("GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ".into());
    let items = published();
    put(&mut place.run().await, &simple(&items)).await.unwrap();
    assert_eq!(place.server.rows("scripts").len(), 1);
}

#[tokio::test]
async fn connecting_tells_what_cannot_be_seen() {
    let place = Place::empty().await;
    assert_eq!(place.connect().await.unwrap().probe().await.unwrap(), Vec::<String>::new());
    place.server.faults(|faults| faults.rights.retain(|held| held != "GroupsShowAll"));
    let missing = place.connect().await.unwrap().probe().await.unwrap();
    assert!(missing.len() == 1 && missing[0].contains("GroupsShowAll"), "{missing:?}");
    place.server.faults(|faults| faults.rights.retain(|held| held != "ScriptRead"));
    assert!(place.connect().await.unwrap().probe().await.is_err());
}

#[tokio::test]
async fn a_code_counts_once_and_is_needed_once() {
    let mut place = Place::empty().await;
    // A code that was typed: the server takes it one time only.
    let key = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ";
    place.server.faults(|faults| faults.second_factor = Some(key.into()));
    place.passcode = Some(key.into());
    place.connect().await.unwrap();
    let token = || std::fs::read_to_string(place.folder.path().join("automate-token.json")).unwrap();
    let (first, mode) = (token(), token_mode(&place));
    assert_eq!(mode, 0o600);
    assert!(!first.contains(PASSWORD), "{first}");
    // Within the same half minute again, with a code that was used.
    for _ in 0..3 {
        place.server.forget_requests();
        place.run().await;
        let asked = place.server.requests();
        assert!(asked.contains(&"POST apitoken/refresh?".to_owned()), "{asked:?}");
        assert!(!asked.contains(&"POST apitoken?".to_owned()), "{asked:?}");
    }
    assert_ne!(token(), first, "renewed while it counted");
}

#[tokio::test]
async fn a_token_that_counts_no_more_is_replaced() {
    let place = Place::empty().await;
    place.connect().await.unwrap();
    let signs_in = || place.server.requests().contains(&"POST apitoken?".to_owned());
    let path = place.folder.path().join("automate-token.json");
    place.server.faults(|faults| faults.refuses_refresh = true);
    place.server.forget_requests();
    place.run().await;
    assert!(signs_in());
    place.server.faults(|faults| faults.refuses_refresh = false);
    // What somebody spoilt is no token; neither is one of another user.
    let kept = std::fs::read_to_string(&path).unwrap();
    let other = kept.replacen("\"sign_in\":\"", "\"sign_in\":\"0", 1);
    for spoilt in ["", "{}", "\u{0}", other.as_str()] {
        std::fs::write(&path, spoilt).unwrap();
        place.server.forget_requests();
        place.run().await;
        assert!(signs_in(), "{spoilt}");
    }
}

fn token_mode(place: &Place) -> u32 {
    use std::os::unix::fs::PermissionsExt as _;
    let file = std::fs::metadata(place.folder.path().join("automate-token.json")).unwrap();
    file.permissions().mode() & 0o777
}
