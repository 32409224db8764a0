//! Rings: the stages in their order, what waits between them, and why one stopped.

use super::{
    ring_form::{add_form, rule_fields},
    windows::windows_card,
};
use crate::{
    api::{
        ApiError,
        serving::{self, AddRing, ChangeRing, DeleteRing, MoveRing, ResumeRing, RingsScreen},
    },
    components::{
        icon::Icon,
        notice::{Failed, Loading, Said},
        time::Moment,
    },
    text::counted,
};
use domain::ring::RingView;
use leptos::{form::ActionForm, prelude::*};
use leptos_meta::Title;

#[derive(Clone, Copy)]
pub(super) struct Actions {
    pub(super) add: ServerAction<AddRing>,
    change: ServerAction<ChangeRing>,
    shift: ServerAction<MoveRing>,
    delete: ServerAction<DeleteRing>,
    resume: ServerAction<ResumeRing>,
}

impl Actions {
    fn versions(&self) -> (usize, usize, usize, usize, usize) {
        (
            self.add.version().get(),
            self.change.version().get(),
            self.shift.version().get(),
            self.delete.version().get(),
            self.resume.version().get(),
        )
    }

    fn said(&self) -> Option<Result<String, ApiError>> {
        let told = |answer: Option<Result<String, ApiError>>, what: &'static str| {
            answer.map(|answer| answer.map(|name| format!("{what} {name}.")))
        };
        let done = |answer: Option<Result<(), ApiError>>, what: &'static str| {
            answer.map(|answer| answer.map(|()| what.to_owned()))
        };
        told(self.add.value().get(), "Added")
            .or(told(self.change.value().get(), "Changed"))
            .or(done(self.shift.value().get(), "Moved."))
            .or(done(self.delete.value().get(), "Removed."))
            .or(told(self.resume.value().get(), "Content may go on into"))
    }
}

/// The page of the rings.
#[component]
pub fn RingsPage() -> impl IntoView {
    let actions = Actions {
        add: crate::api::action(),
        change: crate::api::action(),
        shift: crate::api::action(),
        delete: crate::api::action(),
        resume: crate::api::action(),
    };
    let windows = super::windows::Actions::new();
    let screen = Resource::new(move || (actions.versions(), windows.versions()), |_| serving::rings());
    let answer = Signal::derive(move || actions.said().or_else(|| windows.said()));
    view! {
        <Title text="Rings" />
        <header class="head"><div>
            <h1>"Rings"</h1>
            <p class="answer">"A sync publishes into the first ring; from there content goes on, ring by ring."</p>
        </div></header>
        <Said answer=answer />
        <Transition fallback=|| view! { <Loading /> }>
            {move || Suspend::new(async move {
                match screen.await {
                    Ok(screen) => view! { <Loaded screen=screen actions=actions windows=windows /> }.into_any(),
                    Err(error) => view! { <Failed error=error /> }.into_any(),
                }
            })}
        </Transition>
    }
}

#[component]
fn Loaded(screen: RingsScreen, actions: Actions, windows: super::windows::Actions) -> impl IntoView {
    let RingsScreen { rings, windows: view, may_manage, may_promote } = screen;
    let names: Vec<String> = rings.iter().map(|view| view.ring.name.clone()).collect();
    let mut before: Option<String> = None;
    let cards = rings.into_iter().map(|view| {
        let from = before.replace(view.ring.name.clone());
        view! { <RingCard view=view from=from actions=actions may_manage=may_manage may_promote=may_promote /> }
    });
    view! {
        {cards.collect_view()}
        {may_manage.then(|| add_form(names, actions))}
        {windows_card(view, windows, may_manage, may_promote)}
    }
}

#[component]
fn RingCard(
    view: RingView,
    from: Option<String>,
    actions: Actions,
    may_manage: bool,
    may_promote: bool,
) -> impl IntoView {
    let RingView { ring, revision, items, clients, errors, waiting } = view;
    let id = ring.id.to_string();
    let plan = format!("/rings/{id}/plan");
    let told = match &from {
        None => "A sync publishes here.".to_owned(),
        Some(from) if ring.rules.automatic => {
            let hours = ring.rules.soak_seconds / 3600;
            format!(
                "Follows {from} by itself after {hours} h, unless more than {} items report errors.",
                ring.rules.max_errors
            )
        }
        Some(from) => format!("Follows {from} when somebody promotes."),
    };
    let promote = (from.is_some() && waiting > 0).then(|| {
        let label =
            if may_promote { format!("Promote {waiting} …") } else { format!("{waiting} waiting …") };
        view! { <a class="button primary" href=plan><Icon name="upload" />{label}</a> }
    });
    let stopped = ring.stopped.clone().map(|stop| {
        let (id, field) = (id.clone(), format!("resume-{id}"));
        view! {
            <div class="banner">
                <Icon name="alert" />
                <p>"Stopped "<Moment at=stop.at />": "{stop.reason}"."</p>
                {may_promote.then(|| view! {
                    <ActionForm action=actions.resume attr:class="row-form">
                        <input type="hidden" name="id" value=id />
                        <div class="field"><label for=field.clone()>"Why it may go on"</label><input id=field name="reason" required=true autocomplete="off" /></div>
                        <button type="submit" class="button">"Go on"</button>
                    </ActionForm>
                })}
            </div>
        }
    });
    let second = from.is_some();
    let (marked, shown) = (ring.name.clone(), ring.name.clone());
    view! {
        <section class="card" data-ring=marked>
            <header class="head">
                <div>
                    <h2>{shown}</h2>
                    <p class="facts">
                        <span>{counted(items, "item")}</span><span>{format!("revision {revision}")}</span>
                        <span>{counted(clients, "client")}</span><span>{counted(errors, "error")}</span>
                        {second.then(|| view! { <span>{format!("{waiting} waiting")}</span> })}
                    </p>
                    <p class="answer">{told}</p>
                </div>
                <div class="commands">{promote}</div>
            </header>
            {stopped}
            {may_manage.then(|| view! { <Manage ring=ring actions=actions movable=second /> })}
        </section>
    }
}

#[component]
fn Manage(ring: domain::ring::Ring, actions: Actions, movable: bool) -> impl IntoView {
    let id = ring.id.to_string();
    let (to_move, to_delete) = (id.clone(), id.clone());
    let (name_id, confirm) = (format!("name-{id}"), format!("confirm-{id}"));
    let name = ring.name.clone();
    view! {
        <details class="confirm">
            <summary class="button small">"Change …"</summary>
            <ActionForm action=actions.change attr:class="row-form">
                <input type="hidden" name="id" value=id.clone() />
                <div class="field"><label for=name_id.clone()>"Name"</label><input id=name_id name="name" value=ring.name required=true autocomplete="off" /></div>
                {rule_fields(ring.rules, id)}
                <button type="submit" class="button">"Save"</button>
            </ActionForm>
            {movable.then(|| view! {
                <ActionForm action=actions.shift>
                    <input type="hidden" name="id" value=to_move />
                    <button type="submit" class="button small">"Move to the front by one"</button>
                </ActionForm>
            })}
            <ActionForm action=actions.delete>
                <input type="hidden" name="id" value=to_delete />
                <label for=confirm.clone()>{format!("Type {name} to remove this ring:")}</label>
                <input id=confirm name="confirm" required=true autocomplete="off" />
                <button type="submit" class="button danger">{format!("Remove {name}")}</button>
            </ActionForm>
        </details>
    }
}
