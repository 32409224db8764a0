//! Review: who agreed to what, who refused it, and how many must agree.
//!
//! An approval counts for exactly the content that was seen. A [`Policy`] says how many different people must
//! give one and whether the author of a change may. Only when enough have, the item's [`Lifecycle`] is approved:
//! the pairs of status and approval stay those of its table.

use super::{
    ContentHash, ContentType, Status,
    lifecycle::{ApproveError, Lifecycle},
    secrets::{RULES, SecretFinding},
    view::{Acceptance, ShownSecret},
};
use crate::field::FieldError;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

/// The most approvals that a policy may ask for.
pub const MOST_APPROVALS: u32 = 5;

/// How content of one type is approved.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Policy {
    /// The type.
    #[serde(rename = "type")]
    pub content_type: ContentType,
    /// How many different people must approve a change.
    pub required_approvals: u32,
    /// Whether the person who made a change may not approve it.
    pub author_barred: bool,
}

impl Policy {
    /// What holds until somebody says otherwise: one approval, of anybody who may give one.
    pub fn open(content_type: ContentType) -> Self {
        Self { content_type, required_approvals: 1, author_barred: false }
    }

    /// Refuses a policy that nobody could fulfil.
    pub fn check(&self) -> Result<(), FieldError> {
        if (1..=MOST_APPROVALS).contains(&self.required_approvals) {
            return Ok(());
        }
        let message = format!("must be between 1 and {MOST_APPROVALS}");
        Err(FieldError::new("required_approvals", message))
    }
}

/// Someone who reviews.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Reviewer {
    /// Tells people apart: the same for a person and for all their tokens.
    pub id: String,
    /// The name that is shown and kept.
    pub name: String,
    /// Every name under which the source may know them: name, address, aliases.
    pub known_as: Vec<String>,
}

impl Reviewer {
    /// Whether the source's `name@host` or `DOMAIN\name` means this person. Case, blanks and dots do not matter.
    pub fn is(&self, author: &str) -> bool {
        let written = author.trim();
        let account = written.rsplit('\\').next().unwrap_or_default();
        let local = account.split('@').next().unwrap_or_default();
        let forms: Vec<String> = [written, account, local].into_iter().map(plain).collect();
        self.known_as
            .iter()
            .flat_map(|name| [plain(name), plain(name.split('@').next().unwrap_or_default())])
            .any(|name| !name.is_empty() && forms.contains(&name))
    }
}

fn plain(name: &str) -> String {
    name.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

/// One approval.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct GivenApproval {
    /// Who, as [`Reviewer::id`].
    pub reviewer: String,
    /// Their name.
    pub by: String,
    /// When.
    pub at: Timestamp,
    /// What they noted.
    pub note: Option<String>,
    /// The content they saw; none for a removal.
    pub content_hash: Option<ContentHash>,
}

/// A refusal, with its reason.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Rejection {
    /// Who.
    pub by: String,
    /// When.
    pub at: Timestamp,
    /// Why.
    pub note: String,
    /// The content they saw; none for a removal.
    pub content_hash: Option<ContentHash>,
}

/// Secrets that somebody took responsibility for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AcceptedSecrets {
    /// Who.
    pub by: String,
    /// When.
    pub at: Timestamp,
    /// Why.
    pub reason: String,
    /// Which: digests of findings. A further secret is not accepted.
    pub digests: BTreeSet<ContentHash>,
}

/// What people said about an item, and what was found in it.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Review {
    /// Approvals of what waits now, each of another person.
    #[serde(default)]
    pub approvals: Vec<GivenApproval>,
    /// The refusal of what waits now.
    #[serde(default)]
    pub rejection: Option<Rejection>,
    /// The content that was searched for secrets.
    #[serde(default)]
    pub examined: Option<ContentHash>,
    /// The version of the rules by which it was.
    #[serde(default)]
    pub rules: u32,
    /// Its secrets.
    #[serde(default)]
    pub secrets: Vec<SecretFinding>,
    /// Those that somebody accepted.
    #[serde(default)]
    pub accepted: Option<AcceptedSecrets>,
}

/// Why an approval was not taken.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ReviewError {
    /// The item itself refuses.
    #[error("{0}")]
    Lifecycle(#[from] ApproveError),
    /// The approver made the change.
    #[error(
        "the source names you as the author of this change, and its author may not approve it: ask somebody else"
    )]
    Author,
    /// They approved it already.
    #[error("you approved this already: it needs somebody else as well")]
    Twice,
    /// It holds secrets that nobody accepted.
    #[error(
        "it holds {0} that look like secrets: take them out at the source, or accept them with a reason on the item's page"
    )]
    Secrets(String),
    /// It was not searched for secrets yet.
    #[error("it has not been searched for secrets yet: try again in a moment")]
    Unexamined,
}

impl Review {
    /// How many approvals what waits now has.
    pub fn given(&self) -> u32 {
        u32::try_from(self.approvals.len()).unwrap_or(u32::MAX)
    }

    /// Secrets that nobody accepted.
    pub fn open_secrets(&self) -> usize {
        let accepted = |finding: &&SecretFinding| {
            self.accepted.as_ref().is_some_and(|accepted| accepted.digests.contains(&finding.digest))
        };
        self.secrets.iter().filter(|finding| !accepted(finding)).count()
    }

    /// The secrets as they may be shown, and who accepted some.
    pub fn shown_secrets(&self) -> (Vec<ShownSecret>, Option<Acceptance>) {
        let accepted = self.accepted.as_ref();
        let shown = |finding: &SecretFinding| ShownSecret {
            kind: finding.kind,
            place: finding.place.clone(),
            accepted: accepted.is_some_and(|accepted| accepted.digests.contains(&finding.digest)),
        };
        let acceptance = accepted.map(|accepted| Acceptance {
            by: accepted.by.clone(),
            at: accepted.at,
            reason: accepted.reason.clone(),
        });
        (self.secrets.iter().map(shown).collect(), acceptance)
    }

