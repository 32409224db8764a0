//! The texts that workflow mode writes into Manage when it makes its rules. The language of event conditions is
//! nowhere published; should an instance speak another one, this is the place to change. Administrators edit the
//! rules in Manage afterwards, and nothing here ever reads them back to decide.

use crate::conditions::{Comparison, Expr, Field, field};
use domain::{alert::AlertState, connector::ConnectorInput, field::Findings};

/// Alerts are made of new tickets that are not older than this, so that switching on does not dig up the past, and
/// a weekend without Tandem loses nothing.
const OLDEST_MINUTES: i64 = 3 * 24 * 60;
/// The status of tickets that nobody has looked at.
const NEW: &str = "New (not responded)";

/// What our custom field says in a state.
pub(super) fn word(state: AlertState) -> Option<&'static str> {
    match state {
        AlertState::Open => None,
        AlertState::Acknowledged => Some("Acknowledged"),
        AlertState::Closed => Some("Resolved"),
    }
}

/// An event to be made.
pub(super) struct Event {
    pub(super) name: &'static str,
    pub(super) condition: String,
}

fn event(name: &'static str, condition: &Expr) -> Event {
    Event { name, condition: condition.to_string() }
}

/// The events whose tickets become alerts: new ones, and two ways of being reopened.
pub(super) fn trigger(input: &ConnectorInput) -> [Event; 3] {
    let retrieved = |yes: bool| field(&input.custom_field_retrieved).equals(yes);
    let resolved = || field(&input.custom_field_status).contains("Resolved");
    let status = |name: &str| field("status/name").equals(name);
    let young = field("ageMinutes").compares(Comparison::Less, OLDEST_MINUTES);
    [
        event("New ticket", &retrieved(false).and(status(NEW)).and(young)),
        event("Reopened: new again", &retrieved(true).and(resolved()).and(status(NEW))),
        event("Reopened by name", &retrieved(true).and(resolved()).and(status("Re-opened"))),
    ]
}

/// The events whose tickets acknowledge or close their alert.
pub(super) fn update(input: &ConnectorInput) -> [Event; 2] {
    let taken = || field(&input.custom_field_retrieved).equals(true);
    let unknown = |word: &str| field(&input.custom_field_status).lacks(word);
    let any = |names: &[&str]| field("status/name").among(names);
    [
        event(
            "Acknowledged in Manage",
            &taken().and(unknown("Acknowledged")).and(unknown("Resolved")).and(any(&[
                "Acknowledged",
                "Assigned",
                "In Progress",
            ])),
        ),
        event(
            "Closed in Manage",
            &taken().and(unknown("Resolved")).and(any(&["Resolved", "Completed", "Closed", ">Closed"])),
        ),
    ]
}

/// The events whose actions change tickets.
pub(super) fn tickets(input: &ConnectorInput) -> [Event; 2] {
    let taken = || field(&input.custom_field_retrieved).equals(true);
    let says = |word: &str| field(&input.custom_field_status).equals(word);
    [
        event("Acknowledged in Tandem", &taken().and(says("Acknowledged"))),
        event("Closed in Tandem", &taken().and(says("Resolved"))),
    ]
}

/// Which state an event of a rule is about: by its name where that says so, else by its place.
pub(super) fn state_of(name: &str, place: usize) -> AlertState {
    let name = name.to_lowercase();
    let says = |words: &[&str]| words.iter().any(|word| name.contains(word));
    if says(&["acknowledg", "accept"]) {
        AlertState::Acknowledged
    } else if place > 0 || says(&["clos", "resolv"]) {
        AlertState::Closed
    } else {
        AlertState::Acknowledged
    }
}

/// Statuses that a new action prefers, in order.
pub(super) fn preferred(state: AlertState) -> &'static [&'static str] {
    match state {
        AlertState::Closed => &["Resolved", "Completed", "Closed", ">Closed"],
        AlertState::Open | AlertState::Acknowledged => &["Acknowledged", "Assigned", "In Progress"],
    }
}

/// The conditions above name custom fields, so their names must be names.
pub(super) fn check_captions(input: &ConnectorInput, findings: &mut Findings) {
    for (setting, caption) in [
        ("custom_field_retrieved", &input.custom_field_retrieved),
        ("custom_field_status", &input.custom_field_status),
        ("custom_field_user", &input.custom_field_user),
    ] {
        let named = Field::new(vec![caption.trim().to_owned()]).is_some();
        findings.check(!named, setting, "must be letters, digits and _, such as TandemStatus_c");
    }
}
