//! What can go wrong on the receiving side, in sentences for a terminal.

use std::{io, path::PathBuf};

/// Why a command was not done.
#[derive(Debug, thiserror::Error)]
pub enum ReceiverError {
    /// A setting is wrong.
    #[error("{field}: {message}")]
    Setting {
        /// Which one.
        field: &'static str,
        /// What is wrong and what would be right.
        message: String,
    },
    /// The folder is not connected with a server.
    #[error(
        "{0} is not connected with a server: run `tandem receiver init` first, or name the folder with --home"
    )]
    NotConnected(PathBuf),
    /// Another process works in the folder.
    #[error("another receiver is working in {0}: wait for it, or stop it")]
    Busy(PathBuf),
    /// Name or secret are wrong.
    #[error(
        "the server does not accept this name and secret: check both, or ask whether the client was deleted"
    )]
    Refused,
    /// The server does not answer one request as it should; it may answer the next.
    #[error("the server {0}")]
    Server(String),
    /// The server cannot be reached, or is in trouble of its own, also after several tries: nothing more can be done.
    #[error("the server {0}")]
    Away(String),
    /// What the server sent is not what it said.
    #[error("{0}; nothing was changed")]
    Damaged(String),
    /// An item cannot be applied; the others can.
    #[error("{0}")]
    Item(String),
    /// The target is out of reach, so that nothing more can be done.
    #[error("{0}")]
    Target(String),
    /// The manifest is not signed by the key that is trusted.
    #[error(
        "the signature of the manifest {0}: nothing was changed. If the server was set up anew, compare its key's \
         fingerprint and connect again with `tandem receiver init`"
    )]
    Untrusted(String),
    /// A good signature on a manifest that is older than one that was seen.
    #[error(
        "the server offers revision {offered}, although revision {newest} was seen here: nothing was changed. Somebody \
         may be playing an old manifest again. If the server was restored from a backup, look at what it offers with \
         `tandem receiver sync --accept-older --dry-run`, and take it with --accept-older"
    )]
    Older {
        /// The revision that is offered.
        offered: i64,
        /// The newest revision that was seen.
        newest: i64,
    },
    /// A file cannot be read or written.
    #[error("{path}: {source}")]
    File {
        /// Which one.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
}

impl ReceiverError {
    /// Whether it ends a run; anything else concerns the items at hand alone.
    pub fn ends_the_run(&self) -> bool {
        matches!(self, Self::Refused | Self::Target(_) | Self::Away(_))
    }

    /// A file error with its path.
    pub fn file(path: impl Into<PathBuf>) -> impl FnOnce(io::Error) -> Self {
        let path = path.into();
        move |source| Self::File { path, source }
    }
}
