//! What a receiver believes: signatures, keys, revisions, hashes.

use crate::{MASS, Place, edited, failures, script};
use receiver::{ReceiverError, SyncRequest};

#[tokio::test]
async fn a_manifest_that_was_changed_on_the_way_is_refused_whole() {
    let place = Place::offering(&[script(1, "one")]).await;
    place.server.world().tampered = true;
    let refused = place.sync().await.unwrap_err();
    assert!(matches!(refused, ReceiverError::Untrusted(_)), "{refused}");
    assert!(place.shelf.done().is_empty() && place.kept("manifest.json").is_none());
    place.server.world().tampered = false;
    place.server.world().unsigned = true;
    let refused = place.sync().await.unwrap_err().to_string();
    assert!(refused.contains("is missing") && refused.contains("nothing was changed"), "{refused}");
    place.server.world().unsigned = false;
    assert_eq!(place.sync().await.unwrap().len(), 1);
}

#[tokio::test]
async fn new_keys_are_followed_only_when_the_old_one_announced_them() {
    let item = script(1, "one");
    let place = Place::offering(std::slice::from_ref(&item)).await;
    place.sync().await.unwrap();
    let first = place.kept("signing-key.json").unwrap();
    place.server.rotate();
    place.server.rotate();
    place.server.publish(&[edited(&item, "second")]);
    assert_eq!(place.sync().await.unwrap().len(), 1);
    assert_ne!(place.kept("signing-key.json").unwrap(), first);
    place.server.set_up_anew();
    place.server.publish(&[edited(&item, "third")]);
    let refused = place.sync().await.unwrap_err().to_string();
    assert!(refused.contains("does not lead to") && refused.contains("tandem receiver init"), "{refused}");
    place.connect().await;
    assert_eq!(place.sync().await.unwrap().len(), 1);
}

#[tokio::test]
async fn an_old_manifest_that_is_played_again_is_refused() {
    let item = script(1, "one");
    let place = Place::offering(std::slice::from_ref(&item)).await;
    let old = place.server.whole();
    place.server.publish(&[edited(&item, "the hole is mended")]);
    place.sync().await.unwrap();
    place.shelf.done();
    place.server.world().replayed = Some(old);
    for _ in 0..2 {
        let refused = place.sync().await.unwrap_err();
        assert!(matches!(refused, ReceiverError::Older { offered: 1, newest: 2 }), "{refused}");
        assert!(refused.to_string().contains("--accept-older"), "{refused}");
        assert!(place.session().status(None).await.is_err());
    }
    // Without the manifest that is known, the newest revision is known all the same.
    std::fs::remove_file(place.folder.path().join(".tandem/manifest.json")).unwrap();
    assert!(place.sync().await.is_err());
    assert!(place.shelf.done().is_empty());
    assert_eq!(place.shelf.look().here.values().next().unwrap().body["notes"], "the hole is mended");
    place.server.world().replayed = None;
    assert!(place.sync().await.unwrap().is_empty());
}

/// Somebody between server and receiver keeps what the server signed for others, and answers with it.
#[tokio::test]
async fn a_delta_for_another_revision_that_is_played_again_is_refused() {
    let (mended, other) = (script(1, "one"), script(2, "two"));
    let place = Place::offering(&[mended.clone(), other.clone()]).await;
    place.sync().await.unwrap();
    place.shelf.done();
    place.server.publish(&[edited(&mended, "the hole is mended")]);
    place.server.publish(&[edited(&other, "second")]);
    // Signed in earnest for a receiver that knows revision 2: it says nothing of what came with revision 2.
    let skipping = place.server.delta(2);
    assert_eq!(skipping["items"].as_array().unwrap().len(), 1);
    let mut relabelled = skipping.clone();
    relabelled["since"] = 1.into();
    let mut stripped = skipping.clone();
    stripped["signature_2"] = serde_json::Value::Null;
    for (replayed, why) in
        [(skipping, "another question"), (relabelled, "does not fit its content"), (stripped, "older format")]
    {
        place.server.world().replayed = Some(replayed);
        let refused = place.sync().await.unwrap_err();
        assert!(matches!(&refused, ReceiverError::Untrusted(_)), "{refused}");
        assert!(refused.to_string().contains(why), "{why}: {refused}");
        assert!(place.shelf.done().is_empty());
        assert_eq!(place.kept("newest-revision").as_deref(), Some("1"));
    }
    place.server.world().replayed = None;
    assert_eq!(place.sync().await.unwrap().len(), 2);
}

