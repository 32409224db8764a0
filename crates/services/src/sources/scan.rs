//! Reading a source and taking in what it holds.

use super::{
    Sources,
    apply::{Changes, Known, apply},
    found::Findings,
    signals::{Kept, fits},
    staging::Staging,
};
use crate::{
    Core, Error, Result,
    ports::store::{Lane, Transaction, content::ItemRecord},
    work::Line,
};
use domain::{
    account::{Actor, Permission},
    audit::{Outcome, action},
    content::{ContentType, ItemKey},
    ids::{ScanId, SourceId},
    source::{Drop, MAX_ISSUES, ScanCounts, ScanIssue, ScanOutcome, ScanReport, Source, SourceInput},
};
use jiff::Timestamp;
use std::{
    collections::{BTreeMap, BTreeSet, HashMap},
    sync::{Arc, PoisonError},
};

/// Lets one reading of a source run at a time.
#[derive(Default)]
pub struct ScanGate {
    running: std::sync::Mutex<HashMap<SourceId, Arc<tokio::sync::Mutex<()>>>>,
}

impl ScanGate {
    fn of(&self, id: SourceId) -> Arc<tokio::sync::Mutex<()>> {
        self.running.lock().unwrap_or_else(PoisonError::into_inner).entry(id).or_default().clone()
    }
}

/// What is read, and how.
struct Task {
    source: Source,
    types: Vec<ContentType>,
    started_at: Timestamp,
    released: Option<Drop>,
}

impl Sources<'_> {
    /// Reads a source.
    pub async fn scan(&self, actor: &Actor, id: SourceId) -> Result<ScanReport> {
        self.core.require(actor, Permission::ApproveContent).await?;
        self.core.scan_source(actor, id, None, None).await
    }

    /// Reads a type again and takes in a drop that was held: a person says that it is right.
    pub async fn release(
        &self,
        actor: &Actor,
        id: SourceId,
        content_type: ContentType,
    ) -> Result<ScanReport> {
        self.core.require(actor, Permission::ApproveContent).await?;
        let source = self.core.store.source(id).await?.ok_or(Error::NotFound("source"))?;
        let Some(shown) = source.held.get(&content_type).cloned() else {
            return Err(Error::Conflict(format!("no reading of {content_type} is held on this source")));
        };
        let line = Line::ok(action::RELEASE, format!("released the held reading of {content_type}"));
        self.core.note(actor, line.on(content_type).about(id)).await?;
        self.core.scan_source(actor, id, Some(content_type), Some(shown)).await
    }

    /// Reads every source: the job that wakes by the clock.
    pub async fn scan_all(&self, actor: &Actor) -> Result<Vec<(String, ScanReport)>> {
        let mut reports = Vec::new();
        for source in self.core.store.sources().await? {
            let report = self.core.scan_source(actor, source.id, None, None).await?;
            reports.push((source.input.name, report));
        }
        Ok(reports)
    }
}

impl Core {
    /// Reads one source, all its types or only one.
    pub(crate) async fn scan_source(
        &self,
        actor: &Actor,
        id: SourceId,
        only: Option<ContentType>,
        released: Option<Drop>,
    ) -> Result<ScanReport> {
        let gate = self.scans.of(id);
        let _running = gate.lock().await;
        let source = self.store.source(id).await?.ok_or(Error::NotFound("source"))?;
        let mut task = Task { types: wanted(&source, only), source, started_at: self.now(), released };
        let mut input = task.source.input.clone();
        input.content_types.clone_from(&task.types);
        if let Err(error) = self.open_connection(id, &mut input.connection).await {
            return self.record_failure(actor, &task, error.to_string()).await;
        }
        let kept = Kept::of(self.store.signals(id).await?);
        for kept in [kept, Kept::default()] {
            if let Some(report) = self.read_once(actor, &mut task, &input, kept).await? {
                return Ok(report);
            }
        }
        Err(Error::internal("a source was read in full, and the store still does not hold what was read"))
    }

    /// Reads a source and takes in what it holds. None when the reader knew something again that the store does not
    /// hold, or took so long that contents it began with were forgotten as unused: then nothing was done, and the
    /// source must be read in full.
    async fn read_once(
        &self,
        actor: &Actor,
        task: &mut Task,
        input: &SourceInput,
        kept: Kept,
    ) -> Result<Option<ScanReport>> {
        let mut staging = Staging::begin(self, &input.folders);
        let reading = self.reader.read(input, &kept.known(), &mut staging).await;
        let findings = match staging.end(reading, &kept)? {
            Ok(findings) => findings,
            Err(error) => return self.record_failure(actor, task, error.to_string()).await.map(Some),
        };
        task.types.retain(|kind| !findings.left_out.contains(kind));
        let report = self.take_in(actor, task, findings, &kept).await?;
        if report.is_some() {
            self.examine().await?;
        }
        Ok(report)
    }

