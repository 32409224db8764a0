//! Whether Manage calls when a ticket changes: the switch, and what came of it.

use crate::{
    api::connectors::SwitchCallbacks,
    components::{icon::Icon, time::Age},
    text::first_upper,
};
use domain::connector::{CallbackHealth, ConnectorHealth};
use jiff::Timestamp;
use leptos::{form::ActionForm, prelude::*};

/// The card of the callbacks.
#[component]
pub fn Callbacks(
    /// The connector's id.
    id: String,
    /// How it does.
    health: ConnectorHealth,
    /// Whether the person who looks may change it.
    may_manage: bool,
    /// The server's time; none: only the switch, without what came of it.
    #[prop(optional_no_strip)]
    now: Option<Timestamp>,
    /// The switch.
    switch: ServerAction<SwitchCallbacks>,
) -> impl IntoView {
    let calls = health.callbacks.clone();
    view! {
        <section class="card callbacks" aria-label="Callbacks">
            <h2>"Callbacks"</h2>
            <Switch id=id calls=calls.clone() may_manage=may_manage switch=switch />
            {now.map(|now| view! { <Facts calls=calls health=health now=now /> })}
        </section>
    }
}

#[component]
fn Switch(
    id: String,
    calls: CallbackHealth,
    may_manage: bool,
    switch: ServerAction<SwitchCallbacks>,
) -> impl IntoView {
    let on = calls.registered.is_some();
    // What is on can always be switched off.
    let stuck = !may_manage || (!on && calls.address.is_none());
    let needs = calls.address.is_none();
    view! {
        <ActionForm action=switch>
            <input type="hidden" name="id" value=id />
            <input type="hidden" name="on" value=if on { "no" } else { "yes" } />
            <button type="submit" class="switch" role="switch" aria-checked=on.to_string() aria-describedby="about-callbacks" disabled=stuck data-busy="Asking Manage …">
                <span class="switch-track" aria-hidden="true"></span>
                <span data-label-text="">"Let Manage hurry the poll (callbacks)"</span>
            </button>
        </ActionForm>
        <p class="answer" id="about-callbacks">"Manage calls Tandem when a ticket changes, so an alert need not wait for the next poll. It needs "<code>"server.public_url"</code>" in tandem.toml: an https address of this Tandem that Manage reaches. Polling goes on either way."</p>
        {needs.then(|| view! { <p class="banner"><Icon name="alert" /><span class="grow"><code>"server.public_url"</code>" is not set, so Manage does not know where to call."</span></p> })}
    }
}

/// Where it stands: word, address, and whether a person must do something.
fn standing(calls: &CallbackHealth) -> (&'static str, Option<String>, bool) {
    match (&calls.registered, &calls.address) {
        (None, _) => ("Not registered", None, false),
        (Some(there), Some(here)) if there == here => ("Registered", Some(there.clone()), false),
        (Some(there), _) => {
            ("Registered at another address: switch it off and on", Some(there.clone()), true)
        }
    }
}

#[component]
fn Facts(calls: CallbackHealth, health: ConnectorHealth, now: Timestamp) -> impl IntoView {
    let (word, address, wrong) = standing(&calls);
    let last = calls.last_at.map_or_else(
        || view! { "none yet" }.into_any(),
        |at| view! { <Age at=at now=now exact=true />{format!(", {} in all", calls.believed)} }.into_any(),
    );
    let refused = calls.last_refused_at.filter(|_| calls.refused > 0).map(|at| {
        let why = calls.last_refusal.clone().map(|why| format!(": {}", first_upper(&why)));
        view! { <span class="why">", last "<Age at=at now=now />{why}</span> }
    });
    view! {
        <dl class="sheet-of-facts">
            <div><dt>"State"</dt><dd><span class:field-wrong=wrong>{word}</span>{address.map(|url| view! { <code class="address">{url}</code> })}</dd></div>
            <div><dt>"Last callback"</dt><dd>{last}</dd></div>
            <div><dt>"Refused, not signed by this Manage"</dt><dd>{calls.refused}{refused}</dd></div>
            <div><dt>"Changes heard by callback"</dt><dd>{health.found_by_callback}</dd></div>
            <div><dt>"Changes only polling found"</dt><dd>{health.found_by_polling}</dd></div>
        </dl>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_of_yesterday_is_told() {
        let mut calls = CallbackHealth { address: Some("https://new".into()), ..CallbackHealth::default() };
        assert_eq!(standing(&calls).0, "Not registered");
        calls.registered = Some("https://new".into());
        assert_eq!(standing(&calls), ("Registered", Some("https://new".into()), false));
        calls.registered = Some("https://old".into());
        assert!(standing(&calls).2);
        calls.address = None;
        assert!(standing(&calls).2);
    }
}
