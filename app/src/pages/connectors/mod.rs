//! Connectors to Manage: the list, one with its health, the set-up step by step.
//!
//! - `health`: how a connector does, in words
//! - `callbacks`: whether Manage calls, and what came of it
//! - `one`: its page; `setup`: the steps, for a new one and for changes

pub mod callbacks;
pub mod health;
pub mod list;
pub mod one;
pub mod setup;

use leptos::prelude::*;

/// The two kinds of connections: sources of content, and connectors to Manage.
#[component]
pub fn ConnectionTabs(
    /// The open tab: `sources` or `connectors`.
    here: &'static str,
) -> impl IntoView {
    let tab = |name: &'static str, label: &'static str| {
        view! { <a href=format!("/{name}") aria-current=(here == name).then_some("page")>{label}</a> }
    };
    view! {
        <nav class="tabs" aria-label="Kind of connection">{tab("sources", "Sources of content")}{tab("connectors", "Connectors to Manage")}</nav>
    }
}
