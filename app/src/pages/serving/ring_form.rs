//! The fields of a ring.

use super::rings::Actions;
use crate::components::{field::Field, icon::Icon};
use domain::ring::RingRules;
use leptos::{form::ActionForm, prelude::*};

/// How content comes into a ring.
pub(super) fn rule_fields(rules: RingRules, prefix: String) -> impl IntoView {
    let (soak, errors, automatic) =
        (format!("soak-{prefix}"), format!("errors-{prefix}"), format!("automatic-{prefix}"));
    let for_automatic = automatic.clone();
    view! {
        <div class="field">
            <label for=for_automatic>
                <input id=automatic type="checkbox" name="automatic" value="yes" checked=rules.automatic />
                " Follows by itself"
            </label>
        </div>
        <div class="field"><label for=soak.clone()>"Hours in the ring before"</label><input id=soak type="number" min="0" name="soak_hours" value=(rules.soak_seconds / 3600).to_string() /></div>
        <div class="field"><label for=errors.clone()>"Errors that may pass"</label><input id=errors type="number" min="0" name="max_errors" value=rules.max_errors.to_string() /></div>
    }
}

/// The form for a new ring.
pub(super) fn add_form(names: Vec<String>, actions: Actions) -> impl IntoView {
    let error = Signal::derive(move || actions.add.value().get().and_then(Result::err));
    let places = names.into_iter().enumerate().map(|(place, name)| {
        view! { <option value=place.to_string()>{format!("Before {name}")}</option> }
    });
    view! {
        <section class="card">
            <h2>"Add a ring"</h2>
            <ActionForm action=actions.add attr:class="row-form">
                <Field name="name" label="Ring name" hint="For example lab or pilot" error=error />
                <div class="field">
                    <label for="ring-place">"Place"</label>
                    <select id="ring-place" name="place"><option value="">"At the end"</option>{places.collect_view()}</select>
                </div>
                {rule_fields(RingRules::default(), "new".to_owned())}
                <button type="submit" class="button primary"><Icon name="plus" />"Add"</button>
            </ActionForm>
        </section>
    }
}
