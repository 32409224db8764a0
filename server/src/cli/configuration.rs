//! `tandem config`: what the configuration is, and whether it works.

use super::{Place, say};
use crate::config::DEFAULTS;
use clap::{Args, Subcommand};

#[derive(Args)]
pub(super) struct Configuration {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Prints the configuration in force, without passwords.
    Print {
        #[command(flatten)]
        place: Place,
        /// Prints the commented defaults instead.
        #[arg(long)]
        defaults: bool,
    },
    /// Says whether the configuration can be used.
    Check {
        #[command(flatten)]
        place: Place,
    },
}

impl Configuration {
    pub(super) fn run(self) -> anyhow::Result<()> {
        match self.command {
            Command::Print { defaults: true, .. } => say(DEFAULTS.trim_end()),
            Command::Print { place, .. } => {
                let mut config = place.load()?;
                config.database.url = without_password(&config.database.url);
                say(toml::to_string_pretty(&config)?.trim_end());
            }
            Command::Check { place } => {
                place.load()?;
                say("the configuration can be used");
            }
        }
        Ok(())
    }
}

/// `postgres://user:secret@host` → `postgres://user:…@host`.
fn without_password(url: &str) -> String {
    let Some((scheme, rest)) = url.split_once("://") else { return url.to_owned() };
    match rest.rsplit_once('@').and_then(|(login, host)| Some((login.split_once(':')?.0, host))) {
        Some((user, host)) => format!("{scheme}://{user}:…@{host}"),
        None => url.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    #[test]
    fn passwords_are_not_printed() {
        let hidden = super::without_password("postgres://tandem:s3cret@db/tandem");
        assert_eq!(hidden, "postgres://tandem:…@db/tandem");
        assert_eq!(super::without_password("sqlite://tandem.db"), "sqlite://tandem.db");
    }
}
