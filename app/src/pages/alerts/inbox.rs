//! The inbox: what waits, what is in hand, what is done.

use super::{calm, rows::Rows};
use crate::{
    api::{
        ApiError,
        alerts::{self, Handle, Inbox, Wanted},
    },
    components::{
        icon::Icon,
        keys::Keys,
        live::place,
        manage_line::{LostLine, ManageHeartbeat},
        notice::{Empty, Failed, Loading, Said},
        pager::{Pager, counted},
    },
};
use domain::alert::{AlertCounts, AlertState, BulkResult, category::Category};
use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::hooks::use_query_map;
use std::sync::Arc;

/// The page of the inbox.
#[component]
pub fn InboxPage() -> impl IntoView {
    let query = use_query_map();
    let wanted = Memo::new(move |_| Wanted::read(&query.read()));
    let handle = crate::api::action::<Handle>();
    let inbox = Resource::new(move || wanted.get(), alerts::inbox);
    view! {
        <Transition fallback=|| view! { <Loading /> }>
            {move || Suspend::new(async move {
                match inbox.await {
                    Ok(inbox) => view! { <Loaded inbox=inbox wanted=wanted.get_untracked() handle=handle /> }.into_any(),
                    Err(error) => view! { <Title text="Alerts" /><h1>"Alerts"</h1><Failed error=error /> }.into_any(),
                }
            })}
        </Transition>
    }
}

#[component]
fn Loaded(inbox: Inbox, wanted: Wanted, handle: ServerAction<Handle>) -> impl IntoView {
    let Inbox { page, counts, counted_to, open_in_all, categories, line, me, may_handle, may_manage, now } =
        inbox;
    let results = handle.value().get_untracked();
    let answer = results.clone().map(|answer| answer.and_then(|results| told(&results)));
    let results = results.and_then(Result::ok).unwrap_or_default();
    let first = wanted.cursor.as_ref().map(|_| wanted.with(|_| ()).href());
    let next =
        page.next_cursor.clone().map(|cursor| Wanted { cursor: Some(cursor), ..wanted.clone() }.href());
    let (shown, total) = (page.items.len(), page.total);
    let title = match open_in_all.unwrap_or(counts.open) {
        0 => "Alerts".to_owned(),
        open => format!("({open}) Alerts"),
    };
    let answer_line = match open_in_all {
        Some(in_all) => filtered_line(&counts, counted_to, in_all),
        None => answer_line(&counts, counted_to),
    };
    let failed = line.failed_write_backs;
    let has_connectors = line.connectors > 0;
    let categories: Arc<[Category]> = categories.into();
    let here = wanted.href();
    view! {
        <Title text=title />
        <div data-watch=place()>
            <header class="head">
                <div>
                    <h1>"Alerts"</h1>
                    <div data-fresh="answer"><p class="answer">{answer_line}</p><ManageHeartbeat line=line now=now /></div>
                </div>
                <div class="commands inbox-links">
                    {may_manage.then(|| view! { <a class="button" href="/categories"><Icon name="tag" />"Categories"</a> })}
                    <a class="button" href="/write-backs"><Icon name="send" />"Write-backs"</a>
                </div>
            </header>
            <LostLine />
            <Said answer=Signal::derive(move || answer.clone().map(calm)) />
            <div data-fresh="failed">{(failed > 0).then(|| view! {
                <p class="banner"><Icon name="alert" /><span class="grow">{failed_line(failed)}</span><a class="button" href="/write-backs?state=failed">"Look at them"</a></p>
            })}</div>
            <Filters wanted=wanted.clone() counts=counts counted_to=counted_to categories=categories.clone() />
            <p class="news-line"><a class="news" data-news="" href=here hidden=true></a></p>
            {if shown == 0 {
                nothing(&wanted, has_connectors, may_manage).into_any()
            } else {
                view! { <Rows alerts=page.items results=results categories=categories tab=wanted.tab() me=me may_handle=may_handle now=now handle=handle /> }.into_any()
            }}
            <footer class="table-foot">
                <Pager shown=shown total=total first=first next=next counted_to=counted_to />
                <p class="phone-links">
                    {may_manage.then(|| view! { <a class="button" href="/categories"><Icon name="tag" />"Categories"</a> })}
                    <a class="button" href="/write-backs"><Icon name="send" />"Write-backs"</a>
                </p>
            </footer>
            <Keys keys=KEYS />
        </div>
    }
}

/// `3 wait for somebody, 2 are in hand.`
fn answer_line(counts: &AlertCounts, counted_to: u64) -> String {
    let waiting = match counts.open {
        0 => "Nothing waits".to_owned(),
        1 => "1 alert waits for somebody".to_owned(),
        many => format!("{} alerts wait for somebody", counted(many, counted_to)),
    };
    match counts.acknowledged {
        0 => format!("{waiting}; nothing is in hand."),
        1 => format!("{waiting}; 1 is in hand."),
        many => format!("{waiting}; {} are in hand.", counted(many, counted_to)),
    }
}

/// The same of what fits a filter. What it leaves out is told with it: nobody may take it for an all-clear.
fn filtered_line(counts: &AlertCounts, counted_to: u64, open_in_all: u64) -> String {
    let waiting = match counts.open {
        0 => "Nothing that fits this filter waits".to_owned(),
        1 => "1 alert that fits this filter waits for somebody".to_owned(),
        many => format!("{} alerts that fit this filter wait for somebody", counted(many, counted_to)),
    };
    match open_in_all {
        0 => format!("{waiting}; nothing waits at all."),
        1 => format!("{waiting}; 1 waits in all."),
        many => format!("{waiting}; {many} wait in all."),
    }
}

