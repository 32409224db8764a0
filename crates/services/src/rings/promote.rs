//! What one ring serves goes on to the next: by hand with a plan, or by itself after a soak time, until the
//! receivers of the earlier ring report errors.

use super::{Rings, one_of};
use crate::{
    Error, Result,
    ports::store::{Lane, Transaction},
    windows::check_reason,
    work::Line,
};
use domain::{
    account::{Actor, Permission},
    audit::{Outcome, action},
    content::Change,
    ids::RingId,
    pull::Pointer,
    ring::{Promotion, PromotionResult, Ring, RingPlan, Stop, is_ripe, plan_lines, promotion, stops},
};
use jiff::{SignedDuration, Timestamp};
use std::collections::BTreeMap;

/// A ring and the one before it; the one before is none where it is the first and serves what was synced.
struct Step {
    ring: Ring,
    before: Ring,
    source: Option<RingId>,
}

impl Rings<'_> {
    /// What a promotion into a ring would do now.
    pub async fn plan(&self, actor: &Actor, id: RingId) -> Result<RingPlan> {
        self.core.require(actor, Permission::ViewContent).await?;
        let step = step(self.core.store.rings().await?, id)?;
        let source = self.core.store.pointers(step.source).await?;
        let target = self.core.store.pointers(Some(id)).await?;
        self.plan_of(&step, &self.steps(&step.ring, &source, &target).await?).await
    }

    async fn plan_of(&self, step: &Step, steps: &[Promotion]) -> Result<RingPlan> {
        let (mut items, plan_hash) = plan_lines(steps);
        for (item, step) in items.iter_mut().zip(steps) {
            if self.only_moved(step).await? {
                item.change = Change::Moved;
            }
        }
        let errors = self.errors(&step.before).await?;
        Ok(RingPlan {
            ring: step.ring.name.clone(),
            from: step.before.name.clone(),
            plan_hash,
            items,
            receivers: self.core.store.client_names_in(&step.ring.name).await?,
            errors,
            reason_needed: self.reason_needed(step, errors).await?,
        })
    }

    /// Whether an item stands in another folder and is the same in all else.
    async fn only_moved(&self, step: &Promotion) -> Result<bool> {
        let Some((from, to)) = step.versions_of_a_move() else { return Ok(false) };
        let from = self.core.store.version(&step.key, from).await?;
        let to = self.core.store.version(&step.key, to).await?;
        Ok(from.zip(to).is_some_and(|(from, to)| from.snapshot.facets.only_moved(&to.snapshot.facets)))
    }

    /// Takes everything on into a ring. With the hash of a plan it does exactly that plan, or refuses.
    pub async fn promote(
        &self,
        actor: &Actor,
        id: RingId,
        plan_hash: Option<String>,
        reason: Option<String>,
    ) -> Result<PromotionResult> {
        self.core.require(actor, Permission::ApproveContent).await?;
        let mut tx = self.core.store.begin(Lane::Content).await?;
        let mut step = step(tx.rings_for_change().await?, id)?;
        let errors = self.errors(&step.before).await?;
        let why = self.reason_needed(&step, errors).await?;
        let reason = reason.filter(|reason| !reason.trim().is_empty());
        let reason = match (why, reason) {
            (_, Some(reason)) => Some(check_reason(&reason)?),
            (None, None) => None,
            (Some(why), None) => return Err(Error::field("reason", format!("must say why to go on: {why}"))),
        };
        let source = tx.pointers_for_change(step.source).await?;
        let target = tx.pointers_for_change(Some(id)).await?;
        let steps = promotion(&source, &target, |_| true);
        if plan_hash.is_some_and(|hash| hash != plan_lines(&steps).1) {
            let message =
                "What a promotion would do has changed since the plan was shown: look at the new plan.";
            return Err(Error::Conflict(message.into()));
        }
        let result = self.take_on(&mut *tx, &step, &steps).await?;
        if reason.is_some() {
            step.ring.stopped = None;
            step.ring.accepted_errors = errors;
            tx.update_ring(&step.ring).await?;
        }
        let mut told = tell(&step, &result);
        if let Some(reason) = reason {
            told = format!("{told}; {reason}");
        }
        self.core.audit(&mut *tx, actor, Line::ok(action::PROMOTE, told).about(id)).await?;
        self.core.serve_anew(tx).await?;
        Ok(result)
    }

    /// Lets a ring that stopped go on by itself: so many errors are accepted from now on.
    pub async fn resume(&self, actor: &Actor, id: RingId, reason: &str) -> Result<Ring> {
        self.core.require(actor, Permission::ApproveContent).await?;
        let reason = check_reason(reason)?;
        let mut tx = self.core.store.begin(Lane::Content).await?;
        let mut step = step(tx.rings_for_change().await?, id)?;
        if step.ring.stopped.take().is_none() {
            return Err(Error::Conflict(format!("the ring {} is not stopped", step.ring.name)));
        }
        step.ring.accepted_errors = self.errors(&step.before).await?;
        tx.update_ring(&step.ring).await?;
        let told = format!("let the ring {} go on: {reason}", step.ring.name);
        self.core.audit(&mut *tx, actor, Line::ok(action::RING_STOP, told).about(id)).await?;
        tx.commit().await?;
        Ok(step.ring)
    }

    /// Lets every automatic ring follow the one before it, in order; says what was done.
    pub async fn advance(&self, actor: &Actor) -> Result<String> {
        self.core.require(actor, Permission::ApproveContent).await?;
        let rings = self.core.store.rings().await?;
        let due = |ring: &&Ring| ring.position > 0 && ring.rules.automatic && ring.stopped.is_none();
        if !rings.iter().any(|ring| due(&ring)) {
            return Ok("no ring follows by itself".into());
        }
        if let Some(closed) = self.core.closed().await? {
            return Ok(closed);
        }
        let mut told = Vec::new();
        for ring in rings.iter().filter(due) {
            told.extend(self.advance_one(actor, ring.id).await?);
        }
        Ok(if told.is_empty() { "nothing was ripe".into() } else { told.join("; ") })
    }

    async fn advance_one(&self, actor: &Actor, id: RingId) -> Result<Option<String>> {
        let mut tx = self.core.store.begin(Lane::Content).await?;
        let mut step = step(tx.rings_for_change().await?, id)?;
        let source = tx.pointers_for_change(step.source).await?;
        let target = tx.pointers_for_change(Some(id)).await?;
        let mut steps = self.steps(&step.ring, &source, &target).await?;
        steps.retain(|step| step.ripe);
        if steps.is_empty() {
            return Ok(None);
        }
        let errors = self.errors(&step.before).await?;
        if stops(&step.ring, errors) {
            let told = self.stop(&mut *tx, actor, &mut step, errors).await?;
            tx.commit().await?;
            return Ok(Some(told));
        }
        let result = self.take_on(&mut *tx, &step, &steps).await?;
        if errors <= step.ring.rules.max_errors && step.ring.accepted_errors > 0 {
            step.ring.accepted_errors = 0;
            tx.update_ring(&step.ring).await?;
        }
        let told = tell(&step, &result);
        self.core.audit(&mut *tx, actor, Line::ok(action::PROMOTE, told.clone()).about(id)).await?;
        self.core.serve_anew(tx).await?;
        Ok(Some(told))
    }

    async fn stop(
        &self,
        tx: &mut dyn Transaction,
        actor: &Actor,
        step: &mut Step,
        errors: u64,
    ) -> Result<String> {
        let reason = format!(
            "receivers of {} report {errors} items with errors, and {} lets at most {} pass: approvers and administrators may go on",
            step.before.name,
            step.ring.name,
            step.ring.rules.max_errors.max(step.ring.accepted_errors)
        );
        step.ring.stopped = Some(Stop { at: self.core.now(), errors, reason: reason.clone() });
        tx.update_ring(&step.ring).await?;
        let told = format!("stopped the ring {}: {reason}", step.ring.name);
        let line = Line::ok(action::RING_STOP, told.clone()).about(step.ring.id).ended(Outcome::Refused);
        self.core.audit(tx, actor, line).await?;
        Ok(told)
    }

    async fn take_on(
        &self,
        tx: &mut dyn Transaction,
        step: &Step,
        steps: &[Promotion],
    ) -> Result<PromotionResult> {
        let target = tx.pointers_for_change(Some(step.ring.id)).await?;
        let mut result =
            PromotionResult { revision: domain::pull::revision_of(&target), ..PromotionResult::default() };
        if steps.is_empty() {
            return Ok(result);
        }
        result.revision = tx.next_revision(self.core.now()).await?;
        for one in steps {
            let Some(item) = one.to.clone().or_else(|| one.from.clone()) else { continue };
            let pointer = Pointer { item, revision: result.revision, removed: one.to.is_none() };
            tx.point(step.ring.id, &pointer).await?;
            result.count(one);
        }
        Ok(result)
    }

    /// The steps into a ring, each told ripe or not.
    async fn steps(&self, ring: &Ring, source: &[Pointer], target: &[Pointer]) -> Result<Vec<Promotion>> {
        let now = self.core.now();
        let soak = SignedDuration::from_secs(i64::try_from(ring.rules.soak_seconds).unwrap_or(i64::MAX));
        let young = match now.checked_sub(soak) {
            Ok(limit) => self.core.store.revisions_after(limit).await?,
            Err(_) => Vec::new(),
        };
        let made: BTreeMap<i64, Timestamp> = young.into_iter().collect();
        let ripe = |revision: i64| is_ripe(&ring.rules, made.get(&revision).copied(), now);
        Ok(promotion(source, target, ripe))
    }

    async fn errors(&self, ring: &Ring) -> Result<u64> {
        let facts = self.core.store.ring_facts().await?;
        Ok(facts.iter().find(|facts| facts.ring == ring.name).map_or(0, |facts| facts.errors))
    }

    async fn reason_needed(&self, step: &Step, errors: u64) -> Result<Option<String>> {
        if let Some(stop) = &step.ring.stopped {
            return Ok(Some(stop.reason.clone()));
        }
        if stops(&step.ring, errors) {
            return Ok(Some(format!("receivers of {} report {errors} items with errors", step.before.name)));
        }
        self.core.closed().await
    }
}

fn step(rings: Vec<Ring>, id: RingId) -> Result<Step> {
    let ring = one_of(rings.clone(), id)?;
    let index = rings.iter().position(|known| known.id == id).unwrap_or(0);
    let Some(before) = index.checked_sub(1).and_then(|index| rings.get(index)).cloned() else {
        return Err(Error::Conflict(format!("{} is the first ring: a sync publishes into it", ring.name)));
    };
    let source = (index > 1).then_some(before.id);
    Ok(Step { ring, before, source })
}

fn tell(step: &Step, result: &PromotionResult) -> String {
    let (from, to) = (&step.before.name, &step.ring.name);
    let parts = [(result.added, "added"), (result.changed, "changed"), (result.removed, "removed")];
    let told: Vec<String> =
        parts.iter().filter(|(count, _)| *count > 0).map(|(count, word)| format!("{count} {word}")).collect();
    let told = if told.is_empty() { "nothing waited".to_owned() } else { told.join(", ") };
    format!("promoted {from} to {to}: {told}")
}
