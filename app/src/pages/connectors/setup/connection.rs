//! First step: where Manage is, and as whom Tandem signs in.

use super::{Actions, SaveButton};
use crate::{
    api::{ApiError, connectors::TypedConnection},
    components::{field::ValueField, icon::Icon},
};
use domain::connector::Connector;
use leptos::{form::ActionForm, prelude::*};

/// What stands in the form of a connector that is there.
pub(super) fn typed(connector: &Connector) -> TypedConnection {
    let input = connector.input.clone();
    TypedConnection {
        id: connector.id.to_string(),
        name: input.name,
        instance_uri: input.instance_uri,
        company_id: input.company_id,
        api_member_id: input.api_member_id,
        public_key: input.public_key,
        client_id: input.client_id,
    }
}

/// The form.
#[component]
pub fn ConnectionStep(
    /// What stands in the form.
    typed: TypedConnection,
    /// Whether a private key is kept.
    has_key: bool,
    /// Whether the connector is enabled.
    enabled: bool,
    /// What can be done.
    actions: Actions,
) -> impl IntoView {
    let tried = actions
        .connection
        .value()
        .get_untracked()
        .and_then(Result::ok)
        .filter(|tried| tried.typed.id == typed.id);
    let error = tried.as_ref().and_then(|tried| tried.outcome.clone().err());
    let typed = tried.filter(|_| error.is_some()).map_or(typed, |tried| tried.typed);
    let wrong = move |name: &str| error.as_ref().and_then(|error: &ApiError| error.field(name));
    let key_wrong = wrong("private_key");
    let invalid = key_wrong.is_some();
    let key_hint = if has_key {
        "Kept; type it only to change it"
    } else {
        "Shown by Manage once, when the key is made; sealed before it is stored, and never shown again"
    };
    view! {
        <section class="card">
            <ActionForm action=actions.connection attr:class="row-form">
                <input type="hidden" name="typed[id]" value=typed.id />
                <ValueField name="typed[name]" label="Name" value=typed.name hint="What people call this instance" wrong=wrong("name") />
                <ValueField name="typed[instance_uri]" label="Instance" value=typed.instance_uri hint="For example https://na.myconnectwise.net" wrong=wrong("instance_uri") />
                <ValueField name="typed[company_id]" label="Company id" value=typed.company_id hint="The company that people type when they sign in to Manage" wrong=wrong("company_id") />
                <ValueField name="typed[api_member_id]" label="API member" value=typed.api_member_id hint="Its member id, for example Tandem" wrong=wrong("api_member_id") />
                <ValueField name="typed[public_key]" label="Public key" value=typed.public_key hint="From the API Keys tab of the API member" wrong=wrong("public_key") />
                <div class="field">
                    <label for="private-key">"Private key"</label>
                    <div class="with-button">
                        <input id="private-key" name="private_key" type="password" autocomplete="new-password" required=!has_key aria-describedby="private-key-note" aria-invalid=invalid.then_some("true") />
                        <button type="button" class="quiet" aria-pressed="false" data-reveal="private-key"><Icon name="eye" /><span class="unseen">"Show private key"</span></button>
                    </div>
                    <p id="private-key-note" class="field-note" class:field-wrong=invalid>{key_wrong.unwrap_or_else(|| key_hint.to_owned())}</p>
                </div>
                <ValueField name="typed[client_id]" label="Client id" value=typed.client_id hint="The GUID of your integration from developer.connectwise.com" wrong=wrong("client_id") />
                <SaveButton enabled=enabled />
            </ActionForm>
            <Words />
        </section>
    }
}

#[component]
fn Words() -> impl IntoView {
    view! {
        <details class="issues">
            <summary>"What these words mean"</summary>
            <ul>
                <li><strong>"Instance"</strong>" The address that you open Manage with. Tandem finds the API beside it. An address that is not public (10.…, 192.168.…) must be named in the setting security.allowed_networks."</li>
                <li><strong>"API member"</strong>" A member for programs: System, Members, API Members. Give it a role of its own; the next step names each right that it lacks."</li>
                <li><strong>"Keys"</strong>" Made in the API Keys tab of that member. Manage shows the private key only once."</li>
                <li><strong>"Client id"</strong>" ConnectWise gives each integration a GUID, free of charge, at developer.connectwise.com. Manage refuses requests without it."</li>
            </ul>
        </details>
    }
}
