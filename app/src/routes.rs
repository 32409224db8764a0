//! The route table.

use crate::{
    components::frame::Shell,
    pages::{
        account, alerts, clients, connectors, content, missing::Nowhere, policies, records, search, serving,
        settings, sources,
    },
};
use leptos::prelude::*;
use leptos_meta::{Title, provide_meta_context};
use leptos_router::{
    SsrMode,
    components::{ParentRoute, Redirect, Route, Router, Routes},
    path,
};

/// The whole interface.
#[component]
pub fn App() -> impl IntoView {
    provide_meta_context();
    view! {
        <Title formatter=|title: String| if title.is_empty() { "Tandem".to_owned() } else { format!("{title} · Tandem") } />
        <Router>
            <Routes fallback=|| view! { <Nowhere /> }>
                <Route path=path!("/sign-in") view=account::sign_in::SignInPage ssr=SsrMode::Async />
                <Route path=path!("/set-up") view=account::set_up::SetUpPage ssr=SsrMode::Async />
                <ParentRoute path=path!("") view=Shell ssr=SsrMode::Async>
                    <Route path=path!("") view=|| view! { <Redirect path="/content/scripts" /> } ssr=SsrMode::Async />
                    <Route path=path!("/alerts") view=alerts::inbox::InboxPage ssr=SsrMode::Async />
                    <Route path=path!("/alerts/:id") view=alerts::one::AlertScreen ssr=SsrMode::Async />
                    <Route path=path!("/write-backs") view=alerts::write_backs::WriteBacksPage ssr=SsrMode::Async />
                    <Route path=path!("/categories") view=alerts::categories::CategoriesPage ssr=SsrMode::Async />
                    <Route path=path!("/connectors") view=connectors::list::ConnectorsPage ssr=SsrMode::Async />
                    <Route path=path!("/connectors/new") view=connectors::setup::NewConnectorPage ssr=SsrMode::Async />
                    <Route path=path!("/connectors/:id") view=connectors::one::ConnectorPage ssr=SsrMode::Async />
                    <Route path=path!("/connectors/:id/:step") view=connectors::setup::SetupPage ssr=SsrMode::Async />
                    <Route path=path!("/content/:type") view=content::table::TablePage ssr=SsrMode::Async />
                    <Route path=path!("/content/:type/plan") view=content::plan::PlanPage ssr=SsrMode::Async />
                    <Route path=path!("/content/:type/:guid") view=content::item::ItemScreen ssr=SsrMode::Async />
                    <Route path=path!("/clients") view=clients::ClientsPage ssr=SsrMode::Async />
                    <Route path=path!("/clients/:id") view=serving::client::ClientPage ssr=SsrMode::Async />
                    <Route path=path!("/rings") view=serving::rings::RingsPage ssr=SsrMode::Async />
                    <Route path=path!("/rings/:id/plan") view=serving::ring_plan::RingPlanPage ssr=SsrMode::Async />
                    <Route path=path!("/receivers") view=serving::receivers::ReceiversPage ssr=SsrMode::Async />
                    <Route path=path!("/sources") view=sources::SourcesPage ssr=SsrMode::Async />
                    <Route path=path!("/sources/new") view=sources::form::NewSourcePage ssr=SsrMode::Async />
                    <Route path=path!("/sources/:id") view=sources::form::EditSourcePage ssr=SsrMode::Async />
                    <Route path=path!("/settings") view=settings::SettingsPage ssr=SsrMode::Async />
                    <Route path=path!("/search") view=search::SearchPage ssr=SsrMode::Async />
                    <Route path=path!("/settings/approvals") view=policies::PoliciesPage ssr=SsrMode::Async />
                    <Route path=path!("/activity") view=records::ActivityPage ssr=SsrMode::Async />
                </ParentRoute>
            </Routes>
        </Router>
    }
}
