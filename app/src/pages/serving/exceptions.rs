//! The exceptions of one client.

use crate::{
    api::{
        ApiError,
        serving::{AddException, EndException},
    },
    components::{field::Field, icon::Icon, time::Moment},
};
use domain::client::{ApiClient, Exception, ExceptionKind};
use leptos::{form::ActionForm, prelude::*};

#[derive(Clone, Copy)]
pub(super) struct Actions {
    pub(super) add: ServerAction<AddException>,
    pub(super) end: ServerAction<EndException>,
}

impl Actions {
    pub(super) fn said(&self) -> Option<Result<String, ApiError>> {
        let added = self.add.value().get();
        let added = added.map(|answer| answer.map(|name| format!("{name} is an exception from now on.")));
        let ended = self.end.value().get();
        added.or(ended.map(|answer| answer.map(|()| "The exception has ended.".to_owned())))
    }
}

/// The exceptions and the form for a new one; `chosen` is the item that the form begins with.
pub(super) fn exceptions(client: ApiClient, chosen: String, actions: Actions) -> impl IntoView {
    let id = client.id.to_string();
    let rows = client.exceptions.into_iter().map(|exception| {
        view! { <Line client=id.clone() exception=exception actions=actions /> }
    });
    let rows = rows.collect_view();
    let error = Signal::derive(move || actions.add.value().get().and_then(Result::err));
    let wrong = move || error.get().and_then(|error| error.field("item"));
    let kinds = ExceptionKind::ALL.map(|kind| view! { <option value=kind.as_str()>{kind.label()}</option> });
    view! {
        <section class="card" id="exceptions">
            <h2>"Exceptions"</h2>
            <p class="answer">"Items that this client is served differently from its ring."</p>
            <ul class="edges">{rows}</ul>
            <ActionForm action=actions.add attr:class="row-form">
                <input type="hidden" name="id" value=id />
                <div class="field">
                    <label for="exception-item">"Item"</label>
                    <input id="exception-item" name="item" value=chosen required=true autocomplete="off" aria-describedby="exception-item-note" aria-invalid=move || wrong().map(|_| "true") />
                    <p id="exception-item-note" class="field-note" class:field-wrong=move || wrong().is_some()>{move || wrong().unwrap_or_else(|| "Type and GUID; the list below fills it in".into())}</p>
                </div>
                <div class="field"><label for="exception-kind">"Kind"</label><select id="exception-kind" name="kind">{kinds.into_iter().collect_view()}</select></div>
                <Field name="version" label="Version" hint="For a pin" required=false error=error />
                <Field name="reason" label="Reason" error=error />
                <Field name="days" label="Ends after days" hint="Empty for no end" required=false error=error />
                <button type="submit" class="button"><Icon name="pin" />"Make an exception"</button>
            </ActionForm>
        </section>
    }
}

#[component]
fn Line(client: String, exception: Exception, actions: Actions) -> impl IntoView {
    let served = match (exception.kind, &exception.served) {
        (ExceptionKind::KeepOut, _) => "kept out".to_owned(),
        (ExceptionKind::Pin, Some(item)) => format!("pinned to version {}", item.version),
        (ExceptionKind::Hold, Some(item)) => format!("held at version {}", item.version),
        (_, None) => "held: not served until the hold ends".to_owned(),
    };
    let href = format!("/content/{}/{}", exception.content_type, exception.guid);
    let label = format!("End the exception for {}", exception.name);
    let name = exception.name.clone();
    view! {
        <li data-exception=name>
            <a href=href>{exception.name}</a>
            <span>{served}": "{exception.reason}</span>
            <span class="facts">
                <span>{exception.made_by}</span><Moment at=exception.made_at />
                {exception.expires_at.map(|end| view! { <span>"ends "<Moment at=end /></span> })}
            </span>
            <ActionForm action=actions.end>
                <input type="hidden" name="id" value=client /><input type="hidden" name="exception" value=exception.id.to_string() />
                <button type="submit" class="button small" aria-label=label>"End"</button>
            </ActionForm>
        </li>
    }
}
