//! The keys that manifests are signed with: what people compare, and a way to change them.

use crate::{
    api::serving::{self, RotateKey},
    components::{icon::Icon, notice::Said, time::Moment},
};
use domain::pull::SigningKeys;
use leptos::{form::ActionForm, prelude::*};

/// The card of the signing keys.
#[component]
pub fn SigningKeysCard() -> impl IntoView {
    let action = crate::api::action::<RotateKey>();
    let keys = Resource::new(move || action.version().get(), |_| serving::signing_keys());
    let answer = Signal::derive(move || {
        let answer = action.value().get();
        answer.map(|answer| answer.map(|()| "There is a new key; receivers follow by themselves.".to_owned()))
    });
    view! {
        <section class="card">
            <h2>"Signing key"</h2>
            <p class="answer">"Receivers check that what they pull was signed with this key. Compare the fingerprint when you connect one."</p>
            <Said answer=answer />
            <Transition>
                {move || Suspend::new(async move {
                    match keys.await {
                        Ok(keys) => view! { <Loaded keys=keys action=action /> }.into_any(),
                        Err(error) => view! { <p class="notice notice-failed">{error.to_string()}</p> }.into_any(),
                    }
                })}
            </Transition>
        </section>
    }
}

#[component]
fn Loaded(keys: SigningKeys, action: ServerAction<RotateKey>) -> impl IntoView {
    let Some(key) = keys.keys.into_iter().next_back() else {
        return view! { <p>"Manifests are not signed: configure a key for secrets (security.key_file) and start Tandem again."</p> }.into_any();
    };
    view! {
        <p class="facts">
            <span>"Key "<code>{key.key_id}</code></span><span>"made "<Moment at=key.created_at /></span>
        </p>
        <p class="fingerprint"><code>{key.fingerprint}</code></p>
        <details class="confirm">
            <summary class="button small">"New key …"</summary>
            <ActionForm action=action>
                <p>"The old key vouches for the new one, and is then forgotten."</p>
                <button type="submit" class="button"><Icon name="key" />"Make a new key"</button>
            </ActionForm>
        </details>
    }
    .into_any()
}
