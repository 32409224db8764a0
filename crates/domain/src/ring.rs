//! Rings: ordered stages of production. A sync publishes into the first; what a ring serves goes on to the next
//! by hand, or by itself after a soak time, as long as the receivers of the earlier ring report no errors.

use crate::{
    content::{Change, ContentHash, ItemKey},
    field::{FieldError, Findings},
    ids::RingId,
    pull::{ManifestItem, Pointer},
};
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// The longest soak time: 90 days.
pub const MAX_SOAK_SECONDS: u64 = 90 * 24 * 3600;
/// Rings that there may be.
pub const MOST_RINGS: usize = 20;

/// How content comes into a ring from the one before it. Without meaning for the first.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct RingRules {
    /// Whether it comes by itself.
    #[serde(default)]
    pub automatic: bool,
    /// How long an item must have stood in the ring before.
    #[serde(default)]
    pub soak_seconds: u64,
    /// Items with errors that the receivers of the ring before may report.
    #[serde(default)]
    pub max_errors: u64,
}

/// Why nothing comes into a ring by itself.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Stop {
    /// Since when.
    pub at: Timestamp,
    /// Items with errors that were reported then.
    pub errors: u64,
    /// One sentence: why, and who may go on.
    pub reason: String,
}

/// A ring as it is kept.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ring {
    /// Which ring.
    pub id: RingId,
    /// Its name, unique without regard to case.
    pub name: String,
    /// Its place, counted from 0.
    pub position: u32,
    /// How content comes into it.
    pub rules: RingRules,
    /// Why nothing comes by itself, if so.
    pub stopped: Option<Stop>,
    /// Errors that a person accepted; more than these stop it again.
    pub accepted_errors: u64,
}

/// A ring as screens show it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RingView {
    /// The ring.
    #[serde(flatten)]
    pub ring: Ring,
    /// The revision that it serves.
    pub revision: i64,
    /// Items that it serves.
    pub items: u64,
    /// API clients that read it.
    pub clients: u64,
    /// Items that its receivers reported with an error.
    pub errors: u64,
    /// Changes in the ring before that it does not have yet.
    pub waiting: u64,
}

/// What someone typed to add or change a ring.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct RingInput {
    /// The name.
    pub name: String,
    /// How content comes into it.
    pub rules: RingRules,
}

impl RingInput {
    /// Every refusal at once.
    pub fn check(&self) -> Result<(), Vec<FieldError>> {
        let mut findings = Findings::default();
        let name = self.name.trim();
        let length = name.chars().count();
        findings.check(
            !(1..=50).contains(&length) || name.chars().any(char::is_control),
            "name",
            "must have 1 to 50 characters and no control characters",
        );
        findings.check(self.rules.soak_seconds > MAX_SOAK_SECONDS, "soak_seconds", "must be at most 90 days");
        findings.check(self.rules.max_errors > 1_000_000, "max_errors", "must be at most 1000000");
        findings.finish()
    }
}

/// One item that a promotion takes on to the next ring.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Promotion {
    /// Which item.
    pub key: ItemKey,
    /// What is served then; none for a removal.
    pub to: Option<ManifestItem>,
    /// What is served now.
    pub from: Option<ManifestItem>,
    /// Whether it has stood long enough.
    pub ripe: bool,
}

impl Promotion {
    /// Both versions, where the item may have only moved: what else a manifest tells of it is the same. Their facets say
    /// whether it did.
    pub fn versions_of_a_move(&self) -> Option<(u32, u32)> {
        let (from, to) = (self.from.as_ref()?, self.to.as_ref()?);
        let same = from.name == to.name && from.depends_on == to.depends_on;
        (same && from.content_hash != to.content_hash).then_some((from.version, to.version))
    }

    /// The kind of change, as far as manifests tell it: a move reads as a change.
    pub fn change(&self) -> Change {
        match (&self.from, &self.to) {
            (None, _) => Change::Added,
            (Some(_), Some(_)) => Change::Changed,
            (Some(_), None) => Change::Deleted,
        }
    }
}

/// What `target` lacks to serve what `source` does, by type and GUID.
pub fn promotion(source: &[Pointer], target: &[Pointer], ripe: impl Fn(i64) -> bool) -> Vec<Promotion> {
    let live = |pointer: &&Pointer| !pointer.removed;
    let mut here: BTreeMap<ItemKey, &ManifestItem> =
        target.iter().filter(live).map(|pointer| (pointer.item.key(), &pointer.item)).collect();
    let mut steps = Vec::new();
    for pointer in source {
        let key = pointer.item.key();
        let from = here.remove(&key);
        let to = (!pointer.removed).then_some(&pointer.item);
        if from != to {
            let ripe = ripe(pointer.revision);
            steps.push(Promotion { key, to: to.cloned(), from: from.cloned(), ripe });
        }
    }
    // What the earlier ring never had cannot be judged by its age.
    let strays =
        here.into_iter().map(|(key, item)| Promotion { key, to: None, from: Some(item.clone()), ripe: true });
    steps.extend(strays);
    steps.sort_by(|a, b| a.key.cmp(&b.key));
    steps
}

