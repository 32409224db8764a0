//! The table of one content type: look, filter, approve, go on to the sync.

use super::{links::TableState, rows::Rows, type_in_path};
use crate::{
    api::{
        ApiError,
        content::{self, Approve, Held, Refresh, Table},
        sources::Release,
    },
    components::{
        icon::Icon,
        keys::Keys,
        notice::{Empty, Failed, Loading, Said},
        pager::Pager,
        time::Moment,
    },
    pages::missing::Missing,
};
use domain::content::{
    Approval, ContentType, Status,
    view::{ItemResult, LastCommand, TypeCounts},
};
use leptos::{form::ActionForm, prelude::*};
use leptos_meta::Title;
use leptos_router::hooks::use_query_map;

/// The actions of a table.
#[derive(Clone, Copy)]
pub struct TableActions {
    /// Approves rows.
    pub approve: ServerAction<Approve>,
    /// Reads the newest changes.
    pub refresh: ServerAction<Refresh>,
    /// Takes in a held reading.
    pub release: ServerAction<Release>,
}

/// The table page.
#[component]
pub fn TablePage() -> impl IntoView {
    let kind = type_in_path();
    move || match kind.get() {
        Some(kind) => view! { <OfType kind=kind /> }.into_any(),
        None => view! { <Missing /> }.into_any(),
    }
}

#[component]
fn OfType(kind: ContentType) -> impl IntoView {
    let query = use_query_map();
    let state = Memo::new(move |_| TableState::read(&query.read()));
    let actions = TableActions {
        approve: crate::api::action(),
        refresh: crate::api::action(),
        release: crate::api::action(),
    };
    let table =
        Resource::new(move || state.get(), move |state| content::table(kind, state.filter, state.cursor));
    view! {
        <Title text=kind.label() />
        <Transition fallback=|| view! { <Loading /> }>
            {move || Suspend::new(async move {
                match table.await {
                    Ok(table) => view! { <Loaded kind=kind table=table state=state.get_untracked() actions=actions /> }.into_any(),
                    Err(error) => view! { <Failed error=error /> }.into_any(),
                }
            })}
        </Transition>
    }
}

#[component]
fn Loaded(kind: ContentType, table: Table, state: TableState, actions: TableActions) -> impl IntoView {
    let answer = Signal::derive(move || said(kind, &actions));
    let Table { page, counts, last, held, has_sources, may_approve } = table;
    let first = state.cursor.as_ref().map(|_| TableState { cursor: None, ..state.clone() }.href(kind));
    let next = page
        .next_cursor
        .clone()
        .map(|cursor| TableState { cursor: Some(cursor), ..state.clone() }.href(kind));
    let (shown, total) = (page.items.len(), page.total);
    let filtered = state != TableState::default();
    view! {
        <header class="head">
            <div>
                <h1>{kind.label()}</h1>
                <p class="answer">{answer_line(&counts)}</p>
            </div>
            {may_approve.then(|| view! { <Commands kind=kind counts=counts.clone() actions=actions /> })}
        </header>
        <Said answer=answer />
        {held.into_iter().map(|held| view! { <HeldBanner kind=kind held=held actions=actions /> }).collect_view()}
        <Filters kind=kind state=state.clone() counts=counts.clone() />
        {if shown == 0 {
            nothing(kind, counts.total, filtered, has_sources).into_any()
        } else {
            view! { <Rows kind=kind items=page.items state=state may_approve=may_approve approve=actions.approve /> }.into_any()
        }}
        <footer class="table-foot">
            <LastLine last=last />
            <Pager shown=shown total=total first=first next=next />
        </footer>
        <Keys keys=KEYS />
    }
}

/// `12 changes wait for you, 2 removals. 3 are ready to sync.`
fn answer_line(counts: &TypeCounts) -> String {
    let waiting = match counts.needs_approval {
        0 => "Nothing waits for approval".to_owned(),
        1 => "1 item waits for approval".to_owned(),
        many => format!("{many} items wait for approval"),
    };
    let removed = match counts.moved_or_deleted {
        0 => String::new(),
        many => format!(", {many} moved or deleted"),
    };
    let ready = match counts.ready_to_sync() {
        0 => "nothing is ready to sync".to_owned(),
        1 => "1 is ready to sync".to_owned(),
        many => format!("{many} are ready to sync"),
    };
    format!("{waiting}{removed}; {ready}.")
}

/// The newest answer of any action, in words.
fn said(kind: ContentType, actions: &TableActions) -> Option<Result<String, ApiError>> {
    let approved =
        actions.approve.value().get().map(|answer| answer.and_then(|results| told(kind, &results)));
    let refreshed = actions.refresh.value().get();
    let released = actions.release.value().get();
    approved.or(refreshed).or(released)
}

/// What became of an approval: what was refused is told first, because something is left to do.
fn told(kind: ContentType, results: &[ItemResult]) -> Result<String, ApiError> {
    let done = results.iter().filter(|result| result.ok).count();
    let partly = results.iter().filter(|result| result.ok).find_map(|result| result.message.clone());
    let moves = |result: &ItemResult| result.approval == Some(Approval::MoveDeleteApproved);
    let back = results.iter().all(|result| result.ok && result.approval == Some(Approval::NeedsApproval));
    match results.iter().find(|result| !result.ok) {
        None if partly.is_some() => Ok(format!("Your approval counts: {}.", partly.unwrap_or_default())),
        None if back => Ok("The approval was taken back.".to_owned()),
        None if done == 1 && results.iter().any(moves) => {
            Ok(format!("Approved 1 {}. The next sync moves or removes it.", kind.singular()))
        }
        None if done == 1 => Ok(format!("Approved 1 {}. Sync publishes it.", kind.singular())),
        None if results.iter().any(moves) => Ok(format!(
            "Approved {done} {}. The next sync carries them out, moves and removals as well.",
            kind.label().to_lowercase()
        )),
        None => Ok(format!("Approved {done} {}. Sync publishes them.", kind.label().to_lowercase())),
        Some(refused) => {
            let why = refused.message.clone().unwrap_or_default();
            Err(ApiError::Conflict(format!("Approved {done} of {}: {why}.", results.len())))
        }
    }
}

