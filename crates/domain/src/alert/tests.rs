//! Steps one by one, and any sequence of them.

use super::*;
use crate::{
    account::Role,
    ids::{ClientId, ConnectorId, UserId},
};
use proptest::prelude::*;
use uuid::Uuid;

fn at(second: i64) -> Timestamp {
    Timestamp::from_second(second).unwrap()
}

fn person(name: &str) -> Actor {
    Actor::User { id: UserId(Uuid::nil()), name: name.into(), role: Role::Viewer }
}

fn connector() -> Actor {
    Actor::Connector { id: ConnectorId(Uuid::nil()), name: "Acme".into() }
}

#[test]
fn the_usual_night() {
    let mut course = Course::opened(at(0));
    assert_eq!(course.state(), AlertState::Open);
    assert_eq!(course.take(Step::Acknowledge, &person("Jane"), at(60)), Ok(AlertState::Acknowledged));
    assert_eq!(course.take(Step::Close, &connector(), at(600)), Ok(AlertState::Closed));
    assert_eq!(course.acknowledged().unwrap().by.name(), "Jane");
    assert_eq!(course.take(Step::Reopen, &person("Mark"), at(900)), Ok(AlertState::Open));
    assert_eq!((course.acknowledged(), course.closed(), course.opened_at()), (None, None, at(900)));
}

#[test]
fn an_open_alert_may_be_closed_at_once() {
    let mut course = Course::opened(at(0));
    assert_eq!(course.take(Step::Close, &person("Jane"), at(1)), Ok(AlertState::Closed));
    assert_eq!(course.acknowledged(), None, "nobody is said to have taken it");
}

#[test]
fn the_second_to_press_learns_who_was_first() {
    let mut course = Course::opened(at(0));
    course.take(Step::Acknowledge, &person("Jane"), at(1)).unwrap();
    let refused = course.take(Step::Acknowledge, &person("Mark"), at(2)).unwrap_err();
    assert_eq!(refused.deed(), Some(&Deed { at: at(1), by: person("Jane") }));
    assert!(refused.to_string().starts_with("Jane has acknowledged it already, at "), "{refused}");
    course.take(Step::Close, &person("Mark"), at(3)).unwrap();
    for step in [Step::Acknowledge, Step::Close] {
        let refused = course.take(step, &person("Jane"), at(4)).unwrap_err();
        assert_eq!(refused, StepError::AlreadyClosed(Deed { at: at(3), by: person("Mark") }));
    }
    assert_eq!(Course::opened(at(0)).take(Step::Reopen, &person("Jane"), at(1)), Err(StepError::NotClosed));
}

#[test]
fn nothing_moves_without_somebody() {
    let client = Actor::Client { id: ClientId(Uuid::nil()), name: "receiver".into() };
    for nobody in [Actor::system("schedule"), client] {
        for step in Step::ALL {
            let mut course = Course::opened(at(0));
            course.take(Step::Close, &person("Jane"), at(1)).unwrap();
            let before = course.clone();
            assert_eq!(course.take(step, &nobody, at(2)), Err(StepError::Nobody));
            assert_eq!(course, before);
        }
    }
}

#[test]
fn annotations_are_cleaned_and_have_a_length() {
    assert_eq!(annotation("  on\u{0} my\u{1b} way\nsoon ").unwrap(), "on my way\nsoon");
    for wrong in ["", " \n ", "\u{0}"] {
        assert_eq!(annotation(wrong).unwrap_err().field, "text");
    }
    assert!(annotation(&"x".repeat(LONGEST_ANNOTATION)).is_ok());
    assert!(annotation(&"x".repeat(LONGEST_ANNOTATION + 1)).is_err());
}

#[test]
fn words_are_read_back() {
    for state in AlertState::ALL {
        assert_eq!(AlertState::parse(state.as_str()), Some(state));
        assert_eq!(serde_json::to_value(state).unwrap(), state.as_str());
    }
    assert_eq!(AlertState::parse("snoozed"), None);
}

fn step() -> impl Strategy<Value = (Step, Actor, i64)> {
    let actor = prop_oneof![
        Just(person("Jane")),
        Just(person("Mark")),
        Just(connector()),
        Just(Actor::system("job"))
    ];
    (prop::sample::select(Step::ALL.to_vec()), actor, -1_000i64..1_000)
}

proptest! {
    #[test]
    fn the_state_never_goes_back_without_somebody_who_reopens(steps in prop::collection::vec(step(), 0..40)) {
        let mut course = Course::opened(at(0));
        for (step, by, second) in steps {
            let before = course.clone();
            match course.take(step, &by, at(second)) {
                Ok(state) => {
                    prop_assert_eq!(state, course.state());
                    prop_assert_eq!(Step::between(before.state(), state), Some(step));
                    prop_assert!(state > before.state() || step == Step::Reopen);
                    let somebody = !matches!(by, Actor::System { .. });
                    prop_assert!(somebody);
                }
                Err(_) => prop_assert_eq!(&course, &before, "a refused step changes nothing"),
            }
            prop_assert!(course.changed_at() >= before.changed_at(), "time never goes back");
        }
    }

    #[test]
    fn what_is_stored_is_what_comes_back(steps in prop::collection::vec(step(), 0..10)) {
        let mut course = Course::opened(at(0));
        for (step, by, second) in steps {
            let _either = course.take(step, &by, at(second));
        }
        let again = Course::restored(course.opened_at(), course.acknowledged().cloned(), course.closed().cloned());
        prop_assert_eq!(again.state(), course.state());
        prop_assert_eq!(serde_json::from_str::<Course>(&serde_json::to_string(&course).unwrap()).unwrap(), course);
    }
}

#[test]
fn the_usual_names_of_priorities_are_understood() {
    for (name, severity) in [
        ("Priority 1 - Emergency", Severity::Critical),
        ("P2", Severity::High),
        ("Priority 3 - Normal", Severity::Medium),
        ("Do Not Respond", Severity::Medium),
        ("Priority 4 - Scheduled", Severity::Low),
        ("Highway", Severity::Medium),
        ("", Severity::Medium),
    ] {
        assert_eq!(Severity::of_priority(name), severity, "{name}");
    }
}
