//! What an administrator sets up.

use super::Named;

/// What an instance says about itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct System {
    /// The version as it is written, such as `v2025.1.105333`.
    pub version: String,
    /// The release, such as (2025, 1).
    pub release: (u32, u32),
    /// Whether it runs in the vendor's cloud.
    pub is_cloud: bool,
    /// The server's time zone.
    pub time_zone: Option<String>,
    /// The most records that a workflow may touch.
    pub workflow_limit: Option<u32>,
}

impl System {
    /// The oldest release with all that the connector needs.
    pub const OLDEST: (u32, u32) = (2019, 1);

    /// Whether the release is new enough.
    pub fn is_supported(&self) -> bool {
        self.release >= Self::OLDEST
    }
}

/// Someone who works in Manage.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Member {
    /// The id.
    pub id: i64,
    /// The log-in name.
    pub identifier: String,
    /// First and last name.
    pub name: String,
    /// The office mail address.
    pub office_email: Option<String>,
    /// Whether they no longer log in.
    pub inactive: bool,
}

/// The member that signs in with keys.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ApiMember {
    /// The log-in name.
    pub identifier: String,
    /// Its location.
    pub location: Option<String>,
    /// Its department.
    pub department: Option<String>,
    /// The board of the tickets that it creates.
    pub default_board: Option<String>,
}

/// A service board.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Board {
    /// Its id.
    pub id: i64,
    /// Its name.
    pub name: String,
    /// Whether it is out of use.
    pub inactive: bool,
    /// Whether it is for projects.
    pub is_project: bool,
}

/// A status of one board.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Status {
    /// Its id; another board's status of the same name has another one.
    pub id: i64,
    /// Its name.
    pub name: String,
    /// Its place in lists.
    pub order: i64,
    /// Whether it is out of use.
    pub inactive: bool,
    /// Whether it closes a ticket.
    pub closes: bool,
    /// Whether new tickets get it.
    pub is_default: bool,
}

/// A priority.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Priority {
    /// Its id.
    pub id: i64,
    /// Its name.
    pub name: String,
    /// Its place in lists.
    pub order: i64,
    /// `Critical`, `High`, `Medium` or `Low`, where the role may see it.
    pub level: Option<String>,
    /// Whether new tickets get it.
    pub is_default: bool,
}

/// The definition of a custom field.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CustomField {
    /// Its id.
    pub id: i64,
    /// The screen area that it belongs to, and so the kind of record.
    pub pod: i64,
    /// Its caption.
    pub caption: String,
    /// `Checkbox`, `Text` and so on.
    pub kind: String,
    /// Whether people see it on the screen.
    pub is_shown: bool,
    /// The screen's name, where the version says it.
    pub screen: Option<String>,
}

/// The kinds of custom field that the connector makes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CustomFieldKind {
    /// Yes or no.
    Checkbox,
    /// One line of text.
    Text,
}

/// A member's assignment to a ticket.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Assignment {
    /// The id of the schedule entry.
    pub id: i64,
    /// Who; entries without a member exist.
    pub member: Option<Named>,
    /// Whether it is over.
    pub done: bool,
    /// Whether it is the owner's.
    pub is_owner: bool,
}

/// Where Manage sends what changed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Callback {
    /// Its id.
    pub id: i64,
    /// What it is for.
    pub description: String,
    /// Where it goes.
    pub url: String,
    /// The kind of record.
    pub kind: String,
    /// How much of it.
    pub level: String,
    /// Whose, by the level.
    pub object: i64,
    /// Whether Manage gave up on it.
    pub inactive: bool,
}
