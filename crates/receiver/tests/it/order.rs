//! What is taken, in which order, and what one failure means for the others.

use crate::{MASS, Place, failures, item, script};
use domain::content::{Canonical, ContentType, Reference};
use receiver::{Action, ReceiverError, Selection, SyncRequest};

fn names(done: &[Vec<String>]) -> Vec<String> {
    done.concat()
}

#[tokio::test]
async fn what_is_needed_comes_first_and_circles_come_together() {
    let field = item(ContentType::ExtraFields, 9, "field", &[]);
    let needy = item(ContentType::Scripts, 1, "needy", &[&field]);
    let monitor = item(ContentType::InternalMonitors, 0, "monitor", &[&needy]);
    let (mut one, two) = (script(5, "one"), script(6, "two"));
    let two = Canonical { depends_on: vec![Reference::to(ContentType::Scripts, &one.guid)], ..two };
    one.depends_on = vec![Reference::to(ContentType::Scripts, &two.guid)];
    let place = Place::offering(&[monitor, needy, one, two, field]).await;
    let results = place.sync().await.unwrap();
    assert_eq!(failures(&results), []);
    let done = place.shelf.done();
    let circle = done.iter().find(|together| together.len() > 1).unwrap();
    assert_eq!(circle.len(), 2, "{done:?}");
    let at = |name: &str| names(&done).iter().position(|done| done == name).unwrap();
    assert!(at("field") < at("needy") && at("needy") < at("monitor"), "{done:?}");
    assert_eq!(results.len(), 5);
    assert!(results.iter().all(|result| result.action == Action::Install && result.effects.len() == 1));
    assert!(place.sync().await.unwrap().is_empty(), "a second run does nothing");
    assert!(place.shelf.done().is_empty());
}

#[tokio::test]
async fn one_item_brings_those_along_that_need_it_back() {
    let (mut one, two, other) = (script(5, "one"), script(6, "two"), script(7, "other"));
    let two = Canonical { depends_on: vec![Reference::to(ContentType::Scripts, &one.guid)], ..two };
    one.depends_on = vec![Reference::to(ContentType::Scripts, &two.guid)];
    let place = Place::offering(&[one.clone(), two, other]).await;
    let single = SyncRequest { selection: Selection::One(one.guid), ..MASS };
    place.session().sync(&single).await.unwrap();
    let mut done = names(&place.shelf.done());
    done.sort();
    assert_eq!(done, ["one", "two"]);
}

#[tokio::test]
async fn one_failure_does_not_stop_the_others_and_a_lost_target_stops_everything() {
    let items: Vec<Canonical> = (1..=4).map(|number| script(number, &format!("s{number}"))).collect();
    let place = Place::offering(&items).await;
    place.shelf.look().refuses = vec!["s2".into()];
    let results = place.sync().await.unwrap();
    assert_eq!(failures(&results), [("s2".into(), "s2 does not fit".into())]);
    assert_eq!(place.shelf.done().concat(), ["s1", "s3", "s4"]);
    let report = place.server.world().reports.pop().unwrap();
    let told = report.items.iter().find(|item| item.guid == items[1].guid).unwrap();
    assert_eq!(told.error.as_deref(), Some("s2 does not fit"));
    assert_eq!((told.version, told.state.as_str()), (None, "Not Installed"));

    let place = Place::offering(&items).await;
    place.shelf.look().breaks_at = Some("s3".into());
    let lost = place.sync().await.unwrap_err();
    assert!(matches!(&lost, ReceiverError::Target(message) if message.contains("s3")), "{lost}");
    assert_eq!(place.shelf.done().concat(), ["s1", "s2"]);
    assert!(place.server.world().reports.is_empty(), "what is not known is not reported");
    place.shelf.look().breaks_at = None;
    assert_eq!(place.sync().await.unwrap().len(), 2, "the next run takes what was left");
}

