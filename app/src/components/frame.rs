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
use leptos_router::{components::Outlet, hooks::use_location};

/// The frame with the screen inside.
#[component]
pub fn Shell() -> impl IntoView {
    let frame = Resource::new(|| (), |()| account::frame());
    // Here, not in what waits for the frame: when the browser hangs up meanwhile, there is no router any more. A plain text,
    // because what is stored with its owner is gone then as well.
    let path = use_location().pathname.get_untracked();
    view! {
        <a class="skip" href="#main">"Skip to content"</a>
        <div class="frame">
            <Suspense fallback=|| view! { <header class="side"></header> }>
                {move || {
                    let path = path.clone();
                    Suspend::new(async move {
                        frame.await.ok().flatten().map(|frame| view! { <Side frame=frame path=path /> })
                    })
                }}
            </Suspense>
            <main id="main" tabindex="-1"><Outlet /></main>
        </div>
    }
}

/// A link to an area, marked while a screen of it is shown.
#[component]
fn Area(#[prop(into)] href: String, path: String, children: Children) -> impl IntoView {
    let current = is_within(&path, &href).then_some("page");
    view! { <a href=href aria-current=current>{children()}</a> }
}

fn is_within(path: &str, area: &str) -> bool {
    path.strip_prefix(area).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

#[component]
fn Side(frame: Frame, path: String) -> impl IntoView {
    let waiting: u64 = frame.types.iter().map(|summary| summary.counts.needs_approval).sum();
    let sync = frame.schedules.iter().find(|schedule| schedule.name == CONTENT_SYNC).cloned();
    let (now, open) = (frame.now, frame.open_alerts);
    // One area with three screens.
    let alerts = ["/alerts", "/categories", "/write-backs"].iter().any(|area| is_within(&path, area));
    view! {
        <header class="side">
            <a href="/" class="mark"><Mark />"Tandem"</a>
            <nav aria-label="Areas" class="areas">
                <a href="/alerts" aria-current=alerts.then_some("page")>
                    <Icon name="bell" /><span>"Alerts"</span>
                    <span data-fresh="open-alerts">{(open > 0).then(|| view! { <span class="count" title="nobody has taken them">{open}</span> })}</span>
                </a>
                <details class="types" name="areas">
                    <summary>
                        <Icon name="library" /><span>"Content"</span>
                        {(waiting > 0).then(|| view! { <span class="count" title="waiting for approval">{waiting}</span> })}
                    </summary>
                    <ul>{frame.types.into_iter().map(|summary| view! { <TypeLink summary=summary path=path.clone() /> }).collect_view()}</ul>
                </details>
                <Area href="/receivers" path=path.clone()><Icon name="devices" /><span>"Receivers"</span></Area>
                <Area href="/clients" path=path.clone()><Icon name="key" /><span>"API clients"</span></Area>
                <More path=path />
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
fn More(path: String) -> impl IntoView {
    // One area with two screens side by side.
    let connections = ["/sources", "/connectors"].iter().any(|area| is_within(&path, area));
    view! {
        <details class="more" name="areas">
            <summary><Icon name="more" /><span>"More"</span></summary>
            <ul>
                <li><Area href="/search" path=path.clone()><Icon name="search" /><span>"Search content"</span></Area></li>
                <li><Area href="/rings" path=path.clone()><Icon name="upload" /><span>"Rings"</span></Area></li>
                <li><a href="/sources" aria-current=connections.then_some("page")><Icon name="plug" /><span>"Connections"</span></a></li>
                <li><Area href="/activity" path=path.clone()><Icon name="history" /><span>"Activity"</span></Area></li>
                <li><Area href="/settings" path=path><Icon name="settings" /><span>"Settings"</span></Area></li>
            </ul>
        </details>
    }
}

#[component]
fn TypeLink(summary: TypeSummary, path: String) -> impl IntoView {
    let href = format!("/content/{}", summary.content_type);
    let waiting = summary.counts.needs_approval;
    let told = format!("{} items, {waiting} waiting for approval", summary.counts.total);
    view! {
        <li>
            <Area href=href path=path>
                <span>{summary.label}</span>
                <span class="total" title=told>{summary.counts.total}</span>
                {(waiting > 0).then(|| view! { <span class="count" aria-label="waiting for approval">{waiting}</span> })}
            </Area>
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
    let last = match (sync.last_finished_at, sync.last_run_at) {
        (Some(at), _) => format!("last {}, ", ago(at, now)),
        (None, None) => "not run yet, ".to_owned(),
        // One that runs, or was broken off.
        (None, Some(_)) => String::new(),
    };
    let next =
        if sync.running { "running now".to_owned() } else { format!("next {}", due(sync.next_run_at, now)) };
    let summary = sync.last_summary.unwrap_or_default();
    view! {
        <p class="heartbeat" data-state=state title=summary>
            <span class="dot" aria-hidden="true"></span>
            <span>"Sync: "{last}{next}</span>
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
