//! Servers that break, lie and shift: nothing is believed gone, and what is said says what happened.

use super::{Place, hiding};
use domain::content::ContentType;
use sandbox::automate_rest::Faults;
use services::ports::reader::ReadError;
use std::time::Duration;

async fn with(change: impl FnOnce(&mut Faults)) -> Place {
    let place = Place::of(ContentType::Scripts).await;
    place.server.faults(change);
    place
}

fn unavailable(error: ReadError) -> String {
    match error {
        ReadError::Unavailable(message) => message,
        other => panic!("{other}"),
    }
}

/// The reading gives nothing, is incomplete, and says why.
async fn gives_nothing(place: &Place, why: &str) {
    let reading = place.read().await;
    assert!(reading.items.is_empty() && !reading.is_complete());
    assert!(hiding(&reading)[0].contains(why), "{why}: {:?}", hiding(&reading));
}

#[tokio::test]
async fn a_passing_500_is_tried_again() {
    let place = with(|faults| faults.failing = 2).await;
    assert!(place.read().await.is_complete());
    let place = with(|faults| (faults.failing, faults.retry_after) = (1, Some(0))).await;
    assert!(place.read().await.is_complete());
}

#[tokio::test]
async fn a_500_that_stays_ends_the_reading() {
    assert!(unavailable(with(|faults| faults.failing = 100).await.failure().await).contains("500"));
    for answered in [1, 4, 7, 12] {
        gives_nothing(&with(|faults| faults.failing_after = Some(answered)).await, "500").await;
    }
}

#[tokio::test]
async fn a_web_page_is_no_answer() {
    let told = unavailable(with(|faults| faults.html = true).await.failure().await);
    assert!(told.contains("web page") && told.contains("CwaRestApi"), "{told}");
}

#[tokio::test]
async fn a_slow_server_is_not_waited_for_without_end() {
    let mut place = with(|faults| faults.slow_milliseconds = 30_000).await;
    place.reader.patience.answer = Duration::from_millis(20);
    assert!(unavailable(place.failure().await).contains("in time"));
}

#[tokio::test]
async fn an_endless_answer_is_cut_off() {
    let mut place = with(|_| {}).await;
    place.reader.patience.largest = 3000;
    gives_nothing(&place, "larger than").await;
}

#[tokio::test]
async fn pages_shorter_than_asked_for_are_no_end() {
    let whole = with(|_| {}).await.read().await.items.len();
    let reading = with(|faults| faults.largest_page = Some(3)).await.read().await;
    assert!(reading.is_complete() && reading.items.len() == whole);
}

#[tokio::test]
async fn rows_that_shift_between_pages_are_not_missed() {
    let place = with(|faults| faults.shifts = 2).await;
    let reading = place.read().await;
    let mut left = Vec::new();
    place
        .server
        .change(|contents| left = contents.scripts.iter().map(|script| script.guid.clone()).collect());
    assert!(reading.is_complete());
    for guid in left {
        assert!(reading.items.iter().any(|item| item.canonical.guid.as_str() == guid), "{guid}");
    }
}

#[tokio::test]
async fn a_list_that_never_rests_is_given_up() {
    gives_nothing(&with(|faults| faults.grows = 1000).await, "changed each of").await;
}

#[tokio::test]
async fn a_server_that_repeats_a_page_is_not_believed() {
    gives_nothing(&with(|faults| faults.page_ignored = true).await, "repeats the rows").await;
}

#[tokio::test]
async fn scripts_in_a_hidden_folder_are_not_moved_to_the_top() {
    let place = with(|faults| faults.hidden = vec!["Operations".into()]).await;
    let reading = place.read().await;
    assert!(!reading.is_complete() && hiding(&reading)[0].contains("folder that the user may not see"));
    assert!(reading.items.iter().all(|item| item.canonical.placement.is_empty()));
}
