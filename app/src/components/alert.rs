//! How an alert reads anywhere: its state, urgency and category, and whether Manage knows what was done. Icon, word,
//! colour, in that order of importance.

use super::icon::Icon;
use domain::alert::{AlertState, Carried, Severity, category::Category};
use leptos::prelude::*;
use std::sync::Arc;

/// How far people are.
#[component]
pub fn StatePill(
    /// The state.
    state: AlertState,
) -> impl IntoView {
    let (icon, class, word) = match state {
        AlertState::Open => ("bell", "pill alert-open", "Open"),
        AlertState::Acknowledged => ("hand", "pill alert-acknowledged", "Acknowledged"),
        AlertState::Closed => ("close", "pill alert-closed", "Closed"),
    };
    view! { <span class=class><Icon name=icon />{word}</span> }
}

/// How urgent it is.
#[component]
pub fn SeverityMark(
    /// The severity.
    severity: Severity,
) -> impl IntoView {
    let (icon, word) = match severity {
        Severity::Critical => ("alert", "Critical"),
        Severity::High => ("up", "High"),
        Severity::Medium => ("minus", "Medium"),
        Severity::Low => ("down", "Low"),
    };
    view! { <span class="severity" data-severity=severity.as_str()><Icon name=icon />{word}</span> }
}

/// The category by name, with its icon and colour where it is still there.
#[component]
pub fn CategoryMark(
    /// Its name.
    name: String,
    /// All categories.
    categories: Arc<[Category]>,
) -> impl IntoView {
    let found = categories.iter().find(|one| one.input.name == name).cloned();
    let (colour, icon) = found.map_or(("grey".to_owned(), "bell".to_owned()), |category| {
        (category.input.colour, category.input.icon)
    });
    view! { <span class="category" data-colour=colour><Icon name=category_icon(&icon) />{name}</span> }
}

/// The icon of a category from the sprite.
pub fn category_icon(name: &str) -> &'static str {
    domain::alert::category::ICONS.into_iter().find(|icon| *icon == name).unwrap_or("bell")
}

/// Whether Manage knows what was done here.
#[component]
pub fn CarriedMark(
    /// How far it is.
    carried: Carried,
    /// The alert's state: while nobody has done anything, there is nothing that Manage confirmed.
    state: AlertState,
) -> impl IntoView {
    let shown = match carried {
        Carried::Nothing => None,
        Carried::Confirmed if state == AlertState::Open => None,
        Carried::Sending => Some(("send", "sending", "Sending to Manage …")),
        Carried::Confirmed => Some(("check", "confirmed", "Manage confirmed")),
        Carried::Failed => Some(("alert", "failed", "Failed, not in Manage")),
    };
    shown.map(|(icon, state, words)| {
        view! { <span class="carried" data-carried=state><Icon name=icon />{words}</span> }
    })
}
