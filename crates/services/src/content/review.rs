//! Approving, refusing and taking approvals back: bound to exactly what the reviewer saw.

use super::{Content, counted};
use crate::{
    Error, Result,
    ports::store::{Lane, content::ItemRecord},
    work::Line,
};
use domain::{
    account::{Actor, Permission},
    audit::{Outcome, action},
    content::{
        Approval, ContentHash, ContentType, Guid, ItemKey,
        review::{Policy, Reviewer},
        view::{ItemResult, ItemRow, Seen},
    },
};
use jiff::Timestamp;
use std::collections::BTreeMap;

/// The most items in one request.
const MOST: usize = 5_000;
/// The most characters of a note.
const MOST_NOTE: usize = 1_000;

/// What a reviewer does with each item.
enum Verdict {
    Approve { note: Option<String> },
    Reject { note: String },
    Unapprove,
}

impl Verdict {
    fn action(&self) -> (&'static str, &'static str) {
        match self {
            Self::Approve { .. } => (action::APPROVE, "approved"),
            Self::Reject { .. } => (action::REJECT, "refused"),
            Self::Unapprove => (action::UNAPPROVE, "took back the approval of"),
        }
    }
}

/// Who judges by which rule, and when.
struct Court {
    verdict: Verdict,
    reviewer: Reviewer,
    policy: Policy,
    now: Timestamp,
}

impl Content<'_> {
    /// Approves what the reviewer saw, item by item: one that changed since is refused, the others are done.
    pub async fn approve(
        &self,
        actor: &Actor,
        content_type: ContentType,
        seen: Vec<Seen>,
        note: Option<String>,
    ) -> Result<Vec<ItemResult>> {
        check_note(note.as_deref())?;
        self.review(actor, content_type, seen, Verdict::Approve { note }).await
    }

    /// Refuses what the reviewer saw, with a reason. The items stay Needs Approval.
    pub async fn reject(
        &self,
        actor: &Actor,
        content_type: ContentType,
        seen: Vec<Seen>,
        note: &str,
    ) -> Result<Vec<ItemResult>> {
        let note = note.trim().to_owned();
        if note.is_empty() || note.chars().count() > MOST_NOTE {
            return Err(Error::field("note", format!("must say why, in 1 to {MOST_NOTE} characters")));
        }
        self.review(actor, content_type, seen, Verdict::Reject { note }).await
    }

    /// Takes approvals back, as long as they were not synced.
    pub async fn unapprove(
        &self,
        actor: &Actor,
        content_type: ContentType,
        seen: Vec<Seen>,
        note: Option<String>,
    ) -> Result<Vec<ItemResult>> {
        check_note(note.as_deref())?;
        self.review(actor, content_type, seen, Verdict::Unapprove).await
    }

    /// Takes responsibility for what looks like secrets in an item: bound to the content that was seen, and to
    /// the findings in it.
    pub async fn accept_secrets(
        &self,
        actor: &Actor,
        key: &ItemKey,
        seen: &ContentHash,
        reason: &str,
    ) -> Result<ItemRow> {
        self.core.require(actor, Permission::ApproveContent).await?;
        let reason = reason.trim();
        if reason.is_empty() || reason.chars().count() > MOST_NOTE {
            return Err(Error::field("reason", format!("must say why, in 1 to {MOST_NOTE} characters")));
        }
        self.core.examine_items(std::slice::from_ref(key)).await?;
        let mut tx = self.core.store.begin(Lane::Content).await?;
        let mut item =
            tx.items_for_change(std::slice::from_ref(key)).await?.pop().ok_or(Error::NotFound("item"))?;
        let count = item.review.open_secrets();
        if count == 0 && item.lifecycle.candidate().hash() == Some(seen) {
            return Err(Error::Conflict("nothing waits to be accepted in this item".into()));
        }
        item.review
            .accept(&item.lifecycle, seen, actor.name(), reason, self.core.now())
            .map_err(|refusal| Error::Conflict(refusal.to_string()))?;
        tx.save_items(std::slice::from_ref(&item)).await?;
        let summary = format!("accepted {count} secrets in {}: {reason}", item.name);
        let line = Line::ok(action::ACCEPT_SECRETS, summary).on(key.content_type).about(&key.guid);
        self.core.audit(&mut *tx, actor, line).await?;
        tx.commit().await?;
        self.with_policy(item.row()).await
    }

    async fn review(
        &self,
        actor: &Actor,
        content_type: ContentType,
        seen: Vec<Seen>,
        verdict: Verdict,
    ) -> Result<Vec<ItemResult>> {
        self.core.require(actor, Permission::ApproveContent).await?;
        if seen.is_empty() || seen.len() > MOST {
            return Err(Error::field("items", format!("must name 1 to {MOST} items")));
        }
        let keys: Vec<ItemKey> =
            seen.iter().map(|seen| ItemKey::new(content_type, seen.guid.clone())).collect();
        if matches!(verdict, Verdict::Approve { .. }) {
            self.core.examine_items(&keys).await?;
        }
        let reviewer = self.core.reviewer(actor).await?;
        let mut tx = self.core.store.begin(Lane::Content).await?;
        let policy = tx.policy(content_type).await?.unwrap_or_else(|| Policy::open(content_type));
        let mut records: BTreeMap<Guid, ItemRecord> = tx
            .items_for_change(&keys)
            .await?
            .into_iter()
            .map(|record| (record.key.guid.clone(), record))
            .collect();
        let court = Court { verdict, reviewer, policy, now: self.core.now() };
        let results: Vec<ItemResult> = seen.iter().map(|seen| court.judge(&mut records, seen)).collect();
        let done: Vec<&Guid> = results.iter().filter(|result| result.ok).map(|result| &result.guid).collect();
        let changed: Vec<ItemRecord> = done.iter().filter_map(|guid| records.get(*guid).cloned()).collect();
        tx.save_items(&changed).await?;
        let line = tell(court.verdict.action(), content_type, &results, &records);
        self.core.audit(&mut *tx, actor, line).await?;
        tx.commit().await?;
        Ok(results)
    }
}

