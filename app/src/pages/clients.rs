//! API clients: add one, see the others, take one away.

use crate::{
    api::{
        ApiError,
        clients::{self, AddClient, DeleteClient, EndOldSecret, GenerateSecret, RotateSecret},
    },
    components::{
        field::ValueField,
        icon::Icon,
        notice::{Empty, Failed, Loading, Said},
        pager::Pager,
        secret::ShownOnce,
        time::{Moment, ago},
    },
    pages::serving::keys::SigningKeysCard,
    text::encode,
};
use domain::client::ApiClient;
use jiff::Timestamp;
use leptos::{form::ActionForm, prelude::*, server_fn::ServerFn as _};
use leptos_meta::Title;
use leptos_router::hooks::use_query_map;

#[derive(Clone, Copy)]
struct Actions {
    add: ServerAction<AddClient>,
    generate: ServerAction<GenerateSecret>,
    rotate: ServerAction<RotateSecret>,
    end_old: ServerAction<EndOldSecret>,
    delete: ServerAction<DeleteClient>,
}

/// The page of the API clients.
#[component]
pub fn ClientsPage() -> impl IntoView {
    let query = use_query_map();
    let cursor = Memo::new(move |_| query.read().get("cursor"));
    let actions = Actions {
        add: crate::api::action(),
        generate: crate::api::action(),
        rotate: crate::api::action(),
        end_old: crate::api::action(),
        delete: crate::api::action(),
    };
    let page = Resource::new(move || cursor.get(), clients::clients);
    let answer = Signal::derive(move || said(&actions));
    view! {
        <Title text="API clients" />
        <header class="head"><div>
            <h1>"API clients"</h1>
            <p class="answer">"Each receiving instance signs in with a name and a secret, and pulls what production serves."</p>
        </div></header>
        <Add actions=actions />
        <Said answer=answer marked=&["name", "secret", "secret_confirmation"] />
        {move || actions.rotate.value().get().and_then(Result::ok).map(|secret| view! { <ShownOnce secret=secret about="The new secret." /> })}
        <Transition fallback=|| view! { <Loading /> }>
            {move || Suspend::new(async move {
                match page.await {
                    Ok(page) => view! { <List page=page actions=actions first=cursor.get_untracked().is_some() /> }.into_any(),
                    Err(error) => view! { <Failed error=error /> }.into_any(),
                }
            })}
        </Transition>
        <SigningKeysCard />
    }
}

fn said(actions: &Actions) -> Option<Result<String, ApiError>> {
    let added = actions.add.value().get().map(|answer| answer.map(|name| format!("Added {name}.")));
    let deleted = actions.delete.value().get();
    let deleted = deleted.map(|answer| answer.map(|()| "Deleted. Its next request is refused.".to_owned()));
    let rotated = actions.rotate.value().get().and_then(Result::err).map(Err);
    let ended = actions.end_old.value().get();
    let ended = ended.map(|answer| answer.map(|name| format!("The old secret of {name} has ended.")));
    added.or(deleted).or(rotated).or(ended)
}

#[component]
fn Add(actions: Actions) -> impl IntoView {
    let error = Signal::derive(move || actions.add.value().get().and_then(Result::err));
    let made = actions.generate.value().get_untracked().and_then(Result::ok);
    let name = made.as_ref().map(|made| made.name.clone()).unwrap_or_default();
    let secret = made.map(|made| made.secret);
    let shown = secret.clone();
    let generated = Signal::derive(move || secret.clone());
    let wrong = error.get_untracked().and_then(|error| error.field("name"));
    view! {
        <section class="card">
            <h2>"Add a client"</h2>
            {shown.map(|secret| view! { <ShownOnce secret=secret about="A strong secret; it is filled in below." /> })}
            <ActionForm action=actions.add attr:class="row-form">
                <ValueField name="name" label="Client name" value=name hint="For example the customer's name" wrong=wrong />
                <SecretField name="secret" label="Client secret" value=generated error=error />
                <SecretField name="secret_confirmation" label="Confirm the secret" value=generated error=error />
                <div class="buttons">
                    <button type="submit" class="button primary"><Icon name="plus" />"Add"</button>
                    // The same form, so that the name that was typed comes back. After "Add", which Enter presses.
                    <button type="submit" class="button" formaction=GenerateSecret::url() formnovalidate=true><Icon name="key" />"Generate a secret"</button>
                </div>
            </ActionForm>
        </section>
    }
}

