//! Whom the rows of an alert template tell is chosen on the receiver and stays (`automate-api.md` section 6).
//!
//! Content names only the special contacts that every instance has, as negative numbers; a row without one has a
//! contact of its own instance, or none.

use super::local::Kept;
use crate::content::Canonical;
use serde_json::{Map, Value};

const ALERTS: &str = "alerts";
const CONTACT: &str = "contact";

/// The order of a template's rows: by time of day, then by everything else. The same rows stand in the same order
/// everywhere.
pub fn order(alert: &Value) -> (String, String) {
    (alert["start"].as_str().unwrap_or_default().to_owned(), alert.to_string())
}

/// Takes the contacts out of a template's body.
pub(super) fn set_aside(body: &mut Map<String, Value>) {
    if let Some(Value::Array(alerts)) = body.get_mut(ALERTS) {
        alerts.iter_mut().for_each(|alert| *alert = bare(alert));
        alerts.sort_by_key(order);
    }
}

/// Brings the contacts that stand here into what is offered; says so where they differ. A row that is new here arrives
/// with the contact that is offered.
pub(super) fn keep(offered: &mut Canonical, here: &Canonical) -> Option<Kept> {
    let theirs = alerts(offered);
    let mut left = alerts(here);
    let mut ours: Vec<Option<Value>> = theirs.iter().map(|_| None).collect();
    // Rows that did not change at all, then those whose contact did, then those that are changed in place, in order.
    let same: [fn(&Value, &Value) -> bool; 3] =
        [|one, other| one == other, |one, other| bare(one) == bare(other), |_, _| true];
    for same in same {
        for (alert, ours) in theirs.iter().zip(&mut ours).filter(|(_, ours)| ours.is_none()) {
            *ours = left.iter().position(|row| same(alert, row)).map(|at| left.remove(at));
        }
    }
    let contact = |alert: &Value| alert.get(CONTACT).cloned();
    let kept: Vec<Option<Value>> =
        theirs.iter().zip(&ours).map(|(theirs, ours)| contact(ours.as_ref().unwrap_or(theirs))).collect();
    let mut merged: Vec<Value> =
        theirs.iter().zip(&kept).map(|(alert, contact)| with(bare(alert), contact.as_ref())).collect();
    merged.sort_by_key(order);
    let wanted: Vec<Option<Value>> = theirs.iter().map(contact).collect();
    if offered.body.contains_key(ALERTS) {
        offered.body.insert(ALERTS.into(), merged.into());
    }
    (kept != wanted).then(|| Kept {
        member: "contacts".into(),
        local: serde_json::json!(kept),
        offered: serde_json::json!(wanted),
    })
}

fn alerts(content: &Canonical) -> Vec<Value> {
    content.body.get(ALERTS).and_then(Value::as_array).cloned().unwrap_or_default()
}

fn bare(alert: &Value) -> Value {
    let mut alert = alert.clone();
    if let Some(members) = alert.as_object_mut() {
        members.remove(CONTACT);
    }
    alert
}

fn with(mut alert: Value, contact: Option<&Value>) -> Value {
    if let (Some(members), Some(contact)) = (alert.as_object_mut(), contact) {
        members.insert(CONTACT.into(), contact.clone());
    }
    alert
}
