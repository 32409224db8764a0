//! What hangs on a ticket, or stands behind it.

use super::Named;
use jiff::Timestamp;

/// A note of a ticket.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Note {
    /// Its id.
    pub id: i64,
    /// What it says; may hold Markdown or HTML of whoever wrote it.
    pub text: String,
    /// Whether it stands in the discussion, which the customer sees.
    pub discussion: bool,
    /// Whether it is internal.
    pub internal: bool,
    /// Whether it stands in the resolution, which the customer sees.
    pub resolution: bool,
    /// Who wrote it.
    pub author: Option<String>,
    /// When.
    pub created_at: Option<Timestamp>,
}

/// A note to be added.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct NewNote {
    /// What it says.
    pub text: String,
    /// Whether it stands in the discussion, which the customer sees.
    pub discussion: bool,
    /// Whether it is internal; a note that stands nowhere else is.
    pub internal: bool,
    /// Whether it stands in the resolution, which the customer sees.
    pub resolution: bool,
    /// Whether Manage tells people about it.
    pub notify: bool,
    /// The member who wrote it, if not the API member.
    pub member: Option<i64>,
}

/// A task of a ticket.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Task {
    /// Its id.
    pub id: i64,
    /// What is to be done.
    pub text: String,
    /// How it ended.
    pub resolution: Option<String>,
    /// Whether it is done.
    pub done: bool,
    /// Its place among the tasks.
    pub order: i64,
    /// Who does it.
    pub member: Option<Named>,
}

/// Time that was spent on a ticket.
#[derive(Debug, Clone, PartialEq)]
pub struct TimeEntry {
    /// Its id.
    pub id: i64,
    /// Who.
    pub member: Option<Named>,
    /// The kind of work.
    pub work_type: Option<String>,
    /// From.
    pub started_at: Option<Timestamp>,
    /// To.
    pub ended_at: Option<Timestamp>,
    /// Hours.
    pub hours: f64,
    /// What was done.
    pub text: String,
}

/// A device or another thing that a ticket is about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Configuration {
    /// Its id.
    pub id: i64,
    /// Its name.
    pub name: String,
    /// What it is.
    pub kind: Option<String>,
    /// Its status.
    pub status: Option<String>,
    /// Where it stands.
    pub site: Option<String>,
    /// Its serial number.
    pub serial_number: Option<String>,
    /// Its model.
    pub model: Option<String>,
    /// Its address.
    pub ip_address: Option<String>,
    /// Its operating system.
    pub operating_system: Option<String>,
    /// Who logged in last.
    pub last_login: Option<String>,
}

/// A customer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Company {
    /// Its id.
    pub id: i64,
    /// Its short name.
    pub identifier: String,
    /// Its name.
    pub name: String,
    /// Its status.
    pub status: Option<String>,
    /// Street.
    pub street: Option<String>,
    /// City.
    pub city: Option<String>,
    /// Postal code.
    pub postal_code: Option<String>,
    /// Telephone.
    pub phone: Option<String>,
    /// Web site.
    pub website: Option<String>,
}

/// A person at a customer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Contact {
    /// Its id.
    pub id: i64,
    /// First and last name.
    pub name: String,
    /// What they are.
    pub title: Option<String>,
    /// Their main mail address.
    pub email: Option<String>,
    /// Their main telephone number.
    pub phone: Option<String>,
    /// Their company.
    pub company: Option<Named>,
    /// Whether they are no longer there.
    pub inactive: bool,
}

/// A document of a ticket; its content is never read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Document {
    /// Its id.
    pub id: i64,
    /// Its title.
    pub title: String,
    /// Its file's name, without separators of paths.
    pub file_name: Option<String>,
    /// Bytes.
    pub size: u64,
    /// Whether it is only an address.
    pub is_link: bool,
    /// Whether it is a picture.
    pub is_image: bool,
    /// Who added it.
    pub owner: Option<String>,
}
