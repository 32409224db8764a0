//! The receiver's folder: `.tandem/` inside the target holds settings, secret, manifest and journal.

use crate::{
    ReceiverError, Session,
    api::{Api, Credentials},
    folder::write_atomically,
};
use serde::{Deserialize, Serialize};
use std::{
    collections::BTreeSet,
    fs::{self, File},
    path::{Path, PathBuf},
};

/// What `init` was told.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Settings {
    /// The server.
    pub server: String,
    /// The API client's name.
    pub client: String,
    /// GUIDs that a mass sync leaves out.
    #[serde(default)]
    pub excluded: BTreeSet<String>,
}

/// A connected folder.
#[derive(Debug, Clone)]
pub struct Home {
    folder: PathBuf,
    settings: Settings,
    secret: String,
}

impl Home {
    /// Connects a folder with a server: signs in first, and writes nothing when that fails.
    pub async fn init(
        folder: &Path,
        server: &str,
        client: &str,
        secret: &str,
    ) -> Result<Self, ReceiverError> {
        let server = check_server(server)?;
        if client.trim().is_empty() || secret.is_empty() {
            let message = "must not be empty".to_owned();
            return Err(ReceiverError::Setting { field: "client and secret", message });
        }
        let settings = Settings { server, client: client.to_owned(), excluded: BTreeSet::new() };
        let home = Self { folder: folder.to_owned(), settings, secret: secret.to_owned() };
        home.api()?.sign_in().await?;
        let state = home.state();
        fs::create_dir_all(&state).map_err(ReceiverError::file(&state))?;
        let path = state.join("secret");
        write_atomically(&path, secret.as_bytes(), 0o600)?;
        home.save()?;
        Ok(home)
    }

    /// Opens a folder that was connected before.
    pub fn open(folder: &Path) -> Result<Self, ReceiverError> {
        let state = folder.join(".tandem");
        let read = |name: &str| fs::read_to_string(state.join(name));
        let not_connected = |_| ReceiverError::NotConnected(folder.to_owned());
        let settings = read("receiver.json").map_err(not_connected)?;
        let settings = serde_json::from_str(&settings)
            .map_err(|error| ReceiverError::Damaged(format!("receiver.json cannot be read ({error})")))?;
        let secret = read("secret").map_err(not_connected)?;
        Ok(Self { folder: folder.to_owned(), settings, secret })
    }

    /// Takes the folder for this process until the session is dropped.
    pub fn lock(&self) -> Result<Session, ReceiverError> {
        let path = self.state().join("lock");
        let lock = File::create(&path).map_err(ReceiverError::file(&path))?;
        lock.try_lock().map_err(|_| ReceiverError::Busy(self.folder.clone()))?;
        Session::open(self.clone(), lock)
    }

    /// Where content goes.
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// Where the receiver keeps its own files.
    pub fn state(&self) -> PathBuf {
        self.folder.join(".tandem")
    }

    /// What was told at init and since.
    pub fn settings(&self) -> &Settings {
        &self.settings
    }

    /// Leaves an item out of mass syncs, or takes it in again.
    pub fn set_excluded(&mut self, guid: &str, excluded: bool) -> Result<(), ReceiverError> {
        if excluded {
            self.settings.excluded.insert(guid.to_owned());
        } else {
            self.settings.excluded.remove(guid);
        }
        self.save()
    }

    /// The server's pull API with this client's credentials.
    pub fn api(&self) -> Result<Api, ReceiverError> {
        let credentials = Credentials { client: self.settings.client.clone(), secret: self.secret.clone() };
        Api::new(&self.settings.server, credentials)
    }

    fn save(&self) -> Result<(), ReceiverError> {
        let text = serde_json::to_vec_pretty(&self.settings)
            .map_err(|error| ReceiverError::Damaged(error.to_string()))?;
        write_atomically(&self.state().join("receiver.json"), &text, 0o600)
    }
}

/// The secret travels in every sign-in: plain http only towards this machine itself.
fn check_server(server: &str) -> Result<String, ReceiverError> {
    let server = server.trim().trim_end_matches('/');
    let refuse = |message: &str| ReceiverError::Setting { field: "server", message: message.to_owned() };
    let host = server
        .split_once("://")
        .map(|(_, rest)| rest.split('/').next().unwrap_or_default())
        .unwrap_or_default();
    if host.is_empty() || host.contains('@') {
        return Err(refuse(
            "must be an address such as https://tandem.example.com, without a name or password in it",
        ));
    }
    let name = host.rsplit_once(':').map_or(host, |(name, _)| name);
    let here = matches!(name, "localhost" | "127.0.0.1" | "[::1]");
    if server.starts_with("https://") || (server.starts_with("http://") && here) {
        return Ok(server.to_owned());
    }
    Err(refuse("must begin with https:// (plain http only towards this machine)"))
}

#[cfg(test)]
mod tests {
    use super::check_server;

    #[test]
    fn secrets_do_not_travel_in_the_open() {
        assert!(check_server("https://tandem.example.com/").is_ok());
        assert!(check_server("http://127.0.0.1:8080").is_ok());
        for wrong in [
            "http://tandem.example.com",
            "https://a:b@evil",
            "ftp://x",
            "tandem",
            "http://127.0.0.1.evil.com",
        ] {
            assert!(check_server(wrong).is_err(), "{wrong}");
        }
    }
}
