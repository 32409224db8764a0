//! ConnectWise Automate: reading content and bringing it into the canonical form.
//!
//! - [`folder`]: a folder of export files
//! - [`export`]: the files themselves: XML expansions, monitor `.sql`, encoded script bodies
//! - [`rest`]: Automate's REST interface
//! - [`mysql`]: Automate's database
//! - [`apply`]: writing content into an Automate database
//! - [`canonical`]: one file per content type, from an export's row to the canonical form
//!
//! A new kind of source is a module beside `folder` that ends in the same rows and uses the same canonical forms.

pub mod apply;
pub mod canonical;
pub mod export;
pub mod folder;
pub mod mysql;
mod part;
pub mod rest;
mod xml;

use async_trait::async_trait;
use domain::{
    content::ContentType,
    net::Networks,
    source::{Connection, SourceInput},
};
use services::ports::{
    SourceReader,
    reader::{ItemSink, KnownSignals, ReadError, Reading, SourceCheck},
};

/// Reads sources of every kind.
#[derive(Debug, Clone, Default)]
pub struct Reader {
    /// The networks that servers may stand in besides the public ones.
    pub networks: Networks,
    /// How long to wait for a server, and how often to try.
    pub patience: rest::Patience,
}

impl Reader {
    /// A reader; it keeps nothing between readings.
    pub fn new(networks: Networks) -> Self {
        Self { networks, patience: rest::Patience::default() }
    }
}

#[async_trait]
impl SourceReader for Reader {
    async fn test(&self, source: &SourceInput) -> Result<SourceCheck, ReadError> {
        match &source.connection {
            Connection::Folder { path } => {
                let path = path.clone();
                away(move || folder::check(path.as_ref())).await
            }
            Connection::AutomateRest { .. } => {
                let types = types_of(source);
                rest::check(login(&source.connection)?, &types, &self.networks, self.patience).await
            }
            Connection::AutomateMysql { url, password } => {
                let login = mysql::Login { url, password: password.given() };
                mysql::check(login, &types_of(source), &self.networks).await
            }
        }
    }

    async fn read(
        &self,
        source: &SourceInput,
        known: &KnownSignals,
        sink: &mut dyn ItemSink,
    ) -> Result<Reading, ReadError> {
        match &source.connection {
            Connection::Folder { path } => folder::read(path.as_ref(), &source.content_types, sink).await,
            Connection::AutomateRest { .. } => {
                let types = types_of(source);
                rest::read(login(&source.connection)?, &types, &self.networks, self.patience, sink).await
            }
            Connection::AutomateMysql { url, password } => {
                let login = mysql::Login { url, password: password.given() };
                mysql::read(login, &types_of(source), &self.networks, known, sink).await
            }
        }
    }
}

/// The types that a source is asked for.
fn types_of(source: &SourceInput) -> Vec<ContentType> {
    if source.content_types.is_empty() { ContentType::ALL.to_vec() } else { source.content_types.clone() }
}

fn login(connection: &Connection) -> Result<rest::Login<'_>, ReadError> {
    let Connection::AutomateRest { url, username, password, client_id, passcode } = connection else {
        return Err(unknown(connection));
    };
    let missing =
        || ReadError::Settings { field: "password".into(), message: "is missing: type it again".into() };
    let password = password.given().ok_or_else(missing)?;
    Ok(rest::Login { url, username, password, client_id, passcode: passcode.given() })
}

fn unknown(connection: &Connection) -> ReadError {
    let message = format!("`{}` is not a kind of source that can be read", connection.kind());
    ReadError::Settings { field: "kind".into(), message }
}

/// Runs work that blocks away from the async threads.
async fn away<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, ReadError> + Send + 'static,
) -> Result<T, ReadError> {
    tokio::task::spawn_blocking(work).await.map_err(|error| ReadError::Unavailable(error.to_string()))?
}
