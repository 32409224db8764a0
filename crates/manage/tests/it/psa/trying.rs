//! The test of a connection names the field and the remedy; the line's health is counted.

use super::{input, place};
use domain::{connector::RightState, secret::Secret};
use jiff::SignedDuration;
use sandbox::manage::{Fault, FaultKind, sign};
use serde_json::json;
use services::ports::{Psa as _, psa::PsaError};

#[tokio::test]
async fn a_good_connection_is_described() {
    let place = place(|_| {}).await;
    let test = place.psa.test(&place.link).await;
    assert!(test.ok, "{}", test.message);
    assert_eq!(test.version.as_deref(), Some("v2025.1.105333"));
    assert_eq!(
        (
            test.member.as_deref(),
            test.location.as_deref(),
            test.department.as_deref(),
            test.default_board.as_deref()
        ),
        (Some("tandem"), Some("Main Office"), Some("Services"), Some("Service Desk"))
    );
    assert_eq!((test.rights.len(), test.boards.len(), test.boards[0].1.len()), (9, 2, 6));
}

#[tokio::test]
async fn each_wrong_setting_is_named_with_the_remedy() {
    let place = place(|_| {}).await;
    let good = input(&place.simulator.url());
    let mut cases = Vec::new();
    for (field, said) in [
        ("company_id", "log-in page"),
        ("private_key", "keys"),
        ("instance_uri", "allowed_networks"),
        ("api_member_id", "check its name"),
    ] {
        let mut wrong = good.clone();
        match field {
            "company_id" => wrong.company_id = "other".into(),
            "private_key" => wrong.private_key = Secret::Given("wrong".into()),
            "instance_uri" => wrong.instance_uri = "https://10.255.255.1".into(),
            _ => wrong.api_member_id = "nobody".into(),
        }
        cases.push((wrong, field, said));
    }
    for (wrong, field, said) in cases {
        let test = place.psa.test(&services::ports::psa::Link { input: wrong, ..place.link.clone() }).await;
        assert!(!test.ok);
        assert_eq!(test.field.as_deref(), Some(field), "{}", test.message);
        assert!(test.message.contains(said), "{field}: {}", test.message);
    }
}

#[tokio::test]
async fn a_missing_right_is_named() {
    let place = place(|world| world.set_right("Resource Scheduling", "addLevel", "None")).await;
    let test = place.psa.test(&place.link).await;
    assert!(!test.ok && test.message.contains("Resource Scheduling: set Add to All"), "{}", test.message);
    let missing: Vec<_> = test.rights.iter().filter(|right| right.state == RightState::Missing).collect();
    assert_eq!(missing.len(), 1);
    let mut rules = place.link.clone();
    rules.input.mode = domain::connector::Mode::Rules;
    assert_eq!(place.psa.test(&rules).await.rights.len(), 8, "rules mode needs no Table Setup");
}

#[tokio::test]
async fn the_line_is_counted_and_the_clock_compared() {
    let place = place(|world| world.clock.shift(SignedDuration::from_mins(10))).await;
    assert_eq!(place.psa.health(&place.link).last_answer_at, None);
    place.psa.test(&place.link).await;
    let health = place.psa.health(&place.link);
    assert!(health.requests_last_minute > 5 && health.requests_allowed == 600);
    assert_eq!(health.breaker, "closed");
    assert!(health.last_answer_at.is_some());
    let ahead = health.clock_ahead_seconds.unwrap();
    assert!((595..=605).contains(&ahead), "{ahead}");
    place.simulator.with(|world| {
        world.faults.push(Fault::on("", FaultKind::Throttle { seconds: 3_000 }));
    });
    let error = place.psa.members(&place.link).await.unwrap_err();
    assert!(matches!(error, PsaError::Later { after: Some(_), .. }), "{error}");
    assert!(place.psa.health(&place.link).throttled_until.is_some());
}

#[tokio::test]
async fn only_signed_callbacks_about_tickets_count() {
    let place = place(|_| {}).await;
    let key =
        format!("{}/v2025_1/system/callbackkey/index.rails?companyName=acme&id=key-1", place.simulator.url());
    let body = |kind: &str| {
        json!({"Action": "updated", "ID": 4, "Type": kind, "Metadata": {"key_url": key}})
            .to_string()
            .into_bytes()
    };
    let ticket = body("ticket");
    let signature = sign(&ticket, "signing-secret-1");
    assert_eq!(place.psa.verify_callback(&place.link, &ticket, &signature).await.unwrap(), 4);
    assert!(place.psa.verify_callback(&place.link, &ticket, "AAAA").await.is_err());
    let company = body("company");
    assert!(
        place.psa.verify_callback(&place.link, &company, &sign(&company, "signing-secret-1")).await.is_err()
    );
}

#[tokio::test]
async fn members_are_the_active_ones() {
    let place = place(|_| {}).await;
    let names: Vec<String> =
        place.psa.members(&place.link).await.unwrap().into_iter().map(|member| member.identifier).collect();
    assert_eq!(names, ["jdoe", "msmith", "akhan"]);
}
