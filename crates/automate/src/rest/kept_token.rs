//! The token of the run before, in a file that only its owner may read. It is good for as long as the server says, and
//! stands beside the password that it came from, so it is no new secret.

use super::{Login, private_file::write_privately, trouble::Trouble};
use domain::pull::fingerprint;
use serde::{Deserialize, Serialize};
use serde_json::json;
use std::{
    fs,
    path::{Path, PathBuf},
};

/// Where a token is kept, and for which sign-in.
pub(super) struct KeptToken {
    path: PathBuf,
    sign_in: SignIn,
}

/// What a token was given for, told apart and not told.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct SignIn(String);

impl SignIn {
    /// The sign-in with these.
    pub(super) fn of(login: &Login<'_>) -> Self {
        let text = json!([login.url, login.username, login.password, login.client_id]).to_string();
        Self(fingerprint(text.as_bytes()))
    }
}

#[derive(Serialize, Deserialize)]
struct Content {
    /// What the token was given for; another user, server or password begins anew.
    sign_in: SignIn,
    bearer: String,
}

impl KeptToken {
    /// The place of the token of a sign-in.
    pub(super) fn new(sign_in: SignIn, path: &Path) -> Self {
        Self { path: path.to_owned(), sign_in }
    }

    /// The token, if one is kept that can be read.
    pub(super) fn read(&self) -> Option<String> {
        let content: Content = serde_json::from_slice(&fs::read(&self.path).ok()?).ok()?;
        (content.sign_in == self.sign_in).then_some(content.bearer)
    }

    /// Keeps a token in place of the one before.
    pub(super) fn write(&self, bearer: &str) -> Result<(), Trouble> {
        let content = Content { sign_in: self.sign_in.clone(), bearer: bearer.to_owned() };
        let bytes = serde_json::to_vec(&content).map_err(|error| Trouble::Odd(error.to_string()))?;
        let place = self.path.display();
        write_privately(&self.path, &bytes).map_err(|error| {
            Trouble::Odd(format!("{place}, where the token is kept, cannot be written: {error}"))
        })
    }
}
