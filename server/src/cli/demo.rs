//! `tandem demo`: a master library, a week of changes, a simulated Automate, a simulated Manage with tickets, one
//! address to open.

mod automate;
mod manage;

use super::{Place, explain, say};
use crate::{logs, run};
use clap::Args;
use domain::{
    account::{Actor, Role},
    client::NewClient,
    content::{
        Approval, ContentType, Status,
        view::{ItemFilter, ItemRow, Seen},
    },
    page::PageRequest,
    ring::{RingInput, RingRules},
    source::{Connection, SourceInput},
};
use sandbox::automate_rest::AutomateRest;
use services::{Services, accounts::NewUser};
use std::path::{Path, PathBuf};

const EMAIL: &str = "demo@tandem.example";
const NAME: (&str, &str) = ("Dana", "Demo");
const PASSWORD: &str = "walnut lantern 42";

#[derive(Args)]
pub(super) struct Demo {
    /// Address and port.
    #[arg(long, default_value = "127.0.0.1:8080")]
    listen: String,
    /// Keeps the demo in this folder instead of a temporary one.
    #[arg(long)]
    keep: Option<PathBuf>,
}

impl Demo {
    pub(super) async fn run(self) -> anyhow::Result<()> {
        let temporary = std::env::temp_dir().join(format!("tandem-demo-{}", std::process::id()));
        let folder = self.keep.clone().unwrap_or_else(|| temporary.clone());
        std::fs::create_dir_all(&folder)?;
        let folder = folder.canonicalize()?;
        let database = format!("sqlite://{}", folder.join("tandem.db").display());
        let place = Place { database: Some(database), listen: Some(self.listen), ..Place::default() };
        let mut config = place.load()?;
        // The simulated Manage and Automate are on this machine.
        config.security.allowed_networks.push("127.0.0.0/8".into());
        logs::start(&config.log);
        let running = run::start(&config).await?;
        let manage = manage::start(&running.services, NAME.0, NAME.1, EMAIL).await?;
        let lab = automate::start().await?;
        if running.services.accounts().needs_setup().await? {
            say("preparing a master library and a week of changes …");
            furnish(&running.services, &folder.join("library"), &lab).await.map_err(explain)?;
            manage::connect(&running.services, &manage).await.map_err(explain)?;
        } else {
            manage::follow(&running.services).await.map_err(explain)?;
            automate::follow(&running.services, &lab).await.map_err(explain)?;
        }
        say(&format!("listening on {}", running.url));
        say("");
        say(&format!("  Open      {}", running.url));
        say(&format!("  Sign in   {EMAIL}"));
        say(&format!("  Password  {PASSWORD}"));
        say("");
        say(&format!(
            "  Tickets   {}/_sandbox  (the simulated Manage: create some, change some)",
            manage.url()
        ));
        say(&format!("  The master library is the folder {}", folder.join("library").display()));
        say(&format!("  A second Automate answers over REST at {}", lab.url));
        say("  Ctrl-C stops the demo.");
        running.until_signal().await?;
        if self.keep.is_none() {
            std::fs::remove_dir_all(&temporary)?;
        }
        Ok(())
    }
}

/// Everything that a first look needs: all statuses, all approvals, people, API clients.
async fn furnish(services: &Services, library: &Path, lab: &AutomateRest) -> services::Result<()> {
    let system = Actor::system("demo");
    let broken = |error: std::io::Error| services::Error::Unavailable(error.to_string());
    sandbox::library::write(library).map_err(broken)?;
    let input = SourceInput {
        name: "Master".into(),
        connection: Connection::Folder { path: library.display().to_string() },
        content_types: vec![],
        folders: vec![],
    };
    let source = services.sources().create(&system, input).await?;
    services.sources().scan(&system, source.id).await?;
    automate::connect(services, lab).await?;
    let ada = Actor::system("Ada Lindqvist");
    for kind in ContentType::ALL {
        let rows = rows(services, kind, Approval::NeedsApproval).await?;
        if !rows.is_empty() {
            services
                .content()
                .approve(&ada, kind, rows.iter().map(seen).collect(), Some("First review".into()))
                .await?;
            services.content().sync(&ada, kind, None).await?;
        }
    }
    sandbox::library::evolve(library).map_err(broken)?;
    services.sources().scan(&system, source.id).await?;
    approve_some(services, &ada).await?;
    let pilot = RingInput { name: "pilot".into(), rules: RingRules::default() };
    services.rings().create(&system, pilot, Some(0)).await?;
    for (name, ring) in [("Acme Industries", "everyone"), ("Northwind Traders", "pilot")] {
        let secret = services.clients().generate_secret();
        let (name, ring) = (name.to_owned(), Some(ring.to_owned()));
        let new = NewClient { name, secret_confirmation: secret.clone(), secret, ring, content_types: None };
        services.clients().create(&system, new).await?;
    }
    let user = NewUser {
        email: EMAIL.into(),
        name: format!("{} {}", NAME.0, NAME.1),
        role: Role::Admin,
        password: PASSWORD.into(),
    };
    services.accounts().create_user(&system, user).await?;
    Ok(())
}

/// One change and one removal wait for the sync, the others for a reviewer.
async fn approve_some(services: &Services, ada: &Actor) -> services::Result<()> {
    let waiting = rows(services, ContentType::Scripts, Approval::NeedsApproval).await?;
    let first = |status: Status| waiting.iter().find(|row| row.status == status).map(seen);
    let chosen: Vec<Seen> = [Status::Changed, Status::MovedOrDeleted].into_iter().filter_map(first).collect();
    services.content().approve(ada, ContentType::Scripts, chosen, None).await?;
    Ok(())
}

async fn rows(services: &Services, kind: ContentType, approval: Approval) -> services::Result<Vec<ItemRow>> {
    let filter = ItemFilter { approval: Some(approval), ..ItemFilter::default() };
    let page = PageRequest { limit: domain::page::MAX_LIMIT, cursor: None };
    Ok(services.content().items(&Actor::system("demo"), kind, &filter, &page).await?.items)
}

fn seen(row: &ItemRow) -> Seen {
    Seen { guid: row.guid.clone(), candidate_hash: row.candidate_hash.clone() }
}
