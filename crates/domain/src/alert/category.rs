//! Categories: how people sort alerts. A category has a colour and an icon, and may pick its alerts by the ticket.

use super::Severity;
use crate::{
    field::{FieldError, Findings},
    ids::CategoryId,
    ticket::Ticket,
};
use serde::{Deserialize, Serialize};

/// The name of the category of alerts that no other one picks.
pub const GENERAL: &str = "General";
/// The colours to choose from; each is a token of the style, fit for light and dark.
pub const COLOURS: [&str; 8] = ["grey", "red", "orange", "yellow", "green", "teal", "blue", "purple"];
/// The icons to choose from.
pub const ICONS: [&str; 8] = ["bell", "server", "network", "shield", "disk", "mail", "printer", "people"];

/// What is set about a category. An empty list of boards, types and so on picks all of them; a category with no
/// list at all picks nothing by itself and is only named by rules.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct CategoryInput {
    /// Its name, unique without regard to case.
    pub name: String,
    /// One of [`COLOURS`].
    pub colour: String,
    /// One of [`ICONS`].
    pub icon: String,
    /// How urgent its alerts are; none leaves it to the ticket's priority.
    pub severity: Option<Severity>,
    /// Boards by name.
    pub boards: Vec<String>,
    /// Types by name.
    pub types: Vec<String>,
    /// Priorities by name.
    pub priorities: Vec<String>,
    /// Companies by name.
    pub companies: Vec<String>,
}

/// A category.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Category {
    /// Which.
    pub id: CategoryId,
    /// Its place: the first that fits picks an alert.
    pub position: u32,
    /// What is set about it.
    #[serde(flatten)]
    pub input: CategoryInput,
}

impl CategoryInput {
    /// Every refusal at once.
    pub fn check(&self) -> Result<(), Vec<FieldError>> {
        let mut findings = Findings::default();
        let length = self.name.trim().chars().count();
        findings.check(length == 0 || length > 60, "name", "must have 1 to 60 characters");
        let colour = COLOURS.contains(&self.colour.as_str());
        findings.check(
            !colour,
            "colour",
            "must be one of grey, red, orange, yellow, green, teal, blue and purple",
        );
        let icon = ICONS.contains(&self.icon.as_str());
        findings.check(
            !icon,
            "icon",
            "must be one of bell, server, network, shield, disk, mail, printer and people",
        );
        for (field, list) in self.lists() {
            findings.check(list.len() > 100, field, "must have at most 100 names");
        }
        findings.finish()
    }

    /// Whether it picks an alert of this ticket.
    pub fn picks(&self, ticket: &Ticket) -> bool {
        let of_ticket = [&ticket.board, &ticket.kind, &ticket.priority, &ticket.company];
        let named = self.lists().iter().any(|(_, list)| !list.is_empty());
        named && self.lists().iter().zip(of_ticket).all(|((_, list), value)| fits(list, value.as_deref()))
    }

    fn lists(&self) -> [(&'static str, &Vec<String>); 4] {
        [
            ("boards", &self.boards),
            ("types", &self.types),
            ("priorities", &self.priorities),
            ("companies", &self.companies),
        ]
    }
}

fn fits(list: &[String], value: Option<&str>) -> bool {
    let same = |name: &String| value.is_some_and(|value| name.trim().to_lowercase() == value.to_lowercase());
    list.is_empty() || list.iter().any(same)
}
