//! The plan: what a sync would do, before it is done.

use super::type_in_path;
use crate::{
    api::content::{self, Publish},
    components::{
        icon::Icon,
        notice::{Empty, Failed, Loading, Said},
    },
    pages::missing::Missing,
    text::write_shown,
};
use domain::content::{
    ContentType,
    view::{Plan, PlanItem, SyncResult},
};
use leptos::{form::ActionForm, prelude::*};
use leptos_meta::Title;

/// The plan of one type.
#[component]
pub fn PlanPage() -> impl IntoView {
    let kind = type_in_path();
    move || match kind.get() {
        Some(kind) => view! { <OfType kind=kind /> }.into_any(),
        None => view! { <Missing /> }.into_any(),
    }
}

#[component]
fn OfType(kind: ContentType) -> impl IntoView {
    let action = crate::api::action::<Publish>();
    let plan = Resource::new(|| (), move |()| content::plan(kind));
    let answer = Signal::derive(move || action.value().get().map(|answer| answer.map(|done| told(&done))));
    view! {
        <Title text=format!("Plan: {}", kind.label()) />
        <p class="crumbs"><a href=format!("/content/{kind}")>{kind.label()}</a>" / Sync"</p>
        <Said answer=answer />
        <Transition fallback=|| view! { <Loading /> }>
            {move || Suspend::new(async move {
                match plan.await {
                    Ok(plan) => view! { <Loaded kind=kind plan=plan action=action /> }.into_any(),
                    Err(error) => view! { <Failed error=error /> }.into_any(),
                }
            })}
        </Transition>
    }
}

fn told(done: &SyncResult) -> String {
    let SyncResult { added, changed, removed, .. } = done;
    match added + changed + removed {
        0 => "Nothing was waiting.".to_owned(),
        _ => format!(
            "Published: {added} added, {changed} changed, {removed} removed. Receivers see it with their next look."
        ),
    }
}

#[component]
fn Loaded(kind: ContentType, plan: Plan, action: ServerAction<Publish>) -> impl IntoView {
    if plan.is_empty() {
        return view! {
            <h1>"Nothing to sync"</h1>
            <Empty title="No approval is waiting">
                <p>"Approve changes first; they then stand here, and go to production with a sync or by themselves within 7 minutes."</p>
                <p><a class="button primary" href=format!("/content/{kind}")>"Back to the table"</a></p>
            </Empty>
        }
        .into_any();
    }
    let publishes = plan.adds.len() + plan.changes.len();
    let removes = plan.removals.len();
    let label = match (publishes, removes) {
        (some, 0) => format!("Publish {some}"),
        (0, gone) => format!("Remove {gone}"),
        (some, gone) => format!("Publish {some}, remove {gone}"),
    };
    let receivers = match plan.receivers.as_slice() {
        [] => format!("No API client reads {} yet.", kind.label().to_lowercase()),
        names => format!("Reaches {}.", names.join(", ")),
    };
    let hash = plan.plan_hash.clone();
    let shown = write_shown(&plan);
    let warnings = plan.lines().filter(|line| !line.warnings.is_empty()).count();
    let confirm = match removes {
        0 => None,
        1 => Some("Yes, remove this 1 item from every receiver".to_owned()),
        many => Some(format!("Yes, remove these {many} items from every receiver")),
    };
    view! {
        <header class="head sticky">
            <div>
                <h1>{format!("Sync {}", kind.label().to_lowercase())}</h1>
                <p class="answer">{receivers}</p>
                {(warnings > 0).then(|| view! {
                    <p class="warning"><Icon name="alert" />{if warnings == 1 { "1 line has a warning: read it first.".to_owned() } else { format!("{warnings} lines have warnings: read them first.") }}</p>
                })}
            </div>
            <ActionForm action=action attr:class="plan-form">
                <input type="hidden" name="kind" value=kind.as_str() />
                <input type="hidden" name="plan_hash" value=hash />
                <input type="hidden" name="shown" value=shown />
                {confirm.map(|confirm| view! {
                    <label class="tick"><input type="checkbox" name="confirm_removals" value="yes" required=true />{confirm}</label>
                })}
                <button type="submit" class="button primary"><Icon name="upload" />{label}</button>
            </ActionForm>
        </header>
        <Group title="Added" items=plan.adds kind=kind />
        <Group title="Changed or moved" items=plan.changes kind=kind />
        <Group title="Removed" items=plan.removals kind=kind />
    }
    .into_any()
}

#[component]
fn Group(title: &'static str, items: Vec<PlanItem>, kind: ContentType) -> impl IntoView {
    if items.is_empty() {
        return ().into_any();
    }
    let count = items.len();
    let rows = items.into_iter().map(|item| {
        let version = item.version.map(|number| format!("version {number}"));
        view! {
            <li>
                <a href=format!("/content/{kind}/{}", item.guid)>{item.name}</a>
                <span class="facts"><span>{item.change.as_str()}</span>{version.map(|version| view! { <span>{version}</span> })}</span>
                {(!item.holders.is_empty()).then(|| view! { <p class="answer">{format!("Still installed at {}.", item.holders.join(", "))}</p> })}
                {item.warnings.into_iter().map(|warning| view! { <p class="warning"><Icon name="alert" />{warning}</p> }).collect_view()}
            </li>
        }
    });
    view! { <section><h2>{title}" "<span class="count">{count}</span></h2><ul class="plan">{rows.collect_view()}</ul></section> }.into_any()
}
