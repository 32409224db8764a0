//! Every status, and what it means for trying again.

use manage::{ManageError, Refusal, Repeat, Retry, judge};
use std::time::Duration;

/// Statuses, the answer for what may be repeated, the answer for a creation, and whether Manage is to blame.
const TABLE: &[(std::ops::RangeInclusive<u16>, Retry, Retry)] = &[
    (100..=199, Retry::Later, Retry::Later),
    (300..=399, Retry::Never, Retry::Never),
    (400..=407, Retry::Never, Retry::Never),
    (408..=408, Retry::Later, Retry::LookFirst),
    (409..=428, Retry::Never, Retry::Never),
    (429..=429, Retry::Later, Retry::Later),
    (430..=499, Retry::Never, Retry::Never),
    (500..=599, Retry::Later, Retry::LookFirst),
    (600..=999, Retry::Later, Retry::Later),
];

fn judged(status: u16, repeat: Repeat, after: Option<u64>) -> ManageError {
    judge(status, repeat, after.map(Duration::from_secs), Refusal { status, ..Refusal::default() })
}

#[test]
fn every_status_has_its_answer() {
    for status in (100..=999).filter(|status| !(200..300).contains(status)) {
        let (_, safe, creation) = TABLE.iter().find(|(range, ..)| range.contains(&status)).unwrap();
        assert_eq!(judged(status, Repeat::Safe, None).retry(), *safe, "{status}");
        assert_eq!(judged(status, Repeat::Never, None).retry(), *creation, "{status} of a creation");
    }
}

#[test]
fn retry_after_is_obeyed_where_it_is_given() {
    let half_a_minute = Retry::After(Duration::from_secs(30));
    assert_eq!(judged(429, Repeat::Safe, Some(30)).retry(), half_a_minute);
    assert_eq!(judged(429, Repeat::Never, Some(30)).retry(), half_a_minute);
    assert_eq!(judged(503, Repeat::Safe, Some(30)).retry(), half_a_minute);
    assert_eq!(judged(503, Repeat::Never, Some(30)).retry(), Retry::LookFirst, "it may have been done");
    assert_eq!(judged(400, Repeat::Safe, Some(30)).retry(), Retry::Never);
}

#[test]
fn each_kind_of_refusal_has_its_own_error() {
    let kinds = [
        (401, "keys"),
        (403, "right"),
        (404, "no such record"),
        (409, "another record"),
        (400, "refuses the request"),
        (429, "too often"),
        (500, "failed"),
        (302, "instance_uri"),
    ];
    for (status, words) in kinds {
        let shown = judged(status, Repeat::Safe, None).to_string();
        assert!(shown.contains(words), "{status}: {shown}");
    }
}
