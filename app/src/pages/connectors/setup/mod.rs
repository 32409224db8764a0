//! The set-up of a connector, step by step. A new connector is kept, switched off, from its first step on; so nothing
//! that was typed is lost, and the same steps change it later.
//!
//! A step is a form of its own; a connector that is not enabled yet goes on to the next one when it is saved.

pub mod connection;
pub mod details;
pub mod mappings;
pub mod people;
pub mod permissions;
pub mod tickets;

use crate::{
    api::{
        ApiError,
        connectors::{
            self, ChooseMember, Enable, Part, SaveConnection, SaveDetails, SaveMappings, SaveTickets,
            SetupScreen, SwitchCallbacks, TypedConnection, TypedTickets,
        },
    },
    components::{
        icon::Icon,
        notice::{Failed, Loading, Said},
    },
};
use connection::ConnectionStep;
use details::DetailsStep;
use domain::{
    alert::AlertState,
    connector::{Connector, Mode},
};
use leptos::{form::ActionForm, prelude::*};
use leptos_meta::Title;
use leptos_router::hooks::{use_params_map, use_query_map};
use mappings::MappingsStep;
use people::PeopleStep;
use permissions::PermissionsStep;
use tickets::TicketsStep;

/// The steps: name in the address, label.
const STEPS: [(&str, &str); 7] = [
    ("connection", "Connection"),
    ("permissions", "Permissions"),
    ("tickets", "Tickets"),
    ("mappings", "Status"),
    ("people", "People"),
    ("details", "Details"),
    ("enable", "Enable"),
];

/// What can be done in the steps.
#[derive(Clone, Copy)]
pub struct Actions {
    connection: ServerAction<SaveConnection>,
    tickets: ServerAction<SaveTickets>,
    mappings: ServerAction<SaveMappings>,
    member: ServerAction<ChooseMember>,
    details: ServerAction<SaveDetails>,
    callbacks: ServerAction<SwitchCallbacks>,
    enable: ServerAction<Enable>,
}

impl Actions {
    fn new() -> Self {
        Self {
            connection: crate::api::action(),
            tickets: crate::api::action(),
            mappings: crate::api::action(),
            member: crate::api::action(),
            details: crate::api::action(),
            callbacks: crate::api::action(),
            enable: crate::api::action(),
        }
    }

    fn said(&self) -> Option<Result<String, ApiError>> {
        let connection = self.connection.value().get().map(|answer| answer.and_then(|tried| tried.outcome));
        let tickets = self.tickets.value().get().map(|answer| answer.and_then(|tried| tried.outcome));
        let mappings = self.mappings.value().get().map(|answer| answer.and_then(|tried| tried.outcome));
        let details = self.details.value().get().map(|answer| answer.and_then(|tried| tried.outcome));
        let member = self.member.value().get().map(|answer| answer.map(|()| "Saved.".to_owned()));
        let enabled = self.enable.value().get().map(|answer| answer.map(|_| "Enabled.".to_owned()));
        let called = self.callbacks.value().get();
        connection.or(tickets).or(mappings).or(details).or(member).or(called).or(enabled)
    }
}

/// The fields that say themselves what is wrong with them.
const MARKED: &[&str] = &[
    "name",
    "instance_uri",
    "company_id",
    "api_member_id",
    "public_key",
    "private_key",
    "client_id",
    "note_flags",
    "poll_interval_seconds",
    "workflow_*",
    "custom_field_*",
    "rules[*",
];

/// The page that adds a connector.
#[component]
pub fn NewConnectorPage() -> impl IntoView {
    let actions = Actions::new();
    view! {
        <Title text="Connect Manage" />
        <p class="crumbs"><a href="/connectors">"Connections"</a>" / New"</p>
        <h1>"Connect Manage"</h1>
        <StepList id=None here="connection" />
        <Said answer=Signal::derive(move || actions.said()) marked=MARKED />
        <ConnectionStep typed=TypedConnection::default() has_key=false enabled=false actions=actions />
    }
}

/// The page of one step.
#[component]
pub fn SetupPage() -> impl IntoView {
    let (params, query) = (use_params_map(), use_query_map());
    let place = Memo::new(move |_| {
        let params = params.read();
        (params.get("id").unwrap_or_default(), params.get("step").unwrap_or_default())
    });
    let asked = Memo::new(move |_| {
        let query = query.read();
        let preview = query.get("preview").and_then(|word| AlertState::parse(&word));
        (tickets::read(&query), preview)
    });
    let actions = Actions::new();
    let screen = Resource::new(
        move || (place.get(), asked.get()),
        |((id, step), (tried, preview))| connectors::setup(id, step, tried, preview),
    );
    view! {
        <Transition fallback=|| view! { <Loading /> }>
            {move || Suspend::new(async move {
                match screen.await {
                    Ok(screen) => view! { <Loaded screen=screen tried=asked.get_untracked().0 actions=actions /> }.into_any(),
                    Err(error) => view! { <Title text="Connector" /><p class="crumbs"><a href="/connectors">"Connections"</a></p><Failed error=error /> }.into_any(),
                }
            })}
        </Transition>
    }
}

