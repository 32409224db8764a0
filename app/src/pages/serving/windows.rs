//! Sync windows: what is set, whether they are open, when that changes.

use crate::{
    api::{
        ApiError,
        serving::{AddWindow, CloseWindows, OpenWindows, RemoveWindow, SetTimeZone},
    },
    components::{field::Field, icon::Icon, time::Moment},
    text::tell_window,
};
use domain::window::{Day, WindowsView};
use leptos::{form::ActionForm, prelude::*};

#[derive(Clone, Copy)]
pub(super) struct Actions {
    zone: ServerAction<SetTimeZone>,
    add: ServerAction<AddWindow>,
    remove: ServerAction<RemoveWindow>,
    open: ServerAction<OpenWindows>,
    close: ServerAction<CloseWindows>,
}

impl Actions {
    pub(super) fn new() -> Self {
        Self {
            zone: crate::api::action(),
            add: crate::api::action(),
            remove: crate::api::action(),
            open: crate::api::action(),
            close: crate::api::action(),
        }
    }

    pub(super) fn versions(&self) -> (usize, usize, usize, usize, usize) {
        (
            self.zone.version().get(),
            self.add.version().get(),
            self.remove.version().get(),
            self.open.version().get(),
            self.close.version().get(),
        )
    }

    pub(super) fn said(&self) -> Option<Result<String, ApiError>> {
        let (zone, add, remove) =
            (self.zone.value().get(), self.add.value().get(), self.remove.value().get());
        let set = zone.or(add).or(remove);
        let set = set.map(|answer| answer.map(|()| "The sync windows are changed.".to_owned()));
        let opened = self.open.value().get();
        let opened = opened.map(|answer| answer.map(|()| "Content may be published now.".to_owned()));
        let closed = self.close.value().get();
        set.or(opened).or(closed.map(|answer| answer.map(|()| "The opening has ended.".to_owned())))
    }
}

/// The card of the sync windows.
pub(super) fn windows_card(
    view: WindowsView,
    actions: Actions,
    may_manage: bool,
    may_open: bool,
) -> impl IntoView {
    let WindowsView { set, open, changes_at_local, opening, .. } = view;
    let zone = set.time_zone.clone();
    let now = match (open, &changes_at_local, set.windows.is_empty()) {
        (_, _, true) => "No window is set: content may be published at any time.".to_owned(),
        (true, Some(next), _) => format!("Open now; closes {next} ({zone})."),
        (true, None, _) => "Open now.".to_owned(),
        (false, Some(next), _) => format!("Closed now; the next window opens {next} ({zone})."),
        (false, None, _) => "Closed now, for more than a week.".to_owned(),
    };
    let count = set.windows.len();
    let rows = set.windows.into_iter().map(|window| {
        let told = tell_window(&window);
        view! {
            <li>
                <span>{told.clone()}</span>
                {may_manage.then(|| view! {
                    <ActionForm action=actions.remove>
                        <input type="hidden" name="told" value=told.clone() />
                        <button type="submit" class="button small" aria-label=format!("Remove {told}")>"Remove"</button>
                    </ActionForm>
                })}
            </li>
        }
    });
    view! {
        <section class="card" id="windows">
            <h2>"Sync windows"</h2>
            <p class="answer">{now}</p>
            {opening.map(|opening| view! {
                <div class="banner">
                    <Icon name="alert" />
                    <p>{opening.by}" opened them until "<Moment at=opening.until />": "{opening.reason}</p>
                    {may_open.then(|| view! { <ActionForm action=actions.close><button type="submit" class="button">"End it now"</button></ActionForm> })}
                </div>
            })}
            {(count > 0).then(|| view! { <ul class="edges">{rows.collect_view()}</ul> })}
            {(may_open && !open).then(|| view! { <Open actions=actions /> })}
            {may_manage.then(|| view! { <Manage zone=zone actions=actions /> })}
        </section>
    }
}

#[component]
fn Open(actions: Actions) -> impl IntoView {
    let error = Signal::derive(move || actions.open.value().get().and_then(Result::err));
    view! {
        <ActionForm action=actions.open attr:class="row-form">
            <div class="field"><label for="open-hours">"Open for, in hours"</label><input id="open-hours" type="number" name="hours" min="1" max="24" value="1" required=true /></div>
            <Field name="reason" label="Why now" error=error />
            <button type="submit" class="button">"Open them"</button>
        </ActionForm>
    }
}

#[component]
fn Manage(zone: String, actions: Actions) -> impl IntoView {
    let error = Signal::derive(move || actions.add.value().get().and_then(Result::err));
    let days = Day::ALL.map(|day| {
        view! { <label class="choice"><input type="checkbox" name="days[]" value=day.as_str() />" "{day.label()}</label> }
    });
    view! {
        <details class="confirm">
            <summary class="button small">"Change …"</summary>
            <ActionForm action=actions.zone attr:class="row-form">
                <div class="field"><label for="time-zone">"Time zone"</label><input id="time-zone" name="time_zone" value=zone required=true autocomplete="off" /></div>
                <button type="submit" class="button">"Save the time zone"</button>
            </ActionForm>
            <ActionForm action=actions.add attr:class="row-form">
                <div class="field">
                    <label for="window-kind">"Kind"</label>
                    <select id="window-kind" name="kind"><option value="allow">"Allow"</option><option value="deny">"Deny (wins)"</option></select>
                </div>
                <fieldset class="field"><legend>"Days on which it begins"</legend><div class="pair">{days.into_iter().collect_view()}</div></fieldset>
                <Field name="from" label="From" hint="On the clock of the time zone, for example 22:00" error=error />
                <Field name="to" label="To" hint="At or before From means the next day" error=error />
                <button type="submit" class="button"><Icon name="plus" />"Add a window"</button>
            </ActionForm>
        </details>
    }
}
