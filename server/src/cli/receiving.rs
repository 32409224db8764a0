//! `tandem receiver`: the receiving side.

use super::{complain, first_line, pretty, say};
use anyhow::Context as _;
use clap::{Args, Subcommand};
use domain::content::{ContentType, Guid};
use receiver::{Home, ItemStatus, Outcome, Selection, SyncRequest};
use std::{path::PathBuf, process::ExitCode, time::Duration};

#[derive(Args)]
pub(super) struct Receiver {
    #[command(subcommand)]
    command: Command,
}

#[derive(Args)]
struct Where {
    /// The receiver's folder: the one named at init.
    #[arg(long, default_value = ".")]
    home: PathBuf,
}

#[derive(Subcommand)]
enum Command {
    /// Connects a folder with a server; the secret is read from standard input.
    Init {
        /// The server, for example `https://tandem.example.com`.
        #[arg(long)]
        server: String,
        /// The API client's name.
        #[arg(long)]
        client: String,
        /// Reads the secret from the first line of standard input.
        #[arg(long, required = true)]
        secret_stdin: bool,
        /// Where content goes: folder:PATH.
        #[arg(long)]
        into: String,
    },
    /// Shows every item and its state.
    Status {
        #[command(flatten)]
        home: Where,
        #[arg(long = "type", value_parser = content_type)]
        content_type: Option<ContentType>,
        #[arg(long)]
        json: bool,
    },
    /// Takes over what is offered.
    Sync {
        #[command(flatten)]
        home: Where,
        /// Only this type.
        #[arg(long = "type", value_parser = content_type)]
        content_type: Option<ContentType>,
        /// Only this item; one that is no longer offered is removed.
        #[arg(long, value_parser = guid)]
        guid: Option<Guid>,
        /// Says what would be done and does nothing.
        #[arg(long)]
        dry_run: bool,
        /// Overwrites local changes.
        #[arg(long)]
        force: bool,
        #[arg(long)]
        json: bool,
    },
    /// Keeps an item out of mass syncs, or takes it in again.
    Exclude {
        #[command(flatten)]
        home: Where,
        #[arg(long, value_parser = guid)]
        guid: Guid,
        /// Takes it in again.
        #[arg(long)]
        include: bool,
    },
    /// Removes everything of one type that was installed here.
    Remove {
        #[command(flatten)]
        home: Where,
        #[arg(long = "type", value_parser = content_type)]
        content_type: ContentType,
        /// Removes without asking.
        #[arg(long)]
        yes: bool,
    },
    /// Syncs again and again until stopped.
    Watch {
        #[command(flatten)]
        home: Where,
        /// Seconds between two looks.
        #[arg(long, default_value_t = 60)]
        every: u64,
    },
}

fn content_type(text: &str) -> Result<ContentType, String> {
    text.parse().map_err(|error: domain::field::FieldError| error.message)
}

fn guid(text: &str) -> Result<Guid, String> {
    Guid::parse(text).map_err(|error| error.to_string())
}

impl Receiver {
    pub(super) async fn run(self) -> anyhow::Result<ExitCode> {
        match self.command {
            Command::Init { server, client, into, .. } => init(&server, &client, &into).await,
            Command::Status { home, content_type, json } => status(&home, content_type, json).await,
            Command::Sync { home, content_type, guid, dry_run, force, json } => {
                let selection = match guid {
                    Some(guid) => Selection::One(guid),
                    None => Selection::Mass(content_type),
                };
                sync(&home, SyncRequest { selection, dry_run, force }, json).await
            }
            Command::Exclude { home, guid, include } => {
                Home::open(&home.home)?.lock()?.exclude(&guid, !include)?;
                Ok(ExitCode::SUCCESS)
            }
            Command::Remove { home, content_type, yes } => remove(&home, content_type, yes).await,
            Command::Watch { home, every } => watch(&home, Duration::from_secs(every.max(1))).await,
        }
    }
}

async fn init(server: &str, client: &str, into: &str) -> anyhow::Result<ExitCode> {
    let secret = first_line()?;
    let path = into.strip_prefix("folder:").context("--into must be folder:PATH")?;
    Home::init(path.as_ref(), server, client, &secret).await?;
    say(&format!("connected {path} with {server} as {client}"));
    Ok(ExitCode::SUCCESS)
}

async fn status(home: &Where, content_type: Option<ContentType>, json: bool) -> anyhow::Result<ExitCode> {
    let session = Home::open(&home.home)?.lock()?;
    let rows = session.status(content_type).await?;
    if json {
        say(&pretty(&rows)?);
    } else {
        rows.iter().for_each(|row| say(&line(row)));
        say(&format!("{} items", rows.len()));
    }
    Ok(ExitCode::SUCCESS)
}

fn line(row: &ItemStatus) -> String {
    let version = |number: Option<u32>| number.map_or("-".to_owned(), |number| number.to_string());
    let kept_out = if row.mass_sync { "" } else { "  (not in mass sync)" };
    format!(
        "{:<17} {:<17} {:>4} -> {:<4} {}  {}{kept_out}",
        row.state.as_str(),
        row.content_type.as_str(),
        version(row.installed_version),
        version(row.offered_version),
        row.guid,
        row.name
    )
}

async fn sync(home: &Where, request: SyncRequest, json: bool) -> anyhow::Result<ExitCode> {
    let mut session = Home::open(&home.home)?.lock()?;
    let results = session.sync(&request).await?;
    if json {
        say(&pretty(&results)?);
    } else {
        for result in &results {
            let what = result.action.word(request.dry_run);
            match &result.outcome {
                Outcome::Done => {
                    say(&format!("{what} {} {} {}", result.content_type.singular(), result.guid, result.name))
                }
                Outcome::Failed { message } => {
                    complain(&format!("failed: {} {}: {message}", result.guid, result.name))
                }
            }
        }
        say(&format!("{} items{}", results.len(), if request.dry_run { " (dry run)" } else { "" }));
    }
    let failed = results.iter().any(|result| matches!(result.outcome, Outcome::Failed { .. }));
    Ok(if failed { ExitCode::FAILURE } else { ExitCode::SUCCESS })
}

async fn remove(home: &Where, content_type: ContentType, yes: bool) -> anyhow::Result<ExitCode> {
    let mut session = Home::open(&home.home)?.lock()?;
    let installed = session.installed(content_type);
    for (guid, name) in &installed {
        say(&format!("{} {guid} {name}", content_type.singular()));
    }
    if !yes && !installed.is_empty() {
        say(&format!("Remove these {}? Type the type's name to confirm:", installed.len()));
        if first_line()?.trim() != content_type.as_str() {
            complain("not confirmed; nothing was removed");
            return Ok(ExitCode::FAILURE);
        }
    }
    let removed = session.remove(content_type)?;
    say(&format!("removed {removed} items"));
    Ok(ExitCode::SUCCESS)
}

async fn watch(home: &Where, every: Duration) -> anyhow::Result<ExitCode> {
    let home = Home::open(&home.home)?;
    let request = SyncRequest { selection: Selection::Mass(None), dry_run: false, force: false };
    loop {
        match home.lock()?.sync(&request).await {
            Ok(results) if results.is_empty() => {}
            Ok(results) => say(&format!("{} items", results.len())),
            Err(error) => complain(&format!("tandem: {error}; the next look tries again")),
        }
        tokio::select! {
            _ = tokio::signal::ctrl_c() => return Ok(ExitCode::SUCCESS),
            () = tokio::time::sleep(every) => {}
        }
    }
}
