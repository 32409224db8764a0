//! What happened to an alert, and what is owed to its ticket.

use super::Actions;
use crate::{
    components::{icon::Icon, time::Moment},
    pages::alerts::write_backs::Owed,
};
use domain::{
    account::Actor,
    alert::{Event, TimelineEntry},
    connector::Winner,
    ticket::TicketChange,
    write_back::WriteBack,
};
use jiff::Timestamp;
use leptos::prelude::*;

/// The timeline, newest first, and the write-backs.
#[component]
pub fn Story(
    /// What happened, oldest first.
    timeline: Vec<TimelineEntry>,
    /// What is or was owed, oldest first.
    write_backs: Vec<WriteBack>,
    /// Whether the person who looks may act.
    may_handle: bool,
    /// The server's time.
    now: Timestamp,
    /// What can be done.
    actions: Actions,
) -> impl IntoView {
    let lines = timeline.into_iter().rev().map(line).collect_view();
    let owed = write_backs.into_iter().rev().map(|one| {
        view! { <li><Owed write_back=one now=now may_handle=may_handle replay=actions.replay alert=None /></li> }
    });
    let owed = owed.collect_view();
    view! {
        <section class="card">
            <h2>"Timeline"</h2>
            <ol class="story">{lines}</ol>
        </section>
        {(!owed.is_empty()).then(|| view! {
            <section class="card">
                <h2>"Carried over to Manage"</h2>
                <ol class="owed plain">{owed}</ol>
            </section>
        })}
    }
}

fn line(entry: TimelineEntry) -> impl IntoView {
    let by = match &entry.by {
        Actor::Connector { name, .. } => format!("Manage ({name})"),
        Actor::System { .. } => "Tandem".to_owned(),
        other => other.name().to_owned(),
    };
    let (icon, words, text) = told(entry.event);
    view! {
        <li>
            <span class="mark-icon"><Icon name=icon /></span>
            <div>
                <p><strong>{by}</strong>" "{words}</p>
                {text.into_iter().map(|text| view! { <p class="quote">{text}</p> }).collect_view()}
                <p class="facts"><Moment at=entry.at /></p>
            </div>
        </li>
    }
}

/// An event as icon, words after the name of who caused it, and texts of its own.
fn told(event: Event) -> (&'static str, String, Vec<String>) {
    let plain = |words: &str| words.to_owned();
    match event {
        Event::Raised { reason } => ("bell", plain("raised the alert"), vec![reason]),
        Event::Acknowledged => ("hand", plain("acknowledged it"), Vec::new()),
        Event::Closed => ("close", plain("closed it"), Vec::new()),
        Event::Reopened => ("reopen", plain("reopened it"), Vec::new()),
        Event::Annotated { text } => ("note", plain("wrote a note"), vec![text]),
        Event::Assigned { name, .. } => ("user", format!("gave it to {name}"), Vec::new()),
        Event::TicketChanged { changes } => {
            ("pencil", plain("changed the ticket"), changes.iter().map(change).collect())
        }
        Event::TicketMissing => ("alert", plain("no longer shows the ticket"), Vec::new()),
        Event::TicketBack => ("eye", plain("shows the ticket again"), Vec::new()),
        Event::TicketMerged { into } => ("cable", format!("merged the ticket into #{into}"), Vec::new()),
        Event::Conflict { alert, ticket, winner } => {
            let stands = match winner {
                Winner::Manage => "what was done in Manage stands",
                Winner::Tandem => "what was done here stands",
            };
            let words =
                format!("found it {alert} here and {ticket} in Manage at about the same time: {stands}");
            ("alert", words, Vec::new())
        }
        Event::WrittenBack { task, remarks } => ("check", format!("confirmed: {task}"), remarks),
        Event::WriteBackFailed { task, reason } => ("alert", format!("gave up: {task}"), vec![reason]),
    }
}

/// `status: New → In Progress`
fn change(change: &TicketChange) -> String {
    let side = |text: &Option<String>| text.clone().unwrap_or_else(|| "nothing".to_owned());
    format!("{}: {} → {}", change.field, side(&change.from), side(&change.to))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn changes_read_as_from_and_to() {
        let change = |from: Option<&str>| TicketChange {
            field: "owner".into(),
            from: from.map(str::to_owned),
            to: Some("jdoe".into()),
        };
        assert_eq!(super::change(&change(None)), "owner: nothing → jdoe");
        assert_eq!(super::change(&change(Some("asmith"))), "owner: asmith → jdoe");
    }
}
