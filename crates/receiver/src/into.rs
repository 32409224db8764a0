//! Where content goes, and whether that can be right. Addresses are checked by the same rules as sources.

use crate::ReceiverError;
use domain::{
    secret::Secret,
    source::{Connection, SourceInput, automate_server},
};
use serde::{Deserialize, Serialize};
use std::path::PathBuf;

/// Where content goes, as `--into` says it.
#[derive(Clone, PartialEq, Eq)]
pub enum Into {
    /// `folder:PATH`.
    Folder(PathBuf),
    /// `mysql://user@host/labtech`: an Automate database.
    Database {
        /// The address, without the password.
        url: String,
        /// The password; none when the address held none.
        password: Option<String>,
    },
    /// `https://automate…`: an Automate server over its REST interface, as far as that goes.
    Server {
        /// The address.
        url: String,
    },
}

impl Into {
    /// Reads `--into`.
    pub fn parse(text: &str) -> Result<Self, ReceiverError> {
        let text = text.trim();
        let refuse =
            |message: &str| Err(ReceiverError::Setting { field: "into", message: message.to_owned() });
        if let Some(path) = text.strip_prefix("folder:") {
            return if path.is_empty() {
                refuse("names no folder: write folder:PATH")
            } else {
                Ok(Self::Folder(path.into()))
            };
        }
        if text.starts_with("https://") || text.starts_with("http://") {
            return match automate_server(text) {
                Ok(address) => Ok(Self::Server { url: address.to_string() }),
                Err(wrong) => refuse(wrong),
            };
        }
        if !text.starts_with("mysql://") {
            return refuse("must be folder:PATH, mysql://USER@HOST/labtech or https://AUTOMATE-SERVER");
        }
        let connection = Connection::mysql(text);
        let input =
            SourceInput { name: "into".into(), connection, content_types: Vec::new(), folders: Vec::new() };
        if let Some(wrong) = input.check().err().and_then(|all| all.into_iter().next()) {
            return refuse(&wrong.message);
        }
        match input.connection {
            Connection::AutomateMysql { url, password } => {
                Ok(Self::Database { url, password: password.given().map(str::to_owned) })
            }
            _ => refuse("must be folder:PATH, mysql://USER@HOST/labtech or https://AUTOMATE-SERVER"),
        }
    }
}

/// An Automate server that content goes to over REST.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AutomateServer {
    /// Its address.
    pub url: String,
    /// The user who signs in.
    pub username: String,
    /// The GUID of the registered integration.
    pub client_id: String,
}

impl AutomateServer {
    /// Whether it can be signed in with, as a source of this kind is checked.
    pub fn check(&self, password: &str, passcode: Option<&str>) -> Result<(), ReceiverError> {
        if password.is_empty() {
            let message = "is empty: the password stands on the line after the secret".to_owned();
            return Err(ReceiverError::Setting { field: "automate-password-stdin", message });
        }
        let connection = Connection::AutomateRest {
            url: self.url.clone(),
            username: self.username.clone(),
            password: Secret::Given(password.to_owned()),
            client_id: self.client_id.clone(),
            passcode: passcode.map_or(Secret::Missing, |code| Secret::Given(code.to_owned())),
        };
        let input =
            SourceInput { name: "into".into(), connection, content_types: Vec::new(), folders: Vec::new() };
        let wrong = input.check().err().and_then(|all| all.into_iter().next());
        wrong.map_or(Ok(()), |wrong| {
            let field = match wrong.field.as_str() {
                "username" => "automate-user",
                "client_id" => "automate-client-id",
                "password" => "automate-password-stdin",
                "passcode" => "automate-passcode-stdin",
                _ => "into",
            };
            Err(ReceiverError::Setting { field, message: wrong.message })
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn targets_are_read_and_passwords_taken_out_of_the_address() {
        let database = |text: &str| match Into::parse(text).unwrap() {
            Into::Database { url, password } => (url, password),
            Into::Folder(_) | Into::Server { .. } => panic!("{text}"),
        };
        let (url, password) = database("mysql://tandem:p%40ss:w@db:3306/labtech");
        assert_eq!(url, "mysql://tandem@db:3306/labtech");
        assert_eq!(password.as_deref(), Some("p@ss:w"));
        assert_eq!(database("mysql://tandem@db/labtech").1, None);
        let server = |text: &str| match Into::parse(text).unwrap() {
            Into::Server { url } => url,
            Into::Folder(_) | Into::Database { .. } => panic!("{text}"),
        };
        assert_eq!(server("https://automate.example.com/cwa/api/v1/"), "https://automate.example.com");
        for (wrong, says) in [
            ("http://automate.example.com", "https"),
            ("https://user:pw@automate.example.com", "must not hold a user"),
            ("mysql://db/labtech", "mysql://"),
            ("mysql://tandem@db", "mysql://"),
            ("folder:", "no folder"),
            ("/tmp/x", "folder:PATH"),
        ] {
            let message = Into::parse(wrong).err().unwrap().to_string();
            assert!(message.starts_with("into: ") && message.contains(says), "{message}");
        }
    }

    #[test]
    fn users_of_the_interface_are_checked_by_flag() {
        let server = AutomateServer {
            url: "https://automate.example.com".into(),
            username: "tandem".into(),
            client_id: "5f0e9a52-6a1d-4f6e-9c59-0f3f3f5f7a10".into(),
        };
        server.check("secret", Some("GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ")).unwrap();
        let said = |server: AutomateServer, password: &str, passcode: Option<&str>| {
            server.check(password, passcode).unwrap_err().to_string()
        };
        let nobody = AutomateServer { username: " ".into(), ..server.clone() };
        assert!(said(nobody, "secret", None).starts_with("automate-user: "));
        let unregistered = AutomateServer { client_id: "mine".into(), ..server.clone() };
        assert!(said(unregistered, "secret", None).starts_with("automate-client-id: "));
        assert!(said(server.clone(), "", None).starts_with("automate-password-stdin: "));
        assert!(said(server, "secret", Some("12")).starts_with("automate-passcode-stdin: "));
    }
}