/// Whether something of this age may go on.
pub fn is_ripe(rules: &RingRules, made_at: Option<Timestamp>, now: Timestamp) -> bool {
    let soak = SignedDuration::from_secs(i64::try_from(rules.soak_seconds).unwrap_or(i64::MAX));
    // A revision from before its time was kept is older than any soak time.
    made_at.is_none_or(|made| now.duration_since(made) >= soak)
}

/// Whether so many errors in the ring before stop a ring.
pub fn stops(ring: &Ring, errors: u64) -> bool {
    errors > ring.rules.max_errors.max(ring.accepted_errors)
}

/// One line of a promotion's plan.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RingPlanItem {
    /// Which item.
    #[serde(flatten)]
    pub key: ItemKey,
    /// Its name.
    pub name: String,
    /// The kind of change.
    pub change: Change,
    /// The version served now.
    pub from_version: Option<u32>,
    /// The version served then.
    pub to_version: Option<u32>,
    /// Whether it has stood long enough to go on by itself.
    pub ripe: bool,
}

/// What a promotion into a ring would do.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RingPlan {
    /// The ring that changes.
    pub ring: String,
    /// The ring before it.
    pub from: String,
    /// Names exactly what would be done.
    pub plan_hash: String,
    /// What would change.
    pub items: Vec<RingPlanItem>,
    /// API clients that read the ring, at most 1,000.
    pub receivers: Vec<String>,
    /// Items with errors in the ring before.
    pub errors: u64,
    /// Why a reason must be given, if so.
    pub reason_needed: Option<String>,
}

/// The lines of a plan and the hash that names them.
pub fn plan_lines(steps: &[Promotion]) -> (Vec<RingPlanItem>, String) {
    let line = |step: &Promotion| RingPlanItem {
        key: step.key.clone(),
        name: step.to.as_ref().or(step.from.as_ref()).map(|item| item.name.clone()).unwrap_or_default(),
        change: step.change(),
        from_version: step.from.as_ref().map(|item| item.version),
        to_version: step.to.as_ref().map(|item| item.version),
        ripe: step.ripe,
    };
    let named = |step: &Promotion| {
        let hash = step.to.as_ref().map_or("-", |item| item.content_hash.as_str());
        let version = step.to.as_ref().map_or(0, |item| item.version);
        format!("{} {} {version} {hash}\n", step.key.content_type, step.key.guid)
    };
    let text: String = steps.iter().map(named).collect();
    (steps.iter().map(line).collect(), ContentHash::of(text.as_bytes()).to_string())
}

/// What a promotion did.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct PromotionResult {
    /// Items that came.
    pub added: u64,
    /// Items that changed.
    pub changed: u64,
    /// Items that went.
    pub removed: u64,
    /// The revision that the ring serves now.
    pub revision: i64,
}

impl PromotionResult {
    /// Counts a step.
    pub fn count(&mut self, step: &Promotion) {
        match (&step.from, &step.to) {
            (None, _) => self.added += 1,
            (Some(_), Some(_)) => self.changed += 1,
            (Some(_), None) => self.removed += 1,
        }
    }

    /// How many items moved.
    pub fn total(&self) -> u64 {
        self.added + self.changed + self.removed
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ring(max_errors: u64, accepted_errors: u64) -> Ring {
        Ring {
            id: "01935f6e-3c2a-7c3e-8f7a-2b1c9d0e4f5a".parse().unwrap(),
            name: "pilot".into(),
            position: 1,
            rules: RingRules { automatic: true, soak_seconds: 3600, max_errors },
            stopped: None,
            accepted_errors,
        }
    }

    #[test]
    fn errors_above_the_threshold_stop_and_accepted_ones_do_not() {
        assert!(!stops(&ring(0, 0), 0) && stops(&ring(0, 0), 1));
        assert!(!stops(&ring(2, 0), 2) && stops(&ring(2, 0), 3));
        assert!(!stops(&ring(0, 5), 5) && stops(&ring(0, 5), 6));
    }

    #[test]
    fn items_go_on_when_they_have_stood_long_enough() {
        let rules = &ring(0, 0).rules;
        let now = Timestamp::from_second(1_800_000_000).unwrap();
        let ago = |seconds| Some(now - SignedDuration::from_secs(seconds));
        assert!(!is_ripe(rules, ago(3599), now));
        assert!(is_ripe(rules, ago(3600), now));
        assert!(is_ripe(rules, None, now));
    }

    #[test]
    fn names_and_times_are_checked_together() {
        let rules = RingRules { soak_seconds: MAX_SOAK_SECONDS + 1, ..RingRules::default() };
        let refusals = RingInput { name: " ".into(), rules }.check().unwrap_err();
        assert_eq!(
            refusals.iter().map(|error| error.field.as_str()).collect::<Vec<_>>(),
            ["name", "soak_seconds"]
        );
    }
}
