//! Write-backs: what is owed to tickets, every attempt, and another go for what was given up.

use crate::{
    api::alerts::{self, Replay, WriteBacks},
    components::{
        icon::Icon,
        live::place,
        manage_line::{LostLine, ManageHeartbeat},
        notice::{Empty, Failed, Loading, Said},
        pager::Pager,
        time::{Age, Moment},
    },
    text::{encode, first_upper},
};
use domain::write_back::{Task, WriteBack, WriteBackState};
use jiff::Timestamp;
use leptos::{form::ActionForm, prelude::*};
use leptos_meta::Title;
use leptos_router::hooks::use_query_map;

/// The page of the write-backs.
#[component]
pub fn WriteBacksPage() -> impl IntoView {
    let query = use_query_map();
    let text = move |name: &str| query.read().get(name).filter(|text| !text.is_empty());
    let state = Memo::new(move |_| text("state").and_then(|word| WriteBackState::parse(&word)));
    let connector = Memo::new(move |_| text("connector"));
    let cursor = Memo::new(move |_| text("cursor"));
    let replay = crate::api::action::<Replay>();
    let screen = Resource::new(
        move || (state.get(), connector.get(), cursor.get()),
        |(state, connector, cursor)| alerts::write_backs(state, connector, cursor),
    );
    let address = move |state: Option<WriteBackState>, cursor: Option<String>| {
        let pairs = [
            state.map(|state| format!("state={}", state.as_str())),
            connector.get_untracked().map(|id| format!("connector={}", encode(&id))),
            cursor.map(|cursor| format!("cursor={}", encode(&cursor))),
        ];
        format!("/write-backs?{}", pairs.into_iter().flatten().collect::<Vec<_>>().join("&"))
    };
    view! {
        <Title text="Write-backs" />
        <div data-watch=place()>
            <p class="crumbs"><a href="/alerts">"Alerts"</a>" / Write-backs"</p>
            <header class="head"><div>
                <h1>"Write-backs"</h1>
                <p class="answer">"What people did here and Manage has to learn. Tandem keeps trying while Manage is away; what Manage refuses waits here for you."</p>
            </div></header>
            <LostLine />
            <Said answer=Signal::derive(move || replay.value().get()) />
            <nav class="tabs" aria-label="State">
                {move || [(None, "All"), (Some(WriteBackState::Failed), "Failed"), (Some(WriteBackState::Pending), "Pending"), (Some(WriteBackState::Done), "Done")]
                    .map(|(one, label)| view! { <a href=address(one, None) aria-current=(state.get() == one).then_some("page")>{label}</a> })
                    .collect_view()}
            </nav>
            <Transition fallback=|| view! { <Loading /> }>
                {move || Suspend::new(async move {
                    match screen.await {
                        Ok(screen) => {
                            let here = state.get_untracked();
                            let first = cursor.get_untracked().map(|_| address(here, None));
                            let next = screen.page.next_cursor.clone().map(|cursor| address(here, Some(cursor)));
                            view! { <List screen=screen first=first next=next replay=replay /> }.into_any()
                        }
                        Err(error) => view! { <Failed error=error /> }.into_any(),
                    }
                })}
            </Transition>
        </div>
    }
}

#[component]
fn List(
    screen: WriteBacks,
    first: Option<String>,
    next: Option<String>,
    replay: ServerAction<Replay>,
) -> impl IntoView {
    let WriteBacks { page, line, may_handle, now } = screen;
    let (shown, total) = (page.items.len(), page.total);
    let rows = page.items.into_iter().map(|row| {
        let (id, href) = (row.id.to_string(), format!("/alerts/{}", row.alert_id));
        let version = format!("{}-{}", row.state.as_str(), row.attempts.len());
        view! {
            <li class="card" data-row="" data-fresh=id data-version=version>
                <Owed write_back=row now=now may_handle=may_handle replay=replay alert=Some(href) />
            </li>
        }
    });
    view! {
        <div data-fresh="answer"><ManageHeartbeat line=line now=now /></div>
        <p class="news-line"><a class="news" data-news="" href="" hidden=true></a></p>
        {if shown == 0 {
            view! { <Empty title="Nothing here"><p>"Whatever somebody does to an alert with a ticket is carried over to Manage, and stands here with every attempt."</p></Empty> }.into_any()
        } else {
            view! { <ol class="owed">{rows.collect_view()}</ol><Pager shown=shown total=total first=first next=next /> }.into_any()
        }}
    }
}

/// One write-back with its attempts.
#[component]
pub fn Owed(
    /// The write-back.
    write_back: WriteBack,
    /// The server's time.
    now: Timestamp,
    /// Whether the person who looks may replay it.
    may_handle: bool,
    /// Lets it begin anew.
    replay: ServerAction<Replay>,
    /// Where its alert is, unless it is on the same page.
    #[prop(optional_no_strip)]
    alert: Option<String>,
) -> impl IntoView {
    let (icon, class, word) = match write_back.state {
        WriteBackState::Pending => ("send", "pill status-changed", "Sending"),
        WriteBackState::Done => ("check", "pill status-unchanged", "Manage confirmed"),
        WriteBackState::Failed => ("alert", "pill status-removed", "Failed"),
        WriteBackState::Superseded => ("minus", "pill", "No longer needed"),
    };
    let words = first_upper(write_back.task.words());
    let ticket = write_back.ticket_id;
    let id = write_back.id.to_string();
    let note = match &write_back.task {
        Task::Note { text } => Some(text.clone()),
        _ => None,
    };
    let last =
        write_back.attempts.last().filter(|attempt| !attempt.ok).map(|attempt| attempt.outcome.clone());
    let pending =
        (write_back.state == WriteBackState::Pending).then_some(write_back.next_attempt_at).flatten();
    let count = write_back.attempts.len();
    let attempts = write_back.attempts.into_iter().rev().map(|attempt| {
        view! { <li><Icon name=if attempt.ok { "check" } else { "alert" } /><span class="grow">{attempt.outcome}</span><Moment at=attempt.at /></li> }
    });
    view! {
        <div class="owed-head">
            <span class=class><Icon name=icon />{word}</span>
            <strong class="grow">{words}</strong>
            <Moment at=write_back.ended_at.unwrap_or(write_back.created_at) />
        </div>
        <p class="facts">
            <span>{format!("Ticket #{ticket}")}</span><span>"for "{write_back.by.name().to_owned()}</span>
            {pending.map(|at| view! { <span>"next try "<Age at=at now=now /></span> })}
            {alert.map(|href| view! { <a data-open="" href=href>"Open the alert"</a> })}
        </p>
        {note.map(|note| view! { <p class="quote">{note}</p> })}
        {last.map(|why| view! { <p class="why">{why}</p> })}
        {write_back.remarks.into_iter().map(|remark| view! { <p class="why">{remark}</p> }).collect_view()}
        {(count > 0).then(|| view! {
            <details class="issues"><summary>{attempts_line(count)}</summary><ol class="edges">{attempts.collect_view()}</ol></details>
        })}
        {(may_handle && write_back.state == WriteBackState::Failed).then(|| view! {
            <ActionForm action=replay>
                <input type="hidden" name="id" value=id />
                <button type="submit" class="button" data-busy="Trying …"><Icon name="refresh" /><span data-label-text="">"Try again"</span></button>
            </ActionForm>
        })}
    }
}

fn attempts_line(count: usize) -> String {
    if count == 1 { "1 attempt".to_owned() } else { format!("{count} attempts") }
}
