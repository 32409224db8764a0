//! How a connector does, in words: one state, one sentence.

use crate::components::{
    icon::Icon,
    time::{ago, due},
};
use domain::connector::{Connector, ConnectorHealth};
use jiff::Timestamp;
use leptos::prelude::*;

/// How it does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shape {
    /// Switched off.
    Off,
    /// As it should.
    Fine,
    /// It works, but not as fast as it should.
    Slow,
    /// Tickets do not become alerts.
    Broken,
}

/// The state and the sentence.
pub(super) fn tell(connector: &Connector, health: &ConnectorHealth, now: Timestamp) -> (Shape, String) {
    if !connector.enabled {
        return (
            Shape::Off,
            "Switched off: its tickets make no alerts, and nothing is written to Manage.".into(),
        );
    }
    if let Some(problem) = &health.problem {
        let since = health
            .problem_since
            .map_or_else(String::new, |at| format!(" Since {}.", ago(at, now).trim_end_matches(" ago")));
        return (Shape::Broken, format!("{}{since}", sentence(problem)));
    }
    if let Some(until) = health.throttled_until.filter(|until| *until > now) {
        return (
            Shape::Slow,
            format!("Manage asked to be left alone; it is asked again {}.", ago(until, now)),
        );
    }
    if health.breaker != "closed" && !health.breaker.is_empty() {
        return (Shape::Slow, "Manage failed several times in a row, so it is left alone for a moment and then tried with one request.".into());
    }
    let Some(last) = health.last_poll_at else {
        return (Shape::Slow, "Waiting for the first answer of Manage.".into());
    };
    let next = health.next_poll_at.map_or_else(String::new, |at| format!(", next {}", due(at, now)));
    (Shape::Fine, format!("Last asked {}{next}.", ago(last, now)))
}

/// A sentence that ends as one.
fn sentence(text: &str) -> String {
    let text = crate::text::first_upper(text.trim_end());
    if text.ends_with(['.', '!', '?']) { text } else { format!("{text}.") }
}

/// The state as icon, word and colour.
#[component]
pub fn ShapePill(
    /// The state.
    shape: Shape,
) -> impl IntoView {
    let (icon, class, word) = match shape {
        Shape::Off => ("power", "pill", "Off"),
        Shape::Fine => ("check", "pill status-unchanged", "Fine"),
        Shape::Slow => ("clock", "pill status-changed", "Waiting"),
        Shape::Broken => ("alert", "pill status-removed", "Needs you"),
    };
    view! { <span class=class><Icon name=icon />{word}</span> }
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::connector::{ConnectorInput, MadeInManage};

    #[test]
    fn the_worst_is_told_first() {
        let now = Timestamp::from_second(1_000_000).unwrap();
        let mut connector = Connector {
            id: "01935f6e-3c2a-7c3e-8f7a-2b1c9d0e4f5a".parse().unwrap(),
            input: ConnectorInput::default(),
            enabled: false,
            created_at: now,
            made: MadeInManage::default(),
        };
        let mut health = ConnectorHealth { breaker: "closed".into(), ..ConnectorHealth::default() };
        assert_eq!(tell(&connector, &health, now).0, Shape::Off);
        connector.enabled = true;
        assert_eq!(tell(&connector, &health, now).0, Shape::Slow);
        health.last_poll_at = Some(now);
        assert_eq!(tell(&connector, &health, now), (Shape::Fine, "Last asked just now.".into()));
        health.breaker = "open".into();
        assert_eq!(tell(&connector, &health, now).0, Shape::Slow);
        health.problem = Some("The keys were refused".into());
        health.problem_since = Some(Timestamp::from_second(1_000_000 - 300).unwrap());
        assert_eq!(
            tell(&connector, &health, now),
            (Shape::Broken, "The keys were refused. Since 5 min.".into())
        );
    }
}
