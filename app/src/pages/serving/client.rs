//! One API client: its scope, its exceptions, what it has.

use super::exceptions::{self, exceptions};
use crate::{
    api::{
        ApiError,
        serving::{self, ChangeClient, ClientScreen},
    },
    components::{
        notice::{Empty, Failed, Loading, Said},
        time::{Moment, ago},
        types::TypeChoices,
    },
    text::counted,
};
use domain::{client::ApiClient, pull::ReportedItem};
use leptos::{form::ActionForm, prelude::*};
use leptos_meta::Title;
use leptos_router::hooks::{use_params_map, use_query_map};

/// Rows that are shown of what a client has.
const MOST: usize = 500;

/// The page of one client.
#[component]
pub fn ClientPage() -> impl IntoView {
    let (params, query) = (use_params_map(), use_query_map());
    let id = Memo::new(move |_| params.read().get("id").unwrap_or_default());
    let asked = move |name: &str| query.read().get(name).unwrap_or_default();
    let choice = Memo::new(move |_| (asked("q"), asked("item")));
    let change = crate::api::action::<ChangeClient>();
    let actions = exceptions::Actions { add: crate::api::action(), end: crate::api::action() };
    let versions = move || (change.version().get(), actions.add.version().get(), actions.end.version().get());
    let screen = Resource::new(
        move || (id.get(), choice.get(), versions()),
        |(id, (query, item), _)| serving::client(id, query, item),
    );
    let answer = Signal::derive(move || said(change, &actions));
    view! {
        <Title text="API client" />
        <p class="crumbs"><a href="/clients">"API clients"</a></p>
        <Said answer=answer />
        <Transition fallback=|| view! { <Loading /> }>
            {move || Suspend::new(async move {
                match screen.await {
                    Ok(screen) => view! { <Loaded screen=screen change=change actions=actions /> }.into_any(),
                    Err(error) => view! { <Failed error=error /> }.into_any(),
                }
            })}
        </Transition>
    }
}

fn said(
    change: ServerAction<ChangeClient>,
    actions: &exceptions::Actions,
) -> Option<Result<String, ApiError>> {
    let changed = change.value().get().map(|answer| answer.map(|name| format!("Changed {name}.")));
    changed.or_else(|| actions.said())
}

#[component]
fn Loaded(
    screen: ClientScreen,
    change: ServerAction<ChangeClient>,
    actions: exceptions::Actions,
) -> impl IntoView {
    let ClientScreen { client, items, choice, rings, now } = screen;
    let seen = client.last_seen_at.map_or("never seen".to_owned(), |at| format!("seen {}", ago(at, now)));
    let version = client.receiver_version.clone();
    let revision = client.last_revision.map(|revision| format!("revision {revision}"));
    let errors = counted(client.reported_errors, "error");
    let old = client.old_secret_until.filter(|until| *until > now);
    view! {
        <header class="head"><div>
            <h1>{client.name.clone()}</h1>
            <p class="facts">
                <span>{format!("ring {}", client.ring)}</span><span>{seen}</span>
                {version.map(|version| view! { <span>{version}</span> })}
                {revision.map(|revision| view! { <span>{revision}</span> })}
                <span>{errors}</span>
                {old.map(|until| view! { <span>"old secret until "<Moment at=until /></span> })}
            </p>
        </div></header>
        <ScopeForm client=client.clone() rings=rings action=change />
        {exceptions(client.clone(), choice, actions)}
        <Has id=client.id.to_string() items=items />
    }
}

#[component]
fn ScopeForm(client: ApiClient, rings: Vec<String>, action: ServerAction<ChangeClient>) -> impl IntoView {
    let current = client.ring.clone();
    let options = rings.into_iter().map(move |ring| {
        let here = ring == current;
        let value = ring.clone();
        view! { <option value=value selected=here>{ring}</option> }
    });
    let types = client.content_types.clone().unwrap_or_default();
    view! {
        <section class="card">
            <h2>"Scope"</h2>
            <ActionForm action=action attr:class="row-form">
                <input type="hidden" name="id" value=client.id.to_string() />
                <div class="field"><label for="client-ring">"Ring"</label><select id="client-ring" name="ring">{options.collect_view()}</select></div>
                <TypeChoices name="types[]" chosen=types />
                <button type="submit" class="button">"Save"</button>
            </ActionForm>
        </section>
    }
}

#[component]
fn Has(id: String, items: Vec<(ReportedItem, Option<String>)>) -> impl IntoView {
    if items.is_empty() {
        return view! { <Empty title="Nothing reported yet"><p>"A receiver reports what it has after each sync."</p></Empty> }.into_any();
    }
    let more = items.len().saturating_sub(MOST);
    let rows = items.into_iter().take(MOST).map(|(item, name)| {
        let (key, guid) = (format!("{}:{}", item.content_type, item.guid), item.guid.to_string());
        let name = name.unwrap_or_else(|| format!("not known here ({guid})"));
        let label = format!("Make an exception for {name}");
        view! {
            <tr data-row="">
                <td class="name" data-label="Item"><a href=format!("/content/{}/{}", item.content_type, item.guid)>{name}</a><span class="path" title=guid>{item.content_type.label()}</span></td>
                <td data-label="Version">{item.version.map_or("–".to_owned(), |number| number.to_string())}</td>
                <td data-label="State">{item.state.as_str()}</td>
                <td data-label="Error">{item.error.unwrap_or_default()}</td>
                <td class="act"><a class="button small" href=format!("/clients/{id}?item={key}#exceptions") aria-label=label>"Exception …"</a></td>
            </tr>
        }
    });
    view! {
        <h2>"What it has"</h2>
        <div class="table-frame"><table class="items">
            <thead><tr>
                <th scope="col">"Item"</th><th scope="col">"Version"</th><th scope="col">"State"</th>
                <th scope="col">"Error"</th><th scope="col">"Actions"</th>
            </tr></thead>
            <tbody>{rows.collect_view()}</tbody>
        </table></div>
        {(more > 0).then(|| view! { <p class="answer">{format!("{more} more are left out here; the report of the API holds all.")}</p> })}
    }
    .into_any()
}
