//! Signing in.

use crate::{
    api::{ApiError, account::SignIn},
    components::{field::Field, frame::Mark, notice::Said},
};
use leptos::{form::ActionForm, prelude::*};
use leptos_meta::Title;
use leptos_router::hooks::use_query_map;

/// The sign-in page.
#[component]
pub fn SignInPage() -> impl IntoView {
    let action = crate::api::action::<SignIn>();
    let query = use_query_map();
    let next = move || query.read().get("next").unwrap_or_default();
    let error = Signal::derive(move || action.value().get().and_then(Result::err));
    // What is wrong with a field stands below it, once.
    let whole = move || error.get().filter(|error| !matches!(error, ApiError::Invalid(_)));
    let answer = Signal::derive(move || whole().map(Err));
    view! {
        <Title text="Sign in" />
        <main class="door">
            <section class="card">
                <p class="mark"><Mark />"Tandem"</p>
                <h1>"Sign in"</h1>
                <ActionForm action=action>
                    <input type="hidden" name="next" value=next />
                    <Field name="email" label="E-mail" kind="email" autocomplete="username" error=error />
                    <Field name="password" label="Password" kind="password" autocomplete="current-password" error=error />
                    <Said answer=answer />
                    <button type="submit" class="button primary wide" data-busy="Signing in …"><span data-label-text="">"Sign in"</span></button>
                </ActionForm>
            </section>
        </main>
    }
}