    /// Whether `content` was searched by the rules of today.
    pub fn is_examined(&self, content: Option<&ContentHash>) -> bool {
        content.is_none() || (self.rules == RULES && self.examined.as_ref() == content)
    }

    /// Keeps what a search found.
    pub fn examine(&mut self, content: ContentHash, secrets: Vec<SecretFinding>) {
        self.examined = Some(content);
        self.rules = RULES;
        self.secrets = secrets;
    }

    /// Takes responsibility for every secret that was found in what `seen` names.
    pub fn accept(
        &mut self,
        item: &Lifecycle,
        seen: &ContentHash,
        by: &str,
        reason: &str,
        at: Timestamp,
    ) -> Result<(), ReviewError> {
        if item.candidate().hash() != Some(seen) {
            return Err(ApproveError::Stale.into());
        }
        if !self.is_examined(Some(seen)) {
            return Err(ReviewError::Unexamined);
        }
        let mut digests: BTreeSet<ContentHash> =
            self.secrets.iter().map(|finding| finding.digest.clone()).collect();
        digests.extend(self.accepted.take().map(|accepted| accepted.digests).unwrap_or_default());
        self.accepted = Some(AcceptedSecrets { by: by.to_owned(), at, reason: reason.to_owned(), digests });
        Ok(())
    }

    /// Takes an approval of what `seen` names. The item is approved once enough different people agreed.
    pub fn approve(
        &mut self,
        item: &mut Lifecycle,
        policy: &Policy,
        reviewer: &Reviewer,
        author: Option<&str>,
        given: (Option<&ContentHash>, Option<String>, Timestamp),
    ) -> Result<(), ReviewError> {
        let (seen, note, at) = given;
        item.may_be_approved(seen)?;
        if seen.is_some() && policy.author_barred && author.is_some_and(|author| reviewer.is(author)) {
            return Err(ReviewError::Author);
        }
        if !self.is_examined(seen) {
            return Err(ReviewError::Unexamined);
        }
        if seen.is_some() && self.open_secrets() > 0 {
            return Err(ReviewError::Secrets(counted(self.open_secrets())));
        }
        self.follow(item);
        let known = self.approvals.iter().any(|approval| approval.reviewer == reviewer.id);
        if known && item.approved().is_none() && self.given() < policy.required_approvals {
            return Err(ReviewError::Twice);
        }
        if !known {
            self.approvals.push(GivenApproval {
                reviewer: reviewer.id.clone(),
                by: reviewer.name.clone(),
                at,
                note,
                content_hash: seen.cloned(),
            });
        }
        self.rejection = None;
        self.settle(item, policy);
        Ok(())
    }

    /// Refuses what `seen` names. The item stays Needs Approval; approvals of it are void.
    pub fn reject(
        &mut self,
        item: &mut Lifecycle,
        by: &str,
        note: &str,
        seen: Option<&ContentHash>,
        at: Timestamp,
    ) -> Result<(), ReviewError> {
        item.may_be_approved(seen)?;
        item.unapprove();
        self.approvals.clear();
        let content_hash = seen.cloned();
        self.rejection = Some(Rejection { by: by.to_owned(), at, note: note.to_owned(), content_hash });
        Ok(())
    }

    /// Takes every approval back; says whether there was one.
    pub fn unapprove(&mut self, item: &mut Lifecycle) -> bool {
        let had = !self.approvals.is_empty();
        self.approvals.clear();
        item.unapprove() || had
    }

    /// Forgets what was said about content that no longer waits.
    pub fn follow(&mut self, item: &Lifecycle) {
        let waits = item.status() != Status::Unchanged && !item.is_held();
        let target = item.candidate().hash();
        self.approvals.retain(|approval| waits && approval.content_hash.as_ref() == target);
        let refused = |rejection: &Rejection| {
            item.status() != Status::Unchanged && rejection.content_hash.as_ref() == target
        };
        self.rejection = self.rejection.take().filter(refused);
    }

    /// Brings the item in step with its approvals, after one was given or the policy changed.
    pub fn settle(&mut self, item: &mut Lifecycle, policy: &Policy) {
        self.follow(item);
        let people: BTreeSet<&str> =
            self.approvals.iter().map(|approval| approval.reviewer.as_str()).collect();
        let enough = people.len() >= policy.required_approvals.max(1) as usize;
        let target = item.candidate().hash().cloned();
        // A refusal needs no handling: what cannot be approved stays as it is.
        let _ = if enough { item.approve(target.as_ref()).is_ok() } else { item.unapprove() };
    }

    /// Everybody who approved, for the version's history.
    pub fn approvers(&self) -> Option<String> {
        let names: Vec<&str> = self.approvals.iter().map(|approval| approval.by.as_str()).collect();
        (!names.is_empty()).then(|| names.join(", "))
    }

    /// When the last approval was given.
    pub fn approved_at(&self) -> Option<Timestamp> {
        self.approvals.iter().map(|approval| approval.at).max()
    }

    /// What the approvers noted.
    pub fn notes(&self) -> Option<String> {
        let notes: Vec<&str> =
            self.approvals.iter().filter_map(|approval| approval.note.as_deref()).collect();
        (!notes.is_empty()).then(|| notes.join(" · "))
    }
}

fn counted(count: usize) -> String {
    if count == 1 { "1 text".into() } else { format!("{count} texts") }
}

#[cfg(test)]
mod tests;
