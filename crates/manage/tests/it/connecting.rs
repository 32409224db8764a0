//! Address, codebase, keys, headers.

use crate::world::{field, setting, settings};
use manage::{Manage, ManageError, Retry};
use sandbox::manage::{Fault, FaultKind};

#[tokio::test]
async fn the_codebase_is_looked_up_once_and_without_keys() {
    let world = setting(|_| {}).await;
    let system = world.manage.system().await.unwrap();
    assert_eq!(system.release, (2025, 1));
    assert!(system.is_supported());
    world.manage.check_keys().await.unwrap();
    let lookups = world.simulator.requests("companyinfo");
    assert_eq!(lookups.len(), 1);
    assert!(!lookups[0].signed, "nobody may see the keys before they are needed");
    assert!(world.simulator.requests("/v2025_1/apis/3.0/system/info")[0].signed);
}

#[tokio::test]
async fn on_premises_needs_no_lookup_to_work() {
    let world = setting(|world| world.quirks.cloud = false).await;
    world.fault(Fault::on("companyinfo", FaultKind::Status { status: 404 }));
    world.manage.check_keys().await.unwrap();
    assert_eq!(world.simulator.requests("/v4_6_release/apis/3.0/system/members").len(), 1);
}

#[tokio::test]
async fn an_unknown_company_is_named_as_the_field() {
    let world = setting(|_| {}).await;
    let other = world.with_settings(|settings| settings.company_id = "nobody".into());
    assert_eq!(field(&other.system().await.unwrap_err()), "company_id");
    assert_eq!(world.simulator.requests("apis/3.0").len(), 0, "no keys were sent");
}

#[tokio::test]
async fn an_upgrade_in_mid_run_is_followed_once() {
    let world = setting(|_| {}).await;
    world.manage.check_keys().await.unwrap();
    world.simulator.with(|world| world.codebase = "v2026_1/".into());
    assert_eq!(world.manage.system().await.unwrap().release, (2026, 1));
    assert_eq!(world.simulator.requests("companyinfo").len(), 2);
    assert_eq!(world.manage.ticket(1).await.unwrap().id, 1);
    assert_eq!(world.simulator.requests("companyinfo").len(), 2, "not again");
}

#[tokio::test]
async fn a_creation_is_repeated_after_an_upgrade_because_it_was_not_done() {
    let world = setting(|_| {}).await;
    world.manage.check_keys().await.unwrap();
    world.simulator.with(|world| world.codebase = "v2026_1/".into());
    let note = manage::model::NewNote { text: "hello".into(), internal: true, ..Default::default() };
    world.manage.add_note(1, &note).await.unwrap();
    assert_eq!(world.manage.notes(1).await.unwrap().iter().filter(|note| note.text == "hello").count(), 1);
}

#[tokio::test]
async fn a_missing_record_does_not_send_us_looking_for_a_codebase() {
    let world = setting(|_| {}).await;
    let error = world.manage.ticket(999).await.unwrap_err();
    assert!(matches!(&error, ManageError::NotFound(refusal) if refusal.names_a_missing_record()), "{error}");
    assert_eq!(world.simulator.requests("companyinfo").len(), 1);
}

#[tokio::test]
async fn wrong_keys_are_named_and_not_tried_again() {
    let world = setting(|_| {}).await;
    let other = world.with_settings(|settings| settings.private_key = "wrong".to_owned().into());
    let error = other.check_keys().await.unwrap_err();
    assert!(matches!(error, ManageError::Unauthorized(_)), "{error}");
    assert_eq!(error.retry(), Retry::Never);
    assert!(error.to_string().contains("private_key"));
    assert_eq!(world.simulator.requests("system/members").len(), 1);
}

#[tokio::test]
async fn keys_that_are_revoked_end_a_list_as_an_error_never_as_a_part() {
    let world = setting(|_| {}).await;
    world.fault(Fault::on("service/tickets", FaultKind::Status { status: 401 }).after(1));
    let query = manage::Query::new().page_size(2);
    let error = world.manage.tickets(&query).await.unwrap_err();
    assert!(matches!(error, ManageError::Unauthorized(_)), "{error}");
}

#[tokio::test]
async fn a_redirect_is_not_followed() {
    let elsewhere = setting(|_| {}).await;
    let world = setting(|_| {}).await;
    world.fault(Fault::on(
        "system/info",
        FaultKind::Redirect { to: format!("{}/steal", elsewhere.simulator.url()) },
    ));
    let error = world.manage.system().await.unwrap_err();
    assert!(matches!(error, ManageError::Redirected(302)), "{error}");
    assert_eq!(error.retry(), Retry::Never);
    assert!(elsewhere.simulator.requests("").is_empty(), "the keys did not travel");
}

#[tokio::test]
async fn no_error_shows_a_key() {
    let world = setting(|world| world.revoked = true).await;
    let error = world.manage.check_keys().await.unwrap_err();
    let shown = format!("{error} {error:?} {:?}", settings(&world.simulator.url()));
    assert!(!shown.contains("privateKey"), "{shown}");
}

#[tokio::test]
async fn a_codebase_that_is_no_name_is_not_used() {
    let world = setting(|world| world.codebase = "@evil.example/".into()).await;
    world.manage.check_keys().await.unwrap();
    assert_eq!(world.simulator.requests("/v4_6_release/apis").len(), 1);
}

#[test]
fn settings_are_checked_before_anything_is_sent() {
    let lines = manage::Lines::new(manage::Patience::default());
    let instance = manage::Instance::parse("na.myconnectwise.net").unwrap();
    let wrong = manage::Settings { client_id: String::new(), ..settings("na.myconnectwise.net") };
    let refused = Manage::new(wrong, lines.to(&instance)).err().unwrap();
    assert_eq!(refused[0].field, "client_id");
}
