//! Status and approval (`design.md` section 2): what a scan, an approval, a sync and a rollback do to an item.
//!
//! An item knows what is published, what the source holds now, and what was approved. Status and approval
//! are derived from those three, so a pair that the table does not have cannot be stored:
//!
//! | status | approval |
//! | --- | --- |
//! | Unchanged | No Action Needed |
//! | Changed | Needs Approval, Change Approved |
//! | Moved or Deleted | Needs Approval, Move/Delete Approved |

use super::{ContentHash, Facets};
use serde::{Deserialize, Serialize};
use std::fmt;

/// How the source differs from production.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Status {
    /// Neither changed nor removed.
    #[serde(rename = "Unchanged")]
    Unchanged,
    /// New or changed.
    #[serde(rename = "Changed")]
    Changed,
    /// In another folder, outside what is published, or gone.
    #[serde(rename = "Moved or Deleted")]
    MovedOrDeleted,
}

/// Where the review stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Approval {
    /// Nothing to review.
    #[serde(rename = "No Action Needed")]
    NoActionNeeded,
    /// Someone must look at it.
    #[serde(rename = "Needs Approval")]
    NeedsApproval,
    /// The next sync publishes it.
    #[serde(rename = "Change Approved")]
    ChangeApproved,
    /// The next sync moves or removes it.
    #[serde(rename = "Move/Delete Approved")]
    MoveDeleteApproved,
}

/// What kind of change waits, in one word.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Change {
    /// Not in production yet.
    Added,
    /// Body or switches differ.
    Changed,
    /// Only the folder differs, or the item left the published folders.
    Moved,
    /// Gone from the source.
    Deleted,
}

macro_rules! worded {
    ($kind:ty { $($variant:ident => $word:literal),+ $(,)? }) => {
        impl $kind {
            /// The word on screens, on the wire and in the database.
            pub fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $word),+ }
            }
            /// Every value.
            pub const ALL: &'static [Self] = &[$(Self::$variant),+];
            /// Reads the word.
            pub fn parse(word: &str) -> Option<Self> {
                Self::ALL.iter().copied().find(|value| value.as_str() == word)
            }
        }
        impl fmt::Display for $kind {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(self.as_str())
            }
        }
    };
}

worded!(Status { Unchanged => "Unchanged", Changed => "Changed", MovedOrDeleted => "Moved or Deleted" });
worded!(Approval {
    NoActionNeeded => "No Action Needed",
    NeedsApproval => "Needs Approval",
    ChangeApproved => "Change Approved",
    MoveDeleteApproved => "Move/Delete Approved",
});
worded!(Change { Added => "added", Changed => "changed", Moved => "moved", Deleted => "deleted" });

/// One content of an item, by hash.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Snapshot {
    /// The content hash.
    pub hash: ContentHash,
    /// The hashes of its parts.
    pub facets: Facets,
}

/// What the source holds now.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Candidate {
    /// This content.
    Present(Snapshot),
    /// Nothing: a complete scan did not find it.
    Deleted,
    /// Still there, but outside the published folders.
    OutOfScope,
}

impl Candidate {
    /// The hash, while there is content.
    pub fn hash(&self) -> Option<&ContentHash> {
        match self {
            Self::Present(snapshot) => Some(&snapshot.hash),
            Self::Deleted | Self::OutOfScope => None,
        }
    }
}

/// What a reviewer agreed to, bound to what they saw.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Approved {
    /// To publish this content.
    Content(ContentHash),
    /// To remove the item from production.
    Removal,
}

/// Why an approval was refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ApproveError {
    /// Nothing waits for review.
    #[error("nothing waits for approval: the item is unchanged")]
    NothingToApprove,
    /// The item was rolled back and nobody has lifted the hold.
    #[error("the item is held after a rollback: lift the hold first")]
    Held,
    /// The content changed since the reviewer looked.
    #[error("the item changed after this page was shown: look at it again and approve what you see")]
    Stale,
}

/// What a sync does with one item.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Publication {
    /// Production now points at this content.
    Publish(Snapshot),
    /// Production no longer has the item.
    Remove,
}

/// Everything that decides an item's status and approval.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Lifecycle {
    published: Option<Snapshot>,
    candidate: Candidate,
    approved: Option<Approved>,
    held: bool,
}

impl Lifecycle {
    /// An item that a scan found for the first time.
    pub fn discovered(snapshot: Snapshot) -> Self {
        Self { published: None, candidate: Candidate::Present(snapshot), approved: None, held: false }
    }

    /// An item as it was stored. An approval that fits nothing (it cannot be stored, but a database can be
    /// edited by hand) is dropped rather than trusted.
    pub fn restored(
        published: Option<Snapshot>,
        candidate: Candidate,
        approved: Option<Approved>,
        held: bool,
    ) -> Self {
        let mut item = Self { published, candidate, approved, held };
        if held || item.status() == Status::Unchanged || item.approved.as_ref() != Some(&item.target()) {
            item.approved = None;
        }
        item
    }

