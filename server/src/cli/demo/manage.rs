//! The Manage side of the demo: a simulated instance, a connector that watches it, categories, a colleague.

use domain::{
    account::{Actor, Role},
    alert::{AlertFilter, Severity, category::CategoryInput},
    connector::{ConnectorInput, Detail, OwnerAssignment},
    page::PageRequest,
    secret::Secret,
};
use jiff::Timestamp;
use sandbox::manage::{API_MEMBER, Manage, World};
use services::{Services, accounts::NewUser};

const NAME: &str = "Acme";
/// Any integration will do for a simulator.
const CLIENT_ID: &str = "0f8fad5b-d9cb-469f-a165-70867728950e";

/// Starts the instance; the person who looks works there as well.
pub(super) async fn start(now: Timestamp, first: &str, last: &str, email: &str) -> std::io::Result<Manage> {
    Manage::start(World::demo(now, first, last, email)).await
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

/// A demo that was kept has the address of the instance of its last run.
pub(super) async fn follow(services: &Services, manage: &Manage) -> services::Result<()> {
    let system = Actor::system("demo");
    let connectors = services.connectors().list(&system).await?;
    if let Some(old) = connectors.into_iter().find(|connector| connector.input.name == NAME) {
        services.connectors().change(&system, old.id, input(manage)).await?;
        services.connectors().enable(&system, old.id).await?;
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
