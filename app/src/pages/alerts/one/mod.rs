//! One alert: what it is about, who has it, what can be done now, what happened.
//!
//! - `steps`: the buttons; on a phone they stand at its foot, under the thumb
//! - `ticket`: what the ticket says
//! - `story`: the timeline and what is owed to the ticket

pub mod steps;
pub mod story;
pub mod ticket;

use super::{calm, rows::version, who};
use crate::{
    api::{
        ApiError,
        alerts::{self, AlertPage, Annotate, Assign, Replay, Step},
    },
    components::{
        alert::{CarriedMark, CategoryMark, SeverityMark, StatePill},
        icon::Icon,
        live::place,
        manage_line::{LostLine, ManageHeartbeat},
        notice::{Failed, Loading, Said},
        time::{Age, Moment},
    },
    text::first_upper,
};
use domain::{
    alert::{Alert, AlertState, Carried, category::Category},
    write_back::{WriteBack, WriteBackState},
};
use jiff::Timestamp;
use leptos::{form::ActionForm, prelude::*};
use leptos_meta::Title;
use leptos_router::hooks::use_params_map;
use std::sync::Arc;
use steps::Steps;
use story::Story;
use ticket::TicketParts;

/// What can be done with an alert.
#[derive(Clone, Copy)]
pub struct Actions {
    step: ServerAction<Step>,
    annotate: ServerAction<Annotate>,
    assign: ServerAction<Assign>,
    replay: ServerAction<Replay>,
}

impl Actions {
    fn new() -> Self {
        Self {
            step: crate::api::action(),
            annotate: crate::api::action(),
            assign: crate::api::action(),
            replay: crate::api::action(),
        }
    }

    fn said(&self) -> Option<Result<String, ApiError>> {
        let stepped = self.step.value().get_untracked().or(self.assign.value().get_untracked()).map(calm);
        stepped.or(self.annotate.value().get_untracked()).or(self.replay.value().get_untracked())
    }
}

/// The page of one alert.
#[component]
pub fn AlertScreen() -> impl IntoView {
    let params = use_params_map();
    let id = Memo::new(move |_| params.read().get("id").unwrap_or_default());
    let actions = Actions::new();
    let page = Resource::new(move || id.get(), alerts::alert);
    view! {
        <Transition fallback=|| view! { <Loading /> }>
            {move || Suspend::new(async move {
                match page.await {
                    Ok(page) => view! { <Loaded page=page actions=actions /> }.into_any(),
                    Err(error) => view! { <Title text="Alert" /><p class="crumbs"><a href="/alerts">"Alerts"</a></p><Failed error=error /> }.into_any(),
                }
            })}
        </Transition>
    }
}

#[component]
fn Loaded(page: AlertPage, actions: Actions) -> impl IntoView {
    let AlertPage { detail, notes, categories, people, line, me, may_handle, now } = page;
    let answer = actions.said();
    let alert = detail.alert.clone();
    let whole = format!("{}-{}", version(&alert), owed_version(&detail.write_backs));
    let url = alert.ticket.as_ref().map(|ticket| ticket.url.clone());
    let (for_steps, for_head) = (alert.clone(), alert.clone());
    let read = format!("{whole}-{:?}", detail.details.read_at);
    let confirmed = last_confirmed(&detail.write_backs);
    let failed = last_failed(&detail.write_backs).filter(|_| alert.carried == Carried::Failed);
    view! {
        <Title text=alert.title.clone() />
        <article class="one-alert" data-watch=place()>
            <div data-fresh="head" data-version=whole.clone()>
                <Head alert=for_head categories=categories.into() confirmed=confirmed me=me.clone() now=now />
                {failed.map(|owed| view! { <GivenUp owed=owed may_handle=may_handle replay=actions.replay /> })}
            </div>
            <LostLine />
            <Said answer=Signal::derive(move || answer.clone()) />
            {may_handle.then(|| view! { <Steps alert=for_steps people=people me=me url=url actions=actions /> })}
            <div class="columns">
                <div class="main-column" data-fresh="ticket" data-version=read>
                    <TicketParts alert=alert text=detail.text details=detail.details notes=notes now=now />
                </div>
                <div class="side-column" data-fresh="story" data-version=whole>
                    <Story timeline=detail.timeline write_backs=detail.write_backs may_handle=may_handle now=now actions=actions />
                </div>
            </div>
            <div class="page-foot" data-fresh="line"><ManageHeartbeat line=line now=now /></div>
        </article>
    }
}

