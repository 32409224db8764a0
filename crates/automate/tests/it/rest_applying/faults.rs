//! Answers that are lost, requests that are lost, servers that change what they are given.

use super::{NOW, Place, key, offer, published, put, simple};
use automate::apply::ApplyError;

#[tokio::test]
async fn a_lost_answer_is_settled_by_looking() {
    let (place, items) = (Place::empty().await, published());
    let script = simple(&items);
    let mut applier = place.run().await;
    // The folder and the script are each made, and neither answer arrives.
    place.server.faults(|faults| faults.lost_answers = 9);
    place.changes();
    put(&mut applier, &script).await.unwrap();
    let posts = place.changes().into_iter().filter(|change| change == "POST scripts?").count();
    assert_eq!((posts, place.server.rows("scripts").len()), (1, 1));
    let here = place.standing(&script).await.unwrap();
    assert_eq!(here.found, Some(script.hash()));
    assert!(!here.installed.unwrap().recognised, "it is ours");
}

#[tokio::test]
async fn a_lost_request_is_sent_again_only_after_looking() {
    let (place, items) = (Place::empty().await, published());
    let script = simple(&items);
    let mut applier = place.run().await;
    place.server.faults(|faults| faults.lost_requests = 2);
    put(&mut applier, &script).await.unwrap();
    let folders = place.server.rows("scriptfolders").len();
    assert_eq!((place.server.rows("scripts").len(), folders), (1, script.placement.len()));
}

#[tokio::test]
async fn a_server_that_breaks_ends_the_run_and_the_next_one_ends_the_same() {
    let items = published();
    let script = simple(&items);
    // At every request of the way once.
    for after in 0..14 {
        let place = Place::empty().await;
        let mut applier = place.run().await;
        place.server.faults(|faults| faults.failing_after = Some(after));
        let broken = applier.install(&[offer(&script, 1)], NOW).await;
        if let Err(error) = &broken {
            assert!(matches!(error, ApplyError::Database(_)), "{after}: {error}");
        }
        place.server.faults(|faults| faults.failing_after = None);
        let mut applier = place.run().await;
        put(&mut applier, &script).await.unwrap();
        let folders = place.server.rows("scriptfolders").len();
        assert_eq!((place.server.rows("scripts").len(), folders), (1, script.placement.len()), "{after}");
        let here = place.standing(&script).await.unwrap();
        assert_eq!(here.found, Some(script.hash()), "{after}");
        assert!(!here.installed.unwrap().recognised, "{after}: ours, although nobody said so");
    }
}

#[tokio::test]
async fn a_server_that_gives_guids_itself_is_told_and_nothing_is_left_behind() {
    let (place, items) = (Place::empty().await, published());
    let script = simple(&items);
    place.server.faults(|faults| faults.own_guids = true);
    for lost in [0, 1] {
        let mut applier = place.run().await;
        // The folders are here the second time, so that the answer about the script is the lost one.
        place.server.faults(|faults| faults.lost_answers = lost);
        let refused = put(&mut applier, &script).await.unwrap_err();
        place.server.faults(|faults| faults.lost_answers = 0);
        assert!(refused.contains("does not keep the GUID"), "{refused}");
        assert!(place.server.rows("scripts").is_empty(), "taken back");
        assert!(place.standing(&script).await.is_none());
        assert_eq!(place.server.rows("scriptfolders").len(), script.placement.len(), "folders once");
    }
}

#[tokio::test]
async fn what_a_run_that_was_killed_left_under_another_guid_is_not_made_twice() {
    let (place, items) = (Place::empty().await, published());
    let script = simple(&items);
    let mut applier = place.run().await;
    put(&mut applier, &script).await.unwrap();
    // As if it had been killed between the answer and the look at what the server made of it.
    let intends = serde_json::json!({ "did": "intends", "key": key(&script) });
    std::fs::write(place.journal(), format!("{intends}\n")).unwrap();
    place.server.edit("scripts", |rows| rows[0]["GUID"] = "00000000-0000-4000-8000-000000000bad".into());
    let refused = put(&mut place.run().await, &script).await.unwrap_err();
    assert!(refused.contains("under another GUID (id 5"), "{refused}");
    assert_eq!(place.server.rows("scripts").len(), 1);
}

#[tokio::test]
async fn what_was_installed_on_one_server_is_not_taken_for_installed_on_another() {
    let (mut place, items) = (Place::empty().await, published());
    let script = simple(&items);
    put(&mut place.run().await, &script).await.unwrap();
    let (first, other) = (place.journal(), Place::empty().await);
    let before = std::fs::read(&first).unwrap();
    // The same home, connected anew.
    let one = std::mem::replace(&mut place.server, other.server);
    assert!(place.connect().await.unwrap().standing().await.unwrap().is_empty());
    put(&mut place.run().await, &script).await.unwrap();
    assert_eq!(std::fs::read(&first).unwrap(), before);
    place.server = one;
    assert!(place.standing(&script).await.unwrap().installed.is_some());
}

#[tokio::test]
async fn a_text_that_the_server_cuts_is_taken_back() {
    let (place, items) = (Place::empty().await, published());
    let mut script = simple(&items);
    script.body.insert("notes".into(), "n".repeat(200).into());
    place.server.faults(|faults| faults.shortens = Some(150));
    let refused = put(&mut place.run().await, &script).await.unwrap_err();
    assert!(refused.contains("`notes`") && refused.contains("taken back"), "{refused}");
    assert!(place.server.rows("scripts").is_empty());
}

#[tokio::test]
async fn two_rows_with_one_guid_are_refused_by_id() {
    let (place, items) = (Place::empty().await, published());
    let script = simple(&items);
    put(&mut place.run().await, &script).await.unwrap();
    place.server.edit("scripts", |rows| {
        let mut copy = rows[0].clone();
        copy["Id"] = "60001".into();
        rows.push(copy);
    });
    let refused = put(&mut place.run().await, &script).await.unwrap_err();
    assert!(refused.contains("several scripts here") && refused.contains("60001"), "{refused}");
}
