//! First start: the first administrator.

use crate::{
    api::account::SetUp,
    components::{field::Field, frame::Mark, notice::Said},
};
use leptos::{form::ActionForm, prelude::*};
use leptos_meta::Title;

/// The set-up page.
#[component]
pub fn SetUpPage() -> impl IntoView {
    let action = crate::api::action::<SetUp>();
    let error = Signal::derive(move || action.value().get().and_then(Result::err));
    let answer = Signal::derive(move || error.get().map(Err));
    view! {
        <Title text="Set up" />
        <main class="door">
            <section class="card">
                <p class="mark"><Mark />"Tandem"</p>
                <h1>"Welcome"</h1>
                <p>"Make the first administrator. The code stands in the log that Tandem printed when it started."</p>
                <ActionForm action=action>
                    <Field name="code" label="Code from the log" hint="Two groups of four letters, for example ABCD-EFGH" error=error />
                    <Field name="name" label="Your name" autocomplete="name" error=error />
                    <Field name="email" label="E-mail" kind="email" autocomplete="username" error=error />
                    <Field name="password" label="Password" kind="password" autocomplete="new-password" hint="At least 12 characters; a few unrelated words are best" error=error />
                    <Said answer=answer marked=&["code", "name", "email", "password"] />
                    <button type="submit" class="button primary wide">"Create administrator"</button>
                </ActionForm>
            </section>
        </main>
    }
}