fn owed_version(owed: &[WriteBack]) -> String {
    let of = |one: &WriteBack| format!("{}{}", one.state.as_str(), one.attempts.len());
    owed.iter().map(of).collect::<Vec<_>>().join("-")
}

/// When Manage took the newest change.
fn last_confirmed(owed: &[WriteBack]) -> Option<Timestamp> {
    owed.iter().filter(|one| one.state == WriteBackState::Done).filter_map(|one| one.ended_at).max()
}

/// The newest change that Manage refused.
fn last_failed(owed: &[WriteBack]) -> Option<WriteBack> {
    owed.iter().rfind(|one| one.state == WriteBackState::Failed).cloned()
}

/// A change that did not reach the ticket, under the eyes of who made it, with the way to send it again.
#[component]
fn GivenUp(owed: WriteBack, may_handle: bool, replay: ServerAction<Replay>) -> impl IntoView {
    let (what, id) = (first_upper(owed.task.words()), owed.id.to_string());
    let why = owed.attempts.last().map(|attempt| format!(" {}", first_upper(&attempt.outcome)));
    view! {
        <div class="banner given-up">
            <Icon name="alert" />
            <p class="grow"><strong>{format!("Failed, not in Manage: {what}.")}</strong>{why}</p>
            {may_handle.then(|| view! {
                <ActionForm action=replay>
                    <input type="hidden" name="id" value=id />
                    <button type="submit" class="button" data-busy="Trying …"><Icon name="refresh" /><span data-label-text="">"Try again"</span></button>
                </ActionForm>
            })}
        </div>
    }
}

#[component]
fn Head(
    alert: Alert,
    categories: Arc<[Category]>,
    confirmed: Option<Timestamp>,
    me: String,
    now: Timestamp,
) -> impl IntoView {
    let ticket = alert.ticket.clone();
    let company = ticket.as_ref().and_then(|ticket| ticket.company.clone());
    let priority = ticket.as_ref().and_then(|ticket| ticket.priority.clone());
    let missing = ticket.as_ref().and_then(|ticket| ticket.missing_since);
    let merged = ticket.as_ref().and_then(|ticket| ticket.merged_into);
    view! {
        <header class="alert-head" data-state=alert.state.as_str() data-severity=alert.severity.as_str()>
            <p class="crumbs"><a href="/alerts"><Icon name="arrow-left" />"Alerts"</a>{ticket.as_ref().map(|ticket| format!(" / Ticket #{}", ticket.id))}</p>
            <h1>{alert.title.clone()}</h1>
            <p class="facts big">
                {company.map(|company| view! { <strong>{company}</strong> })}
                {priority.map(|priority| view! { <span>{priority}</span> })}
                <span>"raised "<Age at=alert.opened_at now=now /></span>
            </p>
            <p class="pair">
                <StatePill state=alert.state /><SeverityMark severity=alert.severity />
                <CategoryMark name=alert.category.clone() categories=categories />
            </p>
            <p class="has-it">
                <Icon name="user" /><span>{has_it(&alert, &me)}</span>
                {alert.closed.clone().or(alert.acknowledged.clone()).map(|deed| view! { <Moment at=deed.at /> })}
                <CarriedMark carried=alert.carried state=alert.state />
                {confirmed.filter(|_| alert.carried == Carried::Confirmed && alert.state != AlertState::Open).map(|at| view! { <Moment at=at /> })}
            </p>
            {missing.map(|since| view! {
                <p class="banner"><Icon name="alert" /><span class="grow">"Manage has not shown this ticket since "<Moment at=since />": deleted, merged, or out of the API member's sight. The alert stays as it is."</span></p>
            })}
            {merged.map(|into| view! { <p class="banner"><Icon name="alert" /><span class="grow">{format!("The ticket was merged into #{into}.")}</span></p> })}
        </header>
    }
}

fn has_it(alert: &Alert, me: &str) -> String {
    let name = |name: &str, id: &str| if id == me { "you".to_owned() } else { name.to_owned() };
    let given = alert.assignee.as_ref().map(|assignee| name(&assignee.name, &assignee.user_id.to_string()));
    match (&alert.closed, &alert.acknowledged, given) {
        (Some(deed), ..) => format!("Closed by {}", who(deed, me)),
        (None, Some(deed), Some(given)) => format!("Acknowledged by {}, given to {given}", who(deed, me)),
        (None, Some(deed), None) => format!("Acknowledged by {}", who(deed, me)),
        (None, None, Some(given)) => format!("Given to {given}, not acknowledged yet"),
        (None, None, None) => "Nobody has it yet".to_owned(),
    }
}
