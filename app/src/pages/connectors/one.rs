//! One connector: how it does, its log, switching it on and off, removing it.

use super::{
    callbacks::Callbacks,
    health::{Shape, ShapePill, tell},
};
use crate::{
    api::{
        ApiError,
        connectors::{self, ConnectorScreen, Disable, Enable, Poll, RemoveConnector, SwitchCallbacks},
    },
    components::{
        icon::Icon,
        live::place,
        manage_line::LostLine,
        notice::{Failed, Loading, Said},
        time::{Age, Moment},
    },
    text::first_upper,
};
use domain::connector::{Connector, ConnectorHealth, LogLine, MadeInManage, SetupReport};
use jiff::Timestamp;
use leptos::{form::ActionForm, prelude::*};
use leptos_meta::Title;
use leptos_router::hooks::use_params_map;

#[derive(Clone, Copy)]
struct Actions {
    enable: ServerAction<Enable>,
    disable: ServerAction<Disable>,
    poll: ServerAction<Poll>,
    remove: ServerAction<RemoveConnector>,
    callbacks: ServerAction<SwitchCallbacks>,
}

impl Actions {
    fn said(&self) -> Option<Result<String, ApiError>> {
        let enabled = self
            .enable
            .value()
            .get()
            .map(|answer| answer.map(|_| "Enabled. Manage is asked for tickets now.".to_owned()));
        let disabled = self.disable.value().get().map(|answer| {
            answer.map(|()| {
                "Switched off. Its alerts stay; what is owed to tickets waits until it is enabled again."
                    .to_owned()
            })
        });
        let asked = self.poll.value().get().or(self.callbacks.value().get());
        enabled.or(disabled).or(asked).or(self.remove.value().get())
    }
}

/// The page of one connector.
#[component]
pub fn ConnectorPage() -> impl IntoView {
    let params = use_params_map();
    let id = Memo::new(move |_| params.read().get("id").unwrap_or_default());
    let actions = Actions {
        enable: crate::api::action(),
        disable: crate::api::action(),
        poll: crate::api::action(),
        remove: crate::api::action(),
        callbacks: crate::api::action(),
    };
    let screen = Resource::new(move || id.get(), connectors::connector);
    view! {
        <Transition fallback=|| view! { <Loading /> }>
            {move || Suspend::new(async move {
                match screen.await {
                    Ok(screen) => view! { <Loaded screen=screen actions=actions /> }.into_any(),
                    Err(error) => view! { <Title text="Connector" /><p class="crumbs"><a href="/connectors">"Connections"</a></p><Failed error=error /> }.into_any(),
                }
            })}
        </Transition>
    }
}

#[component]
fn Loaded(screen: ConnectorScreen, actions: Actions) -> impl IntoView {
    let ConnectorScreen { connector, health, log, may_manage, now } = screen;
    let (shape, words) = tell(&connector, &health, now);
    let (id, name) = (connector.id.to_string(), connector.input.name.clone());
    let report = actions.enable.value().get_untracked().and_then(Result::ok);
    let made = connector.made.clone();
    view! {
        <Title text=name.clone() />
        <div data-watch=place()>
            <header class="head">
                <div>
                    <p class="crumbs"><a href="/connectors">"Connections"</a></p>
                    <h1>{name.clone()}</h1>
                    <div data-fresh="health-line"><p class="pair"><ShapePill shape=shape /></p><p class="answer">{words}</p></div>
                </div>
                {may_manage.then(|| view! { <Commands connector=connector.clone() shape=shape actions=actions /> })}
            </header>
            <LostLine />
            <Said answer=Signal::derive(move || actions.said()) />
            {report.map(|report| view! { <Report report=report /> })}
            <div data-fresh="health"><Figures connector=connector health=health.clone() now=now /></div>
            <div data-fresh="callbacks"><Callbacks id=id.clone() health=health may_manage=may_manage now=Some(now) switch=actions.callbacks /></div>
            <div data-fresh="log"><Log log=log /></div>
            {may_manage.then(|| view! { <Remove id=id name=name made=made actions=actions /> })}
        </div>
    }
}

#[component]
fn Commands(connector: Connector, shape: Shape, actions: Actions) -> impl IntoView {
    let id = connector.id.to_string();
    let edit = format!("/connectors/{id}/connection");
    let (to_poll, to_disable) = (id.clone(), id.clone());
    let on = view! {
        <ActionForm action=actions.poll>
            <input type="hidden" name="id" value=to_poll />
            <button type="submit" class="button primary" data-busy="Asking …"><Icon name="refresh" /><span data-label-text="">"Ask Manage now"</span></button>
        </ActionForm>
        <ActionForm action=actions.disable>
            <input type="hidden" name="id" value=to_disable />
            <button type="submit" class="button" data-busy="Switching off …"><Icon name="power" /><span data-label-text="">"Disable"</span></button>
        </ActionForm>
    };
    view! {
        <div class="commands">
            <a class="button" href=edit><Icon name="settings" />"Settings"</a>
            {if shape == Shape::Off {
                view! { <a class="button primary" href=format!("/connectors/{id}/enable")><Icon name="power" />"Enable …"</a> }.into_any()
            } else { on.into_any() }}
        </div>
    }
}