#[tokio::test]
async fn a_server_that_is_lost_ends_the_run_and_what_was_done_is_told() {
    let items: Vec<Canonical> = (1..=5).map(|number| script(number, &format!("s{number}"))).collect();
    let place = Place::offering(&items).await;
    // One content that is not found concerns that item alone.
    place.server.world().missing = vec![items[0].hash().to_string()];
    place.server.world().dies_after = Some(2);
    let run = place.session().run(&MASS).await.unwrap();
    let lost = run.ended_by.unwrap();
    assert!(matches!(&lost, ReceiverError::Away(message) if message.contains("503")), "{lost}");
    let names: Vec<&str> = run.results.iter().map(|result| result.name.as_str()).collect();
    assert_eq!((names, failures(&run.results).len()), (vec!["s1", "s2"], 1));
    assert_eq!(place.shelf.done().concat(), ["s2"]);
    assert_eq!(place.server.blob_requests(), 2 + 4, "four tries, and not for every item");
    place.server.world().missing.clear();
    place.server.world().dies_after = None;
    assert_eq!(place.sync().await.unwrap().len(), 4, "the next run takes what was left");

    // A report that cannot be sent takes nothing back.
    place.server.publish(&[crate::edited(&items[1], "new")]);
    place.server.world().deaf = true;
    let run = place.session().run(&MASS).await.unwrap();
    assert!(run.ended_by.is_some_and(|error| error.to_string().contains("503")));
    assert_eq!((run.results.len(), place.shelf.done().concat().last().unwrap().as_str()), (1, "s2"));
}

#[tokio::test]
async fn a_target_that_is_lost_does_not_lose_what_was_done() {
    let items: Vec<Canonical> = (1..=3).map(|number| script(number, &format!("s{number}"))).collect();
    let place = Place::offering(&items).await;
    place.shelf.look().breaks_at = Some("s3".into());
    let run = place.session().run(&MASS).await.unwrap();
    assert_eq!((run.results.len(), failures(&run.results)), (2, vec![]));
    assert!(matches!(run.ended_by, Some(ReceiverError::Target(_))));
}

#[tokio::test]
async fn a_dry_run_asks_the_target_and_changes_nothing() {
    let place = Place::offering(&[script(1, "one")]).await;
    let dry = SyncRequest { dry_run: true, ..MASS };
    let results = place.session().sync(&dry).await.unwrap();
    assert_eq!((results.len(), results[0].effects.len()), (1, 1));
    assert!(place.shelf.look().modes[0].dry_run && place.shelf.look().here.is_empty());
    assert!(place.server.world().reports.is_empty(), "a dry run reports nothing");
    assert_eq!(place.sync().await.unwrap().len(), 1);
}

#[tokio::test]
async fn tagged_and_excluded_items_wait_until_they_are_named() {
    let (plain, tagged, kept_out) = (script(1, "plain"), script(2, "tagged [Global]"), script(3, "kept out"));
    let place = Place::offering(&[plain, tagged.clone(), kept_out.clone()]).await;
    place.session().exclude(&kept_out.guid, true).await.unwrap();
    place.sync().await.unwrap();
    assert_eq!(place.shelf.done().concat(), ["plain"]);
    for (item, name) in [(&tagged, "tagged [Global]"), (&kept_out, "kept out")] {
        let single = SyncRequest { selection: Selection::One(item.guid.clone()), ..MASS };
        place.session().sync(&single).await.unwrap();
        assert_eq!(place.shelf.done().concat(), [name]);
    }
    // An installed one is marked in the target, too; taken in again, it follows.
    place.server.publish(&[crate::edited(&kept_out, "new")]);
    assert!(place.sync().await.unwrap().is_empty());
    place.session().exclude(&kept_out.guid, false).await.unwrap();
    place.sync().await.unwrap();
    assert_eq!(place.shelf.done().concat(), ["kept out"]);
}

#[tokio::test]
async fn a_type_alone_and_an_item_that_nobody_knows() {
    let place = Place::offering(&[script(1, "script"), item(ContentType::Groups, 2, "group", &[])]).await;
    let groups = SyncRequest { selection: Selection::Mass(Some(ContentType::Groups)), ..MASS };
    place.session().sync(&groups).await.unwrap();
    assert_eq!(place.shelf.done().concat(), ["group"]);
    let unknown = SyncRequest { selection: Selection::One(script(77, "").guid), ..MASS };
    let refused = place.session().sync(&unknown).await.unwrap_err().to_string();
    assert!(refused.starts_with("guid: ") && refused.contains("neither offered nor installed"), "{refused}");
    assert!(place.session().three_way(&script(77, "").guid).await.is_err());
}
