//! The keys of a list, for those who ask.

use leptos::prelude::*;

/// What each key does; `?` opens it.
#[component]
pub fn Keys(
    /// Keys and what they do, in order.
    keys: &'static [(&'static str, &'static str)],
) -> impl IntoView {
    let rows =
        keys.iter().map(|(key, means)| view! { <div><dt><kbd>{*key}</kbd></dt><dd>{*means}</dd></div> });
    view! {
        <details id="keys" class="keys">
            <summary>"Keys"</summary>
            <dl>{rows.collect_view()}</dl>
        </details>
    }
}
