//! The form of a source on the server: from what was typed to the use cases.

use super::sources::Typed;
use domain::{
    account::Actor,
    ids::SourceId,
    secret::Secret,
    source::{Connection, SourceCheck, SourceInput},
};
use services::{Error, Result, Services};

/// The secrets that were typed; empty ones stay as they are kept.
pub(super) struct Secrets {
    pub(super) password: String,
    pub(super) passcode: String,
}

/// Tests or saves. What was saved answers nothing more.
pub(super) async fn save(
    services: &Services,
    actor: &Actor,
    act: &str,
    typed: &Typed,
    secrets: Secrets,
) -> Result<Option<SourceCheck>> {
    let id = match typed.id.as_str() {
        "" => None,
        id => Some(id.parse::<SourceId>().map_err(|_| Error::NotFound("source"))?),
    };
    let input = input(typed, secrets)?;
    if act == "test" || id.is_none() {
        let check = services.sources().test(actor, id, input.clone()).await?;
        if act == "test" {
            return Ok(Some(check));
        }
    }
    match id {
        Some(id) => services.sources().update(actor, id, input).await?,
        None => services.sources().create(actor, input).await?,
    };
    Ok(None)
}

fn input(typed: &Typed, secrets: Secrets) -> Result<SourceInput> {
    let folders = typed.folders.split(';').map(str::trim).filter(|folder| !folder.is_empty());
    Ok(SourceInput {
        name: typed.name.clone(),
        connection: connection(typed, secrets)?,
        content_types: typed.content_types.clone(),
        folders: folders.map(str::to_owned).collect(),
    })
}

fn connection(typed: &Typed, secrets: Secrets) -> Result<Connection> {
    let trimmed = |text: &str| text.trim().to_owned();
    let typed_password = Secret::typed(Some(secrets.password));
    let passcode = match Secret::typed(Some(secrets.passcode)) {
        // A new one replaces what was kept, whatever was ticked.
        Secret::Kept if typed.forget_passcode => Secret::Missing,
        passcode => passcode,
    };
    Ok(match typed.kind.as_str() {
        "folder" => Connection::Folder { path: trimmed(&typed.path) },
        "automate_rest" => Connection::AutomateRest {
            url: trimmed(&typed.url),
            username: trimmed(&typed.username),
            password: typed_password,
            client_id: trimmed(&typed.client_id),
            passcode,
        },
        "automate_mysql" => {
            let mut connection = Connection::mysql(&typed.url);
            if let (Connection::AutomateMysql { password, .. }, Secret::Given(_)) =
                (&mut connection, &typed_password)
            {
                *password = typed_password;
            }
            connection
        }
        _ => return Err(Error::field("kind", "is not a kind of source")),
    })
}
