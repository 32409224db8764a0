//! The receiver's home: `.tandem/` inside a folder holds settings, secrets and manifest. For a target that is a
//! folder, the home is that folder, and the journal stands there too.

use crate::{
    AutomateServer, ReceiverError, Session,
    api::{Api, Credentials},
    files::write_atomically,
    folder::FolderTarget,
    known,
    target::Target,
    trust::{PinnedKey, Trust},
};
use serde::{Deserialize, Serialize};
use std::{
    collections::BTreeSet,
    fs::{self, File},
    path::{Path, PathBuf},
};

/// Where the password of the database, or of the Automate user, is kept.
const PASSWORD: &str = "database-password";
const AUTOMATE_PASSWORD: &str = "automate-password";
/// Where the key of the Automate user's authenticator app is kept.
const PASSCODE: &str = "automate-passcode";

/// What `init` was told.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Settings {
    /// The server.
    pub server: String,
    /// The API client's name.
    pub client: String,
    /// The database that content goes to, without its password; none when it goes to the folder itself.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub database: Option<String>,
    /// The Automate server that content goes to over REST.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub automate: Option<AutomateServer>,
    /// GUIDs that a mass sync leaves out.
    #[serde(default)]
    pub excluded: BTreeSet<String>,
}

/// A connected receiver.
#[derive(Clone)]
pub struct Home {
    folder: PathBuf,
    settings: Settings,
    secret: String,
}

/// A home that is this process's alone until this is dropped.
pub struct Taken(
    #[expect(dead_code, reason = "held, never read: closing the file gives the home free")] File,
);

/// What a receiver signs in with, as `init` is told.
#[derive(Clone, Copy)]
pub struct SignIn<'a> {
    /// The server.
    pub server: &'a str,
    /// The API client's name.
    pub client: &'a str,
    /// Its secret.
    pub secret: &'a str,
    /// The fingerprint that the server's signing key must have, or its beginning, of 16 digits at least.
    pub key_fingerprint: Option<&'a str>,
}

impl Home {
    /// Connects a folder with a server: signs in first, and writes nothing when that fails.
    pub async fn init(
        folder: &Path,
        server: &str,
        client: &str,
        secret: &str,
    ) -> Result<Self, ReceiverError> {
        Self::init_with_key(folder, SignIn { server, client, secret, key_fingerprint: None }).await
    }

    /// The same, and refuses a server whose signing key does not have the fingerprint that is named.
    pub async fn init_with_key(folder: &Path, sign_in: SignIn<'_>) -> Result<Self, ReceiverError> {
        let (mut home, key) = Self::signed_in(folder, sign_in, None, None).await?;
        home.write(&[])?;
        home.trust(key.as_ref())?;
        Ok(home)
    }

    /// Connects a database with a server; `url` holds no password. Settings stand in `folder`.
    pub async fn init_database(
        folder: &Path,
        sign_in: SignIn<'_>,
        url: &str,
        password: &str,
    ) -> Result<Self, ReceiverError> {
        let (mut home, key) = Self::signed_in(folder, sign_in, Some(url.to_owned()), None).await?;
        home.write(&[(PASSWORD, password)])?;
        home.trust(key.as_ref())?;
        Ok(home)
    }

    /// Connects an Automate server over its REST interface. Settings stand in `folder`.
    pub async fn init_automate(
        folder: &Path,
        sign_in: SignIn<'_>,
        automate: AutomateServer,
        password: &str,
        passcode: Option<&str>,
    ) -> Result<Self, ReceiverError> {
        let (mut home, key) = Self::signed_in(folder, sign_in, None, Some(automate)).await?;
        home.write(&[(AUTOMATE_PASSWORD, password), (PASSCODE, passcode.unwrap_or_default())])?;
        home.trust(key.as_ref())?;
        Ok(home)
    }

    async fn signed_in(
        folder: &Path,
        sign_in: SignIn<'_>,
        database: Option<String>,
        automate: Option<AutomateServer>,
    ) -> Result<(Self, Option<PinnedKey>), ReceiverError> {
        let server = check_server(sign_in.server)?;
        let (client, secret) = (sign_in.client.to_owned(), sign_in.secret.to_owned());
        if client.trim().is_empty() || secret.is_empty() {
            let message = "must not be empty".to_owned();
            return Err(ReceiverError::Setting { field: "client and secret", message });
        }
        let settings = Settings { server, client, database, automate, excluded: BTreeSet::new() };
        let home = Self { folder: folder.to_owned(), settings, secret };
        let api = home.api()?;
        api.sign_in().await?;
        let key = PinnedKey::current(&api.keys().await?)?;
        check_fingerprint(key.as_ref(), sign_in.key_fingerprint)?;
        Ok((home, key))
    }

