//! The Manage side of the demo: a simulated instance, a connector that watches it, categories, a colleague.

use anyhow::Context as _;
use domain::{
    account::{Actor, Role},
    alert::{AlertFilter, Severity, category::CategoryInput},
    connector::{Connector, ConnectorInput, Detail, OwnerAssignment},
    page::PageRequest,
    secret::Secret,
};
use sandbox::manage::{API_MEMBER, Manage, World};
use services::{Services, accounts::NewUser};
use std::net::{Ipv4Addr, SocketAddr};

const NAME: &str = "Acme";
/// Any integration will do for a simulator.
const CLIENT_ID: &str = "0f8fad5b-d9cb-469f-a165-70867728950e";

/// Starts the instance; the person who looks works there as well. A demo that was kept has alerts for its tickets, so
/// it stays where it was.
pub(super) async fn start(
    services: &Services,
    first: &str,
    last: &str,
    email: &str,
) -> anyhow::Result<Manage> {
    let before = kept(services).await?.and_then(|old| address(&old.input.instance_uri));
    let anywhere = SocketAddr::from((Ipv4Addr::LOCALHOST, 0));
    let world = World::demo(services.now(), first, last, email);
    let start = Manage::start_on(before.unwrap_or(anywhere), world).await;
    start.context("the simulated Manage does not start where it was; is this demo running already?")
}

/// The connector of the last run.
async fn kept(services: &Services) -> services::Result<Option<Connector>> {
    let connectors = services.connectors().list(&Actor::system("demo")).await?;
    Ok(connectors.into_iter().find(|connector| connector.input.name == NAME))
}

fn address(uri: &str) -> Option<SocketAddr> {
    uri.strip_prefix("http://")?.parse().ok()
}

/// Connects the instance, so that its tickets are alerts at the first look.
pub(super) async fn connect(services: &Services, manage: &Manage) -> services::Result<()> {
    let system = Actor::system("demo");
    categories(services, &system).await?;
    let connector = services.connectors().add(&system, input(manage)).await?;
    services.connectors().enable(&system, connector.id).await?;
    services.connectors().poll(&system, connector.id).await?;
    a_colleague_takes_one(services, &system).await
}

/// The instance is new, so the connector of a demo that was kept makes what it needs there once more.
pub(super) async fn follow(services: &Services) -> services::Result<()> {
    if let Some(old) = kept(services).await?.filter(|old| old.enabled) {
        services.connectors().enable(&Actor::system("demo"), old.id).await?;
    }
    Ok(())
}

fn input(manage: &Manage) -> ConnectorInput {
    let (company, (public, private)) = manage.with(|world| (world.company.clone(), world.keys.clone()));
    ConnectorInput {
        name: NAME.into(),
        instance_uri: manage.url(),
        company_id: company,
        api_member_id: API_MEMBER.into(),
        public_key: public,
        private_key: Secret::Given(private),
        client_id: CLIENT_ID.into(),
        owner_assignment: OwnerAssignment::Both,
        additional_details: vec![
            Detail::Notes,
            Detail::Tasks,
            Detail::TimeEntries,
            Detail::Configurations,
            Detail::Company,
            Detail::Contact,
            Detail::Documents,
        ],
        poll_interval_seconds: 5,
        ..ConnectorInput::default()
    }
}

async fn categories(services: &Services, system: &Actor) -> services::Result<()> {
    let input = |name: &str, colour: &str, icon: &str| CategoryInput {
        name: name.into(),
        colour: colour.into(),
        icon: icon.into(),
        ..CategoryInput::default()
    };
    let emergency = CategoryInput {
        severity: Some(Severity::Critical),
        priorities: vec!["Priority 1 - Emergency".into()],
        ..input("Emergency", "red", "shield")
    };
    let network =
        CategoryInput { boards: vec!["Network Operations".into()], ..input("Network", "teal", "network") };
    let desk =
        CategoryInput { boards: vec!["Service Desk".into()], ..input("Service desk", "blue", "people") };
    for category in [emergency, network, desk] {
        services.alerts().add_category(system, category).await?;
    }
    Ok(())
}

/// The oldest alert is in hand already.
async fn a_colleague_takes_one(services: &Services, system: &Actor) -> services::Result<()> {
    let new = NewUser {
        email: "msmith@acme.example".into(),
        name: "Mark Smith".into(),
        role: Role::Responder,
        password: services.clients().generate_secret(),
    };
    let mark = services.accounts().create_user(system, new).await?;
    let actor = Actor::User { id: mark.id, name: mark.name, role: mark.role };
    let alerts = services.alerts().list(system, &AlertFilter::default(), &PageRequest::default()).await?;
    if let Some(alert) = alerts.items.iter().find(|alert| alert.title.contains("Printer")) {
        services.alerts().acknowledge(&actor, alert.id).await?;
    }
    Ok(())
}
