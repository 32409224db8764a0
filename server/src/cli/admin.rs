//! `tandem admin`: what someone on the machine itself may do.

use super::{Place, explain, first_line, pretty, say};
use crate::wiring;
use clap::{Args, Subcommand};
use domain::account::{Actor, Role};
use services::{accounts::NewUser, secrets::Rotation};

#[derive(Args)]
pub(super) struct Admin {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Adds a person; the password is read from standard input.
    CreateUser {
        #[command(flatten)]
        place: Place,
        #[arg(long)]
        email: String,
        /// The name; the part before the @ unless given.
        #[arg(long)]
        name: Option<String>,
        /// admin, approver, responder or viewer.
        #[arg(long, value_parser = role)]
        role: Role,
        /// Reads the password from the first line of standard input.
        #[arg(long, required = true)]
        password_stdin: bool,
        #[arg(long)]
        json: bool,
    },
    /// Makes a personal token and prints it; it is not readable again.
    CreateToken {
        #[command(flatten)]
        place: Place,
        /// admin, approver, responder or viewer.
        #[arg(long, value_parser = role)]
        role: Role,
        #[arg(long)]
        name: String,
        #[arg(long)]
        json: bool,
    },
    /// Sets a person's password, read from standard input, and ends their sessions.
    ResetPassword {
        #[command(flatten)]
        place: Place,
        #[arg(long)]
        email: String,
        /// Reads the password from the first line of standard input.
        #[arg(long, required = true)]
        password_stdin: bool,
    },
    /// Changes the key that passwords of sources and keys of connectors are sealed under. Safe while Tandem runs.
    RotateKey {
        #[command(flatten)]
        place: Place,
        #[arg(long)]
        json: bool,
    },
}

fn told(done: Rotation) -> String {
    let key = if done.renewed { "made a new key" } else { "took the first configured key" };
    format!("{key}; {} secrets were sealed anew under it", done.resealed)
}

fn role(text: &str) -> Result<Role, String> {
    text.parse().map_err(|error: domain::field::FieldError| error.message)
}

impl Admin {
    pub(super) async fn run(self) -> anyhow::Result<()> {
        let actor = Actor::system("command line");
        match self.command {
            Command::CreateUser { place, email, name, role, json, .. } => {
                let password = first_line()?;
                let name = name.unwrap_or_else(|| email.split('@').next().unwrap_or_default().to_owned());
                let (services, database) = wiring::services(&place.load()?).await?;
                let new = NewUser { email, name, role, password };
                let user = services.accounts().create_user(&actor, new).await.map_err(explain)?;
                say(&if json { pretty(&user)? } else { format!("added {} as {}", user.email, user.role) });
                database.close().await;
            }
            Command::CreateToken { place, role, name, json } => {
                let (services, database) = wiring::services(&place.load()?).await?;
                let token = services.accounts().create_token(&actor, &name, role).await.map_err(explain)?;
                say(&if json { pretty(&token)? } else { token.token });
                database.close().await;
            }
            Command::ResetPassword { place, email, .. } => {
                let password = first_line()?;
                let (services, database) = wiring::services(&place.load()?).await?;
                let user =
                    services.accounts().reset_password(&actor, &email, &password).await.map_err(explain)?;
                say(&format!("set the password of {}; all sessions have ended", user.email));
                database.close().await;
            }
            Command::RotateKey { place, json } => {
                let (services, database) = wiring::services(&place.load()?).await?;
                let done = services.secrets().rotate(&actor).await.map_err(explain)?;
                let shown = serde_json::json!({ "new_key": done.renewed, "resealed": done.resealed });
                say(&if json { pretty(&shown)? } else { told(done) });
                database.close().await;
            }
        }
        Ok(())
    }
}
