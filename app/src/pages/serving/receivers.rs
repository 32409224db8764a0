//! Receivers and drift: who is behind, who reports errors, who changed something locally; and the same by item.

use crate::{
    api::serving::{self, ReceiversScreen},
    components::{
        icon::Icon,
        notice::{Empty, Failed, Loading},
        pager::Pager,
        time::ago,
    },
    text::encode,
};
use domain::{
    fleet::{FleetFilter, FleetItem, ReceiverRow},
    page::Page,
};
use jiff::Timestamp;
use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::hooks::use_query_map;

/// The page of the receivers.
#[component]
pub fn ReceiversPage() -> impl IntoView {
    let query = use_query_map();
    let read = move |name: &'static str| query.read().get(name).filter(|text| !text.is_empty());
    let filter = Memo::new(move |_| read("filter"));
    let cursor = Memo::new(move |_| read("cursor"));
    let by_item = Memo::new(move |_| read("by").as_deref() == Some("item"));
    view! {
        <Title text="Receivers" />
        <header class="head"><div>
            <h1>"Receivers"</h1>
            <p class="answer">"What receiving instances have, and where they differ from what they are offered."</p>
        </div></header>
        {move || view! { <Tabs filter=filter.get() by_item=by_item.get() /> }}
        {move || if by_item.get() {
            view! { <ByItem cursor=cursor.get() /> }.into_any()
        } else {
            view! { <ByReceiver filter=filter.get() cursor=cursor.get() /> }.into_any()
        }}
    }
}

#[component]
fn Tabs(filter: Option<String>, by_item: bool) -> impl IntoView {
    let filters = FleetFilter::ALL.map(|one| {
        let here = !by_item && filter.as_deref() == Some(one.as_str());
        view! { <a class="button small" href=format!("/receivers?filter={one}") aria-current=here.then_some("page")>{one.label()}</a> }
    });
    let all = !by_item && filter.is_none();
    view! {
        <nav class="pair" aria-label="Which receivers">
            <a class="button small" href="/receivers" aria-current=all.then_some("page")>"All"</a>
            {filters.into_iter().collect_view()}
            <a class="button small" href="/receivers?by=item" aria-current=by_item.then_some("page")>"By item"</a>
        </nav>
    }
}

#[component]
fn ByReceiver(filter: Option<String>, cursor: Option<String>) -> impl IntoView {
    let asked = (filter.clone(), cursor.clone());
    let screen = Resource::new(move || asked.clone(), |(filter, cursor)| serving::receivers(filter, cursor));
    let base =
        filter.map_or("/receivers?".to_owned(), |filter| format!("/receivers?filter={}&", encode(&filter)));
    view! {
        <Suspense fallback=|| view! { <Loading /> }>
            {move || {
                let (base, first) = (base.clone(), cursor.is_some());
                Suspend::new(async move {
                    match screen.await {
                        Ok(screen) => view! { <List screen=screen base=base first=first /> }.into_any(),
                        Err(error) => view! { <Failed error=error /> }.into_any(),
                    }
                })
            }}
        </Suspense>
    }
}

#[component]
fn List(screen: ReceiversScreen, base: String, first: bool) -> impl IntoView {
    let ReceiversScreen { page, may_manage, now } = screen;
    if page.items.is_empty() {
        return view! { <Empty title="No receiver fits"><p>"Receivers stand here once an API client was added and has pulled."</p></Empty> }.into_any();
    }
    let (shown, total) = (page.items.len(), page.total);
    let next = page.next_cursor.map(|cursor| format!("{base}cursor={}", encode(&cursor)));
    view! {
        <div class="table-frame"><table class="items">
            <thead><tr>
                <th scope="col">"Name"</th><th scope="col">"State"</th><th scope="col">"Ring"</th><th scope="col">"Reported"</th>
                <th scope="col">"Up to date"</th><th scope="col">"Behind"</th><th scope="col">"Changed"</th><th scope="col">"Errors"</th>
            </tr></thead>
            <tbody>{page.items.into_iter().map(|row| view! { <Row row=row now=now linked=may_manage /> }).collect_view()}</tbody>
        </table></div>
        <Pager shown=shown total=total first=first.then(|| base.trim_end_matches(['?', '&']).to_owned()) next=next />
    }
    .into_any()
}

