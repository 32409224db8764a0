//! The command line: `tandem serve`, `admin`, `receiver`, `config`, `doctor`, `openapi`, `demo`.
//!
//! What a command answers goes to standard output, everything else to standard error. Exit code 0 is done,
//! 1 is failed, 2 is wrong usage.

mod admin;
mod configuration;
#[cfg(feature = "demo")]
mod demo;
mod doctor;
mod export;
mod receiving;

use crate::{Config, logs, run};
use clap::{Args, Parser, Subcommand};
use std::process::ExitCode;

#[derive(Parser)]
#[command(name = "tandem", version, about = "Keeps an MSP's ConnectWise products and its people in step.")]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Serves the screens and the API, and runs the jobs.
    Serve(Place),
    /// Manages people and tokens from the machine that Tandem runs on.
    Admin(admin::Admin),
    /// Pulls published content to this side.
    Receiver(receiving::Receiver),
    /// Writes production as files for a Git repository.
    Export(export::Export),
    /// Prints or checks the configuration.
    Config(configuration::Configuration),
    /// Looks whether the database, the sources and the connectors are well, and says what to do.
    Doctor(doctor::Doctor),
    /// Prints the OpenAPI document of /api/v1.
    Openapi,
    /// Shows Tandem at work on sample data; nothing to configure.
    #[cfg(feature = "demo")]
    Demo(demo::Demo),
}

/// Flags that place a Tandem: they go before the environment and the file.
#[derive(Debug, Clone, Default, Args)]
struct Place {
    /// The configuration file; tandem.toml in this folder unless named.
    #[arg(long)]
    config: Option<String>,
    /// sqlite:///path/tandem.db or postgres://user@host/name.
    #[arg(long)]
    database: Option<String>,
    /// Address and port; port 0 takes a free one.
    #[arg(long)]
    listen: Option<String>,
    /// The address that people type.
    #[arg(long)]
    public_url: Option<String>,
}

impl Place {
    fn load(&self) -> anyhow::Result<Config> {
        let mut config = Config::load(self.config.as_deref())?;
        config.database.url = self.database.clone().unwrap_or(config.database.url);
        config.server.listen = self.listen.clone().unwrap_or(config.server.listen);
        config.server.public_url = self.public_url.clone().unwrap_or(config.server.public_url);
        config.check()?;
        Ok(config)
    }
}

/// Runs the command that was typed.
pub fn main() -> ExitCode {
    let cli = match Cli::try_parse() {
        Ok(cli) => cli,
        Err(error) => {
            let asked = !error.use_stderr();
            // Nothing is left to be done when the message itself cannot be printed.
            let _ = error.print();
            return ExitCode::from(if asked { 0 } else { 2 });
        }
    };
    let done = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .map_err(anyhow::Error::from)
        .and_then(|runtime| runtime.block_on(run(cli.command)));
    match done {
        Ok(code) => code,
        Err(error) => {
            complain(&format!("tandem: {error:#}"));
            ExitCode::FAILURE
        }
    }
}

async fn run(command: Command) -> anyhow::Result<ExitCode> {
    match command {
        Command::Serve(place) => serve(place.load()?).await?,
        Command::Admin(admin) => admin.run().await?,
        Command::Export(export) => export.run().await?,
        Command::Receiver(receiver) => return receiver.run().await,
        Command::Doctor(doctor) => return doctor.run().await,
        Command::Config(configuration) => configuration.run()?,
        Command::Openapi => say(&pretty(&crate::http::public::document::document())?),
        #[cfg(feature = "demo")]
        Command::Demo(demo) => demo.run().await?,
    }
    Ok(ExitCode::SUCCESS)
}

async fn serve(config: Config) -> anyhow::Result<()> {
    logs::start(&config.log);
    let running = run::start(&config).await?;
    say(&format!("listening on {}", running.url));
    running.until_signal().await
}

/// Prints an answer.
#[expect(clippy::print_stdout, reason = "what a command answers goes to standard output")]
fn say(text: &str) {
    println!("{text}");
}

/// Prints what went wrong.
fn complain(text: &str) {
    eprintln!("{text}");
}

fn pretty<T: serde::Serialize>(value: &T) -> anyhow::Result<String> {
    Ok(serde_json::to_string_pretty(value)?)
}

/// The first line of standard input: how secrets reach a command without standing in its arguments.
fn first_line() -> anyhow::Result<String> {
    let mut line = String::new();
    std::io::stdin().read_line(&mut line)?;
    Ok(line.trim_end_matches(['\r', '\n']).to_owned())
}

/// A failure of a use case in words for a terminal.
fn explain(error: services::Error) -> anyhow::Error {
    match error {
        services::Error::Invalid(fields) => {
            let told: Vec<String> =
                fields.iter().map(|field| format!("{} {}", field.field, field.message)).collect();
            anyhow::anyhow!(told.join("; "))
        }
        other => other.into(),
    }
}
