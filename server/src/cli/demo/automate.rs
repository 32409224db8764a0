//! The second source of the demo: a simulated Automate server whose scripts are read over REST.

use domain::{
    account::Actor,
    content::ContentType,
    secret::Secret,
    source::{Connection, SourceInput},
};
use sandbox::{
    automate_rest::{AutomateRest, CLIENT_ID, PASSWORD, USERNAME},
    library,
};
use services::Services;

const NAME: &str = "Lab (REST)";

/// Starts the server.
pub(super) async fn start() -> std::io::Result<AutomateRest> {
    AutomateRest::start(library::lab()).await
}

/// Adds it and reads it once.
pub(super) async fn connect(services: &Services, automate: &AutomateRest) -> services::Result<()> {
    let system = Actor::system("demo");
    let source = services.sources().create(&system, input(automate)).await?;
    services.sources().scan(&system, source.id).await.map(drop)
}

/// A demo that was kept has the address of the server of its last run.
pub(super) async fn follow(services: &Services, automate: &AutomateRest) -> services::Result<()> {
    let system = Actor::system("demo");
    let sources = services.sources().list(&system).await?;
    if let Some(old) = sources.into_iter().find(|source| source.input.name == NAME) {
        services.sources().update(&system, old.id, input(automate)).await?;
    }
    Ok(())
}

fn input(automate: &AutomateRest) -> SourceInput {
    SourceInput {
        name: NAME.into(),
        connection: Connection::AutomateRest {
            url: automate.url.clone(),
            username: USERNAME.into(),
            password: Secret::Given(PASSWORD.into()),
            client_id: CLIENT_ID.into(),
            passcode: Secret::Missing,
        },
        content_types: vec![ContentType::Scripts],
        folders: vec![],
    }
}