#[component]
fn Commands(kind: ContentType, counts: TypeCounts, actions: TableActions) -> impl IntoView {
    let ready = counts.ready_to_sync();
    view! {
        <div class="commands">
            <ActionForm action=actions.refresh>
                <input type="hidden" name="kind" value=kind.as_str() />
                <button type="submit" class="button" data-busy="Reading …">
                    <Icon name="refresh" /><span data-label-text="">"Refresh"</span>
                </button>
            </ActionForm>
            {if ready == 0 {
                view! { <button type="button" class="button" disabled=true><Icon name="upload" />"Nothing to sync"</button> }.into_any()
            } else {
                view! { <a class="button primary" href=format!("/content/{kind}/plan")><Icon name="upload" />{format!("Sync {ready}")}</a> }.into_any()
            }}
        </div>
    }
}

#[component]
fn HeldBanner(kind: ContentType, held: Held, actions: TableActions) -> impl IntoView {
    let lost = held.drop.before.saturating_sub(held.drop.after);
    view! {
        <section class="banner" role="alert">
            <Icon name="alert" />
            <p>
                {format!("The last reading of {} lost {lost} of {} {}. ", held.source_name, held.drop.before, kind.label().to_lowercase())}
                "Nothing was changed: the reading is held until somebody says that it is right."
            </p>
            <ActionForm action=actions.release>
                <input type="hidden" name="id" value=held.source_id />
                <input type="hidden" name="kind" value=kind.as_str() />
                <button type="submit" class="button">"It is right: take it in"</button>
            </ActionForm>
            <a class="button" href="/sources">"Look at the source"</a>
        </section>
    }
}

#[component]
fn Filters(kind: ContentType, state: TableState, counts: TypeCounts) -> impl IntoView {
    let tab = |label: &'static str, count: Option<u64>, status: Option<Status>| {
        let current = (state.filter.status == status).then_some("page");
        let href = state.with(|filter| filter.status = status).href(kind);
        let count = count.map(|count| view! { <span class="count">{count}</span> });
        view! { <a href=href aria-current=current>{label}" "{count}</a> }
    };
    let approvals = [
        None,
        Some(Approval::NeedsApproval),
        Some(Approval::ChangeApproved),
        Some(Approval::MoveDeleteApproved),
    ];
    let chosen = state.filter.approval;
    view! {
        <div class="filters">
            <nav class="tabs" aria-label="Status">
                {tab("All", Some(counts.total), None)}
                {tab("New or Changed", Some(counts.changed), Some(Status::Changed))}
                {tab("Moved or Deleted", Some(counts.moved_or_deleted), Some(Status::MovedOrDeleted))}
            </nav>
            <form method="get" class="search" role="search">
                {state.filter.status.map(|status| view! { <input type="hidden" name="status" value=status.as_str() /> })}
                <label class="unseen" for="approval">"Approved"</label>
                <select id="approval" name="approval">
                    {approvals.into_iter().map(|approval| view! {
                        <option value=approval.map_or("", Approval::as_str) selected=approval == chosen>
                            {approval.map_or("Any approval", Approval::as_str)}
                        </option>
                    }).collect_view()}
                </select>
                <label class="unseen" for="q">"Search"</label>
                <input id="q" type="search" name="q" placeholder="Name, folder, GUID or id" value=state.filter.query.clone() />
                <button type="submit" class="button"><Icon name="search" />"Search"</button>
            </form>
        </div>
        <p class="answer"><a href=format!("/search?type={kind}")>"Search inside the content instead"</a></p>
    }
}

fn nothing(kind: ContentType, total: u64, filtered: bool, has_sources: bool) -> impl IntoView {
    if total > 0 && filtered {
        view! {
            <Empty title="Nothing fits this filter">
                <p><a class="button" href=format!("/content/{kind}")>"Show all"</a></p>
            </Empty>
        }
        .into_any()
    } else if has_sources {
        view! {
            <Empty title="Nothing of this type yet">
                <p>{format!("Your sources hold no {}. Refresh reads them again.", kind.label().to_lowercase())}</p>
            </Empty>
        }
        .into_any()
    } else {
        view! {
            <Empty title="Connect a source first">
                <p>"Tandem reads content from a master Automate: a folder of its export files is enough to begin."</p>
                <p><a class="button primary" href="/sources">"Add a source"</a></p>
            </Empty>
        }
        .into_any()
    }
}

#[component]
fn LastLine(last: Option<LastCommand>) -> impl IntoView {
    view! {
        <p class="last">
            {match last {
                Some(last) => view! {
                    <Icon name=if last.ok { "check" } else { "alert" } />
                    <span>"Last: "{last.actor}" "{last.summary}", "<Moment at=last.at /></span>
                }.into_any(),
                None => view! { <span>"No command yet"</span> }.into_any(),
            }}
        </p>
    }
}

/// What the keyboard does in the list.
const KEYS: &[(&str, &str)] = &[
    ("j, k", "next, previous row"),
    ("Enter", "open"),
    ("x", "check"),
    ("a", "approve"),
    ("/", "search"),
    ("?", "these keys"),
];