    /// What production holds.
    pub fn published(&self) -> Option<&Snapshot> {
        self.published.as_ref()
    }

    /// What the source holds.
    pub fn candidate(&self) -> &Candidate {
        &self.candidate
    }

    /// What was agreed to.
    pub fn approved(&self) -> Option<&Approved> {
        self.approved.as_ref()
    }

    /// Whether a rollback holds the item at the version it went back to.
    pub fn is_held(&self) -> bool {
        self.held
    }

    /// Whether nothing remains to be kept: neither published nor in the source.
    pub fn is_void(&self) -> bool {
        self.published.is_none() && self.candidate.hash().is_none()
    }

    /// What kind of change waits, if any.
    pub fn change(&self) -> Option<Change> {
        match (&self.published, &self.candidate) {
            (None, Candidate::Present(_)) => Some(Change::Added),
            (Some(old), Candidate::Present(new)) if old.hash == new.hash => None,
            (Some(old), Candidate::Present(new)) if old.facets.only_moved(&new.facets) => Some(Change::Moved),
            (Some(_), Candidate::Present(_)) => Some(Change::Changed),
            (_, Candidate::Deleted) => Some(Change::Deleted),
            (_, Candidate::OutOfScope) => Some(Change::Moved),
        }
    }

    /// How the source differs from production.
    pub fn status(&self) -> Status {
        match self.change() {
            None => Status::Unchanged,
            Some(Change::Added | Change::Changed) => Status::Changed,
            Some(Change::Moved | Change::Deleted) => Status::MovedOrDeleted,
        }
    }

    /// Where the review stands.
    pub fn approval(&self) -> Approval {
        match (self.status(), &self.approved) {
            (Status::Unchanged, _) => Approval::NoActionNeeded,
            (_, None) => Approval::NeedsApproval,
            (Status::Changed, Some(_)) => Approval::ChangeApproved,
            (Status::MovedOrDeleted, Some(_)) => Approval::MoveDeleteApproved,
        }
    }

    /// Takes in what a scan found. Anything but the very same candidate voids an approval.
    pub fn observe(&mut self, candidate: Candidate) {
        if candidate != self.candidate {
            self.candidate = candidate;
            self.approved = None;
        }
    }

    /// Whether what a reviewer saw can be approved: `seen` is the candidate's hash, none for a removal.
    pub fn may_be_approved(&self, seen: Option<&ContentHash>) -> Result<(), ApproveError> {
        if self.candidate.hash() != seen {
            return Err(ApproveError::Stale);
        }
        if self.status() == Status::Unchanged {
            return Err(ApproveError::NothingToApprove);
        }
        if self.held {
            return Err(ApproveError::Held);
        }
        Ok(())
    }

    /// Agrees to what a reviewer saw. How many must agree is for `review` to say.
    pub fn approve(&mut self, seen: Option<&ContentHash>) -> Result<(), ApproveError> {
        self.may_be_approved(seen)?;
        self.approved = Some(self.target());
        Ok(())
    }

    /// Takes an approval back; says whether there was one.
    pub fn unapprove(&mut self) -> bool {
        self.approved.take().is_some()
    }

    /// What the next sync would do: exactly what was approved, or nothing.
    pub fn pending(&self) -> Option<Publication> {
        if self.status() == Status::Unchanged || self.approved.as_ref() != Some(&self.target()) {
            return None;
        }
        match &self.candidate {
            Candidate::Present(snapshot) => Some(Publication::Publish(snapshot.clone())),
            Candidate::Deleted | Candidate::OutOfScope => Some(Publication::Remove),
        }
    }

    /// Syncs the item: production takes what was approved, and the approval is used up.
    pub fn sync(&mut self) -> Option<Publication> {
        let publication = self.pending()?;
        self.approved = None;
        self.published = match &publication {
            Publication::Publish(snapshot) => Some(snapshot.clone()),
            Publication::Remove => None,
        };
        Some(publication)
    }

    /// Points production at an earlier version and holds it there: the source's content waits, and cannot
    /// be approved until someone lifts the hold.
    pub fn roll_back(&mut self, version: Snapshot) {
        self.published = Some(version);
        self.approved = None;
        self.held = true;
    }

    /// Lifts the hold of a rollback; says whether there was one.
    pub fn lift(&mut self) -> bool {
        std::mem::take(&mut self.held)
    }

    /// What an approval given now would agree to.
    fn target(&self) -> Approved {
        match &self.candidate {
            Candidate::Present(snapshot) => Approved::Content(snapshot.hash.clone()),
            Candidate::Deleted | Candidate::OutOfScope => Approved::Removal,
        }
    }
}

#[cfg(test)]
mod tests;