    /// Writes the home, unless a receiver is at work in it; secrets are readable by their owner alone. What was
    /// excluded here stays excluded: `init` is also how a new secret comes in.
    fn write(&mut self, secrets: &[(&str, &str)]) -> Result<(), ReceiverError> {
        let state = self.state();
        fs::create_dir_all(&state).map_err(ReceiverError::file(&state))?;
        let _taken = self.take()?;
        if let Ok(before) = Self::open(&self.folder) {
            self.settings.excluded = before.settings.excluded;
        }
        write_atomically(&state.join("secret"), self.secret.as_bytes(), 0o600)?;
        for (file, secret) in secrets {
            write_atomically(&state.join(file), secret.as_bytes(), 0o600)?;
        }
        self.save()
    }

    /// Opens a home that was connected before.
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

    /// Takes a folder that is the target itself, for this process, until the session is dropped.
    pub fn lock(&self) -> Result<Session, ReceiverError> {
        let taken = self.take()?;
        let target = FolderTarget::open(&self.folder, &self.state())?;
        self.work_on(taken, Box::new(target))
    }

    /// Takes the home for this process. Whoever makes a target that keeps files in the home takes it first.
    pub fn take(&self) -> Result<Taken, ReceiverError> {
        let path = self.state().join("lock");
        let lock = File::create(&path).map_err(ReceiverError::file(&path))?;
        lock.try_lock().map_err(|_| ReceiverError::Busy(self.folder.clone()))?;
        Ok(Taken(lock))
    }

    /// Goes to work in a home that was taken, until the session is dropped.
    pub fn work_on(&self, taken: Taken, target: Box<dyn Target>) -> Result<Session, ReceiverError> {
        Session::new(self.clone(), target, taken)
    }

    /// The database's password.
    pub fn database_password(&self) -> Result<String, ReceiverError> {
        self.kept(PASSWORD)
    }

    /// The password of the Automate user, and the key of its authenticator app if there is one.
    pub fn automate_secrets(&self) -> Result<(String, Option<String>), ReceiverError> {
        let passcode = Some(self.kept(PASSCODE)?).filter(|code| !code.is_empty());
        Ok((self.kept(AUTOMATE_PASSWORD)?, passcode))
    }

    fn kept(&self, file: &str) -> Result<String, ReceiverError> {
        let path = self.state().join(file);
        fs::read_to_string(&path).map_err(ReceiverError::file(path))
    }

    /// The folder that was named at init.
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
        Api::new(&self.settings.server, credentials, &self.state())
    }

    /// The key that is trusted.
    pub fn trusted_key(&self) -> Result<Option<PinnedKey>, ReceiverError> {
        Trust::in_folder(&self.state()).pinned()
    }

    /// Begins with this server: its key in place of the one before, none until it signs, and nothing known yet.
    fn trust(&self, key: Option<&PinnedKey>) -> Result<(), ReceiverError> {
        known::forget(self)?;
        Trust::in_folder(&self.state()).begin(key)
    }

    fn save(&self) -> Result<(), ReceiverError> {
        let text = serde_json::to_vec_pretty(&self.settings)
            .map_err(|error| ReceiverError::Damaged(error.to_string()))?;
        write_atomically(&self.state().join("receiver.json"), &text, 0o600)
    }
}

/// Whether the server's key is the one that a person was told.
fn check_fingerprint(key: Option<&PinnedKey>, wanted: Option<&str>) -> Result<(), ReceiverError> {
    let Some(wanted) = wanted else { return Ok(()) };
    let refuse = |message: String| ReceiverError::Setting { field: "key-fingerprint", message };
    let wanted = wanted.trim().to_ascii_lowercase().replace(':', "");
    if wanted.len() < 16 || !wanted.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        return Err(refuse(
            "must be 16 to 64 hexadecimal digits, as the screen API clients shows them".into(),
        ));
    }
    let Some(key) = key else { return Err(refuse("cannot be checked: the server does not sign".into())) };
    let found = key.fingerprint()?;
    if found.starts_with(&wanted) {
        return Ok(());
    }
    Err(refuse(format!(
        "is not that of the server's key, which is {found}: make sure that this is your server"
    )))
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
