//! `tandem receiver init`: both sides are signed in with before anything is written.

use crate::{
    cli::{first_line, say},
    wiring,
};
use anyhow::{bail, ensure};
use clap::Args;
use receiver::{AutomateServer, Home, Into, SignIn};
use std::{path::PathBuf, process::ExitCode};

#[derive(Args)]
pub(super) struct Init {
    /// The server, for example `https://tandem.example.com`.
    #[arg(long)]
    server: String,
    /// The API client's name.
    #[arg(long)]
    client: String,
    /// Reads the secret from the first line of standard input.
    #[arg(long, required = true)]
    secret_stdin: bool,
    /// Where content goes: folder:PATH, mysql://USER@HOST/labtech or https://AUTOMATE-SERVER (scripts and groups only).
    #[arg(long)]
    into: String,
    /// Reads the database's password from standard input, on the line after the secret.
    #[arg(long)]
    database_password_stdin: bool,
    /// The user that signs in to Automate's REST interface.
    #[arg(long)]
    automate_user: Option<String>,
    /// The GUID of the integration that is registered with Automate (`ClientId`).
    #[arg(long)]
    automate_client_id: Option<String>,
    /// Reads the Automate user's password from standard input, on the line after the secret.
    #[arg(long)]
    automate_password_stdin: bool,
    /// Reads the key of the Automate user's authenticator app from standard input, on the line after the password.
    #[arg(long)]
    automate_passcode_stdin: bool,
    /// Where the receiver keeps its settings when content goes to a database or a server.
    #[arg(long, default_value = ".")]
    home: PathBuf,
    /// Refuses a server whose signing key has another fingerprint (16 digits or more).
    #[arg(long)]
    key_fingerprint: Option<String>,
}

impl Init {
    pub(super) async fn run(self) -> anyhow::Result<ExitCode> {
        let into = Into::parse(&self.into)?;
        self.refuse_flags_of_others(&into)?;
        let secret = first_line()?;
        let sign_in = SignIn {
            server: &self.server,
            client: &self.client,
            secret: &secret,
            key_fingerprint: self.key_fingerprint.as_deref(),
        };
        let (connected, what) = match into {
            Into::Folder(path) => (Home::init_with_key(&path, sign_in).await?, path.display().to_string()),
            Into::Database { url, password } => {
                let password = self.database_password(password)?;
                wiring::prepare(&url, &password).await?;
                (Home::init_database(&self.home, sign_in, &url, &password).await?, url)
            }
            Into::Server { url } => (self.automate(&url, sign_in).await?, url),
        };
        say(&format!("connected {what} with {} as {}", self.server, self.client));
        match connected.trusted_key()? {
            Some(key) => say(&format!("the server's key has the fingerprint {}", key.fingerprint()?)),
            None => say("the server does not sign what it serves"),
        }
        Ok(ExitCode::SUCCESS)
    }

    fn refuse_flags_of_others(&self, into: &Into) -> anyhow::Result<()> {
        let database = matches!(into, Into::Database { .. });
        ensure!(
            database || !self.database_password_stdin,
            "--database-password-stdin: --into names no database; leave it out"
        );
        let rest = self.automate_user.is_some()
            || self.automate_client_id.is_some()
            || self.automate_password_stdin
            || self.automate_passcode_stdin;
        ensure!(
            matches!(into, Into::Server { .. }) || !rest,
            "--automate-…: --into names no Automate server (https://…); leave these out"
        );
        Ok(())
    }

    fn database_password(&self, in_address: Option<String>) -> anyhow::Result<String> {
        match (in_address, self.database_password_stdin) {
            (Some(_), true) => {
                bail!("--database-password-stdin: --into holds a password already; take one of the two out")
            }
            (Some(password), false) => Ok(password),
            (None, true) => first_line(),
            (None, false) => Ok(String::new()),
        }
    }

    async fn automate(&self, url: &str, sign_in: SignIn<'_>) -> anyhow::Result<Home> {
        ensure!(
            self.automate_password_stdin,
            "--automate-password-stdin: is needed with --into https://…; the password is read on the line after the \
             secret"
        );
        let password = first_line()?;
        let passcode = if self.automate_passcode_stdin { Some(first_line()?) } else { None };
        let server = AutomateServer {
            url: url.to_owned(),
            username: self.automate_user.clone().unwrap_or_default(),
            client_id: self.automate_client_id.clone().unwrap_or_default(),
        };
        server.check(&password, passcode.as_deref())?;
        let prepared = wiring::prepare_automate(&server, &password, passcode.as_deref()).await?;
        for missing in &prepared.missing {
            say(&format!("note: {missing}"));
        }
        say("scripts and groups can be written over REST; every other type is refused item by item");
        let home = Home::init_automate(&self.home, sign_in, server, &password, passcode.as_deref()).await?;
        prepared.keep_token(&home)?;
        Ok(home)
    }
}