fn failed_line(failed: u64) -> String {
    match failed {
        1 => "1 change did not reach its ticket in Manage.".to_owned(),
        many => format!("{many} changes did not reach their tickets in Manage."),
    }
}

/// What became of what was done: what was refused is told first, because something may be left to do.
fn told(results: &[BulkResult]) -> Result<String, ApiError> {
    let done = results.iter().filter(|result| result.ok).count();
    let refused: Vec<&str> =
        results.iter().filter(|result| !result.ok).map(|result| result.message.as_str()).collect();
    match (refused.as_slice(), results) {
        ([], [one]) => Ok(format!("Done: {}.", one.message)),
        ([], _) => Ok(format!("Done for {done} alerts.")),
        ([why], [_]) => Err(ApiError::Conflict((*why).to_owned())),
        (refused, _) => Ok(format!(
            "Done for {done} of {}. {} had nothing left to do: each says why.",
            results.len(),
            refused.len()
        )),
    }
}

#[component]
fn Filters(
    wanted: Wanted,
    counts: AlertCounts,
    counted_to: u64,
    categories: Arc<[Category]>,
) -> impl IntoView {
    let tab = |label: &'static str, count: u64, state: AlertState| {
        let current = (wanted.tab() == state).then_some("page");
        let href = wanted.with(|wanted| wanted.state = Some(state)).href();
        view! { <a href=href aria-current=current>{label}" "<span class="count">{counted(count, counted_to)}</span></a> }
    };
    let whose = |label: &'static str, mine: bool| {
        let current = (wanted.mine == mine).then_some("page");
        let href = wanted.with(|wanted| wanted.mine = mine).href();
        view! { <a href=href aria-current=current>{label}</a> }
    };
    let folded_out = wanted.category.is_some() || wanted.q.is_some();
    let chosen = wanted.category.clone();
    let (state, mine, q) = (wanted.state, wanted.mine, wanted.q.clone());
    view! {
        <div class="filters">
            <div class="tab-rows">
                <nav class="tabs" aria-label="State" data-fresh="tabs">
                    {tab("Open", counts.open, AlertState::Open)}
                    {tab("Acknowledged", counts.acknowledged, AlertState::Acknowledged)}
                    {tab("Closed", counts.closed, AlertState::Closed)}
                </nav>
                <nav class="tabs" aria-label="Whose">{whose("All", false)}{whose("Mine", true)}</nav>
            </div>
            <details class="search-fold" open=folded_out>
            <summary><Icon name="search" />"Search and category"</summary>
            <form method="get" action="/alerts" class="search" role="search">
                {state.map(|state| view! { <input type="hidden" name="state" value=state.as_str() /> })}
                {mine.then(|| view! { <input type="hidden" name="mine" value="yes" /> })}
                <label class="unseen" for="category">"Category"</label>
                <select id="category" name="category">
                    <option value="" selected=chosen.is_none()>"Any category"</option>
                    {categories.iter().map(|category| {
                        let selected = chosen.as_deref() == Some(category.input.name.as_str());
                        view! { <option value=category.input.name.clone() selected=selected>{category.input.name.clone()}</option> }
                    }).collect_view()}
                </select>
                <label class="unseen" for="q">"Search"</label>
                <input id="q" type="search" name="q" placeholder="Title, company or ticket" value=q />
                <button type="submit" class="button"><Icon name="search" />"Search"</button>
            </form>
            </details>
        </div>
    }
}

fn nothing(wanted: &Wanted, has_connectors: bool, may_manage: bool) -> impl IntoView {
    let all = wanted.with(|wanted| *wanted = Wanted { state: wanted.state, ..Wanted::default() }).href();
    if wanted.is_filtered() || wanted.cursor.is_some() {
        view! { <Empty title="Nothing fits this filter"><p><a class="button" href=all>"Show all"</a></p></Empty> }.into_any()
    } else if !has_connectors && wanted.tab() == AlertState::Open {
        view! {
            <Empty title="Connect Manage first">
                <p>"A connector watches the tickets of ConnectWise Manage and turns those that you choose into alerts."</p>
                {may_manage.then(|| view! { <p><a class="button primary" href="/connectors/new"><Icon name="cable" />"Connect Manage"</a></p> })}
            </Empty>
        }
        .into_any()
    } else {
        let (title, words) = match wanted.tab() {
            AlertState::Open => {
                ("All quiet", "Nothing waits for anybody. New alerts appear here by themselves.")
            }
            AlertState::Acknowledged => {
                ("Nothing in hand", "What somebody acknowledges stands here until it is closed.")
            }
            AlertState::Closed => ("Nothing closed yet", "What is done stands here, and can be reopened."),
        };
        view! { <Empty title=title><p>{words}</p></Empty> }.into_any()
    }
}

/// What the keyboard does in the list.
const KEYS: &[(&str, &str)] = &[
    ("j, k", "next, previous alert"),
    ("Enter", "open"),
    ("x", "check"),
    ("a", "acknowledge"),
    ("c", "close"),
    ("n", "write a note"),
    ("/", "search"),
    ("?", "these keys"),
];
