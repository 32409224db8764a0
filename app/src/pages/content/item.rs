//! One item: what changed, its history, who uses it, its canonical form.

use super::{
    diff::{Differences, Reading},
    type_in_path,
};
use crate::{
    api::{
        ApiError,
        content::{self, Approve, ItemPage, Lift, Rollback, Unapprove},
    },
    components::{
        icon::Icon,
        notice::{Failed, Loading, Said},
        status::{ApprovalPill, StatusPill},
        time::Moment,
    },
    pages::missing::Missing,
    text::write_seen,
};
use domain::content::{
    Approval, Guid, ItemKey, Status,
    view::{DependencyEdge, ItemDetail, ItemResult, Version},
};
use leptos::{form::ActionForm, prelude::*};
use leptos_meta::Title;
use leptos_router::hooks::{use_params_map, use_query_map};

/// The actions of an item.
#[derive(Clone, Copy)]
struct Actions {
    approve: ServerAction<Approve>,
    unapprove: ServerAction<Unapprove>,
    rollback: ServerAction<Rollback>,
    lift: ServerAction<Lift>,
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
    let sides = Memo::new(move |_| (number("from"), number("to")));
    let tab = Memo::new(move |_| query.read().get("tab").unwrap_or_default());
    let actions = Actions {
        approve: crate::api::action(),
        unapprove: crate::api::action(),
        rollback: crate::api::action(),
        lift: crate::api::action(),
    };
    let page = Resource::new(move || sides.get(), move |(from, to)| content::item(key.clone(), from, to));
    view! {
        <Transition fallback=|| view! { <Loading /> }>
            {move || Suspend::new(async move {
                match page.await {
                    Ok(page) => view! { <Loaded page=page tab=tab actions=actions /> }.into_any(),
                    Err(error) => view! { <Failed error=error /> }.into_any(),
                }
            })}
        </Transition>
    }
}

#[component]
fn Loaded(page: ItemPage, tab: Memo<String>, actions: Actions) -> impl IntoView {
    let answer = Signal::derive(move || said(&actions));
    let row = page.item.row.clone();
    let base = format!("/content/{}/{}", row.content_type, row.guid);
    let tabs = [("", "Changes"), ("history", "History"), ("used-by", "Used by"), ("raw", "Raw")];
    let links = tabs.map(|(name, label)| {
        let href = if name.is_empty() { base.clone() } else { format!("{base}?tab={name}") };
        view! { <a href=href aria-current=move || (tab.get() == name).then_some("page")>{label}</a> }
    });
    let page = StoredValue::new(page);
    view! {
        <Title text=row.name.clone() />
        <Head page=page actions=actions />
        <Said answer=answer />
        <nav class="tabs" aria-label="About this item">{links}</nav>
        {move || {
            let page = page.get_value();
            match tab.get().as_str() {
                "history" => view! { <History page=page actions=actions /> }.into_any(),
                "used-by" => view! { <Users page=page /> }.into_any(),
                "raw" => view! { <pre class="raw" tabindex="0">{page.raw}</pre> }.into_any(),
                _ => view! { <ChangesTab page=page /> }.into_any(),
            }
        }}
    }
}

fn said(actions: &Actions) -> Option<Result<String, ApiError>> {
    let told = |done: &'static str| {
        move |answer: Result<Vec<ItemResult>, ApiError>| {
            answer.and_then(|results| match results.into_iter().find_map(|result| result.message) {
                Some(message) => Err(ApiError::Conflict(format!("Not done: {message}."))),
                None => Ok(done.to_owned()),
            })
        }
    };
    let approved = actions.approve.value().get().map(told("Approved. Sync publishes it."));
    let unapproved = actions.unapprove.value().get().map(told("The approval was taken back."));
    let rolled = actions
        .rollback
        .value()
        .get()
        .map(|answer| answer.map(|()| "Rolled back. The item is held at this version.".to_owned()));
    let lifted = actions.lift.value().get().map(|answer| answer.map(|()| "The hold was lifted.".to_owned()));
    approved.or(unapproved).or(rolled).or(lifted)
}

#[component]
fn Head(page: StoredValue<ItemPage>, actions: Actions) -> impl IntoView {
    let page = page.get_value();
    let ItemDetail { row, source_name, approved_by, approved_at, .. } = page.item;
    let guid = row.guid.to_string();
    let copied = guid.clone();
    let seen = write_seen(&row.guid, row.candidate_hash.as_ref());
    let given_seen = seen.clone();
    let kind = row.content_type;
    let waits = page.may_approve && row.approval == Approval::NeedsApproval && !row.held;
    let given =
        page.may_approve && matches!(row.approval, Approval::ChangeApproved | Approval::MoveDeleteApproved);
    view! {
        <header class="head sticky">
            <div>
                <p class="crumbs"><a href=format!("/content/{kind}")>{kind.label()}</a>" / "{row.path}</p>
                <h1>{row.name}</h1>
                <p class="pair">
                    <StatusPill status=row.status /><ApprovalPill approval=row.approval />
                    {row.held.then(|| view! { <span class="pill approval-needed"><Icon name="pin" />"Held after a rollback"</span> })}
                </p>
                <p class="facts">
                    <span>"From "{source_name}</span>
                    {row.version.map(|number| view! { <span>{format!("version {number} in production")}</span> })}
                    {row.updated_by.map(|who| view! { <span>"saved by "{who}</span> })}
                    {row.updated_at.map(|at| view! { <span><Moment at=at /></span> })}
                    {approved_by.zip(approved_at).map(|(who, at)| view! { <span>"approved by "{who}", "<Moment at=at /></span> })}
                    <span><code>{guid}</code>
                        <button type="button" class="quiet" title="Copy the GUID" data-copy=copied>
                            <Icon name="copy" /><span class="unseen">"Copy the GUID"</span>
                        </button>
                    </span>
                </p>
            </div>
            <div class="commands">
                {given.then(|| view! {
                    <ActionForm action=actions.unapprove>
                        <input type="hidden" name="kind" value=kind.as_str() /><input type="hidden" name="seen" value=given_seen />
                        <button type="submit" class="button">"Take approval back"</button>
                    </ActionForm>
                })}
                {waits.then(|| view! {
                    <ActionForm action=actions.approve>
                        <input type="hidden" name="kind" value=kind.as_str() /><input type="hidden" name="only" value=seen />
                        <button type="submit" class="button primary"><Icon name="check" />"Approve"</button>
                    </ActionForm>
                })}
                {(row.held && page.may_approve).then(|| view! {
                    <ActionForm action=actions.lift>
                        <KeyInputs key=ItemKey::new(kind, row.guid.clone()) />
                        <button type="submit" class="button">"Lift the hold"</button>
                    </ActionForm>
                })}
            </div>
        </header>
    }
}

