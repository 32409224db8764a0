//! Where the keys come from: typed into the configuration, or a file that Tandem may change itself.
//!
//! Both hold one key of 32 bytes in base64 per line (in the configuration also separated by commas). The first
//! is the current one; the others only open what was sealed before. A key's id is the beginning of its SHA-256,
//! so that no list of names has to be kept.

use base64::{
    Engine as _,
    engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig, general_purpose::STANDARD},
};
use services::ports::{Random, vault::VaultError};
use sha2::{Digest as _, Sha256};
use std::{
    fs,
    io::{self, Write as _},
    os::unix::fs::{OpenOptionsExt as _, PermissionsExt as _},
    path::{Path, PathBuf},
    sync::{PoisonError, RwLock},
};
use zeroize::Zeroizing;

/// Bytes of a key.
const LENGTH: usize = 32;
/// Base64 with and without its padding.
const LENIENT: GeneralPurpose = GeneralPurpose::new(
    &base64::alphabet::STANDARD,
    GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent),
);

/// One key.
#[derive(Clone)]
pub(crate) struct Key {
    pub(crate) id: String,
    pub(crate) bytes: Zeroizing<[u8; LENGTH]>,
}

impl Key {
    fn new(bytes: [u8; LENGTH]) -> Self {
        let bytes = Zeroizing::new(bytes);
        let mut digest = Sha256::new();
        digest.update(b"tandem key id");
        digest.update(*bytes);
        let id = digest.finalize().iter().take(4).map(|byte| format!("{byte:02x}")).collect();
        Self { id, bytes }
    }

    fn parse(text: &str) -> Option<Self> {
        let text = text.trim().replace('-', "+").replace('_', "/");
        let bytes = Zeroizing::new(LENIENT.decode(text).ok()?);
        Some(Self::new(bytes.as_slice().try_into().ok()?))
    }
}

/// The keys of an installation.
pub struct Keys {
    source: Source,
    known: RwLock<Vec<Key>>,
}

enum Source {
    Nowhere,
    Configured,
    File(PathBuf),
}

impl Keys {
    /// No keys: secrets cannot be kept.
    pub fn none() -> Self {
        Self { source: Source::Nowhere, known: RwLock::default() }
    }

    /// Keys as they stand in the configuration.
    pub fn configured(text: &str) -> Result<Self, VaultError> {
        let known = read(text).ok_or_else(|| VaultError::File {
            file: "security.key".into(),
            message: "must hold 32 random bytes in base64, for example from `openssl rand -base64 32`".into(),
        })?;
        Ok(Self { source: Source::Configured, known: RwLock::new(known) })
    }

    /// Keys in a file, which must not be readable by others.
    pub fn file(path: &Path) -> Result<Self, VaultError> {
        let known = load(path)?;
        Ok(Self { source: Source::File(path.to_owned()), known: RwLock::new(known) })
    }

    /// Keys in a file that is made, with a new key, when it is missing.
    pub fn file_or_new(path: &Path, random: &dyn Random) -> Result<Self, VaultError> {
        if !path.exists() {
            let text = format!("{}\n", STANDARD.encode(*fresh(random).bytes));
            match write_new(path, &text) {
                // Another process was quicker: its key counts.
                Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
                done => done.map_err(|error| wrong(path, format!("cannot be written: {error}")))?,
            }
        }
        Self::file(path)
    }

    pub(crate) fn current(&self) -> Result<Key, VaultError> {
        // Another process may have changed the key: what is sealed from now on should not need the old one.
        self.reload()?;
        self.all().first().cloned().ok_or(VaultError::NoKey)
    }

    pub(crate) fn by_id(&self, id: &str) -> Result<Key, VaultError> {
        let find = || self.all().into_iter().find(|key| key.id == id);
        if let Some(key) = find() {
            return Ok(key);
        }
        self.reload()?;
        find().ok_or_else(|| match self.source {
            Source::Nowhere => VaultError::NoKey,
            _ => VaultError::UnknownKey(id.to_owned()),
        })
    }

    pub(crate) fn renew(&self, random: &dyn Random) -> Result<bool, VaultError> {
        let Source::File(path) = &self.source else {
            return if self.all().is_empty() { Err(VaultError::NoKey) } else { Ok(false) };
        };
        let keys = [vec![fresh(random)], load(path)?].concat();
        self.store(path, keys)?;
        Ok(true)
    }

    pub(crate) fn retire(&self) -> Result<(), VaultError> {
        let Source::File(path) = &self.source else { return Ok(()) };
        let keys = load(path)?;
        if keys.len() <= 2 { Ok(()) } else { self.store(path, keys.into_iter().take(2).collect()) }
    }

    fn all(&self) -> Vec<Key> {
        self.known.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn reload(&self) -> Result<(), VaultError> {
        if let Source::File(path) = &self.source {
            *self.known.write().unwrap_or_else(PoisonError::into_inner) = load(path)?;
        }
        Ok(())
    }

    /// Writes the file beside and moves it into place: a crash leaves the old or the new one.
    fn store(&self, path: &Path, keys: Vec<Key>) -> Result<(), VaultError> {
        let lines: Vec<String> = keys.iter().map(|key| STANDARD.encode(*key.bytes)).collect();
        let beside = path.with_extension("key.new");
        // One that a crash left behind.
        let _ = fs::remove_file(&beside);
        write_new(&beside, &format!("{}\n", lines.join("\n")))
            .and_then(|()| fs::rename(&beside, path))
            .map_err(|error| wrong(path, format!("cannot be written: {error}")))?;
        *self.known.write().unwrap_or_else(PoisonError::into_inner) = keys;
        Ok(())
    }
}

fn fresh(random: &dyn Random) -> Key {
    let mut bytes = [0u8; LENGTH];
    random.fill(&mut bytes);
    Key::new(bytes)
}

fn read(text: &str) -> Option<Vec<Key>> {
    let lines =
        text.split(['\n', ',']).map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#'));
    let keys: Vec<Key> = lines.map(Key::parse).collect::<Option<_>>()?;
    Some(keys).filter(|keys| !keys.is_empty())
}

fn load(path: &Path) -> Result<Vec<Key>, VaultError> {
    let unreadable = |error: io::Error| wrong(path, format!("cannot be read: {error}"));
    let mode = fs::metadata(path).map_err(unreadable)?.permissions().mode();
    if mode & 0o077 != 0 {
        return Err(wrong(path, "can be read by others: take their rights away with chmod 600".into()));
    }
    let text = Zeroizing::new(fs::read_to_string(path).map_err(unreadable)?);
    read(&text).ok_or_else(|| wrong(path, "must hold 32 random bytes in base64 on each line".into()))
}

fn write_new(path: &Path, text: &str) -> io::Result<()> {
    let mut file = fs::OpenOptions::new().create_new(true).write(true).mode(0o600).open(path)?;
    file.write_all(text.as_bytes())?;
    file.sync_all()
}

fn wrong(path: &Path, message: String) -> VaultError {
    VaultError::File { file: path.display().to_string(), message }
}