#[component]
fn Loaded(screen: SetupScreen, tried: Option<TypedTickets>, actions: Actions) -> impl IntoView {
    let SetupScreen { connector, part } = screen;
    let (id, name) = (connector.id.to_string(), connector.input.name.clone());
    let here = match &part {
        Part::Connection => "connection",
        Part::Permissions(_) => "permissions",
        Part::Tickets { .. } => "tickets",
        Part::Mappings { .. } => "mappings",
        Part::People(_) => "people",
        Part::Details(_) => "details",
        Part::Enable => "enable",
    };
    view! {
        <Title text=name.clone() />
        <p class="crumbs"><a href="/connectors">"Connections"</a>" / "<a href=format!("/connectors/{id}")>{name.clone()}</a></p>
        <h1>{name}</h1>
        <StepList id=Some(id) here=here />
        <Said answer=Signal::derive(move || actions.said()) marked=MARKED />
        {match part {
            Part::Connection => view! { <ConnectionStep typed=connection::typed(&connector) has_key=true enabled=connector.enabled actions=actions /> }.into_any(),
            Part::Permissions(test) => view! { <PermissionsStep connector=connector test=test /> }.into_any(),
            Part::Tickets { categories, dry_run } => view! { <TicketsStep connector=connector categories=categories tried=tried dry_run=dry_run actions=actions /> }.into_any(),
            Part::Mappings { boards, preview } => view! { <MappingsStep connector=connector boards=boards preview=preview actions=actions /> }.into_any(),
            Part::People(people) => view! { <PeopleStep connector=connector people=people actions=actions /> }.into_any(),
            Part::Details(health) => view! { <DetailsStep connector=connector health=*health actions=actions /> }.into_any(),
            Part::Enable => view! { <EnableStep connector=connector actions=actions /> }.into_any(),
        }}
    }
}

/// Where one is, and where one can go.
#[component]
fn StepList(#[prop(optional_no_strip)] id: Option<String>, here: &'static str) -> impl IntoView {
    let steps = STEPS.into_iter().enumerate().map(|(at, (name, label))| {
        let current = (name == here).then_some("step");
        let words =
            view! { <span class="step-number">{at + 1}</span><span class="step-label">{label}</span> };
        match &id {
            Some(id) => {
                view! { <li><a href=format!("/connectors/{id}/{name}") aria-current=current>{words}</a></li> }
                    .into_any()
            }
            None => view! { <li><span aria-current=current>{words}</span></li> }.into_any(),
        }
    });
    view! { <nav aria-label="Steps"><ol class="step-list">{steps.collect_view()}</ol></nav> }
}

/// The button of a step: on to the next one while the connector is set up, else just saved.
#[component]
fn SaveButton(enabled: bool) -> impl IntoView {
    let words = if enabled { "Save" } else { "Save and go on" };
    view! { <button type="submit" class="button primary" data-busy="Saving …"><Icon name="check" /><span data-label-text="">{words}</span></button> }
}

#[component]
fn EnableStep(connector: Connector, actions: Actions) -> impl IntoView {
    let id = connector.id.to_string();
    let input = connector.input;
    let made = match input.mode {
        Mode::Workflow => vec![
            format!(
                "custom fields {}, {} and {} on tickets, hidden",
                input.custom_field_retrieved, input.custom_field_status, input.custom_field_user
            ),
            format!(
                "workflow rules {}, {} and {}; they stay inactive, Tandem reads them",
                input.workflow_trigger_name, input.workflow_update_name, input.workflow_tickets_name
            ),
        ],
        Mode::Rules => Vec::new(),
    };
    view! {
        <section class="card">
            <h2>{if connector.enabled { "It is enabled" } else { "Enable it" }}</h2>
            {if made.is_empty() {
                view! { <p class="answer">"Nothing is made in Manage. From now on tickets that fit your rules become alerts, and what people do is carried back."</p> }.into_any()
            } else {
                view! {
                    <p class="answer">"What is missing in Manage is made now; what is there already, under these names, is used as it is and never overwritten:"</p>
                    <ul class="words">{made.into_iter().map(|line| view! { <li>{line}</li> }).collect_view()}</ul>
                    <p class="answer">"New tickets become alerts from then on. You can edit the workflow rules in Manage at any time."</p>
                }.into_any()
            }}
            <ActionForm action=actions.enable>
                <input type="hidden" name="id" value=id />
                <button type="submit" class="button primary" data-busy="Making what is needed …"><Icon name="power" /><span data-label-text="">{if connector.enabled { "Check again" } else { "Enable" }}</span></button>
            </ActionForm>
        </section>
    }
}