#[component]
fn Row(row: ReceiverRow, now: Timestamp, linked: bool) -> impl IntoView {
    let (icon, class, word) = match (row.errors > 0, row.is_behind()) {
        _ if row.never_pulled() => ("minus", "pill approval-needed", "Never pulled"),
        (true, _) => ("alert", "pill status-removed", "Errors"),
        (_, true) => ("refresh", "pill status-changed", "Behind"),
        _ => ("check", "pill status-unchanged", "Up to date"),
    };
    let name = match linked {
        true => view! { <a href=format!("/clients/{}", row.id)>{row.name}</a> }.into_any(),
        false => view! { <strong>{row.name}</strong> }.into_any(),
    };
    // What it has is known from its first report on.
    let known = row.reported_at.is_some();
    let number = move |number: u64| if known { number.to_string() } else { "–".to_owned() };
    let revision = row.last_revision.map_or("never pulled".to_owned(), |revision| {
        format!("revision {revision} of {}", row.ring_revision)
    });
    view! {
        <tr data-row="">
            <td class="name" data-label="Name">{name}<span class="path">{revision}</span></td>
            <td data-label="State"><span class=class><Icon name=icon />{word}</span></td>
            <td data-label="Ring">{row.ring}</td>
            <td data-label="Reported">{row.reported_at.map_or("never".to_owned(), |at| ago(at, now))}</td>
            <td data-label="Up to date">{number(row.up_to_date)}</td>
            <td data-label="Behind">{number(row.behind)}</td>
            <td data-label="Changed">{number(row.locally_changed)}</td>
            <td data-label="Errors">{number(row.errors)}</td>
        </tr>
    }
}

#[component]
fn ByItem(cursor: Option<String>) -> impl IntoView {
    let asked = cursor.clone();
    let page = Resource::new(move || asked.clone(), serving::fleet);
    view! {
        <Suspense fallback=|| view! { <Loading /> }>
            {move || {
                let first = cursor.is_some();
                Suspend::new(async move {
                    match page.await {
                        Ok(page) => view! { <Items page=page first=first /> }.into_any(),
                        Err(error) => view! { <Failed error=error /> }.into_any(),
                    }
                })
            }}
        </Suspense>
    }
}

#[component]
fn Items(page: Page<FleetItem>, first: bool) -> impl IntoView {
    if page.items.is_empty() {
        return view! { <Empty title="Nothing reported yet"><p>"A receiver reports what it has after each sync."</p></Empty> }.into_any();
    }
    let (shown, total) = (page.items.len(), page.total);
    let next = page.next_cursor.map(|cursor| format!("/receivers?by=item&cursor={}", encode(&cursor)));
    let rows = page.items.into_iter().map(|item| {
        let name = item.name.unwrap_or_else(|| item.guid.to_string());
        view! {
            <tr data-row="">
                <td class="name" data-label="Item"><a href=format!("/content/{}/{}", item.content_type, item.guid)>{name}</a><span class="path">{item.content_type.label()}</span></td>
                <td data-label="Version">{item.version.map_or("–".to_owned(), |number| number.to_string())}</td>
                <td data-label="State">{item.state.as_str()}</td>
                <td data-label="Receivers">{item.receivers}</td>
                <td data-label="Errors">{item.errors}</td>
            </tr>
        }
    });
    view! {
        <div class="table-frame"><table class="items">
            <thead><tr>
                <th scope="col">"Item"</th><th scope="col">"Version"</th><th scope="col">"State"</th>
                <th scope="col">"Receivers"</th><th scope="col">"Errors"</th>
            </tr></thead>
            <tbody>{rows.collect_view()}</tbody>
        </table></div>
        <Pager shown=shown total=total first=first.then(|| "/receivers?by=item".to_owned()) next=next />
    }
    .into_any()
}
