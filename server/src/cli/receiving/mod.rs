//! `tandem receiver`: the receiving side (`docs/receiver.md`).

mod connect;
mod show;

use super::{complain, first_line, pretty, say};
use crate::wiring;
use clap::{Args, Subcommand};
use domain::content::{ContentType, Guid};
use receiver::{Home, Outcome, ReceiverError, Run, Selection, SyncRequest, SyncResult};
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
    /// Connects a folder, an Automate database or an Automate server with a Tandem server; secrets are read from
    /// standard input, each on a line.
    Init(Box<connect::Init>),
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
        /// Takes what the server offers although a newer revision was seen: it was restored from a backup.
        #[arg(long)]
        accept_older: bool,
        #[arg(long)]
        json: bool,
    },
    /// Shows an item three ways: as it was installed, as it stands here, as it is offered.
    Diff {
        #[command(flatten)]
        home: Where,
        #[arg(long, value_parser = guid)]
        guid: Guid,
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
            Command::Init(init) => init.run().await,
            Command::Status { home, content_type, json } => status(&home, content_type, json).await,
            Command::Sync { home, content_type, guid, dry_run, force, accept_older, json } => {
                let selection = match guid {
                    Some(guid) => Selection::One(guid),
                    None => Selection::Mass(content_type),
                };
                let mut session = session(&home).await?;
                if accept_older {
                    session.accept_older();
                }
                sync(session, SyncRequest { selection, dry_run, force }, json).await
            }
            Command::Diff { home, guid } => {
                let three = session(&home).await?.three_way(&guid).await?;
                show::three_way(&three).iter().for_each(|line| say(line));
                Ok(ExitCode::SUCCESS)
            }
            Command::Exclude { home, guid, include } => {
                session(&home).await?.exclude(&guid, !include).await?;
                Ok(ExitCode::SUCCESS)
            }
            Command::Remove { home, content_type, yes } => remove(&home, content_type, yes).await,
            Command::Watch { home, every } => watch(&home, Duration::from_secs(every.max(1))).await,
        }
    }
}

/// The receiver at work, with its target.
async fn session(home: &Where) -> anyhow::Result<receiver::Session> {
    wiring::receiver(&Home::open(&home.home)?).await
}

async fn status(home: &Where, content_type: Option<ContentType>, json: bool) -> anyhow::Result<ExitCode> {
    let rows = session(home).await?.status(content_type).await?;
    if json {
        say(&pretty(&rows)?);
    } else {
        rows.iter().for_each(|row| say(&show::status(row)));
        say(&format!("{} items", rows.len()));
    }
    Ok(ExitCode::SUCCESS)
}

async fn sync(mut session: receiver::Session, request: SyncRequest, json: bool) -> anyhow::Result<ExitCode> {
    let Run { results, ended_by } = session.run(&request).await?;
    if json {
        say(&pretty(&results)?);
    } else {
        for result in results.iter().filter(|result| result.outcome == Outcome::Done) {
            show::done(result, request.dry_run).iter().for_each(|line| say(line));
        }
        complain_of(&results);
        say(&format!("{} items{}", results.len(), if request.dry_run { " (dry run)" } else { "" }));
    }
    end(&results, ended_by)
}

/// How a run ends for whoever called it, once its results were told.
fn end(results: &[SyncResult], ended_by: Option<ReceiverError>) -> anyhow::Result<ExitCode> {
    match ended_by {
        Some(error) => Err(error.into()),
        None if failed(results).next().is_some() => Ok(ExitCode::FAILURE),
        None => Ok(ExitCode::SUCCESS),
    }
}

/// What failed, and why.
fn failed(results: &[SyncResult]) -> impl Iterator<Item = (&SyncResult, &str)> {
    results.iter().filter_map(|result| match &result.outcome {
        Outcome::Failed { message } => Some((result, message.as_str())),
        Outcome::Done => None,
    })
}

/// How many did not fail.
fn done(results: &[SyncResult]) -> usize {
    results.len() - failed(results).count()
}

fn complain_of(results: &[SyncResult]) {
    for (result, message) in failed(results) {
        complain(&format!("failed: {} {}: {message}", result.guid, result.name));
    }
}

async fn remove(home: &Where, content_type: ContentType, yes: bool) -> anyhow::Result<ExitCode> {
    let mut session = session(home).await?;
    let installed = session.installed(content_type).await?;
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
    let Run { results, ended_by } = session.remove(content_type).await?;
    complain_of(&results);
    say(&format!("removed {} items", done(&results)));
    end(&results, ended_by)
}

async fn watch(home: &Where, every: Duration) -> anyhow::Result<ExitCode> {
    // A folder that was never connected is told at once, not every minute.
    Home::open(&home.home)?;
    let request = SyncRequest { selection: Selection::Mass(None), dry_run: false, force: false };
    loop {
        if let Err(error) = look(home, &request).await {
            complain(&format!("tandem: {error}; the next look tries again"));
        }
        tokio::select! {
            _ = tokio::signal::ctrl_c() => return Ok(ExitCode::SUCCESS),
            () = tokio::time::sleep(every) => {}
        }
    }
}

/// One look, with the settings and secrets that the home holds now: both may have changed since the last one.
async fn look(home: &Where, request: &SyncRequest) -> anyhow::Result<()> {
    let Run { results, ended_by } = session(home).await?.run(request).await?;
    complain_of(&results);
    match done(&results) {
        0 => {}
        done => say(&format!("{done} items")),
    }
    ended_by.map_or(Ok(()), |error| Err(error.into()))
}
