//! How a source is reached. What is secret about it is sealed apart in the store: see [`Secret`].

use crate::{
    content::Guid,
    field::{FieldError, Findings},
    net::{Host, WebAddress},
    secret::Secret,
};
use serde::{Deserialize, Serialize};

/// How a source is reached.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Connection {
    /// A folder of Automate export files, any depth.
    Folder {
        /// The folder on the machine that Tandem runs on.
        path: String,
    },
    /// Automate's REST interface.
    AutomateRest {
        /// The address of the server, for example `https://automate.example.com`.
        url: String,
        /// The user that Tandem signs in as, best an integrator.
        username: String,
        /// That user's password.
        #[serde(rename = "has_password", default)]
        password: Secret,
        /// The GUID of the registered integration, sent as the header `ClientId`.
        client_id: String,
        /// The secret of the user's authenticator app, or one code of it, where sign-in asks for a second factor.
        #[serde(rename = "has_passcode", default)]
        passcode: Secret,
    },
    /// Automate's database.
    AutomateMysql {
        /// `mysql://user@host:3306/labtech`, without the password.
        url: String,
        /// The password of the database's user.
        #[serde(rename = "has_password", default)]
        password: Secret,
    },
}

impl Connection {
    /// The kind's name on the wire.
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Folder { .. } => "folder",
            Self::AutomateRest { .. } => "automate_rest",
            Self::AutomateMysql { .. } => "automate_mysql",
        }
    }

    /// A database by the address that was typed: a password in it is taken out.
    ///
    /// `mysql://user:…@host/labtech` and `mysql://user@host/labtech` leave a password that is kept.
    pub fn mysql(typed: &str) -> Self {
        let typed = typed.trim();
        let parts = typed.split_once("://").and_then(|(scheme, rest)| {
            let (login, place) = rest.rsplit_once('@')?;
            let (user, password) = login.split_once(':')?;
            Some((format!("{scheme}://{user}@{place}"), password))
        });
        match parts {
            None => Self::AutomateMysql { url: typed.to_owned(), password: Secret::Kept },
            Some((url, "…" | "%E2%80%A6")) => Self::AutomateMysql { url, password: Secret::Kept },
            Some((url, "")) => Self::AutomateMysql { url, password: Secret::Missing },
            Some((url, password)) => Self::AutomateMysql { url, password: Secret::Given(decoded(password)) },
        }
    }

    /// The secrets by column.
    pub fn secrets(&self) -> Vec<(&'static str, &Secret)> {
        match self {
            Self::Folder { .. } => vec![],
            Self::AutomateRest { password, passcode, .. } => {
                vec![("password", password), ("passcode", passcode)]
            }
            Self::AutomateMysql { password, .. } => vec![("password", password)],
        }
    }

    /// The secrets by column, to be filled or forgotten.
    pub fn secrets_mut(&mut self) -> Vec<(&'static str, &mut Secret)> {
        match self {
            Self::Folder { .. } => vec![],
            Self::AutomateRest { password, passcode, .. } => {
                vec![("password", password), ("passcode", passcode)]
            }
            Self::AutomateMysql { password, .. } => vec![("password", password)],
        }
    }

    /// Takes over what is kept of the connection that this one replaces (none for a new one). What was kept for
    /// one server or user is never sent to another: then it must be typed again.
    pub fn inherit(&mut self, old: Option<&Self>) -> Result<(), Vec<FieldError>> {
        let reused = old.filter(|old| self.leads_where(old));
        let kept: Vec<&str> = reused
            .map(Self::secrets)
            .unwrap_or_default()
            .into_iter()
            .filter(|(_, secret)| secret.is_there())
            .map(|(column, _)| column)
            .collect();
        let (needed, moved) = (self.needs_password(), old.is_some() && reused.is_none());
        let mut findings = Findings::default();
        for (column, secret) in self.secrets_mut() {
            if *secret == Secret::Kept && !kept.contains(&column) {
                *secret = Secret::Missing;
            }
            if column == "password" && needed && !secret.is_there() {
                let remedy = if moved {
                    "must be typed again, because the server or the user changed"
                } else {
                    "is missing"
                };
                findings.add(column, remedy);
            }
        }
        findings.finish()
    }

    fn needs_password(&self) -> bool {
        matches!(self, Self::AutomateRest { .. })
    }

    /// Whether both sign in at the same server as the same user.
    fn leads_where(&self, other: &Self) -> bool {
        match (self, other) {
            (
                Self::AutomateRest { url, username, .. },
                Self::AutomateRest { url: old_url, username: old_username, .. },
            ) => username == old_username && automate_server(url).ok() == automate_server(old_url).ok(),
            (Self::AutomateMysql { url, .. }, Self::AutomateMysql { url: old, .. }) => {
                let login = |url: &str| url.rsplit_once('/').map(|(login, _)| login.to_owned());
                login(url) == login(old)
            }
            _ => false,
        }
    }

    /// Notes every refusal.
    pub(super) fn check(&self, findings: &mut Findings) {
        match self {
            Self::Folder { path } => {
                findings.take(check_path(path));
            }
            Self::AutomateRest { url, username, client_id, passcode, password } => {
                if let Err(remedy) = automate_server(url) {
                    findings.add("url", remedy);
                }
                let length = username.trim().chars().count();
                findings.check(length == 0 || length > 200, "username", "must have 1 to 200 characters");
                let remedy = "must be the GUID that ConnectWise gave your integration";
                findings.check(Guid::parse(client_id).is_err(), "client_id", remedy);
                let remedy = "must be the code of six to eight digits, or the key that the authenticator app was set up with";
                findings.check(passcode.given().is_some_and(|code| !is_passcode(code)), "passcode", remedy);
                let long = password.given().is_some_and(|text| text.chars().count() > 500);
                findings.check(long, "password", "must have at most 500 characters");
            }
            Self::AutomateMysql { url, .. } => {
                if let Err(remedy) = check_mysql(url) {
                    findings.add("url", remedy);
                }
            }
        }
    }
}

