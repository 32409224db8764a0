//! A secret that is shown once.

use super::icon::Icon;
use leptos::prelude::*;

/// A secret with a button that copies it.
#[component]
pub fn ShownOnce(
    /// The secret.
    secret: String,
    /// What it is for.
    about: &'static str,
) -> impl IntoView {
    view! {
        <div class="secret" role="status">
            <p><Icon name="key" />{about}" It is shown only now: keep it in a safe place."</p>
            <code>{secret.clone()}</code>
            <button type="button" class="button" data-copy=secret><Icon name="copy" />"Copy"</button>
        </div>
    }
}
