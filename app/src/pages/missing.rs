//! Where there is nothing.

use crate::components::icon::Icon;
use leptos::prelude::*;
use leptos_meta::Title;

/// A page that does not exist, within the frame.
#[component]
pub fn Missing() -> impl IntoView {
    view! {
        <Title text="Nothing here" />
        <section class="empty">
            <Icon name="inbox" />
            <h1>"There is nothing here"</h1>
            <p>"The address may be old, or the item was removed."</p>
            <p><a class="button primary" href="/">"Go to the start page"</a></p>
        </section>
    }
}

/// An address that no screen has, so that there is no frame either.
#[component]
pub fn Nowhere() -> impl IntoView {
    view! { <main class="lonely"><Missing /></main> }
}
