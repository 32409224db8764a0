//! What happened and what next: one line after an action, one panel for a failure.

use super::icon::Icon;
use crate::api::ApiError;
use leptos::prelude::*;

/// The line after an action: what was done, or why not.
#[component]
pub fn Said(
    /// The newest answer, in words or as a failure.
    answer: Signal<Option<Result<String, ApiError>>>,
    /// The fields of this screen's forms that say themselves what is wrong with them; a `*` at the end stands for
    /// any end.
    #[prop(default = &[])]
    marked: &'static [&'static str],
) -> impl IntoView {
    view! {
        <div class="said" role="status" aria-live="polite">
            {move || answer.get().map(|answer| match answer {
                Ok(text) => view! { <p class="notice notice-ok"><Icon name="check" />{text}</p> }.into_any(),
                Err(error) => view! { <p class="notice notice-failed"><Icon name="alert" />{error.summary(marked)}</p> }.into_any(),
            })}
        </div>
    }
}

/// In place of a screen that could not be shown.
#[component]
pub fn Failed(
    /// Why.
    error: ApiError,
) -> impl IntoView {
    if let ApiError::NotFound(what) = &error {
        return gone(what).into_any();
    }
    view! {
        <section class="empty" role="alert">
            <Icon name="alert" />
            <h2>"This cannot be shown right now"</h2>
            <p>{error.to_string()}</p>
            <p><a class="button" href="">"Try again"</a></p>
        </section>
    }
    .into_any()
}

/// In place of something that is not there: trying again would not help, its list does.
fn gone(what: &str) -> impl IntoView {
    let (href, words) = match what {
        "alert" => ("/alerts", "All alerts"),
        "API client" => ("/clients", "All API clients"),
        "connector" => ("/connectors", "All connectors"),
        "ring" => ("/rings", "All rings"),
        "source" => ("/sources", "All sources"),
        _ => ("/", "Go to the start page"),
    };
    view! {
        <section class="empty">
            <Icon name="inbox" />
            <h1>{format!("There is no such {what}")}</h1>
            <p>"The address may be old or incomplete, or it was removed."</p>
            <p><a class="button primary" href=href>{words}</a></p>
        </section>
    }
}

/// While a screen loads: as tall as what comes.
#[component]
pub fn Loading() -> impl IntoView {
    view! {
        <div class="skeleton" aria-busy="true" aria-label="Loading">
            {(0..8).map(|_| view! { <span></span> }).collect_view()}
        </div>
    }
}

/// Where there is nothing yet: what this is, and the next step.
#[component]
pub fn Empty(
    /// What is not there.
    title: &'static str,
    /// What this is for and what to do.
    children: Children,
) -> impl IntoView {
    view! {
        <section class="empty">
            <Icon name="inbox" />
            <h2>{title}</h2>
            {children()}
        </section>
    }
}
