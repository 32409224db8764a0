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

/// How long ago or ahead, in words: `4 min ago`, `in 3 min`.
pub fn ago(at: Timestamp, now: Timestamp) -> String {
    let seconds = now.as_second() - at.as_second();
    let (size, ahead) = (seconds.unsigned_abs(), seconds < 0);
    let words = match size {
        0..=44 => return if ahead { "in a moment".into() } else { "just now".into() },
        45..=5399 => format!("{} min", size.div_ceil(60).max(1)),
        5400..=129_599 => format!("{} h", (size + 1800) / 3600),
        _ => format!("{} days", (size + 43_200) / 86_400),
    };
    if ahead { format!("in {words}") } else { format!("{words} ago") }
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
}
