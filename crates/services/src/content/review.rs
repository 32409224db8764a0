//! Approving and taking approvals back: bound to exactly what the reviewer saw.

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
        ContentType, Guid, ItemKey,
        view::{ItemResult, Seen},
    },
};
use std::collections::BTreeMap;

/// The most items in one request.
const MOST: usize = 5_000;
/// The most characters of a note.
const MOST_NOTE: usize = 1_000;

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
        let now = self.core.now();
        let judge = |record: &mut ItemRecord, seen: &Seen| {
            record.lifecycle.approve(seen.candidate_hash.as_ref()).map_err(|refusal| refusal.to_string())?;
            record.approved_by = Some(actor.name().to_owned());
            record.approved_at = Some(now);
            record.approval_note.clone_from(&note);
            Ok(())
        };
        self.review(actor, content_type, seen, (action::APPROVE, "approved"), judge).await
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
        let judge = |record: &mut ItemRecord, _: &Seen| {
            if !record.lifecycle.unapprove() {
                return Err("there is no approval to take back".to_owned());
            }
            record.approved_by = None;
            record.approved_at = None;
            record.approval_note = None;
            Ok(())
        };
        self.review(actor, content_type, seen, (action::UNAPPROVE, "took back the approval of"), judge).await
    }

    async fn review(
        &self,
        actor: &Actor,
        content_type: ContentType,
        seen: Vec<Seen>,
        (action, verb): (&'static str, &str),
        judge: impl Fn(&mut ItemRecord, &Seen) -> std::result::Result<(), String> + Send + Sync,
    ) -> Result<Vec<ItemResult>> {
        self.core.require(actor, Permission::ApproveContent).await?;
        if seen.is_empty() || seen.len() > MOST {
            return Err(Error::field("items", format!("must name 1 to {MOST} items")));
        }
        let mut tx = self.core.store.begin(Lane::Content).await?;
        let keys: Vec<ItemKey> =
            seen.iter().map(|seen| ItemKey::new(content_type, seen.guid.clone())).collect();
        let mut records: BTreeMap<Guid, ItemRecord> = tx
            .items_for_change(&keys)
            .await?
            .into_iter()
            .map(|record| (record.key.guid.clone(), record))
            .collect();
        let results: Vec<ItemResult> =
            seen.iter().map(|seen| judge_one(&mut records, seen, &judge)).collect();
        let done: Vec<&Guid> = results.iter().filter(|result| result.ok).map(|result| &result.guid).collect();
        let changed: Vec<ItemRecord> = done.iter().filter_map(|guid| records.get(*guid).cloned()).collect();
        tx.save_items(&changed).await?;
        let line = tell(action, verb, content_type, &results, &records);
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

fn judge_one(
    records: &mut BTreeMap<Guid, ItemRecord>,
    seen: &Seen,
    judge: impl Fn(&mut ItemRecord, &Seen) -> std::result::Result<(), String>,
) -> ItemResult {
    let refused = |message: String, approval| ItemResult {
        guid: seen.guid.clone(),
        ok: false,
        message: Some(message),
        approval,
    };
    let Some(record) = records.get_mut(&seen.guid) else {
        return refused("there is no such item (any more)".into(), None);
    };
    match judge(record, seen) {
        Ok(()) => ItemResult {
            guid: seen.guid.clone(),
            ok: true,
            message: None,
            approval: Some(record.lifecycle.approval()),
        },
        Err(message) => refused(message, Some(record.lifecycle.approval())),
    }
}

/// `approved the script Reset spooler`, `approved 4 of 5 scripts`.
fn tell(
    action: &'static str,
    verb: &str,
    content_type: ContentType,
    results: &[ItemResult],
    records: &BTreeMap<Guid, ItemRecord>,
) -> Line {
    let done = results.iter().filter(|result| result.ok).count();
    let outcome = if done == 0 { Outcome::Refused } else { Outcome::Ok };
    let (summary, subject) = match results {
        [only] if only.ok => {
            let name = records.get(&only.guid).map_or("", |record| record.name.as_str());
            (format!("{verb} the {} {name}", content_type.singular()), Some(only.guid.to_string()))
        }
        all if done == all.len() => (format!("{verb} {}", counted(done, content_type)), None),
        all => (format!("{verb} {done} of {}", counted(all.len(), content_type)), None),
    };
    let mut line = Line::ok(action, summary).on(content_type).ended(outcome);
    line.subject = subject;
    line
}