/// What enabling made.
#[component]
fn Report(report: SetupReport) -> impl IntoView {
    let needs = report.needs.into_iter().map(|need| {
        let (class, word) = if need.made { ("pill status-changed", "Made now") } else { ("pill status-unchanged", "Was there") };
        view! { <li><span class=class><Icon name=if need.made { "plus" } else { "check" } />{word}</span><span class="grow">{need.what}</span></li> }
    });
    let needs = needs.collect_view();
    view! {
        <section class="card" aria-label="What enabling did">
            <h2>"What enabling did"</h2>
            {if needs.is_empty() { view! { <p class="answer">"Nothing had to be made in Manage."</p> }.into_any() } else { view! { <ul class="edges">{needs}</ul> }.into_any() }}
            {report.warnings.into_iter().map(|warning| view! { <p class="banner"><Icon name="alert" /><span class="grow">{warning}</span></p> }).collect_view()}
        </section>
    }
}

#[component]
fn Figures(connector: Connector, health: ConnectorHealth, now: Timestamp) -> impl IntoView {
    let never = || view! { "not yet" }.into_any();
    let age = move |at: Option<Timestamp>| {
        at.map_or_else(never, |at| view! { <Age at=at now=now exact=true /> }.into_any())
    };
    let breaker = match health.breaker.as_str() {
        "open" => "left alone after failures in a row",
        "half_open" => "being tried with one request",
        _ => "no",
    };
    let throttled = health.throttled_until.filter(|until| *until > now);
    let owed = match (health.pending_write_backs, health.oldest_write_back_at) {
        (0, _) => "nothing waits".to_owned(),
        (many, Some(at)) => {
            format!("{many} wait, the oldest since {}", crate::components::time::ago(at, now))
        }
        (many, None) => format!("{many} wait"),
    };
    let clock = match health.clock_ahead_seconds {
        None => "not seen yet".to_owned(),
        Some(0) => "as ours".to_owned(),
        Some(ahead) if ahead > 0 => format!("{ahead} s ahead of ours"),
        Some(behind) => format!("{} s behind ours", behind.unsigned_abs()),
    };
    let took = health.last_poll_ms.map_or_else(String::new, |took| format!(", took {took} ms"));
    view! {
        <section class="card" aria-label="Health">
            <h2>"Health"</h2>
            <dl class="sheet-of-facts">
                <div><dt>"Manage last answered"</dt><dd>{age(health.last_answer_at)}</dd></div>
                <div><dt>"Last poll"</dt><dd>{age(health.last_poll_at)}{took}</dd></div>
                <div><dt>"Requests in the last minute"</dt><dd>{format!("{} of {} allowed", health.requests_last_minute, health.requests_allowed)}</dd></div>
                <div><dt>"Throttled by Manage"</dt><dd>{throttled.map_or_else(|| view! { "no" }.into_any(), |until| view! { "until "<Moment at=until /> }.into_any())}</dd></div>
                <div><dt>"Paused after failures"</dt><dd>{breaker}</dd></div>
                <div><dt>"Write-backs"</dt><dd><a href=format!("/write-backs?connector={}", connector.id)>{owed}</a>{(health.failed_write_backs > 0).then(|| format!("; {} failed", health.failed_write_backs))}</dd></div>
                <div><dt>"Manage's clock"</dt><dd>{clock}</dd></div>
            </dl>
            {(!health.skipped_actions.is_empty()).then(|| view! {
                <details class="issues" open=true>
                    <summary>"Actions of your workflow that Manage's API cannot perform"</summary>
                    <ul>{health.skipped_actions.into_iter().map(|action| view! { <li>{action}</li> }).collect_view()}</ul>
                </details>
            })}
        </section>
    }
}

#[component]
fn Log(log: Vec<LogLine>) -> impl IntoView {
    let lines = log.into_iter().map(|line| {
        let icon = match line.level.as_str() {
            "error" | "warning" => "alert",
            _ => "check",
        };
        view! { <li data-level=line.level><Icon name=icon /><span>{first_upper(&line.message)}</span><span class="facts"><Moment at=line.at /></span></li> }
    });
    let lines = lines.collect_view();
    view! {
        <h2>"Log"</h2>
        {if lines.is_empty() { view! { <p class="answer">"Nothing yet. What the connector does and meets stands here, newest first."</p> }.into_any() } else {
            view! { <ol class="activity log" tabindex="0" aria-label="Log">{lines}</ol> }.into_any()
        }}
    }
}

#[component]
fn Remove(id: String, name: String, made: MadeInManage, actions: Actions) -> impl IntoView {
    let things = [("custom field", &made.custom_fields), ("workflow rule", &made.workflows)];
    let things: Vec<String> = things
        .into_iter()
        .flat_map(|(word, list)| list.iter().map(move |(_, name)| format!("{word} {name}")))
        .collect();
    let (anything, calls) = (!things.is_empty(), !made.callbacks.is_empty());
    view! {
        <details class="confirm removal">
            <summary class="button">"Remove …"</summary>
            <ActionForm action=actions.remove>
                <input type="hidden" name="id" value=id />
                <p>"Its alerts stay, but nothing is carried over to their tickets any more; what still waits is given up."{calls.then_some(" Manage is asked to call no more.")}</p>
                {anything.then(|| view! {
                    <label class="tick"><input type="checkbox" name="take_down" value="yes" />"Also remove what it made in Manage:"</label>
                    <ul class="words">{things.into_iter().map(|thing| view! { <li>{thing}</li> }).collect_view()}</ul>
                })}
                <label for="confirm-removal">{format!("Type {name} to confirm:")}</label>
                <input id="confirm-removal" name="confirm" required=true autocomplete="off" />
                <button type="submit" class="button danger" data-busy="Removing …"><Icon name="trash" /><span data-label-text="">{format!("Remove {name}")}</span></button>
            </ActionForm>
        </details>
    }
}
