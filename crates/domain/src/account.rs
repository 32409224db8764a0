//! People, what they may do, and who stands behind an action.

use crate::{
    field::FieldError,
    ids::{ClientId, ConnectorId, TokenId, UserId},
};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use std::{fmt, str::FromStr};

/// The fewest characters of a password.
pub const MIN_PASSWORD: usize = 12;
/// The most characters of a password or secret; longer input is refused before it is hashed.
pub const MAX_PASSWORD: usize = 256;

/// What a person or token is allowed to do, from most to least.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// Sees content and alerts.
    Viewer,
    /// Also acknowledges, closes and annotates alerts.
    Responder,
    /// Also approves, syncs and rolls back.
    Approver,
    /// Also manages sources, API clients, people and settings.
    Admin,
}

impl Role {
    /// All roles, for pick lists.
    pub const ALL: [Self; 4] = [Self::Admin, Self::Approver, Self::Responder, Self::Viewer];

    /// The name on the wire.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Viewer => "viewer",
            Self::Responder => "responder",
            Self::Approver => "approver",
            Self::Admin => "admin",
        }
    }

    /// Whether this role includes `permission`.
    pub fn allows(self, permission: Permission) -> bool {
        self >= permission.least_role()
    }
}

impl fmt::Display for Role {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for Role {
    type Err = FieldError;
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::ALL
            .into_iter()
            .find(|role| role.as_str() == text)
            .ok_or_else(|| FieldError::new("role", "must be admin, approver, responder or viewer"))
    }
}

/// One right that a use case asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Permission {
    /// Read content, sources, schedules and jobs.
    ViewContent,
    /// Approve, unapprove, sync, refresh, release a held scan.
    ApproveContent,
    /// Add, change and remove sources.
    ManageSources,
    /// See, add and remove API clients.
    ManageClients,
    /// Manage people and tokens.
    ManageUsers,
    /// Say how many people must approve, and who counts as an author.
    ManagePolicies,
    /// Read the audit log.
    ViewAudit,
    /// Read alerts, categories, write-backs and the health of connectors.
    ViewAlerts,
    /// Acknowledge, close, reopen, annotate, assign and raise alerts; replay a write-back.
    HandleAlerts,
    /// Add, change, enable and remove connectors and categories.
    ManageConnectors,
}

impl Permission {
    /// The least role that has it.
    pub fn least_role(self) -> Role {
        match self {
            Self::ViewContent | Self::ViewAlerts => Role::Viewer,
            Self::HandleAlerts => Role::Responder,
            Self::ApproveContent | Self::ViewAudit => Role::Approver,
            Self::ManageSources
            | Self::ManageClients
            | Self::ManageUsers
            | Self::ManagePolicies
            | Self::ManageConnectors => Role::Admin,
        }
    }
}

/// Who does something: a parameter of every use case, written into the audit log.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Actor {
    /// A person in a browser.
    User {
        /// Who.
        id: UserId,
        /// The name people know them by.
        name: String,
        /// What they may do.
        role: Role,
    },
    /// A program with a personal token.
    Token {
        /// Which token.
        id: TokenId,
        /// The token's name.
        name: String,
        /// What it may do.
        role: Role,
    },
    /// A receiver.
    Client {
        /// Which API client.
        id: ClientId,
        /// Its name.
        name: String,
    },
    /// What a ticket in Manage says, carried over by a connector.
    Connector {
        /// Which connector.
        id: ConnectorId,
        /// Its name.
        name: String,
    },
    /// Tandem itself: a job, or the command line of the machine it runs on.
    System {
        /// Which part, for example `schedule` or `command line`.
        name: String,
    },
}

impl Actor {
    /// Tandem itself, acting as `part`.
    pub fn system(part: &str) -> Self {
        Self::System { name: part.to_owned() }
    }

    /// Whether the actor may do what `permission` stands for. API clients may only pull; connectors move alerts only.
    pub fn may(&self, permission: Permission) -> bool {
        match self {
            Self::User { role, .. } | Self::Token { role, .. } => role.allows(permission),
            Self::System { .. } => true,
            Self::Client { .. } | Self::Connector { .. } => false,
        }
    }

    /// The kind's name in the audit log.
    pub fn kind(&self) -> &'static str {
        match self {
            Self::User { .. } => "user",
            Self::Token { .. } => "token",
            Self::Client { .. } => "client",
            Self::Connector { .. } => "connector",
            Self::System { .. } => "system",
        }
    }

    /// The name people know the actor by.
    pub fn name(&self) -> &str {
        match self {
            Self::User { name, .. }
            | Self::Token { name, .. }
            | Self::Client { name, .. }
            | Self::Connector { name, .. }
            | Self::System { name } => name,
        }
    }

    /// The id, where the actor has one.
    pub fn id(&self) -> Option<String> {
        match self {
            Self::User { id, .. } => Some(id.to_string()),
            Self::Token { id, .. } => Some(id.to_string()),
            Self::Client { id, .. } => Some(id.to_string()),
            Self::Connector { id, .. } => Some(id.to_string()),
            Self::System { .. } => None,
        }
    }
}