    async fn take_in(
        &self,
        actor: &Actor,
        task: &Task,
        mut findings: Findings,
        kept: &Kept,
    ) -> Result<Option<ScanReport>> {
        let mut tx = self.store.begin(Lane::Content).await?;
        let source = tx.source(task.source.id).await?.ok_or(Error::NotFound("source"))?;
        let newer = read_meanwhile(task, source.last_scan.as_ref());
        let is_read = |kind: &&ContentType| newer.is_some_and(|scan| scan.counts.contains_key(kind));
        let types: Vec<ContentType> = task.types.iter().filter(|kind| !is_read(kind)).copied().collect();
        if let Some(newer) = newer.filter(|_| types.is_empty()) {
            return Ok(Some(newer.clone()));
        }
        let known = Known {
            source: task.source.id,
            types: &types,
            items: tx.source_items(task.source.id).await?,
            guard: self.settings.drop_guard,
            released: task.released.clone(),
            now: self.now(),
        };
        if !fits(&findings, &known.items) {
            return Ok(None);
        }
        let mut issues = findings.issues.clone();
        let complete = findings.complete;
        let mut changes = apply(known, &mut findings);
        let refused = self.settle_owners(&mut *tx, &mut changes, &mut issues).await?;
        let lost = tx.use_blobs(&changes.contents()).await?.len();
        if lost > 0 {
            tracing::warn!(
                lost,
                source = task.source.input.name,
                "contents were forgotten while they were read"
            );
            return Ok(None);
        }
        let taken = |key: &ItemKey| !refused.contains(key) && !changes.held.contains_key(&key.content_type);
        let keeping = kept.after(&types, &findings, taken);
        tx.keep_signals(task.source.id, &keeping.keep).await?;
        tx.forget_signals(task.source.id, &keeping.forget).await?;
        tx.save_items(&changes.save).await?;
        tx.delete_items(&changes.forget).await?;
        tx.touch_items(task.source.id, self.now()).await?;
        let outcome = match (changes.held.is_empty(), complete) {
            (false, _) => ScanOutcome::Held,
            (true, false) => ScanOutcome::Incomplete,
            (true, true) => ScanOutcome::Complete,
        };
        let summary = summary(&changes.counts, &changes.held, &issues, complete);
        let report = self.report(task, outcome, changes.counts, issues, summary);
        let held = still_held(source.held, &types, changes.held);
        tx.record_scan(task.source.id, &report, &held).await?;
        self.audit_scan(&mut *tx, actor, task, &report).await?;
        tx.commit().await?;
        Ok(Some(report))
    }

    /// An item has one source. One that another source offers already is reported; one whose source was taken
    /// away comes over with its history. Answers those that stay with their owner.
    async fn settle_owners(
        &self,
        tx: &mut dyn Transaction,
        changes: &mut Changes,
        issues: &mut Vec<ScanIssue>,
    ) -> Result<BTreeSet<ItemKey>> {
        let mut refused = BTreeSet::new();
        let others = tx.items_for_change(&changes.added).await?;
        let mut owners: BTreeMap<ItemKey, (ItemRecord, Option<Source>)> = BTreeMap::new();
        for other in others {
            let owner = tx.source(other.source_id).await?;
            owners.insert(other.key.clone(), (other, owner));
        }
        let Changes { save, counts, .. } = changes;
        save.retain_mut(|record| match owners.get(&record.key) {
            None => true,
            Some((_, Some(owner))) if owner.id == record.source_id => true,
            Some((_, Some(owner))) => {
                issues.push(elsewhere_owned(record, &owner.input.name));
                refused.insert(record.key.clone());
                counts.entry(record.key.content_type).or_default().added -= 1;
                false
            }
            Some((old, None)) => {
                let found = record.lifecycle.candidate().clone();
                record.lifecycle = old.lifecycle.clone();
                record.lifecycle.observe(found);
                record.version = old.version;
                record.first_seen_at = old.first_seen_at;
                record.review = old.review.clone();
                record.follow_review();
                true
            }
        });
        Ok(refused)
    }

