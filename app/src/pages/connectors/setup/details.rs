//! Sixth step: what is read beside the ticket, where notes stand, how often Manage is asked, and whether it calls.

use super::{Actions, SaveButton};
use crate::{components::field::ValueField, pages::connectors::callbacks::Callbacks};
use domain::connector::{Connector, ConnectorHealth, Detail};
use leptos::{form::ActionForm, prelude::*};

/// The form.
#[component]
pub fn DetailsStep(
    /// The connector.
    connector: Connector,
    /// How it does.
    health: ConnectorHealth,
    /// What can be done.
    actions: Actions,
) -> impl IntoView {
    let id = connector.id.to_string();
    let input = connector.input;
    let error =
        actions.details.value().get_untracked().and_then(Result::ok).and_then(|tried| tried.outcome.err());
    let wrong = move |name: &str| error.as_ref().and_then(|error| error.field(name));
    let flags = input.note_flags;
    let flags = [
        ("discussion", "Discussion, which the customer sees", flags.discussion),
        ("internal", "Internal", flags.internal),
        ("resolution", "Resolution, which the customer sees", flags.resolution),
        ("notify", "Manage also tells people about it by mail", flags.notify),
    ];
    let details = [
        (Detail::Notes, "notes", "Notes"),
        (Detail::Tasks, "tasks", "Tasks"),
        (Detail::TimeEntries, "time_entries", "Time entries"),
        (Detail::Configurations, "configurations", "Configurations (devices)"),
        (Detail::Company, "company", "Company"),
        (Detail::Contact, "contact", "Contact"),
        (Detail::Documents, "documents", "Documents, by name"),
    ];
    let flags_wrong = wrong("note_flags");
    view! {
        <Callbacks id=id.clone() health=health may_manage=true now=None switch=actions.callbacks />
        <ActionForm action=actions.details attr:class="stack">
            <input type="hidden" name="id" value=id />
            <fieldset class="card switches">
                <legend>"What an alert shows beside the ticket"</legend>
                {details.into_iter().map(|(detail, name, words)| view! {
                    <label class="tick"><input type="checkbox" name="typed[details][]" value=name checked=input.additional_details.contains(&detail) />{words}</label>
                }).collect_view()}
                <p class="field-note">"Each is one more request for a ticket that changed"</p>
            </fieldset>
            <fieldset class="card switches">
                <legend>"Where notes from here stand in the ticket"</legend>
                {flags.into_iter().map(|(name, words, on)| view! {
                    <label class="tick"><input type="checkbox" name="typed[flags][]" value=name checked=on />{words}</label>
                }).collect_view()}
                <p class="field-note" class:field-wrong=flags_wrong.is_some()>{flags_wrong.clone().unwrap_or_default()}</p>
            </fieldset>
            <section class="card row-form">
                <ValueField name="typed[poll_interval_seconds]" label="Ask Manage every … seconds" kind="number" value=input.poll_interval_seconds.to_string() hint="5 to 600; 30 is usual" wrong=wrong("poll_interval_seconds") />
            </section>
            <div class="commands"><SaveButton enabled=connector.enabled /></div>
        </ActionForm>
    }
}
