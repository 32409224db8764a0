//! Signing in: tokens that end, second factors, rights, and what is said when one of them is missing.

use super::{Place, hiding};
use domain::{content::ContentType, secret::Secret, source::CheckState};
use services::ports::reader::ReadError;

/// The field and the message of a refusal.
fn settings(error: ReadError) -> (String, String) {
    match error {
        ReadError::Settings { field, message } => (field, message),
        other => panic!("{other}"),
    }
}

fn sign_ins(place: &Place) -> usize {
    place.server.requests().iter().filter(|request| request.starts_with("POST apitoken?")).count()
}

#[tokio::test]
async fn a_token_that_ends_is_refreshed_in_time() {
    let place = Place::of(ContentType::Scripts).await;
    place.server.faults(|faults| (faults.token_seconds, faults.slow_milliseconds) = (2, 100));
    let reading = place.read().await;
    assert!(reading.is_complete() && reading.items.len() > 20);
    let refreshed = place.server.requests().iter().filter(|request| request.contains("refresh")).count();
    assert!(refreshed > 0 && sign_ins(&place) == 1, "{refreshed}");
}

#[tokio::test]
async fn a_token_that_cannot_be_refreshed_is_replaced() {
    let place = Place::of(ContentType::Scripts).await;
    place.server.faults(|faults| {
        (faults.token_seconds, faults.slow_milliseconds, faults.refuses_refresh) = (2, 100, true);
    });
    assert!(place.read().await.is_complete());
    assert!(sign_ins(&place) > 1);
}

#[tokio::test]
async fn a_401_between_two_pages_costs_one_new_token() {
    let place = Place::of(ContentType::Scripts).await;
    let whole = place.read().await.items.len();
    place.server.forget_requests();
    place.server.faults(|faults| faults.sign_out_after = Some(5));
    let reading = place.read().await;
    assert!(reading.is_complete() && reading.items.len() == whole);
    assert_eq!(sign_ins(&place), 2);
}

#[tokio::test]
async fn a_401_that_stays_makes_the_reading_incomplete() {
    let place = Place::new().await;
    place.server.faults(|faults| faults.locked_after = Some(6));
    let reading = place.read().await;
    assert!(reading.items.is_empty() && !reading.is_complete());
    assert!(hiding(&reading)[0].contains("401"), "{:?}", hiding(&reading));
}

#[tokio::test]
async fn wrong_credentials_name_their_field() {
    let mut place = Place::new().await;
    place.connection(|_, password, _, _| *password = Secret::Given("wrong secret".into()));
    let (field, message) = settings(place.failure().await);
    assert!(field == "password" && message.contains("refused") && !message.contains("wrong secret"));

    let mut place = Place::new().await;
    place.connection(|_, _, client_id, _| *client_id = "00000000-0000-4000-8000-000000000001".into());
    assert_eq!(settings(place.check().await.unwrap_err()).0, "client_id");
    assert!(!place.read().await.is_complete());

    let mut place = Place::new().await;
    place.connection(|_, password, _, _| *password = Secret::Missing);
    assert_eq!(settings(place.failure().await).0, "password");
}

#[tokio::test]
async fn a_second_factor_is_answered_with_the_key_of_the_app() {
    let key = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP";
    let mut place = Place::of(ContentType::Scripts).await;
    place.server.faults(|faults| faults.second_factor = Some(key.into()));
    let (field, message) = settings(place.failure().await);
    assert!(field == "passcode" && message.contains("Integrator"), "{message}");
    place.connection(|_, _, _, passcode| *passcode = Secret::Given("000000".into()));
    assert_eq!(settings(place.failure().await).0, "passcode");
    place.connection(|_, _, _, passcode| {
        *passcode = Secret::Given("jbsw y3dp ehpk 3pxp JBSW Y3DP EHPK 3PXP".into())
    });
    assert!(place.read().await.is_complete());
}

#[tokio::test]
async fn a_missing_right_is_named_before_anything_is_believed_gone() {
    let place = Place::new().await;
    place.server.faults(|faults| faults.rights.retain(|right| right != "ScriptRead"));
    let check = place.check().await.unwrap();
    let line = check.lines.iter().find(|line| line.what == "Scripts").unwrap();
    assert!(line.state == CheckState::Wrong && line.message.contains("ScriptRead"), "{line:?}");
    let reading = place.read().await;
    assert!(hiding(&reading)[0].contains("ScriptRead") && !reading.is_complete());
    assert!(reading.items.iter().all(|item| item.canonical.content_type != ContentType::Scripts));
}

#[tokio::test]
async fn rights_in_other_words_are_not_judged() {
    let place = Place::of(ContentType::Scripts).await;
    for rights in [vec!["Skripte lesen"], vec!["SuperAdmin"], vec!["Scripts.Read", "Client Read"]] {
        place
            .server
            .faults(|faults| faults.rights = rights.iter().map(|right| (*right).to_owned()).collect());
        assert!(place.read().await.is_complete(), "{rights:?}");
    }
}

#[tokio::test]
async fn a_test_says_line_by_line_what_can_be_read() {
    let place = Place::new().await;
    let check = place.check().await.unwrap();
    let states: Vec<(&str, CheckState)> =
        check.lines.iter().map(|line| (line.what.as_str(), line.state)).collect();
    for good in ["Sign-in", "Server", "Rights", "Scripts", "Groups", "Internal monitors"] {
        assert!(states.contains(&(good, CheckState::Good)), "{good} {states:?}");
    }
    assert!(states.contains(&("Searches", CheckState::Limited)));
    assert!(check.summary.contains("Scripts") && !check.summary.contains("missing"), "{}", check.summary);
    assert!(check.lines.iter().any(|line| line.message.contains("25.0.330")));
}