/// A password field that a generated secret fills, with a switch that shows it.
#[component]
fn SecretField(
    name: &'static str,
    label: &'static str,
    value: Signal<Option<String>>,
    error: Signal<Option<ApiError>>,
) -> impl IntoView {
    let wrong = move || error.get().and_then(|error| error.field(name));
    let (id, note) = (format!("field-{name}"), format!("field-{name}-note"));
    view! {
        <div class="field">
            <label for=id.clone()>{label}</label>
            <div class="with-button">
                <input id=id.clone() name=name required=true autocomplete="new-password" aria-describedby=note.clone()
                    type="password"
                    aria-invalid=move || wrong().map(|_| "true")
                    value=move || value.get() />
                <button type="button" class="quiet" aria-pressed="false" data-reveal=id.clone()>
                    <Icon name="eye" /><span class="unseen">"Show the secret"</span>
                </button>
            </div>
            <p id=note class="field-note" class:field-wrong=move || wrong().is_some()>{move || wrong().unwrap_or_else(|| "At least 16 characters".into())}</p>
        </div>
    }
}

#[component]
fn List(page: clients::Clients, actions: Actions, first: bool) -> impl IntoView {
    let clients::Clients { page, now } = page;
    if page.items.is_empty() {
        return view! {
            <Empty title="No API client yet"><p>"Add one above, then run "<code>"tandem receiver init"</code>" on the receiving side."</p></Empty>
        }
        .into_any();
    }
    let (shown, total) = (page.items.len(), page.total);
    let next = page.next_cursor.map(|cursor| format!("/clients?cursor={}", encode(&cursor)));
    view! {
        <div class="table-frame">
            <table class="items">
                <thead><tr>
                    <th scope="col">"Name"</th><th scope="col">"Ring"</th><th scope="col">"Last seen"</th>
                    <th scope="col">"Version"</th><th scope="col">"Revision"</th><th scope="col">"Errors"</th><th scope="col">"Actions"</th>
                </tr></thead>
                <tbody>{page.items.into_iter().map(|client| view! { <ClientRow client=client now=now actions=actions /> }).collect_view()}</tbody>
            </table>
        </div>
        <Pager shown=shown total=total first=first.then(|| "/clients".to_owned()) next=next />
    }
    .into_any()
}

#[component]
fn ClientRow(client: ApiClient, now: Timestamp, actions: Actions) -> impl IntoView {
    let id = client.id.to_string();
    let to_delete = id.clone();
    let confirm = format!("confirm-{id}");
    let name = client.name.clone();
    let (page, overlap) = (format!("/clients/{id}"), format!("overlap-{id}"));
    let to_end = id.clone();
    let old = client.old_secret_until.filter(|until| *until > now).map(|until| {
        view! {
            <ActionForm action=actions.end_old>
                <input type="hidden" name="id" value=to_end />
                <span>"Old secret until "<Moment at=until />" "</span>
                <button type="submit" class="button small">"End it now"</button>
            </ActionForm>
        }
    });
    view! {
        <tr data-row="">
            <td class="name" data-label="Name"><a href=page>{client.name}</a><span class="path">"added "<Moment at=client.created_at /></span></td>
            <td data-label="Ring">{client.ring}</td>
            <td data-label="Last seen">{client.last_seen_at.map_or("never".to_owned(), |at| ago(at, now))}</td>
            <td data-label="Version">{client.receiver_version.unwrap_or_else(|| "–".to_owned())}</td>
            <td data-label="Revision">{client.last_revision.map_or("–".to_owned(), |number| number.to_string())}</td>
            <td data-label="Errors">{client.reported_errors}</td>
            <td class="act">
                <details class="confirm">
                    <summary class="button small">"New secret …"</summary>
                    <ActionForm action=actions.rotate>
                        <input type="hidden" name="id" value=id />
                        <label for=overlap.clone()>"The old one works for"</label>
                        <select id=overlap name="overlap_hours">
                            <option value="0">"no longer"</option><option value="1">"1 hour"</option>
                            <option value="24">"1 day"</option><option value="168">"7 days"</option>
                        </select>
                        <button type="submit" class="button">"New secret"</button>
                    </ActionForm>
                </details>
                {old}
                <details class="confirm">
                    <summary class="button small">"Delete …"</summary>
                    <ActionForm action=actions.delete>
                        <input type="hidden" name="id" value=to_delete />
                        <label for=confirm.clone()>{format!("Its next request is refused. Type {name} to confirm:")}</label>
                        <input id=confirm name="confirm" required=true autocomplete="off" />
                        <button type="submit" class="button danger">{format!("Delete {name}")}</button>
                    </ActionForm>
                </details>
            </td>
        </tr>
    }
}