#[tokio::test]
async fn a_server_from_before_format_2_is_followed_until_it_signs_in_it() {
    let item = script(1, "one");
    let place = Place::offering(std::slice::from_ref(&item)).await;
    place.server.world().format_1 = true;
    place.sync().await.unwrap();
    place.server.publish(&[edited(&item, "second")]);
    assert_eq!(place.sync().await.unwrap().len(), 1, "its deltas count");
    place.server.world().format_1 = false;
    place.server.publish(&[edited(&item, "third")]);
    assert_eq!(place.sync().await.unwrap().len(), 1);
    place.server.world().format_1 = true;
    place.server.publish(&[edited(&item, "fourth")]);
    let refused = place.sync().await.unwrap_err().to_string();
    assert!(refused.contains("older format") && refused.contains("tandem receiver init"), "{refused}");
    place.connect().await;
    assert_eq!(place.sync().await.unwrap().len(), 1, "a person may say that the server is an older one now");
}

#[tokio::test]
async fn a_delta_that_nobody_asked_for_is_refused() {
    let place = Place::offering(&[script(1, "one"), script(2, "two")]).await;
    place.server.publish(&[script(3, "three")]);
    for format_1 in [true, false] {
        place.server.world().format_1 = format_1;
        let delta = place.server.delta(1);
        place.server.world().replayed = Some(delta);
        let refused = place.sync().await.unwrap_err().to_string();
        assert!(refused.contains("another question"), "{refused}");
    }
}

#[tokio::test]
async fn production_that_was_rolled_back_is_followed() {
    let item = script(1, "one");
    let place = Place::offering(std::slice::from_ref(&item)).await;
    place.server.publish(&[edited(&item, "a mistake")]);
    place.sync().await.unwrap();
    place.server.publish(&[item]);
    assert_eq!(place.sync().await.unwrap().len(), 1, "its revision is higher");
    assert_eq!(place.shelf.look().here.values().next().unwrap().body["notes"], "one");
    assert_eq!(place.kept("newest-revision").as_deref(), Some("3"));
}

#[tokio::test]
async fn a_server_that_was_restored_is_followed_when_a_person_says_so() {
    let (item, lost) = (script(1, "one"), script(2, "made after the backup"));
    let place = Place::offering(std::slice::from_ref(&item)).await;
    let backup = place.server.whole();
    place.server.publish(&[edited(&item, "second"), lost]);
    place.sync().await.unwrap();
    place.shelf.done();
    place.server.world().replayed = Some(backup);

    let dry = SyncRequest { dry_run: true, ..MASS };
    let mut session = place.session();
    session.accept_older();
    let shown = session.sync(&dry).await.unwrap();
    drop(session);
    assert_eq!(shown.len(), 1);
    assert_eq!(place.kept("newest-revision").as_deref(), Some("2"), "looking at it is no consent");
    assert!(place.sync().await.is_err());

    let mut session = place.session();
    session.accept_older();
    session.sync(&MASS).await.unwrap();
    drop(session);
    assert_eq!(place.kept("newest-revision").as_deref(), Some("1"));
    let states = place.states().await;
    assert!(states.contains(&("made after the backup".into(), "Deprecated")), "{states:?}");
    assert!(place.sync().await.unwrap().is_empty());
    let whole = place.server.world().requests.iter().filter(|request| *request == "GET manifest").count();
    assert_eq!(whole, 3, "what was known is no base for what a restored server says");
}

#[tokio::test]
async fn connecting_anew_forgets_what_the_server_before_said() {
    let place = Place::offering(&[script(1, "one")]).await;
    place.server.publish(&[script(2, "two")]);
    place.sync().await.unwrap();
    let other = Place::offering(&[script(3, "three")]).await;
    let folder = place.folder.path();
    receiver::Home::init(folder, &other.server.url, "Acme", crate::server::SECRET).await.unwrap();
    assert!(place.kept("manifest.json").is_none() && place.kept("newest-revision").is_none());
    let results = place.sync().await.unwrap();
    assert_eq!(results.iter().map(|result| result.name.as_str()).collect::<Vec<_>>(), ["three"]);
    assert_eq!(place.kept("newest-revision").as_deref(), Some("1"));
}

#[tokio::test]
async fn content_that_is_not_what_was_promised_is_left_out_and_told() {
    let (good, bad, foreign) = (script(1, "good"), script(2, "bad"), script(3, "foreign"));
    let place = Place::offering(&[good.clone(), bad.clone(), foreign.clone()]).await;
    place.server.world().swapped.insert(bad.hash().to_string(), edited(&bad, "poison").to_bytes());
    place.server.world().swapped.insert(foreign.hash().to_string(), good.to_bytes());
    let results = place.sync().await.unwrap();
    let failed = failures(&results);
    assert_eq!(failed.iter().map(|(name, _)| name.as_str()).collect::<Vec<_>>(), ["bad", "foreign"]);
    assert!(failed.iter().all(|(_, message)| message.contains("does not have the hash that was promised")));
    assert_eq!(place.shelf.done().concat(), ["good"]);
}
