//! The exceptions of one client.

use crate::{
    api::{
        ApiError,
        exceptions::{AddException, EndException, ItemChoice},
    },
    components::{field::Field, icon::Icon, time::Moment},
    text::encode,
};
use domain::{
    client::{ApiClient, Exception, ExceptionKind},
    content::{ItemKey, view::ItemRow},
};
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

/// The exceptions, and the way to a new one: an item is found by its name and chosen, then the form is about it.
pub(super) fn exceptions(client: ApiClient, choice: ItemChoice, actions: Actions) -> impl IntoView {
    let id = client.id.to_string();
    let rows = client.exceptions.into_iter().map(|exception| {
        view! { <Line client=id.clone() exception=exception actions=actions /> }
    });
    let rows = rows.collect_view();
    // What was made is in the list; the next exception is about another item.
    let made = actions.add.value().get().is_some_and(|answer| answer.is_ok());
    let choice = if made { ItemChoice::default() } else { choice };
    let next = match choice.chosen.clone() {
        Some(key) => view! { <NewException id=id key=key choice=choice actions=actions /> }.into_any(),
        None => view! { <Find id=id choice=choice /> }.into_any(),
    };
    view! {
        <section class="card" id="exceptions">
            <h2>"Exceptions"</h2>
            <p class="answer">"Items that this client is served differently from its ring."</p>
            <ul class="edges">{rows}</ul>
            {next}
        </section>
    }
}

/// The search for the item, and what it found.
#[component]
fn Find(id: String, choice: ItemChoice) -> impl IntoView {
    let ItemChoice { query, found, more, .. } = choice;
    let place = format!("/clients/{id}#exceptions");
    let looked = encode(&query);
    view! {
        <h3>"Make an exception"</h3>
        <form method="get" action=place class="row-form" role="search">
            <div class="field">
                <label for="exception-item">"Item"</label>
                <input id="exception-item" type="search" name="q" value=query required=true maxlength=200 autocomplete="off" aria-describedby="exception-item-note" />
                <p id="exception-item-note" class="field-note">"A part of its name, its folder or its GUID"</p>
            </div>
            <button type="submit" class="button"><Icon name="search" />"Find"</button>
        </form>
        {found.map(|found| {
            if found.is_empty() {
                return view! { <p class="answer" role="status">"No item here is called so."</p> }.into_any();
            }
            let rows = found.into_iter().map(|row| {
                let choose = format!("/clients/{id}?q={looked}&item={}:{}#exceptions", row.content_type, row.guid);
                found_row(row, choose)
            });
            view! {
                <ul class="edges found">{rows.collect_view()}</ul>
                {(more > 0).then(|| view! { <p class="answer" role="status">{format!("{more} more are found: type more of the name.")}</p> })}
            }
            .into_any()
        })}
    }
}

fn found_row(row: ItemRow, choose: String) -> impl IntoView {
    let label = format!("Choose the {} {}", row.content_type.singular(), row.name);
    view! {
        <li>
            <span class="name"><strong>{row.name.clone()}</strong>{facts(&row)}</span>
            <a class="button small" href=choose aria-label=label>"Choose"</a>
        </li>
    }
}

/// What tells an item from others of its name.
fn facts(row: &ItemRow) -> impl IntoView + use<> {
    let version = row.version.map_or("not in production".to_owned(), |number| format!("version {number}"));
    let path = (!row.path.is_empty()).then(|| row.path.clone());
    view! {
        <span class="facts" title=row.guid.to_string()>
            <span>{row.content_type.singular()}</span>
            {path.map(|path| view! { <span>{path}</span> })}
            <span>{version}</span>
        </span>
    }
}

/// The form about the item that was chosen.
#[component]
fn NewException(id: String, key: ItemKey, choice: ItemChoice, actions: Actions) -> impl IntoView {
    let error = Signal::derive(move || actions.add.value().get().and_then(Result::err));
    let wrong = move || error.get().and_then(|error| error.field("item"));
    let kinds = ExceptionKind::ALL.map(|kind| view! { <option value=kind.as_str()>{kind.label()}</option> });
    let href = format!("/content/{}/{}", key.content_type, key.guid);
    let named = match &choice.known {
        Some(row) => view! { <strong><a href=href>{row.name.clone()}</a></strong>{facts(row)} }.into_any(),
        None => {
            let told = format!("This {} is not known here ({}).", key.content_type.singular(), key.guid);
            view! { <span>{told}</span> }.into_any()
        }
    };
    let other = format!("/clients/{id}?q={}#exceptions", encode(&choice.query));
    view! {
        <h3>"Make an exception"</h3>
        <p class="chosen"><span class="name">{named}</span><a class="button small" href=other>"Choose another"</a></p>
        {move || wrong().map(|wrong| view! { <p class="field-note field-wrong" role="alert">{wrong}</p> })}
        <ActionForm action=actions.add attr:class="row-form">
            <input type="hidden" name="id" value=id />
            <input type="hidden" name="item" value=key.to_string() />
            <div class="field"><label for="exception-kind">"Kind"</label><select id="exception-kind" name="kind">{kinds.into_iter().collect_view()}</select></div>
            <Field name="version" label="Version" hint="For a pin" required=false error=error />
            <Field name="reason" label="Reason" error=error />
            <Field name="days" label="Ends after days" hint="Empty for no end" required=false error=error />
            <button type="submit" class="button"><Icon name="pin" />"Make an exception"</button>
        </ActionForm>
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
