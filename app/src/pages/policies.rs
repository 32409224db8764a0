//! How content is approved: how many people must agree, whether authors count, under which names sources know people.

use crate::{
    api::{
        ApiError,
        policies::{self, Policies, SetAliases, SetPolicy},
    },
    components::notice::{Failed, Loading, Said},
};
use domain::{
    account::User,
    content::review::{MOST_APPROVALS, Policy},
};
use leptos::{form::ActionForm, prelude::*};
use leptos_meta::Title;

#[derive(Clone, Copy)]
struct Actions {
    policy: ServerAction<SetPolicy>,
    aliases: ServerAction<SetAliases>,
}

/// The page of approval policies.
#[component]
pub fn PoliciesPage() -> impl IntoView {
    let actions = Actions { policy: crate::api::action(), aliases: crate::api::action() };
    let page = Resource::new(|| (), |()| policies::policies());
    let answer = Signal::derive(move || said(&actions));
    view! {
        <Title text="Approvals" />
        <p class="crumbs"><a href="/settings">"Settings"</a>" / Approvals"</p>
        <header class="head"><div>
            <h1>"How content is approved"</h1>
            <p class="answer">"A change counts as approved once enough different people agreed to exactly that content. What waits is judged anew as soon as you save."</p>
        </div></header>
        <Said answer=answer />
        <Transition fallback=|| view! { <Loading /> }>
            {move || Suspend::new(async move {
                match page.await {
                    Ok(page) => view! { <Loaded page=page actions=actions /> }.into_any(),
                    Err(error) => view! { <Failed error=error /> }.into_any(),
                }
            })}
        </Transition>
    }
}

fn said(actions: &Actions) -> Option<Result<String, ApiError>> {
    let told = |answer: Option<Result<(), ApiError>>, words: &str| {
        answer.map(|answer| answer.map(|()| words.to_owned()))
    };
    told(actions.policy.value().get(), "Saved. What waits was judged anew.")
        .or(told(actions.aliases.value().get(), "The names were saved."))
}

#[component]
fn Loaded(page: Policies, actions: Actions) -> impl IntoView {
    let may = page.may_change;
    view! {
        <section class="card">
            <h2>"By content type"</h2>
            <ul class="edges">{page.policies.into_iter().map(|policy| row(policy, may, actions)).collect_view()}</ul>
        </section>
        {may.then(|| view! {
            <section class="card">
                <h2>"Authors"</h2>
                <p class="answer">"Automate names the author of a change as account@computer. A person is recognised by name, by e-mail address, and by these further names."</p>
                <ul class="edges">{page.people.into_iter().map(|(user, names)| person(user, names, actions)).collect_view()}</ul>
            </section>
        })}
    }
}

fn row(policy: Policy, may: bool, actions: Actions) -> impl IntoView {
    let kind = policy.content_type;
    let id = format!("required-{kind}");
    let many = policy.required_approvals;
    if !may {
        let people =
            if many == 1 { "1 approval".to_owned() } else { format!("{many} approvals of different people") };
        let author =
            if policy.author_barred { "not the author\u{2019}s" } else { "the author\u{2019}s counts" };
        return view! { <li><strong>{kind.label()}</strong><span class="facts"><span>{people}</span><span>{author}</span></span></li> }
            .into_any();
    }
    view! {
        <li>
            <strong class="grow">{kind.label()}</strong>
            <ActionForm action=actions.policy attr:class="inline-form" attr:aria-label=format!("Approval of {}", kind.label().to_lowercase())>
                <input type="hidden" name="kind" value=kind.as_str() />
                <label for=id.clone()>"Approvals"</label>
                <input id=id type="number" name="required_approvals" min="1" max=MOST_APPROVALS.to_string() value=many.to_string() required=true class="narrow" />
                <label class="tick"><input type="checkbox" name="author_barred" value="yes" checked=policy.author_barred />"Not by the author"</label>
                <button type="submit" class="button small">"Save"</button>
            </ActionForm>
        </li>
    }
    .into_any()
}

fn person(user: User, names: Vec<String>, actions: Actions) -> impl IntoView {
    let id = user.id.to_string();
    let field = format!("aliases-{id}");
    view! {
        <li>
            <span class="grow">{user.name.clone()}" "<span class="facts"><span>{user.email}</span></span></span>
            <ActionForm action=actions.aliases attr:class="inline-form" attr:aria-label=format!("Names of {}", user.name)>
                <input type="hidden" name="id" value=id />
                <label for=field.clone()>"Also known as"</label>
                <input id=field name="aliases" value=names.join(", ") placeholder="al7, ada.l" />
                <button type="submit" class="button small">"Save"</button>
            </ActionForm>
        </li>
    }
}
