//! Icons from the sprite; always beside a word or with a label of their own.

use leptos::prelude::*;

/// An icon by its name in `public/icons.svg`. It is hidden from screen readers: the word beside it counts.
#[component]
pub fn Icon(
    /// The name of a symbol in the sprite.
    name: &'static str,
) -> impl IntoView {
    view! {
        <svg class="icon" aria-hidden="true" focusable="false">
            <use href=format!("/icons.svg#{name}")></use>
        </svg>
    }
}
