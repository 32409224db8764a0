//! The alerts of the inbox, in one form: rows on a desk, cards on a phone.

use super::who;
use crate::{
    api::alerts::Handle,
    components::{
        alert::{CarriedMark, CategoryMark, SeverityMark},
        icon::Icon,
        time::Age,
    },
};
use domain::alert::{Alert, AlertState, BulkResult, category::Category};
use jiff::Timestamp;
use leptos::{form::ActionForm, prelude::*};
use std::sync::Arc;

/// The alerts with their check boxes and buttons.
#[component]
pub fn Rows(
    /// The alerts.
    alerts: Vec<Alert>,
    /// What became of what was done last, by alert.
    results: Vec<BulkResult>,
    /// All categories.
    categories: Arc<[Category]>,
    /// The tab that is open.
    tab: AlertState,
    /// The id of the person who looks.
    me: String,
    /// Whether they may act.
    may_handle: bool,
    /// The server's time.
    now: Timestamp,
    /// The action behind all buttons.
    handle: ServerAction<Handle>,
) -> impl IntoView {
    let rows = alerts.into_iter().map(|alert| {
        let result = results.iter().find(|result| result.id == alert.id && (!result.ok || results.len() > 1)).cloned();
        view! { <Row alert=alert result=result categories=categories.clone() me=me.clone() may_handle=may_handle now=now /> }
    });
    let rows = rows.collect_view();
    view! {
        <ActionForm action=handle>
            {may_handle.then(|| view! {
                <label class="pick-all tick"><input type="checkbox" data-check-all="" />"All shown"</label>
            })}
            <ol class="alerts">{rows}</ol>
            {may_handle.then(|| view! { <Bulk tab=tab /> })}
        </ActionForm>
    }
}

#[component]
fn Bulk(tab: AlertState) -> impl IntoView {
    let button = |act: &'static str, icon: &'static str, class: &'static str, words: &'static str| {
        let plain = words.split('|').next().unwrap_or_default();
        view! {
            <button type="submit" name="act" value=act class=class data-busy="Sending …">
                <Icon name=icon /><span data-count=words data-label-text="">{plain}</span>
            </button>
        }
    };
    view! {
        <div class="selection bulk" role="group" aria-label="With the checked alerts">
            {(tab == AlertState::Open).then(|| button("acknowledge", "hand", "button primary", "Acknowledge checked|Acknowledge this 1|Acknowledge these {}"))}
            {(tab != AlertState::Closed).then(|| button("close", "close", "button", "Close checked|Close this 1|Close these {}"))}
            {(tab == AlertState::Closed).then(|| button("reopen", "reopen", "button", "Reopen checked|Reopen this 1|Reopen these {}"))}
            <span class="bulk-note">
                <label class="unseen" for="bulk-text">"Note for the checked alerts"</label>
                <input id="bulk-text" name="text" maxlength="4000" autocomplete="off" placeholder="A note for each" />
                {button("annotate", "note", "button", "Add note|Add to this 1|Add to these {}")}
            </span>
        </div>
    }
}

#[component]
fn Row(
    alert: Alert,
    result: Option<BulkResult>,
    categories: Arc<[Category]>,
    me: String,
    may_handle: bool,
    now: Timestamp,
) -> impl IntoView {
    let id = alert.id.to_string();
    let version = version(&alert);
    let since = alert.closed.as_ref().or(alert.acknowledged.as_ref()).map_or(alert.opened_at, |deed| deed.at);
    let href = format!("/alerts/{id}");
    let facts = facts(&alert);
    let missing = alert.ticket.as_ref().is_some_and(|ticket| ticket.missing_since.is_some());
    let in_hand = in_hand(&alert, &me);
    view! {
        <li class="alert" data-row="" data-fresh=id.clone() data-version=version data-state=alert.state.as_str() data-severity=alert.severity.as_str()>
            {may_handle.then(|| view! {
                <label class="pick"><input type="checkbox" name="ids[]" value=id.clone() aria-label=format!("Check {}", alert.title) /></label>
            })}
            <div class="what">
                <a class="title" data-open="" href=href.clone()>{alert.title.clone()}</a>
                <p class="facts">
                    <SeverityMark severity=alert.severity />
                    <CategoryMark name=alert.category.clone() categories=categories />
                    {facts.into_iter().map(|fact| view! { <span>{fact}</span> }).collect_view()}
                    {missing.then(|| view! { <span class="pill status-removed"><Icon name="alert" />"Not seen in Manage"</span> })}
                </p>
                {in_hand.map(|words| view! { <p class="facts in-hand"><span><Icon name="user" />{words}</span><CarriedMark carried=alert.carried state=alert.state /></p> })}
                <div data-said="result">
                    {result.map(|result| view! { <p class="result" data-ok=result.ok.then_some("")><Icon name=if result.ok { "check" } else { "alert" } />{result.message}</p> })}
                </div>
            </div>
            <span class="age"><Age at=since now=now /></span>
            {may_handle.then(|| view! { <Acts id=id.clone() title=alert.title.clone() state=alert.state href=href /> })}
        </li>
    }
}

/// What a page compares to see whether a row changed.
pub(super) fn version(alert: &Alert) -> String {
    format!("{}-{:?}", alert.revision, alert.carried)
}

fn facts(alert: &Alert) -> Vec<String> {
    let Some(ticket) = &alert.ticket else { return vec!["raised without a ticket".to_owned()] };
    let mut facts: Vec<String> = ticket.company.clone().into_iter().collect();
    facts.push(format!("#{}", ticket.id));
    facts.extend(ticket.status.clone());
    facts
}

/// Who has it, or who ended it.
fn in_hand(alert: &Alert, me: &str) -> Option<String> {
    let given = alert.assignee.as_ref().map(|assignee| {
        let name = if assignee.user_id.to_string() == me { "you" } else { assignee.name.as_str() };
        format!("given to {name}")
    });
    let deed = match (&alert.closed, &alert.acknowledged) {
        (Some(deed), _) => Some(format!("closed by {}", who(deed, me))),
        (None, Some(deed)) => Some(format!("taken by {}", who(deed, me))),
        (None, None) => None,
    };
    match (deed, given) {
        (Some(deed), Some(given)) if alert.closed.is_none() => Some(format!("{deed}, {given}")),
        (deed, given) => deed.or(given),
    }
}

#[component]
fn Acts(id: String, title: String, state: AlertState, href: String) -> impl IntoView {
    let act = |act: &'static str,
               key: &'static str,
               icon: &'static str,
               word: &'static str,
               class: &'static str| {
        view! {
            <button type="submit" name="only" value=format!("{act} {id}") class=class data-press=key data-busy="Sending …" aria-label=format!("{word} {title}")>
                <Icon name=icon /><span data-label-text="">{word}</span>
            </button>
        }
    };
    let steps = match state {
        AlertState::Open => view! { {act("acknowledge", "a", "hand", "Acknowledge", "button primary next")}{act("close", "c", "close", "Close", "button other")} }.into_any(),
        AlertState::Acknowledged => act("close", "c", "close", "Close", "button next").into_any(),
        AlertState::Closed => act("reopen", "a", "reopen", "Reopen", "button next").into_any(),
    };
    view! {
        <div class="acts">
            {steps}
            <a class="button other" href=format!("{href}#note") data-press="n" aria-label=format!("Write a note on {title}")><Icon name="note" />"Note"</a>
        </div>
    }
}
