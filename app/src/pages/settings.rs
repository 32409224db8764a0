//! Settings: the own account, sessions, tokens; people, for administrators.

use crate::{
    api::{
        ApiError,
        account::{
            self, ChangePassword, CreateToken, CreateUser, DeleteToken, EndSession, SessionRow, Settings,
            TokenRow, UpdateUser,
        },
    },
    components::{
        field::Field,
        icon::Icon,
        notice::{Failed, Loading, Said},
        secret::ShownOnce,
        time::Moment,
    },
};
use domain::account::{Role, User};
use leptos::{form::ActionForm, prelude::*};
use leptos_meta::Title;

#[derive(Clone, Copy)]
struct Actions {
    password: ServerAction<ChangePassword>,
    end: ServerAction<EndSession>,
    token: ServerAction<CreateToken>,
    revoke: ServerAction<DeleteToken>,
    add: ServerAction<CreateUser>,
    change: ServerAction<UpdateUser>,
}

/// The settings page.
#[component]
pub fn SettingsPage() -> impl IntoView {
    let actions = Actions {
        password: crate::api::action(),
        end: crate::api::action(),
        token: crate::api::action(),
        revoke: crate::api::action(),
        add: crate::api::action(),
        change: crate::api::action(),
    };
    let settings = Resource::new(|| (), |()| account::settings());
    let answer = Signal::derive(move || said(&actions));
    view! {
        <Title text="Settings" />
        <header class="head"><h1>"Settings"</h1><a class="button" href="/settings/approvals">"How content is approved"</a></header>
        <Said answer=answer marked=&["current_password", "new_password", "name", "email", "password"] />
        {move || actions.token.value().get().and_then(Result::ok).map(|token| view! { <ShownOnce secret=token about="The new token." /> })}
        <Look />
        <Password action=actions.password />
        <Transition fallback=|| view! { <Loading /> }>
            {move || Suspend::new(async move {
                match settings.await {
                    Ok(settings) => view! { <Loaded settings=settings actions=actions /> }.into_any(),
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
    told(actions.password.value().get(), "The password was changed; other sessions have ended.")
        .or(told(actions.end.value().get(), "The session has ended."))
        .or(told(actions.revoke.value().get(), "The token was revoked."))
        .or(told(actions.add.value().get(), "The person was added."))
        .or(told(actions.change.value().get(), "The person was changed."))
        .or(actions.token.value().get().and_then(Result::err).map(Err))
}

#[component]
fn Look() -> impl IntoView {
    let choice = |name: &'static str, value: &'static str, label: &'static str| {
        view! { <button type="button" class="button small" data-remember=format!("{name}={value}")>{label}</button> }
    };
    view! {
        <section class="card scripted">
            <h2>"Look"</h2>
            <div class="looks">
                <div class="commands" role="group" aria-label="Theme">
                    {choice("theme", "", "As the system")}{choice("theme", "light", "Light")}{choice("theme", "dark", "Dark")}
                </div>
                <div class="commands" role="group" aria-label="Density">
                    {choice("density", "", "Comfortable")}{choice("density", "compact", "Compact")}
                </div>
            </div>
        </section>
    }
}

#[component]
fn Password(action: ServerAction<ChangePassword>) -> impl IntoView {
    let error = Signal::derive(move || action.value().get().and_then(Result::err));
    view! {
        <section class="card">
            <h2>"Change password"</h2>
            <ActionForm action=action attr:class="row-form">
                <Field name="current_password" label="Current password" kind="password" autocomplete="current-password" error=error />
                <Field name="new_password" label="New password" kind="password" autocomplete="new-password" hint="At least 12 characters" error=error />
                <button type="submit" class="button primary">"Change"</button>
            </ActionForm>
        </section>
    }
}

#[component]
fn Loaded(settings: Settings, actions: Actions) -> impl IntoView {
    let is_admin = settings.user.role == Role::Admin;
    let own = settings.user.role;
    let error = Signal::derive(move || actions.token.value().get().and_then(Result::err));
    view! {
        <section class="card">
            <h2>"Signed in as "{settings.user.name}</h2>
            <p class="facts"><span>{settings.user.email}</span><span>{own.as_str()}</span></p>
            <ul class="edges">{settings.sessions.into_iter().map(|row| session(row, actions)).collect_view()}</ul>
        </section>
        <section class="card">
            <h2>"Personal tokens"</h2>
            <p class="answer">"Programs use the HTTP API with a token. "<a href="/api/docs">"What the API can do"</a></p>
            <ul class="edges">{settings.tokens.into_iter().map(|row| token(row, actions)).collect_view()}</ul>
            <ActionForm action=actions.token attr:class="row-form">
                <Field name="name" label="Token name" hint="What uses it" error=error />
                <RolePick id="token-role".to_owned() chosen=Role::Viewer most=own />
                <button type="submit" class="button"><Icon name="plus" />"Make a token"</button>
            </ActionForm>
        </section>
        {is_admin.then(|| view! { <People people=settings.people actions=actions /> })}
    }
}

fn session(row: SessionRow, actions: Actions) -> impl IntoView {
    view! {
        <li>
            <span>{row.place}</span><span class="facts"><Moment at=row.last_seen_at /></span>
            {if row.current {
                view! { <span class="pill status-unchanged">"this one"</span> }.into_any()
            } else {
                view! { <ActionForm action=actions.end><input type="hidden" name="id" value=row.id /><button type="submit" class="button small">"End"</button></ActionForm> }.into_any()
            }}
        </li>
    }
}

fn token(row: TokenRow, actions: Actions) -> impl IntoView {
    view! {
        <li>
            <span>{row.name}</span>
            <span class="facts"><span>{row.role.as_str()}</span>{row.last_used_at.map(|at| view! { <span>"used "<Moment at=at /></span> })}</span>
            <ActionForm action=actions.revoke><input type="hidden" name="id" value=row.id /><button type="submit" class="button small">"Revoke"</button></ActionForm>
        </li>
    }
}

#[component]
fn RolePick(id: String, chosen: Role, most: Role) -> impl IntoView {
    view! {
        <div class="field">
            <label for=id.clone()>"Role"</label>
            <select id=id name="role">
                {Role::ALL.into_iter().filter(|role| *role <= most).map(|role| view! {
                    <option value=role.as_str() selected=role == chosen>{role.as_str()}</option>
                }).collect_view()}
            </select>
            <p class="field-note"></p>
        </div>
    }
}

#[component]
fn People(people: Vec<User>, actions: Actions) -> impl IntoView {
    let error = Signal::derive(move || actions.add.value().get().and_then(Result::err));
    view! {
        <section class="card">
            <h2>"People"</h2>
            <ul class="edges">{people.into_iter().map(|user| person(user, actions)).collect_view()}</ul>
            <ActionForm action=actions.add attr:class="row-form">
                <Field name="email" label="Their e-mail" kind="email" error=error />
                <Field name="name" label="Their name" error=error />
                <Field name="password" label="First password" kind="password" autocomplete="new-password" error=error />
                <RolePick id="user-role".to_owned() chosen=Role::Viewer most=Role::Admin />
                <button type="submit" class="button"><Icon name="plus" />"Add a person"</button>
            </ActionForm>
        </section>
    }
}

fn person(user: User, actions: Actions) -> impl IntoView {
    let id = user.id.to_string();
    let pick = format!("role-{id}");
    view! {
        <li>
            <span>{user.name}</span><span class="facts"><span>{user.email}</span></span>
            <ActionForm action=actions.change attr:class="inline-form">
                <input type="hidden" name="id" value=id.clone() />
                <RolePick id=pick chosen=user.role most=Role::Admin />
                <label class="tick"><input type="checkbox" name="disabled" value="true" checked=user.disabled />"No sign-in"</label>
                <button type="submit" class="button small">"Save"</button>
            </ActionForm>
        </li>
    }
}
