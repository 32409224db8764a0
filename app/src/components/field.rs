//! One field of a form: label, control, what is wrong with it.

use crate::api::ApiError;
use leptos::prelude::*;

/// A text field. What is wrong with it is named below it and announced.
#[component]
pub fn Field(
    /// The name in the form.
    name: &'static str,
    /// The label.
    label: &'static str,
    /// `text`, `email`, `password` …
    #[prop(default = "text")]
    kind: &'static str,
    /// What browsers may fill in.
    #[prop(default = "off")]
    autocomplete: &'static str,
    /// A word of help.
    #[prop(optional)]
    hint: &'static str,
    /// The newest failure of the form.
    #[prop(optional, into)]
    error: Signal<Option<ApiError>>,
    /// Whether it must be filled in.
    #[prop(default = true)]
    required: bool,
) -> impl IntoView {
    let id = format!("field-{name}");
    let note = format!("{id}-note");
    let wrong = move || error.get().and_then(|error| error.field(name));
    view! {
        <div class="field">
            <label for=id.clone()>{label}</label>
            <input
                id=id
                name=name
                type=kind
                autocomplete=autocomplete
                required=required
                aria-describedby=note.clone()
                aria-invalid=move || wrong().map(|_| "true")
            />
            <p id=note class="field-note" class:field-wrong=move || wrong().is_some()>
                {move || wrong().unwrap_or_else(|| hint.to_owned())}
            </p>
        </div>
    }
}
