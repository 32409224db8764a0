//! The plan of a sync, and how it differs from one that was shown before.

use crate::content::{Change, ContentHash, ContentType, Guid};
use serde::{Deserialize, Serialize};

/// One line of a plan.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PlanItem {
    /// The item.
    pub guid: Guid,
    /// Its name.
    pub name: String,
    /// What kind of change.
    pub change: Change,
    /// What production would serve; none for a removal.
    pub content_hash: Option<ContentHash>,
    /// The number the version would have; none for a removal.
    pub version: Option<u32>,
    /// What is doubtful about it, for example a dependency that production does not have.
    pub warnings: Vec<String>,
    /// For a removal: the API clients whose receivers last reported to have it.
    pub holders: Vec<String>,
}

/// What a sync of one type would do.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Plan {
    /// The type.
    #[serde(rename = "type")]
    pub content_type: ContentType,
    /// A hash over the lines; a sync that names it does exactly this or nothing.
    pub plan_hash: String,
    /// New items.
    pub adds: Vec<PlanItem>,
    /// Changed and moved items.
    pub changes: Vec<PlanItem>,
    /// Items that leave production.
    pub removals: Vec<PlanItem>,
    /// The API clients that would see it.
    pub receivers: Vec<String>,
}

impl Plan {
    /// Items that it touches.
    pub fn len(&self) -> usize {
        self.adds.len() + self.changes.len() + self.removals.len()
    }

    /// Whether there is nothing to do.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Every line.
    pub fn lines(&self) -> impl Iterator<Item = &PlanItem> {
        self.adds.iter().chain(&self.changes).chain(&self.removals)
    }

    /// How this plan differs from one that was shown before, in sentences. Each line of the other is given by
    /// its item and [`PlanItem::mark`].
    pub fn differences(&self, shown: &[(Guid, String)]) -> Vec<String> {
        let known = |guid: &Guid| shown.iter().find(|(other, _)| other == guid).map(|(_, mark)| mark);
        let mut told: Vec<String> = self
            .lines()
            .filter_map(|line| match known(&line.guid) {
                None => Some(format!("{} came in addition ({})", short(&line.name), line.change)),
                Some(mark) if *mark != line.mark() => {
                    Some(format!("{} is different now ({})", short(&line.name), line.change))
                }
                Some(_) => None,
            })
            .collect();
        let gone = shown.iter().filter(|(guid, _)| self.lines().all(|line| line.guid != *guid)).count();
        match gone {
            0 => {}
            1 => told.push("1 item is no longer part of it".to_owned()),
            many => told.push(format!("{many} items are no longer part of it")),
        }
        told
    }
}

/// A name that fits into a sentence with others.
fn short(name: &str) -> String {
    name.chars().take(80).collect()
}

impl PlanItem {
    /// What would be done with the item, in one short word that tells it from anything else.
    pub fn mark(&self) -> String {
        let content = self.content_hash.as_ref().map_or("removal", ContentHash::short);
        format!("{}-{content}", self.change)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(number: u8, content: Option<&[u8]>) -> PlanItem {
        PlanItem {
            guid: Guid::parse(&format!("{number:08x}-0000-4000-8000-00000000beef")).unwrap(),
            name: format!("Item {number}"),
            change: Change::Changed,
            content_hash: content.map(ContentHash::of),
            version: None,
            warnings: vec![],
            holders: vec![],
        }
    }

    #[test]
    fn a_plan_tells_how_it_differs_from_the_one_that_was_shown() {
        let plan = Plan {
            content_type: ContentType::Scripts,
            plan_hash: String::new(),
            adds: vec![line(1, Some(b"one")), line(2, Some(b"two"))],
            changes: vec![],
            removals: vec![line(3, None)],
            receivers: vec![],
        };
        let mark = |line: &PlanItem| (line.guid.clone(), line.mark());
        let same: Vec<_> = plan.lines().map(mark).collect();
        assert!(plan.differences(&same).is_empty());
        let shown = [mark(&line(1, Some(b"old"))), mark(&line(2, Some(b"two"))), mark(&line(9, None))];
        assert_eq!(
            plan.differences(&shown),
            [
                "Item 1 is different now (changed)",
                "Item 3 came in addition (changed)",
                "1 item is no longer part of it"
            ]
        );
    }
}
