//! The body of a source, read by hand: a flattened enum would swallow unknown members, and what is wrong is named
//! by field, all at once.

use crate::http::public::problem::Problem;
use domain::{
    content::ContentType,
    field::{FieldError, Findings},
    secret::Secret,
    source::{Connection, SourceInput},
};
use serde::Deserialize;

/// The members of every kind.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Wire {
    name: String,
    kind: String,
    #[serde(default)]
    path: Option<String>,
    #[serde(default)]
    url: Option<String>,
    #[serde(default)]
    username: Option<String>,
    #[serde(default)]
    password: Option<String>,
    #[serde(default)]
    client_id: Option<String>,
    #[serde(default)]
    passcode: Option<String>,
    #[serde(default)]
    content_types: Option<Vec<ContentType>>,
    #[serde(default)]
    folders: Option<Vec<String>>,
}

impl Wire {
    pub(super) fn input(mut self) -> Result<SourceInput, Problem> {
        let mut findings = Findings::default();
        let connection = self.connection(&mut findings);
        let refused = |fields: Vec<FieldError>| Problem::fields(422, &fields);
        findings.finish().map_err(refused)?;
        let unknown = || Problem::field(422, "kind", "is not a kind of source");
        Ok(SourceInput {
            name: self.name,
            connection: connection.ok_or_else(unknown)?,
            content_types: self.content_types.unwrap_or_default(),
            folders: self.folders.unwrap_or_default(),
        })
    }

    fn connection(&mut self, findings: &mut Findings) -> Option<Connection> {
        let kind = self.kind.clone();
        let connection = match kind.as_str() {
            "folder" => Connection::Folder {
                path: needed(&mut self.path, "path", "name the folder of export files", findings),
            },
            "automate_rest" => Connection::AutomateRest {
                url: needed(
                    &mut self.url,
                    "url",
                    "name the Automate server, for example https://automate.example.com",
                    findings,
                ),
                username: needed(
                    &mut self.username,
                    "username",
                    "name the user that Tandem signs in as",
                    findings,
                ),
                password: Secret::typed(self.password.take()),
                client_id: needed(
                    &mut self.client_id,
                    "client_id",
                    "it is the GUID of your integration",
                    findings,
                ),
                passcode: removable(self.passcode.take()),
            },
            "automate_mysql" => {
                let url = needed(
                    &mut self.url,
                    "url",
                    "it looks like mysql://user:password@host:3306/labtech",
                    findings,
                );
                with_password(Connection::mysql(&url), self.password.take())
            }
            other => {
                let message =
                    format!("`{other}` is not a kind of source: use folder, automate_rest or automate_mysql");
                findings.add("kind", message);
                return None;
            }
        };
        // What is left over belongs to another kind.
        let left = [
            ("path", self.path.is_some()),
            ("url", self.url.is_some()),
            ("username", self.username.is_some()),
            ("password", self.password.is_some()),
            ("client_id", self.client_id.is_some()),
            ("passcode", self.passcode.is_some()),
        ];
        for (field, _) in left.into_iter().filter(|(_, there)| *there) {
            findings.add(field, format!("does not belong to a source of the kind {kind}: leave it out"));
        }
        Some(connection)
    }
}

/// A member that the kind needs.
fn needed(member: &mut Option<String>, name: &str, remedy: &str, findings: &mut Findings) -> String {
    let text = member.take().unwrap_or_default();
    findings.check(text.trim().is_empty(), name, &format!("is missing: {remedy}"));
    text.trim().to_owned()
}

/// A secret that can be taken away with an empty text.
fn removable(text: Option<String>) -> Secret {
    if text.as_deref() == Some("") { Secret::Missing } else { Secret::typed(text) }
}

/// A password beside the address wins over one in it.
fn with_password(mut connection: Connection, typed: Option<String>) -> Connection {
    if let (Connection::AutomateMysql { password, .. }, Some(text)) = (&mut connection, typed) {
        *password = removable(Some(text));
    }
    connection
}
