//! What the user may see. A row that a user may not see is simply absent, so a missing right looks like a mass
//! deletion: rights are asked for before any list is believed.

use super::{line, members, session::Session, trouble::Trouble};
use domain::{
    content::ContentType,
    source::{CheckLine, CheckState},
};
use std::collections::BTreeSet;

/// Rights that every list of rights knows; a list without any of them is spelled in an unknown way.
const WELL_KNOWN: &[&str] =
    &["scriptread", "searchesread", "groupsshowall", "clientread", "computersshowall"];

/// The rights of the user who is signed in.
pub(super) struct Rights {
    held: Result<BTreeSet<String>, Trouble>,
}

impl Rights {
    pub(super) async fn of(session: &mut Session) -> Self {
        let held = session.get("Permissions/Users", &[]).await;
        Self {
            held: held.map(|list| {
                members::list(&list).iter().map(|right| folded(&members::plain(right))).collect()
            }),
        }
    }

    /// What the user lacks to read a type, as a sentence with the remedy; none when it may, or when the rights
    /// cannot be judged.
    pub(super) fn missing(&self, kind: ContentType) -> Option<String> {
        let (right, place) = needed(kind)?;
        let held = self.held.as_ref().ok().filter(|_| self.can_be_judged())?;
        if held.contains("superadmin") || held.contains(&folded(right)) {
            return None;
        }
        let label = kind.label().to_lowercase();
        Some(format!(
            "the user lacks the right {right}, so {label} may be missing from the lists: tick {place} in a user class \
             of this user"
        ))
    }

    /// The line of a test.
    pub(super) fn line(&self) -> CheckLine {
        let (state, message) = match &self.held {
            Ok(held) if self.can_be_judged() => {
                (CheckState::Good, format!("The user has {} rights.", held.len()))
            }
            Ok(held) if held.is_empty() => {
                (CheckState::Wrong, "The user has no rights at all: put it into a user class.".to_owned())
            }
            Ok(_) => {
                (CheckState::Limited, "The rights are named in a way that Tandem does not know.".to_owned())
            }
            Err(trouble) => (CheckState::Limited, format!("The rights cannot be read: {trouble}.")),
        };
        line("Rights", state, message)
    }

    fn can_be_judged(&self) -> bool {
        self.held.as_ref().is_ok_and(|held| {
            held.contains("superadmin") || WELL_KNOWN.iter().any(|right| held.contains(*right))
        })
    }
}

/// The right that a type needs, and where it stands in Automate.
fn needed(kind: ContentType) -> Option<(&'static str, &'static str)> {
    match kind {
        ContentType::Scripts => Some(("ScriptRead", "Scripts: Read")),
        ContentType::Groups => Some(("GroupsShowAll", "Groups: Show All")),
        _ => None,
    }
}

/// `Scripts.Read`, `Script Read` and `ScriptRead` are one right.
fn folded(right: &str) -> String {
    let letters: String = right.chars().filter(|c| c.is_ascii_alphanumeric()).collect();
    letters.to_ascii_lowercase().replace("scriptsread", "scriptread")
}