fn check_note(note: Option<&str>) -> Result<()> {
    if note.is_some_and(|note| note.chars().count() > MOST_NOTE) {
        return Err(Error::field("note", format!("must have at most {MOST_NOTE} characters")));
    }
    Ok(())
}

impl Court {
    fn judge(&self, records: &mut BTreeMap<Guid, ItemRecord>, seen: &Seen) -> ItemResult {
        let guid = seen.guid.clone();
        let Some(record) = records.get_mut(&seen.guid) else {
            let message = Some("there is no such item (any more)".to_owned());
            return ItemResult { guid, ok: false, message, approval: None };
        };
        let judged = self.judge_one(record, seen);
        record.follow_review();
        let approval = Some(record.lifecycle.approval());
        match judged {
            Ok(()) => ItemResult { guid, ok: true, message: self.missing(record), approval },
            Err(message) => ItemResult { guid, ok: false, message: Some(message), approval },
        }
    }

    fn judge_one(&self, record: &mut ItemRecord, seen: &Seen) -> std::result::Result<(), String> {
        let hash = seen.candidate_hash.as_ref();
        let (review, item) = (&mut record.review, &mut record.lifecycle);
        match &self.verdict {
            Verdict::Approve { note } => {
                let given = (hash, note.clone(), self.now);
                review.approve(item, &self.policy, &self.reviewer, record.updated_by.as_deref(), given)
            }
            Verdict::Reject { note } => review.reject(item, &self.reviewer.name, note, hash, self.now),
            Verdict::Unapprove if review.unapprove(item) => Ok(()),
            Verdict::Unapprove => return Err("there is no approval to take back".to_owned()),
        }
        .map_err(|refusal| refusal.to_string())
    }

    /// What an approval still lacks, in words.
    fn missing(&self, record: &ItemRecord) -> Option<String> {
        let waits = record.lifecycle.approval() == Approval::NeedsApproval;
        let approving = matches!(self.verdict, Verdict::Approve { .. });
        (approving && waits)
            .then(|| format!("{} of {} approvals", record.review.given(), self.policy.required_approvals))
    }
}

/// `approved the script Reset spooler`, `approved 4 of 5 scripts`.
fn tell(
    (action, verb): (&'static str, &str),
    content_type: ContentType,
    results: &[ItemResult],
    records: &BTreeMap<Guid, ItemRecord>,
) -> Line {
    let done = results.iter().filter(|result| result.ok).count();
    let outcome = if done == 0 { Outcome::Refused } else { Outcome::Ok };
    let (summary, subject) = match results {
        [only] if only.ok => {
            let name = records.get(&only.guid).map_or("", |record| record.name.as_str());
            let part = only.message.as_ref().map(|message| format!(" ({message})")).unwrap_or_default();
            (format!("{verb} the {} {name}{part}", content_type.singular()), Some(only.guid.to_string()))
        }
        all if done == all.len() => (format!("{verb} {}", counted(done, content_type)), None),
        all => (format!("{verb} {done} of {}", counted(all.len(), content_type)), None),
    };
    let mut line = Line::ok(action, summary).on(content_type).ended(outcome);
    line.subject = subject;
    line
}
