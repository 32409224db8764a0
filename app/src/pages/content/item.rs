//! One item: what changed, its history, who uses it, its canonical form.
//!
//! - `verdicts`: approving, refusing, accepting secrets
//! - `changes`, `history`, `used_by`: the tabs

pub mod changes;
pub mod history;
pub mod used_by;
pub mod verdicts;

use self::{changes::Changed, history::History, used_by::Trees, verdicts::Verdicts};
use super::{rows::change_word, type_in_path};
use crate::{
    api::{
        ApiError,
        content::{self, AcceptSecrets, Approve, ItemPage, Lift, Reject, Rollback, Tab, Unapprove},
    },
    components::{
        icon::Icon,
        notice::{Failed, Loading, Said},
        status::{ApprovalPill, Flags, StatusPill},
        time::Moment,
    },
    pages::missing::Missing,
};
use domain::content::{
    Approval, Guid, ItemKey,
    view::{ItemDetail, ItemResult},
};
use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::hooks::{use_params_map, use_query_map};

/// The actions of an item.
#[derive(Clone, Copy)]
pub struct Actions {
    approve: ServerAction<Approve>,
    unapprove: ServerAction<Unapprove>,
    reject: ServerAction<Reject>,
    accept: ServerAction<AcceptSecrets>,
    rollback: ServerAction<Rollback>,
    lift: ServerAction<Lift>,
}

impl Actions {
    fn new() -> Self {
        Self {
            approve: crate::api::action(),
            unapprove: crate::api::action(),
            reject: crate::api::action(),
            accept: crate::api::action(),
            rollback: crate::api::action(),
            lift: crate::api::action(),
        }
    }
}

/// The page of one item.
#[component]
pub fn ItemScreen() -> impl IntoView {
    let (kind, params) = (type_in_path(), use_params_map());
    let key = Memo::new(move |_| {
        let guid = params.read().get("guid").and_then(|text| Guid::parse(&text).ok());
        Some(ItemKey::new(kind.get()?, guid?))
    });
    move || match key.get() {
        Some(key) => view! { <OfKey key=key /> }.into_any(),
        None => view! { <Missing /> }.into_any(),
    }
}

#[component]
fn OfKey(key: ItemKey) -> impl IntoView {
    let query = use_query_map();
    let number = move |name: &str| query.read().get(name).and_then(|text| text.parse::<u32>().ok());
    let sides = Memo::new(move |_| (number("from"), number("to"), query.read().get("cursor")));
    let tab = Memo::new(move |_| query.read().get("tab").unwrap_or_default());
    let actions = Actions::new();
    let page = Resource::new(
        move || (tab.get(), sides.get()),
        move |(tab, (from, to, cursor))| content::item(key.clone(), tab, from, to, cursor),
    );
    view! {
        <Transition fallback=|| view! { <Loading /> }>
            {move || Suspend::new(async move {
                match page.await {
                    Ok(page) => view! { <Loaded page=page tab=tab sides=sides actions=actions /> }.into_any(),
                    Err(error) => view! { <Failed error=error /> }.into_any(),
                }
            })}
        </Transition>
    }
}

type Sides = Memo<(Option<u32>, Option<u32>, Option<String>)>;

#[component]
fn Loaded(page: ItemPage, tab: Memo<String>, sides: Sides, actions: Actions) -> impl IntoView {
    let ItemPage { item, tab: shown, may_approve } = page;
    let row = item.row.clone();
    let done = verdicts::approved(&row);
    let answer = Signal::derive(move || said(&actions, done));
    let key = ItemKey::new(row.content_type, row.guid.clone());
    let base = format!("/content/{}/{}", row.content_type, row.guid);
    let tabs = [("", "Changes"), ("history", "History"), ("used-by", "Used by"), ("raw", "Raw")];
    let links = tabs.map(|(name, label)| {
        let href = if name.is_empty() { base.clone() } else { format!("{base}?tab={name}") };
        view! { <a href=href aria-current=move || (tab.get() == name).then_some("page")>{label}</a> }
    });
    let change = verdicts::change(&row);
    let (from, to, cursor) = sides.get_untracked();
    view! {
        <Title text=row.name.clone() />
        <Head item=item may_approve=may_approve actions=actions />
        <Said answer=answer />
        <nav class="tabs" aria-label="About this item">{links}</nav>
        {match shown {
            Tab::History(versions) => {
                view! { <History versions=versions key=key may_approve=may_approve actions=actions /> }.into_any()
            }
            Tab::UsedBy { uses, used_by, clients } => view! {
                <Trees uses=uses used_by=used_by />
                <used_by::Clients clients=clients key=key />
            }.into_any(),
            Tab::Raw(raw) => view! { <pre class="raw" tabindex="0">{raw}</pre> }.into_any(),
            Tab::Changes { diff, reading, versions } => view! {
                <Changed diff=diff reading=reading versions=versions change=change base=base.clone() from=from to=to paged=cursor.is_some() />
            }.into_any(),
        }}
    }
}

