//! What a test found, line by line.

use crate::components::icon::Icon;
use domain::source::{CheckState, SourceCheck};
use leptos::prelude::*;

/// The lines of a test.
#[component]
pub fn CheckLines(
    /// What was found.
    check: SourceCheck,
) -> impl IntoView {
    let lines = check.lines.into_iter().map(|line| {
        let (icon, class, word) = match line.state {
            CheckState::Good => ("check", "pill status-unchanged", "Good"),
            CheckState::Limited => ("minus", "pill", "Limited"),
            CheckState::Wrong => ("alert", "pill status-removed", "Wrong"),
        };
        view! {
            <li>
                <span class=class><Icon name=icon />{word}</span>
                <strong>{line.what}</strong>
                <span class="grow">{line.message}</span>
            </li>
        }
    });
    let lines = lines.collect_view();
    (!lines.is_empty()).then(|| {
        view! {
            <section class="card" aria-label="What the test found"><ul class="edges">{lines}</ul></section>
        }
    })
}
