//! Choosing content types.

use domain::content::ContentType;
use leptos::prelude::*;

/// A box for each content type; none ticked means all.
#[component]
pub fn TypeChoices(
    /// The name in the form, ending in `[]`.
    name: &'static str,
    /// Those that are ticked.
    chosen: Vec<ContentType>,
) -> impl IntoView {
    let choices = ContentType::ALL.map(|kind| {
        let here = chosen.contains(&kind);
        view! { <label class="choice"><input type="checkbox" name=name value=kind.as_str() checked=here />" "{kind.label()}</label> }
    });
    view! {
        <fieldset class="field"><legend>"Content types (none means all)"</legend><div class="pair">{choices.into_iter().collect_view()}</div></fieldset>
    }
}