/// The address of an Automate server from what was typed, which may end in `/cwa/api/v1`.
pub fn automate_server(typed: &str) -> Result<WebAddress, &'static str> {
    let mut address = WebAddress::parse(typed)?;
    for ending in ["/cwa/api/v1", "/cwa/api", "/cwa"] {
        let at = address.path.len().saturating_sub(ending.len());
        if address.path.get(at..).is_some_and(|end| end.eq_ignore_ascii_case(ending)) {
            address.path.truncate(at);
            break;
        }
    }
    Ok(address)
}

/// Digits of one code, or the key of an authenticator app in base 32. Blanks are how people group both.
fn is_passcode(code: &str) -> bool {
    let code: String = code.chars().filter(|c| !matches!(c, ' ' | '-')).collect();
    let digits = (6..=8).contains(&code.len()) && code.bytes().all(|byte| byte.is_ascii_digit());
    let key = code.trim_end_matches('=');
    let base32 = |byte: u8| byte.is_ascii_alphabetic() || (b'2'..=b'7').contains(&byte);
    digits || ((16..=128).contains(&key.len()) && key.bytes().all(base32))
}

fn check_path(path: &str) -> Result<(), FieldError> {
    let remedy = "must be the absolute path of a folder, without `..`";
    let plain = path.starts_with('/') || path.chars().nth(1) == Some(':');
    let tricky = path.contains('\0') || path.split(['/', '\\']).any(|part| part == "..");
    if path.trim().is_empty() || !plain || tricky { Err(FieldError::new("path", remedy)) } else { Ok(()) }
}

fn check_mysql(url: &str) -> Result<(), &'static str> {
    let remedy = "must look like mysql://user:password@host:3306/labtech";
    if url.chars().any(|c| c.is_whitespace() || c.is_control()) {
        return Err("must not hold blanks or line ends");
    }
    let (login, place) = url.strip_prefix("mysql://").and_then(|rest| rest.rsplit_once('@')).ok_or(remedy)?;
    let (server, database) = place.split_once('/').ok_or(remedy)?;
    let database = database.split('?').next().unwrap_or_default();
    let named = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_');
    if login.is_empty() || login.contains(['/', '@', ':']) || !named(database) {
        return Err(remedy);
    }
    let colon = server.rfind(':').filter(|at| !server[*at..].contains(']'));
    let (host, port) = colon.map_or((server, None), |at| (&server[..at], server.get(at + 1..)));
    if port.is_some_and(|port| port.parse::<u16>().map_or(true, |port| port == 0)) {
        return Err("has a port that is no number from 1 to 65535");
    }
    Host::parse(host).map(|_| ())
}

/// `p%40ss` → `p@ss`; a `%` that begins no byte stands for itself.
fn decoded(text: &str) -> String {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((first, after)) = rest.split_first() {
        let byte = after.get(..2).filter(|_| *first == b'%').and_then(|pair| {
            let digits = std::str::from_utf8(pair).ok().filter(|pair| !pair.starts_with('+'))?;
            u8::from_str_radix(digits, 16).ok()
        });
        rest = if byte.is_some() { &after[2..] } else { after };
        bytes.push(byte.unwrap_or(*first));
    }
    String::from_utf8(bytes).unwrap_or_else(|_| text.to_owned())
}

#[cfg(test)]
mod tests;
