//! The frame around every screen: areas, content types with their counts, heartbeats, the account.

use super::{
    icon::Icon,
    manage_line,
    time::{Age, ago, due},
};
use crate::api::{
    account::{self, Frame, SignOut},
    alerts::ManageLine,
};
use domain::{
    content::view::TypeSummary,
    schedule::{CONTENT_SYNC, Schedule},
};
use jiff::Timestamp;
use leptos::{form::ActionForm, prelude::*};
use leptos_router::{
    components::{A, Outlet},
    hooks::use_location,
};

/// The frame with the screen inside.
#[component]
pub fn Shell() -> impl IntoView {
    let frame = Resource::new(|| (), |()| account::frame());
    view! {
        <a class="skip" href="#main">"Skip to content"</a>
        <div class="frame">
            <Suspense fallback=|| view! { <header class="side"></header> }>
                {move || Suspend::new(async move {
                    frame.await.ok().flatten().map(|frame| view! { <Side frame=frame /> })
                })}
            </Suspense>
            <main id="main" tabindex="-1"><Outlet /></main>
        </div>
    }
}

#[component]
fn Side(frame: Frame) -> impl IntoView {
    let waiting: u64 = frame.types.iter().map(|summary| summary.counts.needs_approval).sum();
    let sync = frame.schedules.iter().find(|schedule| schedule.name == CONTENT_SYNC).cloned();
    let (now, open) = (frame.now, frame.open_alerts);
    view! {
        <header class="side">
            <A href="/" attr:class="mark"><Mark />"Tandem"</A>
            <nav aria-label="Areas" class="areas">
                <A href="/alerts">
                    <Icon name="bell" /><span>"Alerts"</span>
                    <span data-fresh="open-alerts">{(open > 0).then(|| view! { <span class="count" title="nobody has taken them">{open}</span> })}</span>
                </A>
                <details class="types" name="areas">
                    <summary>
                        <Icon name="library" /><span>"Content"</span>
                        {(waiting > 0).then(|| view! { <span class="count" title="waiting for approval">{waiting}</span> })}
                    </summary>
                    <ul>{frame.types.into_iter().map(|summary| view! { <TypeLink summary=summary /> }).collect_view()}</ul>
                </details>
                <A href="/receivers"><Icon name="devices" /><span>"Receivers"</span></A>
                <A href="/clients"><Icon name="key" /><span>"API clients"</span></A>
                <More />
            </nav>
            <div class="foot">
                {(frame.line.enabled > 0).then(|| view! { <ManageBeat line=frame.line now=now /> })}
                {sync.map(|sync| view! { <Heartbeat sync=sync now=now /> })}
                <Account name=frame.user.name />
            </div>
        </header>
    }
}

/// The areas that a phone has no room for: a sheet there, part of the list on a desk.
#[component]
fn More() -> impl IntoView {
    // One area with two screens side by side.
    let path = use_location().pathname;
    let connections = ["/sources", "/connectors"].iter().any(|area| path.read_untracked().starts_with(area));
    view! {
        <details class="more" name="areas">
            <summary><Icon name="more" /><span>"More"</span></summary>
            <ul>
                <li><A href="/search"><Icon name="search" /><span>"Search content"</span></A></li>
                <li><A href="/rings"><Icon name="upload" /><span>"Rings"</span></A></li>
                <li><a href="/sources" aria-current=connections.then_some("page")><Icon name="plug" /><span>"Connections"</span></a></li>
                <li><A href="/activity"><Icon name="history" /><span>"Activity"</span></A></li>
                <li><A href="/settings"><Icon name="settings" /><span>"Settings"</span></A></li>
            </ul>
        </details>
    }
}

#[component]
fn TypeLink(summary: TypeSummary) -> impl IntoView {
    let href = format!("/content/{}", summary.content_type);
    let waiting = summary.counts.needs_approval;
    let told = format!("{} items, {waiting} waiting for approval", summary.counts.total);
    view! {
        <li>
            <A href=href>
                <span>{summary.label}</span>
                <span class="total" title=told>{summary.counts.total}</span>
                {(waiting > 0).then(|| view! { <span class="count" aria-label="waiting for approval">{waiting}</span> })}
            </A>
        </li>
    }
}

#[component]
fn Heartbeat(sync: Schedule, now: Timestamp) -> impl IntoView {
    let late = now.as_second() - sync.next_run_at.as_second();
    let state = match (sync.last_ok, late) {
        (Some(false), _) => "failed",
        (_, late) if late > 180 => "failed",
        (_, late) if late > 90 => "late",
        _ => "fine",
    };
    let last = sync.last_finished_at.map_or("not yet".to_owned(), |at| ago(at, now));
    let next =
        if sync.running { "running now".to_owned() } else { format!("next {}", due(sync.next_run_at, now)) };
    let summary = sync.last_summary.unwrap_or_default();
    view! {
        <p class="heartbeat" data-state=state title=summary>
            <span class="dot" aria-hidden="true"></span>
            <span>"Sync: last "{last}", "{next}</span>
        </p>
    }
}

#[component]
fn ManageBeat(line: ManageLine, now: Timestamp) -> impl IntoView {
    let state = manage_line::state(&line, now);
    let problem = line.problem.map(|(name, problem)| format!("{name}: {problem}"));
    view! {
        <p class="heartbeat beat" data-state=state title=problem>
            <span class="dot" aria-hidden="true"></span>
            {match line.last_answer_at {
                Some(at) => view! { <span>"Manage: answered "<Age at=at now=now exact=true beat="manage" /></span> }.into_any(),
                None => view! { <span>"Manage: no answer yet"</span> }.into_any(),
            }}
        </p>
    }
}

#[component]
fn Account(name: String) -> impl IntoView {
    let action = crate::api::action::<SignOut>();
    view! {
        <div class="account">
            <span class="who">{name}</span>
            <button type="button" class="quiet" data-flip="theme" title="Light or dark"><Icon name="moon" /><span class="unseen">"Light or dark"</span></button>
            <ActionForm action=action>
                <button type="submit" class="quiet" title="Sign out"><Icon name="log-out" /><span class="unseen">"Sign out"</span></button>
            </ActionForm>
        </div>
    }
}

/// The product's mark: two shapes in tandem.
#[component]
pub fn Mark() -> impl IntoView {
    view! {
        <svg class="logo" viewBox="0 0 32 32" aria-hidden="true">
            <circle cx="11" cy="16" r="8" fill="none" stroke="currentColor" stroke-width="4" />
            <circle cx="21" cy="16" r="8" fill="none" stroke="currentColor" stroke-width="4" opacity="0.55" />
        </svg>
    }
}
