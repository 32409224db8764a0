//! Fields of forms: label, control, what is wrong with it.

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

/// A text field that shows what it holds already.
#[component]
pub fn ValueField(
    /// The name in the form.
    #[prop(into)]
    name: String,
    /// The label.
    label: &'static str,
    /// What stands in it.
    value: String,
    /// A word of help.
    #[prop(optional)]
    hint: &'static str,
    /// What is wrong with it.
    #[prop(optional_no_strip)]
    wrong: Option<String>,
    /// `text`, `url`, `number` …
    #[prop(default = "text")]
    kind: &'static str,
    /// Whether it must be filled in.
    #[prop(default = true)]
    required: bool,
) -> impl IntoView {
    let id = format!("field-{}", name.replace(['[', ']'], "-"));
    let note = format!("{id}-note");
    let invalid = wrong.is_some();
    view! {
        <div class="field">
            <label for=id.clone()>{label}</label>
            <input id=id name=name type=kind value=value required=required autocomplete="off" spellcheck="false"
                aria-describedby=note.clone() aria-invalid=invalid.then_some("true") />
            <p id=note class="field-note" class:field-wrong=invalid>{wrong.unwrap_or_else(|| hint.to_owned())}</p>
        </div>
    }
}

/// A text of several lines. Leptos 0.8 does not escape the text inside a `<textarea>` when a server renders it, so
/// nothing else in the interface makes one.
#[component]
pub fn TextArea(
    /// Its id, for the label.
    #[prop(into)]
    id: String,
    /// The name in the form.
    #[prop(into)]
    name: String,
    /// Lines that are shown.
    #[prop(default = 3)]
    rows: u32,
    /// The most characters.
    #[prop(default = 10_000)]
    most: usize,
    /// What stands in it.
    #[prop(optional, into)]
    value: String,
    /// Whether it must be filled in.
    #[prop(default = true)]
    required: bool,
    /// The key that leads to it.
    #[prop(optional)]
    press: Option<&'static str>,
    /// The id of a help text.
    #[prop(optional, into)]
    described_by: Option<String>,
) -> impl IntoView {
    // Browsers drop the first line break after the tag.
    let text = format!("\n{}", escaped(&value));
    view! { <textarea id=id name=name rows=rows maxlength=most required=required autocomplete="off" data-press=press aria-describedby=described_by inner_html=text></textarea> }
}

/// Text as it may stand between tags.
fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

#[cfg(test)]
mod tests {
    #[test]
    fn text_cannot_leave_its_element() {
        assert_eq!(super::escaped("</textarea><b>&amp;"), "&lt;/textarea&gt;&lt;b&gt;&amp;amp;");
    }
}