fn said(actions: &Actions, done: &'static str) -> Option<Result<String, ApiError>> {
    let plain = |answer: Option<Result<(), ApiError>>, words: &str| {
        answer.map(|answer| answer.map(|()| words.to_owned()))
    };
    let approved = actions.approve.value().get().map(|answer| told(answer, done));
    let unapproved =
        actions.unapprove.value().get().map(|answer| told(answer, "The approval was taken back."));
    let refused =
        actions.reject.value().get().map(|answer| told(answer, "Refused. It stays until it is edited."));
    approved
        .or(unapproved)
        .or(refused)
        .or(plain(actions.accept.value().get(), "Accepted. The item can be approved now."))
        .or(plain(actions.rollback.value().get(), "Rolled back. The item is held at this version."))
        .or(plain(actions.lift.value().get(), "The hold was lifted."))
}

fn told(answer: Result<Vec<ItemResult>, ApiError>, done: &str) -> Result<String, ApiError> {
    let results = answer?;
    if let Some(message) = results.iter().find(|result| !result.ok).and_then(|result| result.message.clone())
    {
        return Err(ApiError::Conflict(format!("Not done: {message}.")));
    }
    Ok(match results.into_iter().find_map(|result| result.message) {
        Some(part) => format!("Your approval counts: {part}."),
        None => done.to_owned(),
    })
}

#[component]
fn Head(item: ItemDetail, may_approve: bool, actions: Actions) -> impl IntoView {
    let row = item.row.clone();
    let folder = (!row.path.is_empty()).then(|| format!(" / {}", row.path));
    let guid = row.guid.to_string();
    let copied = guid.clone();
    let given = matches!(row.approval, Approval::ChangeApproved | Approval::MoveDeleteApproved);
    let approvers: Vec<String> = item.approvals.iter().map(|approval| approval.by.clone()).collect();
    let partly = (!approvers.is_empty() && !given).then(|| {
        format!("{} of {} approvals: {}", row.approvals_given, row.approvals_required, approvers.join(", "))
    });
    view! {
        <header class="head sticky">
            <div>
                <p class="crumbs"><a href=format!("/content/{}", row.content_type)>{row.content_type.label()}</a>{folder}</p>
                <h1>{row.name.clone()}</h1>
                <p class="pair">
                    <StatusPill status=row.status />{change_word(&row).map(|word| view! { <span class="change">{word}</span> })}<ApprovalPill approval=row.approval />
                    <Flags secrets=row.secrets rejected=row.rejected />
                    {row.held.then(|| view! { <span class="pill approval-needed"><Icon name="pin" />"Held after a rollback"</span> })}
                </p>
                <p class="facts">
                    <span>"From "{item.source_name.clone()}</span>
                    {row.version.map(|number| view! { <span>{format!("version {number} in production")}</span> })}
                    {row.updated_by.clone().map(|by| view! { <span>"last saved by "{by}{row.updated_at.map(|at| view! { ", "<Moment at=at /> })}</span> })}
                    {item.approved_by.clone().map(|by| view! { <span>"approved by "{by}{item.approved_at.map(|at| view! { ", "<Moment at=at /> })}</span> })}
                    {partly.map(|partly| view! { <span>{partly}</span> })}
                    <span><code>{guid}</code><button type="button" class="quiet" title="Copy the GUID" data-copy=copied><Icon name="copy" /><span class="unseen">"Copy the GUID"</span></button></span>
                </p>
            </div>
            {may_approve.then(|| view! { <Verdicts row=row.clone() actions=actions /> })}
        </header>
        <verdicts::Remarks item=item may_approve=may_approve actions=actions />
    }
}
