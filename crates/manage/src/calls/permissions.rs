//! The permission self-test: which rights of the minimal role are missing, by the names that Manage's screens use.
//!
//! Where the API member may read its own role, every level is compared. Where it may not, what can be asked
//! without changing anything is asked, and the rest is reported as unknown rather than as fine.

use crate::{
    client::Manage,
    conditions::field,
    error::ManageError,
    model::ApiMember,
    query::Query,
    wire::setup::{WireApiMember, WireRight},
};
use serde_json::Value;

/// Kinds of access.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Level {
    /// Reading.
    Inquire,
    /// Creating.
    Add,
    /// Changing.
    Edit,
    /// Deleting.
    Delete,
}

impl Level {
    /// The word on Manage's screen.
    pub fn word(self) -> &'static str {
        match self {
            Self::Inquire => "Inquire",
            Self::Add => "Add",
            Self::Edit => "Edit",
            Self::Delete => "Delete",
        }
    }
}

/// A right of the minimal role.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Right {
    /// The area of the role's screen.
    pub area: &'static str,
    /// The right's name there.
    pub name: &'static str,
    /// The levels that must be `All`.
    pub levels: &'static [Level],
    /// What it is needed for.
    pub purpose: &'static str,
    /// Whether it is needed only when the connector writes to the set-up tables (workflow mode).
    pub workflow_mode_only: bool,
    /// A collection that answers 403 without the right to read.
    probe: Option<&'static str>,
}

/// How one right stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Finding {
    /// Every level is there.
    Granted,
    /// These levels are missing.
    Missing(Vec<Level>),
    /// The role cannot be read; reading works as far as it was tried.
    Unknown,
}

/// A right and how it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RightFinding {
    /// The right.
    pub right: Right,
    /// How it stands.
    pub finding: Finding,
}

impl RightFinding {
    /// One sentence for people.
    pub fn sentence(&self) -> String {
        let Right { area, name, purpose, .. } = self.right;
        match &self.finding {
            Finding::Granted => format!("{area} / {name}: granted"),
            Finding::Missing(levels) => {
                let words: Vec<&str> = levels.iter().map(|level| level.word()).collect();
                format!("{area} / {name}: set {} to All in the security role ({purpose})", words.join(", "))
            }
            Finding::Unknown => {
                format!("{area} / {name}: cannot be checked; compare the role by hand ({purpose})")
            }
        }
    }
}

use Level::{Add, Delete, Edit, Inquire};

/// The minimal role of the connector.
pub const MINIMAL_ROLE: &[Right] = &[
    right(
        "Service Desk",
        "Service Tickets",
        &[Edit, Inquire],
        "to read tickets, change their status and add notes",
    )
    .probed("/service/tickets"),
    right("Service Desk", "Close Service Tickets", &[Edit, Inquire], "to set a status that closes a ticket"),
    right(
        "Service Desk",
        "Resource Scheduling",
        &[Inquire, Add, Edit, Delete],
        "to assign the person who acknowledged",
    )
    .probed("/schedule/entries"),
    right(
        "Service Desk",
        "Service Ticket Dependencies",
        &[Inquire, Edit, Delete],
        "to change tickets that others depend on",
    ),
    right("Service Desk", "Ticket Templates", &[Edit, Inquire], "to apply rules that use templates"),
    right("System", "API Reports", &[Inquire], "to read through the API"),
    right("System", "Member Maintenance", &[Inquire], "to find members by their office mail address")
        .probed("/system/members"),
    right("System", "My Account", &[Inquire], "to know the API member itself"),
    right("System", "Table Setup", &[Inquire, Add, Edit, Delete], "to keep custom fields and workflow rules")
        .in_workflow_mode()
        .probed("/system/workflows"),
];

const fn right(
    area: &'static str,
    name: &'static str,
    levels: &'static [Level],
    purpose: &'static str,
) -> Right {
    Right { area, name, levels, purpose, workflow_mode_only: false, probe: None }
}

impl Right {
    const fn probed(self, collection: &'static str) -> Self {
        Self { probe: Some(collection), ..self }
    }

    const fn in_workflow_mode(self) -> Self {
        Self { workflow_mode_only: true, ..self }
    }
}

impl Manage {
    /// Compares the API member's role with the minimal one. Only reads.
    pub async fn check_rights(&self, api_member: &str) -> Result<Vec<RightFinding>, ManageError> {
        let role = self.role(api_member).await?;
        let mut findings = Vec::with_capacity(MINIMAL_ROLE.len());
        for right in MINIMAL_ROLE {
            let finding = match &role {
                Some(rights) => compare(right, rights),
                None => self.probe(right).await?,
            };
            findings.push(RightFinding { right: *right, finding });
        }
        Ok(findings)
    }

    /// The API member of this name; none when it may not read itself.
    pub async fn api_member(&self, name: &str) -> Result<Option<ApiMember>, ManageError> {
        Ok(self.own_member(name).await?.map(ApiMember::from))
    }

    async fn own_member(&self, name: &str) -> Result<Option<WireApiMember>, ManageError> {
        let query = Query::matching(field("identifier").equals(name));
        let members = match self.list::<WireApiMember>("/system/apiMembers", &query).await {
            Ok(members) => members,
            Err(ManageError::Forbidden(_) | ManageError::NotFound(_)) => return Ok(None),
            Err(error) => return Err(error),
        };
        let unknown =
            || ManageError::setting("api_member_id", "is not an API member of this instance: check its name");
        members.into_iter().next().map(Some).ok_or_else(unknown)
    }

    /// The rights of the API member's role; none when it may not read them.
    async fn role(&self, api_member: &str) -> Result<Option<Vec<WireRight>>, ManageError> {
        let Some(member) = self.own_member(api_member).await? else { return Ok(None) };
        let Some(role) = crate::wire::parts::named(member.security_role) else { return Ok(None) };
        let path = format!("/system/securityRoles/{}/settings", role.id);
        match self.list::<WireRight>(&path, &Query::new()).await {
            Ok(rights) => Ok(Some(rights).filter(|rights| !rights.is_empty())),
            Err(ManageError::Forbidden(_) | ManageError::NotFound(_)) => Ok(None),
            Err(error) => Err(error),
        }
    }

    async fn probe(&self, right: &Right) -> Result<Finding, ManageError> {
        let Some(collection) = right.probe else { return Ok(Finding::Unknown) };
        match self.list::<Value>(collection, &Query::new().most(1)).await {
            Ok(_) => Ok(Finding::Unknown),
            Err(ManageError::Forbidden(_)) => Ok(Finding::Missing(right.levels.to_vec())),
            Err(error) => Err(error),
        }
    }
}

fn compare(right: &Right, rights: &[WireRight]) -> Finding {
    let named = |row: &&WireRight| {
        row.module_function_name.as_deref().is_some_and(|name| name.eq_ignore_ascii_case(right.name))
    };
    let Some(row) = rights.iter().find(named) else { return Finding::Missing(right.levels.to_vec()) };
    let has = |level: Level| {
        let value = match level {
            Inquire => &row.inquire_level,
            Add => &row.add_level,
            Edit => &row.edit_level,
            Delete => &row.delete_level,
        };
        value.as_deref() == Some("All")
    };
    let missing: Vec<Level> = right.levels.iter().copied().filter(|level| !has(*level)).collect();
    if missing.is_empty() { Finding::Granted } else { Finding::Missing(missing) }
}
