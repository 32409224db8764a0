//! Whatever breaks on the way, everything stays as it was, and the report says what happened.

use super::Place;
use crate::{on_both_engines, world::Engine};
use sandbox::automate_rest::{Bodies, Faults};
use serde_json::Value;

on_both_engines!(every_fault_leaves_everything_as_it_was, a_reading_that_breaks_half_way_changes_nothing);

/// A fault: its name, its switch, how the reading ends, and a word of what is told.
type Fault = (&'static str, fn(&mut Faults), &'static str, &'static str);

const FAULTS: &[Fault] = &[
    ("signed out for good", |faults| faults.locked_after = Some(6), "incomplete", "401"),
    (
        "breaks in the middle",
        |faults| (faults.failing_after, faults.retry_after) = (Some(6), Some(0)),
        "incomplete",
        "500",
    ),
    ("maintenance page", |faults| faults.html = true, "failed", "web page"),
    ("redirect", |faults| faults.redirect = Some("http://127.0.0.1:9/".into()), "failed", "does not follow"),
    (
        "a right is gone",
        |faults| faults.rights.retain(|right| right != "ScriptRead"),
        "incomplete",
        "ScriptRead",
    ),
    ("no steps", |faults| faults.bodies = Bodies::Never, "incomplete", "without their steps"),
    ("restless list", |faults| faults.grows = 1000, "incomplete", "changed each of"),
    ("repeated page", |faults| faults.page_ignored = true, "incomplete", "repeats the rows"),
    (
        "hidden folder",
        |faults| faults.hidden = vec!["Operations".into()],
        "incomplete",
        "folder that the user may not see",
    ),
    ("short pages", |faults| faults.largest_page = Some(3), "complete", "nothing new"),
    ("slow", |faults| faults.slow_milliseconds = 20, "complete", "nothing new"),
    ("token ends in mid-page", |faults| faults.sign_out_after = Some(6), "complete", "nothing new"),
    (
        "second factor",
        |faults| faults.second_factor = Some("JBSWY3DPEHPK3PXP".into()),
        "failed",
        "Integrator",
    ),
];

/// What production serves and what the table of scripts shows.
async fn seen(place: &Place, client: &str) -> (Value, Vec<Value>) {
    (place.world.pull(client, "manifest", 200).await["items"].clone(), place.world.rows("scripts").await)
}

async fn every_fault_leaves_everything_as_it_was(engine: Engine) {
    let place = Place::on(engine).await;
    let id = place.published().await;
    let (_, client) = place.world.client("Acme").await;
    let before = seen(&place, &client).await;
    assert!(!before.1.is_empty());
    for (name, switch, outcome, told) in FAULTS {
        place.automate.faults(|faults| *faults = Faults::default());
        place.automate.faults(switch);
        let report = place.world.scan(&id).await;
        assert_eq!(report["outcome"], *outcome, "{name}: {report}");
        assert!(report.to_string().contains(told), "{name}: {report}");
        assert_eq!(seen(&place, &client).await, before, "{name}");
        place.automate.change(|contents| *contents = sandbox::library::contents());
    }
    place.automate.faults(|faults| *faults = Faults::default());
    assert_eq!(place.world.scan(&id).await["outcome"], "complete");
    assert_eq!(seen(&place, &client).await, before);
    place.end().await;
}

/// Items are handed over page by page, so some of them have come when the server breaks: nothing of them shows, and
/// nothing that had not come yet is gone.
async fn a_reading_that_breaks_half_way_changes_nothing(engine: Engine) {
    let place = Place::on(engine).await;
    let id = place.published().await;
    let (_, client) = place.world.client("Acme").await;
    let before = seen(&place, &client).await;
    let small = || Faults { largest_page: Some(10), retry_after: Some(0), ..Faults::default() };
    place.automate.faults(|faults| *faults = small());
    place.automate.forget_requests();
    assert_eq!(place.world.scan(&id).await["outcome"], "complete");
    let asked: Vec<String> =
        place.automate.requests().into_iter().filter(|request| request.starts_with("GET ")).collect();
    let pages: Vec<usize> = (0..asked.len()).filter(|at| is_whole_page(&asked[*at])).collect();
    assert!(pages.len() > 3, "{asked:?}");

    place.automate.change(|contents| *contents = sandbox::library::contents_after_a_week());
    // One page was handed over, then two, and so on.
    for answered in pages.iter().skip(1) {
        place.automate.faults(|faults| {
            *faults = Faults { failing_after: u32::try_from(*answered).ok(), ..small() };
        });
        let report = place.world.scan(&id).await;
        assert_eq!(report["outcome"], "incomplete", "{answered}: {report}");
        assert!(report.to_string().contains("500"), "{answered}: {report}");
        assert_eq!(seen(&place, &client).await, before, "{answered}");
    }
    place.automate.faults(|faults| *faults = Faults::default());
    let counts = place.world.scan(&id).await["counts"]["scripts"].clone();
    assert_eq!((counts["added"].as_u64(), counts["deleted"].as_u64()), (Some(2), Some(2)), "{counts}");
    place.end().await;
}

fn is_whole_page(request: &str) -> bool {
    request.starts_with("GET scripts?pagesize=200&") && !request.contains("includefields")
}

#[tokio::test(flavor = "multi_thread")]
async fn rows_that_a_right_hides_are_held_and_not_deleted() {
    let place = Place::on(Engine::Sqlite).await;
    let id = place.published().await;
    let before = place.world.rows("scripts").await;
    let hidden: Vec<String> =
        before.iter().take(before.len() / 3).map(|row| row["name"].as_str().unwrap().to_owned()).collect();
    place.automate.faults(|faults| faults.hidden = hidden);
    let report = place.world.scan(&id).await;
    assert_eq!(report["outcome"], "held", "{report}");
    assert_eq!(place.world.rows("scripts").await, before);
    place.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn types_that_rest_cannot_give_are_never_declared_gone() {
    let place = Place::on(Engine::Sqlite).await;
    sandbox::library::write(&place.world.library()).unwrap();
    let folder = place.world.add_source().await;
    place.world.scan(&folder).await;
    place.world.publish_all("searches").await;
    let before: Vec<Value> = place.world.rows("searches").await;
    assert!(before.len() > 5);
    // The same source, now over REST: its searches cannot be seen any more.
    let request = place.world.request(reqwest::Method::PUT, &format!("/sources/{folder}"));
    crate::world::expect(request.json(&place.body()).send().await.unwrap(), 200).await;
    let report = place.world.scan(&folder).await;
    assert_eq!(report["outcome"], "complete", "{report}");
    assert_eq!(place.world.rows("searches").await, before);
    place.end().await;
}
