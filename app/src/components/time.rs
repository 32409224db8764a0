//! Times: rendered in UTC by the server, turned into the viewer's own once the page is alive.

use jiff::Timestamp;
use leptos::prelude::*;

/// A moment.
#[component]
pub fn Moment(
    /// When.
    at: Timestamp,
) -> impl IntoView {
    let exact = at.strftime("%Y-%m-%d %H:%M UTC").to_string();
    view! { <time datetime=at.to_string() title=exact.clone()>{exact.clone()}</time> }
}

/// How long ago a moment is: rendered by the server, and kept right by the page while it is alive.
#[component]
pub fn Age(
    /// When.
    at: Timestamp,
    /// The server's time.
    now: Timestamp,
    /// Tells seconds one by one, where each of them matters.
    #[prop(optional)]
    exact: bool,
    /// The name of what happened then, if the page hears when it happens again.
    #[prop(optional, into)]
    beat: Option<&'static str>,
) -> impl IntoView {
    let seconds = now.as_second() - at.as_second();
    let words = if exact { seconds_ago(seconds) } else { in_words(seconds) };
    let title = at.strftime("%Y-%m-%d %H:%M:%S UTC").to_string();
    view! {
        <time datetime=at.to_string() title=title data-age=if exact { "exact" } else { "" } data-beat=beat>{words}</time>
    }
}

/// How long ago or ahead, in words: `4 min ago`, `in 3 min`.
pub fn ago(at: Timestamp, now: Timestamp) -> String {
    in_words(now.as_second() - at.as_second())
}

/// When something is due: as [`ago`], and what is a little late comes in a moment.
pub fn due(at: Timestamp, now: Timestamp) -> String {
    let seconds = now.as_second() - at.as_second();
    if (0..=44).contains(&seconds) { in_words(-1) } else { in_words(seconds) }
}

/// As [`ago`], from the seconds that have passed.
pub(crate) fn in_words(seconds: i64) -> String {
    let (size, ahead) = (seconds.unsigned_abs(), seconds < 0);
    let words = match size {
        0..=44 => return if ahead { "in a moment".into() } else { "just now".into() },
        45..=5399 => format!("{} min", size.div_ceil(60).max(1)),
        5400..=129_599 => format!("{} h", (size + 1800) / 3600),
        _ => format!("{} days", (size + 43_200) / 86_400),
    };
    if ahead { format!("in {words}") } else { format!("{words} ago") }
}

/// As [`in_words`], with single seconds for the first two minutes; a clock that is a little ahead says now.
pub(crate) fn seconds_ago(seconds: i64) -> String {
    match seconds {
        -5..=119 => format!("{} s ago", seconds.max(0)),
        _ => in_words(seconds),
    }
}

/// How long ago the server was heard of, once it is not heard any more. A browser knows at once that it is offline:
/// then there is no age to worry about yet.
#[cfg(any(feature = "hydrate", test))]
pub(crate) fn heard_ago(seconds: i64) -> String {
    if (-5..5).contains(&seconds) { "just now".into() } else { seconds_ago(seconds) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ages_are_told_in_words() {
        let now = Timestamp::from_second(1_000_000).unwrap();
        let at = |seconds: i64| Timestamp::from_second(1_000_000 + seconds).unwrap();
        for (seconds, words) in [
            (-10, "just now"),
            (-240, "4 min ago"),
            (180, "in 3 min"),
            (-7200, "2 h ago"),
            (-400_000, "5 days ago"),
        ] {
            assert_eq!(ago(at(seconds), now), words);
        }
    }

    #[test]
    fn what_is_due_is_not_told_as_past() {
        let now = Timestamp::from_second(1_000_000).unwrap();
        let at = |seconds: i64| Timestamp::from_second(1_000_000 + seconds).unwrap();
        for (seconds, words) in [
            (30, "in a moment"),
            (0, "in a moment"),
            (-44, "in a moment"),
            (-240, "4 min ago"),
            (180, "in 3 min"),
        ] {
            assert_eq!(due(at(seconds), now), words);
        }
    }

    #[test]
    fn seconds_are_told_while_they_matter() {
        for (seconds, words) in [(-3, "0 s ago"), (14, "14 s ago"), (119, "119 s ago"), (300, "5 min ago")] {
            assert_eq!(seconds_ago(seconds), words);
        }
        assert_eq!([heard_ago(0), heard_ago(4), heard_ago(5)], ["just now", "just now", "5 s ago"]);
    }
}
