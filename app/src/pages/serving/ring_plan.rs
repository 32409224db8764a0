//! The plan of a promotion: what goes on into a ring, before it does.

use crate::{
    api::serving::{self, PromoteRing},
    components::{
        icon::Icon,
        notice::{Empty, Failed, Loading, Said},
    },
};
use domain::ring::{RingPlan, RingPlanItem};
use leptos::{form::ActionForm, prelude::*};
use leptos_meta::Title;
use leptos_router::hooks::use_params_map;

/// The plan into one ring.
#[component]
pub fn RingPlanPage() -> impl IntoView {
    let params = use_params_map();
    let id = Memo::new(move |_| params.read().get("id").unwrap_or_default());
    let action = crate::api::action::<PromoteRing>();
    let plan = Resource::new(move || (id.get(), action.version().get()), |(id, _)| serving::ring_plan(id));
    let answer = Signal::derive(move || action.value().get());
    view! {
        <Title text="Promote" />
        <p class="crumbs"><a href="/rings">"Rings"</a>" / Promote"</p>
        <Said answer=answer />
        <Transition fallback=|| view! { <Loading /> }>
            {move || Suspend::new(async move {
                match plan.await {
                    Ok(plan) => view! { <Loaded id=id.get_untracked() plan=plan action=action /> }.into_any(),
                    Err(error) => view! { <Failed error=error /> }.into_any(),
                }
            })}
        </Transition>
    }
}

#[component]
fn Loaded(id: String, plan: RingPlan, action: ServerAction<PromoteRing>) -> impl IntoView {
    let RingPlan { ring, from, plan_hash, items, receivers, errors, reason_needed } = plan;
    if items.is_empty() {
        return view! {
            <h1>{format!("{ring} serves what {from} does")}</h1>
            <Empty title="Nothing waits"><p><a class="button primary" href="/rings">"Back to the rings"</a></p></Empty>
        }
        .into_any();
    }
    let reaches = match receivers.as_slice() {
        [] => format!("No API client reads {ring} yet."),
        names => format!("Reaches {}.", names.join(", ")),
    };
    let count = items.len();
    let because = reason_needed.is_some();
    view! {
        <header class="head">
            <div>
                <h1>{format!("Promote {from} to {ring}")}</h1>
                <p class="answer">{reaches}" "{format!("{from} reports {errors} errors.")}</p>
            </div>
        </header>
        {reason_needed.map(|why| view! { <div class="banner"><Icon name="alert" /><p>"Say why to go on: "{why}"."</p></div> })}
        <ActionForm action=action attr:class="row-form">
            <input type="hidden" name="id" value=id />
            <input type="hidden" name="plan_hash" value=plan_hash />
            <div class="field">
                <label for="reason">{if because { "Reason" } else { "Reason (optional)" }}</label>
                <input id="reason" name="reason" required=because autocomplete="off" />
            </div>
            <button type="submit" class="button primary"><Icon name="upload" />{format!("Promote {count}")}</button>
        </ActionForm>
        <ul class="plan">{items.into_iter().map(line).collect_view()}</ul>
    }
    .into_any()
}

fn line(item: RingPlanItem) -> impl IntoView {
    let number = |version: Option<u32>| version.map_or("–".to_owned(), |number| number.to_string());
    let versions = format!("version {} → {}", number(item.from_version), number(item.to_version));
    view! {
        <li>
            <a href=format!("/content/{}/{}", item.key.content_type, item.key.guid)>{item.name}</a>
            <span class="facts">
                <span>{item.change.as_str()}</span><span>{versions}</span>
                {(!item.ripe).then(|| view! { <span>"not long enough in the ring before"</span> })}
            </span>
        </li>
    }
}