    async fn record_failure(&self, actor: &Actor, task: &Task, message: String) -> Result<ScanReport> {
        let issue =
            ScanIssue { place: "source".into(), line: None, message: message.clone(), hides_content: true };
        let summary = format!("could not be read: {message}. Nothing was changed.");
        let report = self.report(task, ScanOutcome::Failed, BTreeMap::new(), vec![issue], summary);
        let mut tx = self.store.begin(Lane::Content).await?;
        let source = tx.source(task.source.id).await?.ok_or(Error::NotFound("source"))?;
        tx.record_scan(task.source.id, &report, &source.held).await?;
        self.audit_scan(&mut *tx, actor, task, &report).await?;
        tx.commit().await?;
        Ok(report)
    }

    fn report(
        &self,
        task: &Task,
        outcome: ScanOutcome,
        counts: BTreeMap<ContentType, ScanCounts>,
        mut issues: Vec<ScanIssue>,
        summary: String,
    ) -> ScanReport {
        issues.truncate(MAX_ISSUES);
        ScanReport {
            id: ScanId(self.uuid()),
            started_at: task.started_at,
            finished_at: self.now(),
            outcome,
            counts,
            issues,
            summary,
        }
    }

    /// One line for a reading that somebody asked for or that changed something; a job that found nothing new
    /// leaves no line.
    async fn audit_scan(
        &self,
        tx: &mut dyn Transaction,
        actor: &Actor,
        task: &Task,
        report: &ScanReport,
    ) -> Result<()> {
        let quiet = report.outcome == ScanOutcome::Complete
            && report
                .counts
                .values()
                .all(|count| count.added + count.changed + count.moved + count.deleted == 0);
        if quiet && matches!(actor, Actor::System { .. }) {
            return Ok(());
        }
        let outcome = if report.outcome == ScanOutcome::Failed { Outcome::Failed } else { Outcome::Ok };
        let mut line =
            Line::ok(action::REFRESH, format!("read {}: {}", task.source.input.name, report.summary));
        if let [only] = task.types[..] {
            line = line.on(only);
        }
        self.audit(tx, actor, line.about(task.source.id).ended(outcome)).await
    }
}

/// A reading that another replica took in meanwhile and began later: what it read is the truth. One that stood there
/// before says nothing, whatever time it bears: clocks are set back.
fn read_meanwhile<'a>(task: &Task, newest: Option<&'a ScanReport>) -> Option<&'a ScanReport> {
    let before = task.source.last_scan.as_ref().map(|scan| scan.id);
    newest.filter(|scan| Some(scan.id) != before && scan.started_at > task.started_at)
}

fn wanted(source: &Source, only: Option<ContentType>) -> Vec<ContentType> {
    let all = if source.input.content_types.is_empty() {
        &ContentType::ALL[..]
    } else {
        &source.input.content_types
    };
    all.iter().copied().filter(|kind| only.is_none_or(|only| *kind == only)).collect()
}

fn still_held(
    mut before: BTreeMap<ContentType, Drop>,
    read: &[ContentType],
    now: BTreeMap<ContentType, Drop>,
) -> BTreeMap<ContentType, Drop> {
    before.retain(|kind, _| !read.contains(kind));
    before.extend(now);
    before
}

fn elsewhere_owned(record: &ItemRecord, owner: &str) -> ScanIssue {
    ScanIssue {
        place: record.name.clone(),
        line: None,
        message: format!(
            "{} {} is offered by the source {owner} already and was left as it is: an item has one source",
            record.key.content_type.singular(),
            record.key.guid
        ),
        hides_content: false,
    }
}

fn summary(
    counts: &BTreeMap<ContentType, ScanCounts>,
    held: &BTreeMap<ContentType, Drop>,
    issues: &[ScanIssue],
    complete: bool,
) -> String {
    let sum = |pick: fn(&ScanCounts) -> u64| counts.values().map(pick).sum::<u64>();
    let found = sum(|count| count.found);
    let parts = [
        (sum(|count| count.added), "new"),
        (sum(|count| count.changed), "changed"),
        (sum(|count| count.moved), "moved"),
        (sum(|count| count.deleted), "gone"),
    ];
    let told: Vec<String> =
        parts.iter().filter(|(count, _)| *count > 0).map(|(count, word)| format!("{count} {word}")).collect();
    let mut text =
        format!("found {found}, {}", if told.is_empty() { "nothing new".into() } else { told.join(", ") });
    for (kind, drop) in held {
        text.push_str(&format!(
            ". Held: {} went from {} to {}; nothing of them was changed until somebody releases it",
            kind.label().to_lowercase(),
            drop.before,
            drop.after
        ));
    }
    if !complete {
        text.push_str(". Not everything could be read, so nothing was declared gone");
    }
    if !issues.is_empty() {
        let noun = if issues.len() == 1 { "problem" } else { "problems" };
        text.push_str(&format!(". {} {noun} to look at", issues.len()));
    }
    text
}
