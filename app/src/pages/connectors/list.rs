//! All connectors, each with how it does.

use super::{
    ConnectionTabs,
    health::{ShapePill, tell},
};
use crate::{
    api::connectors::{self, ConnectorsScreen, RemoveConnector},
    components::{
        icon::Icon,
        notice::{Empty, Failed, Loading, Said},
    },
};
use domain::connector::{Connector, ConnectorHealth, Mode};
use jiff::Timestamp;
use leptos::prelude::*;
use leptos_meta::Title;

/// The page of the connectors.
#[component]
pub fn ConnectorsPage() -> impl IntoView {
    let removed = crate::api::action::<RemoveConnector>();
    let screen = Resource::new(|| (), |()| connectors::connectors());
    view! {
        <Title text="Connections" />
        <Transition fallback=|| view! { <Loading /> }>
            {move || Suspend::new(async move {
                match screen.await {
                    Ok(screen) => view! { <List screen=screen removed=removed /> }.into_any(),
                    Err(error) => view! { <h1>"Connections"</h1><Failed error=error /> }.into_any(),
                }
            })}
        </Transition>
    }
}

#[component]
fn List(screen: ConnectorsScreen, removed: ServerAction<RemoveConnector>) -> impl IntoView {
    let ConnectorsScreen { list, may_manage, now } = screen;
    let add = move || {
        may_manage.then(|| view! { <a class="button primary" href="/connectors/new"><Icon name="plus" />"Connect Manage"</a> })
    };
    let empty = list.is_empty();
    view! {
        <header class="head">
            <div>
                <h1>"Connections"</h1>
                <p class="answer">"A connector turns tickets of ConnectWise Manage into alerts, and carries what people do back to the ticket."</p>
            </div>
            <div class="commands">{(!empty).then(add)}</div>
        </header>
        <ConnectionTabs here="connectors" />
        <Said answer=Signal::derive(move || removed.value().get()) />
        {if empty {
            view! {
                <Empty title="No connector yet">
                    <p>"You need the address of your Manage instance, your company's id, and the two keys of an API member. Seven short steps, each checked as you go."</p>
                    <p>{add()}</p>
                </Empty>
            }.into_any()
        } else {
            list.into_iter().map(|(connector, health)| view! { <Card connector=connector health=health now=now /> }).collect_view().into_any()
        }}
    }
}

#[component]
fn Card(connector: Connector, health: ConnectorHealth, now: Timestamp) -> impl IntoView {
    let (shape, words) = tell(&connector, &health, now);
    let href = format!("/connectors/{}", connector.id);
    let mode = match connector.input.mode {
        Mode::Workflow => "chosen by workflow rules in Manage",
        Mode::Rules => "chosen by rules in Tandem",
    };
    let failed = health.failed_write_backs;
    view! {
        <section class="card connector" data-row="">
            <div class="owed-head">
                <h2 class="grow"><a data-open="" href=href.clone()>{connector.input.name}</a></h2>
                <ShapePill shape=shape />
            </div>
            <p>{words}</p>
            <p class="facts"><code>{connector.input.instance_uri}</code><span>{mode}</span><span>{format!("asked every {} s", connector.input.poll_interval_seconds)}</span></p>
            {(failed > 0).then(|| view! {
                <p class="facts"><span class="pill status-removed"><Icon name="alert" />{format!("{failed} not in Manage")}</span><a href=format!("/write-backs?state=failed&connector={}", connector.id)>"Look at them"</a></p>
            })}
        </section>
    }
}