#[component]
fn KeyInputs(key: ItemKey) -> impl IntoView {
    view! {
        <input type="hidden" name="key[type]" value=key.content_type.as_str() />
        <input type="hidden" name="key[guid]" value=key.guid.to_string() />
    }
}

#[component]
fn ChangesTab(page: ItemPage) -> impl IntoView {
    let label = |side: &Option<domain::diff::DiffSide>, none: &str| {
        side.as_ref().map_or(none.to_owned(), |side| side.label.clone())
    };
    let (from, to) = (label(&page.diff.from, "nothing"), label(&page.diff.to, "nothing"));
    if page.diff.sections.is_empty() {
        let intro = if page.item.row.status == Status::Unchanged {
            "Unchanged: this is what production serves."
        } else {
            "No difference between the two."
        };
        view! { <p class="answer">{intro}</p><Reading outline=page.outline /> }.into_any()
    } else {
        view! { <p class="answer">{format!("From {from} to {to}.")}</p><Differences sections=page.diff.sections /> }.into_any()
    }
}

#[component]
fn History(page: ItemPage, actions: Actions) -> impl IntoView {
    let key = ItemKey::new(page.item.row.content_type, page.item.row.guid.clone());
    let base = format!("/content/{}/{}", key.content_type, key.guid);
    if page.versions.is_empty() {
        return view! { <p class="answer">"No version yet: the first comes with the first sync."</p> }
            .into_any();
    }
    let may = page.may_approve;
    let rows = page.versions.into_iter().map(move |version| {
        view! { <VersionRow version=version base=base.clone() key=key.clone() may=may actions=actions /> }
    });
    view! { <ol class="history">{rows.collect_view()}</ol> }.into_any()
}

#[component]
fn VersionRow(version: Version, base: String, key: ItemKey, may: bool, actions: Actions) -> impl IntoView {
    let number = version.number;
    let before = number.saturating_sub(1);
    let compare = (before > 0).then(|| format!("{base}?from={before}&to={number}"));
    view! {
        <li>
            <p>
                <strong>{format!("Version {number}")}</strong>
                {version.in_production.then(|| view! { <span class="pill status-unchanged"><Icon name="check" />"In production"</span> })}
                <code>{version.content_hash.short().to_owned()}</code>
            </p>
            <p class="facts">
                <span>"approved by "{version.approved_by}", "<Moment at=version.approved_at /></span>
                <span>"synced by "{version.synced_by}", "<Moment at=version.synced_at /></span>
                {version.note.map(|note| view! { <span>"“"{note}"”"</span> })}
            </p>
            <div class="commands">
                {compare.map(|href| view! { <a class="button small" href=href>{format!("Compare with version {before}")}</a> })}
                {(may && !version.in_production).then(|| view! {
                    <details class="confirm">
                        <summary class="button small">"Roll back to this …"</summary>
                        <ActionForm action=actions.rollback>
                            <KeyInputs key=key.clone() />
                            <input type="hidden" name="version" value=number.to_string() />
                            <label for=format!("reason-{number}")>"Why? Receivers go back with their next sync; the item is held until you lift it."</label>
                            <input id=format!("reason-{number}") name="reason" required=true />
                            <button type="submit" class="button danger">{format!("Roll back to version {number}")}</button>
                        </ActionForm>
                    </details>
                })}
            </div>
        </li>
    }
}

#[component]
fn Users(page: ItemPage) -> impl IntoView {
    view! {
        <div class="two">
            <section><h2>"Uses"</h2><Edges edges=page.dependencies.uses none="It needs nothing else." /></section>
            <section><h2>"Used by"</h2><Edges edges=page.dependencies.used_by none="Nothing that Tandem knows uses it." /></section>
        </div>
    }
}

#[component]
fn Edges(edges: Vec<DependencyEdge>, none: &'static str) -> impl IntoView {
    if edges.is_empty() {
        return view! { <p class="answer">{none}</p> }.into_any();
    }
    let rows = edges.into_iter().map(|edge| {
        let name = edge.name.clone().unwrap_or_else(|| edge.reference.to_string());
        let place = edge.reference.key().filter(|_| edge.name.is_some());
        let missing = (!edge.in_production).then(
            || view! { <span class="pill status-removed"><Icon name="alert" />"not in production"</span> },
        );
        let name = match place {
            Some(key) => {
                view! { <a href=format!("/content/{}/{}", key.content_type, key.guid)>{name}</a> }.into_any()
            }
            None => view! { <span>{name}</span> }.into_any(),
        };
        view! { <li>{name}{edge.status.map(|status| view! { <StatusPill status=status /> })}{missing}</li> }
    });
    view! { <ul class="edges">{rows.collect_view()}</ul> }.into_any()
}