/// A person as others see them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct User {
    /// Who.
    pub id: UserId,
    /// The address they sign in with.
    pub email: String,
    /// The name people know them by.
    pub name: String,
    /// What they may do.
    pub role: Role,
    /// Whether sign-in is refused.
    pub disabled: bool,
    /// When the account was made.
    pub created_at: Timestamp,
}

impl User {
    /// How the person stands.
    pub fn standing(&self) -> Standing {
        Standing { role: self.role, disabled: self.disabled }
    }
}

/// How a person stands now, as far as it decides what their tokens are worth.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Standing {
    /// What they may do.
    pub role: Role,
    /// Whether sign-in is refused.
    pub disabled: bool,
}

/// What a token of this role is worth: never more than its person may do now, and nothing while they are disabled.
/// One that was made on the command line has no person.
pub fn worth(token: Role, person: Option<Standing>) -> Option<Role> {
    match person {
        None => Some(token),
        Some(person) => (!person.disabled).then(|| token.min(person.role)),
    }
}

/// An e-mail address that someone signs in with: trimmed, compared without case.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Email(String);

impl Email {
    /// Reads an address. Only its shape is checked; whether it exists is not our business.
    pub fn parse(text: &str) -> Result<Self, FieldError> {
        let text = text.trim();
        let shaped = text.split_once('@').is_some_and(|(local, host)| !local.is_empty() && host.len() >= 3);
        let clean = !text.chars().any(|c| c.is_whitespace() || c.is_control());
        if !shaped || !clean || text.len() > 254 {
            return Err(FieldError::new("email", "must be an e-mail address such as ada@example.com"));
        }
        Ok(Self(text.to_owned()))
    }

    /// As written.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// As compared.
    pub fn folded(&self) -> String {
        self.0.to_lowercase()
    }
}

/// Refuses a password that is too short, too long, or made of one thing that everybody tries.
pub fn check_password(field: &str, password: &str, email: &str) -> Result<(), FieldError> {
    let length = password.chars().count();
    if length < MIN_PASSWORD {
        return Err(FieldError::new(field, format!("must have at least {MIN_PASSWORD} characters")));
    }
    if length > MAX_PASSWORD {
        return Err(FieldError::new(field, format!("must have at most {MAX_PASSWORD} characters")));
    }
    let folded = password.to_lowercase();
    let mut distinct: Vec<char> = folded.chars().collect();
    distinct.sort_unstable();
    distinct.dedup();
    let guessed = distinct.len() < 5
        || (email.len() > 3 && folded.contains(&email.to_lowercase()))
        || COMMON.iter().any(|word| folded.starts_with(word) && length < word.len() + 6);
    if guessed {
        return Err(FieldError::new(field, "is too easy to guess: use a few unrelated words"));
    }
    Ok(())
}

/// Beginnings of the passwords that attackers try first.
const COMMON: [&str; 12] = [
    "password",
    "passw0rd",
    "123456789",
    "qwertyuiop",
    "letmein",
    "welcome",
    "administrator",
    "iloveyou",
    "changeme",
    "tandemtandem",
    "connectwise",
    "automate",
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn roles_include_the_lesser_ones() {
        assert!(Role::Admin.allows(Permission::ApproveContent));
        assert!(Role::Approver.allows(Permission::ViewContent));
        assert!(!Role::Approver.allows(Permission::ManageClients));
        assert!(!Role::Viewer.allows(Permission::ApproveContent));
    }

    #[test]
    fn a_token_is_worth_no_more_than_its_person() {
        let person = |role, disabled| Some(Standing { role, disabled });
        assert_eq!(worth(Role::Admin, None), Some(Role::Admin), "made on the command line");
        assert_eq!(worth(Role::Admin, person(Role::Viewer, false)), Some(Role::Viewer));
        assert_eq!(worth(Role::Viewer, person(Role::Admin, false)), Some(Role::Viewer));
        assert_eq!(worth(Role::Viewer, person(Role::Admin, true)), None);
    }

    #[test]
    fn an_api_client_has_no_right_beyond_pulling() {
        let client = Actor::Client {
            id: "01935f6e-3c2a-7c3e-8f7a-2b1c9d0e4f5a".parse().unwrap(),
            name: "acme".into(),
        };
        assert!(!client.may(Permission::ViewContent));
    }

    #[test]
    fn emails_are_trimmed_and_compared_without_case() {
        assert_eq!(Email::parse(" Ada@Example.com ").unwrap().folded(), "ada@example.com");
        for wrong in ["", "ada", "@example.com", "a b@example.com", "ada@x"] {
            assert_eq!(Email::parse(wrong).unwrap_err().field, "email");
        }
    }

    #[test]
    fn guessable_passwords_are_refused() {
        for wrong in ["short", "aaaaaaaaaaaaaaaa", "password12345", "changeme1234"] {
            assert!(check_password("password", wrong, "ada@example.com").is_err(), "{wrong}");
        }
        assert!(check_password("password", "lamp cedar violin 9", "ada@example.com").is_ok());
    }
}
